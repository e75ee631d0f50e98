"""Chains of products of matrices, in the order that takes the fewest multiplications.

``A @ B @ x`` is a product of two matrices from the left, and two of a matrix and a vector from the
right. Both are the same to rounding; where the cheaper is not finite it is computed as written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from gradcli.graph.node import Node
from gradcli.graph.shapes import ROW

_LONGEST = 12
"""How many factors are put in order: the work for it grows with the cube."""

_WORTHWHILE = 20_000
"""How many multiplications an order has to save."""

_Steps = Sequence[tuple[int, int]]
"""Which two values make the next one: first the factors, then what the steps give."""

_Size = tuple[int, int]


class _Factor(NamedTuple):
    """A factor, and whether it is turned; a vector is a row if it is, else a column."""

    node: Node
    is_turned: bool

    @property
    def flipped(self) -> _Factor:
        """The same, turned."""
        return _Factor(self.node, not self.is_turned)


class Chain(NamedTuple):
    """A product of several factors: these, and the function of them."""

    args: tuple[Node, ...]
    function: Callable[..., Any]


def chain(node: Node, uses: Mapping[Node, int]) -> Chain | None:
    """A product of matrices in a better order than it is written in; None if there is none.

    Args:
        node: any node.
        uses: how often each node is needed; a product that is needed elsewhere is a factor.
    """
    factors, written = _flattened(node, uses)
    if not 2 < len(factors) <= _LONGEST:
        return None
    last = len(factors) - 1
    sizes = [_size(each, is_last=place == last) for place, each in enumerate(factors)]
    best = _cheapest(sizes)
    if _cost(written, sizes) - _cost(best, sizes) < _WORTHWHILE:
        return None
    turned = [each.is_turned and len(each.node.shape) == 2 for each in factors]
    return Chain(tuple([each.node for each in factors]), _product(turned, best, written))


def _pair(node: Node) -> tuple[_Factor, _Factor] | None:
    """The two factors of a product of matrices, or of a matrix and a vector."""
    if node.op != "contract" or not all(0 < len(arg.shape) <= 2 for arg in node.args):
        return None
    of_a, of_b, result = [str(labels).removesuffix(ROW) for labels in node.params]
    summed = [label for label in of_a if label not in result]
    if len(summed) != 1 or any(label in of_b for label in of_a if label in result):
        return None
    first = _Factor(node.args[0], of_a[0] == summed[0])
    second = _Factor(node.args[1], len(of_b) == 2 and of_b[1] == summed[0])
    is_turned = len(result) == 2 and result[0] not in of_a
    return (second.flipped, first.flipped) if is_turned else (first, second)


def _opened(factor: _Factor) -> tuple[_Factor, _Factor] | None:
    """The two factors of one that is such a product."""
    pair = _pair(factor.node)
    if pair is None:
        return None
    first, second = pair
    is_row = len(factor.node.shape) == 1 and len(first.node.shape) == 1
    return (second.flipped, first.flipped) if factor.is_turned != is_row else pair


def _flattened(node: Node, uses: Mapping[Node, int]) -> tuple[list[_Factor], _Steps]:
    """All factors from left to right, and the steps that are written; none if there are too many.

    What is written one in another is opened only so far, or long chains would take quadratic time.
    """
    pair = _pair(node)
    if pair is None:
        return [], []
    factors: list[_Factor] = []
    steps: list[tuple[int, int]] = []
    values: list[int] = []
    waiting: list[_Factor | None] = [None, pair[1], pair[0]]
    while waiting:
        factor = waiting.pop()
        if factor is None:
            right, left = values.pop(), values.pop()
            values.append(-1 - len(steps))
            steps.append((left, right))
            continue
        inner = _opened(factor) if uses[factor.node] == 1 else None
        if inner is None:
            values.append(len(factors))
            factors.append(factor)
        elif len(factors) + len(waiting) > 2 * _LONGEST:
            return [], []
        else:
            waiting += [None, inner[1], inner[0]]
    count = len(factors)
    numbered = [tuple([each if each >= 0 else count - 1 - each for each in step]) for step in steps]
    return factors, [(left, right) for left, right in numbered]


def _size(factor: _Factor, *, is_last: bool) -> _Size:
    shape = factor.node.shape
    if len(shape) == 1:
        return (shape[0], 1) if is_last else (1, shape[0])
    return (shape[1], shape[0]) if factor.is_turned else (shape[0], shape[1])


def _cost(steps: _Steps, sizes: Sequence[_Size]) -> int:
    """The number of multiplications."""
    known, total = [*sizes], 0
    for left, right in steps:
        (rows, between), (_, columns) = known[left], known[right]
        total += rows * between * columns
        known.append((rows, columns))
    return total


def _cheapest(sizes: Sequence[_Size]) -> _Steps:
    """The steps with the fewest multiplications, of all ways to put brackets."""
    count = len(sizes)
    cost = {(place, place + 1): 0 for place in range(count)}
    split: dict[tuple[int, int], int] = {}
    for length in range(2, count + 1):
        for first in range(count - length + 1):
            end = first + length
            options = [
                (cost[first, at] + cost[at, end]
                 + sizes[first][0] * sizes[at][0] * sizes[end - 1][1], at)
                for at in range(first + 1, end)
            ]  # fmt: skip
            cost[first, end], split[first, end] = min(options)
    steps: list[tuple[int, int]] = []
    values: list[int] = []
    waiting: list[tuple[int, int] | None] = [(0, count)]
    while waiting:
        span = waiting.pop()
        if span is None:
            right, left = values.pop(), values.pop()
            values.append(count + len(steps))
            steps.append((left, right))
        elif span in split:
            at = split[span]
            waiting += [None, (at, span[1]), (span[0], at)]
        else:
            values.append(span[0])
    return steps


def _product(turned: Sequence[bool], best: _Steps, written: _Steps) -> Callable[..., Any]:
    def product(*args: Any) -> Any:
        factors = [arg.T if turn else arg for arg, turn in zip(args, turned, strict=True)]
        result = _run(best, factors)
        return result if np.isfinite(np.sum(result)) else _run(written, factors)

    return product


def _run(steps: _Steps, factors: Sequence[Any]) -> Any:
    values = [*factors]
    for left, right in steps:
        values.append(np.matmul(values[left], values[right]))
    return values[-1]
