"""Operations that leave out structural zeros and ones: what derivatives are built with.

Every identity here keeps the value wherever the operands are finite, and constants are folded
only where the result is exact: ``0.3 - 1`` stays as it is, because its rounded value as an
exponent would be off by hundreds of units in the last place.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from gradcli.base.record import Record
from gradcli.graph.conditions import LOGIC, TESTS, ZERO_TESTS, Test
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.shapes import Params

MOST_FACTORS = 8
"""How many factors of a product are looked at."""

MOST_NODES = 32
"""How many nodes of an expression are looked at."""

MOST_WHOLE = 1e15
"""Below this, sums and products of whole numbers are exact, and short to write."""

_Binary = Callable[[Graph, Node, Node], Node | None]


class Choice(Record):
    """``where(condition, then, otherwise)`` before it is a node."""

    condition: Node | Test
    then: Node
    otherwise: Node


Partial = Node | Choice
"""A local partial; most choices among them are never needed as a node."""


def make(graph: Graph, op: str, args: tuple[Node, ...], params: Params = (), /) -> Node:
    """The node for ``op(args)``, simplified by one step; ``args`` are simplified already."""
    if graph.has_arrays or params:
        from gradcli.graph.arrays import rearranging  # noqa: PLC0415  (only a program with arrays needs it)

        return rearranging.make(graph, op, args, params, _RULES.get(op), make)
    rule = _RULES.get(op)
    return (rule and rule(graph, *args)) or graph.find(op, args)


def add(graph: Graph, a: Node, b: Node) -> Node:
    """The sum a + b, simplified."""
    if graph.has_arrays:
        return make(graph, "add", (a, b))
    return _add(graph, a, b) or graph.find("add", (a, b))


def mul(graph: Graph, a: Node, b: Node) -> Node:
    """The product a*b, simplified."""
    if graph.has_arrays:
        return make(graph, "mul", (a, b))
    if b.op == CONST and b.value == 1 and a.op != CONST:  # most often asked for, and so in front
        return a
    return _mul(graph, a, b) or graph.find("mul", (a, b))


def negative(graph: Graph, a: Node) -> Node:
    """-a, simplified."""
    return make(graph, "neg", (a,)) if graph.has_arrays else _negative(graph, a)


def _negative(graph: Graph, a: Node) -> Node:
    if _plain(a):
        return graph.const(-a.value)
    if a.op == "neg":
        return a.args[0]
    if a.op == "sub":
        return graph.find("sub", (a.args[1], a.args[0]))
    if a.op in {"mul", "div"} and _plain(a.args[0]):
        return make(graph, a.op, (graph.const(-a.args[0].value), a.args[1]))
    return graph.find("neg", (a,))


def where(graph: Graph, condition: Node, then: Node, otherwise: Node) -> Node:
    """The branch itself where the condition is settled or both branches are the same."""
    return made(graph, choice(graph, condition, then, otherwise))


def choice(graph: Graph, condition: Node, then: Node, otherwise: Node) -> Partial:
    """The same; what stays a choice, and is one of numbers, is not made into a node."""
    if graph.has_arrays:
        return make(graph, "where", (condition, then, otherwise))
    return _choice(condition, then, otherwise)


def made(graph: Graph, partial: Partial) -> Node:
    """A partial as a node."""
    if not isinstance(partial, Choice):
        return partial
    condition, then, otherwise = partial
    if isinstance(condition, Test):
        return where(graph, condition.node(graph, make), then, otherwise)
    return graph.find("where", (condition, then, otherwise))


def _where(graph: Graph, condition: Node, then: Node, otherwise: Node) -> Node:
    return made(graph, _choice(condition, then, otherwise))


def _choice(condition: Node, then: Node, otherwise: Node) -> Partial:
    while condition.op == "not":
        condition, then, otherwise = condition.args[0], otherwise, then
    if condition.is_const:
        return then if condition.value else otherwise
    while then.op == "where" and then.args[0] is condition:
        then = then.args[1]
    while otherwise.op == "where" and otherwise.args[0] is condition:
        otherwise = otherwise.args[2]
    if then is otherwise:
        return then
    if condition.op in ZERO_TESTS and is_value(otherwise, 0) and _vanishes_beside(condition, then):
        return then
    return Choice(condition, then, otherwise)


def _vanishes_beside(condition: Node, total: Node) -> bool:
    """Whether a sum of products is 0 wherever a condition does not hold, whatever all else is."""
    from gradcli.graph.domains import zeros  # noqa: PLC0415  (few formulas have such conditions)

    at = zeros(condition)
    if not at:
        return False
    for term in _parts(total, ("add", "sub", "neg")):
        factors = _factors(term)
        if at.isdisjoint(factors) or not all(each in at or _is_finite(each) for each in factors):
            return False
    return True


def _is_finite(node: Node) -> bool:
    """Whether a short expression has a value for all real inputs."""
    from gradcli.graph.domains import is_defined_everywhere  # noqa: PLC0415  (likewise)

    waiting, seen = [node], set[Node]()
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            if len(seen) > MOST_NODES or not is_defined_everywhere(each, lambda _: True):
                return False
            waiting.extend(each.args)
    return True


def both(graph: Graph, a: Node | None, b: Node | None) -> Node | None:
    """The conjunction of two conditions, where None is the condition that always holds."""
    if a is None or b is None or a is b:
        return a or b
    return make(graph, "and", (a, b))


def either(graph: Graph, a: Node | None, b: Node | None) -> Node | None:
    """The disjunction of two conditions, where None is the condition that always holds."""
    if a is None or b is None or a is b:
        return a and b
    if _opposite(a, b):
        return None
    if _halves(a, b):
        return a.args[0]
    for one, other in ((a, b), (b, a)):
        if other.op == "and" and one in other.args:
            return one
    return make(graph, "or", (a, b))


def negation(graph: Graph, a: Node) -> Node:
    """The condition that holds where this one does not."""
    return a.args[0] if a.op == "not" else make(graph, "not", (a,))


def _opposite(a: Node, b: Node) -> bool:
    return (a.op == "not" and a.args[0] is b) or (b.op == "not" and b.args[0] is a)


def _halves(a: Node, b: Node) -> bool:
    """Whether one is r and c, the other r and not c."""
    return a.op == b.op == "and" and a.args[0] is b.args[0] and _opposite(a.args[1], b.args[1])


def is_value(node: Node, value: float) -> bool:
    """Whether the node is this constant."""
    return node.op == CONST and node.value == value


def _plain(node: Node) -> bool:
    return node.op == CONST and node.label is None


_WHOLE = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}


def _exact(graph: Graph, op: str, a: Node, b: Node) -> Node | None:
    """The constant that two constants give, if no rounding is needed for it."""
    if not (_plain(a) and _plain(b) and math.isfinite(a.value) and math.isfinite(b.value)):
        return None
    if op != "div" and a.value.is_integer() and b.value.is_integer():
        result = _WHOLE[op](a.value, b.value)
        if abs(result) < MOST_WHOLE:
            return graph.const(result)
    (p, q), (r, s) = a.value.as_integer_ratio(), b.value.as_integer_ratio()
    if op == "div" and not r:
        return None
    top, bottom = {
        "add": (p * s + r * q, q * s),
        "sub": (p * s - r * q, q * s),
        "mul": (p * r, q * s),
        "div": (p * s, q * r),
    }[op]
    try:
        rounded = top / bottom
    except OverflowError:
        return None
    over, under = rounded.as_integer_ratio()
    exact = over * bottom == top * under
    return graph.const(rounded) if exact and _brief(rounded, a.value, b.value) else None


def _brief(result: float, *given: float) -> bool:
    """Whether a constant is no longer to write than what it comes from.

    2.7 - 1 is exact, but the float is 1.7000000000000002 and not what anybody means by it.
    """
    return len(repr(result)) <= sum(map(len, map(repr, given)))


_RULED_TERMS = frozenset((CONST, "where"))
"""What a sum is looked at for."""


def _add(graph: Graph, a: Node, b: Node) -> Node | None:
    if a is not b:
        if b.op in _WITH_SIGN and _has_sign(b):
            return make(graph, "sub", (a, _negative(graph, b)))
        if a.op in _WITH_SIGN and _has_sign(a):
            return make(graph, "sub", (b, _negative(graph, a)))
    if not (a.op in _RULED_TERMS or b.op in _RULED_TERMS):
        return mul(graph, graph.const(2.0), a) if a is b else None
    if is_value(a, 0):
        return b
    if is_value(b, 0):
        return a
    if _plain(b) and b.value < 0 and not _plain(a):
        return make(graph, "sub", (a, graph.const(-b.value)))
    if a is b:
        return mul(graph, graph.const(2.0), a)
    if a.op == b.op == "where" and a.label is b.label is None:
        return _add_choices(graph, a, b)
    return _exact(graph, "add", a, b)


_WITH_SIGN = frozenset(("neg", "mul"))


def _has_sign(node: Node) -> bool:
    """Whether an opposite, or a product, begins with a minus: 5 + (-6*x) is 5 - 6*x."""
    first = node.args[0]
    return node.op == "neg" or (_plain(first) and first.value < 0)


def _add_choices(graph: Graph, a: Node, b: Node) -> Node | None:
    """The parts of a derivative that come from the branches of one choice, as one choice."""
    (c, p, q), (d, r, s) = a.args, b.args
    # Not where choices lie in both branches: they could do so a thousand times over.
    if c is d and not (p.op == r.op == "where" or q.op == s.op == "where"):
        return where(graph, c, add(graph, p, r), add(graph, q, s))
    if not (is_value(q, 0) and is_value(s, 0) and c.op == "and"):
        return None
    around, inner = c.args
    if _halves(c, d):
        return where(graph, around, where(graph, inner, p, r), q)
    if _opposite(around, d) or _halves(around, d):
        return add(graph, where(graph, around, where(graph, inner, p, q), q), b)
    return None


def _sub(graph: Graph, a: Node, b: Node) -> Node | None:
    if is_value(b, 0):
        return a
    if is_value(a, 0):
        return negative(graph, b)
    if b.op == "neg":
        return make(graph, "add", (a, b.args[0]))
    # (y - 1) - 1 is y - 2: orders of a power stay readable and exact.
    if a.op == "sub" and _plain(b) and _plain(a.args[1]):
        total = _exact(graph, "add", a.args[1], b)
        if total is not None:
            return make(graph, "sub", (a.args[0], total))
    return _exact(graph, "sub", a, b)


_RULED_FACTORS = frozenset((CONST, "neg", "div", "sign"))
"""What a product is looked at for, beside products in it."""

_UNITS = frozenset((0.0, 1.0, -1.0))


def _mul(graph: Graph, a: Node, b: Node) -> Node | None:
    if a.op in _RULED_FACTORS or b.op in _RULED_FACTORS:
        return _ruled_product(graph, a, b) or _coefficients(graph, a, b)
    if (a.op == "mul" and a.args[0].op == CONST) or (b.op == "mul" and b.args[0].op == CONST):
        return _coefficients(graph, a, b)
    return None


def _ruled_product(graph: Graph, a: Node, b: Node) -> Node | None:
    for one, other in ((a, b), (b, a)):
        if one.op == CONST:
            value = one.value
            if value in _UNITS:
                return one if value == 0 else other if value == 1 else negative(graph, other)
        elif one.op == "neg":
            return negative(graph, make(graph, "mul", (one.args[0], other)))
        elif one.op == "div" and is_value(one.args[0], 1):
            return make(graph, "div", (other, one.args[1]))
    found = _of_size(graph, a, b) or _of_size(graph, b, a)
    if found is not None:
        return found
    if _plain(a) and _plain(b):
        return _exact(graph, "mul", a, b)
    if _plain(b):
        return mul(graph, b, a)
    return None


def _of_size(graph: Graph, direction: Node, product: Node) -> Node | None:
    """norm(x, y)*(x/norm(x, y)) and abs(x)*sign(x) as x, also where there are more factors.

    This is how the derivative of a square of a norm comes, which has no kink.
    """
    if direction.op not in {"div", "sign"}:
        return None
    part, size = direction.args[0], direction.args[-1]
    if direction.op == "div" and not _is_part(part, size):
        return None
    factors = _factors(product)
    if direction.op == "sign":
        size = next((each for each in factors if each.op == "abs" and each.args == (part,)), size)
    if size not in factors or size is part:
        return None
    factors[factors.index(size)] = part
    result = factors[0]
    for each in factors[1:]:
        result = make(graph, "mul", (result, each))
    return result


def _is_part(part: Node, size: Node) -> bool:
    """Whether a node is an argument of a norm, or of what is one."""
    if part not in size.args:
        return False
    from gradcli.graph.domains import is_size  # noqa: PLC0415  (likewise)

    return is_size(size)


def _factors(product: Node) -> list[Node]:
    """The factors of a product, from left to right; those beyond a few stay together."""
    return _parts(product, ("mul",))


def _parts(whole: Node, operations: tuple[str, ...]) -> list[Node]:
    """What these operations join, from left to right, as far as it has no name of its own."""
    found: list[Node] = []
    waiting = [whole]
    while waiting:
        node = waiting.pop()
        enough = len(found) + len(waiting) >= MOST_FACTORS
        if node.op in operations and node.label is None and not enough:
            waiting.extend(reversed(node.args))
        else:
            found.append(node)
    return found


def _coefficients(graph: Graph, a: Node, b: Node) -> Node | None:
    """Constant factors stand in front and are one: (3x)(2y) is 6(xy)."""
    scale_a, rest_a = _scaled(a)
    scale_b, rest_b = _scaled(b)
    if scale_b is None or rest_b is None:
        if scale_a is None or rest_a is None:
            return None
        return make(graph, "mul", (scale_a, graph.find("mul", (rest_a, b))))
    if _plain(a):
        product = _exact(graph, "mul", a, scale_b)
        return None if product is None else make(graph, "mul", (product, rest_b))
    if scale_a is None or rest_a is None:
        return make(graph, "mul", (scale_b, make(graph, "mul", (a, rest_b))))
    product = _exact(graph, "mul", scale_a, scale_b)
    if product is None:
        return None
    return make(graph, "mul", (product, make(graph, "mul", (rest_a, rest_b))))


def _scaled(node: Node) -> tuple[Node | None, Node | None]:
    if node.op == "mul" and node.label is None:
        scale, rest = node.args
        if scale.op == CONST and scale.label is None:
            return scale, rest
    return None, None


def _div(graph: Graph, a: Node, b: Node) -> Node | None:
    if is_value(a, 0):
        return a
    if is_value(b, 1):
        return a
    if is_value(b, -1):
        return negative(graph, a)
    if a.op == "neg":
        return negative(graph, make(graph, "div", (a.args[0], b)))
    return _exact(graph, "div", a, b)


def _pow(graph: Graph, a: Node, b: Node) -> Node | None:
    if is_value(b, 1):
        return a
    if is_value(b, 0):
        return graph.const(1.0)
    return None


def _truth(graph: Graph, node: Node) -> Node:
    """1 where a node is not 0, and 0 where it is: what an operand of a junction counts for."""
    if node.is_const:
        return graph.const(float(node.value != 0))
    return node if node.op in LOGIC else graph.find("ne", (node, graph.const(0.0)))


def _and(graph: Graph, a: Node, b: Node) -> Node | None:
    for one, other in ((a, b), (b, a)):
        if one.is_const:
            return _truth(graph, other if one.value else one)
        if one.op == "and" and other in one.args:
            return one
    return _truth(graph, a) if a is b else None


def _or(graph: Graph, a: Node, b: Node) -> Node | None:
    for one, other in ((a, b), (b, a)):
        if one.is_const:
            return _truth(graph, one if one.value else other)
    return _truth(graph, a) if a is b else None


def _compare(test: Callable[[float, float], bool]) -> _Binary:
    def rule(graph: Graph, a: Node, b: Node) -> Node | None:
        left, right = _number(a), _number(b)
        if left is None or right is None:
            return None
        return graph.const(float(test(left, right)))

    return rule


def _number(node: Node) -> float | None:
    """The value of a constant, and of a fraction such as 4/2, which stays as it was written."""
    if node.op == "div" and all(arg.is_const for arg in node.args) and node.args[1].value:
        return node.args[0].value / node.args[1].value
    return node.value if node.is_const else None


def _not(graph: Graph, a: Node) -> Node | None:
    return graph.const(float(not a.value)) if a.is_const else None


def _beside(function: str) -> Callable[..., Node | None]:
    """A function of an order n + k that is not rounded: of the sum, if that is a float."""

    def rule(graph: Graph, n: Node, k: Node, x: Node) -> Node | None:
        if is_value(k, 0):
            return graph.find(function, (n, x))
        value = None if n.label else _number(n)
        if value is None or not _plain(k):
            return None
        order = value + k.value
        is_exact = order - k.value == value and order - value == k.value
        return graph.find(function, (graph.const(order), x)) if is_exact else None

    return rule


_RULES: dict[str, Callable[..., Node | None]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "and": _and,
    "or": _or,
    "not": _not,
    "neg": _negative,
    "where": _where,
    "besselj_beside": _beside("besselj"),
    "besseli_beside": _beside("besseli"),
    **{op: _compare(test) for op, test in TESTS.items()},
}
