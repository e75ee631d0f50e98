"""Random programs whose inputs are numbers that stand in lists of two and matrices of four."""

from __future__ import annotations

import numpy as np

NAMES = "abcd"


class Lists:
    """Writes programs by chance.

    Args:
        seed: the same programs come of the same seed.
    """

    def __init__(self, seed: int) -> None:
        self._chance = np.random.default_rng(seed)

    def program(self) -> str:
        """Of up to two steps that are vectors, and an output that is a number."""
        steps = ["", f"v = {self._vector(2)}; ", f"w = {self._vector(1)}*v; "]
        count = self._chance.integers(3)
        body = self._number(4)
        ends = (body, f"({body})*sum(v)", f"{body} + v' @ w + w[1]")
        return "".join(steps[: count + 1]) + ends[count]

    def point(self) -> dict[str, float]:
        """A value for each name."""
        return {name: round(float(self._chance.uniform(-2, 2)), 3) for name in NAMES}

    def _one_of(self, *texts: str) -> str:
        return str(self._chance.choice(texts))

    def _number(self, depth: int) -> str:
        if depth <= 0 or self._chance.random() < 0.3:
            return self._one_of(*NAMES, *NAMES, "0", "1", "2", "-1", "0.5")
        number, vector, matrix = self._number, self._vector, self._matrix
        below = depth - 1
        kind = self._chance.integers(9)
        if kind < 4:
            return f"({number(below)} {self._one_of(*'+-*/')} {number(below)})"
        return {
            4: lambda: f"{self._one_of('sin', 'exp', 'tanh', 'abs', 'log')}({number(below)})",
            5: lambda: f"({vector(below)})[{self._one_of('1', '2')}]",
            6: lambda: f"{self._one_of('sum', 'norm', 'max', 'logsumexp')}({vector(below)})",
            7: lambda: f"({vector(below)})' @ ({vector(below)})",
            8: lambda: f"{self._one_of('det', 'tr')}({matrix(below)})",
        }[kind]()

    def _vector(self, depth: int) -> str:
        number, vector, below = self._number, self._vector, depth - 1
        if depth <= 0 or self._chance.random() < 0.4:
            return f"[{number(below)}, {number(below)}]"
        return {
            0: lambda: f"({vector(below)} {self._one_of(*'+-*/')} {vector(below)})",
            1: lambda: f"{self._one_of('sin', 'exp', 'sigmoid', 'softmax')}({vector(below)})",
            2: lambda: f"({number(below)})*({vector(below)})",
            3: lambda: f"({self._matrix(below)}) @ ({vector(below)})",
            4: lambda: f"where({number(below)} > 0, {vector(below)}, {vector(below)})",
        }[self._chance.integers(5)]()

    def _matrix(self, depth: int) -> str:
        matrix, below = self._matrix, depth - 1
        if depth <= 0 or self._chance.random() < 0.6:
            one, two, three, four = (self._number(below) for _ in range(4))
            return f"[[{one}, {two}], [{three}, {four}]]"
        return {
            0: lambda: f"({matrix(below)}) @ ({matrix(below)})",
            1: lambda: f"({matrix(below)})'",
            2: lambda: f"inv({matrix(below)})",
        }[self._chance.integers(3)]()
