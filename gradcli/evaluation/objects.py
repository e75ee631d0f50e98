"""The numbers of a result, for JSON and as text that reads back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gradcli.engine.beyond import GREATEST, SMALLEST, Beyond, digits
from gradcli.syntax.text import short_exponent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ALL_DIGITS = 17
"""So many tell any two floats apart."""


def finite(value: Any) -> Any:
    """The number, or None if JSON has no word for it; of an array, nested lists of these."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "tolist"):
        value = value.tolist()
    return [finite(each) for each in value] if isinstance(value, list) else value


def is_array(value: Any) -> bool:
    """Whether a value is an array of one axis or more."""
    return bool(getattr(value, "shape", ()))


def entries_of(value: Any) -> list[float]:
    """The number, or the entries of an array, row by row."""
    return value.ravel().tolist() if is_array(value) else [value]


def is_finite(value: Any) -> bool:
    """Whether a number is finite; of an array, every entry."""
    return all(map(math.isfinite, value.ravel())) if is_array(value) else math.isfinite(value)


def is_ordinary(value: float) -> bool:
    """Whether a number is 0, or one that floats hold with all their digits."""
    return value == 0 or SMALLEST <= abs(value) <= GREATEST


def are_ordinary(values: Iterable[float]) -> bool:
    """Whether all of many numbers are."""
    sizes = [abs(value) for value in values if value]
    if not sizes:
        return True
    # A NaN among them makes the sum one; where a finite sum overflows they are looked at singly.
    if min(sizes) >= SMALLEST and max(sizes) <= GREATEST and math.isfinite(sum(sizes)):
        return True
    return all(map(is_ordinary, sizes))


def exact(value: float) -> str:
    """The shortest text that reads back as the same float, without a needless ``.0``."""
    if is_array(value):
        return literal(value, exact)
    if isinstance(value, Beyond):
        return short_exponent(digits(value, ALL_DIGITS))
    return short_exponent(repr(float(value)).removesuffix(".0"))


def literal(values: Any, show: Callable[[float], str]) -> str:
    """An array as it is written in the language: ``[[1, 2], [3, 4]]``."""
    return _written(values.tolist(), show)


def _written(values: Any, show: Callable[[float], str]) -> str:
    if not isinstance(values, list):
        return show(values)
    return f"[{', '.join([_written(each, show) for each in values])}]"
