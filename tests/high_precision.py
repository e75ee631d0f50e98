"""Formulas in many digits, read by Python and computed by mpmath: nothing of ours takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mpmath import mp, mpf

DIGITS = 40


def _softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x)) if x < 40 else x + mp.exp(-x)


OF_MPMATH = [
    *["sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh"],
    *["asinh", "acosh", "atanh", "exp", "expm1", "log", "log10", "log1p", "sqrt", "cbrt", "hypot"],
    *["floor", "ceil", "gamma", "erf", "erfc", "digamma", "beta"],
]
NAMES: dict[str, Any] = {
    **{name: getattr(mp, name) for name in OF_MPMATH},
    "abs": abs,
    "sign": mp.sign,
    "max": max,
    "min": min,
    "round": mp.nint,
    "mod": lambda x, y: x - y * mp.floor(x / y),
    "log2": lambda x: mp.log(x, 2),
    "exp2": lambda x: mpf(2) ** x,
    "lgamma": lambda x: mp.loggamma(x).real,
    "relu": lambda x: max(x, 0),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": _softplus,
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "gelu": lambda x: x * mp.ncdf(x),
    "normal_cdf": mp.ncdf,
    "normal_pdf": mp.npdf,
    "norm": lambda *x: mp.sqrt(mp.fsum(each**2 for each in x)),
    "logsumexp": lambda *x: mp.log(mp.fsum(mp.exp(each) for each in x)),
    "sum": lambda *x: mp.fsum(x),
    "prod": lambda *x: mp.fprod(x),
    "pi": mp.pi,
    "e": mp.e,
    "tau": 2 * mp.pi,
}


class Formula:
    """A formula of the part of the language that is Python as well, but for the power."""

    def __init__(self, source: str, names: Sequence[str]) -> None:
        python = f"lambda {', '.join(names)}: {source.replace('^', '**')}"
        self.names = tuple(names)
        self._function = eval(python, dict(NAMES))  # noqa: S307  (Python is the reference)

    def value(self, point: Mapping[str, float]) -> Any:
        """The value in `DIGITS` digits."""
        with mp.workdps(DIGITS):
            return +self._function(*[mpf(point[name]) for name in self.names])

    def derivative(self, point: Mapping[str, float], *names: str) -> Any:
        """A partial derivative by differences of values in many more digits."""
        orders = tuple(names.count(name) for name in self.names)
        with mp.workdps(2 * DIGITS):
            place = tuple(mpf(point[name]) for name in self.names)
            return +mp.diff(self._function, place, orders)
