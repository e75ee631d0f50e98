"""Value and whole gradient for every row of columns, beside what others compile.

    python benchmarks/columns.py [--rounds 10] [--rows 1000000] [--quick]

Three formulas from cheap to dear, on one thread and on two, with fresh results and with `out`,
beside SymPy's `lambdify` on NumPy, whose constants are written out as columns; numba and jax where
they are installed. The contestants take turns; the median of the rounds counts, and its ratio to
`lambdify`. Times are those of a clock; `--processor` takes the time of the processor, which is
what to look at for one thread on a busy machine. All have to give the same numbers.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

import gradcli

sympy: Any = import_module("sympy")  # it has no types

Call = Callable[[], Sequence[Any]]

FORMULAS = {
    "cheap": "3*(a + b*c)",
    "mid": "sin(x*y)*exp(-x^2/2) + log(1 + y^2)*cos(x + z) + z^2*x",
    "phys": "1/(sqrt(2*pi)*s)*exp(-((t - u)/s)^2/2)",
}


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

    calls: dict[str, Call] = {"lambdify": theirs}
    for engine in ("source", "fast") if find_spec("llvmlite") else ("source",):
        name = {"source": "NumPy", "fast": "fast"}[engine]
        calls |= _ours(name, gradcli.function(text).compile(engine=engine), columns, out)
    return calls | _numba(symbols, results, columns) | _jax(symbols, expression, columns)


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
    for call in calls.values():
        for one, other in zip(call(), expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)
    times: dict[str, list[float]] = {each: [] for each in calls}
    for _ in range(rounds):
        for each, call in calls.items():
            begin = clock()
            call()
            times[each].append(clock() - begin)
    against = statistics.median(times["lambdify"])
    print(f"{name}, {rows:,} rows")
    for each, seconds in times.items():
        found = statistics.median(seconds)
        print(f"  {each:24} {found / rows * 1e9:7.2f} ns a row {found / against:6.2f} × lambdify")


def main() -> None:
    """Compare the formulas."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, of fewer rows")
    given = parser.parse_args()
    rows, rounds = (200_000, 5) if given.quick else (given.rows, given.rounds)
    clock = time.process_time if given.processor else time.perf_counter
    for name in FORMULAS:
        compare(name, rows, rounds, clock)


if __name__ == "__main__":
    main()
