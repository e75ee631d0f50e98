"""Sizes and signs of sums of products, the greatest of several, and lengths of vectors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradcli.graph.node import Node
from gradcli.symbolic.simplify import powers, rationals, terms
from gradcli.symbolic.simplify.algebra import MANY, Algebra
from gradcli.symbolic.simplify.common import shared
from gradcli.symbolic.simplify.exact import Arguments, Function
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.signs import NOT_NEGATIVE
from gradcli.symbolic.simplify.terms import Terms, as_number, atom, number, single

HALF = Fraction(1, 2)

MOST_COMPARED = 8
"""The arguments of an extremum are compared with each other if there are no more."""

EXTREMA = frozenset(("max", "min"))


def without_bars(algebra: Algebra, arg: Terms) -> Terms:
    """The argument of an even function without sizes: cos(2*abs(x)) is cos(2*x)."""
    sizes = sizes_in(arg)
    if not sizes:
        return arg
    product, scale = single(arg)
    result: Terms = {terms.product(item for item in product if item not in sizes): scale}
    for size, exponent in sizes:
        inner = algebra.writer.form(size.args[0])
        result = algebra.multiply(result, powers.power(algebra, inner, number(exponent)))
    return result


def sizes_in(arg: Terms) -> Sequence[tuple[Node, int]]:
    """The factors abs(x)^n of a single product, for odd n."""
    if len(arg) != 1:
        return []
    return [
        (base, exponent)
        for base, exponent in single(arg)[0]
        if base.op == "abs" and isinstance(exponent, int) and exponent % 2
    ]


def unsigned(algebra: Algebra, arg: Terms) -> tuple[int, Terms]:
    """The argument without its sign, and the sign; of x - y and y - x the one that is written."""
    if len(arg) > 1:
        arg = algebra.best_form(arg)
    if not arg:
        return 1, arg
    is_sum = len(arg) > 1
    sign = algebra.writer.orientation.sign(arg) if is_sum else -1 if single(arg)[1] < 0 else 1
    return sign, terms.scaled(arg, sign)


def scaled(algebra: Algebra, arg: Terms) -> tuple[Rational, Terms]:
    """The size of the number before a product, and the rest; empty if there is no rest."""
    if len(arg) > 1:
        arg = algebra.best_form(arg)
    value = as_number(arg)
    if value is not None:
        return rationals.size(value), {}
    if len(arg) > 1:
        return 1, unsigned(algebra, arg)[1]
    product, scale = single(arg)
    return rationals.size(scale), {product: 1}


def absolute(algebra: Algebra, args: Arguments) -> Terms:
    """abs(x), without what is known of its sign."""
    scale, arg = scaled(algebra, without_bars(algebra, args[0]))
    if not arg:
        return number(scale)
    node = algebra.node(arg)
    if algebra.writer.sign(node) >= NOT_NEGATIVE:
        return terms.scaled(arg, scale)
    return terms.scaled(atom(algebra.writer.make("abs", node)), scale)


def is_never(algebra: Algebra, arg: Terms, sign: int) -> bool:
    """Whether a sum is never of this sign, 1 or -1."""
    opposite = algebra.node(terms.scaled(arg, -sign))
    return algebra.writer.sign(opposite) >= NOT_NEGATIVE


def extremum(op: str) -> Function:
    """max(x, x) as x, max(2, x, 3) as max(3, x), max(x^2, 0) as x^2, and max(x, -x) as abs(x)."""
    choose, better = (max, 1) if op == "max" else (min, -1)

    def is_beaten(algebra: Algebra, arg: Terms, others: Arguments) -> bool:
        return any(is_never(algebra, algebra.add(dict(o), arg, -1), -better) for o in others)

    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        distinct = list(dict(zip(map(algebra.node, args), args, strict=True)).values())
        values = [value for arg in distinct if (value := as_number(arg)) is not None]
        if len(values) > 1:
            others = [arg for arg in distinct if as_number(arg) is None]
            place = next(at for at, arg in enumerate(distinct) if as_number(arg) is not None)
            others.insert(place, number(choose(values)))
            distinct = others
        if len(distinct) <= MOST_COMPARED and max(map(len, distinct)) <= MANY:
            for arg in distinct[:]:
                others = [each for each in distinct if each is not arg]
                if is_beaten(algebra, arg, others):
                    distinct = others
        if len(distinct) == 1:
            return distinct[0]
        if len(distinct) == 2 and not algebra.add(dict(distinct[0]), distinct[1]):
            return terms.scaled(absolute(algebra, distinct[:1]), better)
        nodes = algebra.writer.orientation.arguments(op, tuple(map(algebra.node, distinct)))
        return algebra.call(op, *map(algebra.writer.form, nodes))

    return apply_to


def size(op: str) -> Function:
    """The length of a vector: 0 has no part in it, and hypot(x^2, x*y) is abs(x)*hypot(x, y)."""

    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        parts = [without_bars(algebra, arg) for arg in args if arg]
        if len(parts) < 2:
            return absolute(algebra, parts) if parts else {}
        values = [value for part in parts if (value := as_number(part)) is not None]
        if len(values) == len(parts):
            squares = rationals.reduced(sum((Fraction(value) ** 2 for value in values), Fraction()))
            if (root := rationals.power(squares, HALF)) is not None:
                return number(root)
        name = op if len(parts) == len(args) else "norm"
        common = shared({algebra.as_product(part)[0]: 1 for part in parts}, common_bar=False)
        above = terms.product((b, own) for b, own in common if isinstance(own, int) and own > 0)
        if not above:
            return algebra.call(name, *parts)
        below: Terms = {terms.raised(above, -1): 1}
        size = absolute(algebra, [{above: 1}])
        rest = [algebra.multiply(part, below) for part in parts]
        return algebra.multiply(size, apply_to(algebra, rest))

    return apply_to
