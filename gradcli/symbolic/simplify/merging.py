"""Terms of a sum that become fewer together: sin(x)^2 + cos(x)^2, and pieces of one choice."""

from __future__ import annotations

from gradcli.graph.node import Node
from gradcli.symbolic.simplify import choices, extrema, terms
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.terms import Product, Terms

DEEPEST = 2
"""Choices that are merged deeper than this keep their branches as they are."""

_PARTNERS = {"sin": ("cos", 1), "cosh": ("sinh", -1)}
"""sin^2 + cos^2 = 1 and cosh^2 - sinh^2 = 1."""


_LENGTHS = frozenset(("hypot", "norm"))

MOST_SIDES = 3
"""The squares of more sides are no shorter than that of a length without one of them."""


def merged(algebra: Algebra, total: Terms, depth: int) -> Terms:
    """The sum with its terms taken together where that leaves fewer of them."""
    if len(total) < 2:
        return total
    total = _sides(algebra, _squares(algebra, total))
    total = extrema.mirrored(algebra, extrema.pairs(algebra, total))
    total = extrema.settled(algebra, _ties(algebra, total))
    return _pushed(algebra, _choices(algebra, total, depth))


def _squares(algebra: Algebra, total: Terms) -> Terms:
    waiting = list(total)
    changed = False
    while waiting:
        product = waiting.pop()
        if product not in total:
            continue
        found = _pair(algebra, total, product)
        if found is None:
            continue
        if not changed:
            total, changed = dict(total), True
        partner, rest = found
        coefficient = total.pop(product)
        del total[partner]
        terms.add_term(total, rest, coefficient)
        waiting.append(rest)
    return total


def _pair(algebra: Algebra, total: Terms, product: Product) -> tuple[Product, Product] | None:
    """The term that makes a square vanish, and what is left of both."""
    for base, exponent in product:
        if base.op not in _PARTNERS or not isinstance(exponent, int):
            continue
        name, sign = _PARTNERS[base.op]
        rest = terms.multiply(product, ((base, -2),))
        partner = terms.multiply(rest, ((algebra.writer.make(name, *base.args), 2),))
        if total.get(partner) == sign * total[product]:
            return partner, rest
    return None


def _sides(algebra: Algebra, total: Terms) -> Terms:
    """hypot(x, y)^2 - x^2 is y^2, of which no digit is lost where y is small."""
    result = total
    for product in total:
        for base, exponent in product:
            if base.op in _LENGTHS and len(base.args) <= MOST_SIDES and isinstance(exponent, int):
                result = _without_side(algebra, result, product, base)
    return result


def _without_side(algebra: Algebra, total: Terms, product: Product, length: Node) -> Terms:
    """The sum without a square of a length and the one of a side that is subtracted from it."""
    coefficient = total.get(product)
    if coefficient is None:
        return total
    rest = {terms.multiply(product, ((length, -2),)): coefficient}
    squares = [
        algebra.multiply(algebra.multiply(rest, form), form)
        for form in map(algebra.writer.form, length.args)
    ]
    for place, square in enumerate(squares):
        if len(square) != 1:
            continue
        partner, scale = terms.single(square)
        if total.get(partner) == -scale and partner != product:
            result = dict(total)
            del result[product], result[partner]
            for other in squares[:place] + squares[place + 1 :]:
                algebra.accumulate(result, other)
            return result
    return total


def _ties(algebra: Algebra, total: Terms) -> Terms:
    """(a >= b) + (b >= a) is 1 + (a == b): how many of two are the greatest."""
    result = total
    for product, coefficient in total.items():
        for base, exponent in product:
            if base.op not in {"ge", "le"} or exponent != 1:
                continue
            make = algebra.writer.make
            other = make(base.op, *base.args[::-1])
            rest = terms.multiply(product, ((base, -1),))
            partner = terms.multiply(rest, ((other, 1),))
            if product in result and result.get(partner) == coefficient and other is not base:
                result = dict(result)
                del result[product], result[partner]
                equals = make("eq", *sorted(base.args, key=algebra.writer.order.side))
                equal = terms.multiply(rest, ((equals, 1),))
                terms.add_term(result, rest, coefficient)
                terms.add_term(result, equal, coefficient)
    return result


def _pushed(algebra: Algebra, total: Terms) -> Terms:
    """x*where(c, 1, 0) is where(c, x, 0)."""
    if len(total) < 2:
        return total
    result: Terms = {}
    for product, coefficient in total.items():
        found = choices.pushed(algebra, product, coefficient, in_sum=True)
        algebra.accumulate(result, {product: coefficient} if found is None else found)
    return result


def _choices(algebra: Algebra, total: Terms, depth: int) -> Terms:
    """where(c, a, 0) + where(c, 0, b) is where(c, a, b)."""
    groups: dict[Node, list[tuple[Product, Node]]] = {}
    for product in total:
        found = [base for base, exponent in product if base.op == "where" and exponent == 1]
        if len(found) == 1:
            groups.setdefault(found[0].args[0], []).append((product, found[0]))
    if all(len(group) < 2 for group in groups.values()):
        return total
    result = dict(total)
    for condition, group in groups.items():
        if len(group) < 2:
            continue
        branches: list[Terms] = [{}, {}]
        for product, choice in group:
            rest = terms.multiply(product, ((choice, -1),))
            coefficient = result.pop(product)
            for branch, node in zip(branches, choice.args[1:], strict=True):
                part = algebra.multiply({rest: coefficient}, algebra.writer.form(node))
                algebra.accumulate(branch, part)
        if depth < DEEPEST:
            together = choices.where(algebra, condition, *branches, depth=depth + 1)
        else:
            together = choices.joined(algebra, condition, *map(algebra.writer.write, branches))
        algebra.accumulate(result, together)
    return result
