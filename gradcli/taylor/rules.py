"""The coefficients of a power series as formulas of those of its arguments: one rule an operation.

A series is c_0, c_1, …, of which c_0 is the value. A rule gives the text of the coefficient of an
order, where a letter with a number is a coefficient: ``a0*b1+a1*b0``. What has no rule of its own
is the integral of its derivative: the coefficients of its partials, which the rule table has, give
its own, one order later (Griewank and Walther, Evaluating Derivatives, 13.2).
"""

from __future__ import annotations

from collections.abc import Callable

Rule = Callable[..., str]
"""Of an order, the letter of the series itself, and those of the arguments."""


def added(order: int, _: str, a: str, b: str) -> str:
    """A sum."""
    return f"{a}{order}+{b}{order}"


def subtracted(order: int, _: str, a: str, b: str) -> str:
    """A difference."""
    return f"{a}{order}-{b}{order}"


def opposite(order: int, _: str, a: str) -> str:
    """The opposite."""
    return f"-{a}{order}"


def same(order: int, _: str, a: str) -> str:
    """The argument, or a sum of it and a constant."""
    return f"{a}{order}"


def constant(_: int, __: str) -> str:
    """What stays as it is in small steps."""
    return "0.0"


def chosen(order: int, _: str, condition: str, a: str, b: str) -> str:
    """The branch that is taken."""
    return f"{a}{order} if {condition}0 else {b}{order}"


def scaled(order: int, _: str, factor: str, a: str) -> str:
    """A constant times the argument."""
    return f"{factor}0*{a}{order}"


def divided(order: int, _: str, a: str, divisor: str) -> str:
    """The argument by a constant."""
    return f"{a}{order}/{divisor}0"


def multiplied(order: int, _: str, a: str, b: str) -> str:
    """A product."""
    return _convolved(a, b, 0, order, order)


def squared(order: int, _: str, a: str) -> str:
    """A square: of two equal products one is computed."""
    half = (order + 1) // 2
    pairs = f"2.0*({_convolved(a, a, 0, half - 1, order)})"
    return pairs if order % 2 else f"{pairs}+{a}{half}*{a}{half}"


def quotient(order: int, y: str, a: str, b: str) -> str:
    """A quotient y = a/b, of y*b = a."""
    return f"({a}{order}-({_convolved(b, y, 1, order, order)}))/{b}0"


def power(exponent: float) -> Rule:
    """The rule of a power with a constant exponent, of a*y' = p*a'*y; its base is not 0."""

    def rule(order: int, y: str, a: str) -> str:
        factors = [(exponent + 1) * place - order for place in range(1, order + 1)]
        total = "+".join(
            f"{factor!r}*{a}{place}*{y}{order - place}" for place, factor in enumerate(factors, 1)
        )
        return f"({total})/({order}*{a}0)"

    return rule


def integral(order: int, _: str, *ways: str) -> str:
    """Any function: of each argument that changes the letters of its rates, and of its partial.

    The rates of a series are its coefficients, each times its order.
    """
    total = "+".join(
        _convolved(rates, partial, 1, order, order)
        for rates, partial in zip(ways[::2], ways[1::2], strict=True)
    )
    return f"({total})/{order}"


def _convolved(a: str, b: str, first: int, last: int, order: int) -> str:
    """The sum of a_i*b_(order - i) over some i."""
    return "+".join(f"{a}{place}*{b}{order - place}" for place in range(first, last + 1))
