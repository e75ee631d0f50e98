"""Derivatives that a solution is asked for beside those of its output, of any node and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import factorial, isfinite
from typing import TYPE_CHECKING, Any, Protocol

from gradcli.calculus.reverse import gradient
from gradcli.engine import explain
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem, UsageError
from gradcli.evaluation.forms import zeros
from gradcli.evaluation.ties import convention, hanging
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Node
from gradcli.graph.shapes import Form

if TYPE_CHECKING:
    from gradcli.evaluation.beside.higher import Higher

MANY = 3
"""From this order on derivatives by one node are taken by Taylor arithmetic."""


class Point(Protocol):
    """A program at a point."""

    model: Model

    @property
    def names(self) -> Mapping[Node, str]:
        """The name of every node that is shown."""

    @property
    def ties(self) -> Mapping[Node, Node]:
        """For each node that may be tied, the condition for that."""

    @property
    def value_of(self) -> Values:
        """The values of nodes."""

    def with_output(self, node: Node) -> Point:
        """The same with another output."""

    def get_all(self, query: str) -> list[Any]:
        """The numbers behind a question."""

    def warnings_by(self, targets: Sequence[Node]) -> Sequence[Problem]:
        """The warnings about the value and the derivatives by some nodes."""


class Other:
    """A derivative of one or several nodes.

    Args:
        point: the program.
        nodes: what is differentiated.
        by: what it is by: several nodes of which each has a derivative of its own, or, without a
            query, one after another.
        query: the same by nodes of one name as a question about the output.
    """

    def __init__(
        self, point: Point, nodes: Sequence[Node], by: Sequence[Node], query: str | None = None
    ) -> None:
        self._point = point
        self._nodes = nodes
        self._query = query
        self._higher: dict[Node, Higher] = {}
        self._by = tuple(by)

    @property
    def is_one(self) -> bool:
        """Whether it is a single number."""
        return len(self._nodes) == 1 and (self._query is None or len(self._by) == 1)

    @property
    def numbers(self) -> list[Any]:
        """Its numbers.

        Raises:
            UsageError: it is of higher order, and of arrays.
        """
        if self._query is None:
            return [self._number(of) for of in self._nodes]
        return [each for of in self._nodes for each in self._slopes(self._query, of)]

    @property
    def warnings(self) -> list[Problem]:
        """What has to be said of them."""
        if self._query is None:
            return [problem for of in self._nodes for problem in self._problems(of)]
        others = [self._point.with_output(of) for of in self._nodes]
        return [
            problem
            for other in others
            for problem in other.warnings_by([each for each in self._by if each in other.names])
        ]

    def _slopes(self, query: str, of: Node) -> list[Any]:
        """First derivatives; 0 by what it is not made of."""
        other = self._point.with_output(of)
        if all(node in other.names for node in self._by):
            return other.get_all(query)
        forms = [Form((*of.shape, *node.shape)) for node in self._by]
        return [zeros(form) if form.shape else 0.0 for form in forms]

    def _beside(self, of: Node) -> Higher | None:
        """The derivatives by inputs beside the point; None where nothing is tied."""
        model, at = self._point.model, self._point.value_of
        is_by_inputs = all(node.op == INPUT for node in self._by)
        if not is_by_inputs or model.graph.has_arrays or not isfinite(at(of)):
            return None
        if of not in self._higher:
            from gradcli.evaluation.beside.higher import Higher  # noqa: PLC0415  (few are asked for)

            self._higher[of] = Higher(model.with_output(of), at)
        found = self._higher[of]
        return found if found.leads(self._by) else None

    def _problems(self, of: Node) -> list[Problem]:
        by = ",".join([self._point.names[each] for each in self._by])
        if self._coefficient(of) is not None:
            return []
        beside = self._beside(of)
        if beside is not None and beside.entry(*self._by) is not None:
            return beside.problems(self._by, by)
        value = self._number(of)
        if isfinite(value) and not self._is_tied:
            return []
        node = self._node(of)
        if not isfinite(value):
            what = explain.kind(value)
            return [Problem("derivative", by, what, f"the derivative by {by} is {what} there")]
        graph = self._point.model.graph
        (hangs,) = hanging(graph, [node], self._point.value_of, set(graph.ancestors([of])))
        return [convention(by, f"by {by}", hangs, value)] if hangs else []

    @cached_property
    def _is_tied(self) -> bool:
        """Whether anything at the point may have two derivatives."""
        return any(map(self._point.value_of, self._point.ties.values()))

    def _number(self, of: Node) -> Any:
        """A derivative of higher order: one by the same node again and again is a coefficient."""
        series = self._coefficient(of)
        if series is not None:
            return series
        beside = self._beside(of)
        entry = None if beside is None else beside.entry(*self._by)
        return self._point.value_of(self._node(of)) if entry is None else entry.value

    def _coefficient(self, of: Node) -> float | None:
        """That by an input again and again, where no tie is met and it is finite."""
        by, model = self._by[0], self._point.model
        is_line = len({*self._by}) == 1 and len(self._by) >= MANY and not model.graph.has_arrays
        if not is_line:
            return None
        from gradcli.evaluation.beside.higher import is_open  # noqa: PLC0415  (few are asked for)

        if not is_open(model.graph, of, [by], self._point.value_of):
            from gradcli.taylor.plan import TaylorPlan  # noqa: PLC0415  (few ask for any)

            order = len(self._by)
            plan = TaylorPlan(model.graph, model.inputs, [by], [of], order)
            (series,) = plan.run([self._point.value_of(node) for node in model.inputs], [1.0])
            found = series[order] * factorial(order)
            if isfinite(found):
                return found
        return None

    def _node(self, of: Node) -> Node:
        """A derivative of higher order as a node."""
        if any(node.shape for node in (of, *self._by)):
            raise UsageError(
                "query",
                "a derivative of higher order is asked for of numbers, and this is one of arrays",
                hint="gradcli hess has all second derivatives",
            )
        for each in self._by:
            (of,) = gradient(self._point.model.graph, of, [each])
        return of
