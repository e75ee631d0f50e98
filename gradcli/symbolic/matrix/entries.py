"""One entry of an array that is a sum of products: o[1] of o, 1 or 0 of a unit vector.

What has one entry is multiplied there alone: o*scatter(x, 2; 3) is scatter(o[2]*x, 2; 3).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction

from gradcli.graph import shapes
from gradcli.graph.node import ARRAY, CONST, INPUT, Graph, Node, behind
from gradcli.graph.shapes import SCALAR, SHAPED, Place, along
from gradcli.symbolic.matrix.bases import Bases
from gradcli.symbolic.matrix.build import Builder
from gradcli.symbolic.matrix.links import Link
from gradcli.symbolic.simplify import powers, terms
from gradcli.symbolic.simplify.simplifier import Simplifier
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms, number

DEEPEST = 4
"""How many brackets within brackets are opened."""

MOST_LISTED = 100
"""Larger constant arrays are not looked through."""

LISTED = frozenset(("stack", ARRAY))
"""What is written as a list."""

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


def only_entry(graph: Graph, node: Node) -> tuple[Places, Node] | None:
    """The place and the number of the only entry that is not 0, of a list as well; None of others.

    A list is there what it is made of: [0, x, 0] has x at its second place.

    Args:
        graph: where the number of a constant array is made.
        node: the array.
    """
    if node.op == ARRAY:
        return _only_number(graph, node)
    if node.op == "stack" and node.args:
        others = [at for at, each in enumerate(node.args) if not _is_zero(each)]
        if len(others) != 1:
            return None
        (at,) = others
        item = node.args[at]
        inside = only_entry(graph, item) if item.shape else ((), item)
        if inside is None or isinstance(inside[0], Node):
            return None
        return (at, *inside[0]), inside[1]
    places = place_of(node)
    return None if places is None else (places, node.args[0])


def line_of(graph: Graph, matrix: Node, at: int, *, is_row: bool) -> Node:
    """A row or a column of a matrix as a vector: of a list of lists one of its lists, or a list."""
    if matrix.op == "stack" and is_row:
        return matrix.args[at]
    if matrix.op == "stack" and all(row.op == "stack" for row in matrix.args):
        items = tuple([row.args[at] for row in matrix.args])
        return graph.node("stack", items, (len(items),))
    whole = (0, 1, matrix.shape[is_row])
    places = (at, whole) if is_row else (whole, at)
    return graph.node("take", (matrix,), (places,))


def _whole(part: Node, places: tuple[int, ...]) -> tuple[int, ...] | None:
    """The place in a matrix of an entry of its row or column; None of any other part."""
    if part.op != "take" or len(part.args[0].shape) != 2 or len(places) != 1:
        return None
    (place,) = places
    row, column = part.params[0]
    if isinstance(row, int) and column == (0, 1, part.shape[0]):
        return row, place
    if isinstance(column, int) and row == (0, 1, part.shape[0]):
        return place, column
    return None


def _only_number(graph: Graph, node: Node) -> tuple[Places, Node] | None:
    """The same of a constant array."""
    found = [(place, number) for place, number in _listed(node) if number]
    return (found[0][0], graph.const(found[0][1])) if len(found) == 1 else None


def _listed(node: Node) -> Iterable[tuple[tuple[int, ...], float]]:
    """The entries of a constant array with their places; none of a large one."""
    (listed,) = node.params
    if not isinstance(listed, shapes.Entries) or node.form.size > MOST_LISTED:
        return ()
    return zip(itertools.product(*map(range, node.shape)), listed.numbers(), strict=True)


def _is_zero(node: Node) -> bool:
    """Whether a node is the constant 0, or an array of it."""
    number = node.args[0] if node.op == "spread" else node
    return number.is_const and number.label is None and number.value == 0


def is_softmax(node: Node) -> bool:
    """Whether this is ``exp(x - logsumexp(x))``, which has a name."""
    if node.op != "exp" or not node.shape or node.args[0].op != "sub":
        return False
    x, whole = node.args[0].args
    to = {along(x.form, [len(x.shape) - 1])} if x.shape else set()
    if len(x.shape) == 1:
        to.add(SCALAR)
    return whole.op == "logsumexp_to" and whole.args[0] is x and whole.form in to


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
        only = only_entry(self._bases.graph, row)
        if only is None:
            return None
        places, entry = only
        found = self.of(total, column.shape, places)
        if found is None:
            found = self._taken(column, places)
        return self._scalar.algebra.multiply(self.made(entry), found)

    def made(self, node: Node) -> Terms:
        """A number that is made already, as a sum."""
        if node.is_const and node.label is None and node.value == 1:
            return number(1)
        found = self._numbers.get(node)
        if found is not None:
            return found
        if any(each.shape or self._bases.is_known(each) for each in behind([node])):
            return terms.atom(self._bases.base(node))
        return dict(self._scalar.totals([node])[0])

    def _taken(self, node: Node, places: Places) -> Terms:
        entry = self._entry(node, places, DEEPEST)
        if entry.is_const:
            return self._scalar.totals([entry])[0]
        return terms.atom(self._bases.base(entry))

    def _entry(self, node: Node, places: Places, depth: int) -> Node:
        """An entry of an array: exp(v[2]) of exp(v), but (u - v)[2] of u - v."""
        graph = self._bases.graph
        arrays = [arg for arg in node.args if arg.shape]
        is_entrywise = len(arrays) == 1 and arrays[0].shape == node.shape and len(node.args) < 3
        if depth and is_entrywise and node.op not in SHAPED and not is_softmax(node):
            args = [self._entry(arg, places, depth - 1) if arg.shape else arg for arg in node.args]
            return graph.node(node.op, tuple(args))
        if isinstance(places, Node):
            return graph.node("gather", (node, places), (0,))
        if node.op == "stack" and len(places) == 1:
            return node.args[places[0]]
        for place, number_there in _listed(node) if node.op == ARRAY else ():
            if place == places:
                return graph.const(number_there)
        whole = _whole(node, places)
        if whole is not None:
            return graph.node("take", node.args, (whole,))
        return graph.node("take", (node,), (places,))

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
        if _is_zero(item):
            return {}
        return self.made(item)

    def _of_bracket(
        self, base: Node, shape: Sequence[int], places: Places, depth: int
    ) -> Terms | None:
        """The entry of a sum in brackets, where it has one."""
        inner = self._scalar.writer.form(base) if base.op not in {INPUT, CONST} else {}
        return self._of_sum(inner, shape, places, depth - 1) if len(inner) > 1 else None
