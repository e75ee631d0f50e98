"""The nodes of a program, or of its derivative, as germs: evaluated just beside a point.

Comparisons are decided by leading terms, and so are pieces and conditions; any other function is
the integral of its derivative, which the rule table has, so that a new line there needs nothing
here. What cannot be told by some terms is tried with more of them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from gradcli.engine.interpreter import Values
from gradcli.germs.alone import GRAPH, alone_of
from gradcli.germs.choices import CHOICES
from gradcli.germs.functions import FUNCTIONS
from gradcli.germs.logic import CHOOSING, JOINTS, joined
from gradcli.germs.powers import POWERS
from gradcli.germs.series import (
    FLAT,
    ONE,
    ZERO,
    Exponent,
    Germ,
    OpenError,
    UndefinedError,
    add,
    composed,
    integral,
    mul,
    number,
    slope,
    sub,
)
from gradcli.graph.conditions import TESTS
from gradcli.graph.node import Node
from gradcli.graph.rules import table
from gradcli.taylor.plan import TaylorPlan

Point = Callable[[Node], float]
"""The values of nodes at the point."""

RULES = {**POWERS, **CHOICES, **FUNCTIONS}
"""The operations that are more than a rule of the table at some of their arguments."""


class Undecided(NamedTuple):
    """A node that cannot be told.

    Attributes:
        node: the operation where that began.
        helps: whether more terms might.
    """

    node: Node
    helps: bool


class Undefined:
    """What has no value on this side."""


UNDEFINED: Final = Undefined()

Beside = Germ | Undefined | Undecided
"""What a node is just beside the point."""

_CONTINUOUS = 1e-9
"""A limit so near the value at the point is that value, rounded in another way."""

_ULPS = 8
"""How far from the point a function is looked at of which only rule and kink are known."""

_TINY = 1e-200
"""The same from 0."""

_MOST_ORDERS = 64
"""So many derivatives of a function are taken at most."""


_Key = tuple[Node, tuple[float, ...], int, int]


class Pass:
    """The nodes on one side of a point.

    Args:
        at: the values at the point.
        seeds: what moves, and how.
        depth: terms beyond t^depth are left out.
        known: the series of functions at points that are known; they are added to.
    """

    def __init__(
        self,
        at: Point,
        seeds: Mapping[Node, Germ],
        depth: Exponent,
        known: dict[_Key, list[float]] | None = None,
    ) -> None:
        self.depth = depth
        self._at = at
        self._moved: dict[Node, Beside] = {**seeds}
        self._known = {} if known is None else known

    def of(self, node: Node) -> Beside:
        """What a node is; it stays where it is if it is not made of what moves."""
        found = self._moved.get(node)
        return self._still(node) if found is None else found

    def _still(self, node: Node) -> Beside:
        try:
            return number(self._at(node))
        except UndefinedError:
            return UNDEFINED
        except OpenError:
            return Undecided(node, helps=False)

    def run(self, order: Sequence[Node]) -> None:
        """Move all nodes that are made of what moves; each comes after its arguments."""
        moved = self._moved
        for node in order:
            if node not in moved and any(arg in moved for arg in node.args):
                try:
                    moved[node] = self._computed(node)
                except UndefinedError:
                    moved[node] = UNDEFINED
                except OpenError as error:
                    moved[node] = Undecided(node, error.helps)

    def _computed(self, node: Node) -> Beside:
        args = [self.of(arg) for arg in node.args]
        if node.op == "where":
            return self._chosen(args)
        if node.op in JOINTS:
            return ONE if _joined(node.op, args) else ZERO
        if node.op in TESTS or node.op in CHOOSING:
            found = self._beside_infinity(node, args)
            if found is not None:
                return found
        for each in args:
            if isinstance(each, Undecided):
                return each
        germs = [each for each in args if isinstance(each, Germ)]
        if len(germs) < len(args):
            if node.op in TESTS:
                return ONE if node.op == "ne" else ZERO
            return UNDEFINED
        found = self.apply(node.op, *germs)
        return found if node.op in CHOICES else self._settled(node, found)

    def _beside_infinity(self, node: Node, args: Sequence[Beside]) -> Germ | None:
        """A comparison or a choice with what is infinite and stays so; None if there is none such.

        So max(log(x), y) is y at x = 0, if y alone moves.
        """
        signs = [self._infinity(arg) for arg in node.args]
        others = [each for each, sign in zip(args, signs, strict=True) if not sign]
        germs = [each for each in others if isinstance(each, Germ)]
        if not any(signs) or len(germs) < len(others):
            return None
        if node.op in TESTS:
            return ONE if TESTS[node.op](signs[0] - signs[1], 0) else ZERO
        chosen = 1 if node.op == "max" else -1
        return None if chosen in signs else self.apply(node.op, *germs)

    def _infinity(self, node: Node) -> int:
        """The sign of a node that is infinite and does not move; else 0."""
        value = 0.0 if node in self._moved else self._at(node)
        return int(math.copysign(1, value)) if math.isinf(value) else 0

    def _settled(self, node: Node, found: Germ) -> Germ:
        """The same with the very value of the engine for its limit, where it is continuous.

        So ties are those of floats, by whatever operation the engine computes the node.
        """
        value = self._at(node)
        if not math.isfinite(value) or not found.err > 0 or found.lead < 0:
            return found
        limit = found.limit
        if limit == value or not abs(limit - value) <= _CONTINUOUS * max(1.0, abs(value)):
            return found
        for arg in node.args:
            germ = self._moved.get(arg)
            if germ is not None and (not isinstance(germ, Germ) or germ.limit != self._at(arg)):
                return found
        return found.with_limit(float(value))

    def _chosen(self, args: Sequence[Beside]) -> Beside:
        """A branch: the one that is taken may be anything, and so may the other."""
        condition, then, otherwise = args
        try:
            return then if _holds(condition) else otherwise
        except OpenError:
            if then is otherwise:
                return then
            if isinstance(then, Germ) and then == otherwise:
                return Germ(*then)  # of the same terms, and it is not known which of both it is
            if isinstance(condition, Undecided):
                return condition
            raise

    # --- Operations ------------------------------------------------------------------------------

    def apply(self, op: str, *args: Germ) -> Germ:
        """An operation of the language on germs."""
        rule = RULES.get(op)
        return self.smooth(op, *args) if rule is None else rule(self, *args)

    def smooth(self, op: str, *args: Germ) -> Germ:
        """The same of one that is analytic at the limits of its arguments."""
        limits = [arg.limit for arg in args]
        if not all(map(math.isfinite, limits)):
            raise OpenError
        alone = alone_of(op, len(args))
        here = Values(alone.args, limits)
        self._refuse(alone, args, here)
        value = number(here(alone))
        moving = [place for place, arg in enumerate(args) if arg.constant is None]
        if not all(args[place].is_regular for place in moving):
            raise OpenError
        kink = table().kink(GRAPH, alone)
        is_tied = kink is not None and bool(here(kink))
        if is_tied and not _is_continuous(alone, args, here):
            raise OpenError
        if len(moving) != 1 or is_tied:
            return add(value, self._integrals(alone, args, moving), self.depth)
        (place,) = moving
        part = sub(args[place], number(limits[place]), self.depth).with_limit(0.0)
        orders = int(self.depth / part.lead) if part.lead != math.inf else 0
        series = self._series(alone, here, place, orders)
        if part.lead < 1:  # an infinite slope times a rounded 0 is one as well
            series = _unrounded(series, limits[place])
        return composed(series, part, self.depth)

    def _refuse(self, alone: Node, args: Sequence[Germ], here: Values) -> None:
        """Stop where an operation has no value on this side."""
        domain = table().domain(GRAPH, alone.op, alone.args)
        if domain is not None:
            inside = self._nested(alone.args, args, self.depth, here)
            inside.run(GRAPH.ancestors([domain]))
            found = inside.of(domain)
            if not _holds(found):
                raise UndefinedError

    def _integrals(self, alone: Node, args: Sequence[Germ], moving: Sequence[int]) -> Germ:
        """What a function of several arguments gains on the way from their limits."""
        here = Values(alone.args, [arg.limit for arg in args])
        total = ZERO
        for place in moving:
            rate = slope(args[place])
            lead = rate.terms[0][0] if rate.terms else self.depth
            depth = self.depth - 1 - lead
            partial = table().partial(GRAPH, alone, place)
            found: Beside = Germ((), 0)
            if depth >= 0:
                inside = self._nested(alone.args, args, depth, here)
                inside.run(GRAPH.ancestors([partial]))
                found = inside.of(partial)
            if not isinstance(found, Germ):
                raise OpenError(helps=isinstance(found, Undecided) and found.helps)
            gain = integral(mul(rate, found, self.depth - 1), self.depth)
            total = add(total, gain, self.depth)
        return total

    def _series(self, alone: Node, here: Values, place: int, orders: int) -> Sequence[float]:
        """The coefficients of a function along one argument at a point, from 0 to some order."""
        if orders > _MOST_ORDERS:
            raise OpenError
        limits = tuple([here(arg) for arg in alone.args])
        key = alone, limits, place, orders
        found = self._known.get(key)
        if found is None:
            (found,) = _plan(alone, place, orders).run(limits, [1.0])
            self._known[key] = found
        if not all(map(math.isfinite, found)):
            raise OpenError
        return found

    def _nested(
        self, inputs: Sequence[Node], args: Sequence[Germ], depth: Exponent, here: Values
    ) -> Pass:
        return Pass(here, dict(zip(inputs, args, strict=True)), depth, self._known)


def _unrounded(series: Sequence[float], limit: float) -> list[float]:
    """Coefficients, 0 where they are no larger than what the rounding of the limit makes of 0.

    The cosine of pi/2 as a float is 6e-17.
    """
    moved = math.ulp(limit)
    nexts = [*(place * c for place, c in enumerate(series[2:], 2)), 0.0]
    slopes = [
        c if abs(c) > moved * abs(later) else 0.0
        for c, later in zip(series[1:], nexts, strict=False)
    ]
    return [*series[:1], *slopes]


@functools.lru_cache(1024)
def _plan(alone: Node, place: int, orders: int) -> TaylorPlan:
    """The power series of a function along one of its arguments."""
    return TaylorPlan(GRAPH, alone.args, [alone.args[place]], [alone], orders)


def _is_continuous(alone: Node, args: Sequence[Germ], here: Values) -> bool:
    """Whether a function with a kink, of which nothing else is known, does not jump there."""
    beside: list[float] = []
    for arg in args:
        limit = arg.limit
        sign = 0 if arg.constant is not None else sub(arg, number(limit), FLAT).sign
        beside.append(limit + sign * _ULPS * (math.ulp(limit) if limit else _TINY))
    value = here(alone)
    return abs(Values(alone.args, beside)(alone) - value) <= _CONTINUOUS * max(1.0, abs(value))


def _holds(beside: Beside) -> bool:
    """Whether a condition holds; what has no value does, as in the engine.

    Raises:
        OpenError: it cannot be told.
    """
    if isinstance(beside, Undecided):
        raise OpenError(helps=beside.helps)
    return isinstance(beside, Undefined) or beside.sign != 0


def _joined(op: str, args: Sequence[Beside]) -> bool:
    """Logic; one part may decide it alone.

    Raises:
        OpenError: none does.
    """
    known: list[bool | None] = []
    helps = False
    for each in args:
        try:
            known.append(_holds(each))
        except OpenError as error:
            known.append(None)
            helps = helps or error.helps
    found = joined(op, known)
    if found is None:
        raise OpenError(helps=helps)
    return found


DEPTHS = (2, 4, 8, 12)
"""Up to which power of t terms are kept, one after another, until what is asked for is known."""
