"""Limits, slopes and curvatures beside a point by values in 400 digits: nothing of ours takes part.

Three values at tiny distances give all three. They are taken twice, at distances that are the
square of each other: what grows from the one to the other is infinite, and what has not come to
rest, as t^(1/18) has not, is not known.
"""

from math import inf, nan

from independent_reader import read
from mpmath import mp, mpf

DIGITS = 400


def beside(text, point, turn):
    """Limit, slope and curvature of a formula of x on one side.

    They are nan where it is not defined, and None where they are not known.
    """
    function = read(text)
    with mp.workdps(DIGITS):
        near, nearer = (_by_values(function, mpf(point), turn * mpf(10) ** e) for e in (-20, -40))
        return tuple(_limit(*pair) for pair in zip(near, nearer, strict=True))


def _by_values(function, point, step):
    values = [function({"x": point + place * step}) for place in (1, 2, 3)]
    if None in values:
        return [None] * 3
    a, b, c = values
    curvature = (c - 2 * b + a) / step**2
    slope = (b - a) / step - curvature * 3 * step / 2
    return a - slope * step - curvature * step**2 / 2, slope, curvature


def _limit(near, nearer):
    if near is None or nearer is None:
        return nan
    size = abs(nearer)
    if size > 5 and size > abs(near) * mpf("1.5"):
        return inf if nearer > 0 else -inf
    return float(nearer) if abs(near - nearer) < mpf("1e-6") * max(1, size) else None
