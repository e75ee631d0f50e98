"""Where derivatives in symbols are not unique at the point that is given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import isclose, isfinite

from gradcli.engine import explain
from gradcli.errors import Problem
from gradcli.evaluation.diagnose import kinks
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.graph.domains import LOGIC, TESTS
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.rules import table
from gradcli.symbolic.numbers import SAME, Numbers
from gradcli.syntax.text import brief
from gradcli.syntax.walk import bottom_up

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
        self._continuous: dict[int, tuple[Graph, dict[Node, bool]]] = {}

    def tell(
        self,
        names: Collection[str],
        formula: Formula,
        derivative: Callable[[str], Formula],
        simplified: Callable[[], Formula] | None = None,
    ) -> bool:
        """Note, and return, whether a derivative by any of these names is not unique.

        Kinks may cancel: where what has them is continuous and so is the derivative as a formula,
        or where a simplified form has none and the same derivative, there is nothing to tell.

        Args:
            names: what the derivatives are by.
            formula: what is differentiated.
            derivative: the simplified derivative by one of the names.
            simplified: what is differentiated in its simplified form.
        """
        if not self._solution(formula)[1]:
            return False
        if self._is_continuous(formula):
            names = [name for name in names if not self._is_continuous(derivative(name))]
        found = self._kinks(names, formula)
        if found and simplified is not None and self._is_smooth(names, simplified()):
            solution, _ = self._solution(simplified())
            slopes = {node.label: solution.grad_of(node) for node in solution.model.inputs}
            names = [
                name
                for name in names
                if not isclose(
                    self._value(derivative(name)), slopes.get(name, 0.0), rel_tol=SAME, abs_tol=SAME
                )
            ]
            found = self._kinks(names, formula)
        self.problems += [problem for problem in found if problem not in self.problems]
        return bool(found)

    def _is_smooth(self, names: Collection[str], formula: Formula) -> bool:
        """Whether a formula has neither a kink by any of these names nor a jump at the point."""
        return not self._kinks(names, formula) and self._is_continuous(formula)

    def _value(self, formula: Formula) -> float:
        graph, output = formula
        return self._numbers.within(graph)(output)

    def _is_continuous(self, formula: Formula) -> bool:
        """Whether a formula is continuous around the point; False also where that is not known."""
        graph, output = formula
        at = self._numbers.within(graph)
        draft, known = self._continuous.setdefault(id(graph), (graph.draft(), {}))

        def taken(node: Node) -> Sequence[Node]:
            return explain.taken(node, at)

        def is_continuous(node: Node, inner: Mapping[Node, bool]) -> bool:
            return all(inner[arg] for arg in taken(node)) and not _may_jump(draft, node, at)

        return bottom_up(output, taken, is_continuous, known)[output]

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


def _may_jump(graph: Graph, node: Node, at: Callable[[Node], float]) -> bool:
    """Whether an operation may have another value beside the point, its arguments the same."""
    op, args = node.op, node.args
    if not args:
        return False
    if not isfinite(at(node)):
        return True
    if op in TESTS:
        return at(args[0]) == at(args[1])
    if op == "where" or op in LOGIC:
        conditions = args[:1] if op == "where" else args
        return any(each.op not in LOGIC and not at(each) for each in conditions)
    if op == "pow" and not args[1].is_const:
        return at(args[0]) <= 0
    if "continuous" in table().facts(op, len(args)).words:
        return False
    kink = table().kink(graph, node)
    return kink is not None and bool(at(kink))


def has_kinks(graph: Graph, output: Node) -> bool:
    """Whether there is anything in a formula that has a kink or a jump somewhere."""
    draft = graph.draft()
    return any(
        node.op in LOGIC or node.op == "where" or table().kink(draft, node) is not None
        for node in graph.ancestors([output])
        if node.args
    )
