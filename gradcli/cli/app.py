"""The application around all commands, and what a line means that begins with none of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

import gradcli
from gradcli.cli import output
from gradcli.cli.known import COMMANDS, EVAL, HELP, OPTIONS, load
from gradcli.cli.pages import page
from gradcli.errors import Sentence, Typed, UsageError
from gradcli.hints import did_you_mean, nearest
from gradcli.syntax.spelling import is_name, letters_of, plain

EXAMPLES = """\
Examples:

\b
gradcli "3*(a+b*c)" a=1 b=2 c=3
gradcli eval "J(a,b,c)=3(a+bc)" --a 1 --b 2 --c 3 --tree
gradcli functions sin
gradcli help eval

A formula without a command is evaluated; values may stand beside it as a=1; a
program is read from a pipe where none is given. gradcli alone is a prompt.
"""


class Commands(TyperGroup):
    """A group whose commands are only names and summaries until one is called.

    Typer hands around classes of the click inside it, which are private: hence ``Any``.
    """

    def __init__(self, **settings: Any) -> None:
        summaries = {name: TyperCommand(name, short_help=text) for name, text in COMMANDS.items()}
        summaries[HELP] = TyperCommand(HELP, short_help="The help page of a command.")
        super().__init__(**settings | {"commands": summaries})

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return page(ctx, super().get_help(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse words that typer would leave unread once completion is installed."""
        for option in ("--install-completion", "--show-completion"):
            if option in args and len(args) > 1 and not ctx.resilient_parsing:
                raise UsageError(
                    "option",
                    f"{option} takes no value and goes with nothing else",
                    hint=f"it is for the shell that calls it: gradcli {option}",
                )
        return list(super().parse_args(ctx, args))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that is called."""
        name, *rest = args
        if name in COMMANDS:
            return name, load(name), rest
        if ctx.resilient_parsing:
            return (None, None, rest) if is_command(name, rest) else (EVAL, load(EVAL), args)
        error = unknown_command(name, rest)
        if len(name) == 1:
            plain = f"gradcli {EVAL} {name}"
            typed = Typed((EVAL, name), otherwise=plain)
            error.hint = Sentence("for the formula write ", typed)
        raise error

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What a line can go on with: commands, and functions where a formula has begun."""
        found = super().shell_complete(ctx, incomplete)
        if found or incomplete.startswith("-") or is_name(incomplete):
            return list(found)
        from gradcli.cli.complete import complete_expression, item  # noqa: PLC0415  (only here)

        return [item(text) for text in complete_expression(incomplete)]


def meant(words: Sequence[str]) -> list[str]:
    """What a command line says in full: a formula alone is evaluated, ``help eval`` shows a page.

    Args:
        words: what follows `gradcli`.

    Raises:
        UsageError: help is asked for about nothing that there is.
    """
    first, *rest = words
    if first == HELP:
        return _page(rest)
    if first.startswith("-"):
        is_ours = first in OPTIONS or (len(words) == 1 and first.startswith("--") and first != "--")
        return [*words] if is_ours else [EVAL, *words]
    return [*words] if is_command(first, rest) else [EVAL, *words]


def is_command(word: str, rest: Sequence[str] = ()) -> bool:
    """Whether the first word of a command line is a command, or meant for one: no formula.

    A name alone is a formula where it is a constant, or where a value is given for it or for each
    of its letters.
    """
    if word in COMMANDS or f"--{word}" in OPTIONS or not is_name(word):
        return word in COMMANDS or f"--{word}" in OPTIONS
    from gradcli.cli.beside import given_names  # noqa: PLC0415  (likewise)
    from gradcli.graph.rules import is_constant  # noqa: PLC0415  (likewise)

    if {"--vars", "--set"}.intersection(rest) and did_you_mean(word, COMMANDS) is None:
        return False  # whatever has values is a formula
    given = {*map(plain, given_names(rest))}
    return not (is_constant(word) or plain(word) in given or given.issuperset(letters_of(word)))


def _page(about: list[str]) -> list[str]:
    """The command line that shows what ``help`` is asked about."""
    if len(about) > 1:
        raise UsageError("usage", "help is about one thing", hint=f"write gradcli help {about[0]}")
    if not about or about[0] in {*OPTIONS, HELP, "gradcli"}:
        return ["--help"]
    if about[0] in COMMANDS:
        return [about[0], "--help"]
    from gradcli.cli.other_words import of_language  # noqa: PLC0415  (few ask)
    from gradcli.graph import listing  # noqa: PLC0415  (likewise)

    function = about[0].partition("(")[0].strip()  # ``sin(x)`` as well
    if function in listing.names():
        return ["functions", function]
    word = about[0].strip().lstrip("-")
    hint = of_language(word) or unknown_command(word, others=listing.names()).hint
    raise UsageError("usage", f"there is no page about '{about[0]}'", hint=hint)


def unknown_command(
    name: str, rest: Sequence[str] = (), others: Collection[str] = ()
) -> UsageError:
    """The error for a word that is no command, and where one must be.

    Args:
        name: the word.
        rest: what stands behind it.
        others: what may be meant besides.
    """
    from gradcli.cli.other_words import meant  # noqa: PLC0415  (only an error needs it)

    known = [*COMMANDS, HELP]
    near = (
        did_you_mean(name, known) or did_you_mean(name, others) or nearest(name, known, "commands")
    )
    hint = meant(name, rest, ((each, load(each)) for each in COMMANDS), OPTIONS) or near
    return UsageError("usage", f"there is no command '{name}'", hint=hint)


app = typer.Typer(cls=Commands, rich_markup_mode=None, epilog=EXAMPLES)


def _show_version(context: typer.Context, wanted: bool) -> None:  # noqa: FBT001  (typer's way)
    if wanted and not context.resilient_parsing:
        output.write(context.obj, f"gradcli {gradcli.__version__}")
        raise typer.Exit


@app.callback()
def group(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """The gradient calculator: a formula goes in, its value and every derivative come out."""
    del version
