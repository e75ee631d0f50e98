"""`gradcli schema`: the JSON schemas of what is printed as JSON."""

from __future__ import annotations

from gradcli.cli.command import Command
from gradcli.cli.parameters import Annotated, argument
from gradcli.cli.task import Task
from gradcli.cli.view import View, text
from gradcli.views import schema

EXAMPLES = """\
Examples:

\b
gradcli schema
gradcli schema error
"""

VIEWS = {"json": View(text("schema", "text"), None, (".json",))}

command = Command(VIEWS, EXAMPLES, takes_program=False)


@command
def show_schema(
    task: Task,
    *,
    name: Annotated[
        str,
        argument(
            "NAME",
            f"One of {', '.join(schema.names())}.",
            completes=lambda _, __: schema.names(),
            shows_default=True,
        ),
    ] = "eval",
) -> None:
    """The JSON schema of a command's output, as JSON."""
    task.finish(name)
