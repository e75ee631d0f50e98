"""The best form of a sum: collected, with common factors outside, or multiplied out.

Forms are compared by the length of their text; the numbers below add or take away characters where
a textbook prefers one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from gradcli.graph.node import INPUT, Node
from gradcli.symbolic.simplify import choices, merging
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.factoring import (
    DEEPEST,
    conjugates,
    factored,
    grouped,
    multiplied_out,
)
from gradcli.symbolic.simplify.order import SUMS
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms, as_number, single

MOST_TERMS = 60
"""Longer sums stay as they are collected."""

POLYNOMIAL = 4
"""How many characters a polynomial in one variable may be longer than its factored form."""

MULTIPLIED_OUT = 8
"""How many characters multiplying out has to save where there are functions."""

ONLY_VARIABLES = 2
"""How many characters a bracket of functions has to save if it has only variables before it."""


def best(algebra: Algebra, total: Terms, depth: int) -> Terms:
    """The form of a sum that is shown."""
    total = merging.merged(algebra, total, depth)
    if len(total) == 1:
        return choices.pushed(algebra, *single(total)) or conjugates(algebra, *single(total))
    if not total or len(total) > MOST_TERMS or _is_polynomial(total):
        return total
    joined = _with_joined_roots(algebra, total)
    if joined != total:
        total = joined
        if len(total) == 1:
            return best(algebra, total, depth)
    shortest = _best_bracket(algebra, total, depth)
    out = multiplied_out(algebra, total)
    if out is None:
        return shortest
    other = _best_bracket(algebra, merging.merged(algebra, out, depth), depth)
    malus = MULTIPLIED_OUT if any(_has_function(product) for product in out) else 0
    length, rank = _score(algebra, other)
    return other if (length + malus, rank) < _score(algebra, shortest) else shortest


def _with_joined_roots(algebra: Algebra, total: Terms) -> Terms:
    """A sum in whose terms sqrt(a - b)*sqrt(a + b) is sqrt(a^2 - b^2), as in a single one."""
    found: Terms = {}
    for product, scale in total.items():
        roots = [each for each in product if isinstance(each[1], Fraction)]
        term = conjugates(algebra, product, scale) if len(roots) > 1 else {product: scale}
        found = algebra.add(found, term)
    return found


def _best_bracket(algebra: Algebra, total: Terms, depth: int) -> Terms:
    """The sum as it is, or with a common factor outside."""
    candidates = [total]
    if depth < DEEPEST and len(total) > 1:
        candidates.extend(factored(algebra, total, depth))
        candidates.extend(grouped(algebra, total, depth))
    return min(candidates, key=lambda form: _score(algebra, form))


def _score(algebra: Algebra, form: Terms) -> tuple[int, int]:
    """The length; of two that are as long, the one with a common factor outside is better."""
    if as_number(form) is not None:
        return 0, 0
    length = algebra.writer.length(algebra.writer.write(form))
    if len(form) > 1:
        return length - POLYNOMIAL * _is_polynomial(form), 1
    product, scale = single(form)
    brackets = [base for base, _ in product if base.op in SUMS]
    rest = [(base, exponent) for base, exponent in product if base.op not in SUMS]
    if rest and scale in (1, -1) and _is_variables(rest) and _have_functions(algebra, brackets):
        length += ONLY_VARIABLES
    return length, 0


def _have_functions(algebra: Algebra, brackets: Iterable[Node]) -> bool:
    return not algebra.writer.order.with_functions.isdisjoint(brackets)


def _is_variables(factors: Iterable[tuple[Node, Exponent]]) -> bool:
    """Whether factors are nothing but whole powers of variables."""
    return all(
        base.op == INPUT and isinstance(exponent, int) and exponent > 0
        for base, exponent in factors
    )


def _has_function(product: Product) -> bool:
    return any(base.op != INPUT and base.op not in SUMS for base, _ in product)


def _is_polynomial(total: Terms) -> bool:
    """Whether a sum is a polynomial in one variable."""
    variables = {base for product in total for base, _ in product}
    return len(variables) == 1 and all(map(_is_variables, total))
