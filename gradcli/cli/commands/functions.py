"""`gradcli functions`: every function with its derivative, from the rule table."""

from __future__ import annotations

from gradcli.cli.command import Command
from gradcli.cli.parameters import Annotated, argument, completing
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page, text
from gradcli.graph import listing
from gradcli.views.functions import matching

EXAMPLES = """\
Examples:

\b
gradcli functions
gradcli functions sin
gradcli functions "log*" --json
"""

VIEWS = {
    "page": View(page("functions"), has_table=True),
    "json": JSON._replace(write=text("functions", "to_json")),
}

command = Command(VIEWS, EXAMPLES, takes_program=False)


@command
def show_functions(
    task: Task,
    *,
    name: Annotated[
        str | None,
        argument(
            "NAME",
            "Only the functions of this name; where there is none, those with it in their "
            "name, or that match a pattern with * and ?.",
            completes=completing("complete_function", takes_context=False),
        ),
    ] = None,
) -> None:
    """Every function of the language with its derivative."""
    entries = listing.entries()
    if name is not None:
        entries = matching(entries, name)
    task.finish(entries)
