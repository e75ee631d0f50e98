"""Nodes as columns or rows of a matrix: each number one, each array one for every entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from gradcli.evaluation.elements import Value, number
from gradcli.evaluation.forms import value_of, zeros
from gradcli.graph.node import Node
from gradcli.graph.shapes import Form
from gradcli.hints import no_input
from gradcli.syntax.spelling import array_name, element_name, indices_of, plain


class Columns:
    """The numbers that some nodes are, in order; an array row by row.

    Args:
        labels: the nodes with their names.

    Attributes:
        nodes: the nodes.
        names: the name of each number, ``x`` or ``W[1,2]``.
    """

    def __init__(self, labels: Mapping[Node, str]) -> None:
        self.nodes = [*labels]
        self.names = [name for node, label in labels.items() for name in _entries(label, node)]
        self._labels = {label: node for node, label in labels.items()}

    def __len__(self) -> int:
        return len(self.names)

    def parts(self, vector: Sequence[float]) -> dict[Node, Any]:
        """A number or an array for each node, of a number for each column."""
        found, at = {}, 0
        for node in self.nodes:
            part = vector[at : at + node.form.size]
            at += node.form.size
            found[node] = _shaped(part, node) if node.shape else part[0]
        return found

    def numbers(self, parts: Mapping[Node, Any]) -> list[float]:
        """A number for each column, of a number or an array for each node."""
        return [each for node in self.nodes for each in _flat(parts[node], node)]

    def vector(self, given: Mapping[str, Value]) -> list[float]:
        """A number for each column, of values for nodes or for entries of arrays; else 0.

        Raises:
            InputError: a name is none of these, or its value has another shape.
        """
        found = dict.fromkeys(self.names, 0.0)
        for each, value in given.items():
            name = plain(each)
            node = self._labels.get(name)
            if node is not None:
                parts = _flat(value_of(value, name, node.form), node)
                found.update(zip(_entries(name, node), parts, strict=True))
            elif name in found:
                found[name] = number(value, name)
            elif (form := self._elements(name)) is not None:
                parts = value_of(value, name, form).ravel()
                found.update(zip(_names(name, form.shape), map(float, parts), strict=True))
            else:
                raise no_input(name, [*self._labels])
        return [*found.values()]

    def _elements(self, name: str) -> Form | None:
        """The form of an array whose entries are numbers of their own, if all of them are there."""
        own = [each for each in self.names if array_name(each) == name != each]
        places = [*map(indices_of, own)]
        if not own or len({*map(len, places)}) > 1:
            return None
        shape = tuple(map(max, zip(*places, strict=True)))
        return Form(shape) if {*_names(name, shape)} == {*own} else None


def _entries(label: str, node: Node) -> list[str]:
    """The name of a number, or those of the entries of an array."""
    return _names(label, node.shape) if node.shape else [label]


def _names(label: str, shape: Sequence[int]) -> list[str]:
    """The names of the entries of an array, row by row."""
    places = product(*(range(1, length + 1) for length in shape))
    return [element_name(label, place) for place in places]


def _flat(value: Any, node: Node) -> list[float]:
    return [float(entry) for entry in value.ravel()] if node.shape else [float(value)]


def _shaped(part: Sequence[float], node: Node) -> Any:
    array = zeros(node.form)
    array.flat[:] = part
    return array
