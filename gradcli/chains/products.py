"""Products of local partials for people: a factor for each edge, constants in front."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcli.chains.coefficients import coefficients, combine
from gradcli.chains.edges import Edge
from gradcli.chains.factoring import Bracket, Product
from gradcli.chains.formula import LONGEST, Formulas, understood
from gradcli.chains.numbers import Numbers
from gradcli.engine.beyond import compute
from gradcli.graph.node import Graph, Node
from gradcli.graph.people import People
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.text import text

if TYPE_CHECKING:
    from gradcli.evaluation.brief import Brief

SHORT = 24
"""A factor up to this length is written without names that we gave to nodes."""

LONG = 40
"""A longer one is shown as ∂v/∂u, and what it stands for is said elsewhere."""

LONGEST_SLOPE = 160
"""What ∂v/∂u stands for is said up to this length."""

MOST_TEXT = 2_000
"""What a name stands for is written in the program's own names up to this length."""


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """One local partial, without the constants in front of it.

    Attributes:
        tree: what is shown, ``w2[1,1]`` or ``f'(v3)``; None if that would be long.
        target: the name of the node that is differentiated.
        source: the name of the node it is differentiated by.
        value: its number; 0 where the edge lies in a branch that is not taken.
        uses: the names in the text.
        edge: the edge it belongs to; None if it stands for a whole product.
    """

    tree: ast.Expression | None
    target: str
    source: str
    value: float
    uses: frozenset[str]
    edge: Edge | None

    @property
    def text(self) -> str | None:
        """The same as text."""
        return None if self.tree is None else text(self.tree)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Written:
    """A product with its sign and its constants taken out.

    Attributes:
        sign: 1 or -1.
        constants: positive numbers in front, as few as can be without rounding.
        factors: what is left, in the order of the path.
        value: its number, sign and constants included; 0 in a branch that is not taken.
    """

    sign: int
    constants: tuple[float, ...]
    factors: tuple[Factor | Bracket, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Definition:
    """What formulas refer to: a node that we named, or a derivative f'(z)."""

    name: str
    expression: str
    value: float


class Writer:
    """Writes products of edges in the names of nodes; an edge and a product are looked at once.

    Args:
        graph: where quotients and conditions are made; it is added to.
        names: the names of the nodes.
        numbers: the numbers of edges and products.
        people: the manner of formulas for people.
        shown: the nodes as people read them, in which partials are written; None for all.
    """

    def __init__(
        self,
        graph: Graph,
        names: Mapping[Node, str],
        numbers: Numbers,
        people: People | None,
        shown: Brief | None = None,
    ) -> None:
        self._shown = shown
        self._graph = graph
        self._numbers = numbers
        self._names = names
        self._own_names = {node: name for node, name in names.items() if node.label is not None}
        self._formulas = (
            Formulas(graph, self._own_names, names.values(), people),
            Formulas(graph, names, names.values(), people),
        )
        self._people = people
        self._own = Unparser(self._own_names, names.values(), people)
        self._all = Unparser(names, names.values(), people)
        self._factors: dict[Edge, tuple[list[float], Factor | None]] = {}
        self._written: dict[Product, Written] = {}

    def written(self, product: Product) -> Written:
        """A product of edges and brackets."""
        found = self._written.get(product)
        if found is None:
            found = self._written[product] = self._write(product)
        return found

    def value(self, part: Product | Bracket) -> float:
        """The number of a part; 0 if all of it is in branches that are not taken."""
        return self._numbers.value(part) or 0.0

    def expression(self, node: Node) -> str:
        """The operations of a node, in the program's own names where these are few."""
        writer = self._own if self._own.length(node) <= MOST_TEXT else self._all
        shown = self._shown
        call = None if shown is None else shown.outline.calls.get(node)
        if shown is not None and call is not None and call.written is None:
            args = [writer.reference(shown.stand_ins.of(arg)) for arg in call.args]
            return text(ast.Call(call.function, tuple(args)))
        return text(writer.definition(node))

    def slope(self, edge: Edge) -> tuple[str, frozenset[str]] | None:
        """The partial of an edge in symbols and the names in it; None if it is too long."""
        source = self._names[edge.source]
        names = {**self._own_names, edge.source: source}
        beside = Unparser(names, self._names.values(), self._people)
        partial = self._partial(edge)
        for writer in (beside, self._all):
            if writer.length(partial) <= LONGEST_SLOPE:
                tree = writer.reference(partial)
                return text(tree), ast.names([tree])
        return None

    def _write(self, product: Product) -> Written:
        value = self.value(product)
        if math.isnan(self._plain(product)) and not math.isnan(value):
            return Written(1, (), (self._guarded(product, value),), value)
        constants: list[float] = []
        factors: list[Factor | Bracket] = []
        for each in product.factors:
            numbers, factor = ([], each) if isinstance(each, Bracket) else self._factor(each)
            constants += numbers
            factors += [] if factor is None else [factor]
        sign, kept = combine(constants)
        return Written(sign, kept, tuple(factors), value)

    def _plain(self, product: Product) -> float:
        """The product of the numbers that are shown: 0 times infinity is none."""
        total = 1.0
        for each in product.factors:
            number = self._numbers.slope(each) if isinstance(each, Edge) else self.value(each)
            total = compute("mul", total, number or 0.0)
        return total

    def _guarded(self, product: Product, value: float) -> Factor:
        """A product through a branch that is not taken, its condition around all of it."""
        own, every = self._formulas
        writer = own if own.length(product) <= LONGEST_SLOPE else every
        tree = ast.Number(0.0) if writer.length(product) > LONGEST else writer.tree(product)
        return Factor(tree, "", "", value, ast.names([tree]), None)

    def _factor(self, edge: Edge) -> tuple[list[float], Factor | None]:
        found = self._factors.get(edge)
        if found is None:
            found = self._factors[edge] = self._look_at(edge)
        return found

    def _look_at(self, edge: Edge) -> tuple[list[float], Factor | None]:
        value = self._numbers.slope(edge) or 0.0
        if edge.function:
            inside = self._short(edge.source) or ast.Name(self._names[edge.source])
            call = ast.Call(f"{edge.function}'", (inside,))
            return [], self._make(edge, call, ast.names([inside]), value)
        constants, rest = coefficients(self._graph, self._partial(edge))
        if rest is None:
            return constants, None
        for constant in constants:
            value = compute("div", value, constant)
        short = self._short(rest)
        uses: frozenset[str] = frozenset() if short is None else ast.names([short])
        return constants, self._make(edge, short, uses, value)

    def _partial(self, edge: Edge) -> Node:
        """The partial of an edge as people write it."""
        partial: Node | None = edge.partial
        if self._shown is not None:
            is_call = edge.inside
            partial = None if is_call else self._shown.partial(edge.target, edge.place)
            partial = partial or self._shown.stand_ins.of(edge.partial)
        assert partial is not None  # noqa: S101  (of every edge there is one)
        return understood(partial, self._people)

    def _make(
        self, edge: Edge, shown: ast.Expression | None, uses: frozenset[str], value: float
    ) -> Factor:
        source, target = self._names[edge.source], self._names[edge.target]
        return Factor(shown, target, source, value, uses, edge)

    def _short(self, node: Node) -> ast.Expression | None:
        """A node's own text if it is short, else in the names of others, if that is not long.

        Cases within cases are told elsewhere, however short.
        """
        if node.op == "where" and any(arg.op == "where" for arg in node.args):
            return None
        for writer, longest in ((self._own, SHORT), (self._all, LONG)):
            if writer.length(node) <= 2 * longest:
                tree = writer.reference(node)
                if len(text(tree)) <= longest:
                    return tree
        return None


def factors_in(writer: Writer, products: Sequence[Product]) -> Iterator[Factor]:
    """Every factor of these products and of the brackets in them, each part looked at once."""
    waiting = list(products)
    seen = set(products)
    while waiting:
        for each in writer.written(waiting.pop()).factors:
            if isinstance(each, Factor):
                yield each
                continue
            new = [term for term in each.terms if term not in seen]
            seen.update(new)
            waiting.extend(new)
