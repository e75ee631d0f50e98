"""Gradients of functions of large arrays along rays, and what meets where they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gradcli.evaluation.beside.tied_entries import Ties
from gradcli.germs.least import nearest
from gradcli.germs.masks import MaskedBeside, MaskedPass, ahead
from gradcli.germs.pair_pieces import UndecidedError
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp

RAYS = 16
"""Along so many rays gradients are taken, each followed by its opposite."""

FEW = 4
"""Along so many where many points are looked at."""

MOST_TIES = 64
"""Of more entries that are tied the groups are not found out: all are one."""

FEW_TIES = 8
"""The same where many points are looked at."""

SAME = 1e-11
"""Derivatives that differ by less beside the greatest are one, rounded in two ways."""


class _Ray(NamedTuple):
    """Where a pass looks, and what it finds: the output, and its derivative by each input."""

    rates: Mapping[Node, Any]
    value: float
    slopes: Mapping[Node, Any]


class Group(NamedTuple):
    """Entries that meet where something is tied.

    Attributes:
        places: the entries of each input.
        rough: those by which the derivative is not unique, of these.
        used: the derivative by each of these that is used.
        pieces: how many gradients were found.
    """

    places: Mapping[Node, Any]
    rough: Mapping[Node, Any]
    used: Mapping[Node, Any]
    pieces: int


class Rays:
    """Gradients of a function of large arrays along some rays, where something is tied.

    Attributes:
        inputs: the inputs that lead to the output.
        value: that of the output at the point.
        sides: the program on the sides that the first rays lead to.

    Args:
        at: the program at the point.
        rays: along how many rays it is looked at.

    Raises:
        UndecidedError: values and slopes do not tell.
    """

    def __init__(self, at: LookUp, rays: int = RAYS) -> None:
        self._at = at
        self._order = at.model.graph.ancestors([at.model.output])
        inside = set(self._order)
        self.inputs = [node for node in at.model.inputs if node in inside]
        self.value = float(at.value_of(at.model.output))
        self._known: dict[Node, tuple[Any, Any, Any]] = {}
        self.sides: list[tuple[MaskedPass, MaskedBeside]] = []
        self._most = MOST_TIES if rays == RAYS else FEW_TIES
        self._rays = [self._along(rates) for rates in self._directions(rays)]

    def _directions(self, count: int) -> Sequence[Mapping[Node, Any]]:
        """Rates on no plane that anybody has in mind, the same at every call."""
        draw = np.random.default_rng(8)
        found: list[Mapping[Node, Any]] = []
        for _ in range(count // 2):
            rates = {node: draw.uniform(-1.0, 1.0, node.shape) for node in self.inputs}
            found += [rates, {node: -rate for node, rate in rates.items()}]
        return found

    def side(self, rates: Mapping[Node, Any]) -> tuple[MaskedPass, MaskedBeside]:
        values = self._at.value_of
        side = ahead(self._order, rates, values)
        return side, MaskedBeside(side, self._order, values)

    def _along(self, rates: Mapping[Node, Any]) -> _Ray:
        side, beside = self.side(rates)
        if len(self.sides) < 2:
            self.sides.append((side, beside))
        slopes = {node: self.slope(node, beside) for node in self.inputs}
        return _Ray(rates, float(side.of(self._at.model.output).value), slopes)

    def slope(self, node: Node, beside: MaskedBeside) -> Any:
        adjoint = self._at.derivative.adjoints.get(node)
        if adjoint is None:
            return np.zeros(node.shape)
        with np.errstate(all="ignore"):
            found = np.broadcast_to(beside(adjoint), node.shape)
        if not np.isfinite(found).all():
            raise UndecidedError
        return found

    @property
    def has_jump(self) -> bool:
        """Whether the function jumps on the way to any of the rays."""
        return any(ray.value != self.value for ray in self._rays)

    # --- Groups --------------------------------------------------------------------------------

    @cached_property
    def rough(self) -> Mapping[Node, Any]:
        """Where the derivative by each input is not the same along all rays."""
        found = {}
        for node in self.inputs:
            slopes = np.array([ray.slopes[node] for ray in self._rays])
            allowed = SAME * np.abs(slopes).max(initial=0.0)
            found[node] = np.asarray(slopes.max(axis=0) - slopes.min(axis=0) > allowed)
        return found

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The entries that meet others where something is tied, in groups."""
        return [self._group(masks) for masks in self.joined[1]]

    @cached_property
    def joined(self) -> tuple[list[Any], list[list[Any]]]:
        """The entries of each input that are a group alone, and the other groups."""
        rough = [*map(self.rough.__getitem__, self.inputs)]
        alone = [np.zeros(mask.shape, dtype=bool) for mask in rough]
        if not any(mask.any() for mask in rough):
            return alone, []
        ties = Ties(self._at, self.tied, self.inputs)
        found: list[list[Any]] = []
        left = [mask.copy() for mask in rough]
        for masks in ties.groups([side for side, _ in self.sides[:2]], self._most):
            if any((mask & own).any() for mask, own in zip(masks, rough, strict=True)):
                found.append(masks)
                left = [mask & ~own for mask, own in zip(left, masks, strict=True)]
        alone = [
            mask & own & self.slopes_of(node)[2]
            for mask, own, node in zip(left, ties.alone(), self.inputs, strict=True)
        ]
        left = [mask & ~own for mask, own in zip(left, alone, strict=True)]
        return alone, [*found, left] if any(mask.any() for mask in left) else found

    def slopes_of(self, node: Node) -> tuple[Any, Any, Any]:
        """The slopes to the left and to the right by each entry, and whether there are such."""
        if node not in self._known:
            slopes = np.array([ray.slopes[node] for ray in self._rays])
            is_right = np.array([ray.rates[node] for ray in self._rays]) > 0
            ends = [_one(slopes, side) for side in (~is_right, is_right)]
            self._known[node] = ends[0][0], ends[1][0], ends[0][1] & ends[1][1]
        return self._known[node]

    def _group(self, masks: Sequence[Any]) -> Group:
        places = {node: mask for node, mask in zip(self.inputs, masks, strict=True) if mask.any()}
        rough = {node: mask & self.rough[node] for node, mask in places.items()}
        whole = np.array(
            [
                np.concatenate([ray.slopes[node][mask].ravel() for node, mask in rough.items()])
                for ray in self._rays
            ]
        )
        used = _least(whole)
        parts: dict[Node, Any] = {}
        for node, mask in rough.items():
            count = int(mask.sum())
            parts[node], used = used[:count], used[count:]
        return Group(places, rough, parts, len({tuple(each) for each in whole.tolist()}))

    @cached_property
    def used(self) -> Mapping[Node, Any]:
        """The derivative by each input."""
        found = {}
        for node in self.inputs:
            slope = self._rays[0].slopes[node]
            plain = np.array(self._at.plain_of(node), dtype=float)
            allowed = SAME * max(np.abs(ray.slopes[node]).max(initial=0.0) for ray in self._rays)
            # In the digits that the rules give it, if they give it.
            found[node] = np.array(np.where(np.abs(plain - slope) <= allowed, plain, slope))
        for node, mask in zip(self.inputs, self.joined[0], strict=True):
            left, right, _ = self.slopes_of(node)
            least, most = np.minimum(left, right), np.maximum(left, right)
            found[node] = np.where(mask, np.minimum(np.maximum(0.0, least), most), found[node])
        for group in self.groups:
            for node, used in group.used.items():
                found[node][group.rough[node]] = used
        return found

    @cached_property
    def tied(self) -> Sequence[Node]:
        at = self._at
        inside = set(self._order)
        return [
            node
            for node, condition in at.ties.items()
            if node in inside and np.any(at.value_of(condition))
        ]


def _one(slopes: Any, where: Any) -> tuple[Any, Any]:
    """The slope of each entry along some of the rays, and whether it is the same along all."""
    allowed = SAME * np.abs(slopes).max(initial=0.0)
    low = np.where(where, slopes, math.inf).min(axis=0)
    high = np.where(where, slopes, -math.inf).max(axis=0)
    return np.where(np.isfinite(low), low, 0.0), (high - low <= allowed) & np.isfinite(low)


def _least(whole: Any) -> Any:
    """The gradient of least norm of those found, a row each."""
    # Points with the same scalar products, in few dimensions.
    size = np.abs(whole).max() or 1.0
    roots, turned = np.linalg.eigh(whole @ whole.T / size**2)
    points = turned * np.sqrt(np.maximum(roots, 0.0))
    weights = nearest([tuple(map(float, point)) for point in points]).weights
    found = np.asarray(weights) @ whole
    found[np.abs(found) <= SAME * size] = 0.0
    return found
