"""Between which numbers a node lies wherever it is defined, whatever its variables are."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache

from gradcli.graph.node import CONST, Node
from gradcli.graph.rules import table
from gradcli.symbolic.simplify.signs import UNKNOWN, Sign

Bounds = tuple[float, float]
"""Both may be reached: a value is rounded onto them, as that of tanh(40) is."""

ALL: Bounds = -math.inf, math.inf

MOST_POWER = 16
"""Higher powers are anything, or not negative."""

_EXACT = 2.0**10
_LARGEST = 2.0**40
_ROUNDED = 1e-9


def bounds_of(node: Node, known: Callable[[Node], Bounds], sign: Sign) -> Bounds:
    """The bounds of a node, from those of its arguments and from what is known of its sign."""
    low, high = _of_operation(node, [known(arg) for arg in node.args])
    if not low <= high:  # infinity - infinity
        return ALL
    return _down(low if sign is UNKNOWN else max(low, 0.0)), -_down(-high)


def _of_operation(node: Node, args: list[Bounds]) -> Bounds:
    if node.op == CONST:
        return (node.value, node.value) if math.isfinite(node.value) else ALL
    if node.op == "pow":
        return _power(args[0], node.args[1])
    arithmetic = _ARITHMETIC.get(node.op)
    if arithmetic is not None:
        return arithmetic(*args)
    written = table().facts(node.op, len(args)).range if args else None
    return ALL if written is None else read_range(written)


@cache
def read_range(text: str) -> Bounds:
    """The bounds that a line of the rule table has: ``-1 <= y <= 1``, ``y >= 1``.

    Raises:
        ValueError: it is something else.
    """
    both = re.fullmatch(r"(-?\d+) <= y <= (-?\d+)", text)
    if both:
        return float(both[1]), float(both[2])
    least = re.fullmatch(r"y >= (-?\d+)", text)
    if least is None:
        raise ValueError(f"no bounds of a value y: {text}")
    return float(least[1]), math.inf


def _down(low: float) -> float:
    """A lower bound, less where the program may have rounded it."""
    if math.isinf(low) or (abs(low) < _LARGEST and low * _EXACT % 1 == 0):
        return low
    return low - _ROUNDED * abs(low)


def _opposite(value: Bounds) -> Bounds:
    return -value[1], -value[0]


def _sum(a: Bounds, b: Bounds) -> Bounds:
    return a[0] + b[0], a[1] + b[1]


def _difference(a: Bounds, b: Bounds) -> Bounds:
    return _sum(a, _opposite(b))


def _product(a: Bounds, b: Bounds) -> Bounds:
    ends = [x * y if x and y else 0.0 for x in a for y in b]
    return min(ends), max(ends)


def _quotient(a: Bounds, b: Bounds) -> Bounds:
    return _product(a, _inverse(b))


def _inverse(value: Bounds) -> Bounds:
    low, high = value
    if low < 0 < high or low == high == 0:
        return ALL
    if low < 0:
        return _opposite(_inverse(_opposite(value)))
    return 1 / high if high else math.inf, 1 / low if low else math.inf


def _size(value: Bounds) -> Bounds:
    low, high = value
    return max(low, -high, 0.0), max(-low, high)


def _greatest(*args: Bounds) -> Bounds:
    return max(low for low, _ in args), max(high for _, high in args)


def _least(*args: Bounds) -> Bounds:
    return min(low for low, _ in args), min(high for _, high in args)


def _choice(_: Bounds, then: Bounds, otherwise: Bounds) -> Bounds:
    return min(then[0], otherwise[0]), max(then[1], otherwise[1])


def _power(base: Bounds, exponent: Node) -> Bounds:
    power = exponent.value if exponent.op == CONST else 0.5
    if not 0 < power <= MOST_POWER or power % 1:
        return (0.0, math.inf) if base[0] >= 0 else ALL
    low, high = base if power % 2 else _size(base)
    return _raised(low, int(power)), _raised(high, int(power))


def _raised(value: float, power: int) -> float:
    try:
        return value**power
    except OverflowError:
        return math.copysign(math.inf, value) if power % 2 else math.inf


_ARITHMETIC: dict[object, Callable[..., Bounds]] = {
    "neg": _opposite,
    "add": _sum,
    "sub": _difference,
    "mul": _product,
    "div": _quotient,
    "abs": _size,
    "max": _greatest,
    "min": _least,
    "where": _choice,
}
