"""Value and whole gradient for every row of columns, beside what others compile.

    python benchmarks/columns.py [--rounds 10] [--rows 1000000] [--quick]

Three formulas from cheap to dear, on one thread and on two, with fresh results and with `out`,
beside SymPy's `lambdify` on NumPy, whose constants are written out as columns; numba and jax where
they are installed, a loop in C where there is a compiler, and what the memory alone takes: as many
columns read and written. The contestants take turns; the median of the rounds counts, and its
ratio to `lambdify`. Times are those of a clock; `--processor` takes the time of the processor,
which is what to look at for one thread on a busy machine: then nothing is said of two threads.
All have to give the same numbers.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from measuring import medians, parser, tell

import gradcli

sympy: Any = import_module("sympy")  # it has no types

Call = Callable[[], Sequence[Any]]

FORMULAS = {
    "cheap": "3*(a + b*c)",
    "mid": "sin(x*y)*exp(-x^2/2) + log(1 + y^2)*cos(x + z) + z^2*x",
    "phys": "1/(sqrt(2*pi)*s)*exp(-((t - u)/s)^2/2)",
}


MEMORY = "memory alone"
"""Reads as many columns and writes as many as there are results, with nothing computed."""

_HEAVY = [("NumPy", "lambdify", 1.0), ("fast", "jax", 0.4), ("fast", "C", 1.1)]

GOALS = {
    "cheap": [
        ("NumPy", "lambdify", 1.0),
        ("fast", "numba, parallel", 1.5),
        ("fast, out", MEMORY, 1.2),
    ],
    "mid": [*_HEAVY, ("fast", "numba, parallel", 0.6)],
    "phys": [*_HEAVY, ("fast", "numba, parallel", 0.6)],
}
"""Ours, beside whom, and the greatest ratio."""


def contestants(text: str, rows: int) -> dict[str, Call]:
    """What computes the columns, by name; `lambdify` is the one that counts."""
    compiled = gradcli.function(text).compile()
    chance = np.random.default_rng(0)
    columns = [chance.uniform(0.5, 2.0, rows) for _ in compiled.inputs]
    out = [np.empty(rows) for _ in range(len(columns) + 1)]
    symbols = [sympy.Symbol(name) for name in compiled.inputs]
    expression = sympy.sympify(text.replace("^", "**"))
    results = [expression, *(expression.diff(each) for each in symbols)]
    lambdified = sympy.lambdify(symbols, results, modules="numpy", cse=True)

    def theirs() -> Sequence[Any]:
        found = lambdified(*columns)
        return [each if np.ndim(each) else np.full(rows, float(each)) for each in found]

    places = [np.empty(rows) for _ in out]

    def memory() -> Sequence[Any]:
        for place, column in zip(places, [*columns, columns[0]], strict=True):
            np.copyto(place, column)
        return places

    calls: dict[str, Call] = {"lambdify": theirs, MEMORY: memory}
    for engine in ("source", "fast") if find_spec("llvmlite") else ("source",):
        name = {"source": "NumPy", "fast": "fast"}[engine]
        calls |= _ours(name, gradcli.function(text).compile(engine=engine), columns, out)
    calls |= _numba(symbols, results, columns) | _jax(symbols, expression, columns)
    return calls | _c(symbols, results, columns)


def _ours(name: str, compiled: Any, columns: Sequence[Any], out: Sequence[Any]) -> dict[str, Call]:
    return {
        name: lambda: compiled.columns(*columns),
        f"{name}, out": lambda: compiled.columns(*columns, out=out),
        f"{name}, 2 threads": lambda: compiled.columns(*columns, threads=2),
        f"{name}, 2 threads, out": lambda: compiled.columns(*columns, out=out, threads=2),
    }


def _numba(
    symbols: Sequence[Any], results: Sequence[Any], columns: Sequence[Any]
) -> dict[str, Call]:
    """A parallel loop over the rows, compiled."""
    if not find_spec("numba"):
        return {}
    numba: Any = import_module("numba")
    row = numba.njit(sympy.lambdify(symbols, tuple(results), modules="math", cse=True))

    def rows(a: Any, b: Any, c: Any) -> Any:
        out = np.empty((4, len(a)))
        for place in numba.prange(len(a)):
            out[0, place], out[1, place], out[2, place], out[3, place] = row(
                a[place], b[place], c[place]
            )
        return out

    made = numba.njit(parallel=True)(rows)
    return {"numba, parallel": lambda: [*made(*columns)]}


def _c(symbols: Sequence[Any], results: Sequence[Any], columns: Sequence[Any]) -> dict[str, Call]:
    """A loop in C that the compiler of the platform makes, with its vector mathematics."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return {}
    shared, wanted = sympy.cse(results)
    lines = [f"double {name} = {sympy.ccode(each)};" for name, each in shared]
    lines += [f"out[{place}*n + i] = {sympy.ccode(each)};" for place, each in enumerate(wanted)]
    taken = [f"double {name} = column{place}[i];" for place, name in enumerate(symbols)]
    given = ", ".join(f"const double *restrict column{place}" for place in range(len(symbols)))
    body = "\n".join([*taken, *lines])
    code = (
        f"#include <math.h>\nvoid run(long n, double *restrict out, {given}) {{\n"
        f"for (long i = 0; i < n; i++) {{\n{body}\n}}\n}}\n"
    )
    folder = Path(tempfile.mkdtemp())
    source, library = folder / "loop.c", folder / "loop.so"
    source.write_text(code, encoding="utf-8")
    options = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
    # Sine and cosine of one angle would become one call, which is not vectorised.
    options.append("-fdisable-tree-sincos")
    made = [compiler, *options, str(source), "-o", str(library), "-lm"]
    subprocess.run(made, check=True, stderr=subprocess.DEVNULL)
    run = ctypes.CDLL(str(library)).run
    shutil.rmtree(folder)
    pointers = [each.ctypes.data_as(ctypes.c_void_p) for each in columns]
    rows = len(columns[0])

    def called() -> Sequence[Any]:
        out = np.empty((len(results), rows))
        run(ctypes.c_long(rows), out.ctypes.data_as(ctypes.c_void_p), *pointers)
        return [*out]

    return {"C": called}


def _jax(symbols: Sequence[Any], expression: Any, columns: Sequence[Any]) -> dict[str, Call]:
    """The gradient of a row, over all rows."""
    if not find_spec("jax"):
        return {}
    jax: Any = import_module("jax")
    jax.config.update("jax_enable_x64", val=True)
    of_row = sympy.lambdify(symbols, expression, modules="jax")
    made = jax.jit(jax.vmap(jax.value_and_grad(of_row, argnums=(0, 1, 2))))
    given = [jax.numpy.asarray(each) for each in columns]

    def rows() -> Sequence[Any]:
        value, slopes = jax.block_until_ready(made(*given))
        return [value, *slopes]

    return {"jax": rows}


def compare(name: str, rows: int, rounds: int, clock: Callable[[], float]) -> None:
    """Print what a row takes with each."""
    calls = contestants(FORMULAS[name], rows)
    expected = calls["lambdify"]()
    for call in (call for each, call in calls.items() if each != MEMORY):
        for one, other in zip(call(), expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)
    times = medians(calls, rounds, clock=clock)
    against = times["lambdify"]
    print(f"{name}, {rows:,} rows")
    for each, found in times.items():
        print(f"  {each:24} {found / rows * 1e9:7.2f} ns a row {found / against:6.2f} × lambdify")
    for ours, theirs, most in GOALS[name]:
        if ours in times and theirs in times:
            tell(f"columns, {name}, {ours}", times[ours] / times[theirs], f"× {theirs}", most)


def main() -> None:
    """Compare the formulas."""
    made = parser(__doc__)
    made.add_argument("--rounds", type=int, default=15)
    made.add_argument("--rows", type=int, default=1_000_000)
    made.add_argument("--processor", action="store_true", help="the time of the processor")
    given = made.parse_args()
    rows, rounds = given.rows, 4 if given.quick else given.rounds
    clock = time.process_time if given.processor else time.perf_counter
    for name in FORMULAS:
        compare(name, rows, rounds, clock)


if __name__ == "__main__":
    main()
