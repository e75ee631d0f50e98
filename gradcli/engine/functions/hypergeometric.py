"""The hypergeometric function of Gauss where SciPy's fails.

M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, chapter 15. Beside 1 it is a sum
of two series whose terms are infinite where c - a - b is whole, and have opposite signs: near that
nothing is left of their sums, and SciPy's are anything. Here each pair of terms is subtracted as
what it is, a quotient of gamma functions of almost the same numbers.
"""

from __future__ import annotations

from math import expm1, inf, isfinite, log, log1p, nan

from gradcli.engine.functions.gamma import gamma
from gradcli.engine.functions.hypergeometric_sums import (
    NEARLY,
    by_terms,
    in_decimals,
    is_nearly_end,
)
from gradcli.engine.functions.polygamma import digamma, polygamma
from gradcli.engine.functions.twofold import two_diff
from gradcli.engine.scalar import div, power

_LARGEST, _LEAST = 6.0, 1e-100
"""The sizes of parameters of which SciPy's have all digits, if none is far below 0."""

_MODERATE = 100.0
"""Of larger ones SciPy's recursion may have no end."""

_TURNED = -0.5
"""Below that two parameters whose difference is nearly whole cost SciPy's their digits."""

_REST, _LITTLE = 0.1, 1e-12
"""Distances from 1: up to there the series are short, and so short that two terms are enough."""

_SAME = 1e-14
"""What differences of parameters are rounded by."""

_TERMS, _FACTORS, _ROUNDING = 200, 50, 1e-17


def hypergeometric(a: float, b: float, c: float, x: float) -> float | None:
    """Return hyp2f1(a, b, c, x); None where SciPy's is right, or no better is known."""
    if not isfinite(a + b + c):
        return nan
    if not x < 1.0 or (c <= 0.0 and c == c // 1.0):
        return None if max(abs(a), abs(b), abs(c)) <= _MODERATE else nan
    if c in {a, b}:
        return power(1.0 - x, -(b if a == c else a))  # 15.1.8
    if not _is_quiet(a, b, c, x):
        found = by_terms(a, b, c, x)
        return in_decimals(a, b, c, x) if found is None else found
    if -inf < x <= 1.0 - 1.0 / _REST:  # 15.3.4
        least = min(a, b)  # the power of the other may be too small for a float
        value = _beside_one(least, c - max(a, b), c, 1.0 / (1.0 - x))
        return None if value is None else power(1.0 - x, -least) * value
    return _beside_one(a, b, c, 1.0 - x) if 1.0 - _REST <= x < 1.0 else None


def _is_quiet(a: float, b: float, c: float, x: float) -> bool:
    """Whether no digits are lost by parameters that are large, or nearly the end of a series."""
    if not all(abs(each) <= _LARGEST and (not each or abs(each) >= _LEAST) for each in (a, b, c)):
        return False
    if c <= 0.0 or any(_is_below(each) or is_nearly_end(each) for each in (a, b)):
        return False
    if is_nearly_end(*two_diff(c, a)) or is_nearly_end(*two_diff(c, b)):
        return False
    apart, error = two_diff(a, b)
    is_opposite = 0.0 < abs(apart - round(apart) + error) <= NEARLY
    return not (is_opposite and 1.0 - 1.0 / _REST < x < _TURNED)


def _is_below(a: float) -> bool:
    """Whether so many terms have other signs that they cancel, and the series has no end."""
    return a < -1.0 and a % 1.0 != 0.0


def _beside_one(a: float, b: float, c: float, rest: float) -> float | None:
    """The same at 1 - rest."""
    excess = c - a - b
    if excess < -0.5:  # 15.3.3
        value = _beside_one(c - a, c - b, c, rest)
        return None if value is None else power(rest, excess) * value
    if _is_end(a) or _is_end(b):
        value = _polynomial(_settled(a), _settled(b), c, rest)
    elif abs(excess - round(excess)) <= NEARLY:
        value = _of_pairs(a, b, c, rest, round(excess))
    else:
        value = _of_two(a, b, c, rest) if rest <= _LITTLE else nan
    return value if isfinite(value) else None


def _is_end(a: float) -> bool:
    """Whether with such a parameter a series ends; it may be the rounded difference of two."""
    return a < 0.5 and abs(a - round(a)) <= _SAME


def _settled(a: float) -> float:
    return float(round(a)) if _is_end(a) else a


def _polynomial(a: float, b: float, c: float, rest: float) -> float:
    """The first series of 15.3.6, where it ends and is alone; infinite where that is none."""
    total = term = _flat(a, b, c)
    if not total or c == a + b:
        return nan
    divisor = 1.0 - (c - a - b)
    for n in range(_FACTORS):
        term = div(term * (a + n) * (b + n) * rest, (divisor + n) * (n + 1.0))
        if term == 0.0:
            break
        total += term
    return total


def _of_two(a: float, b: float, c: float, rest: float) -> float:
    """The two series of 15.3.6, of which a term or two are left."""
    excess = c - a - b
    flat = _flat(a, b, c) * (1.0 + a * b / (1.0 - excess) * rest)
    steep = gamma(c) / gamma(a) / gamma(b) * gamma(-excess) * power(rest, excess)
    return flat + steep * (1.0 + (c - a) * (c - b) / (1.0 + excess) * rest)


def _flat(a: float, b: float, c: float) -> float:
    """The value at 1, 15.1.20."""
    if any(each <= 0.0 and each % 1.0 == 0.0 for each in (c - a, c - b)):
        return 0.0
    return gamma(c) / gamma(c - a) * (gamma(c - a - b) / gamma(c - b))


def _of_pairs(a: float, b: float, c: float, rest: float, whole: int) -> float:
    """The terms of the first series that have no partner, and the others with theirs.

    Beyond the first ones, terms are as 15.3.10 and 15.3.11 have them, but for an excess beside what
    is whole there.
    """
    excess = c - a - b
    beside = excess - whole
    if any(each < 0.5 and abs(each - round(each)) <= 2.0 * abs(beside) for each in (a, b)):
        return nan  # one of the gamma functions is on the other side of its pole
    total = term = _flat(a, b, c) if whole else 0.0
    for n in range(whole - 1):
        term *= (a + n) * (b + n) / ((1.0 - excess + n) * (n + 1.0)) * rest
        total += term
    # That of the second series, without the power of the rest that it has in common with all.
    scale = gamma(c) / gamma(a) / gamma(b) * gamma(1.0 - beside) * power(rest, excess)
    for k in range(1, whole + 1):
        scale /= -(k + beside)
    for j in range(_TERMS):
        lower, upper = 1.0 + j - beside, 1.0 + j + whole
        rise = _rise(upper, beside) + _rise(lower, beside)
        rise -= _rise(upper - 1.0 + a, beside) + _rise(upper - 1.0 + b, beside) + log(rest)
        change = beside * rise
        pair = scale * rise * (expm1(change) / change if change else 1.0)
        total += pair
        if abs(pair) <= _ROUNDING * abs(total):
            break
        scale *= (a + excess + j) * (b + excess + j) * rest / ((excess + j + 1.0) * (j + 1.0))
    return total


def _rise(z: float, step: float) -> float:
    """Return (lgamma(z + step) - lgamma(z))/step for a small step."""
    if step == 0.0:
        return digamma(z)
    total = 0.0
    while z < 1.0:
        total -= log1p(step / z) / step
        z += 1.0
    middle = z + 0.5 * step
    return total + digamma(middle) + step * step / 24.0 * polygamma(2.0, middle)
