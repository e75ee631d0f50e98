"""The coefficients of a power series as formulas of those of its arguments: one rule an operation.

A series is c_0, c_1, …, of which c_0 is the value. A rule gives the text of the coefficient of an
order, where a letter with a number is a coefficient: ``a0*b1+a1*b0``. What has no rule of its own
is the integral of its derivative: the coefficients of its partials, which the rule table has, give
its own, one order later (Griewank and Walther, Evaluating Derivatives, 13.2).

What is always 0 has no text: of an input, and of all that is linear in it, two coefficients are
there, of a square of that three, and a product with it has two terms at any order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

NOTHING = ""
"""The text of a coefficient that is 0 at any point."""


class Coefficients:
    """The texts of the coefficients of a series.

    Attributes:
        texts: those that are known, from order 0 on.

    Args:
        texts: likewise.
        is_whole: whether all others are 0; else they are not known yet.
    """

    def __init__(self, texts: Sequence[str], *, is_whole: bool) -> None:
        self.texts = [*texts]
        self._is_whole = is_whole

    def __getitem__(self, order: int) -> str:
        """The text of a coefficient, a name or a number; nothing if it is 0.

        Raises:
            IndexError: it is not known yet.
        """
        if self._is_whole and order >= len(self.texts):
            return NOTHING
        return self.texts[order]


Rule = Callable[..., str]
"""Of an order, the coefficients of the series itself before it, and those of the arguments."""


def added(order: int, _: Coefficients, a: Coefficients, b: Coefficients) -> str:
    """A sum."""
    return _sum([a[order], b[order]])


def subtracted(order: int, _: Coefficients, a: Coefficients, b: Coefficients) -> str:
    """A difference."""
    return f"{a[order]}-{b[order]}" if b[order] else a[order]


def opposite(order: int, _: Coefficients, a: Coefficients) -> str:
    """The opposite."""
    return f"-{a[order]}" if a[order] else NOTHING


def same(order: int, _: Coefficients, a: Coefficients) -> str:
    """The argument, or a sum of it and a constant."""
    return a[order]


def constant(_: int, __: Coefficients) -> str:
    """What stays as it is in small steps."""
    return NOTHING


def chosen(
    order: int, _: Coefficients, condition: Coefficients, a: Coefficients, b: Coefficients
) -> str:
    """The branch that is taken."""
    if not a[order] and not b[order]:
        return NOTHING
    return f"{a[order] or '0.0'} if {condition[0]} else {b[order] or '0.0'}"


def scaled(order: int, _: Coefficients, factor: Coefficients, a: Coefficients) -> str:
    """A constant times the argument."""
    return _product(factor[0], a[order])


def divided(order: int, _: Coefficients, a: Coefficients, divisor: Coefficients) -> str:
    """The argument by a constant."""
    return f"{a[order]}/{divisor[0]}" if a[order] else NOTHING


def multiplied(order: int, _: Coefficients, a: Coefficients, b: Coefficients) -> str:
    """A product."""
    return _convolved(a, b, 0, order, order)


def squared(order: int, _: Coefficients, a: Coefficients) -> str:
    """A square: of two equal products one is computed."""
    half = (order + 1) // 2
    pairs = _convolved(a, a, 0, half - 1, order)
    return _sum(
        [
            f"2.0*({pairs})" if pairs else NOTHING,
            NOTHING if order % 2 else _product(a[half], a[half]),
        ]
    )


def quotient(order: int, y: Coefficients, a: Coefficients, b: Coefficients) -> str:
    """A quotient y = a/b, of y*b = a."""
    return _over(_less(a[order], _convolved(b, y, 1, order, order)), b[0])


def root(order: int, y: Coefficients, a: Coefficients) -> str:
    """A square root y, of y*y = a; it is not 0."""
    half = (order + 1) // 2
    pairs = _convolved(y, y, 1, half - 1, order)
    less = _less(a[order], f"2.0*({pairs})" if pairs else NOTHING)
    if order % 2 == 0:
        less = _less(less, _product(y[half], y[half]))
    return _over(less, f"(2.0*{y[0]})")


def power(exponent: float) -> Rule:
    """The rule of a power with a constant exponent, of a*y' = p*a'*y; its base is not 0."""

    def rule(order: int, y: Coefficients, a: Coefficients) -> str:
        factors = [(exponent + 1) * place - order for place in range(1, order + 1)]
        total = _sum(
            [
                _product(f"{factor!r}", a[place], y[order - place])
                for place, factor in enumerate(factors, 1)
                if factor
            ]
        )
        return _over(total, f"({order}*{a[0]})")

    return rule


def integral(order: int, _: Coefficients, *ways: Coefficients) -> str:
    """Any function: of each argument that changes its rates, and the coefficients of its partial.

    The rates of a series are its coefficients, each times its order.
    """
    total = _sum(
        [
            _convolved(rates, partial, 1, order, order)
            for rates, partial in zip(ways[::2], ways[1::2], strict=True)
        ]
    )
    return _over(total, f"{order}") if order > 1 else total


def _convolved(a: Coefficients, b: Coefficients, first: int, last: int, order: int) -> str:
    """The sum of a_i*b_(order - i) over some i."""
    return _sum([_product(a[place], b[order - place]) for place in range(first, last + 1)])


def _sum(terms: Sequence[str]) -> str:
    return "+".join(filter(None, terms))


def _product(*factors: str) -> str:
    return "*".join(factors) if all(factors) else NOTHING


def _less(a: str, b: str) -> str:
    """A difference, of which the second is in brackets."""
    return f"{a}-({b})" if b else a


def _over(a: str, divisor: str) -> str:
    return f"({a})/{divisor}" if a else NOTHING
