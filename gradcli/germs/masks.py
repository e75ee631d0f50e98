"""The fast pass over arrays: a value and a slope for each entry beside a point, decided by masks.

It is `pairs` for whole arrays. What is tied by value is decided by slopes, entry by entry; where
slopes tie as well and terms of a higher order are left, or a partial is not finite, the pass is
open: power series are not taken of arrays.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradcli.engine.arrays import ArrayValues
from gradcli.engine.interpreter import Values
from gradcli.engine.kernels import kernel
from gradcli.germs.array_alone import Alone, alone_of
from gradcli.germs.mask_pieces import PIECES, ZERO, Masked, decided, difference, joined, order_of
from gradcli.germs.pair_pieces import UndecidedError
from gradcli.graph.arrays import linear
from gradcli.graph.conditions import LOGIC, TESTS
from gradcli.graph.node import CONST, IDENTITY, Node
from gradcli.graph.shapes import SCALAR, SHAPED

_EXTREMES = {"max": 1, "min": -1, "max_to": 1, "min_to": -1}


class MaskedPass:
    """The nodes of a program of arrays on one side of a point.

    Args:
        at: the values at the point.
        rates: how fast each input moves.
    """

    def __init__(self, at: Values, rates: Mapping[Node, Any]) -> None:
        self._at = at
        self._jumped = False
        self.order: Sequence[Node] = ()
        self.moved = {node: Masked(at(node), rate) for node, rate in rates.items()}
        self.chosen: dict[Node, Sequence[Any]] = {}

    def of(self, node: Node) -> Masked:
        """A node, which stays where it is if it is not made of what moves."""
        return self.moved.get(node) or Masked(self._at(node))

    def run(self, order: Sequence[Node]) -> None:
        """Move all nodes that are made of what moves.

        Raises:
            UndecidedError: a tie is not decided, or a partial is not finite.
        """
        self.order = order
        for node in order:
            if node not in self.moved and any(arg in self.moved for arg in node.args):
                found = _in_form(node, self._beside(node, [*map(self.of, node.args)]))
                self.moved[node] = found
                self._jumped = self._jumped or not _is_equal(found.value, self._at(node))

    def _beside(self, node: Node, args: Sequence[Masked]) -> Masked:
        op = node.op
        if op == "where":
            return self._chosen(node, args)
        if op in TESTS:
            sign = order_of(*args)
            return Masked(np.where(np.isnan(sign), np.nan, TESTS[op](sign, 0)))
        if op in LOGIC:
            return Masked(joined(op, [*map(self._truth, node.args, args)]))
        if op in _EXTREMES:
            return self._extreme(node, args)
        piece = PIECES.get(op)
        found = None if piece is None else piece(*args)
        return self._smooth(node, args) if found is None else found

    def _truth(self, node: Node, pair: Masked) -> Any:
        """1 where a number that stands for a condition is not 0, NaN where that is not decided."""
        if node.op in LOGIC:
            return pair.value
        sign = order_of(pair, ZERO)
        return np.where(np.isnan(sign), np.nan, sign != 0)

    def _chosen(self, node: Node, args: Sequence[Masked]) -> Masked:
        _, then, otherwise = args
        holds = self._truth(node.args[0], args[0])
        if np.isnan(holds).any():
            raise UndecidedError
        parts = (
            np.broadcast_to(np.where(holds != 0, a, b), node.shape)
            for a, b in zip(then, otherwise, strict=True)
        )
        return Masked(*parts)

    # --- The greatest and the least ------------------------------------------------------------

    def _extreme(self, node: Node, args: Sequence[Masked]) -> Masked:
        """The greatest entry, or the least, by values and then by slopes; which it is is kept."""
        sign = _EXTREMES[node.op]
        values = [sign * np.asarray(each.value, dtype=float) for each in args]
        if any(np.isnan(each).any() for each in values):
            raise UndecidedError
        best = _greatest(node, values)
        tied = [each == _spread(best, each) for each in values]
        rates = [
            np.where(mask, sign * np.broadcast_to(each.rate, mask.shape), -np.inf)
            for mask, each in zip(tied, args, strict=True)
        ]
        rate = _greatest(node, rates)
        chosen = [
            mask & (difference(each, _spread(rate, each)) == 0)
            for mask, each in zip(tied, rates, strict=True)
        ]
        bends = [
            (mask & np.asarray(each.bends)).astype(float)
            for mask, each in zip(chosen, args, strict=True)
        ]
        self.chosen[node] = chosen
        return Masked(sign * best, sign * rate, _greatest(node, bends) != 0)

    def is_chosen(self, first: Node, second: Node) -> Any:
        """Whether a comparison asks which argument an extreme is, and where it is that one.

        Raises:
            UndecidedError: several are, and need not be beside that.
        """
        if second not in self.chosen or first not in second.args:
            return None
        mask = self.chosen[second][second.args.index(first)]
        counts = sum(np.asarray(each, dtype=float) for each in self.chosen[second])
        if second.op in SHAPED:
            counts = _reduced(counts, second)
        if (np.asarray(self.moved[second].bends) & (counts > 1)).any():
            raise UndecidedError
        return mask

    # --- All others ----------------------------------------------------------------------------

    def _smooth(self, node: Node, args: Sequence[Masked]) -> Masked:
        """An operation that has a derivative at the limits of its arguments."""
        moving = tuple(arg in self.moved and bool(np.any(pair.rate) or np.any(pair.bends))
                       for arg, pair in zip(node.args, args, strict=True))  # fmt: skip
        alone = alone_of(node.op, node.params, tuple(arg.form for arg in node.args), moving)
        values = [each.value for each in args]
        here = ArrayValues(alone.inputs, values)
        self._refuse(alone, args, here)
        value = here(alone.node) if self._jumped else self._at(node)
        if alone.rate is None:
            return Masked(value, np.zeros(node.shape), np.zeros(node.shape, dtype=bool))
        rates = [each.rate for each, moves in zip(args, moving, strict=True) if moves]
        shapes = [arg.shape for arg, moves in zip(node.args, moving, strict=True) if moves]
        given: list[Any] = [*map(np.broadcast_to, rates, shapes)]
        rate = ArrayValues([*alone.inputs, *alone.tangents], [*values, *given])(alone.rate)
        if not (np.isfinite(value).all() and np.isfinite(rate).all()):
            raise UndecidedError
        return Masked(value, rate, self._bends(node, args))

    @staticmethod
    def _refuse(alone: Alone, args: Sequence[Masked], here: ArrayValues) -> None:
        """Stop at a kink, and at an end of a domain."""
        if alone.kink is not None and np.any(here(alone.kink)):
            raise UndecidedError
        if alone.domain is not None:
            side = MaskedPass(here, {})
            side.moved = dict(zip(alone.inputs, args, strict=True))
            side.run(alone.graph.ancestors([alone.domain]))
            if not np.all(np.asarray(side.of(alone.domain).value) > 0):
                raise UndecidedError

    @staticmethod
    def _bends(node: Node, args: Sequence[Masked]) -> Any:
        """Where there may be terms of a higher order."""
        op, bends = node.op, [np.asarray(each.bends, dtype=float) for each in args]
        shaped = [
            np.broadcast_to(mask, arg.shape) for mask, arg in zip(bends, node.args, strict=True)
        ]
        if op in {"neg", IDENTITY} or linear.in_all(op):
            return kernel(op, node.params)(*shaped) != 0
        if op in {"add", "sub"}:
            return np.broadcast_to(shaped[0] + shaped[1] != 0, node.shape)
        if op in {"mul", "contract"}:
            moves = [np.asarray(each.rate != 0, dtype=float) for each in args]
            some = [
                ((np.asarray(each.value) != 0) | (move != 0) | (mask != 0)).astype(float)
                for each, move, mask in zip(args, moves, shaped, strict=True)
            ]
            times = kernel(op, node.params)
            pairs = [(shaped[0], some[1]), (some[0], shaped[1]), (moves[0], moves[1])]
            parts = [
                times(*map(np.broadcast_to, pair, (arg.shape for arg in node.args)))
                for pair in pairs
            ]
            return sum(parts) != 0
        if op in SHAPED:
            return np.ones(node.shape, dtype=bool)
        moved = [(mask != 0) | (np.asarray(each.rate) != 0)
                 for mask, each in zip(shaped, args, strict=True)]  # fmt: skip
        if op == "div":
            moved[0] = shaped[0] != 0
        return np.broadcast_to(functools.reduce(np.logical_or, moved), node.shape)


def _greatest(node: Node, arrays: Sequence[Any]) -> Any:
    """The greatest of all arguments, in the shape of the node."""
    if node.op in SHAPED:
        return kernel("max_to", node.params)(arrays[0])
    return np.broadcast_to(functools.reduce(np.maximum, arrays), node.shape)


def _spread(reduced: Any, to: Any) -> Any:
    """What is reduced, beside each entry that it is of."""
    return (
        np.asarray(reduced)
        if np.ndim(reduced) > np.ndim(to)
        else np.broadcast_to(reduced, np.shape(to))
    )


def _reduced(counts: Any, node: Node) -> Any:
    return kernel("sum_to", node.params)(counts)


def _in_form(node: Node, found: Masked) -> Masked:
    """The same with plain numbers where the node is one."""
    if node.form is not SCALAR:
        return found
    return Masked(float(found.value), float(found.rate), bool(found.bends))


def _is_equal(a: Any, b: Any) -> bool:
    return bool(np.all(np.equal(a, b)))


class MaskedBeside(ArrayValues):
    """The values of nodes beside a point, adjoints too: their comparisons look at the pass.

    Asked for a node, it raises `UndecidedError` where that does not decide.

    Args:
        side: the program there.
        order: its nodes.
        at: the values at the point.
        more: the values of inputs that the program does not have.
    """

    def __init__(
        self,
        side: MaskedPass,
        order: Sequence[Node],
        at: Values,
        more: Mapping[Node, Any] | None = None,
    ) -> None:
        self._side = side
        self._still = {node: at(node) for node in order if node not in side.moved}
        self._still |= more or {}
        values = {node: pair.value for node, pair in side.moved.items()}
        super().__init__([*values, *self._still], [*values.values(), *self._still.values()])

    def _computed(self, node: Node) -> Any:
        found = self._beside(node)
        return float(found) if node.form is SCALAR else found

    def _beside(self, node: Node) -> Any:
        op, args = node.op, node.args
        if op in TESTS:
            return self._compared(node)
        if op in {"sign", "step"}:
            sign = decided(order_of(self._pair(args[0]), ZERO))
            return sign if op == "sign" else (sign > 0).astype(float)
        if op in LOGIC:
            return _settled(joined(op, [*map(self._truth, args)]))
        if op == "where":
            holds = _settled(self._truth(args[0])) != 0
            return np.broadcast_to(np.where(holds, self(args[1]), self(args[2])), node.shape)
        if op in {"floor", "ceil", "round", "trunc"} and np.any(self._pair(args[0]).rate):
            raise UndecidedError  # it may jump there
        return super()._computed(node)

    def _compared(self, node: Node) -> Any:
        first, second = node.args
        if first is second:
            return np.full(node.shape, float(TESTS[node.op](0, 0)))
        if node.op in {"eq", "ne"}:
            chosen = self._side.is_chosen(first, second)
            if chosen is not None:
                return np.asarray(chosen if node.op == "eq" else ~chosen, dtype=float)
        return TESTS[node.op](decided(order_of(self._pair(first), self._pair(second))), 0) * 1.0

    def _truth(self, node: Node) -> Any:
        value = np.asarray(self(node))
        if node.op in LOGIC:
            return value
        sign = order_of(self._pair(node), ZERO)
        return np.where(value != 0, 1.0, np.where(np.isnan(sign), np.nan, sign != 0))

    def _pair(self, node: Node) -> Masked:
        """What is compared; the slope of what is no node of the program is not known."""
        found = self._side.moved.get(node)
        if found is not None:
            return found
        is_known = node.op == CONST or node in self._still
        return Masked(self(node), 0.0 if is_known else np.nan)


def _settled(holds: Any) -> Any:
    if np.isnan(holds).any():
        raise UndecidedError
    return holds


def beside_with(side: MaskedPass, at: Values, more: Mapping[Node, Any]) -> MaskedBeside:
    """The same with further inputs that have values."""
    return MaskedBeside(side, side.order, at, more)


def ahead(order: Sequence[Node], rates: Mapping[Node, Any], at: Values) -> MaskedPass:
    """The nodes of a function of arrays on one side of a point.

    Args:
        order: all nodes of the function, in order.
        rates: how fast each input moves away from the point.
        at: the values at the point.

    Raises:
        UndecidedError: this pass does not tell.
    """
    side = MaskedPass(at, rates)
    with np.errstate(all="ignore"):
        side.run(order)
    return side
