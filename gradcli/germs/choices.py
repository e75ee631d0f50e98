"""Comparisons, choices and pieces of germs: what is tied at the point is decided beside it."""

from __future__ import annotations

import math

from gradcli.engine.scalar import operation
from gradcli.germs.arithmetic import Arithmetic, Rule
from gradcli.germs.series import (
    FLAT,
    ONE,
    ZERO,
    Germ,
    OpenError,
    UndefinedError,
    mul,
    number,
    scaled,
    sub,
)
from gradcli.graph.conditions import TESTS


def _comparison(op: str) -> Rule:
    """A comparison: 1 if it holds just beside the point, else 0."""

    def rule(_: Arithmetic, a: Germ, b: Germ) -> Germ:
        return ONE if TESTS[op](sub(a, b, FLAT).sign, 0) else ZERO

    return rule


def _abs(_: Arithmetic, a: Germ) -> Germ:
    return a if a.is_remainder or a.sign >= 0 else scaled(a, -1.0)


def _relu(_: Arithmetic, a: Germ) -> Germ:
    return a if a.is_remainder or a.sign > 0 else ZERO


def _leaky_relu(at: Arithmetic, x: Germ, a: Germ) -> Germ:
    return x if x.is_remainder or x.sign >= 0 else mul(a, x, at.depth)


def _elu(at: Arithmetic, x: Germ, a: Germ) -> Germ:
    if x.is_remainder or x.sign >= 0:
        return x
    return mul(a, at.apply("expm1", x), at.depth)


def _selu(at: Arithmetic, x: Germ) -> Germ:
    if x.is_remainder or x.sign > 0:
        return scaled(x, operation("selu")(1.0))
    # Far from 0 it is s*a*(exp(x) - 1); the factor is what it tends to.
    return scaled(at.apply("expm1", x), -operation("selu")(-math.inf)) if x.terms else x


def _extreme(sign: int) -> Rule:
    """The greatest argument, or the least, as the very object that it is."""

    def rule(_: Arithmetic, *args: Germ) -> Germ:
        best = args[0]
        for other in args[1:]:
            if other is best:
                continue
            difference = sub(other, best, FLAT)
            if difference.is_remainder:
                best = best.known_to(difference.err)
            elif difference.sign * sign > 0:
                best = other
        return best

    return rule


def _sign(_: Arithmetic, a: Germ) -> Germ:
    return number(float(a.sign))


def _step(_: Arithmetic, a: Germ) -> Germ:
    return ONE if a.sign > 0 else ZERO


def _limit(a: Germ) -> float:
    """The limit of what is rounded: it cannot grow."""
    limit = a.limit
    if math.isinf(limit):
        raise OpenError
    return limit


def _floor(_: Arithmetic, a: Germ) -> Germ:
    whole = operation("floor")(_limit(a))
    return number(whole - 1.0 if sub(a, number(whole), FLAT).sign < 0 else whole)


def _ceil(at: Arithmetic, a: Germ) -> Germ:
    return scaled(_floor(at, scaled(a, -1.0)), -1.0)


def _trunc(at: Arithmetic, a: Germ) -> Germ:
    return _floor(at, a) if a.sign >= 0 else _ceil(at, a)


def _round(_: Arithmetic, a: Germ) -> Germ:
    limit = _limit(a)
    below = operation("floor")(limit)
    if limit - below != 0.5:
        return number(operation("round")(limit))
    sign = sub(a, number(limit), FLAT).sign
    return number(below + (sign > 0) if sign else operation("round")(limit))


def _remainder(at: Arithmetic, op: str, x: Germ, y: Germ, left: float) -> Germ:
    """A remainder: x - n*y for the whole n that is left of its quotient on this side."""
    here, unit = _limit(x), _limit(y)
    if y.is_zero:
        raise UndefinedError
    if not unit:
        raise OpenError
    rest = operation(op)(here, unit)
    count = operation("round")((here - rest) / unit)
    found = sub(x, mul(number(count), y, at.depth), at.depth)
    if rest:
        return found.with_limit(rest)
    found = found.with_limit(0.0)
    if found.sign * left >= 0:
        return found
    # It would have the other sign: one less of them has to be taken away, or one more.
    step = math.copysign(1.0, unit) * math.copysign(1.0, left)
    return sub(x, mul(number(count - step), y, at.depth), at.depth).with_limit(step * unit)


def _mod(at: Arithmetic, x: Germ, y: Germ) -> Germ:
    return _remainder(at, "mod", x, y, math.copysign(1.0, _limit(y)))


def _rem(at: Arithmetic, x: Germ, y: Germ) -> Germ:
    # At x = 0 there is no jump: it is x on both sides.
    limit = _limit(x)
    if not limit and _limit(y):
        return x
    return _remainder(at, "rem", x, y, math.copysign(1.0, limit))


CHOICES: dict[str, Rule] = {
    **{op: _comparison(op) for op in TESTS},
    "abs": _abs,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": _selu,
    "max": _extreme(1),
    "min": _extreme(-1),
    "sign": _sign,
    "step": _step,
    "floor": _floor,
    "ceil": _ceil,
    "trunc": _trunc,
    "round": _round,
    "mod": _mod,
    "rem": _rem,
}
"""The operations of this file, each with what it is applied to after the arithmetic."""
