"""Activations, and what the normal distribution is made of, for targets."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.engine.targets.terms import (
    Definition,
    Term,
    exp,
    expm1,
    finite,
    log,
    log1p,
    made,
    same,
    two_product,
    two_sum,
    where,
)

SQRT_HALF = (0.7071067811865476, -4.833646656726457e-17)
TWO_OVER_SQRT_PI = 1.1283791670955126
ONE_OVER_SQRT_TWO_PI = 0.3989422804014327
SELU = (1.0507009873554805, 1.7580993408473766)


def _xlogy(x: Term, y: Term) -> Term:
    return where(made("and", same(x, 0.0), same(y, y)), 0.0, x * log(y))


def _xlog1py(x: Term, y: Term) -> Term:
    return where(made("and", same(x, 0.0), same(y, y)), 0.0, x * log1p(y))


def _sinc(x: Term) -> Term:
    return where(same(x, 0.0), 1.0, made("sin", x) / x)


def _sigmoid(x: Term) -> Term:
    """No exponential is of a number above 0, and none is subtracted from 1."""
    decay = exp(-abs(x))
    return where(x >= 0.0, 1.0, decay) / (1.0 + decay)


def _logit(p: Term) -> Term:
    beside = log1p((2.0 * p - 1.0) / (1.0 - p))
    is_beside = made("and", p > 0.25, p < 0.75)
    return where(is_beside, beside, log(where(p > 1e-300, p / (1.0 - p), p)))


def _softplus(x: Term) -> Term:
    return made("relu", x) + log1p(exp(-abs(x)))


def _silu(x: Term) -> Term:
    decay = exp(-abs(x))
    half = exp(-0.5 * abs(x))
    far = where(x > -700.0, x * decay / (1.0 + decay), x * half * half)
    return where(x >= 0.0, x / (1.0 + decay), far)


def _leaky_relu(x: Term, a: Term) -> Term:
    return where(x > 0.0, x, a * x)


def _elu(x: Term, a: Term) -> Term:
    return where(x > 0.0, x, a * expm1(x))


def _selu(x: Term) -> Term:
    return where(x > 0.0, SELU[0] * x, SELU[1] * expm1(x))


def _gaussian(x: Term) -> Term:
    square, error = two_product(x, x)
    result = exp(-square)
    return where(abs(x) >= 40.0, 0.0, result - result * error)


def _exp_square(x: Term) -> Term:
    square, error = two_product(x, x)
    result = exp(square)
    return where(finite(result), result + result * error, result)


def _normal_pdf(x: Term) -> Term:
    square, error = two_product(x, x)
    result = exp(-0.5 * square) * ONE_OVER_SQRT_TWO_PI
    return where(abs(x) >= 40.0, 0.0, result - result * (0.5 * error))


def _normal_cdf(x: Term) -> Term:
    near = where(abs(x) < 1e100, x, 0.0)
    t, error = two_product(-near, SQRT_HALF[0])
    error -= near * SQRT_HALF[1]
    t = where(abs(x) < 1e100, t, -x)
    return 0.5 * (made("erfc", t) - TWO_OVER_SQRT_PI * made("gaussian", t) * error)


def _gamma_sum(x: Term, y: Term) -> Term:
    """Beside a pole the rounding error of the sum counts."""
    high, low = two_sum(x, y)
    value = made("gamma", high)
    return value + value * (low * made("digamma", high))


def _lgamma_sum(x: Term, y: Term) -> Term:
    high, low = two_sum(x, y)
    return made("lgamma", high) + low * made("digamma", high)


def _digamma_sum(x: Term, y: Term) -> Term:
    high, low = two_sum(x, y)
    return made("digamma", high) + low * made("polygamma", 1.0, high)


def _polygamma_sum(n: Term, x: Term, y: Term) -> Term:
    return made("polygamma", n, x + y)


def _gelu(x: Term) -> Term:
    return x * made("normal_cdf", x)


DEFINITIONS: Mapping[str, Definition] = {
    "xlogy": _xlogy,
    "xlog1py": _xlog1py,
    "sinc": _sinc,
    "sigmoid": _sigmoid,
    "logit": _logit,
    "softplus": _softplus,
    "silu": _silu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": _selu,
    "gaussian": _gaussian,
    "exp_square": _exp_square,
    "normal_pdf": _normal_pdf,
    "normal_cdf": _normal_cdf,
    "gelu": _gelu,
    "gamma_sum": _gamma_sum,
    "lgamma_sum": _lgamma_sum,
    "digamma_sum": _digamma_sum,
    "polygamma_sum": _polygamma_sum,
}
"""What defines an operation, by its name."""
