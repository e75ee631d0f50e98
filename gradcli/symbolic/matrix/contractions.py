"""Products of arrays along common axes, as chains: which operand is turned, and what is summed."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.graph.node import Node
from gradcli.graph.shapes import ROW, SCALAR
from gradcli.symbolic.matrix import links
from gradcli.symbolic.matrix.links import Chain, Link
from gradcli.symbolic.matrix.products import Products
from gradcli.symbolic.simplify.terms import Terms, number


def contracted(products: Products, node: Node, totals: Sequence[Terms]) -> Terms | None:
    """A contraction as a sum of products; None if it is no product of vectors and matrices.

    Args:
        products: what it is made of.
        node: the contraction.
        totals: its arguments.
    """
    of_a, of_b, result = [str(each).removesuffix(ROW) for each in node.params]
    return _Contraction(products, node.args, totals, (of_a, of_b, result)).total()


class _Operand:
    """An argument of a contraction: a number times a chain, with a label for each axis."""

    def __init__(self, products: Products, node: Node, total: Terms, labels: str) -> None:
        self.node = node
        self.total = total
        self.labels = labels
        self.scale, chain = products.factor(total, node.form)
        self.chain = links.column(chain) if len(labels) == 1 else chain

    def oriented(self, others: str, *, is_left: bool) -> Chain:
        """The chain with the common axis where it meets the other operand."""
        if len(self.labels) == 2:
            is_last = self.labels[1] in others
            return self.chain if is_last == is_left else links.flipped(self.chain)
        meets = self.labels in others
        return links.flipped(self.chain) if meets == is_left else self.chain


class _Contraction:
    def __init__(
        self,
        products: Products,
        nodes: Sequence[Node],
        totals: Sequence[Terms],
        labels: tuple[str, str, str],
    ) -> None:
        self._products = products
        *each, self._result = labels
        self._a, self._b = (
            _Operand(products, *parts) for parts in zip(nodes, totals, each, strict=True)
        )

    def total(self) -> Terms | None:
        """What the contraction is."""
        a, b, result = self._a, self._b, self._result
        for x, unit in ((a, b), (b, a)):
            if unit.node.op == "eye" and _is_diagonal(x.labels, unit.labels, result):
                return self._of_diagonal(x)
        shared = [label for label in a.labels if label in b.labels]
        kept = [label for label in shared if label in result]
        if len(shared) == 2 and not kept:
            return self._trace()
        if kept:
            return self._entrywise(kept)
        if not shared and (len(a.labels), len(b.labels)) != (1, 1):
            return None
        return self._product()

    def _times(self, *totals: Terms) -> Terms:
        found, *others = totals
        for total in others:
            found = self._products.times(found, total)
        return found

    def _scaled(self, total: Terms) -> Terms:
        """What chains come to, times the numbers before both operands."""
        return self._times(self._a.scale, self._b.scale, total)

    def _product(self) -> Terms:
        """A product with at most one common axis."""
        left, right = self._a, self._b
        if self._result and self._result[0] not in left.labels:
            left, right = right, left
        first = left.oriented(right.labels, is_left=True)
        second = right.oriented(left.labels, is_left=False)
        return self._scaled(self._products.written((*first, *second)))

    def _trace(self) -> Terms:
        """The sum of the products of entries: tr(A @ B), or sum(A*B) if both are alike."""
        a, b = self._a, self._b
        if a.labels != b.labels:
            return self._scaled(self._products.trace((*a.chain, *b.chain)))
        entries = self._times(*map(self._products.product, (a.chain, b.chain)))
        scale, chain = self._products.factor(entries, a.node.form)
        return self._scaled(self._times(scale, self._products.summed(chain, SCALAR)))

    def _entrywise(self, kept: Sequence[str]) -> Terms | None:
        """A product with an axis of both operands that the result has, too."""
        a, b, result = self._a, self._b, self._result
        if len(a.labels) < len(b.labels):
            a, b = b, a
        if len(a.labels) == 1:
            return self._times(a.total, b.total)
        if len(b.labels) == 1:
            return self._with_diagonal(a, b) if len(result) == 2 else None
        if a.labels != b.labels or (result != a.labels and len(kept) != 1):
            return None
        scale, chain = self._products.factor(self._times(a.total, b.total), a.node.form)
        if len(kept) == 1:
            chain = chain if kept[0] == a.labels[0] else links.flipped(chain)
            length = links.form(chain).shape[-1]
            chain = (*chain, links.ones(self._products.graph, length))
        return self._times(scale, self._products.product(chain))

    def _with_diagonal(self, matrix: _Operand, vector: _Operand) -> Terms:
        """A matrix with its rows or columns times the entries of a vector."""
        diagonal = self._products.diagonal(vector.chain)
        is_first = vector.labels == matrix.labels[0]
        chain = (diagonal, *matrix.chain) if is_first else (*matrix.chain, diagonal)
        chain = chain if self._result == matrix.labels else links.flipped(chain)
        return self._scaled(self._products.product(chain))

    def _of_diagonal(self, x: _Operand) -> Terms:
        """A product with the unit matrix: a trace, a diagonal, a diagonal matrix."""
        if not self._result:
            total = self._products.trace(x.chain)
        elif len(x.labels) == 1:
            total = self._products.product((self._products.diagonal(x.chain),))
        else:
            return self._diagonals(x)
        return self._times(x.scale, total)

    def _diagonals(self, x: _Operand) -> Terms:
        """The diagonal of a sum is that of its terms, where one of them is an outer product."""
        products = self._products
        parts = [products.factor({each: scale}, x.node.form) for each, scale in x.total.items()]
        if not any(links.is_outer(chain) is not None for _, chain in parts):
            parts = [(x.scale, x.chain)]
        found: Terms = {}
        for scale, chain in parts:
            each = self._times(scale, self._diagonal(chain))
            found = products.scalar.algebra.add(found, each)
        return found

    def _diagonal(self, chain: Chain) -> Terms:
        """The diagonal of a matrix, as a column."""
        products = self._products
        place = links.is_outer(chain)
        if place is not None:
            return self._times(
                products.product(chain[:place]), products.product(links.flipped(chain[place:]))
            )
        if len(chain) == 1 and chain[0].node.op == "eye":
            return number(1)
        if len(chain) == 1 and chain[0].node in products.diagonals:
            return products.product(products.diagonals[chain[0].node])
        node = products.builder.node(links.smaller(chain))
        return products.atom((Link(products.builder.diagonal(node)),))


def _is_diagonal(labels: str, of_unit: str, result: str) -> bool:
    """Whether a product with the unit matrix is a trace, a diagonal, or a diagonal matrix."""
    if len(labels) == 1:
        return labels in of_unit and {*result} == {*of_unit}
    return {*labels} == {*of_unit} and len(result) < 2
