"""What operations on germs are given: how many terms to keep, and all other operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gradcli.germs.series import Exponent, Germ


class Arithmetic(Protocol):
    """Operations on germs, up to some power of t."""

    @property
    def depth(self) -> Exponent:
        """Terms beyond t^depth are left out."""

    def apply(self, op: str, *args: Germ) -> Germ:
        """An operation of the language.

        Raises:
            UndefinedError: it has no value on this side.
            OpenError: it cannot be told.
        """

    def smooth(self, op: str, *args: Germ) -> Germ:
        """The same of an operation that is analytic at the limits of its arguments."""


Rule = Callable[..., Germ]
"""An operation: of an `Arithmetic` and of as many germs as it has arguments."""
