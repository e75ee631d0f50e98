"""Sums of exponentials and exponentials of differences, with their rounding errors kept.

What logsumexp(x1, x2, ...) loses when it is rounded, all that is subtracted from it would lose as
well: exp(x - logsumexp(...)) by the unit in the last place of a logarithm that may be 1e50. So the
engine computes it from two numbers, the greatest argument and what the other exponentials come to
beside that of the greatest one: log(exp(x1) + ...) = greatest + log1p(rest). Where these two
cancel, beside 0, it goes back to the arguments.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import inf, isnan, nan

from gradcli.engine.functions.twofold import two_diff, two_sum
from gradcli.engine.scalar import is_odd, maximum, power

_DIGITS = (32, 64, 400)
"""In how many digits a sum that cancels is computed, if fewer do not do."""

_ENOUGH = 18
"""How many of them have to be left."""


def logsumexp(*values: float) -> float:
    """Return log(exp(x1) + exp(x2) + ...), without overflow and accurate where it is small."""
    return logsumexp_from(maximum(*values), exp_rest(*values), *values)


def exp_rest(*values: float) -> float:
    """Return the sum of exp(x - greatest) over all arguments but one that is the greatest."""
    greatest = maximum(*values)
    if not abs(greatest) < inf:
        return nan
    place = values.index(greatest)
    others = values[:place] + values[place + 1 :]
    return math.fsum([exp_diff(value, greatest) for value in others])


def logsumexp_from(greatest: float, rest: float, *values: float) -> float:
    """Return greatest + log(1 + rest), the logsumexp of the values."""
    return _logarithm(greatest, rest, 0.0, values) if abs(greatest) < inf else greatest


def pow_diff(x: float, a: float, b: float) -> float:
    """Return x^(a - b) with the rounding error of the difference carried along.

    The rounding error of an exponent is multiplied by log(x) in the result: in ``x^(3.7 - 1)``
    at x = 1e100 it would cost some fifty units in the last place.
    """
    exponent, error = two_diff(a, b)
    result = power(x, exponent)
    if error == 0.0 or isnan(error):
        return result
    if x < 0.0:  # only an integer exponent too large for a float gets here with a defined power
        if not error.is_integer():
            return nan
        return -result if is_odd(error) else result
    return result + result * (error * math.log(x)) if 0.0 < result < inf else result


def exp_diff(a: float, b: float) -> float:
    """Return exp(a - b) with the rounding error of the difference carried along.

    An exponent's rounding error is the relative one of the result: in exp(-700.1 - 0.3) it would
    cost some hundred units in the last place.
    """
    return exp_of_sum(*_difference(a, b))


def exp_of_sum(high: float, low: float) -> float:
    """Return exp(high + low), where low is no more than a rounding error of high."""
    try:
        result = math.exp(high)
    except OverflowError:
        return inf
    return result + result * low if result < inf else result


def exp_share(a: float, greatest: float, rest: float) -> float:
    """Return exp(a - logsumexp(...)): softmax, if a is among the arguments."""
    share = exp_diff(a, greatest)
    if not abs(greatest) < inf:
        return share
    return share / (1.0 + rest) if rest >= 0.0 else nan


def share_less(b: float, a: float, greatest: float, rest: float, *values: float) -> float:
    """Return exp(a - logsumexp(...)) - b, accurate also where both are nearly 1."""
    return shares_less(b, 1.0, a, greatest, rest, *values)


def shares_less(
    b: float, scale: float, a: float, greatest: float, rest: float, *values: float
) -> float:
    """Return scale*exp(a - logsumexp(...)) - b: how cross-entropy changes with a logit.

    Of a share of more than half what is left of the whole is computed, and that is exact to the
    last digits also where the share itself is 1 to all digits of a float.
    """
    share = exp_share(a, greatest, rest)
    if not 0.5 < share < 2.0:  # of an a that is among the arguments it is 1 at most
        return scale * share - b
    return scale - b + scale * math.expm1(less_logsumexp(a, greatest, rest, *values))


def logsumexp_less(b: float, greatest: float, rest: float, *values: float) -> float:
    """Return logsumexp(...) - b, accurate also where the greatest argument is b."""
    if not (abs(greatest) < inf and abs(b) < inf):
        return greatest - b
    return _logarithm(greatest, rest, b, values)


def less_logsumexp(a: float, greatest: float, rest: float, *values: float) -> float:
    """Return a - logsumexp(...)."""
    return -logsumexp_less(a, greatest, rest, *values)


def _logarithm(greatest: float, rest: float, b: float, values: Sequence[float]) -> float:
    """Return greatest - b + log(1 + rest), the logarithm of the sum of exp(x - b)."""
    if not rest >= 0.0:
        return nan
    high, low = _difference(greatest, b)
    logarithm = math.log1p(rest)
    total, error = two_sum(high, logarithm)
    result = total + (error + low)
    return _beside_zero(b, values) if values and abs(result) < 0.75 * logarithm else result


def _beside_zero(b: float, values: Sequence[float]) -> float:
    """The logarithm of the sum of exp(x - b), in as many digits as it takes to have those of it.

    It is 0 for no two floats, by the theorem of Lindemann and Weierstrass.
    """
    from decimal import Context, Decimal, localcontext  # noqa: PLC0415  (only where terms cancel)

    result = Decimal(0)
    for digits in _DIGITS:
        with localcontext(Context(prec=digits, traps=[])):
            result = sum(((Decimal(x) - Decimal(b)).exp() for x in values), Decimal(0)).ln()
        if result and result.adjusted() > _ENOUGH - digits:
            break
    return float(result)


def _difference(a: float, b: float) -> tuple[float, float]:
    """The difference a - b and its rounding error, 0 where the difference is not finite."""
    high, low = two_diff(a, b)
    return high, 0.0 if isnan(low) else low
