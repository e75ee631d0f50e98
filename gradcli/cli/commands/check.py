"""`gradcli check`: every derivative against the same in many digits."""

from __future__ import annotations

from typing import Annotated

from gradcli.cli.command import Command
from gradcli.cli.options import valued
from gradcli.cli.remarks import not_defined
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page

EXAMPLES = """\
Examples:

\b
gradcli check "3*(a+b*c)" --a 1 --b 2 --c 3
gradcli check "exp(x)*sin(x*y)"
gradcli check "sum((W@x - y)^2)" --W "[[1,2],[3,4]]" --x "[1,2]" --y "[0,1]" --json

It needs the package mpmath: pip install 'gradcli[check]'.

Exit codes: 0 done, 1 unforeseen, 2 usage or syntax, 3 a name or a value is missing or unknown,
4 the value is not finite, 5 a derivative is wrong, 130 interrupted.
"""

VIEWS = {"page": View(page("check")), "json": JSON}

command = Command(VIEWS, EXAMPLES, everything="Every derivative, however many.")


@command
def check(
    task: Task,
    *,
    tolerance: Annotated[
        float | None,
        valued("--tolerance", "T", "How far off a derivative may be beside its size: 1e-6."),
    ] = None,
) -> None:
    """The derivative by every node, compared with differences of values in many digits.

    The values are those of mpmath, so that no rule of derivatives takes part, and there is no step
    size to choose. Without values for the variables, a point is chosen.
    """
    source, values = task.source, task.values
    from gradcli.trust import check as checks  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        found = checks.check(
            source, values, tolerance=checks.checked_tolerance(tolerance), strict=task.strict
        )
    undefined = not_defined(found.solution.value_problems, source)
    task.finish(
        found,
        notes=found.notes,
        problems=found.problems,
        failure=undefined or found.failure,
        anyway=undefined is None,
    )
