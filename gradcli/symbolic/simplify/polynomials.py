"""Sums of products as polynomials: exact quotients and greatest common divisors.

The variables of a polynomial are whatever stands to whole powers in it: x, but also exp(x). Beside
sqrt(x), x is the square of that: there it cannot be negative. Roots of numbers, as sqrt(2), are
coefficients.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from gradcli.graph.node import CONST, Node
from gradcli.symbolic.simplify import rationals, terms
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms, as_number

MOST_TERMS = 16
"""Longer polynomials are left alone, and so are those of a higher degree."""


def variables(total: Terms) -> list[Node] | None:
    """What a sum is a polynomial in, in order; None if it is none, or too long."""
    if len(total) > MOST_TERMS:
        return None
    found: set[Node] = set()
    for product in total:
        for base, exponent in product:
            if _is_root_of_number(base, exponent):
                continue
            if not isinstance(exponent, int) or not 0 < exponent <= MOST_TERMS:
                return None
            found.add(base)
    return sorted(found, key=lambda node: node.index)


def common_divisor(a: Terms, b: Terms) -> Terms | None:
    """A polynomial, no number, that divides two; None if there is none or it takes long to find.

    In one variable it is the greatest one, by Euclid's algorithm; in several, and beside roots of
    numbers, it is found if one of the two divides the other.
    """
    roots = _roots(a, b)
    if roots:
        found = common_divisor(_in_roots(a, roots), _in_roots(b, roots))
        return found and _in_roots(found, _inverse(roots))
    of_a, of_b = variables(a), variables(b)
    if not of_a or not of_b or set(of_a).isdisjoint(of_b):
        return None
    if of_a == of_b and len(of_a) == 1 and not _has_roots(a) and not _has_roots(b):
        found = _euclid(a, b, of_a)
        return None if as_number(found) is not None else found
    if set(of_b) <= set(of_a) and quotient(a, b) is not None:
        return b
    return a if set(of_a) <= set(of_b) and quotient(b, a) is not None else None


def quotient(a: Terms, b: Terms) -> Terms | None:
    """a/b where that is a polynomial, else None."""
    roots = _roots(a, b)
    a, b = _in_roots(a, roots), _in_roots(b, roots)
    order = sorted({*(variables(a) or ()), *(variables(b) or ())}, key=lambda node: node.index)
    result, rest = _divided(a, b, order)
    return None if rest else _in_roots(result, _inverse(roots))


def _roots(*totals: Terms) -> dict[Node, int]:
    """Which root of a base all its powers are whole powers of, where that is not the base itself.

    One of them is a root: so the base is not negative wherever the sums are defined.
    """
    found: dict[Node, int] = {}
    for total in totals:
        for product in total:
            for base, exponent in product:
                if isinstance(exponent, Fraction) and not _is_root_of_number(base, exponent):
                    found[base] = math.lcm(found.get(base, 1), exponent.denominator)
    return found


def _inverse(roots: Mapping[Node, int]) -> dict[Node, Rational]:
    return {base: Fraction(1, degree) for base, degree in roots.items()}


def _in_roots(total: Terms, degrees: Mapping[Node, Rational]) -> Terms:
    """A sum in which the exponents of some bases are these multiples."""
    if not degrees:
        return total
    return {
        terms.product((base, terms.by(own, degrees.get(base, 1))) for base, own in product): c
        for product, c in total.items()
    }


def _is_root_of_number(base: Node, exponent: Exponent) -> bool:
    """Whether this is a power like sqrt(2), with an exact number below the root."""
    if base.op != CONST or base.label is not None or not isinstance(exponent, Fraction):
        return False
    return base.value > 0 and rationals.literal(base.value) is not None


def _has_roots(total: Terms) -> bool:
    return any(_is_root_of_number(*item) for product in total for item in product)


def _euclid(a: Terms, b: Terms, order: Sequence[Node]) -> Terms:
    while b:
        a, (_, b) = b, _divided(a, b, order)
        b = terms.scaled(b, rationals.quotient(1, rationals.content(b.values()))) if b else b
    leading = a[_leading(a, order)]
    scale = rationals.content(a.values())
    return terms.scaled(a, rationals.quotient(1, scale if leading > 0 else -scale))


def _divided(a: Terms, b: Terms, order: Sequence[Node]) -> tuple[Terms, Terms]:
    """Quotient and rest; the rest is what is left when a leading term cannot be divided."""
    result: Terms = {}
    rest, b = _folded_sum(a), _folded_sum(b)
    first = _leading(b, order)
    if sum(_powers(product, order) == _powers(first, order) for product in b) > 1:
        return result, rest  # (1 + sqrt(2))*x
    inverse = terms.raised(first, -1)
    while rest and len(rest) <= 4 * MOST_TERMS:
        leading = _leading(rest, order)
        factor, scale = _folded(terms.multiply(leading, inverse))
        if any(isinstance(exponent, tuple) or exponent < 0 for _, exponent in factor):
            break
        coefficient = terms.times(scale, rationals.quotient(rest[leading], b[first]))
        terms.add_term(result, factor, coefficient)
        for product, own in b.items():
            part, scale = _folded(terms.multiply(product, factor))
            terms.add_term(rest, part, terms.times(scale, terms.times(-coefficient, own)))
        if leading in rest:
            break  # two spellings of one power of a number, which is too large to be written out
    return result, rest


def _folded_sum(total: Terms) -> Terms:
    """A sum in which each power of a number is spelled in one way: 3^(3/2) is 3*sqrt(3)."""
    found: Terms = {}
    for product, coefficient in total.items():
        part, scale = _folded(product)
        terms.add_term(found, part, terms.times(scale, coefficient))
    return found


def _folded(product: Product) -> tuple[Product, Rational]:
    """A product with whole powers of numbers as its coefficient: 2^(3/2) is 2*sqrt(2)."""
    scale: Rational = 1
    kept: list[tuple[Node, Exponent]] = []
    for base, exponent in product:
        whole = 0 if isinstance(exponent, tuple) else math.floor(exponent)
        power = _power_of_number(base, whole)
        if power is None:
            kept.append((base, exponent))
        else:
            scale = terms.times(scale, power)
            kept.append((base, terms.plus(exponent, -whole)))
    return terms.product(kept), scale


def _power_of_number(base: Node, exponent: int) -> Rational | None:
    """A whole power of a base that is an exact number; None where it is none."""
    number = rationals.literal(base.value) if base.op == CONST and not base.label else None
    return None if number is None else rationals.power(number, exponent)


def _leading(total: Collection[Product], order: Sequence[Node]) -> Product:
    """The product with the highest power of the first variable, then of the second, and so on."""
    return max(total, key=lambda product: _powers(product, order))


def _powers(product: Product, order: Sequence[Node]) -> list[Exponent]:
    exponents = dict(product)
    return [exponents.get(variable, 0) for variable in order]
