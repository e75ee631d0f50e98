"""Functions of germs at the ends of their domains, at poles and at infinity.

Everywhere else a function is analytic, and its rule in the table is all that is needed.
"""

from __future__ import annotations

import math

from gradcli.germs.arithmetic import Arithmetic, Rule
from gradcli.germs.series import (
    FLAT,
    ONE,
    Germ,
    OpenError,
    UndefinedError,
    add,
    mul,
    number,
    scaled,
    sub,
)


def _minus(at: Arithmetic, a: Germ, b: Germ) -> Germ:
    return sub(a, b, at.depth)


def _size(a: Germ) -> float:
    return abs(a.limit)


def _acos(at: Arithmetic, a: Germ) -> Germ:
    limit = a.limit
    if abs(limit) != 1:
        return at.smooth("acos", a)
    half = scaled(_minus(at, ONE, scaled(a, limit)), 0.5)
    angle = scaled(at.apply("asin", at.apply("sqrt", half)), 2.0)
    return angle if limit > 0 else _minus(at, number(math.pi), angle)


def _asin(at: Arithmetic, a: Germ) -> Germ:
    if _size(a) != 1:
        return at.smooth("asin", a)
    return _minus(at, number(math.pi / 2), at.apply("acos", a))


def _acosh(at: Arithmetic, a: Germ) -> Germ:
    if a.limit != 1:
        return at.smooth("acosh", a)
    half = scaled(_minus(at, a, ONE), 0.5)
    return scaled(at.apply("asinh", at.apply("sqrt", half)), 2.0)


def _atanh(at: Arithmetic, a: Germ) -> Germ:
    if _size(a) != 1:
        return at.smooth("atanh", a)
    quotient = at.apply("div", add(ONE, a, at.depth), _minus(at, ONE, a))
    return scaled(at.apply("log", quotient), 0.5)


def _logit(at: Arithmetic, a: Germ) -> Germ:
    if a.limit not in {0.0, 1.0}:
        return at.smooth("logit", a)
    return at.apply("log", at.apply("div", a, _minus(at, ONE, a)))


def _atan(at: Arithmetic, a: Germ) -> Germ:
    if not math.isinf(a.limit):
        return at.smooth("atan", a)
    end = number(math.copysign(math.pi / 2, a.limit))
    return _minus(at, end, at.apply("atan", at.apply("div", ONE, a)))


def _acot(at: Arithmetic, a: Germ) -> Germ:
    if a.limit or math.isinf(a.limit):
        return at.smooth("acot", a)
    end = math.pi / 2 if a.sign >= 0 else -math.pi / 2
    return _minus(at, number(end), at.apply("atan", a))


def _atan2(at: Arithmetic, y: Germ, x: Germ) -> Germ:
    above, right = y.sign, x.sign
    if not right:
        return number(above * math.pi / 2)
    angle = at.apply("atan", at.apply("div", y, x))
    if right > 0:
        return angle
    return add(angle, number(math.pi if above >= 0 else -math.pi), at.depth)


def _of_reciprocal(op: str, other: str) -> Rule:
    """A function at an end of its domain, by that of the reciprocal."""

    def rule(at: Arithmetic, a: Germ) -> Germ:
        if _size(a) not in {0.0, 1.0}:
            return at.smooth(op, a)
        return at.apply(other, at.apply("div", ONE, a))

    return rule


def _csch(at: Arithmetic, a: Germ) -> Germ:
    if a.limit:
        return at.smooth("csch", a)
    return at.apply("div", ONE, at.apply("sinh", a))


def _levelling(op: str, left: float, right: float) -> Rule:
    """A function that goes to a number at either infinity faster than any power."""

    def rule(at: Arithmetic, a: Germ) -> Germ:
        limit = a.limit
        if not math.isinf(limit):
            return at.smooth(op, a)
        if a.lead >= 0:
            raise OpenError
        return number(left if limit < 0 else right).known_to(FLAT)

    return rule


def _waving(op: str) -> Rule:
    """A sine: at infinity it has no limit, and yet it is bounded."""

    def rule(at: Arithmetic, a: Germ) -> Germ:
        if math.isfinite(a.limit):
            return at.smooth(op, a)
        return Germ((), 0)

    return rule


def _gamma(at: Arithmetic, a: Germ) -> Germ:
    limit = a.limit
    if math.isinf(limit) or limit > 0 or limit != math.floor(limit):
        return at.smooth("gamma", a)
    if _minus(at, a, number(limit)).is_zero:
        raise UndefinedError
    product = ONE
    for place in range(int(-limit) + 1):
        product = mul(product, add(a, number(float(place)), at.depth), at.depth)
    beyond = at.apply("gamma", add(a, number(1 - limit), at.depth))
    return at.apply("div", beyond, product)


def _lgamma(at: Arithmetic, a: Germ) -> Germ:
    limit = a.limit
    if math.isinf(limit) or limit > 0 or limit != math.floor(limit):
        return at.smooth("lgamma", a)
    return at.apply("log", at.apply("abs", at.apply("gamma", a)))


FUNCTIONS: dict[str, Rule] = {
    "sin": _waving("sin"),
    "cos": _waving("cos"),
    "acos": _acos,
    "asin": _asin,
    "acosh": _acosh,
    "atanh": _atanh,
    "logit": _logit,
    "atan": _atan,
    "acot": _acot,
    "atan2": _atan2,
    "asec": _of_reciprocal("asec", "acos"),
    "acsc": _of_reciprocal("acsc", "asin"),
    "acoth": _of_reciprocal("acoth", "atanh"),
    "asech": _of_reciprocal("asech", "acosh"),
    "acsch": _of_reciprocal("acsch", "asinh"),
    "csch": _csch,
    "tanh": _levelling("tanh", -1.0, 1.0),
    "sigmoid": _levelling("sigmoid", 0.0, 1.0),
    "erf": _levelling("erf", -1.0, 1.0),
    "erfc": _levelling("erfc", 2.0, 0.0),
    "normal_cdf": _levelling("normal_cdf", 0.0, 1.0),
    "sech": _levelling("sech", 0.0, 0.0),
    "gaussian": _levelling("gaussian", 0.0, 0.0),
    "normal_pdf": _levelling("normal_pdf", 0.0, 0.0),
    "gamma": _gamma,
    "lgamma": _lgamma,
}
"""The operations of this file, each with what it is applied to after the arithmetic."""
