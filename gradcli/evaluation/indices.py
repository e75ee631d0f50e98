"""Indices that are values of a program: they are looked at wherever its value depends on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.errors import InputError
from gradcli.graph.arrays.gathering import INDEXED, axis_length, fault
from gradcli.graph.model import Model
from gradcli.graph.node import Node


class Indices:
    """The indices that a program is made of.

    In a branch of a condition they may be anything: there it is NaN what has no place, which does
    no harm where the branch is not taken.

    Args:
        model: the program.

    Attributes:
        nodes: what has to be known: the indices, and what is put at them.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        uses = [node for node in model.graph.ancestors([model.output]) if node.op in INDEXED]
        always = _always_used(model.output) if uses else ()
        self._uses = {node: node in always for node in uses}
        put = [node.args[0] for node in uses if node.op == "place"]
        self.nodes = [*map(_index, uses), *put]

    def check(self, values: Callable[[Node], Any]) -> None:
        """Refuse values that are no places, if the output comes of them.

        Args:
            values: the value of each index, and of the output.

        Raises:
            InputError: an index is not whole, or there is no such place.
        """
        for use, is_always in self._uses.items():
            length = axis_length(use)
            value = np.asarray(values(_index(use)))
            inside = (value >= 1) & (value <= length) & (value == np.floor(value))
            if use.op == "place":  # it does no harm to put 0 nowhere
                inside = _stretched(inside, use) | (np.asarray(values(use.args[0])) == 0)
            if not inside.all() and (is_always or np.isnan(values(self._model.output)).any()):
                wrong = fault(np.ravel(value).tolist(), length)
                if wrong is not None:
                    self._refuse(use, *wrong)

    def _refuse(self, use: Node, message: str, hint: str) -> None:
        span = self._model.spans.get(use)
        raise InputError("index", message, span=span, hint=hint, source=self._model.source)


def _index(use: Node) -> Node:
    return use.args[INDEXED[use.op]]


def _stretched(inside: Any, use: Node) -> Any:
    """What is said of an index, for every entry of what is put at it."""
    _, axis = use.params
    after = len(use.args[0].shape) - np.ndim(inside) - axis
    return np.reshape(inside, (*np.shape(inside), *[1] * after))


def _always_used(output: Node) -> set[Node]:
    """The nodes that a node is made of, but for the branches of conditions."""
    found = {output}
    waiting = [output]
    while waiting:
        node = waiting.pop()
        for arg in node.args[:1] if node.op == "where" else node.args:
            if arg not in found:
                found.add(arg)
                waiting.append(arg)
    return found
