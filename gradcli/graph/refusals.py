"""What can be wrong with the names of a program: each error with its way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradcli.errors import InputError, ParseError, Span
from gradcli.graph.rules import table
from gradcli.graph.shapes import Form, shown
from gradcli.syntax import ast
from gradcli.syntax.spelling import array_name

LONG = 40
"""Longer formulas are not written out in messages."""

MOST_SHOWN = 6
"""How many names of a circle are written out."""

OF_ARRAYS = frozenset(["unsupported", "index", "shape", "axis", "array", "derivative"])
"""What is refused in a function's body while its parameters are taken for numbers."""

BELOW = "put its definition first"
"""The way out where a name is defined below."""


def without_argument(name: ast.Name) -> ParseError:
    """The error for a function that stands without its argument."""
    plain = ast.bare(name.name)
    hint = f"write {plain}(x), or {plain}(x)^2"
    return ParseError("function", f"'{plain}' is a function", span=name.span, hint=hint)


def no_constant(name: ast.Name) -> InputError:
    """The error for ``np.name`` that the language does not have."""
    plain = ast.bare(name.name)
    return InputError(
        "unknown-name",
        f"the language has no constant '{name.name}'",
        span=name.span,
        hint=f"without np. '{plain}' is a name of the program",
    )


def no_range(function: str, span: Span) -> ParseError:
    """The error for a function that takes no range."""
    *others, last = [entry.name for entry in table().entries() if entry.kind == "variadic"]
    return ParseError(
        "comprehension",
        f"'{function}' does not take a range",
        span=span,
        hint=f"{', '.join(others)} and {last} do",
    )


def _assigned(value: ast.Expression, source: str) -> tuple[str, int] | None:
    """The name in ``x <- 3``, which is read as x < -3, and where the value of it begins."""
    if not isinstance(value, ast.Comparison) or value.operators != ("<",):
        return None
    name, right = value.children
    at = right.start
    is_arrow = source[at - 1 : at + 1] == "<-" and source[at + 1 : at + 2] != "-"
    return (name.name, at + 1) if is_arrow and isinstance(name, ast.Name) else None


def unnamed(statement: ast.Statement, source: str) -> ParseError:
    """The error for a statement without a name that is not the last."""
    from gradcli.syntax.definitions import first  # noqa: PLC0415  (only an error needs it)
    from gradcli.syntax.parse import is_program  # noqa: PLC0415  (only an error needs it)

    hint = "write v = … to use it in a later statement"
    text = source[slice(*statement.span)]
    assigned = _assigned(statement.value, source) if len(text) < LONG else None
    if assigned is not None:
        name, at = assigned
        hint = f"write {name} = {source[at : statement.span.end].strip()}"
    elif ordered := first(source, is_program):
        hint = f"write {ordered}"
    elif "\n" in source:
        hint += "; a formula of several lines stands in brackets"
    return ParseError(
        "statement",
        "only the last statement may be without a name",
        span=statement.span,
        hint=hint,
    )


def many_values(family: ast.Family, count: int) -> ParseError:
    """The error for an output that has several values."""
    return ParseError(
        "output",
        f"the last statement has {count} values, and the output is one",
        span=family.name_span,
        hint=f"add a last statement that uses them, such as sum({family.name}[i] for …)",
    )


def a_length(name: str, span: Span) -> InputError:
    """The error for a definition of a letter that is the length of an array."""
    return InputError(
        "defined-twice",
        f"'{name}' is the length of an array",
        span=span,
        hint="give one of them another name",
        names=(name,),
    )


def only_arrays(function: ast.Declaration) -> ParseError:
    """The error for numbers that are given to a function whose parameters are arrays."""
    named = ", ".join(function.lengths)
    return ParseError(
        "shape",
        f"'{function.name}' is declared for arrays: {named}",
        span=function.name_span,
        hint="give it arrays, or leave the lengths of its parameters out",
    )


def of_unknown_length(name: str, span: Span) -> InputError:
    """The error for an array that is used whole, where only some of its elements are known."""
    from gradcli.graph.declaring import declare  # noqa: PLC0415  (few errors need it)

    return InputError(
        "shape",
        f"how many elements has '{name}'? it is used whole, and by its elements",
        span=span,
        hint=declare({name: (3,)}),
        names=(name,),
        arrays={name: (3,)},
    )


def outside(label: str, base: str, form: Form, span: Span) -> InputError:
    """The error for an element that an array is declared not to have."""
    return InputError(
        "index",
        f"'{label}' is out of range: '{base}' is declared as {shown(form)}",
        span=span,
        hint="indices count from 1",
        names=(label,),
    )


def defined_twice(name: str, span: Span, what: str) -> InputError:
    """The error for a second definition of a step or a function."""
    return InputError(
        "defined-twice",
        f"'{name}' is defined twice",
        span=span,
        hint=f"give each {what} a name of its own",
        names=(name,),
    )


def defined_late(name: str, span: Span) -> InputError:
    """The error for a step whose name was an input before."""
    return _too_early(name, f"'{name}' is used before it is defined", span, BELOW)


def not_yet(name: str, span: Span, defined: Iterable[str], current: str | None) -> InputError:
    """The error for a name that is defined below, or in the statement itself."""
    own = [other for other in defined if array_name(other) == array_name(name)]
    there = f"; there are {own[0]} to {own[-1]}" if len(own) > 1 else ""
    hint = BELOW
    if name == current:
        hint = "a step has one value: give the new one a name of its own"
    elif "[" in name:
        hint += ", or check the index"
    return _too_early(name, f"'{name}' is used before it is defined{there}", span, hint)


def function_not_yet(name: str, span: Span) -> InputError:
    """The error for a function that is called before it is defined."""
    message = f"the function '{name}' is used before it is defined"
    return _too_early(name, message, span, f"{BELOW}; a function cannot call itself")


def needs_itself(way: Sequence[str], span: Span) -> InputError:
    """The error for what is made of itself, by the way that leads back to it."""
    first = way[-1]
    shown = way if len(way) <= MOST_SHOWN else [*way[: MOST_SHOWN - 2], "…", first]
    check = ": check the indices" if "[" in first else ""
    return InputError(
        "circle",
        f"'{first}' needs itself: {' → '.join(shown)}",
        span=span,
        hint=f"one of them must be given without the others{check}",
        names=(first,),
    )


def _too_early(name: str, message: str, span: Span, hint: str) -> InputError:
    return InputError("defined-late", message, span=span, hint=hint, names=(name,))


def arity(
    function: str, arities: list[int], count: int, span: Span, other: str | None = None
) -> ParseError:
    """The error for a wrong number of arguments.

    Args:
        function: what is called.
        arities: how many arguments it takes; without any it takes any number from 1 on.
        count: how many it is given.
        span: where.
        other: what is written here instead.
    """
    if not arities:
        takes = "at least one argument"
    else:
        takes = " or ".join(map(str, arities)) + (" argument" if arities == [1] else " arguments")
    hint = None
    from gradcli.graph import listing  # noqa: PLC0415  (only an error needs it)

    if function in listing.names():
        hint = f"write {other}" if other else f"see: gradcli functions {function}"
    return ParseError("arity", f"'{function}' takes {takes}, not {count}", span=span, hint=hint)


def too_large(what: str, limit: int, span: Span) -> ParseError:
    """The error for what comes to more operations than a program may have."""
    return ParseError(
        "limit",
        f"{what} more than {limit:,} operations",
        span=span,
        hint="name the repeated part as a step, so that it is there only once",
    )
