"""`gradcli descend`: gradient descent on any program."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.cli import output
from gradcli.cli.command import Command
from gradcli.cli.context import is_stdout, show_name
from gradcli.cli.destination import check_apart, check_target, check_unread
from gradcli.cli.options import OfOne, Shape
from gradcli.cli.parameters import Annotated, among, one_of, option, valued
from gradcli.cli.progress import Steps
from gradcli.cli.remarks import split_names
from gradcli.cli.task import Task
from gradcli.cli.value_place import ending_of
from gradcli.cli.view import JSON, View, refuse_together
from gradcli.errors import GradcliError, UndefinedError, UsageError
from gradcli.learn.names import CONSTANTS, METHODS, UPDATES, together
from gradcli.syntax.text import brief

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.learn.descend import Descender
    from gradcli.learn.result import Comparison, Descent
    from gradcli.learn.settings import Settings
    from gradcli.views.lines.page import Page

EXAMPLES = """\
Examples:

\b
gradcli descend "(x-3)^2 + 1" --x 0
gradcli descend "(1-x)^2 + 100*(y-x^2)^2" --x=-1 --y 1 --method adam --lr 0.1 --steps 2000
gradcli descend "(w*x + b - y)^2" --w 0 --b 0 --x 2 --y 1 --fix x,y --trace
gradcli descend "(v*tanh(w*x) - y)^2" --v 1 --w 1 --x 2 --y 0 --wrt v,w --compare-updates
gradcli descend "cosh(x)" --x 2 --lr 0.5 --tol 1e-12 --json

Exit codes: as of gradcli eval; 4 also when it diverges, and 130 when it is interrupted.
"""


def _defaults(constant: str) -> str:
    """What a constant is unless it is given: ``0.1 for gd, 0.01 for momentum and adagrad``."""
    users = {name: own[constant] for name, own in METHODS.items() if constant in own}
    words = [
        f"{brief(value)} for {together([name for name, own in users.items() if own == value])}"
        for value in dict.fromkeys(users.values())
    ]
    return f"[default: {', '.join(words)}]"


def _constant(name: str) -> Any:
    """The option of a constant of the methods."""
    words = CONSTANTS[name]
    return valued(f"--{name}", "NUMBER", f"{words[0].upper()}{words[1:]}. {_defaults(name)}")


class _Outcome(NamedTuple):
    """What is shown: one descent, or one by each order of updates."""

    result: Descent | Comparison
    trace: bool

    @property
    def descents(self) -> Mapping[str, Descent]:
        """By the order of updates."""
        result = self.result
        return result if isinstance(result, dict) else {result.settings.update: result}

    @property
    def descent(self) -> Descent:
        """The one that is gone on with."""
        return next(iter(self.descents.values()))


def _page(outcome: _Outcome, call: Call) -> Page:
    from gradcli.views import descend  # noqa: PLC0415  (`--help` needs no views)

    if isinstance(outcome.result, dict):
        return descend.render_comparison(outcome.result, call.display)
    return descend.render(outcome.descent, call.display, trace=outcome.trace)


def _json(outcome: _Outcome, call: Call) -> str:
    from gradcli.views import descend  # noqa: PLC0415  (`--help` needs no views)

    return descend.to_json(outcome.result, call.notes)


VIEWS = {"page": View(_page, has_table=True), "json": JSON._replace(write=_json)}

command = Command(VIEWS, EXAMPLES, everything="Every step and parameter.")


@command
def descend(
    task: Task,
    *,
    wrt: Annotated[
        list[str] | None,
        valued(
            "--wrt", "NAMES", "Move these inputs only, as v,w; an array by its name. [default: all]"
        ),
    ] = None,
    fix: Annotated[
        list[str] | None,
        valued("--fix", "NAMES", "Keep these inputs as they are."),
    ] = None,
    of: OfOne = None,
    method: Annotated[str, one_of("--method", "METHOD", METHODS)] = "gd",
    rate: Annotated[
        float | None,
        valued("--lr", "RATE", f"The learning rate. {_defaults('lr')}"),
    ] = None,
    momentum: Annotated[float | None, _constant("momentum")] = None,
    beta1: Annotated[float | None, _constant("beta1")] = None,
    beta2: Annotated[float | None, _constant("beta2")] = None,
    eps: Annotated[float | None, _constant("eps")] = None,
    steps: Annotated[
        int, option("--steps", metavar="N", text="Stop after N steps at the latest.")
    ] = 100,
    tol: Annotated[
        float,
        valued("--tol", "LENGTH", "Stop when the gradient is no longer. [default: 1e-8]"),
    ] = 1e-8,
    update: Annotated[
        str | None,
        valued(
            "--update",
            "ORDER",
            "; ".join(f"{name}: {words}" for name, words in UPDATES.items())
            + f". [default: {next(iter(UPDATES))}]",
            completes=among(UPDATES),
        ),
    ] = None,
    shape: Shape = None,
    compare: Annotated[
        bool, option("--compare-updates", text="The three orders side by side.")
    ] = False,
    trace: Annotated[
        bool, option("--trace", text="Also the backward pass of the first step, in numbers.")
    ] = False,
    save: Annotated[
        str | None,
        valued(
            "--save",
            "FILE",
            "Write all values at the end to a file of JSON or .npz, to go on from with --vars.",
        ),
    ] = None,
) -> None:
    """Make EXPRESSION small by gradient descent.

    It starts at the values given and stops when the gradient is small, after so many steps, when
    it diverges, or on Ctrl-C, which keeps what was reached.
    """
    refuse_together({"--compare-updates": compare, "--update": update is not None})
    refuse_together({"--compare-updates": compare, "--save": save is not None})
    refuse_together({"--compare-updates": compare, "--trace": trace})
    refuse_together({"--json": task.view == "json", "--trace": trace})
    _check_files(task, save)
    from gradcli.learn.settings import Settings  # noqa: PLC0415  (`--help` needs no engine)

    order = update or next(iter(UPDATES))
    settings = Settings(method, rate, steps, tol, order, momentum, beta1, beta2, eps)
    settings.check()
    names = split_names(wrt or ()), split_names(fix or (), "--fix")
    descender = _prepare(task, *names, shape, of)
    outcome = _Outcome(_run(task, descender, settings, compare=compare), trace)
    failure = _failure(outcome.descents, save, descender)
    interrupted = failure is not None and failure.kind == "interrupted"
    if save is not None and (failure is None or interrupted):
        # First: a result that nobody reads must not cost the weights.
        _save(task, outcome.descent, save)
    task.finish(
        outcome,
        notes=outcome.descent.notes,
        problems=outcome.descent.kinks,
        failure=failure,
        anyway=interrupted,
    )


def _check_files(task: Task, save: str | None) -> None:
    if save is None:
        return
    check_target(save)
    if is_stdout(save) and is_stdout(task.target):
        raise UsageError(
            "output",
            "--save and the result would both go to the standard output",
            hint="give --save the name of a file",
        )
    check_apart(task.target, save, "--save values.json")
    # The values that it began with may be there: those reached take their place.
    check_unread(save, task.programs, "--save values.json")


def _prepare(
    task: Task,
    wrt: list[str] | None,
    fix: list[str] | None,
    shape: list[str] | None,
    of: str | None,
) -> Descender:
    source, values, shapes = task.source, task.values, task.shapes(shape)
    from gradcli.learn.descend import Descender  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        return Descender(source, values, wrt=wrt, fix=fix, strict=task.strict, shapes=shapes, of=of)


def _run(
    task: Task, descender: Descender, settings: Settings, *, compare: bool
) -> Descent | Comparison:
    """One descent, or all three orders of updates, with progress where somebody looks."""
    from gradcli.learn.descend import compare_updates  # noqa: PLC0415  (likewise)

    progress = Steps(task.environment, settings.steps)
    watch = progress if progress.is_shown else None
    try:
        if compare:
            return compare_updates(descender, settings, watch)
        return descender.run(settings, watch)
    finally:
        progress.wipe()


def _save(task: Task, result: Descent, name: str) -> None:
    from gradcli.learn.lists import nested  # noqa: PLC0415  (only here)

    values = nested(result.inputs)
    if ending_of(name) == ".npz":
        from gradcli.cli.npy_files import npz_of  # noqa: PLC0415  (only where it is asked for)

        output.deliver(task.environment, npz_of(values), name)
        return
    from gradcli.views.json import to_text  # noqa: PLC0415  (only here)

    output.deliver(task.environment, to_text(values, split=()), name)


def _failure(
    results: Mapping[str, Descent], save: str | None, descender: Descender
) -> GradcliError | None:
    """Why the exit code is not 0: it diverged, or it was interrupted."""
    for name, result in results.items():
        which = f"with {name} updates it" if len(results) > 1 else "it"
        if result.stopped == "diverged":
            return _diverged(result, which, save, descender)
        if result.stopped == "interrupted":
            hint = f"the values reached are in {show_name(save)}" if save else None
            return GradcliError("interrupted", f"interrupted after {_steps(result)}", hint=hint)
    return None


def _diverged(
    result: Descent, which: str, save: str | None, descender: Descender
) -> UndefinedError:
    unsaved = "; nothing was saved" if save else ""
    why = _why(result)
    if not result.taken:
        return UndefinedError(
            "undefined",
            f"there is no descent from here: {why}",
            span=result.trouble.span if result.trouble else None,
            source=result.source,
            hint="begin at other values",
        )
    return UndefinedError(
        "diverged",
        f"{which} diverged after {_steps(result)}: {why}{unsaved}",
        hint=_way_out(result, descender),
    )


def _way_out(result: Descent, descender: Descender) -> str:
    """What to do instead of what diverged: a rate that was tried, if there can be one."""
    from gradcli.learn.rates import smaller_rate  # noqa: PLC0415  (only where it went wrong)
    from gradcli.learn.stationary import UNBOUNDED  # noqa: PLC0415  (only where it went wrong)
    from gradcli.views.lines.number import number  # noqa: PLC0415  (only where it went wrong)

    if result.finding is not None and result.finding.kind == UNBOUNDED:
        return f"{result.output} falls without bound: it has no minimum, whatever the rate"
    tried = smaller_rate(descender, result.settings)
    if tried is None:
        return "with none of the smaller rates that were tried it falls; begin at other values"
    return (
        f"try --lr {brief(tried.settings.rate)}: with it {result.output} is {number(tried.value)} "
        f"after {_steps(tried)}"
    )


def _why(result: Descent) -> str:
    from gradcli.views.lines.number import number  # noqa: PLC0415  (only where it went wrong)

    if result.trouble:
        return result.trouble.message
    if not math.isfinite(result.value):
        return f"{result.output} is not finite"
    if not math.isfinite(result.steps[-1].gradient_norm):
        return "the length of the gradient overflows"
    now, before = number(result.value), number(result.steps[0].value)
    return f"{result.output} is {now}, after {before} at the start"


def _steps(result: Descent) -> str:
    return f"{result.taken} {'step' if result.taken == 1 else 'steps'}"
