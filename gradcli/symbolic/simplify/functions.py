"""Functions of the table on sums of products: signs pulled out, known values, inverse functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import factorial

from gradcli.graph.entry import Facts
from gradcli.graph.node import CONST
from gradcli.graph.rules import table
from gradcli.symbolic.simplify import powers, rationals, terms
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.angles import of_angle
from gradcli.symbolic.simplify.exact import (
    Arguments,
    Function,
    double_factorial,
    exact,
    logarithm,
    mod,
    of_whole,
    power_of,
    rem,
    rounded,
)
from gradcli.symbolic.simplify.inverses import of_inverse
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.signs import POSITIVE
from gradcli.symbolic.simplify.sizes import (
    EXTREMA,
    HALF,
    absolute,
    extremum,
    is_never,
    scaled,
    size,
    unsigned,
    without_bars,
)
from gradcli.symbolic.simplify.terms import Terms, as_number, atom, number, single

MOST_DEGREE = 99
"""Roots of higher degrees are left as they are."""

MOST_FACTORIAL = 19
"""Up to here gamma of a whole number is one that a float holds and that is written in full."""


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


@cache
def _exact_values(facts: Facts) -> dict[Rational, Rational]:
    """The values that a function has at some arguments, both as numbers."""
    return {
        rationals.reduced(Fraction(at)): rationals.reduced(Fraction(value))
        for at, value in facts.values
    }


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


def _relu(algebra: Algebra, args: Arguments) -> Terms:
    if is_never(algebra, args[0], -1):
        return args[0]
    return {} if is_never(algebra, args[0], 1) else algebra.call("relu", args[0])


def _rectified(op: str, slope: float = 1.0) -> Function:
    """A function that is a multiple of its first argument where that is not negative."""
    scale = rationals.reduced(Fraction(slope))

    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        if is_never(algebra, args[0], -1):
            return terms.scaled(args[0], scale)
        return algebra.call(op, *args)

    return apply_to


def _sign(algebra: Algebra, args: Arguments) -> Terms:
    sign, arg = unsigned(algebra, args[0])
    value = as_number(arg)
    if value is not None:
        return number(sign * ((value > 0) - (value < 0)))
    _, arg = scaled(algebra, arg)
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


def _sigmoid(algebra: Algebra, args: Arguments) -> Terms:
    """sigmoid(-x) as 1 - sigmoid(x)."""
    sign, arg = unsigned(algebra, args[0])
    value = number(HALF) if not arg else of_inverse(algebra, "sigmoid", arg)
    value = value if value is not None else algebra.call("sigmoid", arg)
    return value if sign > 0 else algebra.add(number(1), value, -1)


def _cbrt(algebra: Algebra, args: Arguments) -> Terms:
    value = as_number(args[0])
    known = None if value is None else _known_root(value, 3)
    if known is not None:
        return number(known)
    return _odd_root(algebra, args[0], 3, lambda arg: algebra.call("cbrt", arg))


def _known_root(value: Rational, degree: int) -> Rational | None:
    """A root of an odd degree of a number, where it is one that can be written."""
    root = rationals.power(rationals.size(value), Fraction(1, degree))
    return -root if root is not None and value < 0 else root


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
    inside = as_number(base)
    if inside is not None:
        known = _known_root(inside, value)
        return algebra.call("root", *args) if known is None else number(known)
    return _odd_root(algebra, base, value, lambda arg: algebra.call("root", arg, degree))


_OWN: dict[str, Function] = {
    "exp": _exp,
    "sqrt": _sqrt,
    "log": _log,
    "abs": absolute,
    "gamma": _gamma,
    "sign": _sign,
    "cbrt": _cbrt,
    "root": _root,
    "relu": _relu,
    "leaky_relu": _rectified("leaky_relu"),
    "elu": _rectified("elu"),
    "selu": _rectified("selu", 1.0507009873554805),
    "sigmoid": _sigmoid,
    "floor": rounded(math.floor, "floor"),
    "ceil": rounded(math.ceil, "ceil"),
    "round": rounded(round, "round"),
    "trunc": rounded(math.trunc, "trunc"),
    "step": rounded(lambda value: int(value > 0), "step"),
    "mod": exact("mod", mod),
    "rem": exact("rem", rem),
    "gcd": exact("gcd", of_whole(math.gcd, 2**53)),
    "lcm": exact("lcm", of_whole(math.lcm, 2**26)),
    "binomial": exact("binomial", of_whole(math.comb, 50)),
    "exp2": exact("exp2", power_of(2)),
    "exp10": exact("exp10", power_of(10)),
    "log2": exact("log2", logarithm(2)),
    "log10": exact("log10", logarithm(10)),
    "double_factorial": exact("double_factorial", of_whole(double_factorial, 27)),
}


def _logsumexp(algebra: Algebra, args: Arguments) -> Terms:
    return args[0] if len(args) == 1 else algebra.call("logsumexp", *args)


_OWN |= {op: extremum(op) for op in EXTREMA}
_OWN |= {op: size(op) for op in ("hypot", "norm")} | {"logsumexp": _logsumexp}


_ARITHMETIC: dict[str, Function] = {
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


def _applied(op: str) -> Function:
    return lambda algebra, args: apply(algebra, op, args)
