"""`gradcli code`: a program as source code of another language."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gradcli.cli.command import Command
from gradcli.cli.options import OfOne, Shape
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.task import Task
from gradcli.cli.view import View
from gradcli.errors import UsageError

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.views.code.wanted import Coded

EXAMPLES = """\
Examples:

\b
gradcli code "J(a,b,c)=3(a+bc)"
gradcli code "h=tanh(w*x); J=(h-y)^2" --target c --test -o neuron.c
gradcli code "log(1 + exp(-y*x))" --target sql
gradcli code "x^2*sin(y)" --target numpy --hess
gradcli code "sum((W@x - y)^2)" --target torch --shape W=2,3 --shape x=3 --shape y=2
gradcli code "softplus(z) - t*z" --target lightgbm --prediction z --label t
"""


def _targets() -> list[str]:
    from gradcli.views.code.wanted import TARGETS  # noqa: PLC0415  (only to complete a line)

    return list(TARGETS)


def _text(found: Coded, call: Call) -> str:
    del call
    return found.text


VIEWS = {
    "python": View(_text, None, (".py",), is_text=False),
    "c": View(_text, None, (".c",), is_text=False),
    "js": View(_text, None, (".js",), is_text=False),
    "sql": View(_text, None, (".sql",), is_text=False),
}

command = Command(VIEWS, EXAMPLES)


@command
def write_code(
    task: Task,
    *,
    language: Annotated[
        str | None,
        valued(
            "--target",
            "TARGET",
            "python, numpy, torch, jax, c, js, sql, polars, lightgbm or xgboost. [default: what "
            "the name of the file says, else python]",
            completes=lambda _, __: _targets(),
        ),
    ] = None,
    grad: Annotated[
        bool, option("--grad", text="Nothing but the function for value and gradient.")
    ] = False,
    hess: Annotated[
        bool, option("--hess", text="Also a function for all second derivatives.")
    ] = False,
    test: Annotated[
        bool,
        option("--test", text="With a test that compares it with gradcli's numbers."),
    ] = False,
    of: OfOne = None,
    shape: Shape = None,
    prediction: Annotated[
        str | None,
        valued("--prediction", "NAME", "Of a loss for a booster: the input that is predicted."),
    ] = None,
    label: Annotated[
        str | None, valued("--label", "NAME", "Likewise: the input that is its label.")
    ] = None,
) -> None:
    """EXPRESSION as source code to take home: its value and its backward pass, a node a line.

    The code needs no gradcli: what a language lacks is written as a function with it, as accurate
    as gradcli's own, or refused. No variable needs a value but the settings of a loss; --test
    compares at the values that are given as well.
    """
    source, values, shapes = task.source, task.values, task.shapes(shape)
    chosen = _target(language, task)
    from gradcli.views.code.wanted import coded  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        found = coded(
            source,
            values,
            chosen,
            is_gradient=grad,
            is_hessian=hess,
            is_tested=test,
            prediction=prediction,
            label=label,
            of=of,
            shapes=shapes,
            strict=task.strict,
        )
    task.finish(found, notes=found.solution.notes)


def _target(asked: str | None, task: Task) -> str:
    """The target that is asked for, or that the name of the file stands for.

    Raises:
        UsageError: these are two.
    """
    if asked is None:
        return task.view
    from gradcli.cli.destination import is_named  # noqa: PLC0415  (seldom needed)

    ending = os.path.splitext(task.target or "")[1].lower()
    own = VIEWS.get(asked, VIEWS["python"]).endings
    if task.target is not None and ending and is_named(task.target) and ending not in own:
        raise UsageError(
            "format",
            f"--target {asked} does not write what a name that ends in {ending} stands for",
            hint=f"leave out --target, or let the name end in {own[0]}",
        )
    return asked
