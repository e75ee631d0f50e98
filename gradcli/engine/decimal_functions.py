"""Operations in decimals by their definitions, in forms that lose nothing beyond floats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from gradcli.engine.decimal_gamma import (
    LN2,
    NEAR,
    Function,
    beta,
    beta_curvature,
    beta_slope,
    beta_twist,
    betainc_slope,
    binomial,
    double_factorial,
    exponential_integral,
    gamma,
    lgamma,
    of_opposite,
    of_quotient,
    permutations,
    polygamma,
    special,
)
from gradcli.engine.functions import incomplete
from gradcli.engine.functions.angles import UNITS
from gradcli.engine.functions.large import PI, STIRLING
from gradcli.engine.scalar import operation

_MOST_DIGITS = 2000
"""Angles whose parts have more are not reduced."""

_LARGEST_ORDER, _FAR_OUT, _TERMS_FAR_OUT = 170, 20, 30
"""Of derivatives by order; as many orders away their asymptotic series has all digits."""


# --- Arithmetic ---------------------------------------------------------------------------------


def _power(x: Decimal, y: Decimal) -> Decimal | None:
    # Rounded first: 1e-308 has 750 digits, and a power of all of them takes 250 times as long.
    return (+x) ** y if x and (x > 0 or y == y.to_integral_value()) else None


def _root(x: Decimal, n: Decimal) -> Decimal | None:
    if not (x and n):
        return None
    if x < 0:
        return -(abs(x) ** (1 / n)) if n % 2 in {1, -1} else None
    return (+x) ** (1 / n)


def _root_power(x: Decimal, n: Decimal, a: Decimal, b: Decimal = Decimal(0)) -> Decimal | None:
    result = _root(x, n)
    return None if result is None else _power(result, a - b)


def _size(*parts: Decimal) -> Decimal:
    return sum((part * part for part in parts), Decimal(0)).sqrt()


def _log1p(x: Decimal) -> Decimal:
    return x - x * x / 2 + x**3 / 3 if abs(x) < NEAR else (1 + x).ln()


def _log(x: Decimal) -> Decimal | None:
    return x.ln() if x > 0 else None


def _xlogy(x: Decimal, y: Decimal) -> Decimal | None:
    return x * y.ln() if y > 0 else None


# --- Exponentials -------------------------------------------------------------------------------


def _expm1(x: Decimal) -> Decimal:
    return x + x * x / 2 + x**3 / 6 if abs(x) < NEAR else x.exp() - 1


def _sinh(x: Decimal) -> Decimal:
    return x + x**3 / 6 if abs(x) < NEAR else (x.exp() - (-x).exp()) / 2


def _cosh(x: Decimal) -> Decimal:
    return (x.exp() + (-x).exp()) / 2


def _sigmoid(x: Decimal) -> Decimal:
    return 1 / (1 + (-x).exp()) if x > 0 else x.exp() / (1 + x.exp())


def _exp_rest(*values: Decimal) -> Decimal:
    greatest = max(values)
    place = values.index(greatest)
    others = values[:place] + values[place + 1 :]
    return sum(((each - greatest).exp() for each in others), Decimal(0))


def _logsumexp(*values: Decimal) -> Decimal:
    return max(values) + _log1p(_exp_rest(*values))


def _logsumexp_less(b: Decimal, greatest: Decimal, rest: Decimal, *_values: Decimal) -> Decimal:
    return greatest - b + _log1p(rest)


def _exp_share(a: Decimal, greatest: Decimal, rest: Decimal) -> Decimal:
    return (a - greatest).exp() / (1 + rest)


def _shares_less(
    b: Decimal, scale: Decimal, a: Decimal, greatest: Decimal, rest: Decimal, *_values: Decimal
) -> Decimal:
    share = _exp_share(a, greatest, rest)
    if 2 * share < 1:
        return scale * share - b
    return scale - b + scale * _expm1(a - greatest - _log1p(rest))


def _asinh(x: Decimal) -> Decimal:
    # Beyond the range of floats x and sqrt(1 + x^2) are one.
    return x if abs(x) < 1 else (2 * abs(x)).ln().copy_sign(x)


# --- The normal distribution --------------------------------------------------------------------


def _erfc(x: Decimal) -> Decimal:
    return (-x * x).exp() * special("erfcx", x)


def _erfcx(x: Decimal) -> Decimal | None:
    """Of large arguments, which are negative."""
    return (x * x).exp() * (2 - special("erfc", -x)) if x < 0 else None


def _erfcx_derivative(n: Decimal, x: Decimal) -> Decimal | None:
    """By y' = 2x y - 2/sqrt(pi), differentiated on and on, where erfcx grows; else far out."""
    if x > 0:
        far = _derivative_far_out(n, x, Decimal(-1))
        return None if far is None else far / PI.sqrt()
    value = _erfcx(x)
    if value is None or not _is_order(n):
        return None
    before = 2 / PI.sqrt()
    for k in range(int(n)):
        before, value = value, 2 * x * value + (2 * k * before if k else -before)
    return value


def _dawson_derivative(n: Decimal, x: Decimal) -> Decimal | None:
    far = _derivative_far_out(n, abs(x), Decimal(1))
    return None if far is None else (far / 2).copy_sign(far * (x if n % 2 == 0 else 1))


def _derivative_far_out(n: Decimal, x: Decimal, sign: Decimal) -> Decimal | None:
    """The n-th derivative of 1/x + sign/(2 x^3) + 3/(4 x^5) + sign*15/(8 x^7) + ..."""
    if not (_is_order(n) and x > _FAR_OUT * (n + 1)):
        return None
    order = int(n)
    term = total = math.factorial(order) / x ** (order + 1)
    for k in range(_TERMS_FAR_OUT):
        term *= sign * (2 * k + order + 1) * (2 * k + order + 2) / (4 * k + 4) / (x * x)
        total += term
    return -total if order % 2 else total


def _is_order(n: Decimal) -> bool:
    return n == n.to_integral_value() and 0 <= n <= _LARGEST_ORDER


def _erfi(x: Decimal) -> Decimal:
    return 2 / PI.sqrt() * (x * x).exp() * special("dawson", x)


def _normal_cdf(x: Decimal) -> Decimal | None:
    return _erfc(-x / Decimal(2).sqrt()) / 2 if x < 0 else None


def _gelu(x: Decimal) -> Decimal | None:
    below = _normal_cdf(x)
    return x * below if below is not None else x if x > STIRLING else None


def _log_normal_cdf(x: Decimal) -> Decimal | None:
    above = _normal_cdf(-x)
    return None if above is None else _log1p(-above)


# --- Angles -------------------------------------------------------------------


def _atan2(y: Decimal, x: Decimal) -> Decimal | None:
    largest = max(abs(x), abs(y))
    if not largest.is_finite() or not largest:
        return None
    if x > 0 and abs(y / x) < NEAR**10:
        return y / x
    return Decimal(math.atan2(y / largest, x / largest))


def _of_multiple(op: str) -> Function:
    """A circular function of a unit times factors, over a divisor; far below 1 it is its angle."""
    has_divisor = op.endswith("quotient")

    def value(unit: Decimal, *parts: Decimal) -> Decimal | None:
        divisor = parts[0] if has_divisor else Decimal(1)
        if not all(parts) or not all(abs(part.adjusted()) < _MOST_DIGITS for part in parts):
            return None
        share = math.prod(parts[has_divisor:], start=Decimal(1)) / divisor
        if op.startswith("cos") or abs(share) > NEAR:
            return Decimal(operation(op)(float(unit), *parts))
        above, below = UNITS[float(unit)]
        return PI * above / below * share

    return value


_MULTIPLES = [
    f"{name}_of_{what}" for name in ("sin", "cos", "tan") for what in ("product", "quotient")
]

OPERATIONS: Mapping[str, Function] = {
    "div": lambda x, y: x / y if y else None,
    "neg": lambda x: -x,
    "id": lambda x: x,
    "abs": abs,
    "pow": _power,
    "pow_diff": lambda x, a, b: _power(x, a - b),
    "floor": lambda x: x.to_integral_value(ROUND_FLOOR),
    "ceil": lambda x: x.to_integral_value(ROUND_CEILING),
    "leaky_relu": lambda x, a=Decimal("0.01"): x if x > 0 else a * x,
    "elu": lambda x, a: x if x > 0 else a * _expm1(x),
    "sqrt": lambda x: x.sqrt() if x > 0 else None,
    "cbrt": lambda x: _root(x, Decimal(3)),
    "root": _root,
    "root_power": _root_power,
    "hypot": _size,
    "norm": _size,
    "log": _log,
    "log2": lambda x: x.ln() / LN2 if x > 0 else None,
    "log10": lambda x: x.log10() if x > 0 else None,
    "log1p": lambda x: _log1p(x) if x > -1 else None,
    "xlogy": _xlogy,
    "xlog1py": lambda x, y: x * _log1p(y) if y > -1 else None,
    "exp": lambda x: x.exp(),
    "exp2": lambda x: (x * LN2).exp(),
    "exp10": lambda x: 10**x,
    "expm1": _expm1,
    "exp_diff": lambda a, b: (a - b).exp(),
    "exp_rest": _exp_rest,
    "exp_share": _exp_share,
    "share_less": lambda b, *parts: _shares_less(b, Decimal(1), *parts),
    "shares_less": _shares_less,
    "exp_square": lambda x: (x * x).exp(),
    "logsumexp": _logsumexp,
    "logsumexp_from": lambda *parts: _logsumexp_less(Decimal(0), *parts),
    "logsumexp_less": _logsumexp_less,
    "less_logsumexp": lambda *parts: -_logsumexp_less(*parts),
    "sinh": _sinh,
    "cosh": _cosh,
    "sech": lambda x: 1 / _cosh(x),
    "csch": lambda x: 1 / _sinh(x) if x else None,
    "asinh": _asinh,
    "acosh": lambda x: (2 * x).ln() if x > 1 else None,
    "atan2": _atan2,
    **{op: _of_multiple(op) for op in _MULTIPLES},
    "sigmoid": _sigmoid,
    "softplus": lambda x: max(x, Decimal(0)) + _log1p((-abs(x)).exp()),
    "silu": lambda x: x * _sigmoid(x),
    "gelu": _gelu,
    "gaussian": lambda x: (-x * x).exp(),
    "normal_pdf": lambda x: (-x * x / 2).exp() / (2 * PI).sqrt(),
    "normal_cdf": _normal_cdf,
    "log_normal_cdf": _log_normal_cdf,
    "erfc": lambda x: _erfc(x) if x > 0 else None,
    "erfcx": _erfcx,
    "erfcx_derivative": _erfcx_derivative,
    "dawson_derivative": _dawson_derivative,
    "erfi": _erfi,
    "gamma": gamma,
    "gamma_sum": lambda a, b: gamma(a + b),
    "lgamma": lgamma,
    "lgamma_sum": lambda a, b: lgamma(a + b),
    "digamma": lambda x: -1 / x if x and abs(x) < NEAR**2 else None,
    "polygamma": polygamma,
    "polygamma_sum": lambda n, a, b: polygamma(n, a + b),
    "beta": beta,
    "binomial": binomial,
    "permutations": permutations,
    "double_factorial": double_factorial,
    "gammainc_slope": lambda a, x: incomplete.exact(1, a, None, x) if a > 0 < x else None,
    "betainc_slope": betainc_slope,
    "beta_slope_x": beta_slope,
    "beta_slope_y": lambda x, y: beta_slope(y, x),
    "beta_slope_xx": beta_curvature,
    "beta_slope_xy": beta_twist,
    **{
        f"{name}_slope_{by}": of_quotient(function, name, by.count("n"), by.count("k"))
        for name, function in (("binomial", binomial), ("permutations", permutations))
        for by in ("n", "k", "nn", "nk", "kk")
    },
    "Ei": exponential_integral,
    "E1": of_opposite,
    "li": lambda x: exponential_integral(x.ln()) if x > 1 else None,
}
"""The definition of each operation; None where it has none for its arguments."""
