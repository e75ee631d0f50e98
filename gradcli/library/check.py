"""The door `gradcli.check`: derivatives beside what they should be; an error if one is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value
from gradcli.trust import check as checks
from gradcli.trust.result import Check


def check(
    program: str,
    *,
    at: Mapping[str, Value] | None = None,
    tolerance: float | None = None,
    strict: bool = False,
) -> Check:
    """Compare the derivative by every node with differences of values in many digits.

    Args:
        program: the program.
        at: a value for each input; None, and a point is chosen.
        tolerance: how far off a derivative may be, beside its size; 1e-6 by default.
        strict: make every note on how the text was read an error.

    Raises:
        CheckError: a derivative is wrong; it is an ``AssertionError`` as well, for tests.
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: mpmath is not installed, or the program is too large.

    >>> check("sin(x)*y", at={"x": 1, "y": 2}).is_right
    True
    """
    found = checks.check(
        arguments.program(program),
        arguments.values(at, "at"),
        tolerance=checks.checked_tolerance(arguments.number(tolerance, "tolerance")),
        strict=arguments.flag(strict, "strict"),
    )
    if found.failure is not None:
        raise found.failure
    return found
