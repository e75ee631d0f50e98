"""`gradcli nudge`: a small step, what the gradient predicts of it, and what it does."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from gradcli.cli.command import Command
from gradcli.cli.options import OfOne, Shape
from gradcli.cli.parameters import Annotated, valued
from gradcli.cli.remarks import not_defined
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page
from gradcli.cli.words import NUMBER
from gradcli.errors import InputError, UsageError
from gradcli.syntax.spelling import array_name, assignments_in, is_name, plain

if TYPE_CHECKING:
    from gradcli.cli.words import Flag
    from gradcli.evaluation.nudge import Nudge
    from gradcli.syntax.ast import Lengths

EXAMPLES = """\
Examples:

\b
gradcli nudge "3*(a+b*c)" --a 1 --b 2 --c 3 --b +0.1
gradcli nudge "exp(x)*y" --x 1 --y 2 --x +0.01 --y -5%
gradcli nudge "sqrt(x)" --x 4 --by x=-0.5 --json
"""

VIEWS = {"page": View(page("nudge"), has_table=True), "json": JSON}

command = Command(VIEWS, EXAMPLES, everything="Every input, however many.")


@command
def show_nudge(
    task: Task,
    *,
    by: Annotated[
        list[str] | None,
        valued(
            "--by",
            "NAME=STEP",
            "Move this input by so much; the same as --NAME +STEP or, beside its value, "
            "--NAME -STEP.",
        ),
    ] = None,
    of: OfOne = None,
    shape: Shape = None,
) -> None:
    """A small step: the change that the gradient predicts, and the true one.

    --b 2 is the value of b, and --b +0.1 beside it moves b by 0.1; --b -0.1 moves it back if b
    has a value besides. --b +10% moves it by a part of itself. Then: how far the straight line
    holds in that direction.
    """
    source = task.source
    flags, steps = split_steps(task.flags, task.given_otherwise)
    values, shapes = _values(task, flags), task.shapes(shape)
    moves = _read_steps(steps, by or ())
    task.tell_readings(moves, "step")
    with task.hints():
        nudged = _nudge(source, values, moves, of=of, strict=task.strict, shapes=shapes)
    task.finish(
        nudged,
        notes=nudged.notes,
        problems=nudged.problems,
        failure=not_defined(nudged.problems, source),
    )


def split_steps(flags: Sequence[Flag], known: Collection[str]) -> tuple[list[Flag], list[Flag]]:
    """Tell values from steps.

    A flag whose value begins with ``+`` is a step. One that begins with ``-`` is a step if it is
    in per cent, or if its name has a value otherwise: by ``--set`` or ``--vars``, by a flag without
    a sign, or by a flag before it.

    Args:
        flags: as given, in their order.
        known: the names that ``--set`` and ``--vars`` give a value.
    """
    given = set(known)
    given |= {plain(flag.name) for flag in flags if flag.value.lstrip()[:1] not in ("+", "-")}
    values: list[Flag] = []
    steps: list[Flag] = []
    for flag in flags:
        name, sign = plain(flag.name), flag.value.lstrip()[:1]
        is_part = flag.value.rstrip().endswith("%")  # which no value does
        if sign == "+" or (sign == "-" and (is_part or _has_value(name, given))):
            steps.append(flag)
        else:
            values.append(flag)
            given.add(name)
    return values, steps


def _values(task: Task, flags: Sequence[Flag]) -> dict[str, object]:
    """The values; where one is given twice, the second may have been meant as a step."""
    try:
        return task.values_of(flags)
    except InputError as error:
        if error.kind == "given-twice" and flags:
            names = [plain(flag.name) for flag in flags]
            name = next((each for each in names if names.count(each) > 1), names[-1])
            error.hint = f"leave one out; a step has a sign, as in --{name} +0.1"
        raise


def _has_value(name: str, given: Collection[str]) -> bool:
    """Whether a name, or the array that it is an element of, has a value."""
    return name in given or array_name(name) in given


def _read_steps(flags: Sequence[Flag], assignments: Sequence[str]) -> dict[str, object]:
    """By how much each name is moved.

    Raises:
        UsageError: an assignment has no name or no value.
        InputError: a name is moved twice.
    """
    pairs = [(flag.name, flag.value) for flag in flags]
    for text in (each for several in assignments for each in assignments_in(several)):
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            name = text.strip() if is_name(text.strip()) else "x"
            step = text.strip() if re.fullmatch(NUMBER, text.strip()) else "0.1"
            raise UsageError("by", f"'{text}' is not a step", hint=f"write --by {name}={step}")
        pairs.append((name, value))
    steps: dict[str, object] = {}
    for name, value in pairs:
        label = plain(name)
        if label in steps:
            raise InputError("given-twice", f"'{label}' is nudged twice", hint="leave one out")
        steps[label] = step = value.strip().removeprefix("+")
        if not step:
            raise UsageError(
                "by", f"the step of '{label}' is empty", hint=f"write --by {label}=0.1"
            )
    return steps


def _nudge(
    source: str,
    values: dict[str, object],
    steps: dict[str, object],
    *,
    of: str | None,
    strict: bool,
    shapes: Mapping[str, Lengths],
) -> Nudge:
    from gradcli.evaluation.nudge import nudge  # noqa: PLC0415  (`--help` needs no engine)

    try:
        return nudge(source, values, steps, of=of, strict=strict, shapes=shapes)
    except InputError as error:
        if error.kind == "missing-value":
            missing = [name for name in steps if name in error.names]
            if missing:
                error.hint = (
                    f"--{missing[0]} +… moves it; give it a value as well: --{missing[0]} …"
                )
        raise
