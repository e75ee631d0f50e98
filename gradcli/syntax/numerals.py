"""What a number is meant for that goes on after its end, or follows a value."""

from __future__ import annotations

import re

from gradcli.errors import ParseError, Span
from gradcli.syntax import templates, tex
from gradcli.syntax.lexer import Token
from gradcli.syntax.operands import SUM, Operand
from gradcli.syntax.refusals import Language, short
from gradcli.syntax.spelling import GROUPING, following, last_name

LONG = 80
"""So far before a place it is looked for what it belongs to."""
_DIGITS = r"(?<![\w.])(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9][0-9_]*)?\Z"
"""A number at the end of a text, however its digits are grouped."""


def broken(source: str, token: Token) -> ParseError | None:
    """The error for a number that goes on after its end: ``1.5.2``, ``1e1.5``, ``0x1.8``."""
    before = source[max(token.start - LONG, 0) : token.start]
    found = re.search(r"(?<![\w.])(?P<mantissa>[0-9.][0-9_.]*)(?P<rest>\w*[-+]?[0-9]*)\Z", before)
    if found is None:
        return None
    mantissa, rest = found["mantissa"], found["rest"]
    hint = "a number has one point"
    if rest[:1] in {"e", "E"}:
        hint = f"an exponent is whole: write {mantissa}*10^{_in_brackets(rest[1:] + token.text)}"
    elif rest:
        hint = f"a number that begins with {mantissa}{rest[:1]} is whole"
    start = token.start - len(found[0])
    text = source[start : token.end]
    message = f"'{short(text)}' is no number"
    span = Span(start, token.end)
    return ParseError("number", message, span=span, hint=hint, source=source)


def badly_grouped(source: str, span: Span) -> ParseError | None:
    """The error for a name that is only what is too much behind a number: ``__0`` of ``1__0``."""
    if source[span.start : span.end].strip("_0123456789"):
        return None
    found = re.search(_DIGITS, source[max(span.start - LONG, 0) : span.start])
    if found is None:
        return None
    place = Span(span.start - len(found[0]), span.end)
    text = source[place.start : place.end]
    hint = f"write {short(text.replace('_', ''))}; {GROUPING}"
    message = f"'{short(text)}' is no number"
    return ParseError("number", message, span=place, hint=hint, source=source)


def _in_brackets(number: str) -> str:
    return f"({number})" if number[0] in "-+" else number


def hint_of_number(source: str, token: Token, language: Language) -> str:
    """The hint for a number that follows a value."""
    number = short(token.text)
    before, behind = source[: token.start], source[token.end : token.end + 80]
    hint = f"for a product write *{number}"
    thousands = re.search(r"(?<![\w.])[0-9]{1,3}(?:[ '][0-9]{3})*[ ']\Z", before[-40:])
    if thousands and re.fullmatch(r"[0-9]{3}(?:\.[0-9]*)?", number):
        rest = re.match(r"(?:[ '][0-9]{3})*(?:\.[0-9]*)?(?!\w)", behind)
        whole = re.sub(r"[ ']", "", f"{thousands[0]}{number}{rest[0] if rest else ''}")
        hint = f"write {whole} for one number, *{number} for a product"
    if _is_in_list(before):
        hint = "a comma stands between elements: [1, 2]"
    if token.type == "FRACTION" and before[-1:].isdigit():
        hint = f"write +{number} for the sum, *{number} for a product"
    value = before.rstrip()
    name = last_name(value)
    if not name or value == before:
        return hint
    # As far as no blank or other operator follows: of sin 2x^2 + 1 that is 2x^2.
    found = re.match(r"[\w.°]*(?:\^[\w.]+)?", source[token.start : token.start + 80])
    argument = found[0] if found else number
    call = _call(value, [argument, *following(source[token.start + len(argument) :])])
    if language.names and language.names.is_function(name) and name not in tex.GREEK:
        return f"write {call}"
    function = re.escape(call.partition("(")[0])
    is_own = re.search(rf"(?:^|[;\n])\s*{function}\s*\([^()]*\)\s*=", before)
    if is_own or not language.names or language.names.is_function(function):
        hint += f", for a value of a function {call}"
    return hint


def _is_in_list(before: str) -> bool:
    """Whether the last bracket that is open before a place is a square one."""
    last = max(before.rfind("["), before.rfind("("))
    return last >= 0 and before[last] == "[" and "]" not in before[last:]


def _call(before: str, arguments: list[str]) -> str:
    """What a text with names at its end and arguments after it is meant for: ``pow(x, 2)``."""
    name = last_name(before)
    while True:
        left = before.removesuffix(name)
        before = left.rstrip()
        earlier = last_name(before)
        if before == left or not earlier or not before.endswith(earlier):
            written = templates.of_call(name, len(arguments))
            if templates.is_known(name) and written is not None:
                given = [Operand(short(argument), SUM) for argument in arguments]
                return templates.filled(written, given)
            return f"{short(name)}({', '.join(map(short, arguments))})"
        arguments = [name, *arguments]
        name = earlier
