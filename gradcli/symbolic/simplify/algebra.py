"""Calculating with sums of products; whatever holds only under a condition is left alone.

A rewriting is done only if its result is defined, with the same value, wherever the original is:
x/x is 1 and sqrt(x)^2 is x, but sqrt(x^2) is abs(x), and sqrt(x*y) is not split.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property

from gradcli.graph.node import CONST, Node
from gradcli.symbolic.simplify import rationals, terms
from gradcli.symbolic.simplify.order import SUMS
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import ONE, Exponent, Product, Terms, as_number, atom, single
from gradcli.symbolic.simplify.writer import Writer

MANY = 60
"""Sums with more terms are collected, but neither factored nor put into other sums."""


class Algebra:
    """Works with sums of products whose bases are nodes of one writer's graph.

    What a sum looks like at its best, and which identities hold of a product, is decided by
    functions that calculate with this algebra themselves; they are handed in.

    Attributes:
        writer: writes sums as nodes.
        aliases: nodes that are, to the power 1 or -1, a step that the program has a name for, with
            the step and that power.
        powers: steps that are a whole power of another step, or of something else, with that, the
            exponent and the number that it is multiplied with.
        products: steps that are products, as exp(x)/(exp(x) + exp(y)) is, by one of their factors.
        opaque: sums that are used in many places and too long to be copied into them: they are
            factors and terms as they are.
        is_case: whether this is for one case of several, in which none are looked at any more.
        divisors: what two brackets have in common, and both without it, once it was looked for.
    """

    def __init__(self, writer: Writer, best: BestForm, identity: Identity) -> None:
        """Prepare for a graph.

        Args:
            writer: what writes sums as nodes of that graph.
            best: the form of a sum that is shown, inside so many brackets.
            identity: a product rewritten by an identity that concerns its factors, or None.
        """
        self.writer = writer
        self.aliases: dict[Node, tuple[Node, int]] = {}
        self.powers: dict[Node, tuple[Node, int, Rational]] = {}
        self.products: dict[Node, list[tuple[Product, Node]]] = {}
        self.opaque: set[Node] = set()
        self.is_case = False
        self.divisors: dict[tuple[Node, Node], tuple[Terms, Terms, Terms] | None] = {}
        self._best = best
        self._identity = identity
        self.forget()

    @cached_property
    def in_case(self) -> Algebra:
        """The same for one case of several: each would have cases again, and three of each.

        What it finds it keeps for itself, since with cases looked at it might be something else.
        """
        found = copy(self)
        found.is_case = True
        found.forget()
        return found

    def forget(self) -> None:
        """Know no form of a sum, and no identity of a product."""
        self._rewritten: dict[Product, Terms | None] = {}
        self._best_forms: dict[tuple[frozenset[tuple[Product, Rational]], int], Terms] = {}

    def best_form(self, total: Terms, depth: int = 0) -> Terms:
        """The same sum in the form in which it is shown: collected, factored or multiplied out.

        Args:
            total: the sum.
            depth: how many brackets and merged choices it is in whose form is being found, too.
        """
        key = (frozenset(total.items()), depth)
        found = self._best_forms.get(key)
        if found is None:
            found = self._best_forms[key] = self._best(self, total, depth)
        return found

    def node(self, total: Terms, depth: int = 0) -> Node:
        """The node of a sum in its best form."""
        return self.writer.write(self.best_form(total, depth))

    def call(self, function: str, *args: Terms) -> Terms:
        """A function of sums, or the step that this is."""
        return self.of_step(self.writer.make(function, *map(self.node, args)))

    def of_step(self, node: Node) -> Terms:
        """A node as a sum, or the step that it is."""
        alias = self.aliases.get(node)
        return atom(node) if alias is None else atom(*alias)

    # --- Sums -----------------------------------------------------------------------------------

    def add(self, a: Terms, b: Terms, factor: Rational = 1) -> Terms:
        """A + factor*b; ``a`` may be changed by it, but never ``b``, which others may hold."""
        if not a:
            return dict(b) if factor == 1 else terms.scaled(b, factor)
        if not b or not factor:
            return a
        if len(a) == 1:
            a, first = {}, a
            self.accumulate(a, first)
        self.accumulate(a, b, factor)
        return a

    def accumulate(self, total: Terms, more: Terms, factor: Rational = 1) -> None:
        """Add a multiple of a sum to another, in place; 2*(x + 1) is added as 2*x + 2."""
        for product, coefficient in more.items():
            inner = self.inner(product)
            scale = terms.times(coefficient, factor)
            if inner is None:
                terms.add_term(total, product, scale)
            else:
                terms.add_terms(total, inner, scale)

    def inner(self, product: Product) -> Terms | None:
        """The terms of a product that is nothing but a sum in brackets."""
        if len(product) != 1 or product[0][1] != 1:
            return None
        return self.terms_of(product[0][0])

    def terms_of(self, base: Node) -> Terms | None:
        """The terms of a base that is a sum and no longer than it may be."""
        if base.op not in SUMS or base in self.opaque:
            return None
        form = self.writer.form(base)
        return form if 1 < len(form) <= MANY else None

    # --- Products -------------------------------------------------------------------------------

    def multiply(self, a: Terms, b: Terms) -> Terms:
        """a*b, where sums stay in brackets."""
        for one, other in ((a, b), (b, a)):
            value = as_number(one)
            if value is not None and (len(other) < 2 or value in (0, 1, -1)):
                return terms.scaled(other, value)
        return self.join(*self.as_product(a), *self.as_product(b))

    def join(self, a: Product, scale_a: Rational, b: Product, scale_b: Rational) -> Terms:
        """The product of two products with their coefficients."""
        return self.fold(terms.multiply(a, b), terms.times(scale_a, scale_b))

    def fold(self, product: Product, scale: Rational) -> Terms:
        """A product as a sum of one term, after the identities that concern its factors."""
        if self.aliases:
            product = self._renamed(product)
        if self.powers:
            product, scale = self._across_bars(product, scale)
        if self.products:
            product = self._gathered(product)
        kept: list[tuple[Node, Exponent]] = []
        for base, exponent in product:
            together = _fixed(base, exponent, scale)
            if together is None:
                kept.append((base, exponent))
            else:
                scale = together
        if len(kept) < len(product):
            product = tuple(kept)
        rewritten = self._by_identity(product)
        if rewritten is not None:
            return terms.scaled(dict(rewritten), scale)
        return {product: scale} if scale else {}

    def _by_identity(self, product: Product) -> Terms | None:
        """A product rewritten by an identity, which is looked for once."""
        if not product:
            return None
        if product not in self._rewritten:
            self._rewritten[product] = self._identity(self, product)
        return self._rewritten[product]

    def _renamed(self, product: Product) -> Product:
        """A product with 1/(1 + exp(-x)) by its name in the program, if it has one."""
        if not any(base in self.aliases for base, _ in product):
            return product
        result = terms.ONE
        for base, exponent in product:
            node, power = self.aliases.get(base, (base, 1))
            # A step 1/u says nothing of u itself where u is 0.
            if power < 0 and (isinstance(exponent, tuple) or exponent > 0):
                node, power = base, 1
            result = terms.multiply(result, ((node, terms.by(exponent, power)),))
        return result

    def _across_bars(self, product: Product, scale: Rational) -> tuple[Product, Rational]:
        """A product without a step and a power of it on both sides of a bar.

        Where q is p^3, p^2/q is 1/p; p/q stays, of which 1/p^2 is no simpler.
        """
        for base, _ in reversed(product):  # a power of a power before that one
            if base not in self.powers:
                continue
            root, power, factor = self.powers[base]
            own, exponent = (dict(product).get(each, 0) for each in (root, base))
            times = _times_across(own, exponent, power)
            content = rationals.power(factor, times)
            if times and content is not None:
                scale = terms.times(scale, content)
                replaced = terms.product([(base, -times), (root, times * power)])
                product = terms.multiply(product, replaced)
        return product, scale

    def _gathered(self, product: Product) -> Product:
        """A product in which factors that come to a step are that step."""
        for base, _ in product:
            for factors, step in self.products.get(base, ()):
                times = terms.times_in(product, factors)
                if times:
                    rest = terms.raised(factors, -times)
                    product = terms.multiply(terms.multiply(product, rest), ((step, times),))
        return product

    def as_product(self, total: Terms) -> tuple[Product, Rational]:
        """A sum as one product with its coefficient, in brackets if it has several terms."""
        if len(total) > 1:
            total = self.best_form(total)
        if not total:
            return ONE, 0
        return single(total) if len(total) == 1 else self.as_factor(total)

    def as_factor(self, total: Terms) -> tuple[Product, Rational]:
        """A sum of several terms in brackets, and the number taken out of it."""
        scale = self.content(total)
        sign, node = self.bracket(terms.scaled(total, rationals.quotient(1, scale)))
        return ((node, 1),), terms.times(scale, sign)

    def bracket(self, total: Terms) -> tuple[int, Node]:
        """Of a sum and its opposite the one that is written: total is sign*node."""
        sign = self.writer.orientation.sign(total)
        return sign, self.writer.write(terms.scaled(total, sign))

    def content(self, total: Terms) -> Rational:
        """The number that is taken out of a sum in brackets."""
        sizes = {rationals.size(c) for c in total.values()}
        if self.writer.decimals and len(sizes) > 1 and not all(map(rationals.is_whole, sizes)):
            return 1  # 0.3*x + 0.7 is better than 0.1*(3*x + 7)
        return rationals.content(sizes)


def _times_across(own: Exponent, exponent: Exponent, power: int) -> int:
    """How many factors q, that is p^power, of p^own*q^exponent are better powers of p.

    As many as leave the least: of p^2/q, where q is p^3, 1/p rather than p^2/q.
    """
    if not isinstance(exponent, int) or isinstance(own, tuple) or own * exponent * power >= 0:
        return 0
    size = abs(power)
    times = min(abs(exponent), int((2 * rationals.size(own) + size) // (2 * size)))
    return times if exponent > 0 else -times


def _fixed(base: Node, exponent: Exponent, scale: Rational) -> Rational | None:
    """The number that a whole power of a number is, times another one.

    1/9e16 alone is not one that can be written, but 9e16 times that is 1.
    """
    if base.op != CONST or base.label is not None or not isinstance(exponent, int):
        return None
    value = rationals.literal(base.value)
    if value is None:
        return None
    power = rationals.power(value, exponent)
    if power is not None:
        return terms.times(scale, power)
    return rationals.multiple(value, exponent, scale)


BestForm = Callable[[Algebra, Terms, int], Terms]
Identity = Callable[[Algebra, Product], Terms | None]
