"""The door `gradcli.evaluate`: a program at one point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import solve
from gradcli.library.noted import noted


def evaluate(
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: Sequence[str] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    **named: Value,
) -> Solution:
    """Value, gradient and every node's derivative of a program at one point.

    Args:
        program: the program, such as ``"3*(a+b*c)"``.
        values: a number, or a constant expression as text, for each input.
        wrt: the names to differentiate by, or one name; None for all inputs.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``, which values must have.
        strict: make every note on how the text was read an error.
        named: more values; for inputs named ``wrt`` or ``strict`` use ``values``.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.

    A result that is not finite raises nothing: see `Solution.problems`.

    >>> evaluate("sin(x)*y", x="pi/2", y=2).value
    2.0
    """
    given = together(arguments.values(values), named)
    solution = solve(
        arguments.program(program),
        given,
        wrt=arguments.names(wrt, "wrt"),
        strict=arguments.flag(strict, "strict"),
        shapes=arguments.shapes(shapes),
    )
    return noted(solution, given, strict=strict)
