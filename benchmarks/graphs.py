"""Graphs of many operations: built and differentiated once, by calls and by text, beside others.

    python benchmarks/graphs.py [--sizes 100000,1000000] [--runs 3] [--shapes chain,tree,net]
                                [--contestants tape,text,torch] [--longest SECONDS]

Each contestant builds a graph of numbers and takes its first gradient in a process of its own, in
turn with the others; the processor time and the peak of memory of an operation are medians, those
of the same process with a hundred operations taken off. Those that are not installed are left out.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from measuring import parser, tell, variables

HERE = Path(__file__).resolve().parent.parent

SMALL = 100

PEER = "torch"
"""Whom the others are compared with."""

SHAPES: Mapping[str, str] = {
    "chain": """
z = x
for _ in range(size // 2):
    z = z*0.999 + x
""",
    "tree": """
level = [x*(1 + place) for place in range(size // 2)]
while len(level) > 1:
    more = [a + b for a, b in zip(level[::2], level[1::2])]
    level = [*more, *level[2*len(more):]]
z = level[0]
""",
    "net": """
z = x
for _ in range(size // 4):
    z = tanh(w*z + u*x)
""",
}
"""What makes z, of about so many operations of x, w and u."""

TEXTS: Mapping[str, str] = {
    "chain": """
lines = ["v0 = x", *(f"v{i} = v{i - 1}*0.999 + x" for i in range(1, size // 2))]
""",
    "tree": """
level = [f"x*{1 + place}" for place in range(size // 2)]
while len(level) > 1:
    more = [f"({a} + {b})" for a, b in zip(level[::2], level[1::2])]
    level = [*more, *level[2*len(more):]]
lines = [*level]
""",
    "net": """
lines = ["v0 = x", *(f"v{i} = tanh(w*v{i - 1} + u*x)" for i in range(1, size // 4))]
""",
}
"""The same as lines of a program."""

_BY_TEXT = """
import gradcli
{text}
values = dict(x=0.5, w=0.25, u=0.75)
if "w*" not in lines[-1]:
    values = dict(x=0.5)
slope = gradcli.evaluate("\\n".join([*lines, f"v{{len(lines) - 1}}" if len(lines) > 1 else ""]),
                         values).gradient["x"]
"""

LINEAR = 11.0
"""So many times longer may ten times as many operations take by text."""

CONTESTANTS: Mapping[str, str] = {
    "tape": """
import gradcli
tape = gradcli.tape()
x, w, u = map(tape.input, "xwu")
tanh = tape.tanh
{shape}
slope = tape.value_and_grad(z, x=0.5, w=0.25, u=0.75)[1]["x"]
""",
    "text": _BY_TEXT,
    "torch": """
import torch
torch.set_num_threads(1)
x, w, u = (torch.tensor(value, dtype=torch.float64, requires_grad=True)
           for value in (0.5, 0.25, 0.75))
tanh = torch.tanh
{shape}
z.backward()
slope = float(x.grad)
""",
    "autograd": """
from autograd import grad
from autograd.numpy import tanh
def value(x, w=0.25, u=0.75):
{indented}
    return z
slope = float(grad(value)(0.5))
""",
    "casadi": """
import casadi
x, w, u = map(casadi.SX.sym, "xwu")
tanh = casadi.tanh
{shape}
slope = float(casadi.Function("f", [x, w, u], [casadi.gradient(z, x)])(0.5, 0.25, 0.75))
""",
}


class Cost(NamedTuple):
    """Seconds on the processor, the peak of memory in bytes, and the derivative by x."""

    seconds: float
    memory: float
    slope: float


def source(contestant: str, shape: str, size: int) -> str:
    """The program that is run."""
    body = SHAPES[shape]
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    made = CONTESTANTS[contestant].format(shape=body, text=TEXTS[shape], indented=indented)
    return f"size = {size}\n{made}\nprint(slope)\n"


def run(contestant: str, shape: str, size: int, longest: int) -> Cost | None:
    """What a contestant costs; None if it fails or takes too long."""
    process = subprocess.Popen(
        [sys.executable, "-c", source(contestant, shape, size)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=variables(PYTHONPATH=str(HERE)),
        text=True,
    )
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (longest, longest))
    printed = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        return None
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, float(printed))


def measure(
    contestants: Sequence[str], shape: str, sizes: Sequence[int], runs: int, longest: int
) -> dict[str, list[Cost | None]]:
    """The median costs of an operation at each size, the contestants in turn."""
    found: dict[tuple[str, int], list[Cost | None]] = {}
    for _ in range(runs):
        for contestant in contestants:
            for size in (SMALL, *sizes):
                known = found.setdefault((contestant, size), [])
                if None not in known:
                    known.append(run(contestant, shape, size, longest))
    return {
        contestant: [_each(found, contestant, size) for size in sizes] for contestant in contestants
    }


def _each(
    found: Mapping[tuple[str, int], Sequence[Cost | None]], contestant: str, size: int
) -> Cost | None:
    small = [cost for cost in found[contestant, SMALL] if cost]
    large = [cost for cost in found[contestant, size] if cost]
    if len(large) < len(found[contestant, size]) or not small:
        return None
    seconds, memory = (
        (
            statistics.median(cost[place] for cost in large)
            - statistics.median(cost[place] for cost in small)
        )
        / size
        for place in (0, 1)
    )
    return Cost(seconds, memory, large[0].slope)


def main() -> None:
    """Measure and print a row for each contestant, shape and size."""
    made = parser(__doc__)
    made.add_argument("--sizes", default="100000,1000000")
    made.add_argument("--runs", type=int, default=3)
    made.add_argument("--shapes", default=",".join(SHAPES))
    made.add_argument("--contestants", default=",".join(CONTESTANTS))
    made.add_argument("--longest", type=int, default=200, help="seconds for one of them")
    options = made.parse_args()
    if options.quick:
        options.runs = 1
        options.contestants = "tape,text,torch"
    sizes = [int(size) for size in options.sizes.split(",")]
    own = {"tape", "text"}
    contestants = [
        each for each in options.contestants.split(",") if each in own or find_spec(each)
    ]
    print(f"{'':18}{'size':>10}{'µs/op':>9}{'bytes/op':>10}{f'x {PEER}':>9}  derivative  load")
    for shape in options.shapes.split(","):
        costs = measure(contestants, shape, sizes, options.runs, options.longest)
        for contestant, each in costs.items():
            for place, (size, cost) in enumerate(zip(sizes, each, strict=True)):
                row = f"{shape:8}{contestant:10}{size:>10}"
                if cost is None:
                    print(f"{row}   failed, or took too long")
                    continue
                peer = costs[PEER][place] if PEER in costs else None
                ratio = f"{cost.seconds / peer.seconds:9.2f}" if peer else f"{'':9}"
                row += f"{cost.seconds * 1e6:9.2f}{cost.memory:10.0f}{ratio}"
                row += f"  {cost.slope:10.6g}  {os.getloadavg()[0]:.1f}"
                print(row, flush=True)
        _tell(shape, sizes, costs)


def _tell(shape: str, sizes: Sequence[int], costs: Mapping[str, Sequence[Cost | None]]) -> None:
    """The goals, which are those of a million operations, at each size."""
    for contestant, each in costs.items():
        for place, (size, cost) in enumerate(zip(sizes, each, strict=True)):
            question = f"graph, {shape} of {size:,}, {contestant}"
            peer = costs[PEER][place] if PEER in costs else None
            if contestant == "tape" and cost:
                if peer:
                    tell(question, cost.seconds / peer.seconds, f"× {PEER}", 0.5)
                tell(question, cost.memory, "bytes an operation", 700)
            if contestant == "text" and cost:
                tell(question, cost.seconds * 1e6, "µs an operation", 50)
                tell(question, cost.memory, "bytes an operation", 1000)
        if contestant == "text" and {100_000, 1_000_000} <= {*sizes}:
            small, large = (each[sizes.index(size)] for size in (100_000, 1_000_000))
            if small and large:
                ratio = 10 * large.seconds / small.seconds
                tell(f"graph, {shape} of 1,000,000, text", ratio, "× 100,000", LINEAR)


if __name__ == "__main__":
    main()
