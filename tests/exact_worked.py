"""The 2-2-2 example in plain arithmetic: both passes by hand, and an update in two orders."""

from __future__ import annotations

import math
from collections.abc import Mapping

Numbers = dict[str, float]

RATE = 0.5


def f(z: float) -> float:
    """The logistic function; its slope is f·(1 - f)."""
    return 1 / (1 + math.exp(-z))


def forward(given: Mapping[str, float]) -> Numbers:
    """Hidden neurons, outputs and the loss."""
    n = dict(given)
    n["h1"] = f(n["w1"] * n["i1"] + n["w2"] * n["i2"] + n["b1"])
    n["h2"] = f(n["w3"] * n["i1"] + n["w4"] * n["i2"] + n["b1"])
    n["o1"] = f(n["w5"] * n["h1"] + n["w6"] * n["h2"] + n["b2"])
    n["o2"] = f(n["w7"] * n["h1"] + n["w8"] * n["h2"] + n["b2"])
    n["J"] = (n["t1"] - n["o1"]) ** 2 / 2 + (n["t2"] - n["o2"]) ** 2 / 2
    return n


def gradient(n: Mapping[str, float], back: Mapping[str, float] | None = None) -> Numbers:
    """Every derivative of the loss; what goes back through the outputs meets other weights."""
    back = back or n
    d1, d2 = ((n[f"o{k}"] - n[f"t{k}"]) * n[f"o{k}"] * (1 - n[f"o{k}"]) for k in (1, 2))
    e1 = (d1 * back["w5"] + d2 * back["w7"]) * n["h1"] * (1 - n["h1"])
    e2 = (d1 * back["w6"] + d2 * back["w8"]) * n["h2"] * (1 - n["h2"])
    found = {"w5": d1 * n["h1"], "w6": d1 * n["h2"], "w7": d2 * n["h1"], "w8": d2 * n["h2"]}
    found |= {"w1": e1 * n["i1"], "w2": e1 * n["i2"], "w3": e2 * n["i1"], "w4": e2 * n["i2"]}
    found |= {"b1": e1 + e2, "b2": d1 + d2}
    found |= {"i1": e1 * n["w1"] + e2 * n["w3"], "i2": e1 * n["w2"] + e2 * n["w4"]}
    return found | {"t1": n["t1"] - n["o1"], "t2": n["t2"] - n["o2"]}


def updated(given: Mapping[str, float], *, in_place: bool) -> float:
    """The loss after one update of the eight weights."""
    n = forward(given)
    slopes = gradient(n)
    moved = dict(given)
    for k in range(5, 9):
        moved[f"w{k}"] -= RATE * slopes[f"w{k}"]
    slopes = gradient(n, moved) if in_place else slopes
    for k in range(1, 5):
        moved[f"w{k}"] -= RATE * slopes[f"w{k}"]
    return forward(moved)["J"]
