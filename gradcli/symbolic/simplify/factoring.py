"""The ways to write a sum of products: multiplied out, with common factors outside, as squares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from gradcli.graph.node import Node
from gradcli.symbolic.simplify import powers, rationals, terms
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.common import shared, without
from gradcli.symbolic.simplify.order import SUMS, is_below
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms, single

MOST_EXPANDED = 16
"""How many terms a product may have when it is multiplied out."""

MOST_POWER = 2
"""The highest power of a sum that is multiplied out."""

DEEPEST = 3
"""How often a bracket is factored inside a bracket."""

FEWEST_GROUPED = 3
"""How many terms have to have a factor that others do not have before it is taken out of them."""

# --- Multiplied out -----------------------------------------------------------------------------


def multiplied_out(algebra: Algebra, total: Terms) -> Terms | None:
    """The sum without brackets above a fraction bar; None if there are none, or it is too long."""
    result: Terms = {}
    changed = False
    for product, coefficient in total.items():
        expanded = _expanded(algebra, product)
        if expanded is None:
            return None
        changed = changed or len(expanded) > 1
        for part, factor in expanded.items():
            algebra.accumulate(result, {part: terms.times(coefficient, factor)})
        if len(result) > MOST_EXPANDED:
            return None
    return result if changed else None


def _expanded(algebra: Algebra, product: Product) -> Terms | None:
    """A product with its brackets multiplied out; None if that is too long."""
    result: Terms = {terms.ONE: 1}
    rest: list[tuple[Node, Exponent]] = []
    for base, exponent in product:
        inner = algebra.terms_of(base)
        if inner is None or not isinstance(exponent, int) or not 0 < exponent <= MOST_POWER:
            rest.append((base, exponent))
            continue
        for _ in range(exponent):
            if len(result) * len(inner) > MOST_EXPANDED:
                return None
            result = _times(algebra, result, inner)
    return _times(algebra, {terms.product(rest): 1}, result)


def _times(algebra: Algebra, a: Terms, b: Terms) -> Terms:
    result: Terms = {}
    for product_a, scale_a in a.items():
        for product_b, scale_b in b.items():
            terms.add_terms(result, algebra.join(product_a, scale_a, product_b, scale_b))
    return result


# --- Common factors -----------------------------------------------------------------------------


def factored(algebra: Algebra, total: Terms, depth: int) -> Iterator[Terms]:
    """The sum as a product of what its terms have in common and a bracket.

    First with what is above or below the bar in all terms, then over a common denominator.
    """
    plain = shared(total, common_bar=False)
    barred = shared(total, common_bar=True)
    scale = rationals.content(total.values())
    if plain or scale != 1 or all(c < 0 for c in total.values()):
        yield outside(algebra, total, plain, depth)
    if barred != plain:
        yield outside(algebra, total, barred, depth)


def grouped(algebra: Algebra, total: Terms, depth: int) -> Iterator[Terms]:
    """The sum with its most frequent factor outside of the terms that have it: x*(a + b) - a."""
    counts = Counter(
        base
        for product in total
        for base, exponent in product
        if exponent == 1 and base.op not in SUMS
    )
    count = max(counts.values(), default=0)
    if not FEWEST_GROUPED <= count < len(total):
        return
    order = algebra.writer.order
    most = [base for base in counts if counts[base] == count]
    base = min(most, key=lambda each: order.factor(each, 1))
    having = {product: c for product, c in total.items() if (base, 1) in product}
    result = {product: c for product, c in total.items() if product not in having}
    terms.add_terms(result, outside(algebra, having, ((base, 1),), depth))
    yield result


def over_one_bar(algebra: Algebra, total: Terms) -> Terms | None:
    """The sum over a common denominator; None if no term has one."""
    common = terms.product(item for item in shared(total, common_bar=True) if is_below(*item))
    return outside(algebra, total, common, DEEPEST) if common else None


def outside(algebra: Algebra, total: Terms, common: Product, depth: int) -> Terms:
    """The sum with a common factor, and the numbers' common factor, outside a bracket."""
    scale = rationals.content(total.values())
    if all(c < 0 for c in total.values()):
        scale = -scale
    bracket = without(algebra, total, common, scale)
    bracket = algebra.best_form(bracket, depth + 1)
    if not bracket:
        return bracket
    inner, factor = single(bracket) if len(bracket) == 1 else algebra.as_factor(bracket)
    return algebra.join(common, scale, inner, factor)


# --- (a - b)(a + b) -----------------------------------------------------------------------------


def conjugates(algebra: Algebra, product: Product, coefficient: Rational) -> Terms:
    """A product in which (a - b)^n*(a + b)^n is (a^2 - b^2)^n."""
    brackets = [item for item in product if item[0].op in SUMS and not isinstance(item[1], tuple)]
    for (first, exponent), (second, other) in combinations(brackets, 2):
        squares = _squares(algebra, first, second) if exponent == other else None
        if squares is None or isinstance(exponent, tuple):
            continue
        rest = [item for item in product if item[0] not in (first, second)]
        whole = powers.power(algebra, squares, terms.number(exponent))
        return terms.scaled(algebra.multiply({terms.product(rest): 1}, whole), coefficient)
    return {product: coefficient}


def _squares(algebra: Algebra, first: Node, second: Node) -> Terms | None:
    """a^2 - b^2 for the sums a + b and a - b, or for their opposites."""
    one, other = algebra.terms_of(first), algebra.terms_of(second)
    if one is None or other is None or len(one) != 2 or one.keys() != other.keys():
        return None
    (a, scale_a), (b, scale_b) = one.items()
    if abs(other[a]) != abs(scale_a) or abs(other[b]) != abs(scale_b):
        return None
    sign = 1 if (other[a] > 0) == (scale_a > 0) else -1
    square_a = algebra.fold(terms.raised(a, 2), sign * terms.times(scale_a, scale_a))
    square_b = algebra.fold(terms.raised(b, 2), -sign * terms.times(scale_b, scale_b))
    if (other[a] * scale_a > 0) == (other[b] * scale_b > 0):
        return None
    return algebra.add(dict(square_a), square_b)
