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


def _token(source: str, token: Token) -> ParseError:
    problem = _unbalanced(source)
    if token.type == "$END":
        if problem is not None:
            return problem
        end = len(source.rstrip())
        return _syntax(source, Span(end, end), "the formula ends too early", _missing(source))
    start, end = token.start_pos, token.end_pos
    if token.type in {"RPAR", "RSQB"} and problem is not None:
        return problem
    span = Span(start, end)
    before = source[:start].rstrip()[-1:]
    if token.type in {"SEMICOLON", "_NEWLINE"}:
        if problem is not None and problem.span is not None and problem.span.start < start:
            return problem
        return _syntax(source, span, "the formula ends too early", _missing(source[:start]))
    if token.type == "NUMBER" and (before.isalnum() or before in {")", "]", "_", "."}):
        return _syntax(
            source, span, f"unexpected number '{_short(token)}'", f"for a product write *{_short(token)}"
        )
    if token.type in _RESERVED:
        return _syntax(
            source,
            span,
            f"unexpected '{token}'",
            f"'{token}' is a word of the language and cannot be a name",
        )
    if token.type == "EQUALS":
        return _syntax(
            source, span, "unexpected '='", "a comparison is written ==; one statement has one ="
        )
    if token.type == "_COMMA":
        return _syntax(source, span, "unexpected ','", "write decimals with a point: 1.5")
    if token.type == "_RANGE":
        return _syntax(source, span, "unexpected '..'", "a range stands in: for i in 1..3")
    if token.type == "_FOR":
        return _syntax(source, span, "unexpected 'for'", "write sum(… for i in 1..3)")
    return _syntax(source, span, f"unexpected '{_short(token)}'", _missing(source[:start]))


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
            return _syntax(
                source, Span(at, at + 1), f"'{bracket}' closes nothing", "remove it, or open it first"
            )
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
