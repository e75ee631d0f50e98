"""`gradcli descend`: gradient descent on any program."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcli.cli import output
from gradcli.cli.arguments import FLAGS, ProgramCommand
from gradcli.cli.context import Environment, show_name
from gradcli.cli.options import (
    Expression,
    File,
    Json,
    NoColor,
    Output,
    Precision,
    Set,
    Strict,
    Vars,
)
from gradcli.cli.program import read_program
from gradcli.cli.progress import Progress
from gradcli.cli.remarks import check_precision, remark, split_names, suggest_option
from gradcli.cli.values import read_values
from gradcli.errors import GradcliError, InputError, UndefinedError, UsageError
from gradcli.learn.names import CONSTANTS, METHODS, UPDATES, together

if TYPE_CHECKING:
    from gradcli.learn.descend import Descender
    from gradcli.learn.result import Descent
    from gradcli.learn.settings import Settings

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
        f"{value} for {together([name for name, own in users.items() if own == value])}"
        for value in dict.fromkeys(users.values())
    ]
    return f"[default: {', '.join(words)}]"


def _constant(name: str) -> Any:
    """The option of a constant of the methods."""
    words = CONSTANTS[name]
    return typer.Option(
        f"--{name}",
        metavar="NUMBER",
        help=f"{words[0].upper()}{words[1:]}. {_defaults(name)}",
        show_default=False,
    )


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=ProgramCommand, epilog=EXAMPLES, options_metavar="[OPTIONS] [--NAME VALUE]...")
def descend(
    context: typer.Context,
    *,
    expression: Expression = None,
    file: File = None,
    assignments: Set = None,
    files: Vars = None,
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            "--wrt",
            metavar="NAMES",
            help="Move these inputs only, as v,w; an array by its name. [default: all]",
            show_default=False,
        ),
    ] = None,
    fix: Annotated[
        list[str] | None,
        typer.Option(
            "--fix", metavar="NAMES", help="Keep these inputs as they are.", show_default=False
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="METHOD",
            help=f"One of {', '.join(METHODS)}.",
            autocompletion=lambda: list(METHODS),
        ),
    ] = "gd",
    rate: Annotated[
        float | None,
        typer.Option(
            "--lr",
            metavar="RATE",
            help=f"The learning rate. {_defaults('lr')}",
            show_default=False,
        ),
    ] = None,
    momentum: Annotated[float | None, _constant("momentum")] = None,
    beta1: Annotated[float | None, _constant("beta1")] = None,
    beta2: Annotated[float | None, _constant("beta2")] = None,
    eps: Annotated[float | None, _constant("eps")] = None,
    steps: Annotated[
        int, typer.Option("--steps", metavar="N", help="Stop after N steps at the latest.")
    ] = 100,
    tol: Annotated[
        float,
        typer.Option("--tol", metavar="LENGTH", help="Stop when the gradient is no longer."),
    ] = 1e-8,
    update: Annotated[
        str | None,
        typer.Option(
            "--update",
            metavar="ORDER",
            help="; ".join(f"{name}: {words}" for name, words in UPDATES.items())
            + f". [default: {next(iter(UPDATES))}]",
            show_default=False,
            autocompletion=lambda: list(UPDATES),
        ),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare-updates", help="The three orders side by side.")
    ] = False,
    trace: Annotated[
        bool, typer.Option("--trace", help="Also the backward pass of the first step, in numbers.")
    ] = False,
    save: Annotated[
        str | None,
        typer.Option(
            "--save",
            metavar="FILE",
            help="Write all values at the end to a JSON file, to go on from with --vars.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    all_rows: Annotated[bool, typer.Option("--all", help="Every step and parameter.")] = False,
    precision: Precision = None,
    strict: Strict = False,
    target: Output = None,
    no_color: NoColor = False,
) -> None:
    """Make EXPRESSION small by gradient descent.

    It starts at the values given and stops when the gradient is small, after so many steps, when
    it diverges, or on Ctrl-C, which keeps what was reached.
    """
    del no_color  # main has seen it, before anything could fail
    environment: Environment = context.obj
    check_precision(precision)
    _check_together(compare=compare, update=update, save=save, trace=trace, json=json)
    for name in (target, save):
        if name is not None:
            output.check_target(name)
    _check_files(target, save)
    from gradcli.learn.settings import Settings  # noqa: PLC0415  (`--help` needs no engine)

    order = update or next(iter(UPDATES))
    settings = Settings(method, rate, steps, tol, order, momentum, beta1, beta2, eps)
    settings.check()
    source = read_program(environment, expression, file)
    values = read_values(environment, context.meta[FLAGS], assignments or (), files or ())
    names = split_names(wrt or ()), split_names(fix or (), "--fix")
    descender = _prepare(context, source, values, names, strict=strict)
    results = _run(environment, descender, settings, compare=compare)
    stream = environment.stdout if target is None else None
    failure = _failure(results, save)
    result = results[settings.update]
    if not json:
        remark(environment, source, result.notes)
    if target is None or failure is None or failure.kind == "interrupted":
        from gradcli.views import descend as view  # noqa: PLC0415  (as above)

        if json:
            text = view.to_json(result, results if compare else None)
        else:
            display = environment.display(stream, precision=precision, all_rows=all_rows)
            page = (
                view.render_comparison(results, display)
                if compare
                else view.render(result, display, trace=trace)
            )
            text = environment.text(page, stream)
        if save is not None and (failure is None or failure.kind == "interrupted"):
            _save(
                environment, result, save
            )  # first: a result that nobody reads must not cost the weights
        output.deliver(environment, text, target)
    if failure is not None:
        raise failure


def _check_together(
    *, compare: bool, update: str | None, save: str | None, trace: bool, json: bool
) -> None:
    """Refuse options that contradict each other."""
    pairs = [
        ("--compare-updates", "--update", compare and update is not None),
        ("--compare-updates", "--save", compare and save is not None),
        ("--compare-updates", "--trace", compare and trace),
        ("--json", "--trace", json and trace),
    ]
    for first, second, both in pairs:
        if both:
            raise UsageError(
                "usage", f"{first} and {second} cannot go together", hint="leave one out"
            )


def _check_files(target: str | None, save: str | None) -> None:
    if save is not None and output.is_stdout(save) and output.is_stdout(target):
        raise UsageError(
            "output",
            "--save and the result would both go to the standard output",
            hint="give --save the name of a file",
        )
    if save is not None and save == target:
        raise UsageError("output", f"--save and --output are the same file, {show_name(save)}")


def _prepare(
    context: typer.Context,
    source: str,
    values: dict[str, object],
    names: tuple[list[str] | None, list[str] | None],
    *,
    strict: bool,
) -> Descender:
    from gradcli.learn.descend import Descender  # noqa: PLC0415  (as above)

    try:
        return Descender(source, values, wrt=names[0], fix=names[1], strict=strict)
    except InputError as error:
        suggest_option(context, error)
        raise


def _run(
    environment: Environment, descender: Descender, settings: Settings, *, compare: bool
) -> Mapping[str, Descent]:
    """One descent, or all three orders of updates, with progress where somebody looks."""
    from gradcli.learn.descend import compare_updates  # noqa: PLC0415  (as above)

    progress = Progress(environment, settings.steps)
    watch = progress if progress.is_shown else None
    try:
        if compare:
            return compare_updates(descender, settings, watch)
        return {settings.update: descender.run(settings, watch)}
    finally:
        progress.wipe()


def _save(environment: Environment, result: Descent, name: str) -> None:
    from gradcli.learn.initial import to_json  # noqa: PLC0415  (only here)
    from gradcli.learn.lists import nested  # noqa: PLC0415  (only here)

    output.deliver(environment, to_json(nested(result.inputs)), name)


def _failure(results: Mapping[str, Descent], save: str | None) -> GradcliError | None:
    """Why the exit code is not 0: it diverged, or it was interrupted."""
    for name, result in results.items():
        which = f"with {name} updates it" if len(results) > 1 else "it"
        if result.stopped == "diverged":
            return _diverged(result, which, save)
        if result.stopped == "interrupted":
            hint = f"the values reached are in {show_name(save)}" if save else None
            return GradcliError("interrupted", f"interrupted after {_steps(result)}", hint=hint)
    return None


def _diverged(result: Descent, which: str, save: str | None) -> UndefinedError:
    unsaved = "; nothing was saved" if save else ""
    why = _why(result)
    if not result.taken:
        return UndefinedError(
            "undefined",
            f"there is no descent from here: {why}",
            span=result.problems[0].span if result.problems else None,
            source=result.source,
            hint="begin at other values",
        )
    return UndefinedError(
        "diverged",
        f"{which} diverged after {_steps(result)}: {why}{unsaved}",
        hint=f"try a smaller learning rate than {result.settings.rate:g}: --lr "
        f"{result.settings.rate / 10:g}",
    )


def _why(result: Descent) -> str:
    from gradcli.views.lines.number import number  # noqa: PLC0415  (as above)

    if result.problems:
        return result.problems[0].message
    if not math.isfinite(result.value):
        return f"{result.output} is not finite"
    if not math.isfinite(result.steps[-1].gradient_norm):
        return "the length of the gradient overflows"
    now, before = number(result.value), number(result.steps[0].value)
    return f"{result.output} is {now}, after {before} at the start"


def _steps(result: Descent) -> str:
    return f"{result.taken} {'step' if result.taken == 1 else 'steps'}"
