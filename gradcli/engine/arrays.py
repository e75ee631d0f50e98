"""Values of arrays at one point: the nodes one after another, by NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcli.engine.fused import fused
from gradcli.engine.interpreter import Values
from gradcli.engine.kernels import kernel
from gradcli.engine.shares import of_shares
from gradcli.graph.node import Node
from gradcli.graph.shapes import SCALAR, SHAPED


class ArrayValues(Values):
    """The values of nodes at one point, of which some are arrays."""

    def _computed(self, node: Node) -> Any:
        is_of_numbers = all(each.form is SCALAR for each in (node, *node.args))
        together = of_shares(node) if is_of_numbers else fused(node)
        if together is None and is_of_numbers and node.op not in SHAPED:
            return super()._computed(node)
        known = self._known
        function, args = together or (kernel(node.op, node.params), node.args)
        with np.errstate(all="ignore"):
            value = function(*[known[arg] for arg in args])
        return float(value) if node.form is SCALAR else value


def evaluate(
    outputs: Sequence[Node],
    inputs: Sequence[Node],
    point: Sequence[Any],
) -> list[Any]:
    """The value of each output at one point: a float, or an array of its shape."""
    values = ArrayValues(inputs, point)
    return [values(node) for node in outputs]


def matrix(
    outputs: Sequence[Node],
    directions: Sequence[Node],
    inputs: Sequence[Node],
    point: Sequence[Any],
) -> Any:
    """The matrix that some arrays, entry by entry, are the product of with some others.

    Args:
        outputs: what is linear in the directions.
        directions: inputs; a column is what an entry of one makes of all outputs.
        inputs: all others that the outputs depend on.
        point: their values.
    """
    sizes = [node.form.size for node in directions]
    ends = np.cumsum([0, *sizes])
    columns = []
    for unit in np.eye(ends[-1]):
        parts = [
            unit[end - size : end].reshape(node.shape) if node.shape else float(unit[end - 1])
            for node, size, end in zip(directions, sizes, ends[1:], strict=True)
        ]
        found = evaluate(outputs, [*inputs, *directions], [*point, *parts])
        columns.append(np.concatenate([np.ravel(each) for each in found]))
    return np.stack(columns, axis=1) if columns else np.zeros((0, 0))


def columns(output: Node, direction: Node, inputs: Sequence[Node], point: Sequence[Any]) -> Any:
    """The matrix that a vector is the product of with a direction that it is linear in.

    Args:
        output: the vector.
        direction: an input that is a vector, too.
        inputs: all others that the vector depends on.
        point: their values.
    """
    units = np.eye(direction.form.size)
    found = [evaluate([output], [*inputs, direction], [*point, unit])[0] for unit in units]
    return np.stack(found, axis=-1) if found else np.zeros((*output.shape, 0))


def holds(condition: Node, inputs: Sequence[Node], point: Sequence[Any]) -> bool:
    """Whether every entry of a condition is other than 0."""
    return bool(np.all(evaluate([condition], inputs, point)[0]))


def has_nan(value: Any) -> bool:
    """Whether a number, or an entry of an array, is NaN."""
    return bool(np.isnan(value).any())


def is_symmetric(matrix: Any) -> bool:
    """Whether a matrix is its own transpose."""
    return bool(np.array_equal(matrix, np.transpose(matrix), equal_nan=True))
