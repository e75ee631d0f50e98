"""Values for a network's parameters to begin with, the same on every platform for a seed."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

from gradcli.errors import UsageError
from gradcli.hints import nearest
from gradcli.learn.names import SCHEMES

MOST_PARAMETERS = 5_000_000
"""How many values are written."""

DIGITS = 6
"""Significant digits of an initial value. Libraries of mathematics differ after the fifteenth."""

Draw = Callable[[random.Random], float]
Values = dict[str, "list[float] | list[list[float]]"]


def _xavier(inputs: int, outputs: int) -> Draw:
    """Uniform in ±sqrt(6/(inputs + outputs)): Glorot and Bengio, AISTATS 2010, equation 16."""
    bound = math.sqrt(6 / (inputs + outputs))
    return lambda chance: bound * (2 * chance.random() - 1)


def _he(inputs: int, outputs: int) -> Draw:
    """Normal with deviation sqrt(2/inputs): He et al., ICCV 2015, equation 10."""
    del outputs
    deviation = math.sqrt(2 / inputs)
    return lambda chance: chance.gauss(0, deviation)


def _normal(inputs: int, outputs: int) -> Draw:
    """Normal with deviation 1."""
    del inputs, outputs
    return lambda chance: chance.gauss(0, 1)


DRAWS = {"xavier": _xavier, "he": _he, "normal": _normal}
"""How weights are drawn, by scheme."""


def initial_values(shapes: Mapping[str, tuple[int, ...]], scheme: str, seed: int = 0) -> Values:
    """A value for every weight, by a scheme; every bias is 0.

    Args:
        shapes: that of each parameter, as `gradcli.learn.net.Net` has them.
        scheme: one of `SCHEMES`.
        seed: a whole number; the same one gives the same values.

    Raises:
        UsageError: there is no such scheme or seed, or there are too many parameters.
    """
    if scheme not in SCHEMES:
        raise UsageError(
            "init",
            f"there is no way '{scheme}' to choose weights",
            hint=nearest(scheme, SCHEMES, "ways"),
        )
    if seed < 0:
        raise UsageError("seed", f"a seed is a number from 0 on, not {seed}", hint="0 by default")
    if sum(math.prod(shape) for shape in shapes.values()) > MOST_PARAMETERS:
        raise UsageError("init", f"values are written for at most {MOST_PARAMETERS:,} parameters")
    chance = random.Random(seed)  # noqa: S311  (chosen to be the same again, not to be secret)
    values: Values = {}
    for name, shape in shapes.items():
        if len(shape) == 1:
            values[name] = [0.0] * shape[0]
            continue
        rows, columns = shape
        draw = DRAWS[scheme](rows, columns)
        values[name] = [[_rounded(draw(chance)) for _ in range(columns)] for _ in range(rows)]
    return values


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
