"""By which operation each node is computed: some are more accurate together with their arguments.

A rounding error that the next operation would multiply is carried into it: that of the exponent in
x^(a - b) and exp(a - b), that of a root in a power of it, that of the argument in gamma(a + b),
which may be beside a pole, that of an angle with pi in it, that of erfinv in exp of its square, and
that of a logsumexp where something is subtracted from it. The graph stays as it was written; only
what an engine runs is different.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter

from gradcli.base.record import Record
from gradcli.engine.together import FUSED
from gradcli.graph.node import CONST, Node
from gradcli.graph.operations import is_value


class Part(Record):
    """A number that no node stands for: an operation on some nodes."""

    op: str
    args: tuple[Node, ...]

    # Each share of a logsumexp asks for the greatest of all its arguments: a hash of all of these
    # would make that of all shares one of all pairs.
    def __hash__(self) -> int:
        return hash((self.op, len(self.args), self.args[:2]))


Lowered = tuple[str, tuple[Node | Part, ...]]
"""An operation, and what it is applied to."""


def lowered(node: Node | Part) -> Lowered:
    """The operation that computes a node, and what it is applied to."""
    op, args = node.op, node.args
    rule = _RULES.get(op)
    if rule is None or isinstance(node, Part):
        return op, args
    return rule(node) or (op, args)


def _power(node: Node) -> Lowered | None:
    base, exponent = node.args
    if base.op == "root" and not (exponent.op == CONST and abs(exponent.value) <= _SMALL_POWER):
        parts = exponent.args if exponent.op == "sub" else (exponent,)
        return "root_power", (*base.args, *parts)
    return ("pow_diff", (base, *exponent.args)) if exponent.op == "sub" else None


def _logarithm(node: Node) -> Lowered | None:
    """That of a root, which is near 1 if the root is a high one."""
    (inner,) = node.args
    if inner.op != "root":
        return None
    x, n = inner.args
    return "div", (Part("log", (x,)), n)


def _exponential(node: Node) -> Lowered | None:
    """The exponential of a difference, which is a share of the whole if it is to a logsumexp."""
    (exponent,) = node.args
    if exponent.op != "sub":
        return None
    a, b = exponent.args
    if b.op != "logsumexp":
        return "exp_diff", (a, b)
    return "exp_share", (a, *_whole(b))


def _difference(node: Node) -> Lowered | None:
    a, b = node.args
    part = _part_of(a, b)
    share = _share(part) if part else None
    if share:  # a - a*share, as in second derivatives of a logsumexp: what is left of the whole
        opposite = Part("neg", (a,))
        return "shares_less", (opposite, opposite, *share)
    if a.op == "logsumexp":
        return "logsumexp_less", _beside(b, a)
    if b.op == "logsumexp":
        return "less_logsumexp", _beside(a, b)
    if a.op == "exp":
        share = _share(a)
        return ("share_less", (b, *share)) if share else None
    if a.op == "mul":
        for scale, factor in (a.args, a.args[::-1]):
            share = _share(factor)
            if share:
                return "shares_less", (b, scale, *share)
    return None


def _part_of(whole: Node, part: Node) -> Node | None:
    """What a number is multiplied by to have another: of 1 that other itself."""
    if part.op != "mul":
        return part if is_value(whole, 1) else None
    for factor, rest in (part.args, part.args[::-1]):
        if factor is whole:
            return rest
        other = _other(whole, factor)
        found = other and _other(rest, other)
        if found:
            return found
    return None


def _other(product: Node, factor: Node) -> Node | None:
    """What a product has beside a factor, if it is one of two."""
    if product.op != "mul" or factor not in product.args:
        return None
    return product.args[product.args[0] is factor]


def _product(node: Node) -> Lowered | None:
    """(1 - sin(x))*(1 + sin(x)) as cos(x)*cos(x), which is not 0 where sin(x) rounds to 1."""
    less, more = node.args
    if less.op != more.op:
        if less.op != "sub" or more.op != "add" or not is_value(less.args[0], 1):
            return None
        inner = less.args[1]
        if inner.op not in _ON_CIRCLES or more.args != less.args:
            return None
        other = Part(_ON_CIRCLES[inner.op], inner.args)
        return "mul", (other, other)
    if less.op != "sqrt" or less.args[0].op != "sub" or more.args[0].op != "add":
        return None
    inner, one = less.args[0].args
    if inner.op != "cosh" or not is_value(one, 1) or more.args[0].args != (inner, one):
        return None
    return "abs", (Part("sinh", inner.args),)


def _share(node: Node) -> tuple[Node | Part, ...] | None:
    """What exp(a - logsumexp(...)) is computed from; None if a node is none."""
    if node.op != "exp" or node.args[0].op != "sub" or node.args[0].args[1].op != "logsumexp":
        return None
    return _beside(*node.args[0].args)


def _beside(a: Node, whole: Node) -> tuple[Node | Part, ...]:
    """What the difference of a node and a logsumexp is computed from.

    Where it is one of the arguments the two never cancel, and no argument is needed again: those
    of all the differences that a softmax has would be as many as there are pairs.
    """
    return (a, *(_whole(whole) if a in _arguments(whole) else _parts(whole)))


@lru_cache(maxsize=4)
def _arguments(node: Node) -> frozenset[Node]:
    return frozenset(node.args)


def _logsumexp(node: Node) -> Lowered:
    return "logsumexp_from", _parts(node)


def _beside_pole(node: Node) -> Lowered | None:
    *others, last = node.args
    return (f"{node.op}_sum", (*others, *last.args)) if last.op == "add" else None


def _of_inverse(node: Node) -> Lowered | None:
    (inverse,) = node.args
    name = _OF_INVERSES.get((node.op, inverse.op))
    return (name, inverse.args) if name else None


def _of_angle(node: Node) -> Lowered | None:
    """A circular function of pi times something: of the factors, as pi has to be known better."""
    *others, angle = node.args
    if angle.op != CONST and _MAY_HOLD.isdisjoint(map(_OPERATION, angle.args)):
        return None  # as of most angles: in none of its parts can there be a unit
    unit, factors, divisors, is_opposite = _taken_apart(angle)
    if len(unit) != 1 or len(divisors) > (node.op in _OF_QUOTIENTS):
        return None
    if is_opposite and node.op == "sinc_derivative":
        return None  # its sign depends on the order
    name = f"{node.op}_of_quotient" if divisors else f"{node.op}_of_product"
    args = (*others, *unit, *divisors, *factors)
    return ("neg", (Part(name, args),)) if is_opposite and node.op in _ODD else (name, args)


def _taken_apart(angle: Node) -> tuple[list[Node], list[Node], list[Node], bool]:
    """The units in a product, the other factors, divisors, and whether it has a minus sign.

    No unit where there is one in a divisor, or more than a few factors.
    """
    units: list[Node] = []
    parts: tuple[list[Node], list[Node]] = [], []
    is_opposite = False
    waiting = [(angle, 0)]
    while waiting:
        node, place = waiting.pop()
        if node.op == "neg":
            is_opposite = not is_opposite
            waiting.append((node.args[0], place))
        elif node.op in {"mul", "div"}:
            second = 1 - place if node.op == "div" else place
            waiting += [(node.args[1], second), (node.args[0], place)]
        elif node.op != CONST or node.label not in _UNITS:
            parts[place].append(node)
        else:
            units.append(node)
            if place:
                return [], [], [], False
        if len(waiting) + len(parts[0]) + len(parts[1]) > _MOST_FACTORS:
            return [], [], [], False
    return units, *parts, is_opposite


def _parts(node: Node) -> tuple[Node | Part, ...]:
    """What a logsumexp is computed from: its greatest argument, the other exponentials, and all."""
    return *_whole(node), *node.args


def _whole(node: Node) -> tuple[Part, Part]:
    return Part("max", node.args), Part("exp_rest", node.args)


_SMALL_POWER = 2.0
"""So small a power of a root costs no more than a few units in the last place."""

_UNITS = frozenset(("pi", "tau", "deg"))
"""The constants that are a whole part or a multiple of pi."""

_MAY_HOLD = frozenset(("neg", "mul", "div", CONST))
"""The operations that are a unit, or a product in which there may be one."""

_OPERATION = attrgetter("op")

_OF_QUOTIENTS = ("sin", "cos", "tan")
"""The functions whose angle may have a divisor."""

_ODD = frozenset(("sin", "tan"))

_MOST_FACTORS = 6
"""Angles of more factors are computed as they are written."""

_OF_INVERSES = {
    ("exp_square", "erfinv"): "exp_square_of_erfinv",
    ("exp_square", "erfcinv"): "exp_square_of_erfcinv",
    ("normal_pdf", "normal_quantile"): "normal_pdf_of_quantile",
}

_ON_CIRCLES = {"sin": "cos", "cos": "sin", "tanh": "sech", "sech": "tanh"}
"""Functions whose squares add up to 1."""

_RULES: dict[str, Callable[[Node], Lowered | None]] = {
    op: globals()[f"_{rule}"] for op, rule in FUSED.items()
}
"""How they are computed, by operation; None where it is as they are written."""
