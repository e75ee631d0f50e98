"""Operations of the same arguments that share most of their work: computed at once they cost one.

A sine in a program is a cosine in its derivative, of the same angle. An engine that has a form for
both at once is given them side by side.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from gradcli.engine.expanding import Code
from gradcli.engine.schedule import Step

PAIRS: Collection[tuple[str, str]] = (("sin", "cos"),)
"""The operations that share their work."""


def side_by_side(code: Code) -> Code:
    """The same operations with those that share their work next to each other."""
    steps = {step: code.first + rank for rank, step in enumerate(code.steps)}
    order: dict[int, None] = {}
    for (op, args), slot in steps.items():
        order[slot] = None
        partner = steps.get((_PARTNERS.get(op, ""), args))
        if partner is not None:
            order[partner] = None
    if len(order) < len(code.steps) or [*order] == [*steps.values()]:
        return code
    final = {slot: code.first + place for place, slot in enumerate(order)}

    def moved(slots: Collection[int]) -> tuple[int, ...]:
        return tuple(final.get(slot, slot) for slot in slots)

    taken = [code.steps[slot - code.first] for slot in order]
    made: list[Step] = [(op, moved(args)) for op, args in taken]
    return code._replace(steps=made, outputs=moved(code.outputs))


def pairs(code: Code) -> frozenset[int]:
    """The slots of steps that share their work with the one after them."""
    first, found = code.first, set[int]()
    for rank, ((op, args), other) in enumerate(pairwise(code.steps)):
        if other == (_PARTNERS.get(op), args) and first + rank - 1 not in found:
            found.add(first + rank)
    return frozenset(found)


_PARTNERS = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
