"""What ``--assert`` claims: ``dJ/db == 9 ± 1e-9``."""

from __future__ import annotations

import math
import operator
import re
from typing import NamedTuple

from gradcli.errors import InputError, UsageError
from gradcli.evaluation.elements import number
from gradcli.evaluation.solution import Solution
from gradcli.views.lines.number import exact

RELATIVE = 1e-12
"""Without a tolerance, ``==`` compares twelve significant digits."""

_CLAIM = re.compile(
    r"(?P<query>[^<>=!]+)(?P<sign>[=!<>]=|[<>])(?P<expected>[^±]+)(?:±(?P<tolerance>.+))?"
)
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class Claim(NamedTuple):
    """A comparison of a number of the solution with an expected one."""

    query: str
    sign: str
    expected: float
    tolerance: float | None

    def failure(self, solution: Solution) -> str | None:
        """Why the claim does not hold, or None. Nothing is claimed truly of NaN."""
        actual = solution.get(self.query)
        if not math.isnan(actual) and self._holds(actual):
            return None
        width = "" if self.tolerance is None else f" ± {exact(self.tolerance)}"
        return (
            f"assertion failed: {self.query} is {exact(actual)}, expected {self.sign} "
            f"{exact(self.expected)}{width}; the difference is {exact(actual - self.expected)}"
        )

    def _holds(self, actual: float) -> bool:
        if self.sign in _ORDER:
            return bool(_ORDER[self.sign](actual, self.expected))
        tolerance = self.tolerance
        if tolerance is None:
            tolerance = RELATIVE * abs(self.expected) if math.isfinite(self.expected) else 0.0
        equal = actual == self.expected or abs(actual - self.expected) <= tolerance
        return equal == (self.sign == "==")


def read_claim(text: str) -> Claim:
    """The claim that a text makes.

    Raises:
        UsageError: it is no comparison of a number with a constant one.
    """
    match = _CLAIM.fullmatch(text.replace("+-", "±").replace("+/-", "±"))
    if match is None:
        raise _refused(f"'{text}' is not an assertion")
    query, sign, expected, tolerance = (part and part.strip() for part in match.groups())
    if tolerance and sign in _ORDER:
        raise _refused(f"a tolerance goes with == and !=, not with {sign}")
    claim = Claim(query, sign, _number(expected), None)
    if tolerance is None:
        return claim
    width = _number(tolerance)
    if not width >= 0:
        raise _refused(f"the tolerance {tolerance} is not a number from 0 on")
    return claim._replace(tolerance=width)


def _number(text: str) -> float:
    try:
        return number(text, text)
    except InputError:
        raise _refused(f"'{text}' is neither a number nor a constant expression") from None


def _refused(message: str) -> UsageError:
    return UsageError("assert", message, hint="write 'dJ/db == 9 ± 1e-9', or use < <= > >= !=")
