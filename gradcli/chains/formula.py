"""Products of partials as text that reads back, each under the conditions of its branches.

A product that goes through branches holds only where all of them are taken: it is written
``where(c1 and c2, product, 0)``. With a factor ``where(c, 1, 0)`` in it instead, it would be 0
times infinity wherever the other branch is taken because this one is not finite.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from gradcli.calculus.guards import ALWAYS, Guard, opened, within
from gradcli.chains.coefficients import coefficients, combine
from gradcli.chains.edges import Edge
from gradcli.chains.factoring import Bracket, Part, Product, parts_of
from gradcli.graph import operations
from gradcli.graph.node import Graph, Node
from gradcli.graph.people import People
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.text import text
from gradcli.syntax.walk import bottom_up

LONGEST = 4_000
"""A formula with about so many characters or more is not written."""

_ENDLESS = 1 << 60


class Slope(NamedTuple):
    """An edge where its branch is taken: constants in front, and what is left, if anything is."""

    guards: tuple[Guard, ...]
    constants: tuple[float, ...]
    rest: ast.Expression | None
    length: int


def understood(partial: Node, people: People | None) -> Node:
    """A partial without the conditions around it that need no word."""
    while people is not None and partial.op == "where" and people.is_understood(partial):
        partial = partial.args[1]
    return partial


class _Guarded(NamedTuple):
    """An expression, and the condition under which it counts."""

    condition: Node | None
    tree: ast.Expression


class Formulas:
    """Writes products in the names of nodes.

    Args:
        graph: where conditions and quotients are made; it is added to.
        names: the names of the nodes that are written by a name.
        own: all names of the program, if these are not all.
        people: the manner of formulas for people; None where they are to be exact.
    """

    def __init__(
        self,
        graph: Graph,
        names: Mapping[Node, str],
        own: Collection[str] | None = None,
        people: People | None = None,
    ) -> None:
        self._graph = graph
        self._unparser = Unparser(names, own, people)
        self._people = people
        self._slopes: dict[Edge, Slope] = {}
        self._trees: dict[Part, _Guarded] = {}
        self._lengths: dict[Part, int] = {}

    def text(self, product: Product) -> str | None:
        """The text of a product; None if it is too long."""
        return text(self.tree(product)) if self.length(product) <= LONGEST else None

    def length(self, product: Product) -> int:
        """About how many characters the text of a product has."""
        return bottom_up(product, parts_of, self._measure, self._lengths)[product]

    def tree(self, product: Product) -> ast.Expression:
        """The syntax tree of a product; what is shared in it is shared in the tree."""
        return self._closed(bottom_up(product, parts_of, self._write, self._trees)[product])

    def slope(self, edge: Edge) -> Slope:
        """An edge, looked at once."""
        found = self._slopes.get(edge)
        if found is None:
            found = self._slopes[edge] = self._find(edge)
        return found

    def _find(self, edge: Edge) -> Slope:
        if edge.inside and edge.is_chain:
            inside = [self.slope(each) for each in edge.inside]
            guards = tuple(guard for each in inside for guard in each.guards)
            length = sum(each.length for each in inside)
            return Slope(guards, (), _product(inside), length)
        partial = understood(edge.partial, self._people)
        opened_guards, rest = opened(partial)
        # A step of the program goes by its name, the whole of it; the condition says when.
        kept = partial if partial.label is not None else rest
        constants, left = coefficients(self._graph, kept)
        tree = None if left is None else self._unparser.reference(left)
        length = sum(self._length(guard.condition) for guard in opened_guards)
        length += 2 if left is None else self._length(left)
        return Slope(tuple(opened_guards), tuple(constants), tree, length)

    def _length(self, node: Node) -> int:
        return self._unparser.length(node)

    def _measure(self, part: Part, lengths: Mapping[Part, int]) -> int:
        if isinstance(part, Bracket):
            return min(sum(lengths[term] + 1 for term in part.terms), _ENDLESS)
        own = [
            self.slope(each).length if isinstance(each, Edge) else lengths[each]
            for each in part.factors
        ]
        return min(sum(own) + len(own), _ENDLESS)

    def _write(self, part: Part, trees: Mapping[Part, _Guarded]) -> _Guarded:
        return self._sum(part, trees) if isinstance(part, Bracket) else self._product(part, trees)

    def _product(self, product: Product, trees: Mapping[Part, _Guarded]) -> _Guarded:
        condition = ALWAYS
        slopes: list[Slope] = []
        for each in product.factors:
            if isinstance(each, Edge):
                slope = self.slope(each)
            else:
                inner, tree = trees[each]
                guards = () if inner is None else (Guard(inner, holds=True),)
                slope = Slope(guards, (), tree, 0)
            condition = within(condition, slope.guards)
            slopes.append(slope)
        return _Guarded(condition.node(self._graph), _product(slopes))

    def _sum(self, bracket: Bracket, trees: Mapping[Part, _Guarded]) -> _Guarded:
        terms = [trees[term] for term in bracket.terms]
        if not terms:
            return _Guarded(None, ast.Number(0.0))
        condition = terms[0].condition
        if any(term.condition is not condition for term in terms):
            for term in terms[1:]:
                condition = operations.either(self._graph, condition, term.condition)
            terms = [_Guarded(None, self._closed(term)) for term in terms]
        total = terms[0].tree
        for term in terms[1:]:
            total = ast.Binary("add", total, term.tree)
        return _Guarded(condition, total)

    def _closed(self, guarded: _Guarded) -> ast.Expression:
        """The expression where its condition holds, and 0 elsewhere."""
        condition, tree = guarded
        if condition is None:
            return tree
        when = self._unparser.reference(condition)
        return ast.Call(self._unparser.of_language("where"), (when, tree, ast.Number(0.0)))


def _product(slopes: Sequence[Slope]) -> ast.Expression:
    """A product of slopes, with all signs and constants in front."""
    sign, kept = combine([number for slope in slopes for number in slope.constants])
    items: list[ast.Expression] = [ast.Number(number) for number in kept]
    items += [slope.rest for slope in slopes if slope.rest is not None]
    first, *others = items or [ast.Number(1.0)]
    if sign < 0:
        if isinstance(first, ast.Number):
            first = ast.Number(-first.value)
        else:
            first = ast.Unary("neg", first)
    tree = first
    for item in others:
        tree = ast.Binary("mul", tree, item)
    return tree
