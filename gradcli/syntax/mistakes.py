"""What a parser's refusal means to the person who typed the text."""

from __future__ import annotations

import re

from gradcli.errors import ParseError, Span
from gradcli.syntax.lalr import Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

_CHARACTER_HINTS = {
    "|": "write abs(x) for |x|, and `or` for a condition",
    "&": "write `and`",
    "%": "write mod(x, y) for the remainder, or /100 for per cent",
    "{": "write round brackets: ( )",
    "}": "write round brackets: ( )",
    '"': "there are no strings in the language",
    "`": "there are no strings in the language",
    "\\": "this looks like LaTeX; write it as sqrt(x), a/b, x^2",
    "$": "write the bare name",
    "?": "write a if condition else b",
    ":": "write a if condition else b, or where(condition, a, b)",
    "~": "write `not`",
    ".": "there are no attributes; a product is written *",
    "∞": "write inf",
    "∂": "write the formula itself; the derivatives are computed from it",
    "√": "write sqrt(x)",
    "∑": "write sum(x[i] for i in 1..3)",
    "“": "there are no strings in the language",
    "”": "there are no strings in the language",
    "‘": "there are no strings in the language",
    "’": "write ' for a transpose",
}
_RESERVED = {"_IF", "_ELSE", "_FOR", "_IN", "AND", "OR", "NOT"}
_CLOSING = {"(": ")", "[": "]"}


def explain(source: str, error: UnexpectedInput) -> ParseError:
    """The parser's error as ours: what is wrong, where, and what to write instead."""
    if isinstance(error, UnexpectedCharacters):
        return _character(source, error.position)
    if isinstance(error, UnexpectedToken):
        return _token(source, error.token)
    return ParseError("syntax", "this is not a formula", source=source)


def describe(character: str) -> str:
    """A character so that it can be told from its look-alikes: itself if visible, name, number."""
    import unicodedata  # noqa: PLC0415  (only an error needs it)

    number = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    if not character.isprintable():
        return f"{name} {number}" if name else number
    return f"'{character}' ({name + ', ' if name else ''}{number})"


def _character(source: str, position: int) -> ParseError:
    character = source[position]
    shown = f"'{character}'" if character.isascii() and character.isprintable() else None
    hint = _CHARACTER_HINTS.get(character)
    if character == "’" and position and not source[position - 1].isalnum():
        hint = _CHARACTER_HINTS["“"]
    if hint is None and not character.isprintable():
        hint = "remove it"
    return ParseError(
        "character",
        f"unexpected character {shown or describe(character)}",
        span=Span(position, position + 1),
        hint=hint,
        source=source,
    )


_TOKEN_HINTS = {
    "EQUALS": "a comparison is written ==; one statement has one =",
    "_COMMA": "write decimals with a point: 1.5",
    "_RANGE": "a range stands in: for i in 1..3",
    "_FOR": "write sum(… for i in 1..3)",
}


def _token(source: str, token: Token) -> ParseError:
    """What a token means that cannot stand where it does."""
    span = Span(token.start_pos, token.end_pos)
    before = source[: span.start]
    unbalanced = _unbalanced(source)
    if unbalanced is not None and _explains(unbalanced, token):
        return unbalanced
    if token.type in {"$END", "SEMICOLON", "_NEWLINE"}:
        if token.type == "$END":
            end = len(source.rstrip())
            span = Span(end, end)
        return _syntax(source, span, "the formula ends too early", _missing(before))
    if token.type == "NUMBER" and re.search(r"[\w)\].]\s*$", before):
        number = _short(token)
        return _syntax(
            source, span, f"unexpected number '{number}'", f"for a product write *{number}"
        )
    hint = _TOKEN_HINTS.get(token.type) or _missing(before)
    if token.type in _RESERVED:
        hint = f"'{token}' is a word of the language and cannot be a name"
    return _syntax(source, span, f"unexpected '{_short(token)}'", hint)


def _explains(unbalanced: ParseError, token: Token) -> bool:
    """Whether a bracket without a partner is why the token was not expected."""
    if token.type in {"$END", "RPAR", "RSQB"}:
        return True
    at = unbalanced.span.start if unbalanced.span else 0
    return token.type in {"SEMICOLON", "_NEWLINE"} and at < token.start_pos


def _syntax(source: str, span: Span, message: str, hint: str | None) -> ParseError:
    return ParseError("syntax", message, span=span, hint=hint, source=source)


def _short(text: str, most: int = 20) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _missing(before: str) -> str | None:
    """What has to follow the text before the place, if its end tells."""
    last = before.rstrip()[-1:]
    if last in set("+-*/^@=<>√−·×÷"):
        return f"something must follow '{last}'"
    if last in {"(", "[", ","}:
        return f"an expression must follow '{last}'"
    return None


def _unbalanced(source: str) -> ParseError | None:
    """The first bracket that has no partner."""
    opened: list[tuple[str, int]] = []
    for match in re.finditer(r"#[^\n]*|[()\[\]]", source):
        bracket, at = match[0], match.start()
        if bracket[0] == "#":
            continue
        if bracket in _CLOSING:
            opened.append((bracket, at))
        elif not opened:
            span = Span(at, at + 1)
            return _syntax(source, span, f"'{bracket}' closes nothing", "remove it, or open it")
        else:
            opening, place = opened.pop()
            if _CLOSING[opening] != bracket:
                return _syntax(
                    source,
                    Span(place, place + 1),
                    f"'{opening}' is closed by '{bracket}'",
                    f"close it with '{_CLOSING[opening]}'",
                )
    if opened:
        opening, at = opened[-1]
        return _syntax(
            source,
            Span(at, at + 1),
            f"'{opening}' is never closed",
            f"add '{_CLOSING[opening]}'",
        )
    return None
