"""`gradcli check`: every derivative against the same in many digits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gradcli.cli.command import Command
from gradcli.cli.options import OfOne
from gradcli.cli.parameters import Annotated, argument, valued
from gradcli.cli.remarks import not_defined
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page
from gradcli.errors import UsageError

if TYPE_CHECKING:
    from gradcli.trust.given import Gradient

EXAMPLES = """\
Examples:

\b
gradcli check "3*(a+b*c)" --a 1 --b 2 --c 3
gradcli check "exp(x)*sin(x*y)"
gradcli check "a = w*x; C = (y-a)^2/2" "dC/dw = (a-y)*x"
gradcli check "x^2*y" --x 3 --y 2 --against "d/dx = 2*x*y; d/dy = x^2"
gradcli check "sum((W@x - y)^2)" --W "[[1,2],[3,4]]" --x "[1,2]" --y "[0,1]" --json

It needs the package mpmath: pip install 'gradcli[check]'.

Exit codes: 0 done, 1 unforeseen, 2 usage or syntax, 3 a name or a value is missing or unknown,
4 the value is not finite, 5 a derivative is wrong, 130 interrupted.
"""

VIEWS = {"page": View(page("check"), has_table=True), "json": JSON}

command = Command(VIEWS, EXAMPLES, everything="Every derivative, however many.")


@command
def check(
    task: Task,
    *,
    gradient: Annotated[
        str | None,
        argument(
            "GRADIENT",
            'Your own gradient: "dJ/dw = (y-a)*x; dJ/db = y-a".',
        ),
    ] = None,
    against: Annotated[
        str | None,
        valued(
            "--against",
            "GRADIENT",
            "Your own gradient: FILE.json, a formula, or package.module:function, which is "
            "imported and so run.",
        ),
    ] = None,
    of: OfOne = None,
    tolerance: Annotated[
        float | None,
        valued("--tolerance", "T", "How far off a derivative may be beside its size: 1e-6."),
    ] = None,
) -> None:
    """The derivative by every node, compared with differences of values in many digits.

    The values are those of mpmath, so that no rule of derivatives takes part, and there is no step
    size to choose. Without values for the variables, a point is chosen.

    With a gradient of your own, that is compared, and the mistake in it is named. Nothing but
    --against package.module:function ever runs anybody's code.
    """
    gradient = task.beside_file() if gradient is None else gradient
    own = _own(task, gradient, against)
    source, values = task.source, task.values
    from gradcli.trust import check as checks  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        allowed = checks.checked_tolerance(tolerance)
        if own is None:
            found = checks.check(source, values, of=of, tolerance=allowed, strict=task.strict)
        else:
            from gradcli.trust.against import against as compare  # noqa: PLC0415  (not always)

            found = compare(source, values, own, of=of, tolerance=allowed, strict=task.strict)
    undefined = not_defined(found.solution.value_problems, source)
    task.finish(
        found,
        notes=found.notes,
        problems=found.problems,
        failure=undefined or found.failure,
        anyway=undefined is None,
    )


def _own(task: Task, gradient: str | None, against: str | None) -> Gradient | None:
    """Somebody's own gradient: what the file holds, the text, or the function.

    Raises:
        UsageError: there are two, the file cannot be read, or there is no such function.
        InputError: the file holds what is no number.
    """
    if gradient is not None and against is not None:
        raise UsageError(
            "against",
            f"there are two gradients: '{gradient}' and '{against}'",
            hint="leave one out",
        )
    what = gradient if against is None else against
    if what is None:
        return None
    if against is not None and what.lower().endswith(".json"):
        from gradcli.cli.json_files import read_gradient  # noqa: PLC0415  (seldom needed)

        return dict(read_gradient(task.environment, what))
    if against is None and re.fullmatch(r"\S+\.(?:json|py)", what):
        *_, name = what.removesuffix(".py").split("/")
        written = f"{name}:function" if what.endswith(".py") else what
        message = f"'{what}' is the name of a file, and no formula"
        raise UsageError("against", message, hint=f"write --against {written}")
    if against is not None and re.fullmatch(r"[\w.]+:[\w.]+", what):
        from gradcli.cli.imported import imported  # noqa: PLC0415  (likewise)

        return imported(*what.split(":"))
    return what
