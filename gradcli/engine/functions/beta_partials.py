"""Partials of any order of the beta function, beside the poles of its gamma functions, too.

All are kept as the coefficients of Taylor series. The logarithm of beta has differences of
polygamma functions for derivatives. Of an x + y below 1/2 the gamma function is reflected,
1/gamma(s) = sin(pi*s)*gamma(1 - s)/pi, and the sine is multiplied to what is left as it is. Beside
-1, -2, ... a step leads up to the pole at 0, by beta(x, y) = beta(x, y + 1)*(1 + x/y), and beside
that the pole stands alone.
"""

from __future__ import annotations

from math import comb, factorial, inf, log, nan, pi

from gradcli.engine.functions.beta import beta
from gradcli.engine.functions.factorials import MOST_ORDERS, REFLECTED, exponential, product, sine
from gradcli.engine.functions.gamma import sin_pi
from gradcli.engine.functions.integers import are_whole
from gradcli.engine.functions.polygamma import polygamma_rise, polygamma_sum
from gradcli.engine.functions.twofold import two_diff, two_sum
from gradcli.engine.scalar import div, power

_LITTLE, _TERMS = 0.07, 12
"""Of an argument so small, beside how far the other is from a pole, so many powers are enough."""

_LONGEST = 16
"""Lists of C have room for the square of it."""

_BESIDE, _LOWEST = 0.25, -20.0
"""How near to a pole a step up is taken, and down to which."""


def beta_derivative(i: float, j: float, x: float, y: float) -> float:
    """Return the partial of beta(x, y), i times by x and j times by y."""
    if not (min(i, j) >= 0.0 and i + j <= MOST_ORDERS and are_whole(i, j)):
        return nan
    if not (abs(x) < inf and abs(y) < inf and abs(x + y) < inf) or _is_pole(x) or _is_pole(y):
        return nan
    by_x, by_y = int(i), int(j)
    side = by_x + by_y + 1
    return factorial(by_x) * factorial(by_y) * _series(x, y, side)[by_x * side + by_y]


def _series(x: float, y: float, side: int) -> list[float]:
    """The series of beta in steps of x and of y: the p-th and q-th powers at p*side + q."""
    steps = [1.0, *[0.0] * (side * side - 1)]
    while _is_beside_pole(y) and not _is_little(_beside(x), y):
        steps = product(steps, _step(x, y, side), side)
        y += 1.0
    while _is_beside_pole(x) and not _is_little(_beside(y), x):
        steps = product(steps, _turned(_step(y, x, side), side), side)
        x += 1.0
    return product(_above(x, y, side), steps, side)


def _is_beside_pole(y: float) -> bool:
    return _LOWEST < y < -0.5 and abs(y - round(y)) < _BESIDE


def _beside(x: float) -> float:
    """How far a number is from the nearest pole, or from the one at 0 above it."""
    return x - round(x) if x < 0.5 else x


def _step(x: float, y: float, side: int) -> list[float]:
    """The series of 1 + x/y."""
    series = [0.0] * (side * side)
    inverse = 1.0 / y
    for q in range(side):
        series[q] = x * inverse
        if q + 1 < side:
            series[side + q] = inverse
        inverse /= -y
    series[0] = (x + y) / y
    return series


def _turned(series: list[float], side: int) -> list[float]:
    """A series with its two variables exchanged."""
    return [series[q * side + p] for p in range(side) for q in range(side)]


def _above(x: float, y: float, side: int) -> list[float]:
    """The series of beta, beside no pole but those at 0."""
    if max(abs(x), abs(y)) < _LITTLE:
        return _of_two_little(x, y, side)
    s = two_sum(x, y)
    series = exponential(_logarithm(x, y, s, side), side)
    value = beta(x, y)
    if s[0] < REFLECTED:
        series = product(series, sine(s, 1.0, 1.0, side), side)
        low, high = (x, y) if x <= y else (y, x)
        value = div(pi, sin_pi(low)) * beta(high, two_diff(1.0, s[0])[0])  # gamma(1 - s) and others
    series = [value * each for each in series]
    if _is_little(y, x):
        return [*series[:side], *_of_little(x, y, side)[side:]]
    if _is_little(x, y):
        turned = _turned(series, side)
        return _turned([*turned[:side], *_of_little(y, x, side)[side:]], side)
    return series


def _logarithm(x: float, y: float, s: tuple[float, float], side: int) -> list[float]:
    """The series of the logarithm, without its value and that of the sine."""
    series = [0.0] * (side * side)
    is_near = s[0] < REFLECTED
    for order in range(1, side):
        of_sum = _of_sum(order - 1, s, is_near=is_near)
        for p in range(order + 1):
            q = order - p
            if p and q:
                whole = -of_sum
            elif is_near:
                whole = polygamma_sum(order - 1.0, x if p else y, 0.0) - of_sum
            else:
                whole = -polygamma_rise(order - 1.0, *((x, y) if p else (y, x)))
            series[p * side + q] = whole / (factorial(p) * factorial(q))
    return series


def _of_sum(order: int, s: tuple[float, float], *, is_near: bool) -> float:
    """A derivative of log(gamma(s)) or, beside its poles, of -log(gamma(1 - s))."""
    if not is_near:
        return polygamma_sum(float(order), *s)
    turned, error = two_diff(1.0, s[0])
    sign = -1.0 if order % 2 else 1.0
    return sign * polygamma_sum(float(order), turned, error - s[1])


def _is_little(y: float, x: float) -> bool:
    """Whether y is next to nothing beside what beta(x, y) - 1/y moves with."""
    return abs(y) < _LITTLE * min(1.0, abs(_beside(x))) / max(1.0, abs(log(abs(x))))


def _of_little(x: float, y: float, side: int) -> list[float]:
    """The series of beta(x, y) - 1/y, a power series in a small y, but for the powers of y alone.

    Times y, beta is gamma(x)*gamma(1 + y)/gamma(x + y).
    """
    longer = min(side + _TERMS, _LONGEST)
    series = [0.0] * (longer * longer)
    for order in range(1, longer):
        own = polygamma_sum(order - 1.0, x, 0.0)
        for q in range(1, order + 1):
            p = order - q
            whole = -own if p else polygamma_sum(order - 1.0, 1.0, 0.0) - own
            series[p * longer + q] = whole / (factorial(p) * factorial(q))
    grown = exponential(series, longer)
    return _moved([*grown[1:], 0.0], 0.0, y, longer, side)  # over y: the next power has each place


def _of_two_little(x: float, y: float, side: int) -> list[float]:
    """The series of beta for small x and y: of 1/x + 1/y, and of a power series.

    Times x*y/(x + y), beta is gamma(1 + x)*gamma(1 + y)/gamma(1 + x + y).
    """
    longer = min(side + _TERMS, _LONGEST)
    series = [0.0] * (longer * longer)
    for order in range(2, longer):
        of_one = polygamma_sum(order - 1.0, 1.0, 0.0)
        for p in range(1, order):
            series[p * longer + order - p] = -of_one / (factorial(p) * factorial(order - p))
    grown = exponential(series, longer)
    rest = [0.0] * (longer * longer)
    for p in range(longer - 1):
        for q in range(longer - 1 - p):
            rest[p * longer + q] = grown[p * longer + q + 1] + grown[(p + 1) * longer + q]
    poles = [0.0] * (side * side)
    for p in range(side):
        sign = -1.0 if p % 2 else 1.0
        poles[p * side] += div(sign, power(x, p + 1.0))
        poles[p] += div(sign, power(y, p + 1.0))
    moved = _moved(rest, x, y, longer, side)
    return [one + other for one, other in zip(moved, poles, strict=True)]


def _moved(series: list[float], x: float, y: float, longer: int, side: int) -> list[float]:
    """A series as one around x and y, of fewer orders."""
    found = [0.0] * (side * side)
    for i in range(side):
        for j in range(side - i):
            total = 0.0
            for p in range(i, longer):
                for q in range(j, longer - p):
                    chosen = comb(p, i) * comb(q, j)
                    total += chosen * series[p * longer + q] * x ** (p - i) * y ** (q - j)
            found[i * side + j] = total
    return found


def _is_pole(x: float) -> bool:
    return x <= 0.0 and x == x // 1.0
