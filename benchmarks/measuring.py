"""What every benchmark shares: contestants in turn, medians, and goals that are told in one way."""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Call = Callable[[], Any]

ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_ENABLE_X64": "1",
}
"""The environment in which all libraries compute with doubles, on one thread."""


def variables(**more: str) -> dict[str, str]:
    """The environment of a process that is measured, and more.

    It keeps its bytecode whatever is asked of this process: without it every module would be
    compiled anew each time.
    """
    return {name: value for name, value in os.environ.items() if name != _NO_BYTECODE} | more


_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


class Goal(NamedTuple):
    """A question, what was measured, and what it is to be at most.

    Attributes:
        question: what was asked, in a few words.
        measured: the number.
        unit: what it is a number of: ``× torch``, ``bytes an operation``.
        most: the greatest number that reaches the goal.
    """

    question: str
    measured: float
    unit: str
    most: float

    @property
    def is_reached(self) -> bool:
        """Whether it is no greater, in the digits that are shown."""
        return float(f"{self.measured:.3g}") <= self.most

    def __str__(self) -> str:
        said = "reached" if self.is_reached else "MISSED"
        measured = f"{self.measured:.3g}" if self.measured < 100 else f"{self.measured:,.0f}"
        return f"goal: {self.question}: {measured} {self.unit}, at most {self.most:,g}: {said}"


TOLD = re.compile(r"goal: (.*): (\S+) (.*), at most (\S+): (reached|MISSED)")
"""The line of a goal, for who reads what a script printed."""


def tell(question: str, measured: float, unit: str, most: float) -> bool:
    """Print a goal and whether it is reached, and return that."""
    goal = Goal(question, measured, unit, most)
    print(goal, flush=True)
    return goal.is_reached


def parser(text: str | None) -> argparse.ArgumentParser:
    """The options that every benchmark has, below the first line of its description."""
    made = argparse.ArgumentParser(description=(text or "").partition("\n")[0])
    made.add_argument("--quick", action="store_true", help="less of all, for a first look")
    return made


def rounds(
    calls: Mapping[str, Call],
    count: int,
    least: float = 0.0,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, list[float]]:
    """Seconds a call in each round, of contestants that take turns.

    Args:
        calls: the contestants.
        count: of rounds.
        least: so many seconds of calls are a turn; 0 for a single call.
        clock: that of the processor, or of the wall.
    """
    each = {name: _count(call, least, clock) if least else 1 for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(count):
        for name, call in calls.items():
            begin = clock()
            for _ in range(each[name]):
                call()
            times[name].append((clock() - begin) / each[name])
    return times


def medians(
    calls: Mapping[str, Call],
    count: int,
    least: float = 0.0,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """The median of the rounds of each."""
    found = rounds(calls, count, least, clock)
    return {name: statistics.median(times) for name, times in found.items()}


def _count(call: Call, least: float, clock: Callable[[], float]) -> int:
    """How many calls take about so many seconds."""
    call()
    begin = clock()
    call()
    return max(1, round(least / max(clock() - begin, 1e-7)))


def on_one_thread() -> None:
    """Start this script again where every library has one thread, unless it is there already."""
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        again = [sys.executable, *sys.argv]
        sys.exit(subprocess.run(again, env=os.environ | ONE_THREAD, check=False).returncode)
