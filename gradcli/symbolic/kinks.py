"""Where derivatives in symbols are not unique at the point that is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import isnan

from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.diagnose import MOST, kinks
from gradcli.evaluation.sides import is_smooth, is_tied
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.evaluation.ties import NOT_UNIQUE, convention, hanging
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.symbolic.numbers import Numbers
from gradcli.symbolic.wanted import Names

Formula = tuple[Graph, Node]
"""An expression with the graph that it is in."""

MOST_MOVES = 50_000
"""With more nodes times names, what is tied is told of without a look at both sides of it."""

_ANY = 0.7320508075688772
"""What stands for an input without a value: no number that anything is tied at."""


class Kinks:
    """Looks for kinks in what is differentiated.

    Attributes:
        problems: what was found, each kink once.
    """

    def __init__(self, numbers: Numbers) -> None:
        self.problems: list[Problem] = []
        self._numbers = numbers
        self._programs: dict[Node, tuple[Solution, bool]] = {}
        self._tied: dict[Node, bool] = {}

    def tell(self, derivatives: Mapping[str, float], formula: Formula, *, jumps: bool) -> bool:
        """Note, and return, whether any of these derivatives is not unique.

        Args:
            derivatives: the derivative by each name, as a number.
            formula: what is differentiated.
            jumps: also look for what only a condition makes: a rule of an operation has conditions,
                too, and nobody can tell them apart in a derivative.
        """
        if not (self._is_tied(formula) if jumps else self._solution(formula)[1]):
            return False
        rough = self._rough(derivatives, formula)
        found = self._kinks(rough, formula)
        if jumps and not found:
            found = [
                convention(name, f"by {name}", NOT_UNIQUE, derivatives[name])
                for name in rough[:MOST]
            ]
        self.problems += [problem for problem in found if problem not in self.problems]
        return bool(found)

    def value(self, formula: Formula) -> float:
        """The value of a formula at the point."""
        graph, output = formula
        return self._numbers.within(graph)(output)

    def tell_ties(self, derivatives: Sequence[tuple[Names, Sequence[Node], Formula]]) -> None:
        """Note which higher derivatives hang on how a tie is decided.

        In a formula nobody can tell whether x != 0 is a rule's or the program's: where it is the
        program's that is tied, the program's own nodes are asked.

        Args:
            derivatives: what each is by; the program and its derivatives up to it, as nodes of its
                graph; and its formula.
        """
        if not derivatives:
            return
        model, at = self._numbers.model, self._numbers.at
        program = set(model.graph.ancestors(exact[0] for _, exact, _ in derivatives))
        found = self._hanging([formula for *_, formula in derivatives])
        if any(node.op in {"eq", "ne"} and len({*map(at, node.args)}) < 2 for node in program):
            own = hanging(model.graph, [exact[-1] for _, exact, _ in derivatives], at, program)
            found = [one or other for one, other in zip(found, own, strict=True)]
        for (names, _, (graph, output)), hangs in zip(derivatives, found, strict=True):
            if hangs:
                wrt, value = ",".join(names), self._numbers.within(graph)(output)
                self.problems.append(convention(wrt, f"by {wrt}", hangs, value))

    def _hanging(self, formulas: Sequence[Formula]) -> list[str]:
        """What there is to say of each formula; those of one graph are looked at together."""
        graphs = {id(graph): graph for graph, _ in formulas}
        said: dict[Node, str] = {}
        for graph in graphs.values():
            outputs = [output for other, output in formulas if other is graph]
            ties = hanging(graph, outputs, self._numbers.within(graph))
            said |= zip(outputs, ties, strict=True)
        return [said[output] for _, output in formulas]

    def _is_tied(self, formula: Formula) -> bool:
        """Whether anything is tied in a formula."""
        if formula[1] not in self._tied:
            self._tied[formula[1]] = is_tied(*formula, self._point(formula))
        return self._tied[formula[1]]

    def _rough(self, derivatives: Mapping[str, float], formula: Formula) -> list[str]:
        """The names along which a formula is not seen to be smooth."""
        graph, output = formula
        if len(derivatives) * len(graph) > MOST_MOVES:
            return list(derivatives)
        at = self._point(formula)
        return [
            name
            for name, number in derivatives.items()
            if not is_smooth(graph, output, self._source(name, graph), at, number)
        ]

    def _point(self, formula: Formula) -> Values:
        """The values at the point; a derivative that needs no y is the same for any y."""
        graph, output = formula
        at = self._numbers.within(graph)
        inputs = [node for node in graph.ancestors([output]) if node.op == INPUT]
        missing = [node for node in inputs if isnan(at(node))]
        return at.but(dict.fromkeys(missing, _ANY)) if missing else at

    def _source(self, name: str, graph: Graph) -> Node:
        """The input of a name, or the step in the program that is held as one."""
        if graph is self._numbers.model.graph:
            for step in self._numbers.model.steps:
                if step.label == name:
                    return step
        return graph.input(name)

    def _kinks(self, names: Collection[str], formula: Formula) -> list[Problem]:
        """The kinks of a formula in its derivatives by these names."""
        solution, has_kinks = self._solution(formula)
        if not has_kinks:
            return []
        nodes = (*solution.model.inputs, *solution.model.steps)
        solution.targets = [each for each in nodes if each.label in names]
        return kinks(solution)

    def _solution(self, formula: Formula) -> tuple[Solution, bool]:
        """A formula as a program at the point, and whether that is at a kink of any part of it."""
        graph, output = formula
        if output not in self._programs:
            model = self._numbers.model
            if output is not model.output:
                model = Model("")
                model.graph, model.output = graph, output
                model.inputs = [node for node in graph.ancestors([output]) if node.op == INPUT]
                if graph is self._numbers.model.graph:
                    model.spans = self._numbers.model.spans
            program = Differentiated(model)
            solution = Solution(program, [*map(self._numbers.within(graph), model.inputs)], ())
            has_kinks = any(map(solution.value_of, program.kinks.values()))
            self._programs[output] = solution, has_kinks
        return self._programs[output]
