"""One entry of an array that is a sum of products: o[1] of o, 1 or 0 of a unit vector."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradcli.graph.node import CONST, INPUT, Node
from gradcli.graph.shapes import Place
from gradcli.symbolic.matrix.bases import Bases
from gradcli.symbolic.matrix.build import Builder
from gradcli.symbolic.simplify import powers, terms
from gradcli.symbolic.simplify.simplifier import Simplifier
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms, number

DEEPEST = 4
"""How many brackets within brackets are opened."""

Places = tuple[int, ...]
"""One place along each axis."""


def single(places: Sequence[Place]) -> Places | None:
    """Places that are those of one entry; None of others."""
    found = [each for each in places if isinstance(each, int)]
    return tuple(found) if len(found) == len(places) else None


def place_of(node: Node) -> Places | None:
    """Where the only entry stands of an array that has one; None of others."""
    if node.op != "put" or node.args[0].shape:
        return None
    places, _ = node.params
    return single(places)


class Entries:
    """Single entries, as sums of numbers.

    Args:
        bases: what stands for arrays in the scalar simplifier.
        scalar: the simplifier of what is done entry by entry.
        builder: makes the nodes of chains.
    """

    def __init__(self, bases: Bases, scalar: Simplifier, builder: Builder) -> None:
        self._bases = bases
        self._scalar = scalar
        self._builder = builder

    def of(self, total: Terms, shape: Sequence[int], places: Places) -> Terms | None:
        """An entry of a sum; None where it is best written as the entry of the whole.

        Args:
            total: the sum.
            shape: its shape; what is stretched to that is left as it is.
            places: those of the entry.
        """
        return self._of_sum(total, shape, places, DEEPEST)

    def with_unit(self, row: Node, column: Node, total: Terms) -> Terms | None:
        """The product of two vectors of which the first has a single entry; None of any other.

        Args:
            row: what has the entry.
            column: the other one.
            total: the same as a sum.
        """
        places = place_of(row)
        if places is None:
            return None
        found = self.of(total, column.shape, places)
        if found is None:
            found = self._taken(column, places)
        return self._scalar.algebra.multiply(self.made(row.args[0]), found)

    def made(self, node: Node) -> Terms:
        """A number that is made already, as a sum."""
        if node.is_const and node.label is None and node.value == 1:
            return number(1)
        return terms.atom(self._bases.base(node))

    def _taken(self, node: Node, places: Places) -> Terms:
        return terms.atom(self._bases.base(self._bases.graph.node("take", (node,), (places,))))

    def _of_sum(
        self, total: Terms, shape: Sequence[int], places: Places, depth: int
    ) -> Terms | None:
        if not depth or (len(total) > 1 and not all(map(self._is_plain, total))):
            return None
        found: Terms = {}
        for product, scale in total.items():
            term = number(scale)
            for base, exponent in product:
                factor = self._of_factor(base, exponent, shape, places, depth)
                if factor is None:
                    return None
                term = self._scalar.algebra.multiply(term, factor)
            found = self._scalar.algebra.add(found, term)
        return found

    def _is_plain(self, product: Product) -> bool:
        """Whether nothing in a product is a product of matrices."""
        chains = [self._bases.chains.get(base) for base, _ in product]
        return all(chain is None or len(chain) == 1 for chain in chains)

    def _of_factor(
        self, base: Node, exponent: Exponent, shape: Sequence[int], places: Places, depth: int
    ) -> Terms | None:
        if not self._bases.is_array((base, exponent)):
            return {((base, exponent),): 1}
        node = self._bases.node(base)
        if node.shape != shape or not isinstance(exponent, int | Fraction):
            return None
        place = place_of(node)
        if place is not None:
            inner = self.made(node.args[0]) if place == places else {}
        elif node.op == "stack":
            inner = self._of_list(node, places)
        else:
            inner = self._of_bracket(base, shape, places, depth) or self._taken(node, places)
        return powers.power(self._scalar.algebra, inner, number(exponent))

    def _of_list(self, node: Node, places: Places) -> Terms:
        """The entry of [x, y], or of rows that are listed."""
        item = node.args[places[0]]
        if len(places) > 1:
            rest = places[1:]
            return self._of_list(item, rest) if item.op == "stack" else self._taken(item, rest)
        if item.is_const and item.label is None and item.value == 0:
            return {}
        return self.made(item)

    def _of_bracket(
        self, base: Node, shape: Sequence[int], places: Places, depth: int
    ) -> Terms | None:
        """The entry of a sum in brackets, where it has one."""
        inner = self._scalar.writer.form(base) if base.op not in {INPUT, CONST} else {}
        return self._of_sum(inner, shape, places, depth - 1) if len(inner) > 1 else None
