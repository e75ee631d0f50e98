"""Every engine at one point, beside the interpreter: what test_engines and test_columns iterate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from gradcli.engine.choose import Runner
from gradcli.engine.native import is_there
from gradcli.engine.source import LIST, function
from gradcli.graph.node import Graph, Node

Compiled = Callable[[Sequence[float]], list[float] | None]


def source(runner: Runner) -> Compiled | None:
    """Generated source, which gives None for what it leaves to the interpreter."""
    return function(runner.code, LIST, results=len(runner._slots))


def blocks(runner: Runner) -> Compiled:
    """NumPy on columns of one row."""
    mended: list[Sequence[float]] = []

    def mend(point: Sequence[float]) -> list[float]:
        mended.append(point)
        return [0.0] * len(runner._slots)

    made = runner.blocks(mend)

    def at(point: Sequence[float]) -> list[float] | None:
        mended.clear()
        out = [np.empty(1) for _ in runner._slots]
        made.run([np.array([each]) for each in point], out)
        return None if mended else [float(each[0]) for each in out]

    return at


def fast(runner: Runner) -> Compiled | None:
    """Machine code on columns of several rows, most of which go through its vectors."""
    mended: list[Sequence[float]] = []

    def mend(point: Sequence[float]) -> list[float]:
        mended.append(point)
        return [0.0] * len(runner._slots)

    made = runner.machine(mend, is_asked=True)

    def at(point: Sequence[float]) -> list[float] | None:
        mended.clear()
        out = [np.empty(17) for _ in runner._slots]
        made.run([np.full(17, each) for each in point], out)
        assert len(mended) in {0, 17}
        return None if mended else [float(each[3]) for each in out]

    return at if made else None


def point(runner: Runner) -> Compiled | None:
    """Machine code for one point."""
    made = runner.point()
    return made.numbers if made else None


ENGINES = {"source": source, "blocks": blocks}
if is_there():
    ENGINES |= {"fast": fast, "point": point}

FILES = {"source": "source", "blocks": "blocks", "machine": "fast", "machine_point": "point"}
"""What each file that `choose` has for an engine is called here."""

NO_ENGINES = {
    "interpreter": "what all others are compared with",
    "expanding": "what is compiled",
    "native": "whether there is a compiler",
    "polars": "expressions of columns of a frame, which tests/test_frames.py compares",
}
"""What else it uses, and why it is not here."""

OF_COLUMNS = ["source", "fast"] if is_there() else ["source"]
"""Those that can be asked for, of which the first one has blocks for columns."""


class Program(NamedTuple):
    """Nodes to be computed."""

    graph: Graph
    inputs: Sequence[Node]
    results: Sequence[Node]

    def runner(self) -> Runner:
        return Runner(self.graph, self.inputs, self.results)


def largest(runner: Runner, point: Sequence[float]) -> float:
    """The largest finite number on the way in size, which is what rounding is measured by."""
    values = map(abs, map(float, runner._plan.carried(point)))
    return max(filter(math.isfinite, values), default=0.0)


def ulps(one: float, other: float) -> float:
    """How far two numbers are apart, in units of the last place of the larger one."""
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0.0
    if not (math.isfinite(one) and math.isfinite(other)):
        return math.inf
    return abs(one - other) / math.ulp(max(abs(one), abs(other)))
