"""Statements: what the left side of an ``=`` asks for, and the parameters that stand there."""

from __future__ import annotations

from collections.abc import Callable, Collection

from gradcli.errors import ParseError, Span
from gradcli.syntax import ast

BEGINNINGS = frozenset(
    ("auto", "const", "def", "double", "float", "int", "let", "local", "real", "var")
)
"""Words that assignments of other languages begin with."""

LONG = 40
"""Longer sides of equations are not written out in hints."""


def assigned(
    target: ast.Expression, value: ast.Expression, ranges: tuple[ast.Range, ...], source: str
) -> ast.Statement:
    """The statement that a left side asks for: a step, a declaration, or a family.

    Args:
        target: what stands before the ``=``.
        value: what stands behind it.
        ranges: those of a family.
        source: the text.

    Raises:
        ParseError: the left side is none.
    """
    end = ranges[-1].span.end if ranges else value.span.end
    span = Span(target.span.start, end)
    if isinstance(target, ast.Name | ast.Call) and target.is_of_language:
        raise not_own(target.span)

    def equation() -> str:
        return _difference(target, value, source)

    match target:
        case ast.Name(name=name) if not ranges:  # as most are
            return ast.Step(value, name, name_span=target.span, span=span)
        case ast.Index(base=ast.Name(name=name), indices=indices):
            return ast.Family(value, name, indices, ranges, name_span=target.base.span, span=span)
        case _ if ranges:
            raise ParseError(
                "left-side",
                "a family needs indices on the left of '='",
                span=target.span,
                hint="write h[j] = … for j in 1..3",
            )
        case ast.Call(function=name, arguments=arguments):
            names = _parameters(arguments, equation)
            return ast.Declaration(value, name, names, name_span=target.name_span, span=span)
    hint = f"write v = …, or f(x, y) = …; a comparison is written ==, {equation()}"
    match target:
        case ast.Binary(
            implicit=True, left=ast.Name(name=word), right=ast.Name() | ast.Call() as named
        ) if word in BEGINNINGS:
            hint = f"leave '{word}' out: {source[slice(*named.span)][:LONG]} = …"
    raise ParseError(
        "left-side",
        "the left side of '=' must be a name, or a name with parameters",
        span=target.span,
        hint=hint,
    )


def not_own(span: Span) -> ParseError:
    """The error for a name of the language, ``np.sin``, where one's own is to be."""
    return ParseError(
        "left-side",
        "a name that begins with np. cannot be given a meaning",
        span=span,
        hint="np.sin is always the language's own sin; leave np. away",
    )


def _difference(left: ast.Expression, right: ast.Expression, source: str) -> str:
    """The hint that an equation is written as a difference, with it if it is short."""
    from gradcli.syntax.operands import PRODUCT, operand_of, put_in  # noqa: PLC0415  (only an error needs it)

    hint = "an equation as the difference of its sides"
    sides = {"x": operand_of(left, source), "y": operand_of(right, source)}
    if isinstance(left, ast.Binary) and left.op in {"add", "sub"}:
        sides["x"] = sides["x"]._replace(level=PRODUCT)  # what is left of - needs no brackets
    if sum(len(each.text) for each in sides.values()) > LONG:
        return hint
    is_zero = isinstance(right, ast.Number) and not right.value
    return f"{hint}: {sides['x'].text if is_zero else put_in('x - y', sides)}"


def _parameters(
    arguments: tuple[ast.Expression, ...], equation: Callable[[], str]
) -> tuple[ast.Name, ...]:
    """The parameters, with the lengths of those that are declared as arrays."""
    parameters: list[ast.Name] = []
    seen: set[str] = set()
    for argument in arguments:
        name = argument.base if isinstance(argument, ast.Index) else argument
        if not isinstance(name, ast.Name):
            raise ParseError(
                "parameter",
                "a parameter must be a plain name",
                span=argument.span,
                hint=f"write f(x, y) = …; {equation()}",
            )
        if name.is_of_language:
            raise not_own(name.span)
        if name.name in seen:
            hint = "give every parameter a name of its own"
            if isinstance(argument, ast.Index):
                hint = f"an array is one parameter, with its length: {name.name}[2]"
            raise ParseError(
                "parameter",
                f"the parameter '{name.name}' is there twice",
                span=argument.span,
                hint=hint,
            )
        seen.add(name.name)
        if isinstance(argument, ast.Index):
            lengths = tuple([_length(each) for each in argument.indices])
            name = ast.Parameter(name.name, lengths, span=argument.span)
        parameters.append(name)
    for argument in arguments:
        if isinstance(argument, ast.Index):
            _refuse_both(argument, seen)
    return tuple(parameters)


def _length(index: ast.Expression) -> int | str:
    """A length: a whole number, or a letter for one."""
    if isinstance(index, ast.Number) and index.value == int(index.value):
        return int(index.value)
    if isinstance(index, ast.Name) and not index.is_of_language:
        return index.name
    raise ParseError(
        "parameter",
        "a length is a whole number, or a letter that stands for one",
        span=index.span,
        hint="write J(W[2,3], x[3]) = …, or J(W[m,n], x[n]) = …",
    )


def _refuse_both(argument: ast.Index, parameters: Collection[str]) -> None:
    for index in argument.indices:
        if isinstance(index, ast.Name) and index.name in parameters:
            raise ParseError(
                "parameter",
                f"'{index.name}' is a parameter and a length at once",
                span=index.span,
                hint="give one of them another name",
            )
