"""Chains to nodes: a product from left to right, with sums for ones at its ends."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.graph.arrays.products import contract, matmul
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import SCALAR, Form
from gradcli.graph.template import written
from gradcli.symbolic.matrix.links import Chain, Link, flipped, form, is_ones


class Builder:
    """Makes the nodes of chains.

    Args:
        graph: where they are made.
        solves: whether ``inv(A) @ b`` is written ``solve(A, b)``, as the program does.
    """

    def __init__(self, graph: Graph, *, solves: bool = False) -> None:
        self.graph = graph
        self.solves = solves
        self._known: dict[Chain, Node] = {}

    def node(self, chain: Chain) -> Node:
        """The node of a chain."""
        found = self._known.get(chain)
        if found is None:
            found = self._known[chain] = self._made(chain)
        return found

    def scaled(self, scale: Node | None, chain: Chain) -> Node | None:
        """A number times a product, ``2*A @ x``, or its opposite without a number, ``-A @ x``.

        None if that is best written in another way.
        """
        first, *rest = chain
        if not rest or self._is_sum(chain) or (self.solves and any(x.inverse for x in chain)):
            return None
        node = self._link(first)
        args = (node,) if scale is None else (scale, node)
        return self._product(self.graph.node("neg" if scale is None else "mul", args), rest)

    def sum(self, node: Node, to: Form = SCALAR) -> Node:
        """The sum over the axes that a form has not."""
        return node if node.form == to else self.graph.node("sum_to", (node,), (to,))

    def trace(self, chain: Chain) -> Node:
        """The trace of a chain."""
        node = self.node(chain)
        eye = self.graph.node("eye", (), (node.shape[0],))
        return contract(self.graph, node, eye, ("ab", "ab", ""), written)

    def diagonal(self, node: Node) -> Node:
        """The diagonal matrix of a vector, or the diagonal of a matrix."""
        eye = self.graph.node("eye", (), (node.shape[0],))
        labels = ("ab", "ab", "a") if len(node.shape) == 2 else ("a", "ab", "ab")
        return contract(self.graph, node, eye, labels, written)

    def _made(self, chain: Chain) -> Node:
        if form(chain) is SCALAR and is_ones(chain[0]):
            inner = chain[1:-1] if len(chain) > 2 and is_ones(chain[-1]) else chain[1:]
            return self.sum(self.node(inner))
        if self._is_sum(chain):
            whole = form(chain)
            inner = chain[2:] if is_ones(chain[0]) else chain[:-2]
            return self.sum(self.node(inner), whole)
        return self._product(None, chain)

    def _is_sum(self, chain: Sequence[Link]) -> bool:
        """Whether a chain begins or ends with the ones of a sum along an axis that is kept."""
        if len(chain) < 3 or len(form(chain).shape) != 2:
            return False
        first, second, *_, last = chain
        if is_ones(first) and first.length == 1 and is_ones(second) and second.is_row:
            return chain[2].is_matrix
        return is_ones(last) and last.length == 1 and is_ones(chain[-2]) and chain[-3].is_matrix

    def _product(self, node: Node | None, links: Sequence[Link]) -> Node:
        """Links multiplied from left to right onto a node."""
        waiting = [*links]
        while waiting:
            link = waiting.pop(0)
            following = waiting[0] if waiting else None
            if self.solves and link.inverse and following is not None:
                right, waiting = self._solved(link, waiting)
            elif self.solves and link.is_row and _ends_in_inverse(waiting):
                right, waiting = self._turned(self.node(flipped((link, *waiting)))), []
            elif following is not None and is_ones(link) and link.is_column and is_ones(following):
                waiting.pop(0)
                right = self._ones(link.length, following.length)
            else:
                right = self._link(link)
            node = right if node is None else matmul(self.graph, node, right, written)
        if node is None:
            raise ValueError("a product of nothing")
        return node

    def _solved(self, link: Link, links: Sequence[Link]) -> tuple[Node, list[Link]]:
        """What an inverse is multiplied with, solved for; and what comes behind."""
        end = next((at for at, each in enumerate(links) if each.is_row), len(links))
        right = self._product(None, links[:end])
        matrix = self._link(link._replace(inverse=False))
        return self.graph.node("solve", (matrix, right)), [*links[end:]]

    def _link(self, link: Link) -> Node:
        node = link.node
        if link.inverse:
            node = self.graph.node("inv", (node,))
        return self._turned(node) if link.turned else node

    def _turned(self, node: Node) -> Node:
        return node.args[0] if node.op == "transpose" else self.graph.node("transpose", (node,))

    def _ones(self, *lengths: int) -> Node:
        return self.graph.node("spread", (self.graph.const(1.0),), (Form(lengths),))


def _ends_in_inverse(links: Sequence[Link]) -> bool:
    """Whether a row with these links is best written as the transpose of a column."""
    return bool(links) and not links[-1].is_column and any(link.inverse for link in links)
