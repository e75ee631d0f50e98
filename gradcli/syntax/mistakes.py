"""What a parser's refusal means to the person who typed the text."""

from __future__ import annotations

import re
from itertools import pairwise

from gradcli.errors import ParseError, Span
from gradcli.hints import NO_PRIME
from gradcli.syntax import phrases, signs
from gradcli.syntax.brackets import BRACKETS, first_unbalanced
from gradcli.syntax.characters import (
    CONDITIONAL,
    LIMITS,
    NO_STRINGS,
    PAIRS,
    of_limit,
    refused,
    signs_hint,
    tex_hint,
)
from gradcli.syntax.elsewhere import CHOICE, FUNCTIONS
from gradcli.syntax.lalr import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from gradcli.syntax.lexer import Token
from gradcli.syntax.numerals import LONG, broken, hint_of_number
from gradcli.syntax.refusals import Language, refusal, short, statement_at
from gradcli.syntax.spelling import KEYWORDS, NAME

COMMA = "a comma stands between arguments, as in max(x, y); statements end with ;"

_TOKEN_HINTS = {
    "EQUALS": "a comparison is written ==; one statement has one =",
    "_RANGE": "a range stands in: for i in 1..3",
    "_FOR": "write sum(x[i] for i in 1..3); 'for' cannot be a name",
    "_IN": "write sum(x[i] for i in 1..3); 'in' cannot be a name",
    "_IF": f"{CONDITIONAL}; 'if' cannot be a name",
    "_ELSE": f"{CONDITIONAL}; 'else' cannot be a name",
    "AND": "something must stand on both sides of 'and', which cannot be a name",
    "OR": "something must stand on both sides of 'or', which cannot be a name",
    "NOT": "put it in brackets: (not x); 'not' cannot be a name",
    "QUOTE": f"{NO_STRINGS}; {NO_PRIME}",
    "BANG": "a factorial stands after its number: x!; for a condition write `not`",
    "SUPERSCRIPT": "a superscript stands after what it is a power of: x²",
}
_ROWS = re.compile(r"\[([^\[\];]*,[^\[\];]*(?:;[^\[\];]*,[^\[\];]*)+)\]")
"""Rows of a matrix as other languages write them: ``[1, 2; 3, 4]``."""

_LISTED = re.compile(r"\s*\(?((?:[-+]?[\d.]+\s*,\s*){2,9}[-+]?[\d.]+)\)?\s*")
"""A few numbers with commas between them, and nothing else."""

_INFIX = {"STAR", "SLASH", "AT", "CARET", "COMPARE", "EQUALS"}


def explain(source: str, error: UnexpectedInput, language: Language) -> ParseError:
    """The parser's error as ours: what is wrong, where, and what to write instead.

    Args:
        source: the text.
        error: what the parser says.
        language: what it is no text of.
    """
    if isinstance(error, UnexpectedCharacters):
        return refused(source, error.position, language)
    if isinstance(error, UnexpectedToken):
        return _token(source, error.token, language)
    return ParseError("syntax", "this is not a formula", source=source)


def _token(source: str, token: Token, language: Language) -> ParseError:
    """What a token means that cannot stand where it does."""
    span = Span(token.start, token.end)
    before = source[: span.start]
    unbalanced = first_unbalanced(source)
    if unbalanced is not None and _explains(unbalanced, token):
        return unbalanced
    in_words = _in_words(source, token, language)
    if in_words is not None:
        return in_words
    if token.type in {"$END", "SEMICOLON", "_NEWLINE"}:
        return _too_early(source, token, language)
    is_tex = token.type == "EQUALS" and "_(" in before
    statement = statement_at(source, span.start, language)
    other = tex_hint(statement, language) if is_tex else signs_hint(statement, language)
    number = short(token.text)
    value = before.rstrip()
    if token.type == "NUMBER" and token.text[0] == "." and (error := broken(source, token)):
        return error
    if token.type in {"NUMBER", "FRACTION"} and re.match(r"[\w)\].!°⌋⌉']", value[-1:]):
        hint = other or hint_of_number(source, token, language)
        return refusal(source, span, f"unexpected number '{number}'", hint)
    return refusal(source, span, f"unexpected '{number}'", other or _hint(source, token))


def _in_words(source: str, token: Token, language: Language) -> ParseError | None:
    """The error for the phrase that a token is in, if it is in one."""
    lex, names = language.lex, language.names
    defined = set()
    for name, sign in pairwise(lex(source)):
        if sign.type == "EQUALS":
            defined.add(name.text)

    def is_free(name: str, count: int | None) -> bool:
        is_called = count is not None and names is not None and names.takes(name, count)
        return name not in defined and not is_called

    for phrase in phrases.find(source, lex, is_free):
        if phrase.span.start <= token.start < phrase.span.end:
            return phrases.refused(source, phrase, lex, is_free)
    return None


_AXIS = re.compile(r"(?:axis|axes|dim|dims|keepdims?)\s*$")


def _of_axis(source: str, place: int) -> str | None:
    """The hint for ``sum(A, axis=0)``: the axis that counts as 1 here."""
    name = _AXIS.search(source[max(place - 20, 0) : place])
    if name is None:
        return None
    if name[0].startswith("keep"):
        return "leave it out: axes that are summed are kept with length 1"
    number = re.match(r"=\s*([0-9]{1,3})", source[place : place + 20])
    axis = int(number[1]) + 1 if number else 1
    return f"axes count from 1 and stand behind a semicolon: sum(A; {axis})"


_AFTER_RANGE = re.compile(r"\bin\s+(?:\[[^\[\]]*\]|[\w.]+\.\.[\w.]+\s+if\b(?P<condition>[^()]*))$")
"""A list in the place of a range, or a condition behind one."""


_PIECES = re.compile(r"(\w+)\s*\(\s*\([^()]*$")
"""A function of pieces, each with its condition: ``Piecewise((x, x > 0), (0, True))``."""


def _is_tuple(before: str) -> bool:
    """Whether a bracket that no function stands before is open, inside or behind an argument."""
    return re.search(r"[(,]\s*\([^()]*$", before[-40:]) is not None


def _of_arrays(source: str, token: Token, before: str) -> str | None:
    """The hint for what other languages write of arrays: labels, places and axes."""
    if token.type == "QUOTE" and before.endswith("einsum("):
        return "labels stand behind a semicolon: einsum(A, B; ij, jk, ik)"
    pieces = _PIECES.search(before[-80:]) if token.type == "_COMMA" else None
    if pieces and FUNCTIONS.get(pieces[1], FUNCTIONS.get(pieces[1].lower())) == CHOICE:
        return f"a condition, and what holds with it and without: {CHOICE}"
    if token.type == "_COMMA" and re.search(r"\(\s*[\w.]*\s*$", before[-20:]) and _is_tuple(before):
        return "lengths stand alone: zeros(2, 3), and behind a semicolon in reshape(x; 2, 3)"
    if token.type == "_RANGE" and before[-1:] in {"[", ","}:
        return "a range of places has a first one: x[1..3], and x[2..] goes on to the end"
    if token.type in {"RPAR", "RSQB"} and (found := _AFTER_RANGE.search(before[-80:])):
        if found["condition"]:
            return f"write where({found['condition'].strip()}, …, 0) before the range"
        return "a range has two ends: for i in 1..3, or for i in 1..len(x)"
    return _of_axis(source, token.start) if token.type == "EQUALS" else None


def _hint(source: str, token: Token) -> str | None:
    start, end = token.start, token.end
    before = source[:start].rstrip()
    pair = PAIRS.get(source[max(start - 1, 0) : start + 1])
    if pair is not None:
        return LIMITS if pair == PAIRS["->"] and of_limit(before) else pair
    of_arrays = _of_arrays(source, token, before)
    if of_arrays is not None:
        return of_arrays
    if token.type == "_COMMA":
        return _of_comma(source, before, end)
    if before.endswith("√"):
        return "put what is under the root in brackets: √(x)"
    if token.type in _INFIX and before[-1:] in {"", ";", *BRACKETS}:
        return f"something must stand before '{token.text}'"
    if token.type in {"RPAR", "RSQB"} and re.search(r"\bin\s+[^\s()\[\],;]+$", before):
        return "a range has two ends: for i in 1..3, or for i in 1..len(x)"
    if token.type == "EQUALS" and re.search(
        r"\w\((?:[^()]|\([^()]*\))*[,;]\s*\w+$", before[-LONG:]
    ):
        return "arguments have no names: write the value alone; a comparison is written =="
    return _TOKEN_HINTS.get(token.type) or _missing(before)


_RANGES = re.compile(r"\bfor\s+[\w, ]+(?:\bin\b[^;\n]*)?$")
"""Ranges that a comma may follow, or the names of several."""


def _of_comma(source: str, before: str, end: int) -> str:
    """The hint for a comma where none is expected."""
    behind = source[end : end + LONG]
    if before.endswith((*BRACKETS, ",")):
        return "something must stand before the comma"
    if not behind.strip():
        return "leave out the comma at the end"
    if _RANGES.search(before[-LONG:]) and re.match(r"\s*(?:for\s+)?\w+\s+in\b", behind):
        return "each range has a for of its own: for i in 1..2 for j in 1..3"
    whole = re.search(r"(?<![\w.])[0-9]{1,12}(?:\.[0-9]{3})*$", before[-LONG:])
    part = re.match(r"([0-9]{1,12})(?:,[0-9]{3})*(\.[0-9]+)?(?![\w.,])", behind)
    if whole and part:
        number = f"{whole[0]},{part[0]}"
        if part[0] != part[1] and "." not in whole[0]:  # 1,000.5 and 1,000,000
            return f"write {number.replace(',', '')} for one number"
    listed = _LISTED.fullmatch(source)
    if listed:
        return f"an array stands in brackets: [{listed[1]}]"
    if whole and part:
        found = len(part[1]) == 3 and "." not in whole[0]
        thousands = "; a thousand is 1000, or 1_000" if found else ""
        decimal = f"{whole[0].replace('.', '')}.{part[1]}"
        return f"write decimals with a point: {decimal}{thousands}"
    variable = _before_bracket(before[-LONG:])
    if variable is not None:
        # A bracket behind anything else but a variable would have arguments.
        named = f"'{variable}' is a variable here, and takes no arguments"
        return f"{named}: give it another name, or write indices in [ ]"
    return COMMA


def _before_bracket(before: str) -> str | None:
    """The name before the round bracket that a text ends in, if there is one."""
    depth = 0
    for place in range(len(before) - 1, -1, -1):
        depth += (before[place] in ")]") - (before[place] in "([")
        if depth < 0:
            name = re.search(rf"({NAME})\s*$", before[:place]) if before[place] == "(" else None
            return name[1] if name and name[1] not in KEYWORDS else None
    return None


def _too_early(source: str, token: Token, language: Language) -> ParseError:
    """A statement that ends where something has to follow."""
    span = Span(token.start, token.end)
    before = source[: span.start]
    if token.type == "$END":
        end = len(source.rstrip())
        span = Span(end, end)
    statement = re.split(r"[;\n]", before)[-1].partition("#")[0]
    hint = signs_hint(statement_at(source, span.start, language), language) or _missing(statement)
    if hint is None and statement.count(" if ") > statement.count(" else "):
        hint = CONDITIONAL
    if hint is None and token.type == "SEMICOLON":
        hint = _separated(source, language)
    if hint is not None and token.type == "_NEWLINE":
        hint += "; a formula of several lines stands in brackets"
    return refusal(source, span, "the formula ends too early", hint)


def _separated(source: str, language: Language) -> str:
    """What is written for ``;`` within brackets, which separates the rows of others' matrices."""
    rows = _ROWS.sub(lambda found: f"[[{re.sub('; *', '], [', found[1])}]]", source)
    for what, text in (
        ("the rows of a matrix have brackets of their own", rows),
        ("arguments are separated by commas", source.replace(";", ",")),
    ):
        if text != source and len(source) < signs.LONG and language.is_program(text):
            return f"{what}: {text}"
    return "a statement cannot stand in brackets; arguments are separated by commas"


def _explains(unbalanced: ParseError, token: Token) -> bool:
    """Whether a bracket without a partner is why the token was not expected."""
    if token.type in {"$END", "RPAR", "RSQB", "RFLOOR", "RCEIL"}:
        return True
    at = unbalanced.span.start if unbalanced.span else 0
    return token.type in {"SEMICOLON", "_NEWLINE", "EQUALS"} and at < token.start


def _missing(before: str) -> str | None:
    """What has to follow the text before the place, if its end tells."""
    before = before.rstrip()
    word = re.search(rf"(?<!\w)(?:{'|'.join(KEYWORDS)})$", before[-8:])
    last = word[0] if word else before[-1:]
    sign = re.search(r"(?:[<>=!]=|\*\*)$", before[-2:])
    if word or last in set("+-*/^@=<>√−·×÷⋅≤≥≠"):
        return f"something must follow '{sign[0] if sign else last}'"
    if last == "," or last in BRACKETS:
        return f"an expression must follow '{last}'"
    return None
