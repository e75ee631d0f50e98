"""The syntax tree: immutable by convention, each node with the span of text it was read from.

Trees may be hundreds of thousands of levels deep, so they are compared by identity and never
walked by recursion: ``children`` gives the operands, and every pass keeps its own stack. Plain
classes with slots, because making twenty dataclasses takes longer than reading a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gradcli.errors import Note, Span

NOWHERE = Span(0, 0)

Place = tuple[int, int]
"""Where something begins and ends; a `Span` is one."""

_new = tuple.__new__  # Span(…) takes twice as long

LANGUAGE = "np."
"""What a name begins with that is the language's own, whatever the program calls so."""

END = "end"
"""In the brackets of an array, its length along the axis."""

FINDROOT = "findroot"
"""The function that binds a name."""

DIFF = "diff"
"""The function that asks for a derivative."""

DOUBLE_FACTORIAL = "double_factorial"
"""The function that ``x!!`` calls."""

Lengths = tuple[int | str, ...]
"""The lengths of an array that are declared: numbers, and letters that stand for one."""


class Expression:
    """Base of all expressions, which keep where they begin and end.

    There are hundreds of thousands in a long program: of two numbers, which other expressions
    have as well, less is kept than of a `Span`.
    """

    __slots__ = ("end", "start")

    def __init__(self, *, span: Place = NOWHERE) -> None:
        self.start, self.end = span

    @property
    def span(self) -> Span:
        """Where it stands in the text."""
        return _new(Span, (self.start, self.end))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.start}:{self.end}>"

    def __reduce__(self) -> tuple[object, ...]:
        from gradcli.syntax.flat import flattened, restored  # noqa: PLC0415  (only for pickle)

        return restored, (flattened(self, (Expression, Range)),)

    @property
    def children(self) -> tuple[Expression, ...]:
        """The operands, from left to right."""
        return ()


def bare(name: str) -> str:
    """A name of the language without the sign that it is one: the sin of np.sin."""
    return name.removeprefix(LANGUAGE)


class Number(Expression):
    """A literal; negative or not finite only in a tree that was made from a graph."""

    __slots__ = ("value",)

    def __init__(self, value: float, *, span: Place = NOWHERE) -> None:
        self.start, self.end = span
        self.value = value


class Name(Expression):
    """A name: an input, a step, a constant, or letters run together."""

    __slots__ = ("name",)

    def __init__(self, name: str, *, span: Place = NOWHERE) -> None:
        self.start, self.end = span
        self.name = name

    @property
    def is_of_language(self) -> bool:
        """Whether the program cannot give this name a meaning."""
        return self.name.startswith(LANGUAGE)


class Parameter(Name):
    """A parameter that is an array, with its lengths: ``W[m,3]`` on the left side of an ``=``."""

    __slots__ = ("lengths",)

    def __init__(self, name: str, lengths: Lengths, *, span: Place = NOWHERE) -> None:
        super().__init__(name, span=span)
        self.lengths = lengths


class Group(Expression):
    """An expression in brackets; kept because ``(1/2)x`` needs no note where ``1/2x`` does."""

    __slots__ = ("inner",)

    def __init__(self, inner: Expression, *, span: Place = NOWHERE) -> None:
        self.start, self.end = span
        self.inner = inner

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.inner,)


class Unary(Expression):
    """``neg``, ``pos``, ``not``, ``sqrt`` (a root sign), ``factorial`` or ``transpose``."""

    __slots__ = ("op", "operand")

    def __init__(self, op: str, operand: Expression, *, span: Place = NOWHERE) -> None:
        self.start, self.end = span
        self.op = op
        self.operand = operand

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.operand,)


class Binary(Expression):
    """``add sub mul div matmul pow and or``; an implicit product has no sign in the text."""

    __slots__ = ("implicit", "left", "op", "right")

    def __init__(
        self,
        op: str,
        left: Expression,
        right: Expression,
        *,
        implicit: bool = False,
        span: Place = NOWHERE,
    ) -> None:
        self.start, self.end = span
        self.op = op
        self.left = left
        self.right = right
        self.implicit = implicit

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


class Comparison(Expression):
    """A chain such as ``0 < x <= 1``, with one operator less than operands."""

    __slots__ = ("operands", "operators")

    def __init__(
        self,
        operators: tuple[str, ...],
        operands: tuple[Expression, ...],
        *,
        span: Place = NOWHERE,
    ) -> None:
        self.start, self.end = span
        self.operators = operators
        self.operands = operands

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.operands


class Conditional(Expression):
    """``then if condition else otherwise``."""

    __slots__ = ("condition", "otherwise", "then")

    def __init__(
        self,
        condition: Expression,
        then: Expression,
        otherwise: Expression,
        *,
        span: Place = NOWHERE,
    ) -> None:
        self.start, self.end = span
        self.condition = condition
        self.then = then
        self.otherwise = otherwise

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.condition, self.then, self.otherwise)


class Call(Expression):
    """``function(arguments)``, or ``function(arguments; parameters)``."""

    __slots__ = ("arguments", "function", "name_span", "parameters")

    def __init__(
        self,
        function: str,
        arguments: tuple[Expression, ...],
        name_span: Span = NOWHERE,
        *,
        parameters: tuple[Expression, ...] = (),
        span: Place = NOWHERE,
    ) -> None:
        self.start, self.end = span
        self.function = function
        self.arguments = arguments
        self.parameters = parameters
        self.name_span = name_span

    @property
    def is_of_language(self) -> bool:
        """Whether the program cannot give this name a meaning."""
        return self.function.startswith(LANGUAGE)

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.arguments


class Range:
    """``for index in first..last``; both ends belong to it."""

    __slots__ = ("first", "index", "last", "span")

    def __init__(
        self,
        index: str,
        first: Expression,
        last: Expression,
        span: Span = NOWHERE,
    ) -> None:
        self.index = index
        self.first = first
        self.last = last
        self.span = span


class Comprehension(Expression):
    """``function(body for i in a..b …)``."""

    __slots__ = ("body", "function", "name_span", "ranges")

    def __init__(
        self,
        function: str,
        body: Expression,
        ranges: tuple[Range, ...],
        name_span: Span = NOWHERE,
        *,
        span: Place = NOWHERE,
    ) -> None:
        self.start, self.end = span
        self.function = function
        self.body = body
        self.ranges = ranges
        self.name_span = name_span

    @property
    def children(self) -> tuple[Expression, ...]:
        ends = (end for each in self.ranges for end in (each.first, each.last))
        return (self.body, *ends)


class Slice(Expression):
    """``first..last..step`` in the brackets of an array; what is not written is None."""

    __slots__ = ("first", "last", "step")

    def __init__(
        self,
        first: Expression | None = None,
        last: Expression | None = None,
        step: Expression | None = None,
        *,
        span: Place = NOWHERE,
    ) -> None:
        self.start, self.end = span
        self.first = first
        self.last = last
        self.step = step

    @property
    def children(self) -> tuple[Expression, ...]:
        return tuple([each for each in (self.first, self.last, self.step) if each is not None])


class ArrayOf(Comprehension):
    """``[body for i in a..b …]``, with an axis for each range."""

    __slots__ = ()


class Index(Expression):
    """``base[i, j]``, with a number, a `Slice` or an `Array` of places for each axis."""

    __slots__ = ("base", "indices")

    def __init__(
        self,
        base: Expression,
        indices: tuple[Expression, ...],
        *,
        span: Place = NOWHERE,
    ) -> None:
        self.start, self.end = span
        self.base = base
        self.indices = indices

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.base, *self.indices)


class Array(Expression):
    """``[a, b, c]``, nested for more axes."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Expression, ...], *, span: Place = NOWHERE) -> None:
        self.start, self.end = span
        self.items = items

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.items


class Statement:
    """Base of all statements."""

    __slots__ = ("span", "value")

    def __init__(self, value: Expression, *, span: Span = NOWHERE) -> None:
        self.value = value
        self.span = span


class Step(Statement):
    """``name = value``; a bare expression has no name."""

    __slots__ = ("name", "name_span")

    def __init__(
        self,
        value: Expression,
        name: str | None = None,
        name_span: Span = NOWHERE,
        *,
        span: Span = NOWHERE,
    ) -> None:
        super().__init__(value, span=span)
        self.name = name
        self.name_span = name_span


class Declaration(Statement):
    """``name(parameters) = value``: a function, or the whole program's inputs and output.

    Those that are arrays may be declared with their lengths: ``J(W[2,3], x[n]) = …``.
    """

    __slots__ = ("name", "name_span", "parameters")

    def __init__(
        self,
        value: Expression,
        name: str,
        parameters: tuple[Name, ...],
        name_span: Span = NOWHERE,
        *,
        span: Span = NOWHERE,
    ) -> None:
        super().__init__(value, span=span)
        self.name = name
        self.parameters = parameters
        self.name_span = name_span

    @property
    def lengths(self) -> Mapping[str, Lengths]:
        """The lengths of the parameters that are declared as arrays."""
        return {each.name: each.lengths for each in self.parameters if isinstance(each, Parameter)}

    @property
    def letters(self) -> frozenset[str]:
        """The letters that stand for lengths."""
        return frozenset(
            [each for lengths in self.lengths.values() for each in lengths if isinstance(each, str)]
        )


class Family(Statement):
    """``name[indices] = value for i in a..b …``; without ranges one single element."""

    __slots__ = ("indices", "name", "name_span", "ranges")

    def __init__(  # noqa: PLR0913  (the parts of the statement)
        self,
        value: Expression,
        name: str,
        indices: tuple[Expression, ...],
        ranges: tuple[Range, ...],
        name_span: Span = NOWHERE,
        *,
        span: Span = NOWHERE,
    ) -> None:
        super().__init__(value, span=span)
        self.name = name
        self.indices = indices
        self.ranges = ranges
        self.name_span = name_span


class Program:
    """The statements of a text in their order, the text itself, and how names in it were read.

    ``mentions`` are the expressions that may be meant in another way than they are written, in the
    order in which they end; see `gradcli.syntax.builder.Builder`. ``plain`` is the program from
    which this one was made, if it has the same statements: as it was read before names counted.
    """

    __slots__ = ("mentions", "notes", "plain", "source", "statements")

    def __init__(
        self,
        statements: tuple[Statement, ...],
        source: str,
        notes: Iterable[Note] = (),
        mentions: Sequence[Expression] = (),
        plain: Program | None = None,
    ) -> None:
        self.plain = plain
        self.statements = statements
        self.source = source
        self.notes = tuple(notes)
        self.mentions = mentions


def powers(expressions: Iterable[Expression]) -> Iterator[tuple[Name, Expression]]:
    """Those of these that are powers of a name: the name and its exponent."""
    for item in expressions:
        if isinstance(item, Binary) and item.op == "pow" and isinstance(item.left, Name):
            yield item.left, item.right


def unknown(item: Expression) -> Name | None:
    """The name that ``findroot(u, x, start)`` looks for, which is bound in u; None of all else."""
    if type(item) is not Call or len(item.arguments) != 3 or bare(item.function) != FINDROOT:
        return None
    name = item.arguments[1]
    return name if isinstance(name, Name) else None


def walk(expressions: Iterable[Expression]) -> Iterator[Expression]:
    """Every expression below these, themselves included, in no particular order."""
    waiting = list(expressions)
    while waiting:
        item = waiting.pop()
        yield item
        waiting.extend(item.children)


def names(expressions: Iterable[Expression]) -> frozenset[str]:
    """The names that expressions refer to; an element of a parsed text counts by its base."""
    return frozenset(item.name for item in walk(expressions) if isinstance(item, Name))


def free_names(expressions: Iterable[Expression]) -> frozenset[str]:
    """The same without those that a findroot in them binds."""
    found: set[str] = set()
    waiting: list[tuple[Expression, frozenset[str]]] = [(each, frozenset()) for each in expressions]
    while waiting:
        item, bound = waiting.pop()
        name = unknown(item)
        if name is not None:
            body, _, start = item.children
            waiting += [(body, bound | {name.name}), (start, bound)]
        elif not isinstance(item, Name):
            waiting += [(each, bound) for each in item.children]
        elif item.name not in bound:
            found.add(item.name)
    return frozenset(found)
