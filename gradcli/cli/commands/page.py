"""`gradcli page`: a program as a page for a browser, in one file that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.cli.command import Command
from gradcli.cli.drawing import Toward
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.remarks import not_defined, split_names
from gradcli.cli.task import Task
from gradcli.cli.view import View

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.views.html.wanted import Wanted

EXAMPLES = """\
Examples:

\b
gradcli page "J(a,b,c)=3(a+bc)" --a 1 --b 2 --c 3 -o lesson.html
gradcli page "h=tanh(w*x); J=(h-y)^2" --w 0.5 --x 2 --y 1 --wrt w --lr 0.5 -o neuron.html
gradcli page "(x - 3)^2 + y^2" --x 1 --y 2 --title "Down into a bowl" -o bowl.html
"""


def _page(wanted: Wanted, call: Call) -> str:
    from gradcli.views.html import page  # noqa: PLC0415  (`--help` needs no views)

    return page.render(wanted, call.notes)


VIEWS = {"html": View(_page, None, (".html", ".htm"), is_text=False)}

command = Command(VIEWS, EXAMPLES)


@command
def write_page(
    task: Task,
    *,
    wrt: Annotated[
        list[str] | None,
        valued("--wrt", "NAMES", "The inputs that an update changes, as w,b. [default: all]"),
    ] = None,
    rate: Annotated[
        float | None, valued("--lr", "RATE", "How far an update goes at first. [default: 0.1]")
    ] = None,
    title: Annotated[str | None, valued("--title", "TEXT", "The heading of the page.")] = None,
    full: Annotated[bool, option("--full", text="Every operation in a box of its own.")] = False,
    direction: Toward = None,
) -> None:
    """EXPRESSION as a page to play with: its graph, both passes step by step, values to move.

    The page is one file and fetches nothing. It computes everything itself: drag a value, and all
    values and derivatives follow; choose a node for its chain rule and its paths; take a step
    against the gradient. --wrt names the inputs that such a step changes.
    """
    source, values = task.source, task.values
    from gradcli.views.html.wanted import Manner, wanted  # noqa: PLC0415  (`--help` needs none)

    manner = Manner(Manner().rate if rate is None else rate, title, full, direction, task.precision)
    learning = split_names(wrt) if wrt else None
    with task.hints():
        page = wanted(source, values, manner, learning=learning, strict=task.strict)
    solution = page.solution
    task.finish(
        page,
        notes=solution.notes,
        problems=solution.warnings,
        failure=not_defined(solution.value_problems, source),
    )
