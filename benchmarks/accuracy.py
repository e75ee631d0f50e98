"""The largest error of every function of the rule table against mpmath, in ulp.

    python benchmarks/accuracy.py [--points N] [--order 0|1|2] [--nasty] [NAME ...]

One line for each function and order of derivative: the largest error in units in the last place,
what is allowed, and the point where the error is largest beside what is allowed there. Where a
result passes through zero, an absolute error stands beside the bound; errors within it do not
count as units in the last place.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import accuracy_nasty  # type: ignore[import-not-found]  # of the tests
from accuracy_cases import CASES  # type: ignore[import-not-found]  # likewise
from accuracy_checker import check  # type: ignore[import-not-found]  # likewise
from measuring import parser, tell

ORDERS = ("value", "1st", "2nd")
HEADER = ("function", "order", "points", "max ulp", "allowed", "", "worst point")
LAYOUT = "{:22} {:5} {:>8} {:>9} {:>7} {:9} {}"


def main() -> int:
    """Print the table; the exit code is 1 if any bound is broken."""
    made = parser(__doc__)
    made.add_argument("names", nargs="*", metavar="NAME", help="only these functions")
    made.add_argument("--points", type=int, default=1000, help="points of each function")
    made.add_argument("--order", type=int, choices=range(3), default=2, help="highest order")
    made.add_argument(
        "--nasty", action="store_true", help="beside 0, poles and ends, at the smallest and largest"
    )
    made.add_argument("--seed", type=int, default=0, help="another seed, other points")
    options = made.parse_args()
    if options.quick:
        options.points = 50
    broken = 0
    print(LAYOUT.format(*HEADER).rstrip())
    for case in CASES:
        if options.names and case.name not in options.names:
            continue
        if options.nasty and case.name in accuracy_nasty.LEFT_OUT:
            continue
        ask = accuracy_nasty.check if options.nasty else check
        worst = ask(case, options.points, options.order, options.seed)
        for order, each in enumerate(worst):
            print(_row(case, order, each), flush=True)
            broken += not each.excess <= 1
    tell("accuracy, bounds of all functions", broken, "bounds broken", 0)
    return 1 if broken else 0


def _row(case: Any, order: int, worst: Any) -> str:
    bounds = case.bounds[order]
    several = list(bounds.values()) if isinstance(bounds, dict) else [bounds]
    allowed = max(bound.ulp for bound in several)
    beside = "or abs." if any(bound.absolute for bound in several) else ""
    if not worst.excess <= 1:
        beside = "BROKEN"
    name = f"{case.name}({case.arity})"
    point = ", ".join(map(repr, worst.entry.point)) if worst.entry else ""
    return LAYOUT.format(
        name, ORDERS[order], worst.checked, f"{worst.ulp:.2f}", f"{allowed:g}", beside, point
    ).rstrip()


if __name__ == "__main__":
    sys.exit(main())
