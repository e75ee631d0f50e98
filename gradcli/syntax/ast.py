"""The syntax tree: frozen dataclasses, each with the span of text it was read from.

Trees may be hundreds of thousands of levels deep, so they are compared by identity (`eq=False`)
and never walked by recursion: ``children`` gives the operands, and every pass keeps its own stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gradcli.errors import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """Base of all expressions."""

    span: Span = field(kw_only=True, default=NOWHERE)

    @property
    def children(self) -> tuple[Expression, ...]:
        """The operands, from left to right."""
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Number(Expression):
    """A literal; negative or not finite only in a tree that was made from a graph."""

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Name(Expression):
    """A name: an input, a step, a constant, or letters run together."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Group(Expression):
    """An expression in brackets; kept because ``(1/2)x`` needs no note where ``1/2x`` does."""

    inner: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.inner,)


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Expression):
    """``neg``, ``pos``, ``not``, ``sqrt`` (a root sign), ``factorial`` or ``transpose``."""

    op: str
    operand: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Expression):
    """``add sub mul div matmul pow and or``; an implicit product has no sign in the text."""

    op: str
    left: Expression
    right: Expression
    implicit: bool = False

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Expression):
    """A chain such as ``0 < x <= 1``, with one operator less than operands."""

    operators: tuple[str, ...]
    operands: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.operands


@dataclass(frozen=True, slots=True, eq=False)
class Conditional(Expression):
    """``then if condition else otherwise``."""

    condition: Expression
    then: Expression
    otherwise: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.condition, self.then, self.otherwise)


@dataclass(frozen=True, slots=True, eq=False)
class Call(Expression):
    """``function(arguments)``."""

    function: str
    arguments: tuple[Expression, ...]
    name_span: Span = NOWHERE

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """``for index in first..last``; both ends belong to it."""

    index: str
    first: Expression
    last: Expression
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Comprehension(Expression):
    """``function(body for i in a..b …)``."""

    function: str
    body: Expression
    ranges: tuple[Range, ...]
    name_span: Span = NOWHERE

    @property
    def children(self) -> tuple[Expression, ...]:
        ends = (end for each in self.ranges for end in (each.first, each.last))
        return (self.body, *ends)


@dataclass(frozen=True, slots=True, eq=False)
class Index(Expression):
    """``base[i, j]``."""

    base: Expression
    indices: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.base, *self.indices)


@dataclass(frozen=True, slots=True, eq=False)
class Array(Expression):
    """``[a, b, c]``, nested for more axes."""

    items: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """Base of all statements."""

    value: Expression
    span: Span = field(kw_only=True, default=NOWHERE)


@dataclass(frozen=True, slots=True, eq=False)
class Step(Statement):
    """``name = value``; a bare expression has no name."""

    name: str | None = None
    name_span: Span = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Declaration(Statement):
    """``name(parameters) = value``: a function, or the whole program's inputs and output."""

    name: str
    parameters: tuple[Name, ...]
    name_span: Span = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Family(Statement):
    """``name[indices] = value for i in a..b …``; without ranges one single element."""

    name: str
    indices: tuple[Expression, ...]
    ranges: tuple[Range, ...]
    name_span: Span = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The statements of a text, in their order, and the text itself."""

    statements: tuple[Statement, ...]
    source: str


def walk(expressions: Iterable[Expression]) -> Iterator[Expression]:
    """Every expression below these, themselves included, in no particular order."""
    waiting = list(expressions)
    while waiting:
        item = waiting.pop()
        yield item
        waiting.extend(item.children)
