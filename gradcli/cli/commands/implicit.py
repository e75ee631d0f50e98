"""`gradcli implicit`: the derivative of what an equation defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.cli.command import Command
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.remarks import split_names
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, text
from gradcli.errors import UsageError

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.views.lines.page import Page

EXAMPLES = """\
Examples:

\b
gradcli implicit "x^3 + x^2*y + y^3 = 9" --wrt y,x --x=-1 --y 2
gradcli implicit "x^2 + y^2 = r^2" --wrt y,x --order 2 --steps
gradcli implicit "P*V = n*R*T" --wrt V,T --latex
"""


def _page(result: Any, call: Call) -> Page:
    """The equation and the derivatives, with the steps if they are asked for."""
    from gradcli.views import implicit  # noqa: PLC0415  (`--help` needs no engine)

    found, steps = result
    return implicit.render(found, call.display, steps=steps)


def _of_first(write: Any) -> Any:
    """A view of what was computed, whatever else was asked for."""
    return lambda result, call: write(result[0], call)


VIEWS = {
    "page": View(_page, has_table=True),
    "latex": View(_of_first(text("implicit", "to_latex")), "LaTeX, a formula a line.", (".tex",)),
    "json": JSON._replace(write=_of_first(JSON.write)),
}

command = Command(VIEWS, EXAMPLES)


@command
def show_implicit(
    task: Task,
    *,
    wrt: Annotated[
        list[str] | None,
        valued("--wrt", "NAMES", "What is a function, and of what. [default: y,x]"),
    ] = None,
    order: Annotated[
        int | None, valued("--order", "N", "Up to the N-th derivative. [default: 1]")
    ] = None,
    steps: Annotated[bool, option("--steps", text="The rule, and what stands in it.")] = False,
) -> None:
    """dy/dx where EXPRESSION is an equation that ties y to x, as x^2 + y^2 = 1 does.

    An expression without an equals sign is one that is 0. No name needs a value; where all are
    given, the derivatives have values there.
    """
    names = split_names(wrt or ()) or ["y", "x"]
    if steps and task.view != "page":
        message = f"--steps and --{task.view} cannot go together"
        raise UsageError("usage", message, hint="leave one out")
    source, values = task.source, task.values
    from gradcli.symbolic.implicit import implicit  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        found = implicit(
            source,
            names,
            order=order,
            values=values,
            strict=task.strict,
            textbook=task.view != "json",
        )
    task.finish((found, steps), notes=found.notes, problems=found.problems)
