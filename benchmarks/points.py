"""Value and whole gradient at one point after another, beside what others compile.

    python benchmarks/points.py [--rounds 30] [--quick]

Formulas from three variables to a hundred and a net of 13 weights, as a list (`at`, `numbers`) and
as a dict (`value_and_grad`), beside SymPy's `lambdify` with common sub-expressions, on floats of
Python; symengine, jax and pytensor where they are installed. The contestants take turns; the median
of the rounds of each counts, and its ratio to `lambdify`. All have to give the same numbers.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import gradcli

sympy: Any = import_module("sympy")  # it has no types

Call = Callable[[], Any]

FORMULAS = {
    "cheap, 3 variables": "3*(a + b*c)",
    "density": "1/(sqrt(2*pi)*s)*exp(-((t - u)/s)^2/2)",
    "mixed": "sin(x*y)*exp(-x^2/2) + log(1 + y^2)*cos(x + z) + z^2*x",
    "net 2-3-1": gradcli.function(gradcli.net([2, 3, 1]).program()).derivative(),
    "Rosenbrock of 100": " + ".join(
        f"100*(x{k + 1} - x{k}^2)^2 + (1 - x{k})^2" for k in range(1, 100)
    ),
}


class Formula:
    """A formula, its names for SymPy, and a point."""

    def __init__(self, text: str) -> None:
        self.function = gradcli.function(text)
        self.symbols: dict[str, Any] = {
            name: sympy.Symbol(f"q{place}") for place, name in enumerate(self.function.inputs)
        }
        written = re.sub(r"[A-Za-z_]\w*(?:\[[\d,]+\])?", self._renamed, text).replace("^", "**")
        known: dict[str, Any] = {str(symbol): symbol for symbol in self.symbols.values()}
        known["sigmoid"] = lambda z: 1 / (1 + sympy.exp(-z))
        expression = sympy.sympify(written, locals=known)
        self.results = [expression, *(expression.diff(each) for each in self.symbols.values())]
        self.point = [0.3 + 0.6 * (place * 0.618 % 1) for place in range(len(self.symbols))]

    def _renamed(self, found: re.Match[str]) -> str:
        symbol = self.symbols.get(found[0])
        return str(symbol) if symbol is not None else found[0]


def ours(formula: Formula) -> dict[str, Call]:
    """A list of a list, a list, and a dict."""
    compiled, point = formula.function.compile(), formula.point
    at, numbers, keyed = compiled.at, compiled.numbers, compiled.value_and_grad
    return {
        "at": lambda: at(point),
        "numbers": lambda: numbers(*point),
        "dict": lambda: keyed(*point),
    }


def lambdified(formula: Formula) -> dict[str, Call]:
    """SymPy's source for floats of Python, for a list and for arguments."""
    symbols, point = [*formula.symbols.values()], formula.point
    of_list = sympy.lambdify([symbols], formula.results, modules="math", cse=True)
    of_arguments = sympy.lambdify(symbols, formula.results, modules="math", cse=True)
    return {
        "lambdify of a list": lambda: of_list(point),
        "lambdify": lambda: of_arguments(*point),
    }


def others(formula: Formula) -> dict[str, Call]:
    """What else is installed."""
    found: dict[str, Call] = {}
    symbols, point = [*formula.symbols.values()], formula.point
    if find_spec("symengine"):
        made = import_module("symengine").Lambdify(
            symbols, formula.results, backend="llvm", cse=True
        )
        found["symengine"] = lambda: made(point)
    if find_spec("jax"):
        jax: Any = import_module("jax")
        jax.config.update("jax_enable_x64", val=True)
        of_numbers = sympy.lambdify([symbols], formula.results[0], modules="jax")
        jitted = jax.jit(jax.value_and_grad(of_numbers))
        given = jax.numpy.array(point)
        found["jax"] = lambda: jax.block_until_ready(jitted(given))
    return found


AGAINST = {"at": "lambdify of a list", "numbers": "lambdify", "dict": "lambdify"}


def medians(calls: dict[str, Call], rounds: int, least: float) -> dict[str, float]:
    """Seconds a call, of rounds that take turns."""
    counts = {name: _count(call, least) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            begin = time.perf_counter()
            for _ in range(counts[name]):
                call()
            times[name].append((time.perf_counter() - begin) / counts[name])
    return {name: statistics.median(each) for name, each in times.items()}


def _count(call: Call, least: float) -> int:
    """How many calls take about so many seconds."""
    call()
    begin = time.perf_counter()
    call()
    return max(1, round(least / max(time.perf_counter() - begin, 1e-7)))


def compare(name: str, text: str, rounds: int, least: float) -> None:
    """Print what a call takes with each."""
    formula = Formula(text)
    calls = ours(formula) | lambdified(formula) | others(formula)
    agree(calls["at"](), calls["lambdify"]())
    times = medians(calls, rounds, least)
    print(f"{name} ({len(formula.function.compile().inputs)} inputs)")
    for each, seconds in times.items():
        other = AGAINST.get(each, "lambdify")
        print(f"  {each:20} {seconds * 1e6:9.2f} µs {seconds / times[other]:6.2f} × {other}")


def agree(ours: Sequence[float], theirs: Sequence[float]) -> None:
    """Refuse to compare what gives different numbers."""
    for one, other in zip(ours, theirs, strict=True):
        if abs(one - other) > 1e-9 * max(1.0, abs(other)):
            message = f"{one} is not {other}"
            raise ValueError(message)


def main() -> None:
    """Compare the formulas."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    given = parser.parse_args()
    rounds, least = (7, 0.002) if given.quick else (given.rounds, 0.01)
    for name, text in FORMULAS.items():
        compare(name, text, rounds, least)


if __name__ == "__main__":
    main()
