"""Bases of the scalar simplifier that stand for nodes with forms, and the way back from them."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.matrix.build import Builder
from gradcli.symbolic.matrix.links import Chain
from gradcli.symbolic.simplify.order import SUMS
from gradcli.symbolic.simplify.simplifier import Simplifier
from gradcli.syntax.walk import bottom_up

LONGEST = 80
"""What is longer is not sorted by its text."""

ARRAY, PRODUCT = 1, 2
"""Where arrays stand among the factors of a term: those that are products last."""


class Bases:
    """Inputs of the scalar simplifier's graph, each for a node of another graph.

    Args:
        graph: where nodes are made, with their forms.
        scalar: the simplifier of what is done entry by entry.
        builder: makes the nodes of chains.

    Attributes:
        chains: the chain that a base stands for, if it is an array.
        numbers: the same if it is a number.
    """

    def __init__(self, graph: Graph, scalar: Simplifier, builder: Builder) -> None:
        self.graph = graph
        self.chains: dict[Node, Chain] = {}
        self.numbers: dict[Node, Chain] = {}
        self._scalar = scalar
        self._builder = builder
        self._of: dict[Node, Node] = {}
        self._nodes: dict[Node, Node] = {}
        self._taken: set[str] = set()
        self._writer = Unparser({})

    def is_known(self, node: Node) -> bool:
        """Whether a base stands for a node."""
        return node in self._of

    def base(self, node: Node) -> Node:
        """The base that stands for a node."""
        found = self._of.get(node)
        if found is None:
            found = self._of[node] = self._scalar.graph.input(self._name(node))
            self._nodes[found] = node
            if node.shape:
                place = PRODUCT if node.op == "contract" else ARRAY
                self._scalar.writer.order.arrays[found] = place
        return found

    def _name(self, node: Node) -> str:
        """What a base is sorted by: its text, transposes first; nobody sees it."""
        is_short = self._writer.fits(node, LONGEST)
        name = (self._writer.text(node) if is_short else "~").replace("'", "\x01") + " "
        if name in self._taken or not is_short:
            name += str(node.index)
        self._taken.add(name)
        return name

    def node(self, base: Node) -> Node:
        """The node of what the scalar simplifier has made, in this graph."""
        return bottom_up(base, lambda each: each.args, self._copied, self._nodes)[base]

    def _copied(self, base: Node, nodes: Mapping[Node, Node]) -> Node:
        if base.op in {INPUT, CONST}:
            return self.graph.copied(base, ())
        return self.graph.node(base.op, tuple([nodes[arg] for arg in base.args]))

    def loosely(self, base: Node, *, above: bool = False) -> Node:
        """The same where nothing but sums are around it: 8*x @ x' rather than 8*(x @ x').

        Args:
            base: what the scalar simplifier has made.
            above: whether it stands above a fraction bar.
        """
        if base.op == "div" and not above:
            numerator, denominator = base.args
            args = self.loosely(numerator, above=True), self.node(denominator)
            return self.graph.node("div", args)
        parts: list[tuple[str, Node]] = []
        while base.op in SUMS:
            first, second = base.args
            parts.append((base.op, self._term(second)))
            base = first
        node = self._term(base)
        for op, term in reversed(parts):
            node = self.graph.node(op, (node, term))
        return node

    def _term(self, base: Node) -> Node:
        """A term of a sum: a number times a product of matrices without brackets."""
        chain = self.chains.get(base.args[-1]) if base.op in {"mul", "neg"} else None
        scale = None if chain is None or base.op == "neg" else self.node(base.args[0])
        if chain is None or (scale is not None and scale.shape):
            return self.node(base)
        return self._builder.scaled(scale, chain) or self.node(base)

    def is_array(self, factor: tuple[Node, object]) -> bool:
        """Whether a factor is more than one number."""
        base, exponent = factor
        inside = [base]
        if isinstance(exponent, tuple):
            inside += [each for product, _ in exponent for each, _ in product]
        return any(self.node(each).shape for each in inside)
