"""All benchmarks one after another, and the table of their goals as Markdown.

    python benchmarks/all.py --quick -o benchmarks/RESULTS.md
    python benchmarks/all.py [--quick] [--seconds 600] [--only points,columns] [-o TABLE.md]

What a script prints goes to stderr as it comes; the table goes to stdout or into a file: each goal
with what was measured, and whether it is reached. A script that fails, or that there is no time
for, is named. In a file that is there it stands below a heading at the end.
With ``--quick`` each script runs with that, all in some ten minutes.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from measuring import TOLD, parser

HERE = Path(__file__).resolve().parent


class Script(NamedTuple):
    """A benchmark.

    Attributes:
        name: that of its file.
        share: of the time, beside the others.
        options: those it has here.
        quick: those it has with ``--quick`` as well.
    """

    name: str
    share: int
    options: Sequence[str] = ()
    quick: Sequence[str] = ()


SCRIPTS = (
    Script("startup", 90),
    Script("points", 110),
    Script("gradient", 45),
    Script("columns", 75, ("--processor",)),
    Script("graphs", 200),
    Script("map", 120),
    Script("descend", 45),
    Script("arrays", 60),
    Script("sparsity", 60),
    Script("taylor", 30),
    Script("text", 120, ("--shapes", "sum,product,brackets", "--commands", "out,d/dx,json,table")),
    Script("accuracy", 90, (), ("--points", "8", "--order", "1")),
)
"""All but `page`, which needs a browser, and `reading`, which has no goal; what says most first."""

HEADING = "## The last run of all"
"""Of the table in a file, which is its last part."""

PACKAGES = (
    *("numpy", "llvmlite", "polars", "sympy", "symengine", "pytensor", "casadi", "numba"),
    *("jax", "torch", "autograd"),
)
"""Whose versions stand above the table."""


class Row(NamedTuple):
    """A line of the table: its question is that of a goal, or a script that has no answer."""

    question: str
    measured: str
    most: str
    said: str


def run(script: Script, *, quick: bool, longest: float) -> Iterator[Row]:
    """The goals that a script tells, while it runs."""
    options = [*script.options, *(["--quick", *script.quick] if quick else [])]
    command = ["timeout", f"{longest:.0f}", sys.executable, str(HERE / f"{script.name}.py")]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    for line in process.stdout or ():
        print(line, end="", file=sys.stderr, flush=True)
        found = TOLD.search(line)
        if found:
            question, measured, unit, most, said = found.groups()
            yield Row(
                question, f"{measured} {unit}", most, said if said == "reached" else "**missed**"
            )
    code = process.wait()
    if code == 124:
        yield Row(script.name, f"stopped after {longest:.0f} s", "", "not finished")
    elif code:
        yield Row(script.name, f"exit code {code}", "", "**failed**")


def heading(load: float) -> str:
    """Machine and versions."""
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, load {load:.1f} at "
        f"first and {os.getloadavg()[0]:.1f} at the end; Python {platform.python_version()}, "
        f"{', '.join(_versions())}."
    )


def _versions() -> Iterator[str]:
    for name in PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"no {name}"


def main() -> None:
    """Run the scripts and print the table."""
    made = parser(__doc__)
    made.add_argument("--seconds", type=float, default=600, help="for all of them with --quick")
    made.add_argument("--only", default=",".join(script.name for script in SCRIPTS))
    made.add_argument("-o", "--output", type=Path, help="the file that the table goes into")
    given = made.parse_args()
    chosen = [script for script in SCRIPTS if script.name in given.only.split(",")]
    end = time.monotonic() + given.seconds
    load = os.getloadavg()[0]
    rows: list[Row] = []
    for place, script in enumerate(chosen):
        if not (HERE / f"{script.name}.py").exists():
            continue
        print(f"--- {script.name}", file=sys.stderr, flush=True)
        # What others do not need of their share is there for those that come after.
        rest = sum(each.share for each in chosen[place:])
        longest = (end - time.monotonic()) * min(1.0, 2 * script.share / rest)
        rows += run(script, quick=given.quick, longest=max(longest, 1) if given.quick else 3600)
    table = ["| question | measured | at most | |", "| --- | --- | --- | --- |"]
    table += [f"| {' | '.join(row)} |" for row in rows]
    reached = sum(row.said == "reached" for row in rows)
    text = f"{heading(load)}\n\n{reached} of {len(rows)} goals are reached.\n\n" + "\n".join(table)
    if given.output:
        before = given.output.read_text(encoding="utf-8") if given.output.exists() else ""
        kept = before.partition(HEADING)[0].rstrip() + "\n\n" if before.strip() else ""
        given.output.write_text(f"{kept}{HEADING}\n\n{text}\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
