"""`gradcli functions`: every function with its derivative, from the rule table."""

from __future__ import annotations

from typing import Annotated

import typer

from gradcli.cli import output
from gradcli.cli.complete import complete_function
from gradcli.cli.context import Environment
from gradcli.cli.options import Json, NoColor, Output
from gradcli.errors import InputError
from gradcli.graph.rules import table
from gradcli.hints import did_you_mean
from gradcli.views import functions

EXAMPLES = """\
Examples:

\b
gradcli functions
gradcli functions sin
gradcli functions "log*" --json
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def show_functions(
    context: typer.Context,
    *,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Only functions with this in their name, or that match a pattern with * and ?.",
            show_default=False,
            autocompletion=complete_function,
        ),
    ] = None,
    json: Json = False,
    target: Output = None,
    no_color: NoColor = False,
) -> None:
    """Every function of the language with its derivative."""
    del no_color  # run has seen it
    environment: Environment = context.obj
    if target is not None:
        output.check_target(target)
    entries = table().entries()
    if name is not None:
        entries = functions.matching(entries, name)
        if not entries:
            hint = did_you_mean(name, table().names()) or "gradcli functions lists them all"
            raise InputError("unknown-function", f"there is no function '{name}'", hint=hint)
    stream = environment.stdout if target is None else None
    if json:
        text = functions.to_json(entries)
    else:
        page = functions.render(entries, environment.display(stream, all_rows=True))
        text = environment.text(page, stream)
    output.deliver(environment, text, target)
