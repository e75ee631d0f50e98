"""The gamma function in decimals, where it leaves the range of floats or where they lose digits."""

from __future__ import annotations

from decimal import Decimal

PI = Decimal("3.14159265358979323846264338327950288419716939937510582")

STIRLING = 30
"""From here on Stirling's series has all digits of a float and some more."""

_BERNOULLI = ((1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360360), (1, 156))
"""B_2k/(2k(2k - 1)), the coefficients of Stirling's series."""


def log_gamma(x: Decimal) -> Decimal:
    """Its logarithm for a positive argument: by Stirling's series, below that by recurrence."""
    product = Decimal(1)
    while x < STIRLING:
        product *= x
        x += 1
    series = sum((Decimal(p) / q / x ** (2 * k + 1) for k, (p, q) in enumerate(_BERNOULLI)), -x)
    return series + (x - Decimal("0.5")) * x.ln() + (2 * PI).ln() / 2 - product.ln()
