"""Where derivatives in symbols are not unique at the point that is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from gradcli.errors import Problem
from gradcli.evaluation.kinks import Line, kinks
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.evaluation.ties import convention, hanging
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.symbolic.numbers import Numbers
from gradcli.symbolic.wanted import Names

Formula = tuple[Graph, Node]
"""An expression with the graph that it is in."""

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
        self._programs: dict[Node, Solution] = {}

    def tell(self, derivatives: Mapping[str, float], formula: Formula, *, jumps: bool) -> bool:
        """Note, and return, whether any of these derivatives is not unique.

        Args:
            derivatives: the derivative by each name, as a number.
            formula: what is differentiated.
            jumps: also look for what only a condition makes: a rule of an operation has conditions,
                too, and nobody can tell them apart in a derivative.
        """
        lines = [
            Line(name, f"by {name}", {self._source(name, formula[0]): 1.0}, number)
            for name, number in derivatives.items()
        ]
        found = kinks(self._solution(formula), lines, jumps=jumps)
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

    def _source(self, name: str, graph: Graph) -> Node:
        """The input of a name, or the step in the program that is held as one."""
        if graph is self._numbers.model.graph:
            for step in self._numbers.model.steps:
                if step.label == name:
                    return step
        return graph.input(name)

    def _solution(self, formula: Formula) -> Solution:
        """A formula as a program at the point; what it needs no value of is anything."""
        graph, output = formula
        if output not in self._programs:
            model, at = self._numbers.model, self._numbers.within(graph)
            order = graph.ancestors([output])
            if output is not model.output:
                model = Model("")
                model.graph, model.output = graph, output
                model.inputs = [node for node in order if node.op == INPUT]
                if graph is self._numbers.model.graph:
                    model.spans = self._numbers.model.spans
                    model.steps = [node for node in self._numbers.model.steps if node in {*order}]
            point = [_ANY if isnan(at(node)) else at(node) for node in model.inputs]
            self._programs[output] = Solution(Differentiated(model), point, ())
        return self._programs[output]
