"""Functions of the table on sums of products: signs pulled out, known values, inverse functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from math import factorial

from gradcli.graph.entry import Facts
from gradcli.graph.node import CONST, Node
from gradcli.graph.rules import table
from gradcli.symbolic.simplify import powers, rationals, terms
from gradcli.symbolic.simplify.algebra import MANY, Algebra
from gradcli.symbolic.simplify.angles import of_angle
from gradcli.symbolic.simplify.common import shared
from gradcli.symbolic.simplify.inverses import of_inverse
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.signs import NOT_NEGATIVE, POSITIVE
from gradcli.symbolic.simplify.terms import Terms, as_number, atom, number, single

HALF = Fraction(1, 2)

MOST_COMPARED = 8
"""The arguments of an extremum are compared with each other if there are no more."""

MOST_DEGREE = 99
"""Roots of higher degrees are left as they are."""

MOST_FACTORIAL = 19
"""Up to here gamma of a whole number is one that a float holds and that is written in full."""

Arguments = Sequence[Terms]
_Function = Callable[[Algebra, Arguments], Terms]


def apply(algebra: Algebra, op: str, args: Arguments) -> Terms:
    """A function of sums of products."""
    if len(args) == 1:
        for known_at in (of_inverse, of_angle):
            found = known_at(algebra, op, args[0])
            if found is not None:
                return found
    own = _OWN.get(op)
    if own is not None:
        return own(algebra, args)
    if len(args) != 1:
        return algebra.call(op, *args)
    (arg,) = args
    facts = table().facts(op, 1)
    value = as_number(arg)
    known = None if value is None else _exact_values(facts).get(value)
    if known is not None:
        return number(known)
    if not facts.words.isdisjoint(("odd", "even")):
        if "even" in facts.words:
            arg = without_bars(algebra, arg)
        sign, arg = unsigned(algebra, arg)
        return terms.scaled(algebra.call(op, arg), sign if "odd" in facts.words else 1)
    return algebra.call(op, arg)


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


@cache
def _exact_values(facts: Facts) -> dict[Rational, Rational]:
    """The values that a function has at some arguments, both as numbers."""
    return {
        rationals.reduced(Fraction(at)): rationals.reduced(Fraction(value))
        for at, value in facts.values
    }


def unsigned(algebra: Algebra, arg: Terms) -> tuple[int, Terms]:
    """The argument without its sign, and the sign; of x - y and y - x the one that is written."""
    if len(arg) > 1:
        arg = algebra.best_form(arg)
    if not arg:
        return 1, arg
    is_sum = len(arg) > 1
    sign = algebra.writer.orientation.sign(arg) if is_sum else -1 if single(arg)[1] < 0 else 1
    return sign, terms.scaled(arg, sign)


def _exp(algebra: Algebra, args: Arguments) -> Terms:
    return powers.exponential(algebra, args[0])


def _sqrt(algebra: Algebra, args: Arguments) -> Terms:
    return powers.power(algebra, args[0], number(HALF))


def _log(algebra: Algebra, args: Arguments) -> Terms:
    (arg,) = args
    if as_number(arg) == 1:
        return {}
    if len(arg) == 1:
        product, scale = single(arg)
        if scale == 1 and len(product) == 1:
            base, exponent = product[0]
            if base.op == "exp" and not isinstance(exponent, tuple):
                return terms.scaled(algebra.writer.form(base.args[0]), exponent)
            if base.op == CONST and base.label == "e":
                return terms.unfrozen(exponent)
    return algebra.call("log", arg)


def _abs(algebra: Algebra, args: Arguments) -> Terms:
    scale, arg = _scaled(algebra, without_bars(algebra, args[0]))
    if not arg:
        return number(scale)
    node = algebra.node(arg)
    if algebra.writer.sign(node) >= NOT_NEGATIVE:
        return terms.scaled(arg, scale)
    return terms.scaled(atom(algebra.writer.make("abs", node)), scale)


def _is_never(algebra: Algebra, arg: Terms, sign: int) -> bool:
    """Whether a sum is never of this sign, 1 or -1."""
    opposite = algebra.node(terms.scaled(arg, -sign))
    return algebra.writer.sign(opposite) >= NOT_NEGATIVE


def _relu(algebra: Algebra, args: Arguments) -> Terms:
    if _is_never(algebra, args[0], -1):
        return args[0]
    return {} if _is_never(algebra, args[0], 1) else algebra.call("relu", args[0])


def _rectified(op: str, slope: float = 1.0) -> _Function:
    """A function that is a multiple of its first argument where that is not negative."""
    scale = rationals.reduced(Fraction(slope))

    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        if _is_never(algebra, args[0], -1):
            return terms.scaled(args[0], scale)
        return algebra.call(op, *args)

    return apply_to


def _sign(algebra: Algebra, args: Arguments) -> Terms:
    sign, arg = unsigned(algebra, args[0])
    value = as_number(arg)
    if value is not None:
        return number(sign * ((value > 0) - (value < 0)))
    _, arg = _scaled(algebra, arg)
    node = algebra.node(arg)
    if algebra.writer.sign(node) is POSITIVE:
        return number(sign)
    return terms.scaled(atom(algebra.writer.make("sign", node)), sign)


def _gamma(algebra: Algebra, args: Arguments) -> Terms:
    """gamma(x + 2) as (x + 1)!, which is written so as gamma((x + 1) + 1)."""
    (arg,) = args
    value = as_number(arg)
    if isinstance(value, int) and 0 < value <= MOST_FACTORIAL:
        return number(factorial(value - 1))
    above = arg.get(terms.ONE, 0)
    first = next(iter(arg.values()), 0)
    if not isinstance(above, int) or above < 2 or first < 0:
        return algebra.call("gamma", arg)
    below = algebra.node(algebra.add(dict(arg), number(1), -1))
    writer = algebra.writer
    node = writer.make("gamma", writer.make("add", below, writer.graph.const(1.0)))
    return algebra.of_step(node)


def _scaled(algebra: Algebra, arg: Terms) -> tuple[Rational, Terms]:
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


def _sigmoid(algebra: Algebra, args: Arguments) -> Terms:
    """sigmoid(-x) as 1 - sigmoid(x)."""
    sign, arg = unsigned(algebra, args[0])
    value = number(HALF) if not arg else of_inverse(algebra, "sigmoid", arg)
    value = value if value is not None else algebra.call("sigmoid", arg)
    return value if sign > 0 else algebra.add(number(1), value, -1)


def _cbrt(algebra: Algebra, args: Arguments) -> Terms:
    value = as_number(args[0])
    root = None if value is None else rationals.power(rationals.size(value), Fraction(1, 3))
    if value is not None and root is not None:
        return number(root if value >= 0 else -root)
    return _odd_root(algebra, args[0], 3, lambda arg: algebra.call("cbrt", arg))


def _odd_root(algebra: Algebra, arg: Terms, degree: int, call: Callable[[Terms], Terms]) -> Terms:
    """A root that a negative number has, too: what is a power of that degree is taken out of it.

    cbrt(8*x^4) is 2*x*cbrt(x).
    """
    sign, arg = unsigned(algebra, arg)
    product, scale = algebra.as_product(arg)
    whole = terms.product(
        (base, int(own / degree)) for base, own in product if not isinstance(own, tuple)
    )
    root = rationals.power(scale, Fraction(1, degree))
    if not whole and root is None:
        return terms.scaled(call(arg), sign)
    rest = terms.multiply(product, terms.raised(whole, -degree))
    inside: Terms = {rest: scale if root is None else 1}
    result = algebra.fold(whole, sign if root is None else terms.times(sign, root))
    return algebra.multiply(result, call(inside)) if as_number(inside) != 1 else result


def _root(algebra: Algebra, args: Arguments) -> Terms:
    """root(x^2, 4) as a power, root(-x^6, 3) as -x^2."""
    base, degree = args
    value = as_number(degree)
    if not isinstance(value, int) or not 1 < value <= MOST_DEGREE:
        return algebra.call("root", *args)
    if value % 2 == 0:
        return powers.power(algebra, base, number(Fraction(1, value)))
    if as_number(base) is not None:
        return algebra.call("root", *args)
    return _odd_root(algebra, base, value, lambda arg: algebra.call("root", arg, degree))


def _exact(op: str, value_at: Callable[..., Rational | None]) -> _Function:
    """A function whose value at numbers is one that can be written; None if it is not."""

    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        values = [as_number(arg) for arg in args]
        value = None if None in values else value_at(*values)
        return (
            algebra.call(op, *args) if value is None else number(rationals.reduced(Fraction(value)))
        )

    return apply_to


def _mod(x: Rational, y: Rational) -> Rational | None:
    return x % y if y else None


def _rem(x: Rational, y: Rational) -> Rational | None:
    return x - y * math.trunc(Fraction(x) / y) if y else None


def _of_whole(value_at: Callable[..., int], most: int) -> Callable[..., Rational | None]:
    """The same where all numbers are whole, from 0 on, and not so large that digits are lost."""

    def at(*values: Rational) -> Rational | None:
        whole = [value for value in values if isinstance(value, int) and 0 <= value <= most]
        return value_at(*whole) if len(whole) == len(values) else None

    return at


def _double_factorial(n: int) -> int:
    return math.prod(range(n, 0, -2))


def _rounded(operation: Callable[[Rational], int], name: str) -> _Function:
    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        value = as_number(args[0])
        if value is not None:
            return number(operation(value))
        return algebra.call(name, args[0])

    return apply_to


_OWN: dict[str, _Function] = {
    "exp": _exp,
    "sqrt": _sqrt,
    "log": _log,
    "abs": _abs,
    "gamma": _gamma,
    "sign": _sign,
    "cbrt": _cbrt,
    "root": _root,
    "relu": _relu,
    "leaky_relu": _rectified("leaky_relu"),
    "elu": _rectified("elu"),
    "selu": _rectified("selu", 1.0507009873554805),
    "sigmoid": _sigmoid,
    "floor": _rounded(math.floor, "floor"),
    "ceil": _rounded(math.ceil, "ceil"),
    "round": _rounded(round, "round"),
    "trunc": _rounded(math.trunc, "trunc"),
    "step": _rounded(lambda value: int(value > 0), "step"),
    "mod": _exact("mod", _mod),
    "rem": _exact("rem", _rem),
    "gcd": _exact("gcd", _of_whole(math.gcd, 2**53)),
    "lcm": _exact("lcm", _of_whole(math.lcm, 2**26)),
    "binomial": _exact("binomial", _of_whole(math.comb, 50)),
    "double_factorial": _exact("double_factorial", _of_whole(_double_factorial, 27)),
}


def _extremum(op: str) -> _Function:
    """max(x, x) as x, max(2, x, 3) as max(3, x), max(x^2, 0) as x^2, and max(x, -x) as abs(x)."""
    choose, better = (max, 1) if op == "max" else (min, -1)

    def is_beaten(algebra: Algebra, arg: Terms, others: Arguments) -> bool:
        return any(_is_never(algebra, algebra.add(dict(o), arg, -1), -better) for o in others)

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
            return terms.scaled(_abs(algebra, distinct[:1]), better)
        nodes = algebra.writer.orientation.arguments(op, tuple(map(algebra.node, distinct)))
        return algebra.call(op, *map(algebra.writer.form, nodes))

    return apply_to


EXTREMA = frozenset(("max", "min"))


def _size(op: str) -> _Function:
    """The length of a vector: 0 has no part in it, and hypot(x^2, x*y) is abs(x)*hypot(x, y)."""

    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        parts = [without_bars(algebra, arg) for arg in args if arg]
        if len(parts) < 2:
            return _abs(algebra, parts) if parts else {}
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
        size = _abs(algebra, [{above: 1}])
        rest = [algebra.multiply(part, below) for part in parts]
        return algebra.multiply(size, apply_to(algebra, rest))

    return apply_to


def _logsumexp(algebra: Algebra, args: Arguments) -> Terms:
    return args[0] if len(args) == 1 else algebra.call("logsumexp", *args)


_OWN |= {op: _extremum(op) for op in EXTREMA}
_OWN |= {op: _size(op) for op in ("hypot", "norm")} | {"logsumexp": _logsumexp}


_ARITHMETIC: dict[str, _Function] = {
    "add": lambda algebra, args: algebra.add(dict(args[0]), args[1]),
    "sub": lambda algebra, args: algebra.add(dict(args[0]), args[1], -1),
    "mul": lambda algebra, args: algebra.multiply(*args),
    "div": lambda algebra, args: algebra.multiply(
        args[0], powers.power(algebra, args[1], number(-1))
    ),
    "pow": lambda algebra, args: powers.power(algebra, *args),
    "neg": lambda _, args: terms.scaled(args[0], -1),
}


def textbook(algebra: Algebra, op: str, args: Arguments) -> Terms:
    """What derivative rules write for accuracy, as a textbook writes it: hypot as a root.

    It is for functions that the user's own program does not have.
    """
    formula = table().textbook(op, len(args))
    if formula is None:
        return apply(algebra, op, args)
    slots = list(args)
    for step in formula.operations:
        if step.op == CONST:
            value = rationals.literal(step.value)
            constant = algebra.writer.graph.const(step.value, step.label)
            slots.append(atom(constant) if value is None or step.label else number(value))
        else:
            inner = [slots[place] for place in step.slots]
            slots.append(_ARITHMETIC.get(step.op, _applied(step.op))(algebra, inner))
    return slots[formula.output]


def _applied(op: str) -> _Function:
    return lambda algebra, args: apply(algebra, op, args)
