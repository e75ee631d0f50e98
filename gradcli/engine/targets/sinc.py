"""The derivatives of sin(x)/x of known order, for targets: `functions.sinc` without loops."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from gradcli.engine.expanding import Expansion
from gradcli.engine.targets import angles
from gradcli.engine.targets.terms import Definition, Term, cos, sin, where

MOST_ORDER = 3
"""The highest order that is written."""

_SERIES_BELOW, _TERMS = 4.0, 18
"""Below that the power series loses nothing, and is over behind so many terms."""


def _derivative(n: int, x: Term, sine: Term, cosine: Term) -> Term:
    """The n-th derivative from the sine and the cosine of x: its series, or by parts far out."""
    square = x * x
    series: Term | float = 0.0
    for j in reversed(range((n + 1) // 2, _TERMS)):
        factor = (-1.0) ** j * math.perm(2 * j, n) / math.factorial(2 * j + 1)
        series = series * square + factor
    near = series * x if n % 2 else series
    waves = (sine, cosine, -sine, -cosine)
    far = sine / x
    for order in range(1, n + 1):
        far = (waves[order % 4] - float(order) * far) / x
    return where(abs(x) < _SERIES_BELOW, near, where(abs(x) < math.inf, far, 0.0 / x))


def _plain(n: int) -> Definition:
    return lambda x: _derivative(n, x, sin(x), cos(x))


def _of_product(n: int) -> Definition:
    return lambda unit, *factors: _derivative(n, *angles.angle_and_waves(unit, factors))


_ORDERS = range(1, MOST_ORDER + 1)

DEFINITIONS: Mapping[str, Definition] = {
    **{f"sinc_derivative_{n}": _plain(n) for n in _ORDERS},
    **{f"sinc_derivative_{n}_of_product": _of_product(n) for n in _ORDERS},
}
"""What defines an operation, by its name."""


def _known(ending: str) -> Callable[..., int | None]:
    """The rule of a known order, which makes of it an operation of its own."""

    def rule(to: Expansion, n: int, *args: int) -> int | None:
        value = to.value(n)
        if value not in _ORDERS or all(to.value(each) is not None for each in args):
            return None
        return to.made(f"sinc_derivative_{value:g}{ending}", *args)

    return rule


OF_KNOWN_ORDER: Mapping[str, Callable[..., int | None]] = {
    "sinc_derivative": _known(""),
    "sinc_derivative_of_product": _known("_of_product"),
}
"""What takes operations apart whose first argument has to be known."""
