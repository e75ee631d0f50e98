"""The value of a node in mpmath, or None where it is not defined: what simplified nodes must keep.

Numbers are what is written, 0.1 one tenth; an operation is defined where all its operands are and
its result is real and finite; of a choice only the branch that is taken counts.
"""

import re

import accuracy_references as more
from mpmath import mp, mpf

from gradcli.graph.node import CONST, INPUT

DIGITS = 60

_CONSTANTS = {"pi": lambda: +mp.pi, "tau": lambda: 2 * mp.pi, "e": lambda: +mp.e}


def tolerance(text, exact):
    """How close a formula's value has to be: ``exact``, unless it has numbers rounded to floats."""
    return mpf(10) ** -10 if re.search(r"\d\.?\d{15}", text) else exact


class UndefinedError(Exception):
    """The operation has no real and finite value there."""


def values(outputs, point):
    """The value of each output at a point, None where it is not defined."""
    found = {}
    order, waiting = set(), list(outputs)
    while waiting:
        node = waiting.pop()
        if node not in order:
            order.add(node)
            waiting.extend(node.args)
    with mp.workdps(DIGITS):
        for node in sorted(order, key=lambda node: node.index):
            found[node] = _value(node, found, point)
    return [found[node] for node in outputs]


def value(output, point):
    """The value of one output."""
    return values([output], point)[0]


def _value(node, found, point):
    if node.op == INPUT:
        return mpf(point[node.label])
    if node.op == CONST:
        if node.label in _CONSTANTS:
            return _CONSTANTS[node.label]()
        return mpf(repr(node.value))
    args = [found[arg] for arg in node.args]
    if node.op == "where":
        condition, then, otherwise = args
        return None if condition is None else then if condition else otherwise
    if node.op in {"and", "or"} and (node.op == "or") in [arg and arg != 0 for arg in args]:
        return mpf(node.op == "or")  # one operand decides, whatever the other is
    if None in args:
        return None
    try:
        result = FUNCTIONS[node.op](*args)
    except (ValueError, ZeroDivisionError, OverflowError, UndefinedError):
        return None
    if isinstance(result, bool):
        return mpf(result)
    if isinstance(result, mp.mpc) or not mp.isfinite(result):
        return None
    # 10^(10^10) has a value in mpmath, but nobody can compare such values.
    return result if result == 0 or -10_000 < mp.mag(result) < 10_000 else None


def _power(x, y):
    if (x == 0 and y < 0) or (x < 0 and y != mp.floor(y)):
        raise UndefinedError
    if abs(y) > 10_000:
        raise UndefinedError
    return mpf(1) if y == 0 else x**y


def _divide(x, y):
    return x / y


def _root(x):
    if x < 0:
        raise UndefinedError
    return mp.sqrt(x)


def _cube_root(x):
    return mp.cbrt(x) if x >= 0 else -mp.cbrt(-x)


def _logarithm(x):
    if x <= 0:
        raise UndefinedError
    return mp.log(x)


def _bounded(function, size=50_000):
    def within(x):
        if abs(x) > size:
            raise UndefinedError
        return function(x)

    return within


def _inside(function, low, high):
    def within(x):
        if not low <= x <= high:
            raise UndefinedError
        return function(x)

    return within


def _xlogy(x, y):
    return mpf(0) if x == 0 else x * _logarithm(y)


def _away_from_poles(function):
    def at(x):
        if x <= 0 and x == mp.floor(x):
            raise UndefinedError
        return function(x)

    return at


FUNCTIONS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": _divide,
    "neg": lambda x: -x,
    "id": lambda x: x,
    "pow": _power,
    "mod": lambda x, y: x - y * mp.floor(x / y),
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
    "not": lambda x: x == 0,
    "and": lambda x, y: x != 0 and y != 0,
    "or": lambda x, y: x != 0 or y != 0,
    "abs": abs,
    "sign": more.sgn,
    "step": lambda x: x > 0,
    "relu": lambda x: max(x, mpf(0)),
    "floor": _bounded(mp.floor),
    "ceil": _bounded(mp.ceil),
    "round": _bounded(mp.nint),
    "sqrt": _root,
    "cbrt": _cube_root,
    "hypot": lambda x, y: mp.sqrt(x * x + y * y),
    "norm": more.norm,
    "exp": _bounded(mp.exp),
    "exp2": _bounded(lambda x: mpf(2) ** x),
    "expm1": _bounded(mp.expm1),
    "log": _logarithm,
    "log2": lambda x: _logarithm(x) / mp.log(2),
    "log10": lambda x: _logarithm(x) / mp.log(10),
    "log1p": lambda x: _logarithm(1 + x),
    "xlogy": _xlogy,
    "sin": _bounded(mp.sin),
    "cos": _bounded(mp.cos),
    "tan": _bounded(mp.tan),
    "asin": _inside(mp.asin, -1, 1),
    "acos": _inside(mp.acos, -1, 1),
    "atan": mp.atan,
    "atan2": mp.atan2,
    "sinh": _bounded(mp.sinh),
    "cosh": _bounded(mp.cosh),
    "tanh": _bounded(mp.tanh),
    "sech": _bounded(mp.sech),
    "asinh": mp.asinh,
    "acosh": _inside(mp.acosh, 1, mp.inf),
    "atanh": _inside(mp.atanh, -1, 1),
    "sigmoid": _bounded(more.sigmoid),
    "logit": lambda x: _logarithm(x / (1 - x)),
    "softplus": _bounded(lambda x: mp.log1p(mp.exp(x))),
    "silu": _bounded(lambda x: x * more.sigmoid(x)),
    "gelu": _bounded(lambda x: x * more.normal_cdf(x)),
    "selu": _bounded(more.selu),
    "elu": lambda x, a: x if x > 0 else a * mp.expm1(x),
    "leaky_relu": lambda x, a: x if x > 0 else a * x,
    "erf": _bounded(mp.erf, 100),
    "erfc": _bounded(mp.erfc, 100),
    "gaussian": _bounded(lambda x: mp.exp(-x * x), 100),
    "normal_pdf": _bounded(mp.npdf, 100),
    "normal_cdf": _bounded(more.normal_cdf, 100),
    "gamma": _bounded(_away_from_poles(mp.gamma), 100),
    "lgamma": _bounded(_away_from_poles(more.log_gamma), 100),
    "digamma": _bounded(_away_from_poles(mp.digamma), 100),
    "polygamma": lambda n, x: _bounded(_away_from_poles(lambda z: mp.psi(int(n), z)), 100)(x),
    "beta": mp.beta,
    "max": lambda *x: max(x),
    "min": lambda *x: min(x),
    "logsumexp": more.logsumexp,
}
