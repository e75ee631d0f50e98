"""Derivatives of high order by Taylor arithmetic, beside the value of the same formula.

    python benchmarks/taylor.py [--order 10] [--rounds 9]

For each formula: how many operations it has, the time of a value and that of all derivatives up to
the order, each by a call of `gradcli.function`, as the best of some rounds, and their ratio; then
how long it takes to be ready for that order. The goal for order ten and thirty operations is 50
values.
"""

from __future__ import annotations

import argparse
import timeit
from collections.abc import Callable
from functools import partial

import gradcli

FORMULAS = {
    "rational": "(1 + x*(2 + x*(3 + x*(4 + x*(5 + x*6)))))/(2 + x*x*(1 + x*(3 + x*(1 + x)))) "
    "+ x/(1 + x) - 1/(3 + x*x)",
    "elementary": "exp(sin(x))*x/(1 + x^2) + log(1 + x^2)*cos(x*x) - sqrt(2 + x)*tanh(x)^3 "
    "+ (x - 1)^2*exp(-x*x/2)",
    "polynomial": "x*sin(x) + cos(x)*(2*x + 1)/(x^2 + 1) - x^3*exp(-x) "
    "+ (x + 1)*(x + 2)*(x + 3)*(x + 4) + x*x",
    "network": "sigmoid(0.3*x + 0.1)*0.5 + sigmoid(0.7*x - 0.2)*0.8 - sigmoid(1.1*x + 0.4)*0.3 "
    "+ sigmoid(x - 0.9)*0.2 + tanh(0.5*x)*sigmoid(2*x) + x",
    "special": "erf(x)*gamma(x + 2) + normal_pdf(x - 1)*lgamma(x + 3) - digamma(x + 1)*atan(x) "
    "+ asin(x/3)*cosh(x) + expm1(x)*log1p(x) - x*x*x + 2*x",
}


def best(call: Callable[[], object], rounds: int, number: int) -> float:
    """The best time of a call, in microseconds."""
    return min(timeit.repeat(call, number=number, repeat=rounds)) / number * 1e6


def main() -> None:
    """Measure every formula."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--order", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="few rounds")
    asked = parser.parse_args()
    if asked.quick:
        asked.rounds = 3
    print(f"formula      nodes     value  order {asked.order:<5}  ratio ready")
    for name, text in FORMULAS.items():
        function = gradcli.function(text)
        function(0.7)
        nodes = len(function.graph.ancestors([function.output]))
        begin = timeit.default_timer()
        function.along([0.7], [1.0], asked.order)
        ready = (timeit.default_timer() - begin) * 1e3
        value = best(partial(function, 0.7), asked.rounds, 2000)
        along = partial(function.along, [0.7], [1.0], asked.order)
        whole = best(along, asked.rounds, 200)
        times = f"{value:6.1f} us {whole:7.0f} us {whole / value:6.1f} {ready:4.0f} ms"
        print(f"{name:12} {nodes:5} {times}")


if __name__ == "__main__":
    main()
