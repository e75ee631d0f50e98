"""The numbers that a self-test compares with: those of gradcli, at a few points."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.engine.interpreter import evaluate
from gradcli.errors import UsageError
from gradcli.evaluation.objects import is_ordinary

if TYPE_CHECKING:
    from gradcli.graph.node import Node
    from gradcli.views.code.program import Program

POINTS = 5
"""How many there are of them."""

TRIES = 2_000
"""So many points are looked at to find these."""

TOLERANCE = 1e-9
"""By how much of its size a number may differ; a difference of nearly equal numbers may so."""

_RANGES = ((0.1, 0.9), (-2.0, 2.0), (1.0, 5.0), (-1.0, 0.0), (5.0, 30.0))


class Known(NamedTuple):
    """A point, and what is computed there.

    Attributes:
        point: a value for each input.
        results: the value, the gradient, and the rows of the Hessian.
    """

    point: Sequence[float]
    results: Sequence[float]


def known(
    program: Program, point: Sequence[float] | None, fixed: Mapping[Node, float]
) -> Sequence[Known]:
    """A few points with their results: the one that is given, and some that are found by lot.

    Args:
        program: the program.
        point: a value for each input, or None.
        fixed: the values of inputs that are the same everywhere.

    Raises:
        UsageError: nowhere are the results ordinary numbers.
    """
    lot = random.Random(len(program.inputs))  # noqa: S311  (the same points each time)
    found: list[Known] = []
    for number in range(TRIES):
        if number == 0 and point is not None:
            values = [*point]
        else:
            low, high = _RANGES[number % len(_RANGES)]
            values = [round(lot.uniform(low, high), 3) for _ in program.inputs]
            values = [
                fixed.get(node, value) for node, value in zip(program.inputs, values, strict=True)
            ]
        results = evaluate(program.solution.model.graph, program.wanted, program.inputs, values)
        if all(map(is_ordinary, results)):
            found.append(Known(values, results))
        if len(found) == POINTS or (found and not program.inputs):
            return found
    if not found:
        raise UsageError(
            "test",
            "no point was found at which all numbers are finite, to compare with",
            hint="give a value for each input, as --x 2",
        )
    return found
