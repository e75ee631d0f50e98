"""Value and whole gradient at one point after another, beside what others compile.

    python benchmarks/points.py [--rounds 30] [--quick]

Formulas from three variables to a hundred and a net of 13 weights, as a list (`at`, `numbers`) and
as a dict (`value_and_grad`), beside SymPy's `lambdify` with common sub-expressions, on floats of
Python; symengine and jax where they are installed. Then Rosenbrock's function of a thousand
variables from array to array by machine code (`engine="fast"`), beside pytensor, whose formula is
written with whole arrays, symengine's LLVM, and casadi, whose function has the memory of its
results fixed beforehand, which is another contract.

The contestants take turns; the median of the rounds of each counts, in time of the processor, its
ratio to another, and the goal. All have to give the same numbers; who is not installed is named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from measuring import Call, medians, parser, tell

import gradcli

sympy: Any = import_module("sympy")  # it has no types


def rosenbrock(count: int) -> str:
    """The text of Rosenbrock's function."""
    return " + ".join(f"100*(x{k + 1} - x{k}^2)^2 + (1 - x{k})^2" for k in range(1, count))


FORMULAS = {
    "cheap, 3 variables": "3*(a + b*c)",
    "density": "1/(sqrt(2*pi)*s)*exp(-((t - u)/s)^2/2)",
    "mixed": "sin(x*y)*exp(-x^2/2) + log(1 + y^2)*cos(x + z) + z^2*x",
    "net 2-3-1": gradcli.function(gradcli.net([2, 3, 1]).program()).derivative(),
    "Rosenbrock of 100": rosenbrock(100),
}

GOALS = {
    "at": dict.fromkeys(("cheap, 3 variables", "density", "mixed"), 1.1)
    | {"net 2-3-1": 0.9, "Rosenbrock of 100": 0.6},
    "dict": {"cheap, 3 variables": 2.0, "density": 2.0, "net 2-3-1": 1.2, "Rosenbrock of 100": 1.2},
}
GOALS["numbers"] = GOALS["at"]


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


def compare(name: str, text: str, rounds: int, least: float) -> None:
    """Print what a call takes with each."""
    formula = Formula(text)
    calls = ours(formula) | lambdified(formula) | others(formula)
    agree(calls["at"](), calls["lambdify"]())
    times = medians(calls, rounds, least)
    print(f"{name} ({len(formula.function.compile().inputs)} inputs)")
    for each, seconds in times.items():
        other = AGAINST.get(each, "lambdify")
        goal = GOALS.get(each, {}).get(name)
        ratio = seconds / times[other]
        print(f"  {each:20} {seconds * 1e6:9.2f} µs {ratio:6.2f} × {other}")
        if goal:
            tell(f"one point, {name}, {each}", ratio, f"× {other}", goal)


def compare_long(count: int, rounds: int, least: float) -> None:
    """Rosenbrock's function of many variables, from array to array."""
    compiled = gradcli.function(rosenbrock(count)).compile(engine="fast")
    order = [int(name[1:]) - 1 for name in compiled.inputs]
    straight = np.array([0.3 + 0.6 * (place * 0.618 % 1) for place in range(count)])
    point, out = straight[order], np.empty(count + 1)
    at = compiled.at
    calls: dict[str, Call] = {"fast": lambda: at(point), "fast, out": lambda: at(point, out)}
    for name, make in LONG.items():
        if find_spec(name):
            calls |= make(count, straight)
        else:
            print(f"  {name} is not installed")
    expected = [calls["fast"]()[0], *calls["fast"]()[1:][np.argsort(order)]]
    for name, call in calls.items():
        if name in {"pytensor", "symengine", "casadi"}:
            agree(np.hstack([np.ravel(each) for each in call()]).tolist(), expected)
    times = medians(calls, rounds, least)
    print(f"Rosenbrock of {count}, arrays")
    for each, seconds in times.items():
        print(f"  {each:20} {seconds * 1e6:9.2f} µs")
        for (ours, theirs), goal in LONG_GOALS.items():
            if ours == each and theirs in times:
                question = f"one point, Rosenbrock of {count}, {each}"
                tell(question, seconds / times[theirs], f"× {theirs}", goal)


LONG_GOALS = {
    ("fast", "pytensor"): 1.0,
    ("fast, out", "pytensor"): 0.9,
    ("fast", "symengine"): 0.7,
    ("fast, out", "symengine, out"): 0.5,
}


def _pytensor(_: int, point: Any) -> dict[str, Call]:
    """Whole arrays, without a look at what is given."""
    pytensor, tensor = import_module("pytensor"), import_module("pytensor.tensor")
    x = tensor.vector("x")
    value = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
    made = pytensor.function([x], [value, pytensor.grad(value, x)], trust_input=True)
    return {"pytensor": lambda: made(point)}


def _symengine(count: int, point: Any) -> dict[str, Call]:
    """LLVM, for each variable a formula."""
    symengine = import_module("symengine")
    x = symengine.symbols(f"x1:{count + 1}")
    value = sum(100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2 for k in range(count - 1))
    results = [value, *(value.diff(each) for each in x)]
    made = symengine.Lambdify([*x], results, backend="llvm", cse=True)
    out = np.empty(count + 1)
    return {"symengine": lambda: made(point), "symengine, out": lambda: made(point, out=out)}


def _casadi(count: int, point: Any) -> dict[str, Call]:
    """The function in a virtual machine of its own, and with memory that stays."""
    casadi: Any = import_module("casadi")
    x = casadi.SX.sym("x", count)
    value = casadi.sum1(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    made = casadi.Function("f", [x], [casadi.vertcat(value, casadi.gradient(value, x))])
    buffer, trigger = made.buffer()
    out: Any = np.empty(count + 1)
    buffer.set_arg(0, memoryview(point))
    buffer.set_res(0, memoryview(out))
    kept = [out, buffer]  # the function writes to memory that nothing else would keep

    def run() -> Any:
        trigger()
        return kept[:1]

    return {"casadi": run}


LONG: dict[str, Callable[[int, Any], dict[str, Call]]] = {
    "pytensor": _pytensor,
    "symengine": _symengine,
    "casadi": _casadi,
}


def agree(ours: Sequence[float], theirs: Sequence[float]) -> None:
    """Refuse to compare what gives different numbers."""
    for one, other in zip(ours, theirs, strict=True):
        if abs(one - other) > 1e-9 * max(1.0, abs(other)):
            message = f"{one} is not {other}"
            raise ValueError(message)


def main() -> None:
    """Compare the formulas."""
    made = parser(__doc__)
    made.add_argument("--rounds", type=int, default=30)
    made.add_argument("--long", action="store_true", help="only the long formula")
    given = made.parse_args()
    rounds, least = (7, 0.002) if given.quick else (given.rounds, 0.01)
    chosen = [] if given.long else FORMULAS
    for name in chosen:
        compare(name, FORMULAS[name], rounds, least)
    if find_spec("llvmlite"):
        print("Rosenbrock's function of 1000 variables is made ready by all, which takes a while")
        compare_long(1000, rounds, least)
    else:
        print("llvmlite is not installed: nothing about machine code")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
