"""Which entries of inputs meet at the entries that are tied, of whole arrays.

From each entry that is tied the chain rule is gone back to the inputs, on two opposite sides of the
point: the entries at which something arrives are those that it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.calculus.second import vjp
from gradcli.engine.kernels import kernel
from gradcli.germs.masks import MaskedPass, beside_with
from gradcli.graph.node import Node
from gradcli.graph.shapes import REARRANGING, SHAPED

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp

_NONE, _SEVERAL = -1.0, -2.0


class Ties:
    """What is tied in a program of arrays at a point.

    Args:
        at: the program at the point.
        tied: the nodes that are tied in some entries.
        inputs: its inputs.
    """

    def __init__(self, at: LookUp, tied: Sequence[Node], inputs: Sequence[Node]) -> None:
        self._at = at
        self._tied = tied
        self._inputs = inputs

    def alone(self) -> list[Any]:
        """Where each input has an entry that something tied is made of, and of nothing else."""
        found = [np.zeros(each.size, dtype=bool) for each in self._flat]
        for node in self._tied:
            entries = np.broadcast_to(self._labels[node], node.shape)[self._is_tied(node)]
            for entry in {*entries[entries >= 0].astype(int).tolist()}:
                place = int(np.searchsorted(self._ends, entry, side="right"))
                found[place][entry - (self._ends[place - 1] if place else 0)] = True
        return [mask.reshape(x.shape) for mask, x in zip(found, self._inputs, strict=True)]

    @cached_property
    def _flat(self) -> Sequence[Any]:
        return [np.empty(each.form.size) for each in self._inputs]

    @cached_property
    def _ends(self) -> Any:
        return np.cumsum([each.form.size for each in self._inputs])

    @cached_property
    def _labels(self) -> Mapping[Node, Any]:
        """The one entry of all inputs that each entry of a node is made of, by its number.

        It is `_NONE` of what is made of no entry, and `_SEVERAL` of what is made of several.
        """
        found: dict[Node, Any] = {}
        begin = 0
        for node in self._inputs:
            found[node] = (begin + np.arange(node.form.size, dtype=float)).reshape(node.shape)
            begin += node.form.size
        for node in self._at.model.graph.ancestors([self._at.model.output]):
            if node not in found:
                found[node] = self._label(node, [found[arg] for arg in node.args])
        return found

    @staticmethod
    def _label(node: Node, labels: Sequence[Any]) -> Any:
        if node.op in REARRANGING:
            return kernel(node.op, node.params)(*labels)
        if node.op in SHAPED:
            is_still = all(np.all(each == _NONE) for each in labels)
            return np.full(node.shape, _NONE if is_still else _SEVERAL)
        found: Any = np.full(node.shape, _NONE)
        for each in labels:
            other = np.where((found == each) | (each == _NONE), found, _SEVERAL)
            found = np.where(found == _NONE, each, other)
        return found

    def groups(self, sides: Sequence[MaskedPass], most: int) -> list[list[Any]]:
        """The entries of each input that meet, as a list of masks for each group.

        Args:
            sides: the program on two opposite sides of the point.
            most: with more entries that are tied they are not told apart, and there is no group.
        """
        places = [(node, place) for node in self._tied for place in self._places(node)]
        if len(places) > most:
            return []
        found: list[list[Any]] = []
        for node, place in places:
            masks = self._behind(node, place, sides)
            apart = []
            for other in found:
                if any((a & b).any() for a, b in zip(masks, other, strict=True)):
                    masks = [a | b for a, b in zip(masks, other, strict=True)]
                else:
                    apart.append(other)
            found = [*apart, masks]
        return [masks for masks in found if any(mask.any() for mask in masks)]

    def _places(self, node: Node) -> Iterator[tuple[int, ...]]:
        """Where it is tied and made of several entries."""
        is_joined = np.broadcast_to(self._labels[node], node.shape) == _SEVERAL
        return (tuple(map(int, place)) for place in np.argwhere(self._is_tied(node) & is_joined))

    def _is_tied(self, node: Node) -> Any:
        condition = self._at.value_of(self._at.ties[node])
        return np.broadcast_to(np.asarray(condition) != 0, node.shape)

    def _behind(self, node: Node, place: tuple[int, ...], sides: Sequence[MaskedPass]) -> list[Any]:
        """The entries of inputs that an entry that is tied is made of."""
        graph = self._at.model.graph.draft()
        args = [arg for arg in dict.fromkeys(node.args) if any(arg in s.moved for s in sides)]
        seeds = {arg: graph.input(f"at {arg.index}", arg.form) for arg in args}
        slopes = vjp(graph, seeds, self._inputs) if seeds else []
        found = [np.zeros(each.shape, dtype=bool) for each in self._inputs]
        given = {seeds[arg]: self._seed(node, place, arg) for arg in args}
        for side in sides if seeds else ():
            values = beside_with(side, self._at.value_of, given)
            with np.errstate(all="ignore"):
                arrived = [np.broadcast_to(values(each), x.shape) for each, x in
                           zip(slopes, self._inputs, strict=True)]  # fmt: skip
            found = [a | (b != 0) for a, b in zip(found, arrived, strict=True)]
        return found

    def _seed(self, node: Node, place: tuple[int, ...], arg: Node) -> Any:
        """Numbers at the entries of an argument that are tied, and 0 elsewhere."""
        mask = np.zeros(node.shape)
        mask[place] = 1.0
        if node.op in SHAPED:
            value = np.asarray(self._at.value_of(arg))
            whole = np.broadcast_to(mask, arg.shape)
            is_tied = node.op == "norm_to" or value == np.asarray(self._at.value_of(node))
            mask = np.where(is_tied, whole, 0.0)
        else:
            lengths = (1,) * (mask.ndim - len(arg.shape)) + arg.shape
            axes = tuple(at for at, n in enumerate(lengths) if n == 1 and mask.shape[at] > 1)
            mask = mask.sum(axis=axes, keepdims=True).reshape(arg.shape)
        draw = np.random.default_rng(arg.index)
        return mask * draw.uniform(0.5, 1.5, arg.shape) if arg.shape else float(mask)
