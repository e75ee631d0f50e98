"""One entry of an array that is a sum of products: o[1] of o, 1 or 0 of a unit vector.

What has one entry is multiplied there alone: o*scatter(x, 2; 3) is scatter(o[2]*x, 2; 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradcli.graph.node import CONST, INPUT, Node
from gradcli.graph.shapes import Place
from gradcli.symbolic.matrix.bases import Bases
from gradcli.symbolic.matrix.build import Builder
from gradcli.symbolic.matrix.links import Link
from gradcli.symbolic.simplify import powers, terms
from gradcli.symbolic.simplify.simplifier import Simplifier
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms, number

DEEPEST = 4
"""How many brackets within brackets are opened."""

Places = tuple[int, ...] | Node
"""One place along each axis, or a node whose value is the place in a vector."""


def single(places: Sequence[Place]) -> tuple[int, ...] | None:
    """Places that are those of one entry; None of others."""
    found = [each for each in places if isinstance(each, int)]
    return tuple(found) if len(found) == len(places) else None


def place_of(node: Node) -> Places | None:
    """Where the only entry stands of an array that has one; None of others."""
    if node.op not in {"put", "place"} or node.args[0].shape:
        return None
    if node.op == "place":
        index = node.args[1]
        return index if len(node.shape) == 1 and not index.shape else None
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
        self._numbers: dict[Node, Terms] = {}

    def tell(self, node: Node, total: Terms) -> None:
        """Remember the sum that a number is made of."""
        self._numbers[node] = total

    def placed(self, total: Terms) -> Terms:
        """A sum in which factors are taken into what has one entry, where they cancel there."""
        placed: dict[Product, Terms] = {}
        for product in total:
            if sum(map(self._bases.is_array, product)) > 1:
                found = self._cancelled(product)
                found = self._opened(product) if found is None else found
                if found is not None:
                    placed[product] = found
        if not placed:
            return total
        result: Terms = {}
        for product, scale in total.items():
            self._scalar.algebra.accumulate(result, placed.get(product, {product: 1}), scale)
        return result

    def _opened(self, product: Product) -> Terms | None:
        """A product with a bracket, term by term: o*(1 - scatter(1/o[2], 2; 3))."""
        for base, exponent in product:
            inner = {} if base.op in {INPUT, CONST} else self._scalar.writer.form(base)
            if exponent != 1 or len(inner) < 2:
                continue
            rest = terms.multiply(product, ((base, -1),))
            found: Terms = {}
            is_shorter = False
            for term, scale in inner.items():
                each = terms.multiply(rest, term)
                placed = self._cancelled(each)
                is_shorter |= placed is not None
                more: Terms = {each: 1} if placed is None else placed
                self._scalar.algebra.accumulate(found, more, scale)
            if is_shorter:
                return found
        return None

    def _cancelled(self, product: Product) -> Terms | None:
        """A product with what has one entry; None where nothing cancels there."""
        for base, exponent in product:
            is_array = exponent == 1 and self._bases.is_array((base, exponent))
            node = self._bases.node(base) if is_array else base
            place = place_of(node)
            if place is None:
                continue
            rest = terms.multiply(product, ((base, -1),))
            arrays = terms.product(each for each in rest if self._bases.is_array(each))
            entry = self.of({arrays: 1}, node.shape, place) if arrays else None
            if entry is None:
                continue
            algebra = self._scalar.algebra
            before, _ = algebra.as_product(self.made(node.args[0]))
            inside, scale = algebra.as_product(algebra.multiply(entry, self.made(node.args[0])))
            if len(inside) < len(before):
                numbers = terms.product(each for each in rest if not self._bases.is_array(each))
                return algebra.multiply({numbers: scale}, self._with(node, inside))
        return None

    def _with(self, unit: Node, inside: Product) -> Terms:
        """What has one entry with another one."""
        graph = self._bases.graph
        if unit.op == "place" and not inside:
            node = graph.node("onehot", unit.args[1:], unit.shape)
        else:
            entry = self._bases.loosely(self._scalar.algebra.node({inside: 1}))
            self.tell(entry, {inside: 1})
            node = graph.node(unit.op, (entry, *unit.args[1:]), unit.params)
        base = self._bases.base(node)
        self._bases.chains.setdefault(base, (Link(node),))
        return terms.atom(base)

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
        return self._numbers.get(node) or terms.atom(self._bases.base(node))

    def _taken(self, node: Node, places: Places) -> Terms:
        graph = self._bases.graph
        if isinstance(places, Node):
            return terms.atom(self._bases.base(graph.node("gather", (node, places), (0,))))
        return terms.atom(self._bases.base(graph.node("take", (node,), (places,))))

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
            if place != places and not (isinstance(place, tuple) and isinstance(places, tuple)):
                return None
            inner = self.made(node.args[0]) if place == places else {}
        elif node.op == "stack" and isinstance(places, tuple):
            inner = self._of_list(node, places)
        else:
            inner = self._of_bracket(base, shape, places, depth) or self._taken(node, places)
        return powers.power(self._scalar.algebra, inner, number(exponent))

    def _of_list(self, node: Node, places: tuple[int, ...]) -> Terms:
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
