"""`gradcli map` from file to file, beside Polars that reads the same and writes as many columns.

    python benchmarks/map.py [--rounds 7] [--rows 2000000] [--big 16] [--quick]

Each contestant is a process of its own, start-up included; they take turns, and the median of the
processor's time counts. Memory is the largest resident set of a process. Polars computes nothing:
it reads the columns that are needed and writes four. With `--big N` a file N times as long shows
that memory does not grow. Files go to a folder of their own that is deleted at the end.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import NamedTuple

from measuring import parser, tell, variables

FORMULAS = {
    "cheap": "3*(a + b*c)",
    "mid": "sin(a*b)*exp(-a^2/2) + log(1 + b^2)*cos(a + c) + c^2*a",
}

THEIRS = """
import sys, polars as pl
source, target = sys.argv[1:]
scan = pl.scan_csv(source) if source.endswith("csv") else pl.scan_parquet(source)
a, b, c = pl.col("a"), pl.col("b"), pl.col("c")
frame = scan.select(value=a*1.5, d_a=b*1.5, d_b=c*1.5, d_c=a*2.5)
frame.sink_csv(target) if target.endswith("csv") else frame.sink_parquet(target)
"""

GOALS = {
    "csv to parquet": 1.5,
    "parquet to parquet": 2.0,
    "bad cells": 1.2,
    "ten rows": 30.0,
    "memory": 300.0,
}
"""Ratios, and megabytes."""


class Used(NamedTuple):
    """What a process took: seconds by the clock and of the processor, and megabytes."""

    clock: float
    processor: float
    memory: float


def run(command: Sequence[str]) -> Used:
    """Run a command once."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=variables()
    )
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"failed: {' '.join(command)}\n{said.decode()}")
    clock = time.perf_counter() - start
    return Used(clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Used]:
    """The medians of each command, over interleaved rounds."""
    found: dict[str, list[Used]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(run(command))
    return {
        name: Used(*(statistics.median(column) for column in zip(*each, strict=True)))
        for name, each in found.items()
    }


def data(folder: Path, rows: int) -> None:
    """Files of a million rows and the like, one of them with a bad cell in a thousand rows.

    This is for a process of its own: what one has in memory counts as that of its children, too.
    """
    np, pl = import_module("numpy"), import_module("polars")
    chance = np.random.default_rng(0)
    columns = {name: chance.uniform(0.5, 2.0, rows) for name in "abc"}
    frame = pl.DataFrame({"id": np.arange(rows), **columns})
    frame.write_csv(folder / "data.csv")
    frame.write_parquet(folder / "data.parquet")
    frame.head(10).write_csv(folder / "ten.csv")
    is_good = pl.int_range(pl.len()) % 1000 != 7
    texts = pl.when(is_good).then(pl.col("b").cast(pl.String)).otherwise(pl.lit("n/a"))
    frame.with_columns(texts).write_csv(folder / "bad.csv")


def longer(folder: Path, times: int) -> None:
    """The same rows many times over."""
    head, _, body = (folder / "data.csv").read_bytes().partition(b"\n")
    with (folder / "big.csv").open("wb") as file:
        file.write(head + b"\n")
        for _ in range(times):
            file.write(body)


def told(what: str, found: float, goal: str, *, unit: str = "×") -> None:
    """Print a line beside its goal."""
    question, _, other = what.partition(" ÷ ")
    tell(f"map, {question}", found, f"{unit} {other}".rstrip(), GOALS[goal])


def commands_for(folder: Path) -> dict[str, list[str]]:
    """What is compared, by name."""
    ours = [sys.executable, "-m", "gradcli", "map"]
    theirs = [sys.executable, "-c", THEIRS]
    found = {"pass": [sys.executable, "-c", "pass"]}

    def add(name: str, formula: str, source: str, target: str, *more: str) -> None:
        files = [str(folder / source), "-o", str(folder / target)]
        found[name] = [*ours, FORMULAS[formula], *files, *more]

    for source, target in product(("csv", "parquet"), repeat=2):
        files = [str(folder / f"data.{source}"), str(folder / f"out.{target}")]
        found[f"{source} to {target}, polars"] = [*theirs, *files]
        for each in FORMULAS:
            add(f"{source} to {target}, {each}", each, f"data.{source}", f"out.{target}")
    add("clean", "cheap", "data.csv", "out.parquet", "--bad-rows", "null")
    add("bad", "cheap", "bad.csv", "out.parquet", "--bad-rows", "null")
    add("ten", "cheap", "ten.csv", "ten.parquet")
    add("ten, text", "cheap", "ten.csv", "ten_out.csv")
    add("big", "cheap", "big.csv", "big.parquet")
    return found


def main() -> None:
    """Measure and print."""
    made = parser(__doc__)
    made.add_argument("--rounds", type=int, default=7)
    made.add_argument("--rows", type=int, default=2_000_000)
    made.add_argument("--big", type=int, default=0, metavar="N", help="a file N times as long")
    given = made.parse_args()
    rows, rounds = (500_000, 3) if given.quick else (given.rows, given.rounds)
    with tempfile.TemporaryDirectory(prefix="gradcli-map-") as name:
        folder = Path(name)
        with ProcessPoolExecutor(1) as pool:
            pool.submit(data, folder, rows).result()
        commands = commands_for(folder)
        big = commands.pop("big")
        found = compare(commands, rounds)
        print(f"{rows:,} rows, {rounds} rounds, processor time with start-up")
        for each, (clock, processor, memory) in found.items():
            print(f"  {each:28}{processor:7.2f} s{clock:7.2f} s by the clock{memory:7.0f} MB")
        report({each: used.processor for each, used in found.items()})
        told("memory, csv to parquet", found["csv to parquet, mid"].memory, "memory", unit="MB")
        if given.big:
            longer(folder, given.big)
            size = (folder / "big.csv").stat().st_size / 2**30
            used = run(big)
            what = f"memory, csv of {size:.1f} GB in {used.processor:.0f} s"
            told(what, used.memory, "memory", unit="MB")


def report(times: Mapping[str, float]) -> None:
    """Print the ratios beside their goals."""
    for what, each in product(("csv to parquet", "parquet to parquet"), FORMULAS):
        ratio = times[f"{what}, {each}"] / times[f"{what}, polars"]
        told(f"{what}, {each} ÷ polars", ratio, what)
    told("a bad cell in 1,000 rows ÷ none", times["bad"] / times["clean"], "bad cells")
    for each in ("ten", "ten, text"):
        told(f"{each} ÷ python -c pass", times[each] / times["pass"], "ten rows")


if __name__ == "__main__":
    main()
