"""The door `gradcli.why`: where a value or a derivative is lost, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.trust.causes import Why
from gradcli.trust.why import why as find


def why(  # noqa: PLR0913  (what the command line can ask)
    program: str,
    values: Mapping[str, Value] | None = None,
    *,
    get: str | Sequence[str] | None = None,
    wrt: Sequence[str] | None = None,
    digits: bool = False,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    **named: Value,
) -> Why:
    """Where a value or a derivative is lost: not finite, 0, huge or tiny, or without its digits.

    Args:
        program: the program.
        values: a value for each input.
        get: what is asked for, such as ``"dJ/dx"``, or several; None for the value and the
            derivatives.
        wrt: the names of inputs or steps that derivatives are by, or one name; None for all inputs.
        digits: also how many digits every node has left.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``.
        strict: make every note on how the text was read an error.
        named: more values, for names that are none of these.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: written out in numbers, the program is too large; or mpmath, which digits
            need, is not installed.

    >>> (cause,) = why("x*log(x)", {"x": 0}).causes
    >>> cause.expression, cause.what, cause.rewriting.expression
    ('log(x)', '-Infinity', 'xlogy(x, x)')
    """
    return find(
        arguments.program(program),
        together(arguments.values(values, "values"), named),
        get=arguments.names(get, "get") or (),
        wrt=arguments.names(wrt, "wrt"),
        digits=arguments.flag(digits, "digits"),
        strict=arguments.flag(strict, "strict"),
        shapes=arguments.shapes(shapes),
    )
