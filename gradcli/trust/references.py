"""Every operation on numbers in many digits, by mpmath: nothing of ours takes part.

mpmath is in the extra ``check``, and this is the only file that loads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from gradcli.errors import UsageError

BITS = 480
"""Of every number: a difference over a step of `STEP` bits leaves a third of them right."""

STEP = 140
"""A step is so many bits smaller than what it changes."""

Number = Any
"""A number of mpmath."""

Function = Callable[..., Number]


def load() -> Any:
    """The context of mpmath that everything here is computed in.

    Raises:
        UsageError: mpmath is not installed.
    """
    try:
        mpmath = import_module("mpmath")
    except ImportError:
        raise UsageError(
            "extra",
            "many digits are computed by the package mpmath",
            hint="pip install 'gradcli[check]'",
        ) from None
    context = mpmath.mp.clone()  # a context of its own: nobody else's precision is changed
    context.prec = BITS
    return context


def references(mp: Any) -> Mapping[str, Function]:
    """The functions by the operations that they are, those of one argument or of several."""
    return {
        **_arithmetic(mp),
        **_conditions(mp),
        **_elementary(mp),
        **_activations(mp),
        **_special(mp),
        **_of_two(mp),
    }


def constants(mp: Any) -> Mapping[str, Number]:
    """The constants that have a name."""
    return {"pi": +mp.pi, "tau": 2 * mp.pi, "e": +mp.e, "deg": mp.pi / 180}


def _arithmetic(mp: Any) -> dict[str, Function]:
    one = mp.mpf

    def root(x: Number, n: Number) -> Number:
        if x < 0 and n % 2 == 1:
            return -(abs(x) ** (1 / n))
        return x ** (1 / n)

    def power(x: Number, y: Number) -> Number:
        return one(1) if y == 0 else x**y

    def whole(x: Number) -> Number:
        return mp.sign(x) * mp.floor(abs(x))

    return {
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y,
        "div": lambda x, y: x / y,
        "neg": lambda x: -x,
        "id": lambda x: x,
        "pow": power,
        "root": root,
        "abs": abs,
        "sign": mp.sign,
        "step": lambda x: one(x > 0),
        "floor": mp.floor,
        "ceil": mp.ceil,
        "round": mp.nint,
        "trunc": whole,
        "mod": lambda x, y: x - y * mp.floor(x / y),
        "rem": lambda x, y: x - y * whole(x / y),
        "max": max,
        "min": min,
        "norm": lambda *x: mp.sqrt(mp.fsum([each * each for each in x])),
        "logsumexp": lambda *x: mp.log(mp.fsum(map(mp.exp, x))),
    }


def _conditions(mp: Any) -> dict[str, Function]:
    one = mp.mpf
    return {
        "lt": lambda x, y: one(x < y),
        "le": lambda x, y: one(x <= y),
        "gt": lambda x, y: one(x > y),
        "ge": lambda x, y: one(x >= y),
        "eq": lambda x, y: one(x == y),
        "ne": lambda x, y: one(x != y),
        "and": lambda x, y: one(bool(x) and bool(y)),
        "or": lambda x, y: one(bool(x) or bool(y)),
        "not": lambda x: one(not x),
        "where": lambda condition, x, y: x if condition else y,
    }


def _elementary(mp: Any) -> dict[str, Function]:
    same = (
        "sqrt exp expm1 log log10 log1p sin cos tan asin acos atan asec acsc acot sinc sinh cosh "
        "tanh sech csch asinh acosh atanh asech acsch acoth erf erfc erfi gamma zeta erfinv"
    )
    return {
        **{name: getattr(mp, name) for name in same.split()},
        "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
        "exp2": lambda x: mp.mpf(2) ** x,
        "exp10": lambda x: mp.mpf(10) ** x,
        "log2": lambda x: mp.log(x) / mp.log(2),
        "exp_square": lambda x: mp.exp(x * x),
        "gaussian": lambda x: mp.exp(-x * x),
    }


def _activations(mp: Any) -> dict[str, Function]:
    half, scale, alpha = (
        mp.mpf(text)
        for text in (
            "0.5",
            "1.0507009873554804934193349852946",
            "1.6732632423543772848170429916717",
        )
    )

    def elu(x: Number, a: Number) -> Number:
        return x if x > 0 else a * mp.expm1(x)

    def normal(x: Number) -> Number:
        return mp.erfc(-x / mp.sqrt(2)) / 2

    def sigmoid(x: Number) -> Number:
        return 1 / (1 + mp.exp(-x))

    return {
        "sigmoid": sigmoid,
        "logit": lambda p: mp.log(p / (1 - p)),
        "softplus": lambda x: max(x, mp.mpf(0)) + mp.log1p(mp.exp(-abs(x))),
        "silu": lambda x: x * sigmoid(x),
        "gelu": lambda x: x * normal(x),
        "relu": lambda x: max(x, mp.mpf(0)),
        "leaky_relu": lambda x, a: x if x > 0 else a * x,
        "elu": elu,
        "selu": lambda x: scale * elu(x, alpha),
        "normal_pdf": lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi),
        "normal_cdf": normal,
        "log_normal_cdf": lambda x: mp.log1p(-normal(-x)) if x > 0 else mp.log(normal(x)),
        "normal_quantile": lambda p: mp.sqrt(2) * mp.erfinv(2 * p - 1),
        "erfcinv": lambda x: mp.erfinv(1 - x),
        "erfcx": lambda x: mp.exp(x * x) * mp.erfc(x) if x < _FAR else 1 / (x * mp.sqrt(mp.pi)),
        "dawson": lambda x: (
            mp.sqrt(mp.pi) * half * mp.exp(-x * x) * mp.erfi(x) if abs(x) < _FAR else half / x
        ),
    }


def _special(mp: Any) -> dict[str, Function]:
    return {
        "lgamma": lambda x: mp.re(mp.loggamma(x)),
        "digamma": lambda x: mp.psi(0, x),
        "double_factorial": mp.fac2,
        "Ei": mp.ei,
        "E1": mp.e1,
        "li": mp.li,
        "Si": mp.si,
        "Ci": mp.ci,
        "lambertw": mp.lambertw,
        "airyai": mp.airyai,
        "airybi": mp.airybi,
        "airyaiprime": lambda x: mp.airyai(x, derivative=1),
        "airybiprime": lambda x: mp.airybi(x, derivative=1),
        "ellipk": mp.ellipk,
        "ellipe": mp.ellipe,
        "fresnels": mp.fresnels,
        "fresnelc": mp.fresnelc,
    }


def _of_two(mp: Any) -> dict[str, Function]:
    return {
        "hypot": mp.hypot,
        "atan2": mp.atan2,
        "xlogy": lambda x, y: x * mp.log(y) if x else x,
        "xlog1py": lambda x, y: x * mp.log1p(y) if x else x,
        "polygamma": lambda n, x: (
            -mp.psi(1, 1 - x) + (mp.pi / mp.sinpi(x)) ** 2
            if n == 1 and x < -1
            else mp.psi(int(n), x)
        ),
        "beta": mp.beta,
        "binomial": mp.binomial,
        "permutations": lambda n, k: mp.gamma(n + 1) * mp.rgamma(n - k + 1),
        "polylog": mp.polylog,
        "chebyshevt": mp.chebyt,
        "hermite": mp.hermite,
        "laguerre": mp.laguerre,
        "besselj": mp.besselj,
        "bessely": mp.bessely,
        "besseli": mp.besseli,
        "besselk": mp.besselk,
        "gammainc": lambda a, x: mp.gammainc(a, 0, x, regularized=True),
        "gammaincc": lambda a, x: mp.gammainc(a, x, mp.inf, regularized=True),
        "betainc": lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True),
        "hyp2f1": mp.hyp2f1,
    }


_FAR = 1e60
"""Beyond that the first term of an asymptotic series has all digits, and mpmath takes long."""

NONE = {
    "gcd": "it is piecewise constant, and defined on whole numbers alone",
    "lcm": "likewise",
    "gegenbauer": "that of mpmath has poles in the parameter",
}
"""Functions for people that have none, with the reason.

Besides those whose names have ``_slope``, ``_derivative``, ``_rise`` or ``_beside`` in them: these
only occur in derivatives, and a program that calls one of them is told so.
"""
