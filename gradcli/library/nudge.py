"""The door `gradcli.nudge`: a small step, predicted and true."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.evaluation import arguments
from gradcli.evaluation import nudge as steps
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.nudge import Nudge
from gradcli.library.noted import noted


def nudge(  # noqa: PLR0913  (what a command line can ask)
    program: str,
    values: Mapping[str, Value],
    by: Mapping[str, Value],
    *,
    of: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
) -> Nudge:
    """What a small step does to the output, and what the gradient predicts of it.

    Args:
        program: the program.
        values: a value for each input.
        by: by how much inputs are moved.
        of: the name of the output, if it is another than that of the program.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``, which values must have.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: nothing is moved.

    >>> nudge("x^2", {"x": 3}, {"x": 0.5}).actual
    3.25
    """
    given, moves = arguments.values(values), arguments.values(by, "by")
    is_strict = arguments.flag(strict, "strict")
    nudged = steps.nudge(
        arguments.program(program),
        given,
        moves,
        of=None if of is None else arguments.text(of, "of"),
        strict=is_strict,
        shapes=arguments.shapes(shapes),
    )
    return noted(nudged, given, moves, strict=is_strict)
