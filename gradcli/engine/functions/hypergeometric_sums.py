"""The hypergeometric function of Gauss where a term of it is nearly 0, or two are nearly opposite.

M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, chapter 15. Beside parameters
0, -1, -2, ..., where a series ends, its other terms are tiny at first and may grow to be all that
counts; SciPy leaves them out, or divides by what is rounded to 0.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from math import nan

from gradcli.engine.functions.gamma import gamma
from gradcli.engine.functions.gamma_sums import inverse_gamma
from gradcli.engine.functions.twofold import two_diff
from gradcli.engine.scalar import power

NEARLY = 2e-3
"""So near to a whole number a difference of parameters makes two series cancel."""

_AT_END = 1e-6
"""So near to an end SciPy's loses digits."""

_FEW = 1e-9
"""So near to one SciPy's has less than seven digits."""

_LEAST, _GREATEST = -50.0, 0.98
"""Between these numbers the series are short enough."""

_TURNED = -0.5
"""Below that the series is one of x/(x - 1)."""

_TERMS, _ROUNDING = 6000, Decimal("1e-20")
_PRECISE = Context(60, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])

_SOME, _NEGLIGIBLE = 20, Decimal("1e-13")
"""What logarithms and factors may come to; what is left out, relatively."""

_SHORT = 80
"""So many terms a series of up to a fiftieth has at most."""


def nearly_ended(a: float, b: float, c: float, x: float) -> float | None:
    """Return hyp2f1(a, b, c, x) where SciPy's is not right; None elsewhere, or if it is unknown."""
    ends = (two_diff(a, 0.0), two_diff(b, 0.0), two_diff(c, a), two_diff(c, b))
    are_near = any(_is_beside_end(*each) for each in ends)
    is_opposite = x < _TURNED and 0.0 < _beside_whole(*two_diff(a, b)) <= NEARLY
    if not (are_near or (is_opposite and x > _LEAST)) or not -1e300 < x < 1.0:
        return None
    if _is_end(a) or _is_end(b) or _LEAST <= x <= _GREATEST:
        return _in_decimals(a, b, c, x)
    if x > 0.0:
        return _of_rest(a, b, c, 1.0 - x)
    if _beside_whole(a - b) > NEARLY:
        return _far_below(a, b, c, x)
    found = _head(a, b, c, x) if max(a, b) < 0.5 else None
    if found is None and (_is_beside_end(a, reach=_FEW) or _is_beside_end(b, reach=_FEW)):
        return nan  # SciPy's are infinite or have few digits here: no value is better than those
    return found


def _is_beside_end(a: float, error: float = 0.0, reach: float = _AT_END) -> bool:
    """Whether a number is beside 0, -1, -2, ..., but none of them."""
    return a < 0.5 and 0.0 < _beside_whole(a, error) <= reach


def _beside_whole(a: float, error: float = 0.0) -> float:
    return abs(a - round(a) + error)


def _is_end(a: float) -> bool:
    return a <= 0.0 and a == round(a)


def _in_decimals(a: float, b: float, c: float, x: float) -> float | None:
    """By its series, 15.1.1; where it has no end and x is below 0, by that of x/(x - 1), 15.3.4."""
    with localcontext(_PRECISE):
        first, second, third, z = Decimal(a), Decimal(b), Decimal(c), Decimal(x)
        factor = Decimal(1)
        if x < _TURNED and not (_is_end(a) or _is_end(b)):
            factor = (1 - z) ** -first
            second, z = third - second, z / (z - 1)
        past = -min(first, second, third)  # before that a factor may be tiny
        total = term = Decimal(1)
        for n in range(_TERMS):
            term *= (first + n) * (second + n) / ((third + n) * (n + 1)) * z
            total += term
            is_small = n > past and abs(term) <= abs(total) * _ROUNDING
            if is_small or not term:
                return float(factor * total)
    return None


def _head(a: float, b: float, c: float, x: float) -> float | None:
    """Far below 0, the terms that are there without what two parameters are beside their ends.

    The others together are no larger than the first of them with one power of x less, but for
    logarithms. None where they count.
    """
    with localcontext(_PRECISE):
        first, second, third, z = Decimal(a), Decimal(b), Decimal(c), Decimal(x)
        total = term = Decimal(1)
        last = -round(min(a, b))
        for n in range(last + 1):
            if n:
                total += term
            term *= (first + n) * (second + n) / ((third + n) * (n + 1)) * z
        others = abs(term / z) * (1 - z).ln() * _SOME
        return float(total) if others <= abs(total) * _NEGLIGIBLE else None


def _of_rest(a: float, b: float, c: float, rest: float) -> float | None:
    """At 1 - rest, by 15.3.6."""
    excess = c - a - b
    if _beside_whole(excess) <= NEARLY:
        return None
    low = _quotient(c, excess, two_diff(c, a), two_diff(c, b)) * _short(a, b, 1.0 - excess, rest)
    high = _quotient(c, -excess, (a, 0.0), (b, 0.0)) * power(rest, excess)
    return low + high * _short(c - a, c - b, 1.0 + excess, rest)


def _far_below(a: float, b: float, c: float, x: float) -> float:
    """By 15.3.7."""
    total = 0.0
    for one, other in ((a, b), (b, a)):
        factor = _quotient(c, other - one, (other, 0.0), two_diff(c, one))
        series = _short(one, one - c + 1.0, one - other + 1.0, 1.0 / x)
        total += factor * power(-x, -one) * series
    return total


def _quotient(c: float, d: float, e: tuple[float, float], f: tuple[float, float]) -> float:
    """Return gamma(c)*gamma(d)/(gamma(e)*gamma(f))."""
    return gamma(c) * inverse_gamma(*e) * (gamma(d) * inverse_gamma(*f))


def _short(a: float, b: float, c: float, z: float) -> float:
    """Its series, for a small z."""
    total = term = 1.0
    for n in range(_SHORT):
        term *= (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z
        total += term
    return total
