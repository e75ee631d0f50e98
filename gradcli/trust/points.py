"""Points at which a program is looked at where none is given."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping

from gradcli.evaluation.solution import Differentiated, Solution

_REGIONS = ((0.3, 1.9), (-2.0, 2.0), (1.0, 9.0), (-0.9, 0.9))
"""Where inputs are taken from, one region after another: first where most formulas are defined."""

_TRIES = 40


def points(program: Differentiated) -> Iterator[Solution]:
    """A program at points at which its value and its derivatives are finite, always the same.

    Args:
        program: a program of numbers.
    """
    chance = random.Random(program.model.source)  # noqa: S311  (to be the same again)
    for tried in range(_TRIES * len(_REGIONS)):
        low, high = _REGIONS[tried % len(_REGIONS) if tried > _TRIES else 0]
        values: Mapping[str, float] = {
            node.name: round(chance.uniform(low, high), 2) for node in program.model.inputs
        }
        solution = program.at(values)
        numbers = [solution.value, *map(solution.grad_of, program.model.inputs)]
        if all(map(math.isfinite, numbers)):
            yield solution
