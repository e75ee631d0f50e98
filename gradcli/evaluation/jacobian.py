"""The derivative of an array by another: the axes of the output first, then those of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from gradcli.calculus.masks import leaves_out
from gradcli.calculus.second import jvp, masked_jvp, vjp
from gradcli.engine.arrays import evaluate, has_nan
from gradcli.errors import UsageError
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.graph.shapes import MOST_ENTRIES


def jacobian(model: Model, node: Node, point: Sequence[Any]) -> Any:
    """∂output/∂node at a point, by a pass for each entry of the one that has fewer.

    Args:
        model: the program.
        node: an input or a step.
        point: the value of each input.

    Raises:
        UsageError: it has too many entries.
    """
    graph, output = model.graph.draft(), model.output
    refuse_large(output.form.size * node.form.size)
    is_by_rows = output.form.size <= node.form.size
    unit = graph.input("a unit", (output if is_by_rows else node).form)
    inputs = [*model.inputs, unit]

    def evaluated(*, masked: bool) -> list[Any]:
        """Its rows or its columns: products with vectors."""
        if is_by_rows:
            (found,) = vjp(graph, {output: unit}, [node], masked=masked)
        elif masked:
            found = masked_jvp(graph, output, {node: unit})
        else:
            (found,) = jvp(graph, [output], {node: unit})
        return [evaluate([found], inputs, [*point, each])[0] for each in units(unit)]

    parts = evaluated(masked=False)
    if any(map(has_nan, parts)) and leaves_out(graph, output):
        parts = evaluated(masked=True)
    return (stacked if is_by_rows else from_columns)(parts, output, node)


def refuse_large(size: int) -> None:
    """Refuse a derivative of too many numbers.

    Raises:
        UsageError: they are too many.
    """
    if size > MOST_ENTRIES:
        raise UsageError(
            "limit",
            f"all derivatives are {size:,} numbers, and at most {MOST_ENTRIES:,} are computed",
            hint="jvp, vjp and hvp of a function give their product with a vector",
        )


def units(node: Node) -> Iterator[Any]:
    """Every array in the form of a node that has a single 1, the last axis running fastest."""
    if not node.shape:
        yield 1.0
        return
    for place in range(node.form.size):
        unit = np.zeros(node.form.size)
        unit[place] = 1.0
        yield unit.reshape(node.shape)


def stacked(rows: Sequence[Any], output: Node, node: Node) -> Any:
    """A derivative by one node, put together of a row for each entry of the output."""
    found = np.array(rows, dtype=float).reshape(output.shape + node.shape)
    return found if found.shape else float(found)


def from_columns(columns: Sequence[Any], output: Node, node: Node) -> Any:
    """The same, put together of a column for each entry of the node."""
    if not node.shape:
        (found,) = columns
        return found
    whole = np.array(columns, dtype=float).reshape((len(columns), *output.shape))
    return np.moveaxis(whole, 0, -1).reshape(output.shape + node.shape)
