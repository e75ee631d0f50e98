"""Functions of inverse functions: sin(asin(x)) is x, and cos(asin(x)) is sqrt(1 - x^2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from gradcli.graph.rules import table
from gradcli.symbolic.simplify import powers, terms
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.terms import Terms, number, single

_BELOW = Fraction(-1, 2)

_Result = Callable[[Algebra, Terms], Terms]


def of_inverse(algebra: Algebra, op: str, arg: Terms) -> Terms | None:
    """A function of an inverse function, without both where that is known.

    Args:
        algebra: what calculates.
        op: the outer function.
        arg: its argument.

    Returns:
        None where the argument is no such function, or a multiple of one.
    """
    results = RESULTS.get(op)
    if results is None or len(arg) != 1:
        return None
    product, scale = single(arg)
    if len(product) != 1 or product[0][1] != 1 or scale not in {1, -1}:
        return None
    inner = product[0][0]
    result = results.get(inner.op)
    if result is None:
        return None
    words = table().facts(op, 1).words
    if scale == -1 and words.isdisjoint(("odd", "even")):
        return None
    found = result(algebra, algebra.writer.form(inner.args[0]))
    return terms.scaled(found, -1) if scale == -1 and "odd" in words else found


def _same(_: Algebra, x: Terms) -> Terms:
    return x


def _reciprocal(algebra: Algebra, x: Terms) -> Terms:
    return powers.power(algebra, x, number(-1))


def _size_below(algebra: Algebra, x: Terms) -> Terms:
    """1/abs(x)."""
    return powers.power(algebra, powers.power(algebra, x, number(2)), number(_BELOW))


def _root(one: int, square: int, exponent: Fraction = Fraction(1, 2)) -> _Result:
    """A power of one*1 + square*x^2: of 1 - x^2, 1 + x^2 or x^2 - 1."""

    def result(algebra: Algebra, x: Terms) -> Terms:
        total = algebra.add(number(one), powers.power(algebra, x, number(2)), square)
        return powers.power(algebra, total, number(exponent))

    return result


def _times(first: _Result, second: _Result) -> _Result:
    return lambda algebra, x: algebra.multiply(first(algebra, x), second(algebra, x))


def _one_more(algebra: Algebra, x: Terms) -> Terms:
    return algebra.add(number(1), x)


def _odds(algebra: Algebra, x: Terms) -> Terms:
    return algebra.multiply(x, _reciprocal(algebra, _one_more(algebra, x)))


_CIRCLE, _UNDER_CIRCLE = _root(1, -1), _root(1, -1, _BELOW)
_BRANCH = _root(-1, 1)
_SLANT, _UNDER_SLANT = _root(1, 1), _root(1, 1, _BELOW)

RESULTS: Mapping[str, Mapping[str, _Result]] = {
    "sin": {
        "asin": _same,
        "acos": _CIRCLE,
        "atan": _times(_same, _UNDER_SLANT),
        "acsc": _reciprocal,
        "asec": _times(_BRANCH, _size_below),
    },
    "cos": {
        "acos": _same,
        "asin": _CIRCLE,
        "atan": _UNDER_SLANT,
        "asec": _reciprocal,
        "acsc": _times(_BRANCH, _size_below),
    },
    "tan": {
        "atan": _same,
        "asin": _times(_same, _UNDER_CIRCLE),
        "acos": _times(_CIRCLE, _reciprocal),
        "acot": _reciprocal,
    },
    "sinh": {
        "asinh": _same,
        "acosh": _BRANCH,
        "atanh": _times(_same, _UNDER_CIRCLE),
        "acsch": _reciprocal,
    },
    "cosh": {"acosh": _same, "asinh": _SLANT, "atanh": _UNDER_CIRCLE, "asech": _reciprocal},
    "tanh": {
        "atanh": _same,
        "asinh": _times(_same, _UNDER_SLANT),
        "acosh": _times(_BRANCH, _reciprocal),
        "acoth": _reciprocal,
    },
    "sech": {"asech": _same, "acosh": _reciprocal, "atanh": _CIRCLE},
    "csch": {"acsch": _same, "asinh": _reciprocal},
    "exp": {"log1p": _one_more},
    "expm1": {"log1p": _same},
    "exp2": {"log2": _same},
    "exp10": {"log10": _same},
    "sigmoid": {"logit": _same, "log": _odds},
    "erf": {"erfinv": _same},
    "normal_cdf": {"normal_quantile": _same},
    "log1p": {"expm1": _same},
    "log2": {"exp2": _same},
    "log10": {"exp10": _same},
    "asinh": {"sinh": _same},
    "atanh": {"tanh": _same},
    "logit": {"sigmoid": _same},
    "erfinv": {"erf": _same},
    "normal_quantile": {"normal_cdf": _same},
}
"""By the outer function and the inner one; each is defined wherever that is."""
