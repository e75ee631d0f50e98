"""What is known where a text is refused, and the errors that say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gradcli.errors import ParseError, Span
from gradcli.syntax import phrases
from gradcli.syntax.extent import statement_text


class Names(NamedTuple):
    """What is known of names where a text is refused.

    Attributes:
        attribute: the hint for a point behind a name, by the text and the place.
        is_function: whether a name can be called.
        is_called: whether a name can be called, here or elsewhere.
        takes: whether it can be with so many arguments.
        applied: writes a function and the words behind it with brackets, given what follows them,
            and the functions of the program with their numbers of parameters.
    """

    attribute: Callable[[str, int], str]
    is_function: Callable[[str], bool]
    is_called: Callable[[str], bool]
    takes: Callable[[str, int], bool]
    applied: Callable[[Sequence[str], str, Mapping[str, int]], str]


class Language(NamedTuple):
    """What has to be known of the language where a text is none of it.

    Attributes:
        lex: cuts a text into tokens.
        is_program: whether a text is a program.
        names: what is known of names, if anything is.
    """

    lex: phrases.Lex
    is_program: Callable[[str], bool]
    names: Names | None = None


def statement_at(source: str, position: int, language: Language) -> str:
    """The statement that a place lies in."""
    return statement_text(source, Span(position, position + 1), language.lex(source))


def refusal(source: str, span: Span, message: str, hint: str | None) -> ParseError:
    """The error for a text that the grammar refuses."""
    return ParseError("syntax", message, span=span, hint=hint, source=source)


def short(text: str, most: int = 20) -> str:
    """A text for a message, cut after so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
