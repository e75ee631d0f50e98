"""Circular functions of what is a part of a turn: cos(pi/2) is 0, sin(30*deg) is 1/2."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from gradcli.graph.node import CONST
from gradcli.symbolic.simplify import powers, terms
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.rationals import reduced
from gradcli.symbolic.simplify.terms import Terms, number, single

_HALF_TURNS = {"pi": Fraction(1), "tau": Fraction(2), "deg": Fraction(1, 180)}
"""The constants that are a whole part of a turn, in half turns."""

_SINES: Mapping[Fraction, tuple[Fraction, int]] = {
    Fraction(0): (Fraction(0), 1),
    Fraction(1, 6): (Fraction(1, 2), 1),
    Fraction(1, 4): (Fraction(1, 2), 2),
    Fraction(1, 3): (Fraction(1, 2), 3),
    Fraction(1, 2): (Fraction(1), 1),
}
"""The sines of angles up to a right one, in half turns: a number times the root of another."""


def of_angle(algebra: Algebra, op: str, arg: Terms) -> Terms | None:
    """A circular function of a part of a turn, as a number or a root of one.

    Args:
        algebra: what calculates.
        op: the function.
        arg: its argument.

    Returns:
        None where the argument is no such angle, or its function is no short root, or infinite.
    """
    if op not in _OF_ANGLES:
        return None
    turns = _half_turns(arg)
    if turns is None:
        return None
    sine, cosine = _sine(turns), _sine(turns + Fraction(1, 2))
    if sine is None or cosine is None or (op == "tan" and not cosine[0]):
        return None
    factor, square = cosine if op == "cos" else sine
    if op == "tan":
        factor, square = factor / (cosine[0] * cosine[1]), square * cosine[1]
    root = powers.power(algebra, number(square), number(Fraction(1, 2)))
    return terms.scaled(root, reduced(factor))


_OF_ANGLES = frozenset(("sin", "cos", "tan"))


def _half_turns(arg: Terms) -> Fraction | None:
    """How many half turns an angle is."""
    if len(arg) != 1:
        return None
    product, scale = single(arg)
    if len(product) != 1 or product[0][1] != 1:
        return None
    unit = product[0][0]
    if unit.op != CONST or unit.label not in _HALF_TURNS:
        return None
    return Fraction(scale) * _HALF_TURNS[unit.label]


def _sine(turns: Fraction) -> tuple[Fraction, int] | None:
    """A sine as a number times the root of another, or None where it is not that short."""
    turns %= 2
    within = turns % 1
    found = _SINES.get(min(within, 1 - within))
    if found is None or turns <= 1:
        return found
    return -found[0], found[1]
