"""Sums, products, powers, exponentials and logarithms of germs, poles and roots included."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gradcli.engine.scalar import operation
from gradcli.germs.arithmetic import Arithmetic, Rule
from gradcli.germs.series import (
    FLAT,
    ONE,
    ZERO,
    Exponent,
    Germ,
    OpenError,
    UndefinedError,
    add,
    composed,
    exponent,
    mul,
    number,
    scaled,
    shifted,
    split,
    sub,
)


def power(a: Germ, p: float, depth: Exponent) -> Germ:
    """A constant power.

    Raises:
        UndefinedError: the germ is 0 and the power negative, or it is negative and has none.
        OpenError: it cannot be told.
    """
    if p == 0:
        return ONE
    if not math.isfinite(p):  # as one over a number next to nothing
        raise OpenError
    is_whole = p == math.floor(p)
    if not a.terms:
        if a.is_exact:
            if p < 0:
                raise UndefinedError
            return ZERO
        if is_whole and p > 0:
            return Germ((), a.err * int(p))
        raise OpenError(helps=a.err < FLAT)
    c, e, k, delta = split(a)
    if c < 0 and not is_whole:
        raise UndefinedError
    exact = exponent(p)
    logs = k * exact
    if logs != int(logs):
        raise OpenError
    root = e * exact
    is_short = is_whole and 0 < p <= _MOST_FACTORS
    rest = composed(_binomials(p, is_short), delta, depth - root, is_whole=is_short)
    leading = float(operation("pow")(c, p))
    if not leading or not math.isfinite(leading):
        raise OpenError
    return shifted(scaled(rest, leading), root, int(logs))


_MOST_FACTORS = 64


def _binomials(p: float, is_short: bool) -> Iterator[float]:  # noqa: FBT001  (of one caller)
    """The coefficients of (1 + x)^p, all of them if they end."""
    c, place = 1.0, 0
    while not is_short or place <= p:
        yield c
        c *= (p - place) / (place + 1)
        place += 1


def _div(at: Arithmetic, a: Germ, b: Germ) -> Germ:
    divisor = b.constant
    if divisor:
        return Germ(tuple([(e, k, c / divisor) for e, k, c in a.terms]), a.err)
    if a.is_zero and b.sign:
        return ZERO
    if a is b and b.sign:
        return ONE  # exactly, which floor(x/x) and asin(x/x) ask for
    depth = at.depth - (a.terms[0][0] if a.terms else 0)
    return mul(a, power(b, -1.0, depth), at.depth)


def _pow(at: Arithmetic, a: Germ, y: Germ) -> Germ:
    p = y.constant
    if p is not None:
        return power(a, p, at.depth)
    if a.is_zero:
        if y.sign > 0:
            return ZERO
        raise UndefinedError
    return at.apply("exp", mul(y, at.apply("log", a), at.depth))


def _cbrt(at: Arithmetic, a: Germ) -> Germ:
    return _odd_root(at, a, 1 / 3)


def _odd_root(at: Arithmetic, a: Germ, p: float) -> Germ:
    if a.sign < 0:
        return scaled(power(scaled(a, -1.0), p, at.depth), -1.0)
    return power(a, p, at.depth)


def _root(at: Arithmetic, a: Germ, n: Germ) -> Germ:
    count = n.constant
    if count is None:
        return at.smooth("root", a, n)
    if count == 0:
        raise UndefinedError
    return _odd_root(at, a, 1 / count) if count % 2 == 1 else power(a, 1 / count, at.depth)


def _exp(at: Arithmetic, a: Germ) -> Germ:
    if a.is_regular:
        return at.smooth("exp", a)
    e, k, c = a.terms[0] if a.terms else (0, 0, 0.0)
    if e < 0 or (e == 0 and k > 1):
        if c > 0:
            raise OpenError
        return Germ((), FLAT)
    if k != 1 or any(own == 0 and more < 0 for own, more, _ in a.terms) or a.err <= 0:
        raise OpenError(helps=a.err <= 0)
    return shifted(at.apply("exp", Germ(a.terms[1:], a.err)), exponent(-c))


def _scaled_exp(base: float) -> Rule:
    name = "exp2" if base == 2 else "exp10"

    def rule(at: Arithmetic, a: Germ) -> Germ:
        if a.is_regular:
            return at.smooth(name, a)
        return at.apply("exp", scaled(a, math.log(base)))

    return rule


def _expm1(at: Arithmetic, a: Germ) -> Germ:
    if a.is_regular:
        return at.smooth("expm1", a)
    return sub(at.apply("exp", a), ONE, at.depth)


def _log(at: Arithmetic, a: Germ) -> Germ:
    if a.is_regular and a.at(0) > 0:
        return at.smooth("log", a)
    if a.sign <= 0:
        raise UndefinedError
    c, e, k, delta = split(a)
    if k:
        raise OpenError
    rest = at.smooth("log1p", delta) if not delta.is_zero else ZERO
    whole = add(number(math.log(c)), rest, at.depth)
    return add(whole, Germ(((0, 1, -float(e)),)), at.depth) if e else whole


def _log_to(base: float) -> Rule:
    name = "log2" if base == 2 else "log10"

    def rule(at: Arithmetic, a: Germ) -> Germ:
        if a.is_regular and a.at(0) > 0:
            return at.smooth(name, a)
        return scaled(at.apply("log", a), 1 / math.log(base))

    return rule


def _log1p(at: Arithmetic, a: Germ) -> Germ:
    if a.is_regular and a.at(0) > -1:
        return at.smooth("log1p", a)
    return at.apply("log", add(ONE, a, at.depth))


def _xlogy(at: Arithmetic, x: Germ, y: Germ) -> Germ:
    return ZERO if x.is_zero else mul(x, at.apply("log", y), at.depth)


def _xlog1py(at: Arithmetic, x: Germ, y: Germ) -> Germ:
    return ZERO if x.is_zero else mul(x, at.apply("log1p", y), at.depth)


def _norm(at: Arithmetic, *args: Germ) -> Germ:
    moving = [arg for arg in args if not arg.is_zero]
    if len(moving) == 1:
        return at.apply("abs", moving[0])
    squares = ZERO
    for arg in moving:
        squares = add(squares, mul(arg, arg, at.depth), at.depth)
    return power(squares, 0.5, at.depth)


def _logsumexp(at: Arithmetic, *args: Germ) -> Germ:
    greatest = at.apply("max", *args)
    total = ZERO
    for arg in args:
        total = add(total, at.apply("exp", sub(arg, greatest, at.depth)), at.depth)
    return add(greatest, at.apply("log", total), at.depth)


POWERS: dict[str, Rule] = {
    "id": lambda _, a: a,
    "add": lambda at, a, b: add(a, b, at.depth),
    "sub": lambda at, a, b: sub(a, b, at.depth),
    "mul": lambda at, a, b: mul(a, b, at.depth),
    "neg": lambda _, a: scaled(a, -1.0),
    "div": _div,
    "pow": _pow,
    "sqrt": lambda at, a: power(a, 0.5, at.depth),
    "cbrt": _cbrt,
    "root": _root,
    "exp": _exp,
    "exp2": _scaled_exp(2.0),
    "exp10": _scaled_exp(10.0),
    "expm1": _expm1,
    "log": _log,
    "log2": _log_to(2.0),
    "log10": _log_to(10.0),
    "log1p": _log1p,
    "xlogy": _xlogy,
    "xlog1py": _xlog1py,
    "hypot": _norm,
    "norm": _norm,
    "logsumexp": _logsumexp,
}
"""The operations of this file, each with what it is applied to after the arithmetic."""
