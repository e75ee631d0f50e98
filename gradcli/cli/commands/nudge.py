"""`gradcli nudge`: a small step, what the gradient predicts of it, and what it does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from gradcli.cli import output
from gradcli.cli.arguments import FLAGS, Flag, ProgramCommand
from gradcli.cli.context import Environment
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
from gradcli.cli.remarks import check_precision, not_defined, remark, suggest_option, warnings_of
from gradcli.cli.values import read_values, typed_name
from gradcli.errors import InputError, UsageError

if TYPE_CHECKING:
    from gradcli.evaluation.nudge import Nudge

EXAMPLES = """\
Examples:

\b
gradcli nudge "3*(a+b*c)" --a 1 --b 2 --c 3 --b +0.1
gradcli nudge "exp(x)*y" --x 1 --y 2 --x +0.01 --y -0.02
gradcli nudge "sqrt(x)" --x 4 --by x=-0.5 --json
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=ProgramCommand, epilog=EXAMPLES, options_metavar="[OPTIONS] [--NAME VALUE]...")
def show_nudge(
    context: typer.Context,
    *,
    expression: Expression = None,
    file: File = None,
    assignments: Set = None,
    files: Vars = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="NAME=STEP",
            help="Move this input by so much; the same as --NAME +STEP or, beside its value, "
            "--NAME -STEP.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    all_moves: Annotated[bool, typer.Option("--all", help="Every input, however many.")] = False,
    precision: Precision = None,
    strict: Strict = False,
    target: Output = None,
    no_color: NoColor = False,
) -> None:
    """A small step: the change that the gradient predicts, and the true one.

    --b 2 is the value of b, and --b +0.1 beside it moves b by 0.1; --b -0.1 moves it back if b
    has a value besides. Then: how far the straight line holds in that direction.
    """
    del no_color  # main has seen it, before anything could fail
    environment: Environment = context.obj
    check_precision(precision)
    if target is not None:
        output.check_target(target)
    source = read_program(environment, expression, file)
    known = read_values(environment, (), assignments or (), files or ())
    flags, steps = split_steps(context.meta[FLAGS], known)
    values = _together(known, read_values(environment, flags, (), ()))
    nudged = _nudge(context, source, values, _read_steps(steps, by or ()), strict=strict)
    from gradcli.views import nudge as view  # noqa: PLC0415  (`--help` needs no views)

    stream = environment.stdout if target is None else None
    if json:
        text = view.to_json(nudged)
    else:
        display = environment.display(stream, precision=precision, all_rows=all_moves)
        text = environment.text(view.render(nudged, display), stream)
        remark(environment, source, nudged.notes)
    failure = not_defined(nudged.problems, source)
    if target is None or failure is None:
        output.deliver(environment, text, target)
    if not json:
        remark(environment, source, warnings_of(nudged.problems))
    if failure is not None:
        raise failure


def split_steps(flags: Sequence[Flag], known: Collection[str]) -> tuple[list[Flag], list[Flag]]:
    """Tell values from steps.

    A flag whose value begins with ``+`` is a step. One that begins with ``-`` is a step if its
    name has a value otherwise: by ``--set`` or ``--vars``, by a flag without a sign, or by a flag
    before it.

    Args:
        flags: as given, in their order.
        known: the names that ``--set`` and ``--vars`` give a value.
    """
    given = set(known)
    given |= {typed_name(flag.name) for flag in flags if flag.value.lstrip()[:1] not in ("+", "-")}
    values: list[Flag] = []
    steps: list[Flag] = []
    for flag in flags:
        name, sign = typed_name(flag.name), flag.value.lstrip()[:1]
        if sign == "+" or (sign == "-" and _has_value(name, given)):
            steps.append(flag)
        else:
            values.append(flag)
            given.add(name)
    return values, steps


def _together(known: dict[str, object], flags: dict[str, object]) -> dict[str, object]:
    """All values; files are read only once, because a pipe cannot be read again."""
    for name in flags:
        if name in known:
            raise InputError(
                "given-twice",
                f"'{name}' is given a value twice, by --{name} and by --set or --vars",
                hint=f"leave one out; a step has a sign: --{name} +0.1",
            )
    return known | flags


def _has_value(name: str, given: Collection[str]) -> bool:
    """Whether a name, or the array that it is an element of, has a value."""
    return name in given or name.partition("[")[0] in given


def _read_steps(flags: Sequence[Flag], assignments: Sequence[str]) -> dict[str, object]:
    """By how much each name is moved.

    Raises:
        UsageError: an assignment has no name or no value.
        InputError: a name is moved twice.
    """
    pairs = [(flag.name, flag.value) for flag in flags]
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError("by", f"'{text}' is not a step", hint="write --by NAME=STEP")
        pairs.append((name, value))
    steps: dict[str, object] = {}
    for name, value in pairs:
        label = typed_name(name)
        if label in steps:
            raise InputError("given-twice", f"'{label}' is nudged twice", hint="leave one out")
        steps[label] = step = value.strip().removeprefix("+")
        if not step:
            raise UsageError("by", f"the step of '{label}' is empty", hint="write --by NAME=STEP")
    return steps


def _nudge(
    context: typer.Context,
    source: str,
    values: dict[str, object],
    steps: dict[str, object],
    *,
    strict: bool,
) -> Nudge:
    from gradcli.evaluation.nudge import nudge  # noqa: PLC0415  (`--help` needs no engine)

    try:
        return nudge(source, values, steps, strict=strict)
    except InputError as error:
        suggest_option(context, error)
        if error.kind == "missing-value":
            missing = [name for name in steps if name in error.names]
            if missing:
                error.hint = (
                    f"--{missing[0]} +… moves it; give it a value as well: --{missing[0]} …"
                )
        raise
