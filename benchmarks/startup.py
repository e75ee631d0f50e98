"""Start-up: how many times longer than an empty Python a command takes.

    python benchmarks/startup.py [--runs 40] [--python PATH]

All commands are started by the same interpreter, one after the other in every round, so that
whatever else the machine does falls on all of them alike; the ratio of medians is printed. With
``--python`` it measures the gradcli installed there, with its console script.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

FORMULA = ("3*(a+b*c)", "--a", "1", "--b", "2", "--c", "3")
GOAL = 7.0
"""For ``--json``; from the project's notes on performance."""


def contestants(python: str) -> dict[str, list[str]]:
    """The commands to be measured, by name."""
    script = Path(python).parent / "gradcli"
    gradcli = [str(script)] if script.exists() else [python, "-m", "gradcli"]
    library = "import gradcli; gradcli.evaluate('3*(a+b*c)', a=1, b=2, c=3)"
    return {
        "pass": [python, "-c", "pass"],
        "eval --json": [*gradcli, "eval", *FORMULA, "--json"],
        "eval --get": [*gradcli, "eval", *FORMULA, "--get", "d/db"],
        "eval (table)": [*gradcli, "eval", *FORMULA],
        "eval --tree": [*gradcli, "eval", *FORMULA, "--tree"],
        "eval --trace": [*gradcli, "eval", *FORMULA, "--trace"],
        "functions": [*gradcli, "functions"],
        "--help": [*gradcli, "--help"],
        "eval --help": [*gradcli, "eval", "--help"],
        "import gradcli": [python, "-c", "import gradcli"],
        "gradcli.evaluate(…)": [python, "-c", library],
        "import typer": [python, "-c", "import typer"],
        "import lark": [python, "-c", "import lark"],
    }


def measure(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, float]:
    """The median time of each command in seconds, over interleaved runs."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=os.sep)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in times.items()}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--python", default=sys.executable, help="the interpreter of another venv")
    options = parser.parse_args()
    commands = contestants(options.python)
    measure(commands, 2)  # caches of files and bytecode
    medians = measure(commands, options.runs)
    for name, seconds in medians.items():
        print(f"{name:22}{seconds * 1e3:8.1f} ms{seconds / medians['pass']:8.2f} x pass")
    ratio = medians["eval --json"] / medians["pass"]
    print(f"eval --json: {ratio:.2f}, goal {GOAL}: {'reached' if ratio <= GOAL else 'missed'}")


if __name__ == "__main__":
    main()
