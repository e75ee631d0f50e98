"""The larger and the smaller of two: what they come to together, and choices between them."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.graph.conditions import TESTS
from gradcli.graph.node import Node
from gradcli.symbolic.simplify import powers, terms
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.terms import Product, Terms

_PARTNERS = {"max": "min", "min": "max"}

_MIRRORED = frozenset(("relu", "softplus", *_PARTNERS))
"""Functions f of one or two numbers with f(x, y) - f(-x, -y) = x + y."""

_LESS, _EQUAL, _MORE = (0, 1), (0, 0), (1, 0)
"""Two numbers of which the first is smaller, as large, and larger."""

DEEPEST = 4
"""Choices that are nested deeper are not looked into."""


def partner_of(algebra: Algebra, base: Node) -> Node | None:
    """min(x, y) for max(x, y), and the other way round."""
    name = _PARTNERS.get(base.op)
    if name is None or len(base.args) != 2:
        return None
    return algebra.writer.make(name, *algebra.writer.orientation.arguments(name, base.args))


def pairs(algebra: Algebra, total: Terms) -> Terms:
    """max(x, y)^n + min(x, y)^n is x^n + y^n."""
    for product in list(total):
        for base, exponent in product:
            partner = partner_of(algebra, base) if product in total else None
            if partner is None:
                continue
            rest = terms.multiply(product, ((base, terms.by(exponent, -1)),))
            other = terms.multiply(rest, ((partner, exponent),))
            if total.get(other) != total[product] or isinstance(exponent, tuple):
                continue
            total = dict(total)
            before: Terms = {rest: total.pop(product)}
            del total[other]
            for arg in base.args:
                power = powers.power(algebra, algebra.writer.form(arg), terms.number(exponent))
                algebra.accumulate(total, algebra.multiply(before, power))
    return total


def mirrored(algebra: Algebra, total: Terms) -> Terms:
    """relu(x) - relu(-x) is x, and max(x, y) - max(-x, -y) is x + y."""
    for product in list(total):
        for base, exponent in product:
            if exponent != 1 or base.op not in _MIRRORED or product not in total:
                continue
            args = [algebra.writer.form(arg) for arg in base.args]
            opposite = algebra.call(base.op, *[terms.scaled(arg, -1) for arg in args])
            rest = terms.multiply(product, ((base, -1),))
            other = algebra.multiply({rest: total[product]}, opposite)
            if len(args) > 2 or len(other) != 1 or not other.keys() <= total.keys():
                continue
            ((partner, coefficient),) = other.items()
            if partner == product or total[partner] != -coefficient:
                continue
            total = dict(total)
            before: Terms = {rest: total.pop(product)}
            del total[partner]
            for arg in args:
                algebra.accumulate(total, algebra.multiply(before, arg))
    return total


def settled(algebra: Algebra, total: Terms) -> Terms:
    """where(x > y, a, …) + where(x < y, …) as what it is in every case, if that is the same."""
    groups: dict[frozenset[Node], list[Product]] = {}
    for product in () if algebra.is_case else total:
        choices = [item for item in product if _sides(item[0]) is not None]
        if len(choices) != 1 or choices[0][1] != 1:
            continue
        sides = _sides(choices[0][0]) or ()
        if all(map(algebra.writer.is_defined, sides)):
            groups.setdefault(frozenset(sides), []).append(product)
    for sides_, products in groups.items():
        if len(products) < 2 or len(sides_) != 2:
            continue
        choices_ = {each: total[each] for each in products}
        common = _in_every_case(algebra.in_case, choices_, sides_)
        if common is not None:
            total = {product: total[product] for product in total if product not in products}
            algebra.accumulate(total, common)
    return total


def _in_every_case(algebra: Algebra, total: Terms, sides: frozenset[Node]) -> Terms | None:
    """What a sum of choices between two nodes is, if it is the same whichever is larger."""
    # In the order of their nodes, whichever way round they are compared.
    one, other = sorted(sides, key=lambda node: node.index)
    less = _in_case(algebra, total, (one, other), _LESS, {"min": one, "max": other})
    if less != _in_case(algebra, total, (one, other), _MORE, {"min": other, "max": one}):
        return None
    for each in (one, other):
        equal = _in_case(algebra, total, (one, other), _EQUAL, {"min": each, "max": each})
        if equal == less:
            return less
    return None


def _sides(choice: Node) -> tuple[Node, ...] | None:
    """What a choice compares."""
    test = choice.args[0] if choice.op == "where" else None
    return test.args if test is not None and test.op in TESTS else None


def _in_case(
    algebra: Algebra,
    total: Terms,
    pair: tuple[Node, Node],
    case: tuple[int, int],
    extrema: Mapping[str, Node],
) -> Terms:
    """The sum of choices where the first of a pair is smaller, as large, or larger."""
    result: Terms = {}
    for product, coefficient in total.items():
        (choice,) = (base for base, _ in product if _sides(base) is not None)
        rest: Terms = {terms.multiply(product, ((choice, -1),)): coefficient}
        branch = algebra.writer.form(_taken(choice, pair[0], case))
        algebra.accumulate(result, algebra.multiply(rest, branch))
    known: Terms = {}
    for product, coefficient in result.items():
        part: Terms = {terms.ONE: coefficient}
        for base, exponent in product:
            is_extremum = base.op in extrema and frozenset(base.args) == frozenset(pair)
            node = extrema[base.op] if is_extremum else base
            part = algebra.multiply(part, terms.atom(node, exponent))
        algebra.accumulate(known, part)
    return algebra.best_form(known)


def _taken(choice: Node, first: Node, case: tuple[int, int]) -> Node:
    """The branch of a choice, and of those by the same two in it, in this case."""
    sides = frozenset(_sides(choice) or ())
    for _ in range(DEEPEST):
        own = _sides(choice)
        if own is None or frozenset(own) != sides:
            break
        here = case if own[0] is first else case[::-1]
        choice = choice.args[1 if TESTS[choice.args[0].op](*here) else 2]
    return choice
