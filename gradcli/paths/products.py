"""Products of local partials written out: as text that reads back, and in parts for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gradcli.engine.functions.sums import sum_of
from gradcli.graph.node import Graph, Node
from gradcli.graph.unparse import Unparser
from gradcli.paths.coefficients import coefficients, combine
from gradcli.paths.edges import Edge
from gradcli.paths.factoring import Bracket, Product
from gradcli.syntax import ast

SHORT = 24
"""A factor up to this length is written without names that we gave to nodes."""

LONG = 40
"""A longer one is shown as ∂v/∂u, and what it stands for is said elsewhere."""


MOST_TEXT = 2_000
"""What a name stands for is written in the program's own names up to this length."""


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """One local partial, without the constants in front of it.

    Attributes:
        text: what people are shown, ``w2[1,1]`` or ``f'(v3)``; None if that would be long.
        target: the name of the node that is differentiated.
        source: the name of the node it is differentiated by.
        tree: its syntax tree, for text that reads back.
        length: about how long that text is.
        value: its number; 0 where the edge lies in a branch that is not taken.
        is_taken: whether it does not.
        edge: the edge it belongs to.
    """

    text: str | None
    target: str
    source: str
    tree: ast.Expression
    length: int
    value: float
    is_taken: bool
    edge: Edge


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sum:
    """A bracket with a term for each branch."""

    terms: tuple[Term, ...]
    value: float
    is_taken: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Term:
    """A product with its sign and its constants taken out.

    Attributes:
        sign: 1 or -1.
        constants: positive numbers in front, as few as can be without rounding.
        factors: what is left, in the order of the path.
        value: its number, sign and constants included.
        is_taken: whether no factor lies in a branch that is not taken.
    """

    sign: int
    constants: tuple[float, ...]
    factors: tuple[Factor | Sum, ...]
    value: float
    is_taken: bool


@dataclass
class Writer:
    """Writes edges in the names of nodes; an edge is looked at once."""

    graph: Graph
    names: Mapping[Node, str]
    number: Callable[[Edge], float | None]
    _known: dict[Edge, tuple[Sequence[float], Factor | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._own_names = {
            node: name for node, name in self.names.items() if node.label is not None
        }
        self._own = Unparser(self._own_names, self.names.values())
        self._all = Unparser(self.names, self.names.values())

    def term(self, factors: Iterable[Edge | Sum]) -> Term:
        """A product of edges and brackets."""
        constants: list[float] = []
        written: list[Factor | Sum] = []
        value = 1.0
        for each in factors:
            if isinstance(each, Sum):
                written.append(each)
                value *= each.value
                continue
            numbers, factor = self._factor(each)
            constants += numbers
            value *= self.number(each) or 0.0
            if factor is not None:
                written.append(factor)
        is_taken = all(each.is_taken for each in written)
        sign, kept = combine(constants)
        return Term(sign, kept, tuple(written), value if is_taken else 0.0, is_taken)

    def form(self, parts: Sequence[Product | Bracket]) -> Term:
        """The last of parts that are built from one another, written out."""
        terms: dict[Product, Term] = {}
        sums: dict[Bracket, Sum] = {}
        whole = self.term([])
        for part in parts:
            if isinstance(part, Bracket):
                sums[part] = total([terms[each] for each in part.terms])
            else:
                terms[part] = whole = self.term(
                    each if isinstance(each, Edge) else sums[each] for each in part.factors
                )
        return whole

    def expression(self, node: Node) -> str:
        """The operations of a node, in the program's own names where these are few."""
        if self._own.length(node) <= MOST_TEXT:
            return self._own.text(node)
        return self._all.text(node)

    def slope(self, edge: Edge) -> str | None:
        """The partial of an edge in symbols; None if that would be too long."""
        source = self.names[edge.source]
        beside = Unparser({**self._own_names, edge.source: source}, self.names.values())
        for writer in (beside, self._all):
            if writer.length(edge.partial) <= 4 * LONG:
                return writer.text(edge.partial, inside=True)
        return None

    def _factor(self, edge: Edge) -> tuple[Sequence[float], Factor | None]:
        found = self._known.get(edge)
        if found is None:
            found = self._known[edge] = self._write(edge)
        return found

    def _write(self, edge: Edge) -> tuple[Sequence[float], Factor | None]:
        if edge.function:
            return (), self._call(edge)
        constants, rest = coefficients(self.graph, edge.partial)
        if rest is None:
            return constants, None
        number = self.number(edge)
        value = 0.0 if number is None else number
        for constant in constants:
            value /= constant
        tree, length = self._all.tree(rest, inside=True), self._all.length(rest)
        return constants, self._make(edge, self._short(rest), tree, length, value)

    def _call(self, edge: Edge) -> Factor:
        """The factor f'(z); what reads back is the product of what is inside."""
        short = self._short(edge.source) or self.names[edge.source]
        text = f"{edge.function}'({short})"
        value = self.number(edge) or 0.0
        if edge.is_chain:
            inside = self.term(edge.inside)
            length = sum(part.length for part in inside.factors if isinstance(part, Factor))
            return self._make(edge, text, tree(inside), length, value)
        partial = self._all.tree(edge.partial, inside=True)
        return self._make(edge, text, partial, self._all.length(edge.partial), value)

    def _make(
        self, edge: Edge, text: str | None, tree: ast.Expression, length: int, value: float
    ) -> Factor:
        source, target = self.names[edge.source], self.names[edge.target]
        is_taken = self.number(edge) is not None
        return Factor(text, target, source, tree, length, value, is_taken, edge)

    def _short(self, node: Node) -> str | None:
        """A node's own text if it is short, else in the names of others, if that is not long."""
        for writer, longest in ((self._own, SHORT), (self._all, LONG)):
            if writer.length(node) <= 2 * longest:
                text = writer.text(node, inside=True)
                if len(text) <= longest:
                    return text
        return None


def total(terms: Sequence[Term]) -> Sum:
    """A bracket of terms."""
    value = sum_of([term.value for term in terms])
    return Sum(tuple(terms), value, any(term.is_taken for term in terms))


def tree(whole: Term) -> ast.Expression:
    """The syntax tree of a product; what is shared in the form is shared in the tree."""
    trees: dict[Term | Sum, ast.Expression] = {}
    waiting: list[Term | Sum] = [whole]
    while waiting:
        item = waiting[-1]
        parts: Sequence[Term | Sum] = (
            item.terms
            if isinstance(item, Sum)
            else [each for each in item.factors if isinstance(each, Sum)]
        )
        missing = [part for part in parts if part not in trees]
        if missing:
            waiting.extend(missing)
            continue
        waiting.pop()
        trees[item] = _sum_tree(item, trees) if isinstance(item, Sum) else _term_tree(item, trees)
    return trees[whole]


def _term_tree(term: Term, trees: Mapping[Term | Sum, ast.Expression]) -> ast.Expression:
    items: list[ast.Expression] = [ast.Number(number) for number in term.constants]
    items += [trees[each] if isinstance(each, Sum) else each.tree for each in term.factors] or (
        [] if items else [ast.Number(1.0)]
    )
    if term.sign < 0:
        first = items[0]
        items[0] = (
            ast.Number(-first.value) if isinstance(first, ast.Number) else ast.Unary("neg", first)
        )
    tree = items[0]
    for item in items[1:]:
        tree = ast.Binary("mul", tree, item)
    return tree


def _sum_tree(bracket: Sum, trees: Mapping[Term | Sum, ast.Expression]) -> ast.Expression:
    if not bracket.terms:
        return ast.Number(0.0)
    tree = trees[bracket.terms[0]]
    for term in bracket.terms[1:]:
        tree = ast.Binary("add", tree, trees[term])
    return tree
