"""The value of every operation on floats: IEEE arithmetic that never raises.

What a function of :mod:`math` reports by an exception, IEEE 754 answers with a number:
``1/0`` is infinite, ``log(-1)`` is NaN, ``exp(1000)`` overflows to infinity. The result is
explained afterwards, from the nodes; an operation only computes. The plain function is tried
first and the exceptional result is worked out only when it fails, so that the usual case costs
one call.
"""

from __future__ import annotations

import math
import operator
from importlib import import_module
from math import copysign, inf, isnan, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Operation = Callable[..., float]
    Unary = Callable[[float], float]


def operation(name: str) -> Operation:
    """Return the function on floats that computes the operation ``name``.

    Special functions are imported when they are first asked for.

    Raises:
        KeyError: if there is no such operation.
        UsageError: it needs SciPy, which is not installed.
    """
    if name in OPERATIONS:
        return OPERATIONS[name]
    if type(name) is not str:
        from gradcli.engine.roots import finder  # noqa: PLC0415  (few programs look for roots)

        return finder(name, operation)
    module = import_module(f"gradcli.engine.functions.{SPECIAL[name]}")
    function: Operation = getattr(module, name)
    return function


# --- Arithmetic ---------------------------------------------------------------------------------


def div(x: float, y: float) -> float:
    """Return x/y; a division by zero is infinite with the sign of the quotient, 0/0 is NaN."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0.0 or isnan(x):
            return nan
        return copysign(inf, x) * copysign(1.0, y)


def power(x: float, y: float) -> float:
    """Return x^y as IEEE 754's ``pow``: NaN for a negative base with a fractional exponent."""
    if y == 2.0:
        return x * x  # correctly rounded, and the most frequent power
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0.0 and is_odd(y) else inf
    except ValueError:
        if x == 0.0:  # so y is negative
            return copysign(inf, x) if is_odd(y) else inf
        return nan


def mod(x: float, y: float) -> float:
    """Return the remainder with the sign of the divisor ``y``; NaN if y is 0."""
    try:
        return x % y
    except ZeroDivisionError:
        return nan


def is_odd(y: float) -> bool:
    """Whether a float is an odd whole number."""
    return y % 2.0 == 1.0


# --- Comparison, logic, choice ------------------------------------------------------------------


def lt(x: float, y: float) -> float:
    """Return 1 if x < y, else 0."""
    return 1.0 if x < y else 0.0


def le(x: float, y: float) -> float:
    """Return 1 if x <= y, else 0."""
    return 1.0 if x <= y else 0.0


def gt(x: float, y: float) -> float:
    """Return 1 if x > y, else 0."""
    return 1.0 if x > y else 0.0


def ge(x: float, y: float) -> float:
    """Return 1 if x >= y, else 0."""
    return 1.0 if x >= y else 0.0


def eq(x: float, y: float) -> float:
    """Return 1 if x == y, else 0."""
    return 1.0 if x == y else 0.0


def ne(x: float, y: float) -> float:
    """Return 1 if x != y, else 0."""
    return 1.0 if x != y else 0.0


def logical_not(x: float) -> float:
    """Return 1 if x is zero, else 0; NaN counts as true, as it does in C and in NumPy."""
    return 1.0 if x == 0.0 else 0.0


def logical_and(x: float, y: float) -> float:
    """Return 1 if neither argument is zero, else 0."""
    return 0.0 if x == 0.0 or y == 0.0 else 1.0


def logical_or(x: float, y: float) -> float:
    """Return 0 if both arguments are zero, else 1."""
    return 0.0 if x == 0.0 and y == 0.0 else 1.0


def where(condition: float, x: float, y: float) -> float:
    """Return x where the condition is not zero, else y."""
    return y if condition == 0.0 else x


# --- Steps and pieces ---------------------------------------------------------------------------

# From here on every float is an integer already.
ALL_INTEGERS = 2.0**52


def sign(x: float) -> float:
    """Return 1, -1, or x itself where it has no sign (zero, NaN)."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def floor(x: float) -> float:
    """Return the largest integer not above x."""
    return x // 1.0 if -ALL_INTEGERS < x < ALL_INTEGERS else x


def ceil(x: float) -> float:
    """Return the smallest integer not below x."""
    return -(-x // 1.0) if -ALL_INTEGERS < x < ALL_INTEGERS else x


def nearest(x: float) -> float:
    """Return the integer nearest to x, the even one of two."""
    size = abs(x)
    if not size < ALL_INTEGERS:
        return x
    # Beyond 2^52 the floats are the integers, so the addition itself rounds half to even.
    return copysign(size + ALL_INTEGERS - ALL_INTEGERS, x)


def step(x: float) -> float:
    """Return 1 if x > 0, else 0."""
    return x if isnan(x) else float(x > 0.0)


def relu(x: float) -> float:
    """Return max(x, 0)."""
    return x if x > 0.0 or isnan(x) else 0.0


def leaky_relu(x: float, a: float = 0.01) -> float:
    """Return x if x > 0, else a*x."""
    return x if x > 0.0 else a * x


# --- Functions of several arguments -------------------------------------------------------------


def maximum(*values: float) -> float:
    """Return the largest argument; NaN if one is NaN; +0 counts as larger than -0."""
    result = max(values)
    for value in values:
        if isnan(value):
            return nan
    if result == 0.0:
        return max(values, key=lambda value: (value, copysign(1.0, value)))
    return result


def minimum(*values: float) -> float:
    """Return the smallest argument; NaN if one is NaN; -0 counts as smaller than +0."""
    result = min(values)
    for value in values:
        if isnan(value):
            return nan
    if result == 0.0:
        return min(values, key=lambda value: (value, copysign(1.0, value)))
    return result


# --- The table ----------------------------------------------------------------------------------


def _square_root(x: float) -> float:
    """0 also of -0, where its slope is infinite, not minus infinite."""
    return math.sqrt(x) + 0.0


def _total(function: Unary, otherwise: Unary | float) -> Unary:
    """Make ``function`` of :mod:`math` total: ``otherwise`` is its value where it raises."""
    if isinstance(otherwise, float):
        constant = otherwise

        def value(x: float) -> float:
            try:
                return function(x)
            except (ValueError, OverflowError):
                return constant

        return value
    explain = otherwise

    def explained(x: float) -> float:
        try:
            return function(x)
        except (ValueError, OverflowError):
            return explain(x)

    return explained


def _pole(at: float, value: float) -> Unary:
    """Return what a function is outside its open domain: ``value`` at the pole, else NaN."""
    return lambda x: value if x == at else nan


OPERATIONS: dict[str, Operation] = {
    # arithmetic
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": div,
    "neg": operator.neg,
    "id": operator.pos,
    "pow": power,
    "mod": mod,
    # comparison, logic, choice
    "lt": lt,
    "le": le,
    "gt": gt,
    "ge": ge,
    "eq": eq,
    "ne": ne,
    "not": logical_not,
    "and": logical_and,
    "or": logical_or,
    "where": where,
    # steps and pieces
    "abs": math.fabs,
    "sign": sign,
    "floor": floor,
    "ceil": ceil,
    "round": nearest,
    "step": step,
    "relu": relu,
    "leaky_relu": leaky_relu,
    # roots, exponentials, logarithms
    "sqrt": _total(_square_root, nan),
    "hypot": math.hypot,
    "norm": math.hypot,
    "exp": _total(math.exp, inf),
    "exp10": _total(lambda x: math.pow(10.0, x), inf),
    "exp2": _total(math.exp2, inf),
    "expm1": _total(math.expm1, inf),
    "log": _total(math.log, _pole(0.0, -inf)),
    "log2": _total(math.log2, _pole(0.0, -inf)),
    "log1p": _total(math.log1p, _pole(-1.0, -inf)),
    # circular and hyperbolic functions
    "sin": _total(math.sin, nan),
    "cos": _total(math.cos, nan),
    "tan": _total(math.tan, nan),
    "asin": _total(math.asin, nan),
    "acos": _total(math.acos, nan),
    "atan": math.atan,
    "atan2": math.atan2,
    "sinh": _total(math.sinh, lambda x: copysign(inf, x)),
    "cosh": _total(math.cosh, inf),
    "asinh": math.asinh,
    "acosh": _total(math.acosh, nan),
    "atanh": _total(math.atanh, lambda x: copysign(inf, x) if abs(x) == 1.0 else nan),
    # extremes
    "max": maximum,
    "min": minimum,
}

# The modules of gradcli/engine/functions, each imported when one of its operations is used.
_MODULES: Mapping[str, str] = {
    "elementary": "cbrt log10 tanh sech xlogy xlog1py",
    "exponentials": "logsumexp exp_rest logsumexp_from pow_diff exp_diff exp_share share_less "
    "shares_less logsumexp_less less_logsumexp",
    "activations": "sigmoid logit softplus silu gelu elu selu",
    "erf": "erf erfc gaussian normal_pdf normal_cdf",
    "erfcx": "exp_square erfcx erfcx_derivative erfi dawson dawson_derivative",
    "quantiles": "erfinv erfcinv normal_quantile log_normal_cdf exp_square_of_erfinv "
    "exp_square_of_erfcinv normal_pdf_of_quantile",
    "gamma": "gamma lgamma",
    "gamma_sums": "gamma_sum lgamma_sum",
    "beta": "beta beta_slope_x beta_slope_y beta_slope_xx beta_slope_xy",
    "beta_partials": "beta_derivative",
    "polygamma": "digamma polygamma digamma_sum polygamma_sum polygamma_rise",
    "zeta": "zeta zeta_derivative",
    "reciprocals": "csch asec acsc acot asech acsch acoth",
    "angles": "sin_of_product cos_of_product tan_of_product sin_of_quotient cos_of_quotient "
    "tan_of_quotient sinc_of_product sinc_derivative_of_product",
    "sinc": "sinc sinc_derivative",
    "integers": "trunc rem root root_power gcd lcm double_factorial",
    "combinations": "binomial binomial_slope_n binomial_slope_k permutations permutations_slope_n "
    "permutations_slope_k",
    "incomplete": "gammainc_slope gammainc_derivative betainc_slope betainc_derivative",
    "factorials": "binomial_slope_nn binomial_slope_nk binomial_slope_kk permutations_slope_nn "
    "permutations_slope_nk permutations_slope_kk binomial_derivative permutations_derivative",
    "integrals": "Ei E1 li Si Ci",
    "lambertw": "lambertw lambertw_slope lambertw_derivative",
    "polylog": "polylog polylog_slope polylog_derivative",
    "polynomials": "gegenbauer chebyshevt hermite laguerre",
    "fresnel": "fresnels_slope fresnelc_slope",
    "rare": "besselj besselj_beside bessely besseli besseli_beside besselk airyai airyaiprime "
    "airybi airybiprime gammainc gammaincc betainc hyp2f1 ellipk ellipe fresnels fresnelc",
}

SPECIAL: Mapping[str, str] = {
    name: module for module, names in _MODULES.items() for name in names.split()
}
