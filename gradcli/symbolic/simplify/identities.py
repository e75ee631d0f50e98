"""Identities of single functions that hold wherever their left side is defined."""

from __future__ import annotations

from collections.abc import Callable

from gradcli.graph.conditions import LOGIC
from gradcli.graph.node import INPUT, Node
from gradcli.graph.rules import table
from gradcli.symbolic.simplify import (
    choices,
    common,
    extrema,
    factoring,
    functions,
    polynomials,
    powers,
    terms,
)
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.order import SUMS
from gradcli.symbolic.simplify.signs import UNKNOWN
from gradcli.symbolic.simplify.sizes import sizes_in, without_bars
from gradcli.symbolic.simplify.terms import Product, Terms


def of_product(algebra: Algebra, product: Product) -> Terms | None:
    """A product by the first identity that concerns one of its factors, or None.

    abs(x)^2 is x^2, abs(x)*sign(x) is x, x*sign(x) is abs(x), cbrt(x)^3 is x.
    """
    for base, exponent in product:
        identity = _IDENTITIES.get(base.op) or (_of_sizes if base.args else None)
        if identity is not None and isinstance(exponent, int):
            found = identity(algebra, product, base, exponent)
            if found is not None:
                return found
    return None


def _absolute(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """abs(x)^3 as x^2*abs(x), and x^2/abs(x) as abs(x)."""
    inner = base.args[0]
    whole = _towards_zero(exponent, 2)
    if whole:
        return _replaced(algebra, product, {base: -2 * whole}, inner, 2 * whole)
    if _across_the_bar(algebra, product, exponent, inner) < 2:
        return None
    return _replaced(algebra, product, {base: -2 * exponent}, inner, 2 * exponent)


def _cube_root(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """cbrt(x)^4 as x*cbrt(x), and x/cbrt(x)^2 as cbrt(x)."""
    inner = base.args[0]
    whole = _towards_zero(exponent, 3)
    if not whole and _across_the_bar(algebra, product, exponent, inner):
        whole = 1 if exponent > 0 else -1
    if not whole:
        return None
    return _replaced(algebra, product, {base: -3 * whole}, inner, whole)


def _across_the_bar(algebra: Algebra, product: Product, exponent: int, inner: Node) -> int:
    """How often a product has a node as a factor on the other side of the bar than this power.

    Not of a quotient: what abs(1/x) loses above the bar it would get back below it, without end.
    """
    factors, _ = algebra.as_product(algebra.writer.form(inner))
    if any(isinstance(own, tuple) or own < 0 for _, own in factors):
        return 0
    return terms.times_in(product, terms.raised(factors, -1 if exponent > 0 else 1))


def _truth(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """(x < y)^2 as x < y, which is 0 or 1."""
    if exponent < 2:
        return None
    return algebra.fold(terms.multiply(product, ((base, 1 - exponent),)), 1)


def _choice(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """where(x < y, 1, -1)^2 as 1: the power of a choice between numbers is one of their powers."""
    test, *branches = base.args
    numbers = [algebra.writer.form(branch) for branch in branches]
    if exponent < 2 or any(terms.as_number(each) is None for each in numbers):
        return None
    then, otherwise = [powers.power(algebra, each, terms.number(exponent)) for each in numbers]
    power = choices.where(algebra, test, then, otherwise)
    return algebra.multiply({terms.multiply(product, ((base, -exponent),)): 1}, power)


def _towards_zero(exponent: int, degree: int) -> int:
    """How many whole times a degree goes into an exponent."""
    return exponent // degree if exponent > 0 else -(-exponent // degree)


def _sign(algebra: Algebra, product: Product, base: Node, power: int) -> Terms | None:
    """abs(x)*sign(x) as x, sign(x)/abs(x) as 1/x and x*sign(x) as abs(x).

    Above or below the bar alike: where sign(x) is below it, x is not 0.
    """
    if power not in {1, -1}:
        return None
    inner = base.args[0]
    known = algebra.writer.sign(inner) is not UNKNOWN
    for other, exponent in product:
        if not isinstance(exponent, int):
            continue
        if other.op == "abs" and other.args[0] is inner and exponent in (1, -1):
            return _replaced(algebra, product, {base: -power, other: -exponent}, inner, exponent)
        if other is inner:
            one = 1 if exponent > 0 else -1
            absolute = inner if known else algebra.writer.make("abs", inner)
            return _replaced(algebra, product, {base: -power, other: -one}, absolute, one)
    return None


def _of_sizes(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """tanh(abs(x))^2 as tanh(x)^2, and abs(x)*tanh(abs(x)) as x*tanh(x)."""
    sizes = _sizes(algebra, base) if "odd" in table().facts(base.op, len(base.args)).words else ()
    if not sizes:
        return None
    lowered, factors = {base: -exponent}, [(base, exponent)]
    if exponent % 2:
        others = [
            (other, own)
            for other, own in product
            if isinstance(own, int) and own % 2 and other is not base
            if _sizes(algebra, other) == sizes
        ]
        if not others:
            return None
        lowered[others[0][0]] = -others[0][1]
        factors.append(others[0])
    rest = terms.product((each, terms.plus(own, lowered.get(each, 0))) for each, own in product)
    result: Terms = {rest: 1}
    for each, own in factors:
        inner = algebra.writer.form(each if each.op == "abs" else each.args[0])
        inner = without_bars(algebra, inner)
        value = inner if each.op == "abs" else functions.apply(algebra, each.op, [inner])
        result = algebra.multiply(result, powers.power(algebra, value, terms.number(own)))
    return result


def _sizes(algebra: Algebra, base: Node) -> frozenset[Node]:
    """The x, y of an odd function of abs(x)*abs(y), or of abs(x) itself."""
    if base.op == "abs":
        return frozenset((base,))
    if len(base.args) != 1 or "odd" not in table().facts(base.op, 1).words:
        return frozenset()
    return frozenset(size for size, _ in sizes_in(algebra.writer.form(base.args[0])))


def _extremum(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """max(x, y)*min(x, y) as x*y."""
    partner = extrema.partner_of(algebra, base)
    other = dict(product).get(partner, 0) if partner is not None else 0
    if partner is None or not isinstance(other, int) or other * exponent <= 0:
        return None
    both = min(other, exponent, key=abs)
    rest = terms.multiply(product, ((base, -both), (partner, -both)))
    result: Terms = {rest: 1}
    for arg in base.args:
        power = powers.power(algebra, algebra.writer.form(arg), terms.number(both))
        result = algebra.multiply(result, power)
    return result


def _opened(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """sqrt(x*y)^2, which came to (x*y)^1, as the factors x and y."""
    if base in algebra.opaque or base not in algebra.writer.forms:
        return None
    form = algebra.writer.form(base)
    power = powers.power(algebra, form, terms.number(exponent))
    if (base, exponent) in {item for factors in power for item in factors}:
        return None
    return algebra.multiply({terms.multiply(product, ((base, -exponent),)): 1}, power)


def _replaced(
    algebra: Algebra, product: Product, lowered: dict[Node, int], node: Node, exponent: int
) -> Terms:
    """The product with some exponents lowered, times a power of a node."""
    rest = terms.product((base, terms.plus(own, lowered.get(base, 0))) for base, own in product)
    power = powers.power(algebra, algebra.writer.form(node), terms.number(exponent))
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
    found = [item for item in common.shared(form, common_bar=False) if item[0] in variables]
    if not found:
        return None
    rest = common.without(algebra, form, terms.product(found))
    outside = terms.raised(terms.product(found), exponent)
    return algebra.multiply({outside: 1}, powers.power(algebra, rest, terms.number(exponent)))


def _reduced(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """(x^2 - 1)/(x - 1) as x + 1: what brackets above and below the bar have in common."""
    for other, own in product:
        if other.op not in SUMS or not isinstance(own, int) or own * exponent > 0:
            continue
        parts = _common(algebra, base, other)
        if parts is not None:
            divisor, one, two = parts
            rest = terms.multiply(product, ((base, -exponent), (other, -own)))
            result: Terms = {rest: 1}
            for factor, power in ((divisor, exponent + own), (one, exponent), (two, own)):
                part = powers.power(algebra, factor, terms.number(power))
                result = algebra.multiply(result, part)
            return result
    return None


def _common(algebra: Algebra, one: Node, two: Node) -> tuple[Terms, Terms, Terms] | None:
    """A common divisor of two brackets, and both divided by it."""
    a, b = algebra.terms_of(one), algebra.terms_of(two)
    if a is None or b is None:
        return None
    if one.index > two.index:
        found = _common(algebra, two, one)
        return None if found is None else (found[0], found[2], found[1])
    if (one, two) not in algebra.divisors:
        algebra.divisors[one, two] = _divided(a, b)
    return algebra.divisors[one, two]


def _divided(a: Terms, b: Terms) -> tuple[Terms, Terms, Terms] | None:
    divisor = polynomials.common_divisor(a, b)
    if divisor is None:
        return None
    first, second = polynomials.quotient(a, divisor), polynomials.quotient(b, divisor)
    return None if first is None or second is None else (divisor, first, second)


def _sum(algebra: Algebra, product: Product, base: Node, exponent: int) -> Terms | None:
    """1/(1 + 1/x) as x/(x + 1), and x/(x^2 + x) as 1/(x + 1)."""
    reduced = _reduced(algebra, product, base, exponent)
    if reduced is not None:
        return reduced
    total = _cancelled(algebra, product, base, exponent)
    if total is None and exponent == -1:
        total = choices.of_ties(algebra, base)
    if total is None and algebra.writer.order.is_fraction_sum(base):
        form = algebra.terms_of(base)
        total = form and factoring.over_one_bar(algebra, form)
        total = total and powers.power(algebra, total, terms.number(exponent))
    if total is None:
        return None
    return algebra.multiply({terms.multiply(product, ((base, -exponent),)): 1}, total)


_Identity = Callable[[Algebra, Product, Node, int], Terms | None]

_IDENTITIES: dict[str, _Identity] = {
    "abs": _absolute,
    "sign": _sign,
    "cbrt": _cube_root,
    "where": _choice,
    "max": _extremum,
    "min": _extremum,
    **dict.fromkeys(("mul", "div", "neg", "pow", "sqrt"), _opened),
    **dict.fromkeys(SUMS, _sum),
    **dict.fromkeys(LOGIC, _truth),
}
"""By the operation of a factor that stands to a whole power."""
