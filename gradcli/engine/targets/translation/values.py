"""Expressions as text: what kind of value they have, and how strongly their operators bind."""

from __future__ import annotations

from typing import NamedTuple

from gradcli.engine.targets.translation.dialects import NUMBER

CHOICE, OR, AND, EQUAL, LESS, SUM, PRODUCT, SIGN, WHOLE_TERM = range(9)
"""How strongly operators bind."""


class Untranslated(Exception):  # noqa: N818  (it is a limit of ours, and no error of anybody's)
    """Something of Python that has no translation."""


class NeedsLines(Exception):  # noqa: N818  (likewise)
    """A choice one side of which has lines of its own, and is therefore none between values."""


class Value(NamedTuple):
    """An expression.

    Attributes:
        text: what is written.
        kind: what it is.
        binds: how strongly its outermost operator does.
    """

    text: str
    kind: str = NUMBER
    binds: int = WHOLE_TERM

    def within(self, binds: int) -> str:
        """The text where an operator stands beside it."""
        return self.text if self.binds >= binds else f"({self.text})"
