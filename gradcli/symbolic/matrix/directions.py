"""The matrix of what is linear in a vector: W' @ (s*(W @ v)) is W' @ diag(s) @ W, times v."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gradcli.graph.node import Node
from gradcli.graph.shapes import JOINING, Form
from gradcli.symbolic.matrix import links
from gradcli.symbolic.matrix.links import Chain, Link
from gradcli.symbolic.matrix.products import Products
from gradcli.symbolic.matrix.writing import node_of
from gradcli.symbolic.simplify import terms
from gradcli.symbolic.simplify.order import SUMS
from gradcli.symbolic.simplify.terms import Product, Terms, number
from gradcli.syntax.walk import bottom_up


class _Part(NamedTuple):
    """A vector that is linear in the direction, behind a number and a chain."""

    scale: Terms
    before: Chain
    product: Product
    length: int


class Reading(NamedTuple):
    """What is known of nodes of the result itself.

    Attributes:
        terms: the terms of a node.
        slope: the gradient of a number that is linear in the direction, as a column.
    """

    terms: Callable[[Node], Terms]
    slope: Callable[[Node], Node]


def stripped(
    products: Products, total: Terms, length: int, direction: Node, reading: Reading
) -> Terms | None:
    """The matrix that a vector is the product of with a direction; None if it is not found.

    Args:
        products: what the vector is made of.
        total: the vector.
        length: how many entries it has.
        direction: the input that it is linear in, a column.
        reading: for what is listed or joined.
    """
    return _Stripper(products, direction, reading).matrix(total, length)


class _Stripper:
    def __init__(self, products: Products, direction: Node, reading: Reading) -> None:
        self._products = products
        self._reading = reading
        self._direction = direction
        self._depends_on_it = {direction: True}
        self._waiting: list[_Part] = []

    def matrix(self, total: Terms, length: int) -> Terms | None:
        self._wait(number(1), (), total, length)
        found: Terms = {}
        while self._waiting:
            matrix = self._stripped(self._waiting.pop())
            if matrix is None:
                return None
            found = self._products.scalar.algebra.add(found, matrix)
        return found

    def _wait(self, scale: Terms, before: Chain, total: Terms, length: int) -> None:
        for product, factor in reversed(total.items()):
            scaled = terms.scaled(scale, factor)
            self._waiting.append(_Part(scaled, before, product, length))

    def _depends(self, node: Node) -> bool:
        """Whether a node of the result is made of the direction."""
        return bottom_up(node, lambda each: each.args, _depends, self._depends_on_it)[node]

    def _stripped(self, part: _Part) -> Terms | None:
        """What a part adds to the matrix; what is still to be looked at waits."""
        products = self._products
        linear = [each for each in part.product if self._depends(products.bases.node(each[0]))]
        if len(linear) != 1 or linear[0][1] != 1:
            return None
        base = linear[0][0]
        rest = terms.product(each for each in part.product if each[0] is not base)
        numbers = terms.product(each for each in rest if not products.bases.is_array(each))
        others = terms.product(each for each in rest if products.bases.is_array(each))
        scale = products.times(part.scale, {numbers: 1})
        if base.op in SUMS:
            total = products.times({others: 1}, products.scalar.writer.form(base))
            if base in {each for product in total for each, _ in product}:
                total = self._multiplied(others, products.scalar.writer.form(base))
            self._wait(scale, part.before, total, part.length)
            return {}
        if base.op == "where":
            return self._chosen(part._replace(scale=scale, product=others), base)
        node = products.bases.node(base)
        if node.op in JOINING and len(node.shape) == 1:
            return self._joined(part._replace(scale=scale, product=others), node)
        chain = products.bases.chains.get(base)
        if chain is not None:
            return self._along(part._replace(scale=scale, product=others), chain)
        chain = products.bases.numbers.get(base)
        if chain is not None:
            return self._across(part._replace(scale=scale, product=others), chain)
        return None

    def _joined(self, part: _Part, node: Node) -> Terms | None:
        """What is listed: the gradients of numbers as rows, or the matrices of vectors."""
        if node.op == "stack":
            found: list[Node | None] = [*map(self._reading.slope, node.args)]
        else:
            found = [*map(self._matrix_of, node.args)]
        parts = tuple([each for each in found if each is not None and not self._depends(each)])
        if len(parts) < len(node.args):
            return None
        matrix = Link(self._products.graph.node(node.op, parts, node.params))
        scale, before = self._weighed(part)
        return self._products.times(scale, self._products.product((*before, matrix)))

    def _matrix_of(self, node: Node) -> Node | None:
        """The matrix that a vector of the result is the product of with the direction."""
        own = _Stripper(self._products, self._direction, self._reading)
        matrix = own.matrix(self._reading.terms(node), node.form.size)
        if matrix is None:
            return None
        form = Form((node.form.size, self._direction.form.size))
        return node_of(self._products, matrix, form)

    def _weighed(self, part: _Part) -> tuple[Terms, Chain]:
        """A number and a chain before what is multiplied with others entry by entry."""
        if not part.product:
            return part.scale, part.before
        other, vector = self._products.factor({part.product: 1}, Form((part.length,)))
        scale = self._products.times(part.scale, other)
        return scale, (*part.before, self._products.diagonal(vector))

    def _chosen(self, part: _Part, choice: Node) -> Terms | None:
        """A choice between something linear and 0, as 1 or 0 times that."""
        condition, *branches = choice.args
        bases = self._products.bases
        nodes = list(map(bases.node, branches))
        linear = [place for place, node in enumerate(nodes) if self._depends(node)]
        others = [branches[place] for place in (0, 1) if place not in linear]
        is_zero = all(each.is_const and not each.value for each in others)
        if not is_zero or self._depends(bases.node(condition)):
            return None
        writer = self._products.scalar.writer
        for place in linear:
            marks = [writer.number(int(each == place)) for each in (0, 1)]
            mask = terms.atom(writer.make("where", condition, *marks))
            total = self._products.times({part.product: 1}, mask)
            total = self._products.times(total, writer.form(branches[place]))
            self._wait(part.scale, part.before, total, part.length)
        return {}

    def _multiplied(self, others: Product, total: Terms) -> Terms:
        """A product with a bracket, multiplied out."""
        found: Terms = {}
        for product, factor in total.items():
            terms.add_term(found, terms.multiply(others, product), factor)
        return found

    def _along(self, part: _Part, chain: Chain) -> Terms | None:
        """A chain that ends with the direction, entry by entry times others."""
        form = Form((part.length,))
        chain = links.widened(self._products.graph, chain, form)
        scale, before = self._weighed(part)
        return self._behind(scale, (*before, *chain))

    def _across(self, part: _Part, chain: Chain) -> Terms | None:
        """A vector times a number that the direction is in: u*(a' @ v) is (u @ a') @ v."""
        if self._depends(chain[0].node):
            chain = links.flipped(chain)
        scale, vector = self._products.factor({part.product: 1}, Form((part.length,)))
        scale = self._products.times(part.scale, scale)
        return self._behind(scale, (*part.before, *vector, *chain))

    def _behind(self, scale: Terms, chain: Sequence[Link]) -> Terms | None:
        """A chain without the direction at its end."""
        *before, last = chain
        if any(self._depends(link.node) for link in before) or not last.is_column:
            return None
        if last.node is self._direction:
            unit = Link(self._products.graph.node("eye", (), (last.length,)))
            return self._products.times(scale, self._products.product(before or (unit,)))
        if last.node.op in JOINING and not last.turned:
            return self._joined(_Part(scale, tuple(before), (), last.length), last.node)
        source = None if last.turned else self._products.sources.get(last.node)
        if source is None:
            return None
        total = self._products.scalar.writer.form(source)
        self._wait(scale, tuple(before), total, last.length)
        return {}


def _depends(node: Node, known: Mapping[Node, bool]) -> bool:
    """Whether a node is made of what is, where it is known of its arguments."""
    return any(known[arg] for arg in node.args)
