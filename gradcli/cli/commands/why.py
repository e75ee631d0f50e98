"""`gradcli why`: where a value or a derivative is lost, and what to write instead."""

from __future__ import annotations

from gradcli.cli.command import Command
from gradcli.cli.options import Shape, Wrt
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.remarks import not_defined, refuse_numbers, split_names
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page

EXAMPLES = """\
Examples:

\b
gradcli why "sqrt(x^2 + y^2)" --x 0 --y 0
gradcli why "log(sigmoid(x))" --x=-800
gradcli why "(1 - cos(x))/x^2" --x 1e-7 --digits
gradcli why "u = floor(x); u*y + x*y" --x 1.5 --y 2 --get du/dx
gradcli why "sqrt(sum(x^2))" --x "[0,0]" --json

Exit codes: 0 done, 1 unforeseen, 2 usage or syntax, 3 a name or a value is missing or unknown,
4 the value is not finite, 130 interrupted.
"""

VIEWS = {"page": View(page("why")), "json": JSON}

command = Command(VIEWS, EXAMPLES, everything="Every node, and every step of a way.")


@command
def show_why(
    task: Task,
    *,
    get: Annotated[
        list[str] | None,
        valued("--get", "WHAT", "Why this is so, and nothing else: J, v, dJ/db; once for each."),
    ] = None,
    wrt: Wrt = None,
    digits: Annotated[
        bool,
        option(
            "--digits",
            text="Also how many digits every node has left; needs mpmath: "
            "pip install 'gradcli[check]'.",
        ),
    ] = False,
    shape: Shape = None,
) -> None:
    """Why a value or a derivative is not finite, is 0, is huge or tiny, or has lost its digits.

    It finds the first node where that began, the way from there to the result, and, where one is
    known, another form of the formula, which it tries at this point.
    """
    refuse_numbers(get or (), "--get")
    names = split_names(wrt or ())
    source, values, shapes = task.source, task.values, task.shapes(shape)
    from gradcli.trust.why import why  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        found = why(
            source,
            values,
            get=get or (),
            wrt=names,
            digits=digits,
            strict=task.strict,
            shapes=shapes,
        )
    failure = not_defined(found.solution.value_problems, source)
    # Its problems are what it explains, in a file as well.
    task.finish(found, notes=found.notes, failure=failure, anyway=True)
