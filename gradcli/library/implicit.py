"""The door `gradcli.implicit`: the derivative of what an equation defines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.symbolic import implicit as symbolic
from gradcli.symbolic.implicit import Implicit


def implicit(  # noqa: PLR0913  (what the command line can ask)
    equation: str,
    wrt: Sequence[str],
    values: Mapping[str, Value] | None = None,
    *,
    order: int | None = None,
    textbook: bool = False,
    strict: bool = False,
    **named: Value,
) -> Implicit:
    """The derivatives of a name by another one that an equation ties to it.

    Args:
        equation: the equation, after the steps that it uses; an expression is one that is 0.
        wrt: the name that is a function, and the name that it is a function of.
        values: values for names; where all are given, the derivatives have values.
        order: up to which order, 1 by default.
        textbook: leave out conditions of rules that can only fail at single values.
        strict: make every note on how the text was read an error.
        named: more values, for names that are none of these.

    Raises:
        ParseError: the text is no equation.
        InputError: a name is not in it.
        UsageError: these are not two names, or the order is out of range.

    >>> implicit("x^2 + y^2 = 25", ["y", "x"], {"x": 3, "y": 4}).values
    {'y,x': -0.75}
    """
    return symbolic.implicit(
        arguments.program(equation),
        arguments.names(wrt, "wrt") or (),
        order=arguments.whole(order, "order"),
        values=together(arguments.values(values), named),
        textbook=arguments.flag(textbook, "textbook"),
        strict=arguments.flag(strict, "strict"),
    )
