"""`gradcli same`: whether two formulas are the same."""

from __future__ import annotations

from gradcli.cli.command import Command
from gradcli.cli.options import Shape
from gradcli.cli.parameters import Annotated, argument, valued
from gradcli.cli.program import is_file
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page
from gradcli.errors import UsageError

EXAMPLES = """\
Examples:

\b
gradcli same "sin(x)^2" "1 - cos(x)^2"
gradcli same "sqrt(x^2)" "x" --where "x >= 0"
gradcli same "x^n" "x*x" --n 2
gradcli same "(A@B)'" "B' @ A'" --shape A=2,3 --shape B=3,2 --json

It needs the package mpmath: pip install 'gradcli[check]'.

Exit codes: 0 done, 1 unforeseen, 2 usage or syntax, 3 a name or a value is missing or unknown,
5 the formulas differ, 130 interrupted.
"""

VIEWS = {"page": View(page("same")), "json": JSON}

command = Command(VIEWS, EXAMPLES)


@command
def compare(
    task: Task,
    *,
    second: Annotated[
        str | None,
        argument(
            "SECOND",
            "The other formula, or its file.",
        ),
    ] = None,
    where: Annotated[
        str | None,
        valued("--where", "CONDITION", "Only points at which this holds count: 'x > 0'."),
    ] = None,
    shape: Shape = None,
) -> None:
    """Whether two formulas have the same value wherever both have one.

    They are simplified, and computed in many digits at points that may tell them apart: at borders
    of domains, far away, and at random. A variable that is given a value has that one alone.
    """
    source, values, shapes = task.source, task.values, task.shapes(shape)
    if second is not None and is_file(second):
        second = task.environment.read_file(second)
    from gradcli.trust import same as formulas  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        if second is None:
            formulas.check_one(source, values, strict=task.strict, shapes=shapes)
            raise UsageError(
                "usage",
                "there is no second formula",
                hint='for instance: gradcli same "sin(x)^2" "1 - cos(x)^2"',
            )
        found = formulas.same(
            source, second, values, where=where, strict=task.strict, shapes=shapes
        )
    task.finish(found, notes=found.notes, failure=found.failure, anyway=True)
