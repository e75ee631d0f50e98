"""Orthogonal polynomials and binomial coefficients of known degree, for targets without loops."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from gradcli.engine.expanding import Expansion
from gradcli.engine.scalar import operation
from gradcli.engine.targets.terms import Term

MOST_DEGREE = 30
"""The highest degree that is written out."""

_Value = Term | float


def _gegenbauer(n: int, a: Term, x: Term) -> _Value:
    before: _Value = 0.0
    value: _Value = 1.0
    for k in range(1, n + 1):
        factor = 2.0 * (a + (k - 1.0)) * x * value - (2.0 * a + (k - 2.0)) * before
        before, value = value, factor / float(k)
    return value


def _laguerre(n: int, a: Term, x: Term) -> _Value:
    before: _Value = 0.0
    value: _Value = 1.0
    for k in range(1, n + 1):
        factor = (2.0 * k - 1.0 + a - x) * value - (k - 1.0 + a) * before
        before, value = value, factor / float(k)
    return value


def _hermite(n: int, x: Term) -> _Value:
    before: _Value = 0.0
    value: _Value = 1.0
    for k in range(n):
        before, value = value, 2.0 * (x * value - float(k) * before)
    return value


def _chebyshevt(n: int, x: Term) -> _Value:
    before: _Value = x
    value: _Value = 1.0
    for _ in range(n):
        before, value = value, 2.0 * x * value - before
    return value


def _degree(write: Callable[..., _Value], op: str) -> Callable[..., int | None]:
    """The rule of a polynomial whose degree comes first."""

    def rule(to: Expansion, n: int, *args: int) -> int | None:
        degree = to.value(n)
        if degree is None or degree != int(degree) or abs(degree) > MOST_DEGREE:
            return None
        sign = 1.0
        if degree < 0.0:
            known = [to.value(each) for each in args[:-1]]
            if None in known:
                return None  # what it is then depends on its parameter
            turned = _TURNED[op](degree, *known)
            if not isinstance(turned, tuple):
                return to.constant(turned)
            degree, sign = turned
            if degree > MOST_DEGREE:
                return None
        value = write(int(degree), *[Term(to, each) for each in args])
        if sign < 0.0:
            value = -value
        return value.slot if isinstance(value, Term) else to.constant(value)

    return rule


_Turned = float | tuple[float, float]
"""What a polynomial of a negative degree is: a constant, or one of another degree times a sign."""


def _turned_gegenbauer(n: float, a: float) -> _Turned:
    other = -n - 2.0 * a
    if other < 0.0 or other != int(other):
        return 0.0
    return other, 1.0 if (other + n) % 2.0 else -1.0


_TURNED: Mapping[str, Callable[..., _Turned]] = {
    "gegenbauer": _turned_gegenbauer,
    "laguerre": lambda n, a: operation("laguerre")(n, a, 0.0),
    "hermite": lambda _: math.nan,
    "chebyshevt": lambda n: (-n, 1.0),
}


def _falling(is_divided: bool, order: int) -> Callable[..., int | None]:  # noqa: FBT001  (of a table)
    """The rule of n*(n - 1)*...*(n - k + 1) or of its derivative by n, over k! or not."""

    def rule(to: Expansion, n: int, k: int) -> int | None:
        count = to.value(k)
        if count is None or count != int(count) or not 0.0 <= count <= MOST_DEGREE:
            return None
        of = Term(to, n)
        values: list[_Value] = [1.0, *[0.0] * order]
        for place in range(int(count)):
            factor = of - float(place)
            by = place + 1.0 if is_divided else 1.0
            for each in range(order, 0, -1):
                values[each] = (values[each] * factor + float(each) * values[each - 1]) / by
            values[0] = values[0] * factor / by
        value = values[order]
        return value.slot if isinstance(value, Term) else to.constant(value)

    return rule


OF_KNOWN_ORDER: Mapping[str, Callable[..., int | None]] = {
    "gegenbauer": _degree(_gegenbauer, "gegenbauer"),
    "laguerre": _degree(_laguerre, "laguerre"),
    "hermite": _degree(_hermite, "hermite"),
    "chebyshevt": _degree(_chebyshevt, "chebyshevt"),
    **{
        f"{name}{ending}": _falling(name == "binomial", order)
        for name in ("binomial", "permutations")
        for order, ending in enumerate(("", "_slope_n", "_slope_nn"))
    },
}
"""What takes operations apart whose degree has to be known."""
