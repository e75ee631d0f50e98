"""The door `gradcli.orders`: derivatives of any order at a point, along a direction or by names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.programs import orders as programs
from gradcli.programs.orders import Orders


def orders(  # noqa: PLR0913  (what the command line can ask)
    program: str,
    values: Mapping[str, Value] | None = None,
    *,
    order: int = 1,
    along: Mapping[str, Value] | None = None,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    **named: Value,
) -> Orders:
    """The derivatives of a program at a point up to some order, as ``gradcli eval --order`` does.

    Args:
        program: the program.
        values: a value for each input.
        order: the highest order, 20 at the most.
        along: a direction: a value by name, 0 for all others; then the derivatives are those along
            it. Without it they are by every choice of names.
        of: the name of the output, if it is another than that of the program.
        wrt: the names of inputs that derivatives are by, or one name; None for all.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``.
        strict: make every note on how the text was read an error.
        named: more values, for names that are none of these.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: the order is out of range, or there are too many derivatives.

    >>> orders("x^2*y", {"x": 3, "y": 4}, order=2).partials["x", "y"]
    6.0
    >>> orders("x^3", {"x": 2}, order=4, along={"x": 1}).along.derivatives
    [12.0, 12.0, 6.0, 0.0]
    """
    highest = arguments.whole(order, "order")
    return programs.orders(
        arguments.program(program),
        together(arguments.values(values), named),
        order=1 if highest is None else highest,
        along=None if along is None else arguments.values(along, "along"),
        of=None if of is None else arguments.text(of, "of"),
        wrt=arguments.names(wrt, "wrt"),
        shapes=arguments.shapes(shapes),
        strict=arguments.flag(strict, "strict"),
    )
