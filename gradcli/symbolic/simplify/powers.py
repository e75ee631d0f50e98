"""Powers and exponentials, taken apart only as far as that is right for every sign."""

from __future__ import annotations

from gradcli.graph.node import Node
from gradcli.symbolic.simplify import rationals, terms
from gradcli.symbolic.simplify.algebra import MANY, Algebra
from gradcli.symbolic.simplify.common import shared, without
from gradcli.symbolic.simplify.order import SUMS
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.signs import NOT_NEGATIVE, POSITIVE, UNKNOWN
from gradcli.symbolic.simplify.terms import (
    Exponent,
    Product,
    Terms,
    as_number,
    atom,
    number,
    single,
)

MOST_CONTENT = 2
"""(2x + 2)^2 is 4*(x + 1)^2, but 2^9 is not taken out of (2x + 2)^9."""


def power(algebra: Algebra, base: Terms, exponent: Terms) -> Terms:
    """base^exponent."""
    value = as_number(exponent)
    if value == 0:
        return number(1)
    if value == 1:
        return base
    if len(base) > 1:
        base = algebra.best_form(base)
    if value is None:
        return _symbolic(algebra, base, exponent)
    constant = as_number(base)
    if constant is not None:
        return _of_number(algebra, constant, value)
    if len(base) > 1:
        return _of_sum(algebra, base, value)
    factors, scale = single(base)
    if isinstance(value, int):
        root = rationals.power(scale, value)
        if root is None:
            return _whole(algebra, base, value)
        return algebra.fold(terms.raised(factors, value), root)
    return _root(algebra, factors, scale, value)


def _of_number(algebra: Algebra, base: Rational, exponent: Rational) -> Terms:
    value = rationals.power(base, exponent)
    if value is not None:
        return number(value)
    if base == 0 and exponent > 0:
        return {}
    if base <= 0 or algebra.writer.decimals:
        return _whole(algebra, number(base), exponent)
    scale: Rational = 1
    factors: list[tuple[Node, Exponent]] = []
    for whole, power_ in [(base.numerator, exponent), (base.denominator, -exponent)]:
        part = whole
        if power_.denominator == 2:
            side = rationals.side_of_square(part)
            outside = rationals.power(side, power_.numerator)
            if outside is not None:
                part, scale = part // side**2, terms.times(scale, outside)
        if part != 1:
            factors.append((algebra.writer.number(part), power_))
    return algebra.fold(terms.product(factors), scale)


def _of_sum(algebra: Algebra, base: Terms, exponent: Rational) -> Terms:
    """A power of a sum, with a number taken out of it where that is a number then, too."""
    scale: Rational = 1
    if not isinstance(exponent, int) or abs(exponent) <= MOST_CONTENT:
        content = algebra.content(base)
        root = rationals.power(content, exponent)
        if root is not None:
            base, scale = terms.scaled(base, rationals.quotient(1, content)), root
    if isinstance(exponent, int):
        sign, node = algebra.bracket(base)
        return algebra.fold(((node, exponent),), terms.times(scale, sign ** (exponent % 2)))
    squares = _squares(shared(base, common_bar=False))
    rest = without(algebra, base, squares) if squares else {}
    if rest and algebra.writer.sign(algebra.node(rest)) >= NOT_NEGATIVE:
        inside = power(algebra, rest, number(exponent))
        return terms.scaled(algebra.multiply(_each(algebra, squares, exponent), inside), scale)
    return terms.scaled(_whole(algebra, base, exponent), scale)


def _squares(factors: Product) -> Product:
    """The even powers in a product: what they are powers of may be 0, and of any sign."""
    return tuple((b, e) for b, e in factors if isinstance(e, int) and e > 0 and e % 2 == 0)


def _each(algebra: Algebra, factors: Product, exponent: Rational) -> Terms:
    """A fractional power of each factor by itself, none of which is negative."""
    result = number(1)
    for factor in factors:
        result = algebra.multiply(result, _of_the_rest(algebra, (factor,), 1, exponent))
    return result


def _root(algebra: Algebra, factors: Product, scale: Rational, exponent: Rational) -> Terms:
    """A fractional power of a product: what is positive is taken out of it."""
    if scale < 0:
        factors, scale = _turned(algebra, factors, scale)
    taken: list[tuple[Node, Exponent]] = []
    left: list[tuple[Node, Exponent]] = []
    for base, own in factors:
        if algebra.writer.sign(base) is POSITIVE:
            taken.append((base, terms.by(own, exponent)))
        else:
            left.append((base, own))
    root = rationals.power(scale, exponent)
    if root is None:
        if scale < 0:
            return _whole(algebra, {factors: scale}, exponent)
        rest = _of_the_rest(algebra, terms.product(left), scale, exponent)
        return algebra.multiply({terms.product(taken): 1}, rest)
    rest = _of_the_rest(algebra, terms.product(left), 1, exponent)
    return algebra.multiply({terms.product(taken): root}, rest)


def _turned(algebra: Algebra, factors: Product, scale: Rational) -> tuple[Product, Rational]:
    """-(x - y)*z as (y - x)*z, with a number that is not negative, if there is such a bracket."""
    order = algebra.writer.order
    brackets = [base for base, own in factors if own == 1 and base.op in SUMS]
    if not brackets:
        return factors, scale
    bracket = min(brackets, key=lambda base: order.factor(base, 1))
    opposite = algebra.writer.write(terms.scaled(algebra.writer.form(bracket), -1))
    return terms.multiply(factors, ((bracket, -1), (opposite, 1))), -scale


def _of_the_rest(algebra: Algebra, factors: Product, scale: Rational, exponent: Rational) -> Terms:
    """A fractional power of factors that may be negative."""
    if not factors:
        return _of_number(algebra, scale, exponent)
    squares = _squares(factors)
    rest = terms.multiply(factors, terms.raised(squares, -1))
    if squares and (len(squares) > 1 or rest or scale != 1):
        inside: Terms = {rest: scale}
        if not rest or algebra.writer.sign(algebra.node(inside)) >= NOT_NEGATIVE:
            return algebra.multiply(
                _each(algebra, squares, exponent), power(algebra, inside, number(exponent))
            )
    if len(factors) > 1 or scale != 1:
        settled = algebra.best_form({factors: scale})
        if len(settled) > 1:
            return _of_sum(algebra, settled, exponent)
        return _whole(algebra, settled, exponent)
    ((base, own),) = factors
    if isinstance(own, tuple):
        return _whole(algebra, {factors: scale}, exponent)
    together = terms.times(own, exponent)
    if not rationals.fits(together):
        return _whole(algebra, {factors: scale}, exponent)
    lost_sign = rationals.is_even(own) and not rationals.is_even(together)
    if lost_sign and algebra.writer.sign(base) is UNKNOWN:
        base = algebra.writer.make("abs", base)
    return algebra.fold(((base, together),), 1)


def _symbolic(algebra: Algebra, base: Terms, exponent: Terms) -> Terms:
    """A power whose exponent has variables in it."""
    if as_number(base) == 1:
        return base
    if len(base) == 1:
        factors, scale = single(base)
        if scale == 1 and len(factors) == 1:
            return _of_factor(algebra, *factors[0], exponent)
    return _whole(algebra, base, _exponent(algebra, exponent))


def _of_factor(algebra: Algebra, base: Node, own: Exponent, exponent: Terms) -> Terms:
    """(base^own)^exponent."""
    if base.op == "exp" and not isinstance(own, tuple):
        inner = terms.scaled(algebra.writer.form(base.args[0]), own)
        return exponential(algebra, algebra.multiply(inner, exponent))
    if own == 1:
        return atom(base, _exponent(algebra, exponent))
    if algebra.writer.sign(base) is POSITIVE:
        together = algebra.multiply(terms.unfrozen(own), exponent)
        return atom(base, _exponent(algebra, together))
    return _whole(algebra, atom(base, own), _exponent(algebra, exponent))


def _whole(algebra: Algebra, total: Terms, exponent: Exponent) -> Terms:
    """A power of a product that must not be taken apart."""
    return atom(algebra.writer.write(total), exponent)


def _exponent(algebra: Algebra, total: Terms) -> Exponent:
    """A sum as an exponent: as it is, or in brackets where it has such exponents itself."""
    if terms.is_simple(total) and len(total) <= MANY:
        return terms.frozen(total)
    return terms.frozen(atom(algebra.node(total)))


# --- Exponentials -------------------------------------------------------------------------------


def exponential(algebra: Algebra, total: Terms) -> Terms:
    """The exponential of a sum; that of 2*x is kept as a power of exp(x), which it so meets."""
    if len(total) > 1:
        total = algebra.best_form(total)
    if not total:
        return number(1)
    if len(total) > 1:
        product, scale = algebra.as_factor(total)
        inner = product[0][0]
    else:
        product, scale = single(total)
        inner = algebra.writer.write({product: 1})
        power_ = _of_logarithm(algebra, product, scale)
        if power_ is not None:
            return power_
    return atom(algebra.writer.make("exp", inner), scale)


def _of_logarithm(algebra: Algebra, product: Product, scale: Rational) -> Terms | None:
    """exp(c*log(x)) as x^c, for a product c*log(x) given by its parts."""
    for base, exponent in product:
        if base.op == "log" and exponent == 1:
            rest = terms.product(item for item in product if item[0] is not base)
            return power(algebra, algebra.writer.form(base.args[0]), {rest: scale})
    return None
