"""Steps, roots, exponentials, hyperbolic functions and inverses that a language may lack."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gradcli.engine.targets.terms import (
    Definition,
    Term,
    difference,
    exp,
    expm1,
    finite,
    floor,
    function,
    log,
    log1p,
    made,
    power,
    same,
    sqrt,
    two_product,
    two_sum,
    where,
)

atan, asinh, atan2, rem = map(function, ("atan", "asinh", "atan2", "rem"))


def _same_sign(size: Term, x: Term) -> Term:
    return where(x < 0.0, -size, size)


def _relu(x: Term) -> Term:
    return where(x <= 0.0, 0.0, x)


def _step(x: Term) -> Term:
    return where(x <= 0.0, 0.0, where(x > 0.0, 1.0, x))


def _sign(x: Term) -> Term:
    return where(x > 0.0, 1.0, where(x < 0.0, -1.0, x))


def _round(x: Term) -> Term:
    size = abs(x)
    whole = 4503599627370496.0  # from there on floats are whole
    return where(size < whole, _same_sign((size + whole) - whole, x), x)


def _trunc(x: Term) -> Term:
    return _same_sign(floor(abs(x)), x)


def _ceil(x: Term) -> Term:
    return -floor(-x)


def _rem(x: Term, y: Term) -> Term:
    """What a whole multiple leaves, which is exact where the multiple is a float."""
    size, by = abs(x), abs(y)
    product, error = two_product(floor(size / by), by)
    rest = (size - product) - error
    rest = where(rest < 0.0, rest + by, rest)
    return _same_sign(where(rest >= by, rest - by, rest), x)


def _mod(x: Term, y: Term) -> Term:
    rest = rem(x, y)
    is_other = made("and", made("ne", rest, 0.0), made("ne", rest < 0.0, y < 0.0))
    return where(is_other, rest + y, rest)


def _max(x: Term, y: Term) -> Term:
    return where(made("or", x >= y, made("ne", x, x)), x, y)


def _min(x: Term, y: Term) -> Term:
    return where(made("or", x <= y, made("ne", x, x)), x, y)


def _expm1(x: Term) -> Term:
    """Kahan's way: the error of an exponential is divided out where it counts."""
    growth = exp(x)
    beside = (growth - 1.0) * (x / log(growth))
    near = where(same(growth, 1.0), x, beside)
    return where(abs(x) < 1.0, near, growth - 1.0)


def _log1p(x: Term) -> Term:
    whole = 1.0 + x
    beside = log(whole) * (x / (whole - 1.0))
    return where(same(whole, 1.0), x, where(abs(x) < 1.0, beside, log(whole)))


def _exp10(x: Term) -> Term:
    return power(10.0, x)


def _exp2(x: Term) -> Term:
    return power(2.0, x)


def _cbrt(x: Term) -> Term:
    """A power, and one step of Newton's with the rounding errors of the cube."""
    size = abs(x)
    small, large = size < 1e-250, size > 1e250
    scaled = size * where(small, 2.0**300, where(large, 2.0**-300, 1.0))
    root = power(scaled, 1.0 / 3.0)
    square, square_error = two_product(root, root)
    cube, cube_error = two_product(square, root)
    residue = (scaled - cube) - (cube_error + square_error * root)
    root += residue / (3.0 * square)
    root *= where(small, 2.0**-100, where(large, 2.0**100, 1.0))
    return where(made("and", size > 0.0, finite(size)), _same_sign(root, x), x)


def _root(x: Term, n: Term) -> Term:
    size = abs(x)
    exponent = 1.0 / n
    result = power(size, exponent)
    product, rounding = two_product(exponent, n)
    result += result * (((1.0 - product) - rounding) / n * log(where(size > 0.0, size, 1.0)))
    whole = floor(result + 0.5)
    near = made("and", abs(n) >= 4.0, abs(result - whole) <= 2.0**-50 * whole)
    is_power = abs(power(whole, n) - size) <= 2.0**-52 * size
    result = where(made("and", near, is_power), whole, result)
    odd = same(n - 2.0 * floor(n / 2.0), 1.0)
    negative = where(odd, -result, (x - x) / (x - x))
    return where(x < 0.0, negative, where(same(n, 2.0), sqrt(size), result))


def _root_power(x: Term, n: Term, a: Term, b: Term | None = None) -> Term:
    """root(x, n)^(a - b), without the error of the root so many times."""
    size = abs(x)
    k, error = (a, None) if b is None else difference(a, b)
    exponent = k / n
    result = power(size, exponent)
    product, rounding = two_product(exponent, n)
    exact = made("and", size > 0.0, made("and", result > 0.0, finite(result)))
    size = where(exact, size, 1.0)
    rest = (k - product) - rounding
    rest = rest if error is None else rest + error
    result = where(exact, result + result * (rest / n * log(size)), result)
    whole = same(floor(k), k)
    odd = same(n - 2.0 * floor(n / 2.0), 1.0)
    negative = where(same(k - 2.0 * floor(k / 2.0), 1.0), -result, result)
    undefined = (x - x) / (x - x)
    return where(x < 0.0, where(odd, where(whole, negative, undefined), undefined), result)


def _hypot(x: Term, y: Term) -> Term:
    return _norm(x, y)


def _norm(*values: Term) -> Term:
    """The greatest, times the root of a sum of squares that are at most 1."""
    greatest = abs(values[0])
    for value in values[1:]:
        greatest = _max(greatest, abs(value))
    total, lost = (values[0] / greatest) * (values[0] / greatest), None
    for value in values[1:]:
        ratio = value / greatest
        total, error = two_sum(total, ratio * ratio)
        lost = error if lost is None else lost + error
    whole = greatest * sqrt(total if lost is None else total + lost)
    return where(made("or", same(greatest, 0.0), greatest > 1.79e308), greatest, whole)


def _tanh(x: Term) -> Term:
    """expm1(2x)/(expm1(2x) + 2) with the rounding errors of the sum and the quotient."""
    size = abs(x)
    growth = expm1(2.0 * where(size < 22.0, size, 22.0))
    total, total_error = two_sum(growth, 2.0)
    ratio = growth / total
    product, product_error = two_product(ratio, total)
    residue = (growth - product) - product_error - ratio * total_error
    small = where(size < 2.0**-27, size, ratio + residue / total)
    return where(same(x, x), _same_sign(small, x), x)


def _sinh(x: Term) -> Term:
    size = abs(x)
    half, growth = exp(0.5 * size), exp(where(size < 709.0, size, 709.0))
    less = expm1(where(size < 1.0, size, 1.0))
    small = (less + less / (less + 1.0)) * 0.5
    large = where(size < 709.0, 0.5 * growth - 0.5 / growth, 0.5 * half * half)
    return _same_sign(where(size < 1.0, small, large), x)


def _cosh(x: Term) -> Term:
    size = abs(x)
    half, growth = exp(0.5 * size), exp(where(size < 709.0, size, 709.0))
    return where(size < 709.0, 0.5 * growth + 0.5 / growth, 0.5 * half * half)


def _sech(x: Term) -> Term:
    decay = exp(-abs(x))
    return 2.0 * decay / (1.0 + decay * decay)


def _csch(x: Term) -> Term:
    size = abs(x)
    large = 2.0 * exp(-size) / -expm1(-2.0 * size)
    return where(same(x, 0.0), 1.0 / x, _same_sign(large, x))


def _leg(x: Term) -> Term:
    size = abs(x)
    return where(size < 1e9, sqrt((size - 1.0) * (size + 1.0)), size)


def _asec(x: Term) -> Term:
    return atan2(_leg(x), where(x < 0.0, -1.0, 1.0))


def _acsc(x: Term) -> Term:
    return atan2(where(x < 0.0, -1.0, 1.0), _leg(x))


def _acot(x: Term) -> Term:
    return atan(1.0 / x)


def _asech(x: Term) -> Term:
    excess = (1.0 - x) / x
    small = log1p(sqrt((1.0 - x) * (1.0 + x))) - log(x)
    return where(x < 0.5, small, log1p(excess + sqrt(excess * (2.0 + excess))))


def _acsch(x: Term) -> Term:
    return asinh(1.0 / x)


def _acoth(x: Term) -> Term:
    return _same_sign(0.5 * log1p(2.0 / (abs(x) - 1.0)), x)


def _asinh(x: Term) -> Term:
    size = abs(x)
    square = size * size
    small = log1p(size + square / (1.0 + sqrt(1.0 + square)))
    return _same_sign(where(size < 1e9, small, log(size) + math.log(2.0)), x)


def _acosh(x: Term) -> Term:
    more = x - 1.0
    return where(x < 1e9, log1p(more + sqrt(more * (x + 1.0))), log(x) + math.log(2.0))


def _atanh(x: Term) -> Term:
    size = abs(x)
    return _same_sign(0.5 * log1p(2.0 * size / (1.0 - size)), x)


DEFINITIONS: Mapping[str, Definition] = {
    "relu": _relu,
    "step": _step,
    "sign": _sign,
    "round": _round,
    "trunc": _trunc,
    "ceil": _ceil,
    "rem": _rem,
    "mod": _mod,
    "max": _max,
    "min": _min,
    "expm1": _expm1,
    "log1p": _log1p,
    "exp10": _exp10,
    "exp2": _exp2,
    "cbrt": _cbrt,
    "root": _root,
    "root_power": _root_power,
    "hypot": _hypot,
    "norm": _norm,
    "tanh": _tanh,
    "sinh": _sinh,
    "cosh": _cosh,
    "sech": _sech,
    "csch": _csch,
    "asec": _asec,
    "acsc": _acsc,
    "acot": _acot,
    "asech": _asech,
    "acsch": _acsch,
    "acoth": _acoth,
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": _atanh,
}
"""What defines an operation, by its name."""
