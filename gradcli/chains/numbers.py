"""The numbers of paths: slopes of edges, values of products and brackets, the sum over all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from gradcli.chains.edges import Edge, Paths
from gradcli.chains.factoring import Bracket, Part, parts_of
from gradcli.engine.beyond import is_number
from gradcli.engine.functions.sums import total_of
from gradcli.evaluation.edge import along, carry, slope
from gradcli.graph.node import Node
from gradcli.syntax.walk import bottom_up


class Numbers:
    """Paths at a point; what is asked for twice is computed once.

    Args:
        value: the number of a node at that point.
        product: that of a product of nodes one of which is infinite; None where it is NaN.
    """

    def __init__(
        self,
        value: Callable[[Node], float],
        product: Callable[[Sequence[Node]], float] | None = None,
    ) -> None:
        self._value = value
        self._product = product
        self._slopes: dict[Edge, float | None] = {}
        self._values: dict[Part, float | None] = {}

    def slope(self, edge: Edge) -> float | None:
        """The partial of an edge; None in a branch that is not taken."""
        if edge not in self._slopes:
            self._slopes[edge] = self._find(edge)
        return self._slopes[edge]

    def value(self, part: Part) -> float | None:
        """The value of a product or a bracket; None if all of it is in branches not taken."""
        return bottom_up(part, parts_of, self._compute, self._values)[part]

    def total(self, paths: Paths) -> tuple[float, float]:
        """The sum over all paths, however many there are, and how far it may be off by rounding."""
        edges = [(edge.source, edge.target, self.slope(edge)) for edge in paths.edges()]
        sizes = [(first, last, None if each is None else abs(each)) for first, last, each in edges]
        total = carry({paths.source: 1.0}, edges).get(paths.output, 0.0)
        size = carry({paths.source: 1.0}, sizes).get(paths.output, 0.0)
        rounding = sys.float_info.epsilon * 4 * (len(paths.nodes) + 8)
        return total, size * rounding + sys.float_info.min

    def _find(self, edge: Edge) -> float | None:
        if not edge.inside:
            return slope(edge.partial, self._value)
        inside = [(each.source, each.target, self.slope(each)) for each in edge.inside]
        return carry({edge.source: 1.0}, inside).get(edge.target)

    def _compute(self, part: Part, values: Mapping[Part, float | None]) -> float | None:
        if isinstance(part, Bracket):
            found = [values[term] for term in part.terms]
            taken = [each for each in found if each is not None]
            return total_of(taken) if taken else None
        total: float | None = 1.0
        for each in part.factors:
            total = along(total, self.slope(each) if isinstance(each, Edge) else values[each])
        if total is None or is_number(total) or self._product is None:
            return total
        partials = [each.partial for each in part.factors if isinstance(each, Edge)]
        # What is infinite beside what vanishes has the limit of the product.
        return self._product(partials) if len(partials) == len(part.factors) else total
