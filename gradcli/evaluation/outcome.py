"""What one pass over a program at a point gives: a value, derivatives, and what there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gradcli.errors import Problem


class Outcome(NamedTuple):
    """A value and derivatives: floats, or arrays of NumPy.

    Attributes:
        value: that of the output.
        parts: the derivatives.
        problems: what is not finite or not unique.
        is_open: whether anything was tied or not finite on the way.
    """

    value: Any
    parts: Sequence[Any]
    problems: Sequence[Problem] = ()
    is_open: bool = False
