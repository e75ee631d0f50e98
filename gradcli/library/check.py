"""The door `gradcli.check`: derivatives beside what they should be; an error if one is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradcli.errors import UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.trust import check as checks
from gradcli.trust.against import against
from gradcli.trust.given import HINT, Gradient
from gradcli.trust.result import Check

if TYPE_CHECKING:
    from gradcli.library.function import Function


def check(  # noqa: PLR0913  (what a command line can ask)
    program: str | Function,
    gradient: Gradient | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    of: str | None = None,
    tolerance: float | None = None,
    strict: bool = False,
    **named: Value,
) -> Check:
    """Compare derivatives with what they should be: every node's own, or somebody's gradient.

    Args:
        program: the program, or what ``gradcli.function`` made of one.
        gradient: formulas, ``"dJ/dw = (a - y)*x"``; values by name; or a function that is called
            with the inputs by name and returns a dict, or a tuple in the order of the inputs.
            None checks the derivative by every node.
        at: a value for each input; None, and points are chosen.
        of: the name of the output, if it is another than that of the program.
        tolerance: how far off a derivative may be, beside its size; 1e-6 by default.
        strict: make every note on how the text was read an error.
        named: more values, for names that are none of these.

    Raises:
        CheckError: a derivative is wrong; it is an ``AssertionError`` as well, for tests.
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: the gradient cannot be read, mpmath is not installed, or the program is too
            large.

    >>> check("sin(x)*y", at={"x": 1, "y": 2}).is_right
    True
    >>> check("x^3", lambda x: 3*x**2).is_right
    True
    """
    source = arguments.program(program if isinstance(program, str) else _source(program))
    values = together(arguments.values(at, "at"), named)
    allowed = checks.checked_tolerance(arguments.number(tolerance, "tolerance"))
    strict = arguments.flag(strict, "strict")
    of = None if of is None else arguments.text(of, "of")
    if gradient is None:
        found = checks.check(source, values, of=of, tolerance=allowed, strict=strict)
    elif isinstance(gradient, str | Mapping) or callable(gradient):
        found = against(source, values, gradient, of=of, tolerance=allowed, strict=strict)
    else:
        given = type(gradient).__name__
        message = f"the gradient is formulas, a mapping or a function, not a value of type {given}"
        raise UsageError("type", message, hint=HINT)
    if found.failure is not None:
        raise found.failure
    return found


def _source(program: object) -> object:
    """The text of what ``gradcli.function`` made."""
    return getattr(program, "source", program)
