"""Identities of single functions that hold wherever their left side is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.graph.node import INPUT, Node
from gradcli.symbolic.simplify import choices, factoring, rationals, terms
from gradcli.symbolic.simplify.order import SUMS
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.signs import UNKNOWN
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms

if TYPE_CHECKING:
    from gradcli.symbolic.simplify.algebra import Algebra

_PRODUCTS = frozenset(("mul", "div", "neg", "pow", "sqrt"))


def of_product(algebra: Algebra, product: Product) -> Terms | None:
    """A product by the first identity that concerns it, or None.

    abs(x)^2 is x^2, abs(x)*sign(x) is x, x*sign(x) is abs(x), cbrt(x)^3 is x.
    """
    for base, exponent in product:
        found = None
        if base.op == "abs" and isinstance(exponent, int) and abs(exponent) > 1:
            found = _absolute(algebra, product)
        elif base.op == "sign" and exponent in (1, -1):
            found = _sign(algebra, product, base, int(exponent == 1) or -1)
        elif base.op in _PRODUCTS and isinstance(exponent, int) and base not in algebra.opaque:
            found = _opened(algebra, product, base, exponent)
        elif base.op == "cbrt" and isinstance(exponent, int) and abs(exponent) >= 3:
            whole = exponent // 3 if exponent > 0 else -(-exponent // 3)
            found = _replaced(algebra, product, {base: -3 * whole}, base.args[0], whole)
        elif base.op in SUMS and isinstance(exponent, int):
            found = _sum(algebra, product, base, exponent)
        if found is not None:
            return found
    return None


def _absolute(algebra: Algebra, product: Product) -> Terms:
    """Every abs(x)^2 of a product as x^2, and abs(x)^3 as x^2*abs(x)."""
    rest: dict[Node, Exponent] = dict(product)
    outside: list[Terms] = []
    for base, exponent in product:
        if base.op == "abs" and isinstance(exponent, int) and abs(exponent) > 1:
            even = (
                exponent if rationals.is_even(exponent) else exponent + (1 if exponent < 0 else -1)
            )
            rest[base] = exponent - even
            outside.append(algebra.power(algebra.writer.form(base.args[0]), terms.number(even)))
    result = terms.product(rest.items())
    scale: Rational = 1
    for power in outside:
        factors, factor = algebra.as_product(power)
        result, scale = terms.multiply(result, factors), terms.times(scale, factor)
    return algebra.fold(result, scale)


def _sign(algebra: Algebra, product: Product, base: Node, power: int) -> Terms | None:
    """abs(x)*sign(x) as x and x*sign(x) as abs(x), above or below the bar."""
    inner = base.args[0]
    known = algebra.writer.sign(inner) is not UNKNOWN
    for other, exponent in product:
        if other.op == "abs" and other.args[0] is inner and exponent == power:
            return _replaced(algebra, product, {base: -power, other: -power}, inner, power)
        if other is inner and isinstance(exponent, int) and exponent * power > 0:
            absolute = inner if known else algebra.writer.make("abs", inner)
            return _replaced(algebra, product, {base: -power, other: -power}, absolute, power)
    return None


def _opened(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """A product in brackets, after roots of it came to a whole power, by its factors."""
    form = algebra.writer.form(base)
    power = algebra.power(form, terms.number(exponent))
    if (base, exponent) in {item for factors in power for item in factors}:
        return None
    return algebra.multiply({terms.multiply(product, ((base, -exponent),)): 1}, power)


def _replaced(
    algebra: Algebra, product: Product, lowered: dict[Node, int], node: Node, exponent: int
) -> Terms:
    """The product with some exponents lowered, times a power of a node."""
    rest = terms.product((base, terms.plus(own, lowered.get(base, 0))) for base, own in product)
    power = algebra.power(algebra.writer.form(node), terms.number(exponent))
    return algebra.multiply({rest: 1}, power)


def _cancelled(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """A power of x^2 + x as that of x*(x + 1) beside a power of x with the other sign."""
    variables = {
        other: own
        for other, own in product
        if other.op == INPUT and isinstance(own, int) and own * exponent < 0
    }
    form = algebra.terms_of(base) if variables else None
    if form is None:
        return None
    common = [item for item in factoring.shared(form, common_bar=False) if item[0] in variables]
    if not common:
        return None
    rest = factoring.without(algebra, form, terms.product(common))
    outside = terms.raised(terms.product(common), exponent)
    return algebra.multiply({outside: 1}, algebra.power(rest, terms.number(exponent)))


def _sum(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """1/(1 + 1/x) as x/(x + 1), and x/(x^2 + x) as 1/(x + 1)."""
    total = _cancelled(algebra, product, base, exponent)
    if total is None and exponent == -1:
        total = choices.of_ties(algebra, base)
    if total is None and algebra.writer.order.is_fraction_sum(base):
        form = algebra.terms_of(base)
        total = form and factoring.over_one_bar(algebra, form)
        total = total and algebra.power(total, terms.number(exponent))
    if total is None:
        return None
    return algebra.multiply({terms.multiply(product, ((base, -exponent),)): 1}, total)


def of_logarithm(algebra: Algebra, product: Product, scale: Rational) -> Terms | None:
    """exp(c*log(x)) as x^c, for a product c*log(x) given by its parts."""
    for base, exponent in product:
        if base.op == "log" and exponent == 1:
            rest = terms.product(item for item in product if item[0] is not base)
            return algebra.power(algebra.writer.form(base.args[0]), {rest: scale})
    return None
