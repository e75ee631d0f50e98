"""Operations in decimals, whose exponents have as many digits as they need: see `beyond`.

Each is the definition of its function, in forms that lose nothing where it leaves the range of
floats; gamma is Stirling's series (Abramowitz and Stegun 6.1.40, 6.1.41), Ei its asymptotic one
(5.1.51). What has no form here is the function on floats, and near 0 its tangent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from functools import cache

from gradcli.engine.functions import incomplete
from gradcli.engine.functions.angles import UNITS
from gradcli.engine.functions.large import PI, STIRLING, log_gamma
from gradcli.engine.scalar import operation

_Function = Callable[..., Decimal | None]

_CONTEXT = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])

_DIRECT: Mapping[str, Callable[..., Decimal]] = {
    "add": _CONTEXT.add,
    "sub": _CONTEXT.subtract,
    "mul": _CONTEXT.multiply,
}
"""What is done by the thousand where an adjoint vanishes layer by layer, and needs no set up."""

_LN2 = Decimal("0.693147180559945309417232121458176568075500134360255254")

_NEAR = Decimal("1e-15")
"""Below this three terms of a series are right to all digits of a float."""

_TINY = 2.0**-500
"""To a function on floats everything within this of 0 is a line, if it has a tangent."""

_MOST_DIGITS = 2000
"""Angles whose parts have more are not reduced."""


def exact(op: str, args: Sequence[Decimal | float]) -> Decimal | None:
    """The result of an operation; None where that of floats is as good, or it is not finite."""
    direct = _DIRECT.get(op)
    if direct is not None:
        number = direct(*[arg if type(arg) is Decimal else Decimal(arg) for arg in args])
        return number if number.is_finite() else None
    function = _OPERATIONS.get(op)
    with localcontext(_CONTEXT):
        exact_args = [Decimal(arg) for arg in args]
        found = _tangent(op, *exact_args) if function is None else function(*exact_args)
        return found if found is not None and found.is_finite() else None


def of_binary(mantissa: float, exponent: int) -> Decimal:
    """The number ``mantissa*2**exponent``."""
    return _CONTEXT.multiply(Decimal(mantissa), _CONTEXT.power(Decimal(2), exponent))


def to_binary(number: Decimal) -> tuple[float, int]:
    """A float between 1/2 and 1 in size and the power of 2 that it is to be multiplied with."""
    near = math.floor(number.adjusted() * math.log2(10))
    scaled = _CONTEXT.multiply(number, _CONTEXT.power(Decimal(2), -near))
    mantissa, exponent = math.frexp(float(scaled))
    return mantissa, exponent + near


def _tangent(op: str, *args: Decimal) -> Decimal | None:
    """A function that is 0 at 0, so near to it that its tangent is all there is to see."""
    if len(args) != 1 or not abs(args[0]) < Decimal(1):
        return None
    slope = _slope_at_0(op)
    return None if slope is None else args[0] * Decimal(slope)


@cache
def _slope_at_0(op: str) -> float | None:
    """The derivative at 0 of a function that is 0 there; None if it is not, or is no line there."""
    function = operation(op)
    near, twice = function(_TINY), function(2 * _TINY)
    is_line = function(0.0) == 0.0 and near and twice == 2 * near and function(-_TINY) == -near
    return near / _TINY if is_line else None


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


def _size(*parts: Decimal) -> Decimal:
    return sum((part * part for part in parts), Decimal(0)).sqrt()


def _log1p(x: Decimal) -> Decimal:
    return x - x * x / 2 + x**3 / 3 if abs(x) < _NEAR else (1 + x).ln()


def _log(x: Decimal) -> Decimal | None:
    return x.ln() if x > 0 else None


def _xlogy(x: Decimal, y: Decimal) -> Decimal | None:
    return x * y.ln() if y > 0 else None


# --- Exponentials -------------------------------------------------------------------------------


def _expm1(x: Decimal) -> Decimal:
    return x + x * x / 2 + x**3 / 6 if abs(x) < _NEAR else x.exp() - 1


def _sinh(x: Decimal) -> Decimal:
    return x + x**3 / 6 if abs(x) < _NEAR else (x.exp() - (-x).exp()) / 2


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


def _exp_share(a: Decimal, greatest: Decimal, rest: Decimal, *_values: Decimal) -> Decimal:
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


def _special(name: str, x: Decimal) -> Decimal:
    """A function on floats, where it is no larger or smaller than they are."""
    return Decimal(operation(name)(float(x)))


def _erfc(x: Decimal) -> Decimal:
    return (-x * x).exp() * _special("erfcx", x)


def _erfcx(x: Decimal) -> Decimal | None:
    """Of large arguments, which are negative."""
    return (x * x).exp() * (2 - _special("erfc", -x)) if x < 0 else None


def _erfi(x: Decimal) -> Decimal:
    return 2 / PI.sqrt() * (x * x).exp() * _special("dawson", x)


def _normal_cdf(x: Decimal) -> Decimal | None:
    return _erfc(-x / Decimal(2).sqrt()) / 2 if x < 0 else None


def _gelu(x: Decimal) -> Decimal | None:
    below = _normal_cdf(x)
    return x * below if below is not None else x if x > STIRLING else None


def _log_normal_cdf(x: Decimal) -> Decimal | None:
    above = _normal_cdf(-x)
    return None if above is None else _log1p(-above)


# --- The gamma function -------------------------------------------------------------------------


def _gamma(x: Decimal) -> Decimal | None:
    if x >= STIRLING:
        return log_gamma(x).exp()
    if abs(x) < _NEAR:
        return 1 / x if x else None
    if x > -STIRLING:
        return _special("gamma", x)
    beside = x - x.to_integral_value()
    if not beside:
        return None
    size = PI / Decimal(math.sin(math.pi * float(beside))) / log_gamma(1 - x).exp()
    return -size if x.to_integral_value() % 2 else size


def _lgamma(x: Decimal) -> Decimal | None:
    return log_gamma(x) if x >= STIRLING else None


def _beta(x: Decimal, y: Decimal) -> Decimal | None:
    of_x, of_y, of_sum = _gamma(x), _gamma(y), _gamma(x + y)
    if of_x is None or of_y is None or not of_sum:
        return None
    return of_x * of_y / of_sum


def _permutations(n: Decimal, k: Decimal) -> Decimal | None:
    """As for counting: neither gamma function is at a pole."""
    if not 0 <= k <= n:
        return None
    above, below = _gamma(n + 1), _gamma(n - k + 1)
    return above / below if above and below else None


def _binomial(n: Decimal, k: Decimal) -> Decimal | None:
    orders, below = _permutations(n, k), _gamma(k + 1)
    return orders / below if orders and below else None


def _beta_slope(x: Decimal, y: Decimal) -> Decimal | None:
    """The partial by x."""
    whole = _beta(x, y) if x > 0 and y > 0 else None
    rise = operation("polygamma_rise")
    return None if whole is None else -whole * Decimal(rise(0.0, float(x), float(y)))


def _beta_twist(x: Decimal, y: Decimal) -> Decimal | None:
    """The partial by x and by y."""
    whole = _beta(x, y) if x > 0 and y > 0 else None
    if whole is None:
        return None
    from gradcli.engine.functions import beta  # noqa: PLC0415  (only for this)

    return whole * Decimal(beta.twist(float(x), float(y)))


def _betainc_slope(a: Decimal, b: Decimal, x: Decimal) -> Decimal | None:
    return incomplete.exact(1, a, b, x) if a > 0 < b and 0 < x < 1 else None


def _of_quotient(function: _Function, name: str, i: int, j: int) -> _Function:
    """A partial of binomial or permutations as for counting, i times by n and j times by k."""

    def value(n: Decimal, k: Decimal) -> Decimal | None:
        whole = function(n, k)
        if whole is None or not n >= k > 0:
            return None
        from gradcli.engine.functions import factorials  # noqa: PLC0415  (only for these)

        return whole * Decimal(factorials.relative(name, i, j, float(n), float(k)))

    return value


def _double_factorial(n: Decimal) -> Decimal | None:
    """Of a whole number."""
    half = _gamma(n / 2 + 1) if n > 0 and n == n.to_integral_value() else None
    if half is None:
        return None
    whole = half * (n / 2 * _LN2).exp()
    return whole * (2 / PI).sqrt() if n % 2 else whole


def _polygamma(n: Decimal, x: Decimal) -> Decimal | None:
    """Beside the pole at 0, where all but the first term of its series is lost in rounding."""
    if not (x and abs(x) < _NEAR**2 and n == n.to_integral_value() and 0 <= n <= 170):
        return None
    size = Decimal(math.factorial(int(n))) / x ** (n + 1)
    return size if n % 2 else -size


def _exponential_integral(x: Decimal) -> Decimal | None:
    if abs(x) < 500:
        return None
    term = total = Decimal(1)
    for k in range(1, 40):
        term *= k / x
        total += term
    return x.exp() / x * total


def _of_opposite(x: Decimal) -> Decimal | None:
    found = _exponential_integral(-x)
    return None if found is None else -found


# --- Angles -------------------------------------------------------------------


def _atan2(y: Decimal, x: Decimal) -> Decimal | None:
    largest = max(abs(x), abs(y))
    if not largest.is_finite() or not largest:
        return None
    if x > 0 and abs(y / x) < _NEAR**10:
        return y / x
    return Decimal(math.atan2(y / largest, x / largest))


def _of_multiple(op: str) -> _Function:
    """A circular function of a unit times factors, over a divisor; far below 1 it is its angle."""
    has_divisor = op.endswith("quotient")

    def value(unit: Decimal, *parts: Decimal) -> Decimal | None:
        divisor = parts[0] if has_divisor else Decimal(1)
        if not all(parts) or not all(abs(part.adjusted()) < _MOST_DIGITS for part in parts):
            return None
        share = math.prod(parts[has_divisor:], start=Decimal(1)) / divisor
        if op.startswith("cos") or abs(share) > _NEAR:
            return Decimal(operation(op)(float(unit), *parts))
        above, below = UNITS[float(unit)]
        return PI * above / below * share

    return value


_MULTIPLES = [
    f"{name}_of_{what}" for name in ("sin", "cos", "tan") for what in ("product", "quotient")
]

_OPERATIONS: Mapping[str, _Function] = {
    **_DIRECT,
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
    "hypot": _size,
    "norm": _size,
    "log": _log,
    "log2": lambda x: x.ln() / _LN2 if x > 0 else None,
    "log10": lambda x: x.log10() if x > 0 else None,
    "log1p": lambda x: _log1p(x) if x > -1 else None,
    "xlogy": _xlogy,
    "xlog1py": lambda x, y: x * _log1p(y) if y > -1 else None,
    "exp": lambda x: x.exp(),
    "exp2": lambda x: (x * _LN2).exp(),
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
    "erfi": _erfi,
    "gamma": _gamma,
    "gamma_sum": lambda a, b: _gamma(a + b),
    "lgamma": _lgamma,
    "lgamma_sum": lambda a, b: _lgamma(a + b),
    "digamma": lambda x: -1 / x if x and abs(x) < _NEAR**2 else None,
    "polygamma": _polygamma,
    "polygamma_sum": lambda n, a, b: _polygamma(n, a + b),
    "beta": _beta,
    "binomial": _binomial,
    "permutations": _permutations,
    "double_factorial": _double_factorial,
    "gammainc_slope": lambda a, x: incomplete.exact(1, a, None, x) if a > 0 < x else None,
    "betainc_slope": _betainc_slope,
    "beta_slope_x": _beta_slope,
    "beta_slope_y": lambda x, y: _beta_slope(y, x),
    "beta_slope_xy": _beta_twist,
    **{
        f"{name}_slope_{by}": _of_quotient(function, name, by.count("n"), by.count("k"))
        for name, function in (("binomial", _binomial), ("permutations", _permutations))
        for by in ("n", "k", "nn", "nk", "kk")
    },
    "Ei": _exponential_integral,
    "E1": _of_opposite,
    "li": lambda x: _exponential_integral(x.ln()) if x > 1 else None,
}
