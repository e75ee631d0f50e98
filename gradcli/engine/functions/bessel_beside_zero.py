"""The Bessel functions beside 0, where SciPy's leave the range of floats.

NIST Digital Library of Mathematical Functions, 10.2.2, 10.2.3, 10.25.2, 10.27.4; 5.7.3.
"""

from __future__ import annotations

from math import exp, frexp, inf, ldexp, lgamma, log, pi, sin, sinh, sqrt

from gradcli.engine.functions.gamma import gamma, sin_pi

TINY = 1e-30
"""Below that the first terms of the two series have all digits."""

_LARGEST_ORDER = 170.0
_EULER, _ZETA_3 = 0.5772156649015329, 1.2020569031595942


def first_term(n: float, x: float) -> float:
    """The term of the series of J_n and of I_n that does not vanish with x^2, for x > 0."""
    if n < 0.0 and n % 1.0 == 0.0:
        return -first_term(-n, x) if n % 2.0 else first_term(-n, x)
    if n > _LARGEST_ORDER:
        return 0.0
    if n < -_LARGEST_ORDER:
        return inf if (n // 1.0) % 2.0 else -inf
    return _of_half(x, n, 1.0 / gamma(n + 1.0))


def beside_second_kind(n: float, x: float) -> float:
    """Y_n(x) of a positive x below TINY, or somewhat larger if n is 1 or more."""
    if n < 0.0:
        turned = sin_pi(-n + 0.5)  # the cosine, exactly 0 of halves
        grows = turned * beside_second_kind(-n, x) if turned else 0.0
        return grows + sin_pi(-n) * first_term(-n, x)
    if n >= 0.5:
        return _largest(n, x, -1.0 / pi)
    rise, even, z = _of_low_order(n, x)
    rest = sin(0.5 * pi * n) ** 2 / n * exp(-z) if n else 0.0
    return -2.0 / pi * even * (rise + rest)


def beside_modified_second(n: float, x: float) -> float:
    """K_n(x), likewise."""
    order = abs(n)
    if order >= 0.5:
        return _largest(order, x, 0.5)
    rise, even, _ = _of_low_order(order, x)
    return even * rise


def _largest(n: float, x: float, factor: float) -> float:
    return _of_half(x, -n, factor * gamma(n)) if n <= _LARGEST_ORDER else factor * inf


def _of_low_order(n: float, x: float) -> tuple[float, float, float]:
    """sinh(z)/n, the even part of gamma(1 + n), and z, the odd part of its logarithm - n*log(x/2).

    In these K_n and Y_n are no differences of what is almost the same.
    """
    if n < 1e-3:
        odd = -_EULER - _ZETA_3 / 3.0 * n * n
    else:
        odd = 0.5 * (lgamma(1.0 + n) - lgamma(1.0 - n)) / n
    each = odd - (log(x) - log(2.0))
    z = n * each
    even = sqrt(pi * n / sin(pi * n)) if n else 1.0
    return each * (sinh(z) / z if z else 1.0), even, z


def _of_half(x: float, n: float, factor: float) -> float:
    """factor*(x/2)^n, though the power be outside the range of floats."""
    fraction, exponent = frexp(x)
    twos = (exponent - 1) * n
    whole = twos // 1.0
    try:
        return ldexp(factor * fraction**n * 2.0 ** (twos - whole), int(whole))
    except OverflowError:
        return inf if factor > 0.0 else -inf
