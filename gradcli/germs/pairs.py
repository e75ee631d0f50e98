"""The fast pass: a value and a slope for each node beside a point, in plain floats.

What is tied by value is decided by slopes, which is all that a network or any piecewise linear
function needs. Where slopes are tied as well, or a partial is not finite, this pass says that it is
open, and germs decide.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gradcli.calculus.guards import opened
from gradcli.engine.interpreter import Values
from gradcli.engine.scalar import operation
from gradcli.germs.alone import GRAPH, alone_of
from gradcli.germs.logic import CHOOSING, JOINTS, joined
from gradcli.germs.pair_pieces import PIECES, ZERO, Pair, UndecidedError, order_of
from gradcli.germs.series import total
from gradcli.graph.conditions import LOGIC, TESTS
from gradcli.graph.node import CONST, Node
from gradcli.graph.rules import table

_OPEN = Pair(math.nan, is_linear=False)
"""A condition that is not decided."""


class PairPass:
    """The nodes of a program on one side of a point.

    Args:
        at: the values at the point.
        seeds: the inputs, or steps, that move away from the point.
        locals_: the local partials of nodes, where they are made already.
    """

    def __init__(
        self,
        at: Values,
        seeds: Mapping[Node, Pair],
        locals_: Mapping[Node, Sequence[Node | None]] | None = None,
    ) -> None:
        self._at = at
        self._locals = locals_ or {}
        self._jumped = False
        self._moved = {**seeds}

    def of(self, node: Node) -> Pair:
        """A node, which stays where it is if it is not made of what moves."""
        return self._moved.get(node) or Pair(self._at(node))

    def run(self, order: Sequence[Node]) -> None:
        """Move all nodes that are made of what moves.

        Raises:
            UndecidedError: a tie is not decided, or a partial is not finite.
        """
        moved = self._moved
        for node in order:
            if node in moved:
                continue
            for arg in node.args:
                if arg in moved:
                    found = moved[node] = self._beside(node)
                    self._jumped = self._jumped or found.value != self._at(node)
                    break

    def values(self, order: Sequence[Node]) -> Beside:
        """The values of other nodes there, such as adjoints: their comparisons look at the pairs.

        Asked for a node, it raises `UndecidedError` where they do not decide.

        Args:
            order: the nodes of the program, of which those that do not move are known as well.
        """
        still = {node: self._at(node) for node in order if node not in self._moved}
        return Beside(self._moved, still)

    def _beside(self, node: Node) -> Pair:
        op, args = node.op, node.args
        if op == "where":
            condition = self._truth(args[0])
            if condition is None:
                raise UndecidedError
            return self.of(args[1 if condition else 2])
        if op in TESTS:
            return self._compared(node)
        if op in JOINTS:
            holds = joined(op, [self._truth(arg) for arg in args])
            return _OPEN if holds is None else Pair(float(holds))
        pairs = [self.of(arg) for arg in args]
        if not all(math.isfinite(each.value) for each in pairs):
            # Of max(log(x), y) at x = 0, where y moves, the infinity is not chosen.
            chosen = PIECES[op](*pairs) if op in CHOOSING else None
            if chosen is None or not math.isfinite(chosen.value):
                raise UndecidedError
            return chosen
        if op in _ARITHMETIC:
            return self._arithmetic(node, pairs)
        piece = PIECES.get(op)
        found = None if piece is None else piece(*pairs)
        return self._smooth(node, pairs) if found is None else found

    def _compared(self, node: Node) -> Pair:
        first, second = node.args
        try:
            sign = 0 if first is second else order_of(self.of(first), self.of(second))
        except UndecidedError:
            return _OPEN  # perhaps nobody asks for it
        return Pair(float(TESTS[node.op](sign, 0)))

    def _truth(self, node: Node) -> bool | None:
        """Whether a number that stands for a condition is not 0; None if that is not decided."""
        pair = self.of(node)
        if pair.value or node.op in LOGIC:
            return None if math.isnan(pair.value) else bool(pair.value)
        try:
            return order_of(pair, ZERO) != 0
        except UndecidedError:
            return None

    def _smooth(self, node: Node, pairs: Sequence[Pair]) -> Pair:
        """An operation that has a derivative at the limits of its arguments."""
        alone, here, partials = node, self._at, self._locals.get(node)
        arity = len(pairs)
        if (
            self._jumped
            or partials is None
            or table().may_kink(node.op, arity)
            or table().facts(node.op, arity).domain
        ):
            alone = alone_of(node.op, arity)
            here = Values(alone.args, [each.value for each in pairs])
            partials = None
            _refuse(alone, pairs, here)
        value = here(alone)
        if not math.isfinite(value):
            raise UndecidedError
        rate = 0.0
        for place, each in enumerate(pairs):
            # sqrt(x^2) is none of those at 0, though x^2 does not move there to first order.
            if each.rate or not each.is_linear:
                partial = None if partials is None else partials[place]
                if partial is None:
                    alone = alone_of(node.op, arity)
                    here = Values(alone.args, [pair.value for pair in pairs])
                    partials, partial = None, table().partial(GRAPH, alone, place)
                rate = total(rate, each.rate * _slope(partial, here))
        return Pair(value, rate, node.op == "div" and _is_linear("div", pairs))

    def _arithmetic(self, node: Node, pairs: Sequence[Pair]) -> Pair:
        """A sum or a product, which needs no rule to be looked up."""
        a, b = pairs
        is_linear = _is_linear(node.op, pairs)
        if node.op == "mul":
            rate = total(a.rate * b.value, a.value * b.rate)
        else:
            rate = total(a.rate, b.rate if node.op == "add" else -b.rate)
        value = operation(node.op)(a.value, b.value) if self._jumped else self._at(node)
        if not math.isfinite(value + rate):
            raise UndecidedError
        return Pair(value, rate, is_linear)


def _refuse(alone: Node, pairs: Sequence[Pair], here: Values) -> None:
    """Stop at a kink, and at an end of a domain."""
    condition = table().kink(GRAPH, alone)
    if condition is not None and here(condition):
        raise UndecidedError
    domain = table().domain(GRAPH, alone.op, alone.args)
    if domain is not None:
        side = PairPass(here, dict(zip(alone.args, pairs, strict=True)))
        side.run(GRAPH.ancestors([domain]))
        if not side.of(domain).value > 0:
            raise UndecidedError


def _slope(partial: Node, here: Values) -> float:
    """A partial, whose conditions must hold: where they do not, it is a convention."""
    if partial.op == "where":
        guards, partial = opened(partial)
        if not all(bool(here(condition)) == holds for condition, holds in guards):
            raise UndecidedError
    slope = here(partial)
    if not math.isfinite(slope):
        raise UndecidedError
    return slope


def _is_linear(op: str, pairs: Sequence[Pair]) -> bool:
    if not all(each.is_linear for each in pairs):
        return False
    if op == "mul":
        return not (pairs[0].rate and pairs[1].rate)
    return op != "div" or not pairs[1].rate


_ARITHMETIC = frozenset(("add", "sub", "mul"))

_ROUNDED = frozenset(("floor", "ceil", "round", "trunc"))


class Beside(Values):
    """The values of nodes beside a point, given those of a program with their slopes."""

    def __init__(self, moved: Mapping[Node, Pair], still: Mapping[Node, float]) -> None:
        super().__init__(
            [*moved, *still], [*(pair.value for pair in moved.values()), *still.values()]
        )
        self._pairs = moved
        self._still = still

    def _computed(self, node: Node) -> float:
        if node.op in TESTS:
            first, second = node.args
            sign = 0 if first is second else order_of(self._pair(first), self._pair(second))
            return float(TESTS[node.op](sign, 0))
        if node.op in {"sign", "step"}:
            sign = order_of(self._pair(node.args[0]), ZERO)
            return float(sign if node.op == "sign" else sign > 0)
        if node.op in JOINTS:
            return float(joined(node.op, [self.holds(arg) for arg in node.args]) or False)
        if node.op == "where":
            return self(node.args[1 if self.holds(node.args[0]) else 2])
        if node.op in _ROUNDED and self._pair(node.args[0]).rate:
            raise UndecidedError  # it may jump there
        return super()._computed(node)

    def holds(self, node: Node) -> bool:
        """Whether a number that stands for a condition is not 0."""
        value = self(node)
        return bool(value) or (node.op not in LOGIC and order_of(self._pair(node), ZERO) != 0)

    def _pair(self, node: Node) -> Pair:
        """What is compared; the slope of what is no node of the program is not known."""
        found = self._pairs.get(node)
        if found is not None:
            return found
        is_known = node.op == CONST or node in self._still
        return Pair(self(node), 0.0 if is_known else math.nan)


def beside(
    order: Sequence[Node], output: Node, rates: Mapping[Node, float], at: Values
) -> tuple[Pair, Pair] | None:
    """A function to the left and to the right of a point, with its derivatives to the right.

    Args:
        order: all nodes of the function, in order.
        output: the function.
        rates: how fast each input, or step, moves along the line to the right.
        at: the values at the point.

    Returns:
        None where this pass does not tell.
    """
    try:
        left, right = (
            ahead(order, {node: turn * rate for node, rate in rates.items()}, at).of(output)
            for turn in (-1, 1)
        )
    except UndecidedError:
        return None
    return left._replace(rate=-left.rate), right


def ahead(
    order: Sequence[Node],
    rates: Mapping[Node, float],
    at: Values,
    locals_: Mapping[Node, Sequence[Node | None]] | None = None,
) -> PairPass:
    """The nodes of a function on one side of a point.

    Args:
        order: all nodes of the function, in order.
        rates: how fast each input, or step, moves away from the point.
        at: the values at the point.
        locals_: the local partials of nodes, where they are made already.

    Raises:
        UndecidedError: this pass does not tell.
    """
    side = PairPass(at, {node: Pair(at(node), rate) for node, rate in rates.items()}, locals_)
    side.run(order)
    return side
