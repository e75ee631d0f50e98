"""How many passes sparse Jacobians and Hessians take, and how long.

    python benchmarks/sparsity.py [--rounds 3]

Goals: a tridiagonal Jacobian of 100,000 rows in 3 sweeps; the Hessian of an arrow with 1,000 inputs
in 3 products with vectors; that of Rosenbrock's function of 1,000 inputs, written out as text, in
0.5 s, reading included. The best of some rounds counts, in time of the processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from measuring import parser, tell

import gradcli

N = 1_000
LONG = 100_000

SECONDS = 0.5
"""For Rosenbrock's function as text."""


def tridiagonal() -> Any:
    """Broyden's tridiagonal function of whole arrays."""
    n = LONG
    text = f"(3 - 2*x[2..{n - 1}])*x[2..{n - 1}] - x[1..{n - 2}] - 2*x[3..{n}] + 1"
    return gradcli.jac(text, {"x": [0.5] * n})


def arrow() -> Any:
    """The last input with every other one."""
    return gradcli.hess(f"sum((x[1..{N - 1}]^2 + x[{N}]^2)^2)", {"x": [0.5] * N})


def rosenbrock_as_text() -> Any:
    """Rosenbrock's function, each term written out."""
    terms = [f"100*(x{k + 1} - x{k}^2)^2 + (1 - x{k})^2" for k in range(1, N)]
    return gradcli.hess(" + ".join(terms), {f"x{k}": 0.5 for k in range(1, N + 1)})


def rosenbrock_in_arrays() -> Any:
    """The same of whole arrays."""
    text = f"sum(100*(x[2..{N}] - x[1..{N - 1}]^2)^2 + (1 - x[1..{N - 1}])^2)"
    return gradcli.hess(text, {"x": [0.5] * N})


CASES: list[tuple[Callable[[], Any], int]] = [
    (tridiagonal, 3),
    (arrow, 3),
    (rosenbrock_as_text, 3),
    (rosenbrock_in_arrays, 3),
]
"""Each with the passes that it may take."""


def main() -> None:
    """Measure every case."""
    made = parser(__doc__)
    made.add_argument("--rounds", type=int, default=3)
    given = made.parse_args()
    rounds = 1 if given.quick else given.rounds
    for case, most in CASES:
        begin = time.process_time()
        found = case()
        times = [time.process_time() - begin]
        for _ in range(rounds - 1):
            begin = time.process_time()
            case()
            times.append(time.process_time() - begin)
        kept = sum(map(len, found.rows))
        print(
            f"{case.__name__:21} {found.sweeps} of {most} passes {min(times):7.2f} s, {kept:,} kept"
        )
        tell(f"sparse, {case.__name__}", found.sweeps, "passes", most)
        if case is rosenbrock_as_text:
            tell(f"sparse, {case.__name__}", min(times), "s", SECONDS)


if __name__ == "__main__":
    main()
