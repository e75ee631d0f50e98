"""Derivatives of an order that is known when code is written, as operations of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradcli.engine.expanding import Expansion
from gradcli.engine.scalar import SPECIAL

_SUFFIX = "_derivative"

ORDERED = tuple(op for op in SPECIAL if op.endswith(_SUFFIX))
"""The operations whose first argument is the order of a derivative."""


def of_known_order(knows: Callable[[str], bool]) -> Mapping[str, Callable[..., int | None]]:
    """What makes ``zeta_derivative_2`` of an order that is known, where a library has that only.

    Args:
        knows: whether the library has an operation.
    """
    return {op: _named(op, knows) for op in ORDERED}


def _named(op: str, knows: Callable[[str], bool]) -> Callable[..., int | None]:
    def rule(to: Expansion, order: int, *args: int) -> int | None:
        value = to.value(order)
        if value is None or value < 0.0 or value != int(value):
            return None
        name = f"{op}_{value:g}"
        return to.made(name, *args) if knows(name) else None

    return rule
