"""Derivatives of high order by Taylor arithmetic, beside the value of the same formula.

    python benchmarks/taylor.py [--order 10] [--rounds 9]

For each formula: how many operations it has, the time of a value and that of all derivatives up to
the order, each by a call of `gradcli.function`, as the median of some rounds, and their ratio; then
how long it takes to be ready for that order. The goal for order ten and thirty operations is 50
values.
"""

from __future__ import annotations

import time
from functools import partial

from measuring import medians, parser, tell

import gradcli

ORDER, GOAL = 10, 50.0
"""So many values for the derivatives up to that order, of some thirty operations."""

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


def main() -> None:
    """Measure every formula."""
    made = parser(__doc__)
    made.add_argument("--order", type=int, default=10)
    made.add_argument("--rounds", type=int, default=9)
    asked = made.parse_args()
    if asked.quick:
        asked.rounds = 3
    print(f"formula      nodes     value  order {asked.order:<5}  ratio ready")
    for name, text in FORMULAS.items():
        function = gradcli.function(text)
        function(0.7)
        nodes = len(function.graph.ancestors([function.output]))
        begin = time.perf_counter()
        function.along([0.7], [1.0], asked.order)
        ready = (time.perf_counter() - begin) * 1e3
        along = partial(function.along, [0.7], [1.0], asked.order)
        calls = {"value": partial(function, 0.7), "along": along}
        value, whole = medians(calls, asked.rounds, 0.01).values()
        times = f"{value * 1e6:6.1f} us {whole * 1e6:7.0f} us {whole / value:6.1f} {ready:4.0f} ms"
        print(f"{name:12} {nodes:5} {times}")
        if asked.order == ORDER:
            tell(f"order {ORDER} by series, {name}", whole / value, "× value", GOAL)


if __name__ == "__main__":
    main()
