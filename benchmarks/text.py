"""Texts of many operations: what a command costs, and whether that grows with the text alone.

    python benchmarks/text.py [--sizes 12000,24000,48000] [--runs 3] [--longest SECONDS]
                              [--shapes sum,product] [--commands out,table] [--beside PATH]
    python benchmarks/text.py --goals --beside PATH [--runs 5] [--shapes sum,product]

For each shape of text and each command the processor time for an operation, the time of an empty
program taken off, the peak of memory for an operation in the same way, and, of several sizes, the
exponents of both: 1.0 is linear. How time grows is measured where everything is warm, in a child of
this process that runs the command twice: starting takes ten times as long as a text of a thousand
operations, never twice the same, and what is made once, as the rules of an operation, is no part
of a text. That of memory is of what the second and the third size add in new processes: modules
are loaded for some sizes alone, and where anything is free at first, a text fills that. With
``--beside`` a checkout of another commit and this one run the same commands in the same rounds,
each in a new process, and the ratios are printed; they are what a busy machine leaves untouched.
With ``--goals`` the commands that have one run in turn at 20,000 operations, here and beside, and
the ratios of medians are compared with it.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from measuring import parser, tell, variables

HERE = Path(__file__).resolve().parent.parent

VALUES = {"x": 1.0, "y": 1.0, "z": 1.25}
"""With these no number leaves the range of floats on its way: that has a price of its own."""

Shape = Callable[[int], str]
"""A program of about so many operations of x, y and z, or of as many inputs x, a1, a2, …."""


def _sum(size: int) -> str:
    terms = (f"{name}*{place % 97 + 2}" for place in range(size // 6) for name in "xyz")
    return " + ".join(terms)


def _product(size: int) -> str:
    ones = {"x": "+ 0.00", "y": "+ 0.00", "z": "- 0.25"}
    factors = (f"({n} {one}00{i % 97})" for i in range(size // 6) for n, one in ones.items())
    return "*".join(factors)


def _brackets(size: int) -> str:
    inner = size // 4
    return "(" * inner + "x" + "".join(f"*y + {i % 7})/y - z" for i in range(inner))


def _functions(size: int) -> str:
    chain = (f"f{i}(t) = f{i - 1}(t)*x + {i % 7}" for i in range(1, size // 3))
    return "\n".join(["f0(t) = t + y", *chain, f"f{size // 3 - 1}(z)"])


def _calls(size: int) -> str:
    calls = "+".join(f"f({name}*{i % 97})" for i in range(size // 21) for name in "xyz")
    return f"f(t) = 1/(1 + exp(-t))\n{calls}"


def _powers(size: int) -> str:
    return "^".join(["x"] * (size + 1))


def _comprehension(size: int) -> str:
    return f"sum((x + i)*y for i in 1..{size // 3})"


def _family(size: int) -> str:
    return f"h[0] = x\nh[i] = h[i-1]*y + z/i for i in 1..{size // 3}\nh[{size // 3}]"


def _nested(size: int) -> str:
    return "sin(" * (size // 2) + "x" + "*y)" * (size // 2)


def _statements(size: int) -> str:
    steps = (f"v{i} = v{i - 1}*y + {i % 7}" for i in range(1, size // 2))
    return "\n".join(["v0 = x", *steps, f"v{size // 2 - 1}*z"])


def _newlines(size: int) -> str:
    return "\n" * (50 * size) + "x*y + z"


def _spread(size: int) -> str:
    return "max(" + ", ".join(f"x*{i}" for i in range(size // 2)) + ")*y + z"


def _inputs(size: int) -> list[str]:
    return ["x", *(f"a{place}" for place in range(1, size))]


def _factors(size: int) -> str:
    return "*".join(_inputs(size + 1))


def _quotients(size: int) -> str:
    return "/".join(_inputs(size + 1))


def _pairs(size: int) -> str:
    return "+".join(f"{one}*{other}" for one, other in pairwise(_inputs(size // 2 + 1)))


def _tower(size: int) -> str:
    inner = size // 2
    return "sin(" * inner + "y" + "".join(f"*{name})" for name in _inputs(inner))


def _softmax(size: int) -> str:
    terms = " + ".join(f"exp({name})" for name in _inputs(size // 2))
    return f"s = {terms}\no = exp(x)/s\n-log(o)"


SHAPES: Mapping[str, Shape] = {
    "sum": _sum,
    "product": _product,
    "brackets": _brackets,
    "functions": _functions,
    "calls": _calls,
    "powers": _powers,
    "comprehension": _comprehension,
    "family": _family,
    "nested": _nested,
    "statements": _statements,
    "maximum": _spread,
    "newlines": _newlines,
    "factors": _factors,
    "quotients": _quotients,
    "pairs": _pairs,
    "tower": _tower,
    "softmax": _softmax,
}

COMMANDS: Mapping[str, Sequence[str]] = {
    "out": ("eval", "--get", "out"),
    "d/dx": ("eval", "--get", "d/dx"),
    "table": ("eval",),
    "tree": ("eval", "--tree"),
    "trace": ("eval", "--trace"),
    "json": ("eval", "--json"),
    "diff": ("diff",),
    "d/dx alone": ("diff", "--wrt", "x"),
    "steps": ("diff", "--wrt", "x", "--steps"),
    "order 2": ("diff", "--order", "2"),
    "paths": ("paths", "--wrt", "x"),
    "count": ("paths", "--count", "--wrt", "x"),
    "graph": ("graph", "--force"),
    "svg": ("graph", "--force", "--format", "svg"),
    "dot": ("graph", "--force", "--format", "dot"),
    "mermaid": ("graph", "--force", "--format", "mmd"),
    "nudge": ("nudge", "--by", "x=1e-9"),
    # Where a descent ends by itself, its end is looked at, which some sizes of a text have alone.
    # So is a divergence: of a long product slopes are large, and steps are to be small beside them.
    "descend": ("descend", "--lr", "1e-120", "--steps", "3", "--tol", "0"),
    "quiz": ("quiz",),
    "page": ("page",),
    "code": ("code",),
}

SIZES = "12000,24000,48000"
"""The derivative of a program of 5,000 nodes or more is made of numbers, that of a shorter one of
nodes: from a text on one side to one on the other neither time nor memory grows as the text does.
All of these are beyond it but for `calls`, which has a node for seven operations: its exponents
are those of other sizes, such as 30000,60000,120000.
"""

QUICK_SIZES = "12000,24000"
"""Without a third one nothing is said of memory."""

GOALS: Mapping[str, float] = {"out": 3.5, "d/dx": 2.0, "json": 1.7}
"""How many times faster than commit 70c1cb4 they are to be, at `GOAL_SIZE` operations."""

TABLE_GOAL = 1.2
"""How many times as long as ``--get d/dx`` the table may take."""

GOAL_SIZE = 20_000

LARGEST = 4 << 30
"""Bytes of memory after which it is, too."""

NOT_FINITE = 4
"""The exit code where the value of a long program is beyond the range of floats."""

REFUSING = frozenset(("quiz", "page"))
"""Commands that nobody wants long programs of: they read them, and say so."""

REFUSED = 2
"""The exit code where they do."""

LEAST_MEMORY = 2 << 20
"""What a larger text adds has to be more than what a process asks for at once."""

LEAST_SECONDS = 0.01
"""What a text takes has to be more than what an empty one takes now and then."""

LIMIT = 1.1
"""No exponent is to be larger."""

KINDS = "time", "memory"
"""What there are exponents of."""


class Cost(NamedTuple):
    """Seconds on the processor, and the peak of memory in bytes."""

    seconds: float
    memory: float


def _value(name: str) -> float:
    """That of one of many inputs; near 1, so that their product is no extreme number."""
    return 1 + int(name[1:]) % 7 / 1000


def written(folder: str, text: str) -> list[str]:
    """The options that name a program and its values, both put into files."""
    program, values = Path(folder, "program.grad"), Path(folder, "values.json")
    program.write_text(text, encoding="utf-8")
    used = {name: value for name, value in VALUES.items() if name in text}
    used |= {name: _value(name) for name in re.findall(r"\ba\d+\b", text)}
    values.write_text(json.dumps(used), encoding="utf-8")
    return ["-f", str(program), "--vars", str(values)]


def warm(command: Sequence[str], text: str, longest: int) -> Cost | None:
    """The same for a program in a process that has run the command for an empty one before.

    The better of two runs; None if it takes too long. The peak of memory is that of a new process.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        words = [*command, *written(folder, text)]
        before = [*command, *written(other, "x*y + z")]
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            _limit(0, longest)
            _tell_seconds(before, words, writing)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
    alone = run(HERE, command, text, longest) if told else None
    return None if alone is None else Cost(float(told), alone.memory)


def _tell_seconds(before: Sequence[str], words: Sequence[str], writing: int) -> None:
    """Run a command line twice, after another one, and write the better time into a pipe.

    This is done in a child: what is imported here would count as memory of all that follow.
    """
    from gradcli.cli.main import GARBAGE  # noqa: PLC0415  (other checkouts are no part of it)
    from gradcli.cli.run import run as called  # noqa: PLC0415  (likewise)

    gc.set_threshold(GARBAGE)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    called(before)
    seconds = math.inf
    for _ in range(2):
        gc.collect()
        start = time.process_time()
        called(words)
        seconds = min(seconds, time.process_time() - start)
    os.write(writing, str(seconds).encode())


def _limit(process: int, longest: int) -> None:
    """Stop a process that takes too many seconds, or too much memory."""
    resource.prlimit(process, resource.RLIMIT_CPU, (longest, longest))
    resource.prlimit(process, resource.RLIMIT_AS, (LARGEST, LARGEST))


def run(checkout: Path, command: Sequence[str], text: str, longest: int) -> Cost | None:
    """What a command costs for a program; None if it takes too long or is refused elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        files = written(folder, text)
        process = subprocess.Popen(
            [sys.executable, "-m", "gradcli", *command, *files],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=variables(PYTHONPATH=str(checkout)),
            cwd=folder,
        )
        _limit(process.pid, longest)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    code = os.waitstatus_to_exitcode(status)
    fine = {0, NOT_FINITE, *([REFUSED] if command[0] in REFUSING else [])}
    if code not in fine and code > 0 and checkout == HERE:
        raise RuntimeError(f"failed with {code}: {' '.join(command)} {text[:60]}")
    if code not in fine:
        return None
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


class Row(NamedTuple):
    """The costs of a command for a shape, at each size."""

    empty: Cost
    sizes: Sequence[int]
    costs: Sequence[Cost | None]

    def each(self, place: int = -1) -> Cost | None:
        """The cost of an operation at one size."""
        cost, size = self.costs[place], self.sizes[place]
        if cost is None:
            return None
        return Cost(
            (cost.seconds - self.empty.seconds) / size, (cost.memory - self.empty.memory) / size
        )

    def exponents(self) -> tuple[float, float] | None:
        """How time and memory grow from the smallest to the largest size; None if that is one."""
        if self.sizes[0] == self.sizes[-1]:
            return None
        first, last = self.each(0), self.each(-1)
        if first is None or last is None:
            return math.inf, math.inf
        time = 1 + _power(first.seconds, last.seconds, self.sizes[-1] / self.sizes[0])
        return time, self._memory()

    def _memory(self) -> float:
        """The exponent of memory, NaN of fewer than three sizes that grow by one factor."""
        steps = self._steps()
        if len(steps) < 2:
            return math.nan
        return _power(steps[-2], steps[-1], self.sizes[-1] / self.sizes[-2])

    def _steps(self) -> list[float]:
        """What each size adds to the peak of the one before."""
        peaks = [cost.memory for cost in self.costs if cost is not None]
        return [after - before for before, after in pairwise(peaks)]

    def is_sure(self, kind: str) -> bool:
        """Whether an exponent says something: not where next to none is added, or taken."""
        if kind == "memory":
            return min(self._steps()[-2:], default=0) >= LEAST_MEMORY
        first = self.costs[0]
        return first is None or first.seconds - self.empty.seconds >= LEAST_SECONDS


def _power(before: float, after: float, times: float) -> float:
    """The exponent of what grows so much where something else becomes so many times as large."""
    return math.log(max(after, 1e-9) / max(before, 1e-9)) / math.log(times)


def measure(
    checkouts: Sequence[Path], command: str, shape: str, options: argparse.Namespace
) -> list[Row]:
    """The best of some interleaved runs, in each checkout; of a single one where it is warm."""
    sizes = [int(size) for size in options.sizes.split(",")]
    texts = ["x*y + z", *(SHAPES[shape](size) for size in sizes)]
    best: list[list[Cost | None]] = [[None] * len(texts) for _ in checkouts]
    is_alone = len(checkouts) == 1
    for _ in range(options.runs):
        for place, text in enumerate(texts):
            for found, checkout in zip(best, checkouts, strict=True):
                cost = (
                    warm(COMMANDS[command], text, options.longest)
                    if is_alone
                    else run(checkout, COMMANDS[command], text, options.longest)
                )
                known = found[place]
                best_of_both = Cost(*map(min, cost, known)) if cost and known else None
                found[place] = best_of_both or cost or known
    return [Row(_beginning(command, costs[0]), sizes, costs[1:]) for costs in best]


def _beginning(command: str, empty: Cost | None) -> Cost:
    """What every text costs: as much as one without operations, but where long ones are refused.

    All that is done then is done for that text alone.
    """
    if empty is None:
        return Cost(0, 0)
    return empty._replace(seconds=0) if command in REFUSING else empty


def in_turn(checkouts: Sequence[Path], shape: str, runs: int, longest: int) -> list[list[float]]:
    """The median seconds of the commands that have a goal, in each checkout; the empty text first.

    All of them run in every round; what takes too long once is infinite and is not run again.
    """
    commands = [*GOALS, "table"]
    tasks = [
        (checkout, command, text)
        for command in commands
        for text in ("x*y + z", SHAPES[shape](GOAL_SIZE))
        for checkout in checkouts
    ]
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(runs):
        for known, (checkout, command, text) in zip(seconds, tasks, strict=True):
            if math.inf not in known:
                cost = run(checkout, COMMANDS[command], text, longest)
                known.append(math.inf if cost is None else cost.seconds)
    medians = [math.inf if math.inf in each else statistics.median(each) for each in seconds]
    count = len(checkouts)
    return [
        [
            medians[2 * count * place + count + own] - medians[2 * count * place + own]
            for place in range(len(commands))
        ]
        for own in range(count)
    ]


def goals(beside: Path, shapes: Sequence[str], runs: int, longest: int) -> None:
    """Print for each shape how many times faster the commands are than elsewhere."""
    titles = [f"{name} {goal}" for name, goal in GOALS.items()] + [f"table {TABLE_GOAL}"]
    print(f"{'x faster, goal':16}{''.join(title.rjust(12) for title in titles)}     load")
    for shape in shapes:
        ours, theirs = in_turn([HERE, beside], shape, runs, longest)
        ratios = [other / max(own, 1e-9) for own, other in zip(ours, theirs, strict=True)]
        *faster, _ = ratios
        cells = [
            f"{ratio:.2f}{'  ' if ratio >= goal else ' !'}"
            for ratio, goal in zip(faster, GOALS.values(), strict=True)
        ]
        table = ours[-1] / max(ours[list(GOALS).index("d/dx")], 1e-9)
        cells.append(f"{table:.2f}{'  ' if table <= TABLE_GOAL else ' !'}")
        row = "".join(cell.rjust(12) for cell in cells)
        print(f"{shape:16}{row}   {os.getloadavg()[0]:6.1f}", flush=True)
        for ratio, (name, goal) in zip(faster, GOALS.items(), strict=True):
            tell(f"text, {shape}, {name}", 1 / ratio, "× commit 70c1cb4", round(1 / goal, 3))
        tell(f"text, {shape}, table", table, "× d/dx", TABLE_GOAL)


def main() -> None:
    """Measure and print a row for each command and shape."""
    made = parser(__doc__)
    made.add_argument("--sizes", default=SIZES)
    made.add_argument("--beside", type=Path, help="a checkout of another commit")
    made.add_argument("--runs", type=int, default=3)
    made.add_argument("--longest", type=int, default=300, help="seconds for one command")
    made.add_argument("--shapes", default=",".join(SHAPES))
    made.add_argument("--commands", default=",".join(COMMANDS))
    made.add_argument("--goals", action="store_true", help="the commands that have a goal")
    options = made.parse_args()
    if options.quick:
        options.sizes, options.runs = QUICK_SIZES, 1
    if options.goals and options.beside:
        shapes = [shape for shape in options.shapes.split(",") if shape != "newlines"]
        goals(options.beside, shapes, options.runs, options.longest)
        return
    checkouts = [HERE, *([options.beside] if options.beside else [])]
    titles = f"{'µs/op':>8}{'bytes/op':>10}{'exponents':>14}"
    print(f"{'command':12}{'shape':15}{titles}   beside")
    for command in options.commands.split(","):
        for shape in options.shapes.split(","):
            ours, *others = measure(checkouts, command, shape, options)
            row = _row(ours, others, options.longest)
            print(f"{command:12}{shape:15}{row}", flush=True)
            exponents = ours.exponents()
            if exponents is not None and not others:
                for exponent, kind in zip(exponents, KINDS, strict=True):
                    if not math.isnan(exponent) and ours.is_sure(kind):
                        question = f"text, {shape}, {command}"
                        tell(question, exponent, f"as exponent of {kind}", LIMIT)


def _row(ours: Row, others: Sequence[Row], longest: int) -> str:
    cost = ours.each()
    if cost is None:
        return f"more than {longest} s"
    exponents = ours.exponents()
    text = f"{cost.seconds * 1e6:8.1f}{cost.memory:10.0f}"
    if exponents is None:
        text += " " * 16
    else:
        text += "".join(f"{each:7.2f}" for each in exponents)
        grown = [kind for kind, each in zip(KINDS, exponents, strict=True) if each > LIMIT]
        text += " !" if any(map(ours.is_sure, grown)) else "  "
    for other in others:
        theirs = other.each()
        if theirs is None:
            return f"{text}  more than {longest} s, or refused"
        text += f"  {theirs.seconds / cost.seconds:5.2f} x faster, "
        text += f"{theirs.memory / cost.memory:5.2f} x less memory" if cost.memory > 0 else ""
    return text


if __name__ == "__main__":
    main()
