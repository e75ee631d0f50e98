"""Arrays too large to be written out where something is tied: gradients along a few rays.

All entries of all inputs move at once, each at a rate of its own, and the same nodes are evaluated
just beside the point. What is tied joins the entries that it is made of to a group; of an entry by
itself there are a left and a right slope, of several the gradient of least norm of those found is
used. It is what was found along these rays, and no proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.engine import explain
from gradcli.errors import Problem
from gradcli.evaluation.beside.masked_rays import FEW, RAYS, SAME, Group, Rays
from gradcli.evaluation.entries.separate import label
from gradcli.evaluation.ties import NOT_UNIQUE
from gradcli.germs.masks import ahead
from gradcli.germs.pair_pieces import UndecidedError
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp

MOST_ENTRIES = 40_000_000
"""So many derivatives are kept, of all entries along all rays."""

MOST_TOLD = 3
"""How many groups are told of one by one."""

MOST_NAMED = 6
"""How many entries of a group are named."""

MOST_SIDES = 20
"""How many have their sides in JSON."""


class Masked:
    """The derivative of a function of large arrays beside a point where something is tied.

    Args:
        at: the program at the point.
        rays: along how many rays it is looked at.

    Raises:
        UndecidedError: values and slopes do not tell.
    """

    def __init__(self, at: LookUp, rays: int = RAYS) -> None:
        self._at = at
        self._output = at.names[at.model.output]
        self._rays = Rays(at, rays)

    def grad(self, node: Node, plain: Any) -> Any:
        """The derivative by a node that is shown, as it is used."""
        if node not in self._rays.rough or self._rays.has_jump:
            return plain
        used = self._rays.used[node]
        return used if used.shape else float(used)

    def beside_grad(self, node: Node, plain: Any) -> Any:
        """The same on the side that is shown."""
        adjoint = self._at.derivative.adjoints.get(node)
        return plain if adjoint is None else self.beside(adjoint, plain)

    def beside(self, node: Node, plain: Any) -> Any:
        """The limit of a node of the derivative on the side that is shown."""
        _, beside = self._rays.sides[0]
        try:
            with np.errstate(all="ignore"):
                found = beside(node)
        except UndecidedError:
            return plain
        return np.array(np.broadcast_to(found, node.shape)) if node.shape else float(found)

    def towards(self, moved: Mapping[Node, tuple[Any, Any]]) -> dict[Node, Any] | None:
        """The derivative by nodes that move, a little in their direction; None if nothing tells."""
        rates = {node: np.broadcast_to(rate, node.shape) for node, (rate, _) in moved.items()}
        try:
            _, beside = self._rays.side(rates)
            return {node: self._rays.slope(node, beside) for node in rates}
        except UndecidedError:
            return None

    def has_sides(self, nodes: Iterable[Node]) -> bool:
        """Whether the derivative by an entry of some nodes is not unique."""
        return not self._rays.has_jump and any(
            np.any(self._rays.rough.get(node, False)) for node in nodes
        )

    def smooth(self, node: Node, slope: Any) -> Any:
        """A derivative with 0 in the place of what is said of both sides of the point."""
        return np.where(self._rays.rough[node], 0.0, slope) if node in self._rays.rough else slope

    @property
    def read_from(self) -> str | None:
        """The sentence on where derivatives are read."""
        return "Read a little beside the point, in a direction in which all entries move."

    def problems(self, targets: Sequence[Node]) -> list[Problem]:
        """What is said of derivatives that are not those of a smooth function."""
        at = self._at
        asked = [node for node in targets if node in self._rays.rough]
        if self._rays.has_jump and asked:
            begin = f"{self._output} jumps at this point, or beside it; the derivative is "
            message = f"{begin}the convention of each operation by itself"
            return [self._problem(message, at.names[asked[0]])]
        alone = [(node, place) for node, place in self._alone(MOST_TOLD + 1) if node in asked]
        joined = [
            group
            for group in self._rays.groups
            if any(group.rough.get(node, np.False_).any() for node in asked)
        ]
        masks = zip(self._rays.inputs, self._rays.joined[0], strict=True)
        count = sum(int(mask.sum()) for node, mask in masks if node in asked) + len(joined)
        found = [self._told_alone(node, place) for node, place in alone]
        found = [*found, *map(self._told, joined)][: MOST_TOLD + 1]
        left = count - MOST_TOLD
        if left > 0:
            more = f"so it is at {left:,} more {'places' if left > 1 else 'place'}"
            return [*found[:MOST_TOLD], found[MOST_TOLD]._replace(message=more)]
        return found

    def _alone(self, most: int) -> list[tuple[Node, tuple[int, ...]]]:
        """The first entries of each input that are a group alone."""
        return [
            (node, tuple(map(int, place)))
            for node, mask in zip(self._rays.inputs, self._rays.joined[0], strict=True)
            for place in np.argwhere(mask)[:most]
        ]

    def _told_alone(self, node: Node, place: tuple[int, ...]) -> Problem:
        """What is said of an entry."""
        numbers = (
            *(each[place] for each in self._rays.slopes_of(node)[:2]),
            self._rays.used[node][place],
        )
        left, right, used = (explain.short(float(each)) for each in numbers)
        message = f"{self._output} has a kink at {self._entry(node, place)}: slope {left} to the "
        message += f"left, {right} to the right; {used} is used"
        return self._problem(message, self._name(node, place))

    def _told(self, group: Group) -> Problem:
        """What is said of some entries that meet."""
        entries = [
            (node, tuple(map(int, place)))
            for node, mask in group.places.items()
            for place in np.argwhere(mask)[: MOST_NAMED + 1]
        ]
        where = explain.listed((self._entry(*each) for each in entries), MOST_NAMED)
        begin = f"{self._output} has a kink at {where}"
        numbers = [float(self._rays.used[node][place]) for node, place in entries]
        used = explain.listed(map(explain.short, numbers), MOST_NAMED)
        begin += (
            f"; ({used}) is used, the gradient of least norm of the {group.pieces} pieces found"
        )
        node = next(node for node, mask in group.rough.items() if mask.any())
        return self._problem(begin, self._name(node, tuple(np.argwhere(group.rough[node])[0])))

    def _entry(self, node: Node, place: tuple[int, ...]) -> str:
        value = float(np.asarray(self._at.value_of(node))[place])
        return f"{self._name(node, place)} = {explain.short(value)}"

    def _name(self, node: Node, place: tuple[int, ...]) -> str:
        return label(self._at.names[node], tuple(int(each) + 1 for each in place))

    def _problem(self, message: str, name: str) -> Problem:
        spans = (self._at.symbols.span(node) for node in self._rays.tied)
        span = next((span for span in spans if span is not None), None)
        return Problem("kink", name, NOT_UNIQUE, message, span)

    def to_dict(self) -> dict[str, Any]:
        """What JSON has besides: the operations that are tied, and the sides of some entries."""
        is_rough = any(mask.any() for mask in self._rays.rough.values()) or self._rays.has_jump
        names = self._at.names
        return {
            "kinks": [
                {"node": names[node], "cancels": not is_rough}
                for node in self._rays.tied
                if node in names
            ],
            "sides": [self._side_to_dict(*each) for each in self._alone(MOST_SIDES)][:MOST_SIDES],
        }

    def _side_to_dict(self, node: Node, place: tuple[int, ...]) -> dict[str, Any]:
        left, right, _ = self._rays.slopes_of(node)
        limit = self._rays.value
        return {
            "node": self._name(node, place),
            "kind": "kink",
            "left": {"limit": limit, "slope": float(left[place])},
            "right": {"limit": limit, "slope": float(right[place])},
            "used": float(self._rays.used[node][place]),
        }


def masked(at: LookUp, *, is_quick: bool = False) -> Masked | None:
    """A program of large arrays beside a point; None where values and slopes do not tell.

    Args:
        at: the program at the point.
        is_quick: look along fewer rays, where many points are looked at; so it is done, too, of
            very large arrays.
    """
    size = sum(node.form.size for node in at.model.inputs)
    most = MOST_ENTRIES // max(size, 1) // 2 * 2
    if most < 2:
        return None
    try:
        return Masked(at, min(FEW if is_quick else RAYS, most))
    except UndecidedError:
        return None


def along(at: LookUp, deltas: Mapping[Node, Any], plain: Any) -> tuple[Any, list[Problem] | None]:
    """The derivative along a tangent, of each entry of the output, and what is said of it.

    That is None where nothing is known beside the point.

    Args:
        at: the program at the point.
        deltas: how fast every input moves.
        plain: the derivative by the conventions of operations by themselves.
    """
    order, output = at.model.graph.ancestors([at.model.output]), at.model.output
    rates = {
        node: np.broadcast_to(np.asarray(deltas[node], dtype=float), node.shape)
        for node in at.model.inputs
        if node in deltas
    }
    try:
        behind = ahead(order, {node: -rate for node, rate in rates.items()}, at.value_of)
        before = ahead(order, rates, at.value_of)
    except UndecidedError:
        return plain, None
    value = at.value_of(output)
    if any(np.any(side.of(output).value != value) for side in (behind, before)):
        return plain, None
    left, right = -np.asarray(behind.of(output).rate), np.asarray(before.of(output).rate)
    allowed = SAME * np.maximum(np.abs(left), np.abs(right))
    rough = np.abs(left - right) > allowed
    low, high = np.minimum(left, right), np.maximum(left, right)
    found = np.minimum(np.maximum(plain, low), high)
    if not np.any(rough):
        return found, []
    if output.shape:
        ends = f"in {int(rough.sum()):,} of {output.form.size:,} entries"
    else:
        numbers = (explain.short(float(each)) for each in (left, right, found))
        ends = "slope {} to the left, {} to the right; {} is used".format(*numbers)
    message = f"{at.names[output]} has a kink at this point along the tangent: {ends}"
    return found, [Problem("kink", "along the tangent", NOT_UNIQUE, message, None)]
