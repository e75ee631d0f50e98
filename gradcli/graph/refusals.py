"""What can be wrong with the names of a program: each error with its way out."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from gradcli.errors import InputError, ParseError, Span
from gradcli.graph.rules import table
from gradcli.hints import did_you_mean, shortened
from gradcli.syntax import ast, elsewhere, phrases
from gradcli.syntax.operands import ONE, Operand, operand_of, put_in
from gradcli.syntax.spelling import array_name

LONG = 40
"""Longer formulas are not written out in messages."""

BELOW = "put its definition first"
"""The way out where a name is defined below."""

_ARRAYS_ONLY = {"softmax", "log_softmax", "dot"}


def without_argument(name: ast.Name) -> ParseError:
    """The error for a function that stands without its argument."""
    plain = name.name.removeprefix(ast.LANGUAGE)
    hint = f"write {plain}(x), or {plain}(x)^2"
    return ParseError("function", f"'{plain}' is a function", span=name.span, hint=hint)


def no_constant(name: ast.Name) -> InputError:
    """The error for ``np.name`` that the language does not have."""
    plain = name.name.removeprefix(ast.LANGUAGE)
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


def unnamed(statement: ast.Statement, source: str) -> ParseError:
    """The error for a statement without a name that is not the last."""
    hint = "write v = … to use it in a later statement"
    if "\n" in source:
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


def equation(statement: ast.Declaration, source: str) -> InputError:
    """The error for ``sin(x) = x*y + 1``, which would give sin another meaning."""
    left = shortened(source[statement.span.start : statement.value.span.start].rstrip(" ="))
    right = operand_of(statement.value, source)
    sides = {"x": Operand(left, ONE), "y": right._replace(text=shortened(right.text))}
    return InputError(
        "equation",
        f"this looks like an equation, and it would define '{statement.name}' anew",
        span=statement.span,
        hint=f"for an equation write its difference: {put_in('x - y', sides)}; "
        "for a function choose another name",
        names=(statement.name,),
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


def _too_early(name: str, message: str, span: Span, hint: str) -> InputError:
    return InputError("defined-late", message, span=span, hint=hint, names=(name,))


def unknown_function(
    function: str,
    call: ast.Call | ast.Comprehension,
    count: int,
    own: Collection[str],
    source: str,
) -> ParseError | InputError:
    """Why a name cannot be called with so many arguments.

    Args:
        function: the name, without ``np.``.
        call: where it is called.
        count: how many arguments it is given.
        own: the functions of the program.
        source: the program.
    """
    rules = table()
    if function == ast.DOUBLE_FACTORIAL and not rules.is_function(function):
        return ParseError(
            "factorial",
            "the double factorial !! is not in the language",
            span=call.span,
            hint="write (x!)! for the factorial of x!",
        )
    if rules.is_function(function):
        other = elsewhere.ARITIES.get((function, min(count, 3)))
        hint = _put_in(other, call, source) if other else None
        return arity(function, rules.arities(function), count, call.span, hint)
    if function in _ARRAYS_ONLY:
        hint = "it works on arrays, and every value is a single number here"
    elif function in elsewhere.DERIVATIVES:
        hint = _itself(call, source)
    else:
        hint = did_you_mean(function, own) or _here(function, call, count, source)
    return InputError(
        "unknown-function",
        f"unknown function '{shortened(function)}'",
        span=call.name_span,
        hint=hint,
        names=(function,),
    )


def _here(function: str, call: ast.Call | ast.Comprehension, count: int, source: str) -> str:
    """What is written here for a function that is not in the language."""
    written = elsewhere.FUNCTIONS.get(function, elsewhere.ARITIES.get((function, count)))
    base = phrases.base_of(function)
    if base is not None and count == 1:
        return f"write {_put_in('log(x, y)', call, source, y=Operand(base, ONE))}"
    if written is not None:
        return f"write {_put_in(written, call, source)}"
    power = function.rstrip("23")
    if count == 1 and len(function) - len(power) == 1 and table().is_function(power):
        return f"write {_put_in(f'{power}(x)^{function[-1]}', call, source)}"
    near = None if function in elsewhere.NOT_HERE else did_you_mean(function, table().names())
    if near is None and count == 1 and function not in elsewhere.NOT_HERE:
        return f"for a product write {function}*(…), or give {function} a value"
    return near or "to see all of them: gradcli functions"


def _put_in(
    written: str, call: ast.Call | ast.Comprehension, source: str, **others: Operand
) -> str:
    """What is written for a call, of its own arguments where these are short."""
    operands = others
    if isinstance(call, ast.Call):
        given = [operand_of(argument, source) for argument in call.arguments]
        if sum(len(each.text) for each in given) < LONG:
            operands = dict(zip("xyz", given, strict=False)) | others
    return put_in(written, operands)


def _itself(call: ast.Call | ast.Comprehension, source: str) -> str:
    """The way out of taking a derivative inside a formula."""
    inner = source[slice(*call.children[0].span)] if call.children else ""
    if not 0 < len(inner) < LONG:
        return "write the formula itself; the derivatives are computed from it"
    return f'write the formula itself: gradcli diff "{inner}"'


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
    if table().is_function(function):
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
