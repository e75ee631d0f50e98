"""What a number is meant for that goes on after its end, or follows a value."""

from __future__ import annotations

import re

from gradcli.errors import ParseError, Span
from gradcli.syntax import tex
from gradcli.syntax.lexer import Token
from gradcli.syntax.refusals import Language, Names, short
from gradcli.syntax.spelling import EXPONENT, GROUPING, following, last_name, split_word

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
    call, is_sure = _called(source, token, language.names)
    if not call:
        return hint
    return f"write {call}" if is_sure else f"{hint}, for a value of a function {call}"


def _is_in_list(before: str) -> bool:
    """Whether the last bracket that is open before a place is a square one."""
    last = max(before.rfind("["), before.rfind("("))
    return last >= 0 and before[last] == "[" and "]" not in before[last:]


def _called(source: str, token: Token, names: Names | None) -> tuple[str, bool]:
    """What a number is meant for that stands behind a function without brackets: ``sin 2x``.

    Returns:
        The call, with what follows the number, and whether it can be nothing else; an empty text
        if no function stands there.
    """
    before = source[: token.start]
    words = _words_before(before[-LONG:], names) if names else []
    if not names or not words:
        return "", False
    known = [split_word(word)[0] for word in words]
    own = {name: count for name in known if (count := _parameters(name, before))}
    sure = [names.is_function(name) and name not in tex.GREEK for name in known]
    may_be = [name in own or names.is_called(name) for name in known]
    places = [place for place in range(len(known)) if sure[place]]
    places = places or [place for place in range(len(known)) if may_be[place]]
    if not places:
        return "", False
    behind = source[token.end : token.end + LONG]
    argument = re.match(_REST, behind)
    end = argument.end() if argument else 0
    further, length = following(behind[end:])
    given = [*words[places[0] :], token.text + behind[:end], *further]
    return names.applied(given, behind[end + length :], own), sure[-1]


_REST = rf"[\w.]*(?:\([^()]*\))?(?:{EXPONENT})?°?"
"""What belongs to a number in the argument of a function: ``x^2`` in ``sin 2x^2``."""


def _words_before(text: str, names: Names) -> list[str]:
    """The names at the end of a text, perhaps with exponents, with blanks between them."""
    words: list[str] = []
    while True:
        value = text.rstrip(" \t")
        found = re.search(rf"{EXPONENT}\Z", value[-LONG:])
        if found and names.is_function(found[0].strip("^*")):
            found = None  # of e^sin 2x it is the exponent that goes on
        base = value[: len(value) - len(found[0])] if found else value
        prefixed = re.search(r"(?<![\w.])(?:np|numpy)\.(\w+)\Z", base[-LONG:])
        name = prefixed[1] if prefixed else last_name(base)
        is_apart = value != text or (found is not None and found[0][0] not in "^*")
        if not name or not base.endswith(name) or not is_apart:
            return words
        # np.sinc is NumPy's, another function than sinc.
        known = f"np.{name}" if prefixed and names.is_function(f"np.{name}") else name
        words.insert(0, known + value[len(base) :])
        text = base[: len(base) - len(prefixed[0] if prefixed else name)]


def _parameters(function: str, before: str) -> int:
    """How many parameters a function has that the text before a place defines; 0 if it does not."""
    found = re.search(rf"(?:^|[;\n])\s*{re.escape(function)}\s*\(([^()]*)\)\s*=", before)
    return found[1].count(",") + 1 if found else 0
