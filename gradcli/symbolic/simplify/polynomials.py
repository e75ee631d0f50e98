"""Sums of products as polynomials: exact quotients and greatest common divisors.

The variables of a polynomial are whatever stands to whole powers in it: x, but also exp(x).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradcli.graph.node import Node
from gradcli.symbolic.simplify import rationals, terms
from gradcli.symbolic.simplify.terms import Product, Terms, as_number

MOST_TERMS = 16
"""Longer polynomials are left alone, and so are those of a higher degree."""


def variables(total: Terms) -> list[Node] | None:
    """What a sum is a polynomial in, in order; None if it is none, or too long."""
    if len(total) > MOST_TERMS:
        return None
    found: set[Node] = set()
    for product in total:
        for base, exponent in product:
            if not isinstance(exponent, int) or not 0 < exponent <= MOST_TERMS:
                return None
            found.add(base)
    return sorted(found, key=lambda node: node.index)


def common_divisor(a: Terms, b: Terms) -> Terms | None:
    """A polynomial, no number, that divides two; None if there is none or it takes long to find.

    In one variable it is the greatest one, by Euclid's algorithm; in several it is found if one of
    the two divides the other.
    """
    of_a, of_b = variables(a), variables(b)
    if not of_a or not of_b or set(of_a).isdisjoint(of_b):
        return None
    if of_a == of_b and len(of_a) == 1:
        found = _euclid(a, b, of_a)
        return None if as_number(found) is not None else found
    if set(of_b) <= set(of_a) and quotient(a, b) is not None:
        return b
    return a if set(of_a) <= set(of_b) and quotient(b, a) is not None else None


def quotient(a: Terms, b: Terms) -> Terms | None:
    """a/b where that is a polynomial, else None."""
    order = sorted({*(variables(a) or ()), *(variables(b) or ())}, key=lambda node: node.index)
    result, rest = _divided(a, b, order)
    return None if rest else result


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
    rest = dict(a)
    first = _leading(b, order)
    inverse = terms.raised(first, -1)
    while rest and len(rest) <= 4 * MOST_TERMS:
        leading = _leading(rest, order)
        factor = terms.multiply(leading, inverse)
        if any(isinstance(exponent, tuple) or exponent < 0 for _, exponent in factor):
            break
        coefficient = rationals.quotient(rest[leading], b[first])
        terms.add_term(result, factor, coefficient)
        for product, own in b.items():
            scale = terms.times(-coefficient, own)
            terms.add_term(rest, terms.multiply(product, factor), scale)
    return result, rest


def _leading(total: Collection[Product], order: Sequence[Node]) -> Product:
    """The product with the highest power of the first variable, then of the second, and so on."""

    def powers(product: Product) -> list[object]:
        exponents = dict(product)
        return [exponents.get(variable, 0) for variable in order]

    return max(total, key=powers)
