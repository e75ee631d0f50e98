"""Sums of products as data: what is added to what, and how often a base occurs in a product.

A product is a tuple of bases with their exponents, in the order of the bases' nodes; a sum is a
dictionary from products to their coefficients, none of which is 0. The number 3 is ``{(): 3}``.

An exponent is a number or, if it has variables in it, itself a sum, frozen; the exponents inside
such a sum are numbers, so that nothing here is ever nested deeper than that.
"""

from __future__ import annotations

from collections.abc import Iterable

from gradcli.graph.node import Node
from gradcli.symbolic.simplify import rationals
from gradcli.symbolic.simplify.rationals import Rational

Symbolic = tuple[tuple["Product", Rational], ...]
Exponent = Rational | Symbolic
Product = tuple[tuple[Node, Exponent], ...]
Terms = dict[Product, Rational]

ONE: Product = ()


def number(value: Rational) -> Terms:
    """A number as a sum."""
    return {ONE: value} if value else {}


def atom(node: Node, exponent: Exponent = 1) -> Terms:
    """A power of a node as a sum."""
    return {((node, exponent),): 1}


def as_number(terms: Terms) -> Rational | None:
    """The number that a sum is, or None."""
    if not terms:
        return 0
    return terms.get(ONE) if len(terms) == 1 else None


def single(terms: Terms) -> tuple[Product, Rational]:
    """The product and the coefficient of a sum that has one term."""
    ((product, coefficient),) = terms.items()
    return product, coefficient


def add_term(terms: Terms, product: Product, coefficient: Rational) -> None:
    """Add a term to a sum, in place."""
    total = terms.get(product, 0) + coefficient
    if total:
        terms[product] = rationals.bounded(total)
    else:
        terms.pop(product, None)


def add_terms(terms: Terms, more: Terms, factor: Rational = 1) -> None:
    """Add a multiple of a sum to another, in place."""
    for product, coefficient in more.items():
        add_term(terms, product, times(coefficient, factor))


def scaled(terms: Terms, factor: Rational) -> Terms:
    """A multiple of a sum."""
    if factor == 1:
        return terms
    return {product: times(c, factor) for product, c in terms.items()} if factor else {}


def times(a: Rational, b: Rational) -> Rational:
    """a*b."""
    return rationals.bounded(a * b)


def plus(a: Exponent, b: Exponent) -> Exponent:
    """The sum of two exponents."""
    if not isinstance(a, tuple) and not isinstance(b, tuple):
        return rationals.bounded(a + b)
    total = unfrozen(a)
    add_terms(total, unfrozen(b))
    return frozen(total)


def by(exponent: Exponent, factor: Rational) -> Exponent:
    """A multiple of an exponent."""
    if not isinstance(exponent, tuple):
        return times(exponent, factor)
    return frozen(scaled(unfrozen(exponent), factor))


def frozen(terms: Terms) -> Exponent:
    """A sum as an exponent."""
    value = as_number(terms)
    if value is not None:
        return value
    return tuple(sorted(terms.items(), key=lambda term: _places(term[0])))


def unfrozen(exponent: Exponent) -> Terms:
    """An exponent as a sum."""
    return dict(exponent) if isinstance(exponent, tuple) else number(exponent)


def split(exponent: Exponent) -> tuple[Symbolic, Rational]:
    """The part of an exponent that has variables in it, and the number added to it."""
    if not isinstance(exponent, tuple):
        return (), exponent
    rest = dict(exponent)
    value = rest.pop(ONE, 0)
    return tuple((product, c) for product, c in exponent if product), value


def is_simple(terms: Terms) -> bool:
    """Whether a sum can be an exponent as it is: all exponents in it are numbers."""
    return not any(isinstance(exponent, tuple) for product in terms for _, exponent in product)


def multiply(a: Product, b: Product) -> Product:
    """The product of two products: exponents of the same base are added."""
    if not a or not b:
        return a or b
    powers: dict[Node, Exponent] = dict(a)
    for base, exponent in b:
        powers[base] = plus(powers[base], exponent) if base in powers else exponent
    return product(powers.items())


def product(powers: Iterable[tuple[Node, Exponent]]) -> Product:
    """Bases with their exponents, in order and without those to the power 0."""
    kept = [item for item in powers if item[1] != 0]
    kept.sort(key=lambda item: item[0].index)
    return tuple(kept)


def raised(factors: Product, exponent: Rational) -> Product:
    """Every factor to a power; right for whole exponents, see `algebra` for others."""
    return product((base, by(own, exponent)) for base, own in factors)


def times_in(whole: Product, part: Product) -> int:
    """How many times a product has another in it: x^3*y^2 has x*y in it twice."""
    exponents = dict(whole)
    return min((_times_in(exponents.get(base, 0), own) for base, own in part), default=0)


def _times_in(exponent: Exponent, part: Exponent) -> int:
    """How many whole times an exponent has another of the same sign in it."""
    if isinstance(exponent, tuple) or isinstance(part, tuple) or exponent * part <= 0:
        return 0
    return int(exponent / part)


def _places(factors: Product) -> tuple[tuple[int, Rational], ...]:
    # Only products whose exponents are numbers are in an exponent.
    return tuple((base.index, own) for base, own in factors if not isinstance(own, tuple))
