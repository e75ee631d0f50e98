"""`gradcli schema`: the JSON schemas of what is printed as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from gradcli.cli import output
from gradcli.cli.options import Output
from gradcli.errors import InputError
from gradcli.hints import nearest
from gradcli.views import schema

EXAMPLES = """\
Examples:

\b
gradcli schema
gradcli schema error
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def show_schema(
    context: typer.Context,
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help=f"One of {', '.join(schema.names())}.",
            autocompletion=schema.names,
        ),
    ] = "eval",
    target: Output = None,
) -> None:
    """The JSON schema of a command's output, as JSON."""
    if name not in schema.names():
        hint = nearest(name, schema.names(), "schemas")
        raise InputError("unknown-schema", f"there is no schema '{name}'", hint=hint)
    if target is not None:
        output.check_target(target)
    output.deliver(context.obj, schema.text(name), target)
