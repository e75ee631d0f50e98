"""Text to syntax tree: the parser of ``grammars/expression.lark``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from gradcli.errors import ParseError
from gradcli.syntax import ast, tables
from gradcli.syntax.builder import Builder
from gradcli.syntax.lalr import Parser, UnexpectedInput
from gradcli.syntax.lexer import Token
from gradcli.syntax.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.syntax.refusals import Names


def parse(
    source: str, tokens: Tokens | None = None, names: Callable[[], Names] | None = None
) -> ast.Program:
    """Read a program.

    Args:
        source: the text; statements end with ``;`` or a newline.
        tokens: what is known of names in it.
        names: gives what is known of names, for the hint of an error.

    Raises:
        ParseError: the text is not a program; the error holds the place and a hint.
    """
    builder = Builder(source)
    try:
        # The embedded transformer makes the statements while parsing: there is no parse tree.
        statements: list[ast.Statement] = _parser().parse(source, builder, tokens or Tokens())
    except UnexpectedInput as error:
        from gradcli.syntax.mistakes import explain  # noqa: PLC0415  (only an error needs it)
        from gradcli.syntax.refusals import Language  # noqa: PLC0415  (only an error needs it)

        language = Language(tokens_of, is_program, names and names())
        raise _with_order(explain(source, error, language)) from None
    except ParseError as error:
        error.source = source
        if error.kind == "left-side":
            _with_order(error)
        raise
    if not statements:
        raise ParseError(
            "empty",
            "there is no formula",
            hint='give one, such as "3*(a+b*c)"',
            source=source,
        )
    return ast.Program(tuple(statements), source, mentions=builder.mentions)


def _with_order(error: ParseError) -> ParseError:
    """An error with the text in which definitions stand first, if that is all that is wrong."""
    from gradcli.syntax import definitions  # noqa: PLC0415  (only an error needs it)

    text = definitions.first(error.source or "", is_program)
    if text is not None:
        error.hint = f"write {text}"
    return error


def is_program(source: str) -> bool:
    """Whether a text can be read, whatever its names mean."""
    try:
        _parser().parse(source, Builder(source), Tokens())
    except (UnexpectedInput, ParseError):
        return False
    return True


def tokens_of(source: str) -> list[Token]:
    """The tokens of a text, be it a program or not."""
    return _parser().tokens(source)


@cache
def _parser() -> Parser:
    return tables.load("expression.lark")
