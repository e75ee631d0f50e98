"""Functions that stand without brackets, as in ``sin x``, ``sin^-1(x)`` and ``2xsinx``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gradcli.errors import InputError, Option, ParseError, Span
from gradcli.graph.applied import Applied, Arities, before_function
from gradcli.graph.rules import table
from gradcli.graph.run_together import called, textbook
from gradcli.hints import ITSELF, NO_PRIME, itself, shortened
from gradcli.syntax import ast, elsewhere
from gradcli.syntax.spelling import FURTHEST, following, is_differential, is_word

LONG = 40
"""Longer arguments are not written out in messages."""

_SUMS = {"add", "sub"}


def refuse_bare(
    expression: ast.Expression,
    source: str,
    spelled: Callable[[str], str | None],
    arities: Arities,
) -> None:
    """Refuse a function's name directly before what it is meant to be of.

    Before an operator and at the end, a name that nothing declares is a variable whatever else
    it may be: batch normalization has a ``gamma`` and a ``beta``. A sign that stands with what
    follows it, and not with the name, is no operator: ``sin -x``.

    Args:
        expression: a part of a program.
        source: the program.
        spelled: the function that a name stands for, or None if it is a variable.
        arities: how many arguments a function takes.

    Raises:
        ParseError: ``sin x``, ``sin -x``, ``sin^2(x)``, ``e^sin x``, ``f'(x)``, with the right
            form.
    """
    match expression:
        case ast.Binary(implicit=True, left=left, right=right):
            bare = _bare(left, source, spelled)
            # Of sin cos -x the sum is refused, as cos -x is.
            if bare is not None and not _is_before_sign(right, source):
                raise _without_brackets(bare, right, source, arities)
        case ast.Binary(op="add" | "sub", left=left, right=right):
            last = left.right if isinstance(left, ast.Binary) and left.op in _SUMS else left
            bare = _bare(last, source, spelled)
            if bare is not None and _is_signed(left, right, source) and _takes_one(bare.function):
                first = _first_factor(right)
                span = Span(right.span.start - 1, first.span.end)
                argument = ast.Unary("neg", first, span=span)
                raise _without_brackets(bare, argument, source, arities)
        case ast.Binary(
            op="pow",
            left=ast.Name() as name,
            right=ast.Call(name_span=power, arguments=(argument,)) as call,
        ) if name.name in textbook() and spelled(name.name) and not spelled(call.function):
            inside, exponent = (source[slice(*span)] for span in (argument.span, power))
            written = f"{name.name}({shortened(inside)})^{exponent}"
            message = f"'{name.name}' is a function"
            raise ParseError("function", message, span=name.span, hint=f"write {written}")
        case ast.Unary(op="transpose", operand=ast.Name() as name) if spelled(name.name):
            plain = ast.bare(name.name)
            message = f"'{plain}' is a function"
            raise ParseError("function", message, span=name.span, hint=NO_PRIME)


class Around(NamedTuple):
    """What is known around a part of a program that may be a derivative.

    Attributes:
        source: the program.
        is_free: whether nothing gives a name a meaning.
        is_in_letters: whether runs of letters are products in it.
        whole: writes it, or the quotient of two names in it, so that both are variables.
    """

    source: str
    is_free: Callable[[str], bool]
    is_in_letters: Callable[[], bool]
    whole: Callable[[str, str], str]


def refuse_derivatives(expression: ast.Expression, around: Around) -> None:
    """Refuse derivatives in a formula.

    Args:
        expression: a part of it.
        around: what is known around it.

    Raises:
        ParseError: ``d/dx(x^2)``, with the command that takes it; ``m*dv/dt``.
    """
    hint = _instead_of_derivative(expression, around) or _instead_of_rate(expression, around)
    if hint is not None:
        message = "a derivative is no part of a formula"
        raise ParseError("function", message, span=expression.span, hint=hint)


def _instead_of_derivative(expression: ast.Expression, around: Around) -> str | None:
    """The way out where an expression is a derivative; None if it is none."""
    source, is_free = around.source, around.is_free
    match expression:
        case ast.Binary(
            implicit=True,
            left=ast.Binary(
                op="div",
                left=ast.Binary(op="pow", left=ast.Name(name="d"), right=ast.Number(value=order)),
                right=ast.Binary(op="pow", left=ast.Name() as below),
            ),
            right=right,
        ) if _is_derivative("d", below, is_free):
            inner = source[slice(*right.span)]
            return itself(inner, Option("wrt", below.name[1:]), Option("order", f"{order:g}"))
        case ast.Binary(op="div", left=ast.Call(function="d", arguments=(of,)), right=below) if (
            is_free("d") and (by := _differential(below, is_free))
        ):
            return itself(source[slice(*of.span)], Option("wrt", by))
        case ast.Binary(
            op="div",
            left=ast.Name(name="d"),
            right=ast.Index(base=ast.Name() as below, indices=(of,)),
        ) if _is_derivative("d", below, is_free):
            return itself(source[slice(*of.span)], Option("wrt", below.name[1:]))
        case ast.Binary(
            op="div", left=ast.Name(name=top), right=ast.Call(arguments=(of,)) as below
        ) if _is_derivative(top, below, is_free):
            return itself(source[slice(*of.span)], Option("wrt", below.function[1:]))
        case ast.Binary(op="div", left=ast.Name(name=top), right=below) if _is_derivative(
            top, below, is_free
        ) and not (isinstance(below, ast.Name) and top == "d" and not is_differential(below.name)):
            bottom = below.name if isinstance(below, ast.Name) else ""
            return f"{ITSELF}; {around.whole(top, bottom)}" if bottom else ITSELF
        case ast.Binary(
            implicit=True,
            left=ast.Binary(op="div", left=ast.Name(name="d"), right=ast.Name() as below) as sign,
            right=right,
        ) if _is_derivative("d", below, is_free):
            quotient, factor = (source[slice(*each.span)] for each in (sign, right))
            return f"{ITSELF}; for a product write {quotient}*{shortened(factor)}"
    return None


def _instead_of_rate(expression: ast.Expression, around: Around) -> str | None:
    """The way out of ``dv/dt`` and ``m*dv/dt``, which would be read as products of letters."""
    match expression:
        case ast.Binary(op="div", implicit=False, left=left, right=ast.Name(name=bottom)):
            top, powers = _last_factor(left)
            if top is None or powers or not around.is_in_letters():
                return None
            names = top.name, bottom
            is_below = is_differential(bottom) or bottom[1:].isdecimal()
            is_rate = is_differential(top.name) and bottom[0] == "d" and is_below
            if is_rate and all(map(around.is_free, names)):
                return f"write the formula of {top.name[1:]} itself; {around.whole(*names)}"
    return None


def _differential(below: ast.Expression, is_free: Callable[[str], bool]) -> str | None:
    """The x of ``dx`` and ``d(x)``."""
    match below:
        case ast.Name(name=name) if name[0] == "d" and len(name) > 1 and is_free(name):
            return name[1:]
        case ast.Call(function="d", arguments=(ast.Name(name=name),)):
            return name
    return None


def _is_derivative(top: str, below: ast.Expression, is_free: Callable[[str], bool]) -> bool:
    """Whether a quotient is ``d/dx``, or ``dy/dx`` for a y of the program, and no quotient."""
    match below:
        case ast.Call(function=bottom) | ast.Name(name=bottom):
            begins = top[0] == bottom[0] == "d" and len(bottom) > 1
            of_known = len(top) == 1 or not is_free(top[1:])
            return begins and of_known and is_free(top) and is_free(bottom)
    return False


def _bare(left: ast.Expression, source: str, spelled: Callable[[str], str | None]) -> _Bare | None:
    """The function at the end of what stands before its argument: of ``2*sin^2`` and ``e^sin``."""
    name, powers = _last_factor(left)
    if name is not None and (function := spelled(name.name)):
        return _Bare(name, function, powers)
    power, name = _last_exponent(left)
    if power and name and (function := spelled(name.name)) in textbook():
        before = shortened(source[power.span.start : name.span.start])
        return _Bare(name, function or "", before=before)
    return None


def _takes_one(function: str) -> bool:
    """Whether a function, of the language or of the program, may be of one argument."""
    return table().takes(function, 1) or not table().is_function(function)


def _is_before_sign(argument: ast.Expression, source: str) -> bool:
    """Whether a sign that is no operator follows the name of a function."""
    end = argument.span.end
    is_function = isinstance(argument, ast.Name) and argument.name in textbook()
    return is_function and re.match(r"[ \t]+[-+−]\S", source[end : end + LONG]) is not None


def _is_signed(left: ast.Expression, right: ast.Expression, source: str) -> bool:
    """Whether the sign between two terms stands with the second one: ``sin -x``, not ``a - x``."""
    blanks = source[left.span.end : right.span.start - 1]
    return blanks.isspace() and "\n" not in blanks


def _first_factor(product: ast.Expression) -> ast.Expression:
    """What stands without a blank or an operator: ``2x`` of ``2x*y``."""
    while isinstance(product, ast.Binary) and product.op in {"mul", "div"}:
        if product.implicit and product.left.span.end == product.right.span.start:
            break
        product = product.left
    return product


def _last_factor(product: ast.Expression) -> tuple[ast.Name | None, list[ast.Expression]]:
    """The name at the end of a product, without its exponents; these from the inside out."""
    powers: list[ast.Expression] = []
    while True:
        match product:
            case ast.Binary(op="mul" | "div", right=right):
                product = right
            case ast.Binary(op="pow", left=left, right=right):
                powers.append(right)
                product = left
            case ast.Unary(op="neg" | "pos", operand=operand):
                product = operand
            case ast.Name():
                return product, powers[::-1]
            case _:
                return None, []


def _last_exponent(product: ast.Expression) -> tuple[ast.Binary, ast.Name] | tuple[None, None]:
    """The power at the end of a product whose exponent is a name: ``e^sin`` of ``e^sin x``."""
    while isinstance(product, ast.Binary) and product.op in {"mul", "div"}:
        product = product.right
    exponent = product
    while isinstance(exponent, ast.Binary) and exponent.op == "pow":
        exponent = exponent.right
        while isinstance(exponent, ast.Unary) and exponent.op in {"neg", "pos"}:
            exponent = exponent.operand
    if isinstance(product, ast.Binary) and isinstance(exponent, ast.Name):
        return product, exponent
    return None, None


class _Bare(NamedTuple):
    """A function without brackets.

    Attributes:
        name: where it stands.
        function: the function.
        powers: the exponents behind its name, from the inside out.
        before: what it is an exponent of: ``e^``.
    """

    name: ast.Name
    function: str
    powers: Sequence[ast.Expression] = ()
    before: str = ""


def _without_brackets(
    bare: _Bare, argument: ast.Expression, source: str, arities: Arities
) -> ParseError:
    """The error for a function before what it is of."""
    plain = bare.function
    outside, after = argument, ""
    match argument:
        case ast.Binary(op="pow", left=ast.Group() as base, right=power):
            # Of cos^-1(x)^2 the square is that of the whole.
            outside, after = base, f"^{_exponent(power, source)}"
    inside = source[slice(*outside.span)]
    exponents = [_exponent(power, source) for power in bare.powers]
    variable = "^".join([plain, *exponents])
    if isinstance(argument, ast.Unary) and argument.op == "neg":
        variable, kind = f"{variable} {inside[0]} {shortened(inside[1:])}", "variable"
    else:
        variable, kind = f"{variable}*{shortened(source[slice(*argument.span)])}", "product"
    words, end = [inside], argument.span.end
    if isinstance(outside, ast.Group):
        words = [inside[1:-1].strip()]
    elif is_word(inside):
        # Of sin^2xcos^2x the cos is of the x behind it, before which stands no blank.
        letters = before_function(inside)
        blank = " " if letters and not source[end : end + 1].isspace() else ""
        further, length = following(blank + source[end : end + FURTHEST])
        words, end = [inside, *further], end + max(length - len(blank), 0)
        if letters and not further:
            words = letters
    applied = Applied(plain, exponents, words)
    several = applied.is_complete(arities)
    applied_to = applied.written(arities)
    applied_to = f"({applied_to}){after}" if after and "^" in applied_to else applied_to + after
    hint = f"write {bare.before}{applied_to}"
    if not (after or bare.before):
        hint = f"write {applied.ways(source[end : end + LONG], arities)}"
    if table().is_function(plain) and plain not in textbook() and not several:
        is_either = table().takes(plain, 1)
        hint = (
            f"write {applied_to}, or {variable} for a {kind}" if is_either else f"write {variable}"
        )
    return ParseError("function", f"'{plain}' is a function", span=bare.name.span, hint=hint)


def _exponent(power: ast.Expression, source: str) -> str:
    text = source[slice(*power.span)].replace("−", "-")
    if isinstance(power, ast.Group) and isinstance(power.inner, ast.Unary):
        power = power.inner
    match power:
        case ast.Number(value=value):
            return f"{int(value)}" if value.is_integer() else text
        case ast.Unary(op="neg", operand=ast.Number(value=value)) if value.is_integer():
            return f"-{int(value)}"
    return text


def is_called(call: ast.Call, is_known: Callable[[str], bool], source: str) -> str | None:
    """What a call is meant for whose name ends with functions: ``x*ln(sin(y))``, or None."""
    if call.function in elsewhere.FUNCTIONS:
        return None
    found = called(call.function, len(call.arguments), is_known)
    if found is None:
        return None
    before, unclosed = found
    rest = source[call.name_span.end : call.span.end]
    return before + (rest if len(rest) < LONG else "(…)") + ")" * unclosed


def one_word(name: str, span: Span, written: str, source: str) -> InputError:
    """The error for such a name."""
    name = shortened(name)
    return InputError(
        "function",
        f"'{name}' is one name here",
        span=span,
        hint=f"write {written}; '{name}' is a variable if it is given a value or declared",
        source=source,
        names=(name,),
    )
