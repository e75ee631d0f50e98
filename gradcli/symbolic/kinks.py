"""Where derivatives in symbols are not unique at the point that is given."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradcli.errors import Problem
from gradcli.evaluation.diagnose import kinks
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.evaluation.ties import convention, hanging
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.symbolic.numbers import Numbers
from gradcli.symbolic.wanted import Names

Formula = tuple[Graph, Node]
"""An expression with the graph that it is in."""


class Kinks:
    """Looks for kinks in what is differentiated.

    Attributes:
        problems: what was found, each kink once.
    """

    def __init__(self, numbers: Numbers) -> None:
        self.problems: list[Problem] = []
        self._numbers = numbers
        self._programs: dict[Node, tuple[Solution, bool]] = {}

    def tell(self, names: Collection[str], formula: Formula) -> bool:
        """Note, and return, whether a derivative by any of these names is not unique.

        Args:
            names: what the derivatives are by.
            formula: what is differentiated.
        """
        found = self._kinks(names, formula)
        self.problems += [problem for problem in found if problem not in self.problems]
        return bool(found)

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
