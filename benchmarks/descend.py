"""Steps of `gradcli descend` on nets, beside the same steps written out in NumPy or in Python.

    python benchmarks/descend.py [--rounds 20] [--steps 50] [--quick]

Nets of numbers have 9 and 143 weights, and are beside loops over lists in Python, 300 steps each.

The net of matrices is that of `gradcli net 784-128-10 --matrix --loss cross-entropy`, on one
picture. Both take the same steps on one thread, the rounds interleaved: the median of each
counts, in time of the processor, and their ratio. They have to end at the same weights. What the
command does beside is in it: the value and the length of the gradient of every step are kept, and
kinks and numbers that are not finite are looked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from measuring import Call, medians, on_one_thread, parser, tell

from gradcli.learn.descend import Descender
from gradcli.learn.net import make_net
from gradcli.learn.settings import Settings

RATE = 0.01

Weights = dict[str, Any]


def start() -> Weights:
    """The weights, a picture and its class."""
    numbers = np.random.default_rng(0)
    return {
        "w1": numbers.normal(size=(784, 128)) / 28,
        "b1": np.zeros(128),
        "w2": numbers.normal(size=(128, 10)) / 11,
        "b2": np.zeros(10),
        "x": numbers.random(784),
        "y": np.eye(10)[3],
    }


def slopes(at: Weights) -> Weights:
    """The gradient by hand."""
    h = 1 / (1 + np.exp(-(at["w1"].T @ at["x"] + at["b1"])))
    z = at["w2"].T @ h + at["b2"]
    o = np.exp(z - z.max())
    back = o / o.sum() - at["y"]
    hidden = (at["w2"] @ back) * h * (1 - h)
    return {
        "w1": np.outer(at["x"], hidden),
        "b1": hidden,
        "w2": np.outer(h, back),
        "b2": back,
    }


def gd(at: Weights, steps: int) -> Weights:
    """Gradient descent by hand."""
    for _ in range(steps):
        found = slopes(at)
        at = at | {name: at[name] - RATE * slope for name, slope in found.items()}
    return at


def adam(at: Weights, steps: int) -> Weights:
    """Adam by hand."""
    means: Weights = dict.fromkeys(("w1", "b1", "w2", "b2"), 0.0)
    squares: Weights = dict(means)
    for step in range(1, steps + 1):
        at = dict(at)
        for name, slope in slopes(at).items():
            means[name] = 0.9 * means[name] + 0.1 * slope
            squares[name] = 0.999 * squares[name] + 0.001 * slope * slope
            mean, square = means[name] / (1 - 0.9**step), squares[name] / (1 - 0.999**step)
            at[name] = at[name] - RATE * mean / (np.sqrt(square) + 1e-8)
    return at


BY_HAND: dict[str, Callable[[Weights, int], Weights]] = {"gd": gd, "adam": adam}


def compare(method: str, rounds: int, steps: int) -> None:
    """Print what a step takes with both."""
    values, by_hand = start(), BY_HAND[method]
    net = make_net([784, 128, 10], ["sigmoid"], "cross-entropy")
    descender = Descender(net.program(matrix=True), values, fix=["x", "y"])
    settings = Settings(method, lr=RATE, steps=steps, tol=0.0)
    ours, theirs = descender.run(settings), by_hand(values, steps)
    for name, value in ours.parameters.items():
        np.testing.assert_allclose(value, theirs[name], rtol=1e-7, atol=1e-9)
    one, other = _in_turn(
        lambda: descender.run(settings), lambda: by_hand(values, steps), rounds, steps
    )
    print(
        f"{method:5} {one * 1e3:7.3f} ms a step, NumPy by hand {other * 1e3:7.3f} ms: "
        f"{one / other:5.2f}"
    )


def _in_turn(ours: Call, theirs: Call, rounds: int, steps: int) -> list[float]:
    """Seconds a step of both."""
    found = medians({"ours": ours, "theirs": theirs}, rounds)
    return [seconds / steps for seconds in found.values()]


def by_loops(sizes: Sequence[int], at: Weights, steps: int) -> Weights:
    """Gradient descent on a net of sigmoids with the loss (o - y)^2, by loops over lists."""
    layers = range(len(sizes) - 1)
    w = [[[*row] for row in at[f"w{layer + 1}"]] for layer in layers]
    b = [[*at[f"b{layer + 1}"]] for layer in layers]
    x, y = at["x"], at["y"] if isinstance(at["y"], list) else [at["y"]]
    for _ in range(steps):
        values = [x]
        for layer in layers:
            a, rows, ends = values[-1], range(sizes[layer]), range(sizes[layer + 1])
            sums = [sum(w[layer][i][j] * a[i] for i in rows) + b[layer][j] for j in ends]
            values.append([1 / (1 + math.exp(-z)) for z in sums])
        outputs = zip(values[-1], y, strict=True)
        back = [2 * (o - t) * o * (1 - o) / len(y) for o, t in outputs]
        for layer in reversed(layers):
            a, rows, ends = values[layer], range(sizes[layer]), range(sizes[layer + 1])
            sums = [sum(w[layer][i][j] * back[j] for j in ends) for i in rows] if layer else []
            for j in ends:
                for i in rows:
                    w[layer][i][j] -= RATE * back[j] * a[i]
                b[layer][j] -= RATE * back[j]
            back = [z * v * (1 - v) for z, v in zip(sums, a, strict=False)]
    found = {f"w{layer + 1}": w[layer] for layer in layers}
    return found | {f"b{layer + 1}": b[layer] for layer in layers}


def compare_numbers(sizes: Sequence[int], goal: float, rounds: int, steps: int = 300) -> None:
    """Print what a step takes on a net of numbers with both."""
    net = make_net([*sizes], ["sigmoid"], "mse")
    values: Weights = net.values("he", seed=1)
    values["x"] = [(place * 0.618) % 1 for place in range(1, sizes[0] + 1)]
    values["y"] = 0.7 if sizes[-1] == 1 else [0.1 * place for place in range(sizes[-1])]
    descender = Descender(net.program(), values, fix=["x", "y"])
    settings = Settings("gd", lr=RATE, steps=steps, tol=0.0)
    ours, theirs = descender.run(settings), by_loops(sizes, values, steps)
    np.testing.assert_allclose(ours.parameters["w1[1,1]"], theirs["w1"][0][0], rtol=1e-10)
    one, other = _in_turn(
        lambda: descender.run(settings), lambda: by_loops(sizes, values, steps), rounds, steps
    )
    weights = len(ours.parameters)
    print(
        f"{weights:3} weights {one * 1e6:7.2f} µs a step, Python by hand {other * 1e6:7.2f} µs: "
        f"{one / other:5.2f}"
    )
    tell(f"descend, {weights} weights", one / other, "× Python by hand", goal)


def main() -> None:
    """Compare the methods."""
    made = parser(__doc__)
    made.add_argument("--rounds", type=int, default=20)
    made.add_argument("--steps", type=int, default=50)
    given = made.parse_args()
    if given.quick:
        given.rounds = 4
    on_one_thread()
    for sizes, goal in (([2, 2, 1], 0.5), ([10, 10, 3], 1.0)):
        compare_numbers(sizes, goal, given.rounds)
    for method in BY_HAND:
        compare(method, given.rounds, given.steps)


if __name__ == "__main__":
    main()
