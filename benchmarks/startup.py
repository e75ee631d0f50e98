"""Start-up: how many times longer than an empty Python a command takes.

    python benchmarks/startup.py [--runs 40] [--python PATH]

All commands, and those of others that give the same numbers, are started by the same interpreter,
one after the other in every round, so that whatever else the machine does falls on all of them
alike; ratios of medians are printed. Of the prompt the clock stops when its sign is there and keys
are taken; the processor goes on until it is left again, which prompt_toolkit is loaded for. On a
busy machine a longer command is interrupted more often than a short one: then the ratio of the time
on the processor is the better one. With ``--python`` it measures the gradcli installed there, with
its console script.
"""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from measuring import parser, tell, variables

FORMULA = ("3*(a+b*c)", "--a", "1", "--b", "2", "--c", "3")
GOALS = {"eval --json": 6.5, "eval (table)": 8.5}
"""Times an empty Python, on the processor."""

READY = 8.0
"""For the prompt: until its sign is there and keys are taken, by the clock."""

TERMINALS = {"prompt": "xterm", "prompt, plain": "dumb"}
"""What a terminal calls itself: with prompt_toolkit, if it is there, and without."""


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


PEERS = {
    "autograd": "import autograd; f = lambda a, b, c: 3*(a + b*c)\n"
    "print([autograd.grad(f, k)(1.0, 2.0, 3.0) for k in range(3)])",
    "casadi": "from casadi import *; a, b, c = v = [SX.sym(n) for n in 'abc']; f = 3*(a + b*c)\n"
    "print(Function('f', v, [f, gradient(f, vertcat(*v))])(1, 2, 3))",
    "sympy": "from sympy import *; a, b, c = v = symbols('a b c'); f = 3*(a + b*c)\n"
    "print([each.subs({a: 1, b: 2, c: 3}) for each in (f, *(diff(f, n) for n in v))])",
    "jax": "import jax; f = lambda a, b, c: 3*(a + b*c)\n"
    "print(jax.value_and_grad(f, (0, 1, 2))(1.0, 2.0, 3.0))",
    "torch": "import torch; t = torch.tensor([1.0, 2.0, 3.0], requires_grad=True); a, b, c = t\n"
    "f = 3*(a + b*c); f.backward(); print(f.item(), t.grad.tolist())",
}
"""Others that give value and gradient of the formula, in Python."""

SLOW = {"jax", "torch"}
"""They take seconds, and are left out of a first look."""


def peers(python: str, *, is_quick: bool) -> dict[str, list[str]]:
    """The others that there are, by name."""
    found = {}
    for name, program in PEERS.items():
        there = subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False)
        if there.returncode == 0 and not (is_quick and name in SLOW):
            found[name] = [python, "-c", program]
    return found


class Times(NamedTuple):
    """Seconds by the clock, and on the processor."""

    clock: float
    processor: float


def measure(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, Times]:
    """The median times of each command, over interleaved runs."""
    times: dict[str, list[Times]] = {name: [] for name in [*commands, *TERMINALS]}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(run(command))
        for name, terminal in TERMINALS.items():
            times[name].append(prompt(commands["--help"][:-1], terminal))
    return {
        name: Times(*(statistics.median(column) for column in zip(*each, strict=True)))
        for name, each in times.items()
    }


def run(command: Sequence[str]) -> Times:
    """Run a command once, away from the checkout."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=os.sep, env=variables())
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"failed: {' '.join(command)}")
    return Times(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)


def prompt(command: Sequence[str], terminal: str) -> Times:
    """Start the prompt in a terminal and leave it again.

    Returns:
        until its sign is there, by the clock; on the processor from the start to the end.
    """
    master, slave = pty.openpty()
    with tempfile.TemporaryDirectory() as folder:
        environment = variables(TERM=terminal, XDG_STATE_HOME=folder)
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=slave, stdout=slave, cwd=os.sep, env=environment)
        os.close(slave)
        shown = b""
        while not shown.endswith(b"> "):
            shown += os.read(master, 1024)
        ready = time.perf_counter() - start
        os.write(master, b"\x04")
        with suppress(OSError):  # the other end is closed
            while os.read(master, 1024):
                pass
        _, _, usage = os.wait4(process.pid, 0)
    os.close(master)
    return Times(ready, usage.ru_utime + usage.ru_stime)


def main() -> None:
    """Measure and print a table."""
    made = parser(__doc__)
    made.add_argument("--runs", type=int, default=40)
    made.add_argument("--python", default=sys.executable, help="the interpreter of another venv")
    options = made.parse_args()
    if options.quick:
        options.runs = 7
    commands = contestants(options.python) | peers(options.python, is_quick=options.quick)
    measure(commands, 2)  # caches of files and bytecode
    medians = measure(commands, options.runs)
    empty = medians["pass"]
    others = {name for name in commands if name in PEERS}
    print(f"{'':22}{'clock':>12}{'x pass':>8}{'processor':>14}{'x pass':>8}")
    for name, (clock, processor) in medians.items():
        by_clock = f"{clock * 1e3:9.1f} ms{clock / empty.clock:8.2f}"
        print(f"{name:22}{by_clock}{processor * 1e3:11.1f} ms{processor / empty.processor:8.2f}")
    for name, most in GOALS.items():
        tell(f"start-up, {name}", medians[name].processor / empty.processor, "× pass", most)
    if others:
        best = min(others, key=lambda name: medians[name].processor)
        ratio = medians["eval --json"].processor / medians[best].processor
        tell(f"start-up, eval --json beside {best}", ratio, f"× {best}", 1.0)
    tell("start-up, prompt", medians["prompt"].clock / empty.clock, "× pass by the clock", READY)


if __name__ == "__main__":
    main()
