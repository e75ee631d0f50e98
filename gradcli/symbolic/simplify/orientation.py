"""Which of a sum and its opposite is written: x - y or y - x."""

from __future__ import annotations

from gradcli.symbolic.simplify import terms
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Product, Terms


class Orientation:
    """Remembers which way round each sum was written first, so that it stays that way.

    (x - y)/(y - x) is -1 only if both brackets are the same node, with a sign before it.
    """

    def __init__(self) -> None:
        self._written: set[frozenset[tuple[Product, Rational]]] = set()

    def note(self, total: Terms) -> None:
        """Record a sum that stays as it is, so that a later -(sum) has the same bracket."""
        self._written.add(frozenset(total.items()))

    def sign(self, total: Terms) -> int:
        """-1 if the opposite of this sum is written instead, as x - y is for y - x."""
        opposite = frozenset(terms.scaled(total, -1).items())
        if opposite in self._written:
            return -1
        key = frozenset(total.items())
        if key not in self._written:
            if all(c < 0 for c in total.values()):
                self._written.add(opposite)
                return -1
            self._written.add(key)
        return 1
