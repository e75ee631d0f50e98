"""The value of a node in mpmath, or None where it is not defined: what simplified nodes must keep.

Numbers are what is written, 0.1 one tenth; an operation is defined where all its operands are and
its result is real and finite; of a choice only the branch that is taken counts. Beside a jump it
hangs on how an argument is rounded, and so the value is NaN there, as is whatever depends on it:
NaN differs from nothing.
"""

import re

import accuracy_references as more
from accuracy_cases import CASES
from mpmath import mp, mpf

from gradcli.graph.node import CONST, INPUT

DIGITS = 60

_CONSTANTS = {
    "pi": lambda: +mp.pi,
    "tau": lambda: 2 * mp.pi,
    "e": lambda: +mp.e,
    "deg": lambda: mp.pi / 180,
}

_LARGEST = 10_000
"""The exponential of a number of more binary digits takes mpmath longer than anybody waits. What is
small has no such limit: the density of the normal distribution at 306 counts."""


def tolerance(text, exact):
    """How close a formula's value has to be: ``exact``, unless it has numbers rounded to floats."""
    return mpf(10) ** -10 if re.search(r"\d\.?\d{15}", text) else exact


class UndefinedError(Exception):
    """The operation has no real and finite value there."""


class UnsureError(UndefinedError):
    """The operation jumps right beside its arguments, which are rounded."""


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
        if condition is None or mp.isnan(condition):
            return condition
        return then if condition else otherwise
    sure = [arg and arg != 0 for arg in args if not (arg and mp.isnan(arg))]
    if node.op in {"and", "or"} and (node.op == "or") in sure:
        return mpf(node.op == "or")  # one operand decides, whatever the other is
    if None in args:
        return None
    return mp.nan if any(map(mp.isnan, args)) else _called(node.op, args)


def _called(op, args):
    try:
        result = FUNCTIONS[op](*args)
    except UnsureError:
        return mp.nan
    except (ValueError, ZeroDivisionError, OverflowError, UndefinedError):
        return None
    return counted(result)


def counted(result):
    """A truth value as a number, and None for what is not real and finite or too large to go on."""
    if isinstance(result, bool):
        return mpf(result)
    if isinstance(result, mp.mpc) or not mp.isfinite(result):
        return None
    return result if result == 0 or mp.mag(result) < _LARGEST else None


def _bounded(function, size):
    def within(*args):
        if any(abs(x) > size for x in args):
            raise UndefinedError
        return function(*args)

    return within


def _power(x, y):
    if (x == 0 and y < 0) or (x < 0 and y != mp.floor(y)) or abs(y) > 10_000:
        raise UndefinedError
    return mpf(1) if y == 0 else x**y


def _atanh(x):
    if abs(x) >= 1:
        raise UndefinedError
    return mp.atanh(x)


def _away_from_poles(function):
    def at(*args):
        if args[-1] <= 0 and args[-1] == mp.floor(args[-1]):
            raise UndefinedError
        return function(*args)

    return at


def _away_from_jumps(function, counted):
    """A function that jumps where what is counted is whole, and is not asked for right beside it.

    There it hangs on how an argument such as 0.1^2/2 is rounded.
    """

    def at(*args):
        count = counted(*args)
        nearest = mp.nint(count)
        if count != nearest and abs(count - nearest) < mpf(10) ** (10 - DIGITS):
            raise UnsureError
        return function(*args)

    return at


ANY_SIZE = frozenset(
    (
        *("add", "sub", "mul", "div", "neg", "id", "mod", "lt", "le", "gt", "ge", "eq", "ne"),
        *("and", "or", "not", "abs", "sign", "step", "relu", "leaky_relu", "elu", "max", "min"),
        *("sqrt", "cbrt", "hypot", "norm", "log", "log2", "log10", "log1p", "xlogy", "logit"),
        *("asin", "acos", "atan", "atan2", "asinh", "acosh"),
    )
)
"""Functions that mpmath computes fast whatever the size of their arguments."""

LARGE, SMALL = 50_000, 100
"""The largest arguments of functions that grow like exp, and of all that nothing is said of."""

GROWING = frozenset(
    (
        *("exp", "exp2", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sech", "sigmoid"),
        *("silu", "gelu", "selu", "floor", "ceil", "round"),
        *("normal_pdf", "normal_cdf", "gaussian", "logsumexp", "softplus"),
    )
)

BOUNDED = {
    case.name: case.reference
    if case.name in ANY_SIZE
    else _bounded(case.reference, LARGE if case.name in GROWING else SMALL)
    for case in CASES
}

FUNCTIONS = BOUNDED | {
    "pow": _power,
    "atanh": _atanh,
    "max": lambda *x: max(x),
    "min": lambda *x: min(x),
    **{
        name: _away_from_jumps(BOUNDED[name], counted)
        for name, counted in [
            ("mod", lambda x, y: x / y),
            ("rem", lambda x, y: x / y),
            ("floor", lambda x: x),
            ("ceil", lambda x: x),
            ("trunc", lambda x: x),
            ("round", lambda x: x + mpf(0.5)),
        ]
    },
    "xlogy": lambda x, y: mpf(0) if x == 0 else x * mp.log(y),
    **{
        name: _away_from_poles(_bounded(reference, SMALL))
        for name, reference in [
            ("gamma", mp.gamma),
            ("lgamma", more.log_gamma),
            ("digamma", mp.digamma),
            ("polygamma", lambda n, x: mp.psi(int(n), x)),
        ]
    },
}
"""The references of the accuracy cases, within the sizes and the domains where they are real."""
