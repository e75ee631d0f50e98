"""What depends on a condition: where(c, a, b)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradcli.graph.domains import zeros
from gradcli.graph.node import Node
from gradcli.symbolic.simplify import terms
from gradcli.symbolic.simplify.algebra import MANY, Algebra
from gradcli.symbolic.simplify.logic import condition, implies, is_known, verdict, where_holds
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms

DEEPEST = 4
"""Factors are not multiplied into choices that are nested deeper than this."""


_STRICT = {"ge": "gt", "le": "lt"}
"""Comparisons that hold where both sides are the same, and those that do not."""


def where(algebra: Algebra, test: Node, then: Terms, otherwise: Terms, *, depth: int = 0) -> Terms:
    """A choice; the branch itself where there is none."""
    if is_known(test):
        return then if test.value else otherwise
    if then == otherwise:
        return then
    if test.op == "not":
        return where(algebra, test.args[0], otherwise, then, depth=depth)
    then = algebra.best_form(_told(algebra, test, _branch(algebra, test, then, 1)), depth)
    if not otherwise and _vanishes(algebra, then, zeros(test)):
        return then
    otherwise = _branch(algebra, test, otherwise, 2)
    tie = _tie(algebra, test, then, otherwise, depth)
    tie = _two_ties(algebra, test, then, otherwise, depth) if tie is None else tie
    if tie is not None:
        return tie
    inner = _only(then)
    if inner is not None and algebra.writer.form(_beyond(test, inner)) == otherwise:
        return then
    if not otherwise and inner is not None and not algebra.writer.form(inner.args[2]):
        test = condition(algebra.writer, "and", (test, inner.args[0]))
        return where(algebra, test, algebra.writer.form(inner.args[1]), otherwise, depth=depth)
    return _made(algebra, test, then, otherwise, depth)


def _vanishes(algebra: Algebra, total: Terms, at: frozenset[Node]) -> bool:
    """Whether a sum is 0 wherever these nodes are, whatever all others are."""

    def is_zero(base: Node) -> bool:
        bracket = None if base in at else algebra.terms_of(base)
        return base in at or (
            bracket is not None and _each_vanishes(algebra, bracket, at.__contains__)
        )

    return bool(at) and _each_vanishes(algebra, total, is_zero)


def _each_vanishes(algebra: Algebra, total: Terms, is_zero: Callable[[Node], bool]) -> bool:
    """Whether every term of a sum has a factor that is 0, and no other that may be infinite."""
    return all(
        any(_is_positive(exponent) and is_zero(base) for base, exponent in product)
        and all(
            _is_finite(algebra, base, exponent) or (_is_positive(exponent) and is_zero(base))
            for base, exponent in product
        )
        for product in total
    )


def _is_finite(algebra: Algebra, base: Node, exponent: Exponent) -> bool:
    """Whether a power has a value for all real inputs."""
    if not algebra.writer.is_defined(base):
        return False
    return base.op == "exp" or (isinstance(exponent, int) and exponent > 0)


def _is_positive(exponent: Exponent) -> bool:
    return not isinstance(exponent, tuple) and exponent > 0


def _made(algebra: Algebra, test: Node, then: Terms, otherwise: Terms, depth: int) -> Terms:
    return joined(algebra, test, algebra.node(then, depth), algebra.node(otherwise, depth))


def joined(algebra: Algebra, test: Node, then: Node, otherwise: Node) -> Terms:
    """A choice between two nodes as they are, but for what cannot be taken of choices in them."""
    then, otherwise = (
        (node.op == "where" and _taken(test, node, place)) or node
        for place, node in ((1, then), (2, otherwise))
    )
    if then is otherwise:
        return algebra.writer.form(then)
    return terms.atom(algebra.writer.make("where", test, then, otherwise))


def _only(form: Terms) -> Node | None:
    """The choice that a sum consists of, if it is nothing else."""
    if len(form) == 1:
        product, coefficient = terms.single(form)
        if coefficient == 1 and len(product) == 1 and product[0][1] == 1:
            return product[0][0] if product[0][0].op == "where" else None
    return None


def _branch(algebra: Algebra, test: Node, form: Terms, place: int) -> Terms:
    """A branch; of choices by a condition that is settled there only what can be taken."""
    inner = _only(form)
    if inner is not None:
        taken = _taken(test, inner, place)
        return form if taken is None else algebra.writer.form(taken)
    if len(form) > MANY:
        return form
    found = {product: _settled(test, product, place) for product in form}
    if not any(found.values()):
        return form
    result: Terms = {}
    for product, coefficient in form.items():
        term: Terms = {product: coefficient}
        settled = found[product]
        if settled is not None:
            choice, taken = settled
            rest = terms.multiply(product, ((choice, -1),))
            term = algebra.multiply({rest: coefficient}, algebra.writer.form(taken))
        algebra.accumulate(result, term)
    return result


def _settled(test: Node, product: Product, place: int) -> tuple[Node, Node] | None:
    """A factor that is a choice which is settled in a branch of a test, and what is taken of it."""
    for base, exponent in product:
        taken = _taken(test, base, place) if base.op == "where" and exponent == 1 else None
        if taken is not None:
            return base, taken
    return None


def _taken(test: Node, choice: Node, place: int) -> Node | None:
    """The branch of a choice that is taken in a branch of a test, if that is settled there."""
    if choice.args[0] is test or (place == 1 and implies(test, choice.args[0])):
        return choice.args[place]
    holds = verdict(test, choice.args[0], holds=place == 1)
    return None if holds is None else choice.args[1 if holds else 2]


def _told(algebra: Algebra, test: Node, form: Terms) -> Terms:
    """A branch in which conditions have x for max(x, y) where the test says that x is larger."""
    found: Terms = {}
    is_other = False
    for product, coefficient in form.items():
        term: Terms = {product: coefficient}
        for base, exponent in product:
            own = base.args[0] if base.op == "where" and exponent == 1 else None
            told = own and where_holds(algebra.writer, own, test)
            if told is not None and told is not own:
                rest = terms.multiply(product, ((base, -1),))
                sides = map(algebra.writer.form, base.args[1:])
                choice = where(algebra, told, *sides)
                term = _told(algebra, test, algebra.multiply({rest: coefficient}, choice))
                is_other = True
                break
        algebra.accumulate(found, term)
    return found if is_other else form


def _beyond(test: Node, choice: Node) -> Node:
    """What a choice is where a condition does not hold, as far as that is settled by it."""
    while choice.op == "where":
        is_off = implies(choice.args[0], test)
        taken = choice.args[2] if is_off else _taken(test, choice, 2)
        if taken is None:
            break
        choice = taken
    return choice


def _tie(algebra: Algebra, test: Node, then: Terms, otherwise: Terms, depth: int) -> Terms | None:
    """where(a >= b, p*where(a == b, u, v), w) as where(a > b, p*v, where(a == b, p*u, w))."""
    if test.op not in _STRICT or len(then) != 1:
        return None
    product, coefficient = terms.single(then)
    half = _half(test, product)
    if half is None:
        return None
    writer = algebra.writer
    rest = {terms.multiply(product, ((half, -1),)): coefficient}
    at_tie, beyond = (algebra.multiply(rest, writer.form(arg)) for arg in half.args[1:])
    last = where(algebra, writer.make("eq", *test.args), at_tie, otherwise, depth=depth)
    return _made(algebra, writer.make(_STRICT[test.op], *test.args), beyond, last, depth)


def _two_ties(
    algebra: Algebra, test: Node, then: Terms, otherwise: Terms, depth: int
) -> Terms | None:
    """The same for both ends of an interval, a >= 0 and a <= 1: the half at either of them."""
    if test.op != "and" or len(then) != 1 or not _is_interval(*test.args):
        return None
    product, coefficient = terms.single(then)
    one, other = (_half(part, product) for part in test.args)
    if one is None or other is None:
        return None
    writer = algebra.writer
    rest = {terms.multiply(product, ((one, -1), (other, -1))): coefficient}
    (at_one, off_one), (at_other, off_other) = (
        [writer.form(arg) for arg in each.args[1:]] for each in (one, other)
    )
    tied = algebra.multiply(at_one, off_other)
    if tied != algebra.multiply(off_one, at_other):
        return None
    strict = [_STRICT[part.op] for part in test.args]
    inside, ends = (
        [writer.make(op, *part.args) for op, part in zip(ops, test.args, strict=True)]
        for ops in (strict, ("eq", "eq"))
    )
    last = where(
        algebra,
        condition(writer, "or", (ends[0], ends[1])),
        algebra.multiply(rest, tied),
        otherwise,
        depth=depth,
    )
    beyond = algebra.multiply(rest, algebra.multiply(off_one, off_other))
    return _made(algebra, condition(writer, "and", (inside[0], inside[1])), beyond, last, depth)


def _is_interval(one: Node, other: Node) -> bool:
    """Whether two conditions compare the same with different numbers: no end is both."""
    if not {one.op, other.op} <= _STRICT.keys():
        return False
    ends = [arg for part in (one, other) for arg in part.args if is_known(arg)]
    inner = {arg for part in (one, other) for arg in part.args if not is_known(arg)}
    return len(ends) == 2 and len(inner) == 1 and ends[0].value != ends[1].value


def _half(part: Node, product: Product) -> Node | None:
    """The factor that is another one where both sides of a condition are the same."""
    for base, exponent in product:
        test = base.args[0] if exponent == 1 and base.op == "where" else base
        if test.op == "eq" and {*test.args} == {*part.args}:
            return base
    return None


def pushed(
    algebra: Algebra, product: Product, coefficient: Rational, *, in_sum: bool = False
) -> Terms | None:
    """x*where(c, a, b) as where(c, x*a, x*b), if a branch is 0 or both are numbers; else None.

    As a term of a sum the branches are not brought into their best form: they may hold sums in
    which there are choices again.
    """
    choice = _takes_factors(algebra, product, coefficient)
    if choice is None:
        return None
    test, *branches = choice.args
    rest = {terms.multiply(product, ((choice, -1),)): coefficient}
    then, otherwise = (algebra.multiply(rest, algebra.writer.form(branch)) for branch in branches)
    if in_sum:
        return joined(algebra, test, _written(algebra, then), _written(algebra, otherwise))
    return where(algebra, test, then, otherwise)


def _takes_factors(algebra: Algebra, product: Product, coefficient: Rational) -> Node | None:
    """The one choice of a product, if the other factors are better in its branches."""
    choices = [base for base, exponent in product if base.op == "where" and exponent == 1]
    if len(choices) != 1 or (len(product) == 1 and coefficient == 1):
        return None
    (choice,) = choices
    if _depth(algebra, choice) > DEEPEST:
        return None
    if _has_zero(algebra, choice):
        return choice
    forms = [algebra.writer.form(branch) for branch in choice.args[1:]]
    simple = all(terms.as_number(form) is not None for form in forms)
    return choice if simple and (len(product) == 1 or choice.args[0].op == "eq") else None


def _written(algebra: Algebra, branch: Terms) -> Node:
    """A branch as it is, but with its own factors in a choice that it consists of."""
    if len(branch) == 1:
        branch = pushed(algebra, *terms.single(branch), in_sum=True) or branch
    return algebra.writer.write(branch)


def _has_zero(algebra: Algebra, choice: Node) -> bool:
    """Whether a branch is 0, or the last one a choice with such a branch."""
    form = algebra.writer.form
    inner = _only(form(choice.args[2]))
    return (
        not form(choice.args[1])
        or not form(choice.args[2])
        or (inner is not None and not (form(inner.args[1]) and form(inner.args[2])))
    )


def _depth(algebra: Algebra, choice: Node) -> int:
    """How deep choices are nested in a choice, as far as that matters."""
    depth, level = 0, [choice]
    while level and depth <= DEEPEST:
        depth += 1
        level = [
            base
            for node in level
            for branch in node.args[1:]
            for product in algebra.writer.form(branch)
            for base, _ in product
            if base.op == "where"
        ]
    return depth


def of_ties(algebra: Algebra, base: Node) -> Terms | None:
    """1/(1 + (a == b)) as where(a == b, 1/2, 1)."""
    form = algebra.writer.form(base)
    if len(form) != 2 or form.get(terms.ONE) != 1:
        return None
    (equal,) = (product for product in form if product)
    if form[equal] != 1 or len(equal) != 1 or equal[0][0].op != "eq" or equal[0][1] != 1:
        return None
    return where(algebra, equal[0][0], terms.number(Fraction(1, 2)), terms.number(1))
