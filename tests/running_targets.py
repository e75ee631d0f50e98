"""Code of a target run on columns of numbers, with the value of every node as a result."""

from __future__ import annotations

import ctypes
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from gradcli.engine.expanding import Expansion
from gradcli.engine.printers.expressions import Lines
from gradcli.engine.scalar import operation
from gradcli.engine.targets.by_name import target_of
from gradcli.engine.targets.target import Writing
from gradcli.errors import UsageError
from gradcli.evaluation.solve import differentiated, read_model
from gradcli.graph.node import Node
from gradcli.views.code import polars, python, sql
from gradcli.views.code.asked import Wanted
from gradcli.views.code.levels import levels_of
from gradcli.views.code.program import Program
from gradcli.views.code.wanted import TARGETS, _program

NEEDS = {
    "c": lambda: shutil.which("cc") is not None,
    "js": lambda: shutil.which("node") is not None,
    **{name: lambda name=name: find_spec(name) is not None for name in ("torch", "jax", "polars")},
    **{name: lambda name=name: find_spec(name) is not None for name in ("lightgbm", "xgboost")},
}
"""What has to be there for a target to run; all others run anywhere."""

STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O1", "-ffp-contract=off"]
"""How C is compiled that must have no warning."""


def runs(target: str) -> bool:
    return NEEDS.get(target, lambda: True)()


def program_of(source: str, target: str) -> tuple[Program, list[Node]]:
    """A program for a target, whose results are all its nodes and those of its derivatives."""
    solution = differentiated(read_model(source, ())).without_values({})
    program = _program(TARGETS[target], solution, Wanted(target, False, False), None)
    inside = solution.model.graph.ancestors(program.wanted)
    nodes = [node for node in inside if node.args]
    program.wanted = nodes
    return program, nodes


@cache
def _writing(target: str) -> Writing:
    return Writing(target_of(TARGETS[target].table), frozenset())


def printed(op: str, target: str) -> bool:
    """Whether an operation can be written for a target, of as many arguments as it takes."""
    writing = _writing(target)
    count = arity(op)
    expansion = Expansion(count, writing.rules())
    try:
        code, _ = expansion.code([expansion.made(op, *range(count))])
        Lines(code, writing.spelling)
    except UsageError:
        return False
    return True


def arity(op: str) -> int:
    """How many arguments an operation is tried with."""
    return ARITY[op] if op in ARITY else len(signature(operation(op)).parameters)


ARITY = {
    **dict.fromkeys(("add", "sub", "mul", "hypot", "norm", "atan2"), 2),
    **dict.fromkeys(("neg", "id", "abs", "sqrt", "exp", "log"), 1),
    **dict.fromkeys(("max", "min", "logsumexp", "exp_rest", "exp_share"), 3),
    **dict.fromkeys(("logsumexp_from", "logsumexp_less", "less_logsumexp"), 5),
    **dict.fromkeys(("share_less", "shares_less"), 6),
}
"""How many arguments an operation is tried with, where Python does not say."""


def values(
    program: Program, columns: list[list[float]], folder: Path, by: str | None = None
) -> list[list[float]]:
    """The value of each result at each point, point by point; by another runner if it is named."""
    body = program.body(len(program.wanted))
    helpers = program.writing.helpers()
    run = RUNNERS.get(by or program.target.name, _python)
    return run(program, body, helpers, columns, folder)


def _python(program, body, helpers, columns, folder):
    target = program.target.name
    given = ", ".join(program.parameters)
    text = "\n".join(
        [
            *python.IMPORTS[target],
            *python.SET_UP.get(target, ()),
            *helpers,
            f"def run({given}):",
            *python.statements(body),
            f"    return [{', '.join(body.results)}]",
        ]
    )
    space: dict[str, Any] = {}
    exec(compile(text, target, "exec"), space)  # noqa: S102  (what is tested)
    points = list(zip(*columns, strict=True))
    if target == "python":
        return [_or_none(space["run"], point) for point in points]
    convert = {
        "numpy": np.asarray,
        "jax": space.get("jnp", np).asarray,
        "torch": lambda x: space["torch"].tensor(x, dtype=space["torch"].float64),
    }[target]
    with np.errstate(all="ignore"):
        found = space["run"](*map(convert, columns))
    return np.array([np.broadcast_to(np.asarray(each), len(points)) for each in found]).T.tolist()


def _or_none(function, point):
    """The results; None where Python raises, as it does where a value is not defined."""
    try:
        return function(*point)
    except (ArithmeticError, ValueError):
        return None


def _c(program, body, helpers, columns, folder):
    names = program.parameters
    text = "\n".join(
        [
            "#include <math.h>",
            *helpers,
            "void run(int points, const double *given, double *found) {",
            "for (int place = 0; place < points; place++) {",
            *(f"const double {name} = *given++;" for name in names),
            *(f"const double {line.name} = {line.text};" for line in body.lines),
            *(f"*found++ = {text};" for text in body.results),
            "}}",
        ]
    )
    source, library = folder / "code.c", folder / f"code{len(list(folder.iterdir()))}.so"
    source.write_text(text)
    options = ["-std=c99", "-O2", "-ffp-contract=off", "-w", "-fPIC", "-shared"]
    subprocess.run(["cc", *options, source, "-o", library, "-lm"], check=True)  # noqa: S607
    points = list(zip(*columns, strict=True))
    given = (ctypes.c_double * (len(points) * len(names)))(*[x for point in points for x in point])
    found = (ctypes.c_double * (len(points) * len(body.results)))()
    ctypes.CDLL(str(library)).run(len(points), given, found)
    return np.array(found).reshape(len(points), -1).tolist()


def _js(program, body, helpers, columns, folder):
    points = json.dumps(list(zip(*columns, strict=True)))
    text = "\n".join(
        [
            '"use strict";',
            *helpers,
            f"function run({', '.join(program.parameters)}) {{",
            *(f"const {line.name} = {line.text};" for line in body.lines),
            f"return [{', '.join(body.results)}];",
            "}",
            f"const found = {points}.map((point) => run(...point).map(String));",
            "console.log(JSON.stringify(found));",
        ]
    )
    script = folder / "code.js"
    script.write_text(text, encoding="utf-8")
    told = subprocess.run(["node", script], check=True, capture_output=True)  # noqa: S607
    return [
        [float(each.replace("Infinity", "inf")) for each in row] for row in json.loads(told.stdout)
    ]


def _sql(program, body, helpers, columns, folder):
    del helpers, folder
    ends = [f"{text} AS result_{place}" for place, text in enumerate(body.results)]
    query = [*sql._query(program, body, [], "data", []), *sql._select(ends, body)]
    names = [sql._quoted(program.solution.names[node]) for node in program.inputs]
    marks = ", ".join("?" * len(names))
    insert = f"INSERT INTO data VALUES ({marks})"  # noqa: S608  (marks alone)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE data ({', '.join(names)})")
        connection.executemany(insert, list(zip(*columns, strict=True)))
        rows = connection.execute("\n".join(query)).fetchall()
    return [[float("nan") if each is None else each for each in row] for row in rows]


def _duckdb(program, body, helpers, columns, folder):
    """The same in DuckDB, point by point where one raises, as its logarithms do."""
    del helpers, folder
    import duckdb

    ends = [f"{text} AS result_{place}" for place, text in enumerate(body.results)]
    query = [*sql._query(program, body, [], "data", []), *sql._select(ends, body)]
    names = [sql._quoted(program.solution.names[node]) for node in program.inputs]
    made = ", ".join(f"{name} DOUBLE" for name in names)
    frame = np.array(columns).T

    def of(points):
        connection = duckdb.connect()
        connection.execute(f"CREATE TABLE data ({made})")
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO data VALUES ({marks})", points.tolist())  # noqa: S608
        try:
            rows = connection.execute("\n".join(query)).fetchall()
        except duckdb.OutOfRangeException:
            if len(points) == 1:
                return [None]
            half = len(points) // 2
            return [*of(points[:half]), *of(points[half:])]
        return [[float("nan") if each is None else each for each in row] for row in rows]

    return of(frame)


def _polars(program, body, helpers, columns, folder):
    del folder
    space: dict[str, Any] = {}
    exec("\n".join([*polars.IMPORTS, polars.HEAD, *helpers]), space)  # noqa: S102  (what is tested)
    frame = space["pl"].DataFrame(dict(zip(program.parameters, columns, strict=True)))
    for level in levels_of(body):
        made = {line.name: eval(line.text, space) for line in level}  # noqa: S307  (likewise)
        frame = frame.with_columns(**made)
    made = [eval(text, space) for text in body.results]  # noqa: S307  (likewise)
    ends = {f"result_{place}": space["double"](each) for place, each in enumerate(made)}
    return [list(row) for row in frame.select(**ends).rows()]


RUNNERS = {"c": _c, "js": _js, "sql": _sql, "duckdb": _duckdb, "polars": _polars}
