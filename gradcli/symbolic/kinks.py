"""Where derivatives in symbols are not unique at the point that is given."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import isclose

from gradcli.engine import explain
from gradcli.errors import Problem
from gradcli.evaluation.diagnose import kinks
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.symbolic.numbers import SAME, Numbers
from gradcli.syntax.text import brief

Formula = tuple[Graph, Node]
"""An expression with the graph that it is in."""

_ORDERED = frozenset(("gt", "ge", "lt", "le"))


class Kinks:
    """Looks for kinks in what is differentiated.

    Attributes:
        problems: what was found, each kink once.
    """

    def __init__(self, numbers: Numbers) -> None:
        self.problems: list[Problem] = []
        self._numbers = numbers
        self._programs: dict[Node, tuple[Solution, bool]] = {}

    def tell(
        self,
        names: Collection[str],
        formula: Formula,
        simplified: Callable[[], Formula] | None = None,
    ) -> bool:
        """Note, and return, whether a derivative by any of these names is not unique.

        Args:
            names: what the derivatives are by.
            formula: what is differentiated.
            simplified: that in its simplified form, which may have no kink.
        """
        found = self._kinks(names, formula)
        if found and simplified is not None and not self._kinks(names, simplified()):
            found = []
        self.problems += [problem for problem in found if problem not in self.problems]
        return bool(found)

    def tell_jump(self, wrt: str, formula: Formula) -> None:
        """Note where a derivative has another value on the other side of a condition."""
        graph, output = formula
        at = self._numbers.within(graph)
        for node in explain.active(list(graph.ancestors([output])), [output], at):
            if node.op != "where" or node.args[0].op not in _ORDERED:
                continue
            left, right = map(at, node.args[0].args)
            if left == right and not isclose(*map(at, node.args[1:]), rel_tol=SAME, abs_tol=SAME):
                message = (
                    f"the derivative by {wrt} is not unique there; {brief(at(output))} is used"
                )
                self.problems.append(Problem("kink", wrt, "not unique", message))
                return

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
            program = Differentiated(model)
            solution = Solution(program, [*map(self._numbers.within(graph), model.inputs)], ())
            has_kinks = any(map(solution.value_of, program.kinks.values()))
            self._programs[output] = solution, has_kinks
        return self._programs[output]
