"""The door `gradcli.same`: whether two formulas are the same."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.trust.same import same as compare
from gradcli.trust.sameness import Same


def same(  # noqa: PLR0913  (what the command line can ask)
    first: str,
    second: str,
    values: Mapping[str, Value] | None = None,
    *,
    where: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    **named: Value,
) -> Same:
    """Whether two formulas have the same value wherever both have one.

    Args:
        first: a program.
        second: another one, in the same inputs.
        values: values for some inputs; all others may have any.
        where: a condition such as ``"x > 0"``: only points at which it holds count.
        shapes: the shapes of arrays, such as ``{"W": (2, 3)}``.
        strict: make every note on how a text was read an error.
        named: more values, for names that are none of these.

    Returns:
        ``is_same``, ``how`` that is known, and else a ``witness`` and the ``mistake``; it is no
        error that they differ.

    Raises:
        ParseError: a text is not a program.
        InputError: a name is unknown, or a value is for no input.
        UsageError: mpmath is not installed, an array is too large, or there is no point at which
            both have a value.

    >>> same("sin(x)^2", "1 - cos(x)^2").how
    'simplified'
    >>> same("sqrt(x^2)", "x").where
    'x >= 0'
    """
    condition = None if where is None else arguments.text(where, "where")
    return compare(
        arguments.program(first),
        arguments.program(second),
        together(arguments.values(values, "values"), named),
        where=condition,
        strict=arguments.flag(strict, "strict"),
        shapes=arguments.shapes(shapes),
    )
