"""What the terms of a sum have in common, and the sum without it."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.graph.node import CONST, Node
from gradcli.symbolic.simplify import rationals, terms
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.order import is_below
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms


def shared(total: Terms, *, common_bar: bool) -> Product:
    """The factors that all terms have; with ``common_bar`` also what any has below its bar."""
    powers_: dict[Node, list[Exponent]] = {}
    for product in total:
        for base, exponent in product:
            powers_.setdefault(base, []).append(exponent)
    found: list[tuple[Node, Exponent]] = []
    for base, exponents in powers_.items():
        if base.op == CONST and base.value == 0:
            continue  # x/0 is undefined, and so it shall look
        everywhere = len(exponents) == len(total)
        numbers = [exponent for exponent in exponents if not isinstance(exponent, tuple)]
        if len(numbers) == len(exponents):
            numbers = numbers if everywhere else [*numbers, 0]
            found.append((base, _of_numbers(base, numbers, common_bar=common_bar)))
        elif everywhere:
            found.append((base, _of_symbols(exponents)))
    return terms.product(found)


def _of_numbers(base: Node, exponents: Sequence[Rational], *, common_bar: bool) -> Rational:
    """The power of a base that all terms have, given its exponent in each of them."""
    low, high = min(exponents), max(exponents)
    if low > 0 or (common_bar and is_below(base, low)):
        return low
    return min(high, 0)


def _of_symbols(exponents: Sequence[Exponent]) -> Exponent:
    """x^n of x^n and x^(n + 1): exponents with the same variables and different numbers."""
    symbols = {terms.split(exponent)[0] for exponent in exponents}
    if len(symbols) > 1:
        return 0
    return terms.plus(symbols.pop() or 0, min(terms.split(each)[1] for each in exponents))


def without(algebra: Algebra, total: Terms, common: Product, scale: Rational = 1) -> Terms:
    """The sum divided by a product that all its terms have, and by a number."""
    inverse = terms.raised(common, -1)
    bracket: Terms = {}
    for product, coefficient in total.items():
        part = algebra.join(product, rationals.quotient(coefficient, scale), inverse, 1)
        algebra.accumulate(bracket, part)
    return bracket
