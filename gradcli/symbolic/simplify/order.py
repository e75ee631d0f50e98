"""The order of a textbook: numbers, variables, brackets, functions; the highest power first."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from zlib import crc32

from gradcli.graph.node import CONST, INPUT, Node
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Exponent, Product

NameKey = tuple[tuple[tuple[str, int], ...], str]
FactorKey = tuple[int, int, NameKey, int, Rational, str, "_Spelled"]
TermKey = tuple[
    Rational,
    tuple[tuple[NameKey, Rational], ...],
    int,
    tuple[tuple[FactorKey, Rational], ...],
    tuple[Any, ...],
]

NO_NAME: NameKey = ((("\U0010ffff", 0),), "")
"""After every name."""

LONGEST = 200
"""Nodes whose text is longer are told apart by a checksum."""

_DIGITS_LAST = {ord(digit): 0xE000 + int(digit) for digit in "0123456789"}
"""(o - y)*(1 - o): names come before numbers."""

_SYMBOLIC_DEGREE = 1_000
"""x^n comes before x^2."""

_CONSTANT, _VARIABLE, _BRACKET, _POWER, _FUNCTION, _LONG_BRACKET, _CHOICE = range(7)
_ARRAY = 10
"""Numbers come before arrays, and products of matrices last: c*x, y*(X @ w)."""

SUMS = frozenset(("add", "sub"))
_BRACKETS = frozenset(("add", "sub", "mul", "div", "neg", "pow"))
_CARRIERS = frozenset(("add", "sub", "mul", "div", "neg"))
_CHOICES = frozenset(("where", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"))


@cache
def name_key(name: str) -> NameKey:
    """Alphabetical, with x2 before x10."""
    pieces = re.findall(r"(\D*)(\d*)", name)
    return tuple((text.lower(), int(digits or 0)) for text, digits in pieces), name


@cache
def _places() -> dict[str, int]:
    from gradcli.graph.rules import table  # noqa: PLC0415  (only where there are functions)

    names = dict.fromkeys(entry.name for entry in table().entries())
    return {name: place for place, name in enumerate(names)}


def place(function: str) -> int:
    """Where the rule table has a function: roots, exponentials, circular functions, others."""
    return _places().get(function, 0)


class _Spelled:
    """A node among others that are alike in all but their text; that is looked at only there."""

    __slots__ = ("node", "order")

    def __init__(self, order: Order, node: Node) -> None:
        self.order = order
        self.node = node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Spelled) and self.node is other.node

    def __hash__(self) -> int:
        return hash(self.node)

    def __lt__(self, other: _Spelled) -> bool:
        return self.order.spelling(self.node) < self.order.spelling(other.node)


class Order:
    """Knows of each node what its place depends on; nothing does on when it was made.

    Attributes:
        arrays: inputs that stand for arrays, and what is made of them: 1, or 2 for products.
    """

    def __init__(self) -> None:
        self._writer = Unparser({})
        self._prints: dict[Node, int] = {}
        self._spellings: dict[Node, str] = {}
        self.lengths: dict[Node, int] = {}
        self.degrees: dict[Node, Rational] = {}
        self.leads: dict[Node, NameKey] = {}
        self.with_functions: set[Node] = set()
        self.with_bars: set[Node] = set()
        self.arrays: dict[Node, int] = {}

    def lead(self, node: Node) -> NameKey:
        """The first variable in a node."""
        if node.op == INPUT:
            return name_key(node.name)
        return self.leads.get(node, NO_NAME)

    def keep(self, node: Node, length: int) -> None:
        """Take note of a new node, whose arguments are known."""
        self.lengths[node] = length
        self._prints[node] = crc32(repr((node.op, *map(self._print, node.args))).encode())
        self.leads[node] = min(map(self.lead, node.args))
        if node.op not in _BRACKETS or not self.with_functions.isdisjoint(node.args):
            self.with_functions.add(node)
        if self.arrays and any(arg in self.arrays for arg in node.args):
            self.arrays[node] = 1
        barred = node.op == "div" and node.args[1].op != CONST
        if barred or (node.op in _CARRIERS and not self.with_bars.isdisjoint(node.args)):
            self.with_bars.add(node)

    def spelling(self, node: Node) -> tuple[str, int]:
        """What tells a node from all others: its text, or a checksum of one that is long."""
        if self.lengths.get(node, 0) > LONGEST:
            return "", self._print(node)
        if node not in self._spellings:
            self._spellings[node] = self._writer.text(node).translate(_DIGITS_LAST)
        return self._spellings[node], 0

    def _print(self, node: Node) -> int:
        """A checksum of what a node is."""
        if node.args and node in self._prints:
            return self._prints[node]
        return crc32(repr((node.op, node.label, node.value)).encode())

    def is_fraction_sum(self, node: Node) -> bool:
        """Whether this is a sum with a fraction in it, which is not one to be below a bar."""
        return node.op in SUMS and node in self.with_bars

    def factor(self, base: Node, exponent: Exponent) -> FactorKey:
        """What a factor is sorted by."""
        kind, position = _kind(base, exponent)
        if kind == _BRACKET and base in self.with_functions:
            kind = _LONG_BRACKET  # x*(x + 1)*exp(x), but exp(x)*(sin(x) + cos(x))
        kind += _ARRAY * self.arrays.get(base, 0)
        length, degree = self.lengths.get(base, 0), self.degrees.get(base, 0)
        op = "" if base.op in SUMS else base.op
        return kind, position, self.lead(base), length, -degree, op, _Spelled(self, base)

    def side(self, node: Node) -> tuple[bool, FactorKey]:
        """What the sides of an equation are sorted by: x == 0."""
        return node.op == CONST, self.factor(node, 1)

    def term(self, product: Product) -> TermKey:
        """What a term is sorted by."""
        degree: Rational = 0
        variables: list[tuple[NameKey, Rational]] = []
        functions: list[tuple[FactorKey, Rational]] = []
        last: list[Any] = []
        for base, exponent in product:
            degree += self._degree(base, exponent)
            if isinstance(exponent, tuple):
                functions.append((self.factor(base, exponent), 0))
                inner = sorted((self.term(each), scale) for each, scale in exponent)
                last.append((1, self.factor(base, exponent), inner))
            elif base.op == INPUT:
                variables.append((name_key(base.name), -exponent))
            elif base.op != CONST:
                functions.append((self.factor(base, exponent), -exponent))
            else:
                last.append((0, self.factor(base, exponent), exponent))
        return (
            -degree,
            tuple(sorted(variables)),
            not functions,
            tuple(sorted(functions)),
            tuple(sorted(last)),
        )

    def degree(self, product: Product) -> Rational:
        """The degree of a product in all its variables together."""
        return sum(self._degree(base, exponent) for base, exponent in product)

    def _degree(self, base: Node, exponent: Exponent) -> Rational:
        if isinstance(exponent, tuple):
            return _SYMBOLIC_DEGREE if base.op == INPUT else 0
        return (1 if base.op == INPUT else self.degrees.get(base, 0)) * exponent


def is_below(base: Node, exponent: Exponent) -> bool:
    """Whether a factor is written below a fraction bar."""
    return not isinstance(exponent, tuple) and exponent < 0 and base.op != "exp"


def _kind(base: Node, exponent: Exponent) -> tuple[int, int]:
    if isinstance(exponent, tuple):
        return _POWER, 0
    if base.op == CONST:
        return _CONSTANT, int(base.label is None)
    if base.op in _CHOICES:
        return _CHOICE, 0
    if not isinstance(exponent, int) and base.op != "exp":
        return _FUNCTION, place("sqrt")
    if base.op == INPUT:
        return _VARIABLE, 0
    if base.op in _BRACKETS:
        return _BRACKET, 0
    return _FUNCTION, place(base.op)
