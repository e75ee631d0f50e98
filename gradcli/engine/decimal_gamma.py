"""The gamma function and its kin in decimals: Stirling's series, and Ei by its asymptotic one.

The series are Abramowitz and Stegun 6.1.40, 6.1.41 and 5.1.51.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from gradcli.engine.functions import incomplete
from gradcli.engine.functions.large import PI, STIRLING, log_gamma
from gradcli.engine.scalar import operation

Function = Callable[..., Decimal | None]

LN2 = Decimal("0.693147180559945309417232121458176568075500134360255254")

NEAR = Decimal("1e-15")
"""Below this three terms of a series are right to all digits of a float."""


def special(name: str, x: Decimal) -> Decimal:
    """A function on floats, where it is no larger or smaller than they are."""
    return Decimal(operation(name)(float(x)))


def gamma(x: Decimal) -> Decimal | None:
    """The gamma function; None at its poles."""
    if x >= STIRLING:
        return log_gamma(x).exp()
    if abs(x) < NEAR:
        return 1 / x if x else None
    if x > -STIRLING:
        return special("gamma", x)
    beside = x - x.to_integral_value()
    if not beside:
        return None
    size = PI / Decimal(math.sin(math.pi * float(beside))) / log_gamma(1 - x).exp()
    return -size if x.to_integral_value() % 2 else size


def lgamma(x: Decimal) -> Decimal | None:
    """Its logarithm, of large numbers."""
    return log_gamma(x) if x >= STIRLING else None


def beta(x: Decimal, y: Decimal) -> Decimal | None:
    """The beta function."""
    of_x, of_y, of_sum = gamma(x), gamma(y), gamma(x + y)
    if of_x is None or of_y is None or not of_sum:
        return None
    return of_x * of_y / of_sum


def permutations(n: Decimal, k: Decimal) -> Decimal | None:
    """As for counting: neither gamma function is at a pole."""
    if not 0 <= k <= n:
        return None
    above, below = gamma(n + 1), gamma(n - k + 1)
    return above / below if above and below else None


def binomial(n: Decimal, k: Decimal) -> Decimal | None:
    """As for counting."""
    orders, below = permutations(n, k), gamma(k + 1)
    return orders / below if orders and below else None


def beta_slope(x: Decimal, y: Decimal) -> Decimal | None:
    """The partial by x."""
    whole = beta(x, y) if x > 0 and y > 0 else None
    rise = operation("polygamma_rise")
    return None if whole is None else -whole * Decimal(rise(0.0, float(x), float(y)))


def beta_curvature(x: Decimal, y: Decimal) -> Decimal | None:
    """The partial by x twice."""
    whole = beta(x, y) if x > 0 and y > 0 else None
    if whole is None:
        return None
    rise = operation("polygamma_rise")
    first, second = (Decimal(rise(order, float(x), float(y))) for order in (0.0, 1.0))
    return whole * (first * first - second)


def beta_twist(x: Decimal, y: Decimal) -> Decimal | None:
    """The partial by x and by y."""
    whole = beta(x, y) if x > 0 and y > 0 else None
    if whole is None:
        return None
    from gradcli.engine.functions import beta as near  # noqa: PLC0415  (only for this)

    return whole * Decimal(near.twist(float(x), float(y)))


def betainc_slope(a: Decimal, b: Decimal, x: Decimal) -> Decimal | None:
    """The slope of the incomplete beta function by its last argument."""
    return incomplete.exact(1, a, b, x) if a > 0 < b and 0 < x < 1 else None


def of_quotient(function: Function, name: str, i: int, j: int) -> Function:
    """A partial of binomial or permutations as for counting, i times by n and j times by k."""

    def value(n: Decimal, k: Decimal) -> Decimal | None:
        whole = function(n, k)
        if whole is None or not n >= k > 0:
            return None
        from gradcli.engine.functions import factorials  # noqa: PLC0415  (only for these)

        return whole * Decimal(factorials.relative(name, i, j, float(n), float(k)))

    return value


def double_factorial(n: Decimal) -> Decimal | None:
    """Of a whole number."""
    half = gamma(n / 2 + 1) if n > 0 and n == n.to_integral_value() else None
    if half is None:
        return None
    whole = half * (n / 2 * LN2).exp()
    return whole * (2 / PI).sqrt() if n % 2 else whole


def polygamma(n: Decimal, x: Decimal) -> Decimal | None:
    """Beside the pole at 0, where all but the first term of its series is lost in rounding."""
    if not (x and abs(x) < NEAR**2 and n == n.to_integral_value() and 0 <= n <= 170):
        return None
    size = Decimal(math.factorial(int(n))) / x ** (n + 1)
    return size if n % 2 else -size


def exponential_integral(x: Decimal) -> Decimal | None:
    """Ei of what is large in size."""
    if abs(x) < 500:
        return None
    term = total = Decimal(1)
    for k in range(1, 40):
        term *= k / x
        total += term
    return x.exp() / x * total


def of_opposite(x: Decimal) -> Decimal | None:
    """E1, which is -Ei(-x)."""
    found = exponential_integral(-x)
    return None if found is None else -found
