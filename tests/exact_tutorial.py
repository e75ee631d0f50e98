"""The tutorial's network worked out by hand, in plain arithmetic that knows nothing of graphs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

EXAMPLES = Path(__file__).parent.parent / "examples"
PROGRAM = (EXAMPLES / "tutorial.grad").read_text(encoding="utf-8")
VALUES = json.loads((EXAMPLES / "tutorial.json").read_text(encoding="utf-8"))

Table = dict[tuple[int, int], float]


class ByHand(NamedTuple):
    """Everything that the lesson writes down, under the lesson's names."""

    w1: Table
    w2: Table
    w3: Table
    x: dict[int, float]
    y: float
    a: dict[int, float]
    b: dict[int, float]
    o: float
    loss: float
    slope_a: dict[int, float]
    slope_b: dict[int, float]
    slope_o: float
    gradient: dict[str, float]
    by_input: dict[str, float]


def f(z: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-z))


def slope(z: float) -> float:
    """Its derivative."""
    return math.exp(-z) / (1 + math.exp(-z)) ** 2


def by_hand(values: dict[str, Any]) -> ByHand:
    """The forward pass, and each of the ten partial derivatives written out."""
    w1 = {(i, j): values["w1"][i - 1][j - 1] for i in (1, 2) for j in (1, 2)}
    w2 = {(i, j): values["w2"][i - 1][j - 1] for i in (1, 2) for j in (1, 2)}
    w3 = {(i, 1): values["w3"][i - 1][0] for i in (1, 2)}
    x = {1: values["x"][0], 2: values["x"][1]}
    y = values["y"]
    za = {j: w1[1, j] * x[1] + w1[2, j] * x[2] for j in (1, 2)}
    a = {j: f(za[j]) for j in (1, 2)}
    zb = {k: w2[1, k] * a[1] + w2[2, k] * a[2] for k in (1, 2)}
    b = {k: f(zb[k]) for k in (1, 2)}
    zo = w3[1, 1] * b[1] + w3[2, 1] * b[2]
    o = f(zo)
    slope_a = {j: slope(za[j]) for j in (1, 2)}
    slope_b = {k: slope(zb[k]) for k in (1, 2)}
    slope_o = slope(zo)
    end = slope_o * (o - y)
    gradient = {
        "w1[1,1]": x[1] * slope_a[1] * bracket(1, w2, w3, slope_b) * end,
        "w1[2,1]": x[2] * slope_a[1] * bracket(1, w2, w3, slope_b) * end,
        "w1[1,2]": x[1] * slope_a[2] * bracket(2, w2, w3, slope_b) * end,
        "w1[2,2]": x[2] * slope_a[2] * bracket(2, w2, w3, slope_b) * end,
        "w2[1,1]": a[1] * slope_b[1] * w3[1, 1] * end,
        "w2[2,1]": a[2] * slope_b[1] * w3[1, 1] * end,
        "w2[1,2]": a[1] * slope_b[2] * w3[2, 1] * end,
        "w2[2,2]": a[2] * slope_b[2] * w3[2, 1] * end,
        "w3[1,1]": b[1] * end,
        "w3[2,1]": b[2] * end,
    }
    sides = {j: slope_a[j] * bracket(j, w2, w3, slope_b) * end for j in (1, 2)}
    by_input = {f"x[{i}]": w1[i, 1] * sides[1] + w1[i, 2] * sides[2] for i in (1, 2)}
    by_input["y"] = y - o
    loss = (o - y) ** 2 / 2
    return ByHand(w1, w2, w3, x, y, a, b, o, loss, slope_a, slope_b, slope_o, gradient, by_input)


def bracket(j: int, w2: Table, w3: Table, slope_b: dict[int, float]) -> float:
    """What stands in the bracket of row 6: one term for each neuron of the second layer."""
    return w2[j, 1] * slope_b[1] * w3[1, 1] + w2[j, 2] * slope_b[2] * w3[2, 1]
