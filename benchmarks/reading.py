"""A text read, differentiated and evaluated once, beside others that read formulas.

    python benchmarks/reading.py [--size 1000] [--rounds 7] [--quick]

SymPy's and symengine's `sympify` read the same text; each makes the derivative by x and its number
at a point. The contestants take turns in one process, the median counts, in time of the processor.
All have to give the same number; who is not installed, or cannot read a text, is named.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from measuring import Call, medians, parser
from text import SHAPES, VALUES

import gradcli

OF_ALL = ("sum", "product", "brackets", "powers")
"""The shapes that are written in the same way in all languages, but for the sign of a power."""


def ours(text: str) -> float:
    """The derivative by x."""
    values = {name: value for name, value in VALUES.items() if name in text}
    return gradcli.evaluate(text, values).gradient["x"]


def by(package: str) -> Callable[[str], float]:
    """The same by a package that has SymPy's interface."""
    made: Any = import_module(package)
    symbols = {made.Symbol(name): value for name, value in VALUES.items()}

    def slope(text: str) -> float:
        read = made.sympify(text.replace("^", "**"))
        return float(read.diff(made.Symbol("x")).subs(symbols))

    return slope


def compare(shape: str, size: int, rounds: int) -> None:
    """Print what each takes for an operation."""
    text = SHAPES[shape](size)
    contestants: dict[str, Callable[[str], float]] = {"gradcli": ours}
    contestants |= {each: by(each) for each in ("sympy", "symengine") if find_spec(each)}
    expected = ours(text)
    calls: dict[str, Call] = {}
    for name, slope in contestants.items():
        try:
            found = slope(text)
        except (ValueError, RuntimeError) as error:  # SymPy's own errors are values, too
            print(f"{shape:12}{name} cannot read it: {type(error).__name__}")
            continue
        if abs(found - expected) > 1e-9 * abs(expected):
            raise SystemExit(f"{name} gives {found} for {shape}, not {expected}")
        calls[name] = partial(slope, text)
    times = medians(calls, rounds)
    each = ", ".join(
        f"{name} {seconds / size * 1e6:.1f} µs ({seconds / times['gradcli']:.2f} ×)"
        for name, seconds in times.items()
    )
    print(f"{shape:12}{each}", flush=True)


def main() -> None:
    """Compare all shapes."""
    made = parser(__doc__)
    made.add_argument("--size", type=int, default=1000, help="operations")
    made.add_argument("--rounds", type=int, default=7)
    options = made.parse_args()
    if options.quick:
        options.rounds = 3
    absent = [each for each in ("sympy", "symengine") if not find_spec(each)]
    if absent:
        print(f"not installed: {', '.join(absent)}")
    for shape in OF_ALL:
        compare(shape, options.size, options.rounds)


if __name__ == "__main__":
    main()
