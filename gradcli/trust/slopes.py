"""Where derivatives are lost: not finite, 0, without influence, or very small or large."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from gradcli.engine import explain
from gradcli.engine.beyond import log_of_size
from gradcli.graph.conditions import LOGIC, TESTS
from gradcli.graph.node import Node
from gradcli.trust import causes
from gradcli.trust.causes import Cause
from gradcli.trust.lost import MOST, began, is_bad, said, value_cause
from gradcli.trust.scene import Scene, is_same

SMALL, LARGE = 1e-10, 1e10
"""Derivatives outside of this are looked at factor by factor."""

STEPS = frozenset(("floor", "ceil", "round", "trunc", "step", "sign", *TESTS, *LOGIC))
"""Operations whose derivative is 0 wherever it is anything."""

CHOICES = frozenset(["where", "max", "min", "relu", "leaky_relu", "elu", "mod", "rem"])


_KEEPING = STEPS | {"where", "relu", "max", "min"}
"""Operations that may keep their value all around a point."""


class Edge(NamedTuple):
    """From a node to an argument, with the slope in floats and as it is; None: not taken."""

    source: Node
    target: Node
    plain: float | None
    own: float | None


class Lost:
    """The derivative of the output by a number, where it is lost.

    Args:
        scene: the program at the point.
        target: the number.
        of: what is lost: ``d/dx``.
    """

    def __init__(self, scene: Scene, target: Node, of: str) -> None:
        self._scene = scene
        self._target = target
        self._of = of

    def causes(self) -> list[Cause]:
        """The causes; none where nothing is lost."""
        scene, target = self._scene, self._target
        if target not in scene.order:
            return [self._unused()]
        plain, true = scene.grad(target, scene.plain), scene.true_grad(target)
        is_zero = not true and abs(plain) < SMALL  # but for rounding
        if not is_zero and not (math.isfinite(plain) and is_same(plain, true)):
            return [*self._not_right()]
        if is_zero:
            return [*self._zero()]
        if not SMALL <= abs(true) <= LARGE:
            return [self._by_factors(true)]
        return []

    def _cause(self, node: Node, kind: str, message: str, number: float) -> Cause:
        scene = self._scene
        cause = replace(
            value_cause(scene, self._of, node), kind=kind, message=message, what=said(number)
        )
        return self._on_its_way(cause, node)

    def _on_its_way(self, cause: Cause, node: Node) -> Cause:
        """A cause with the way from the target by its node to the output."""
        is_below = node in self._scene.leading(self._target)
        path = self._scene.path(node, self._target if is_below else None)
        return _on(self._scene, cause, path)

    def _unused(self) -> Cause:
        scene, target = self._scene, self._target
        steps = [each for each in scene.solution.model.steps if scene.owner(target) in each.args]
        named = scene.solution.output
        more = f", only in {explain.listed(each.name for each in steps)}" if steps else ""
        message = f"{scene.name(target)} does not occur in {named}{more}"
        cause = self._cause(target, causes.UNUSED, message, 0.0)
        return _on(scene, cause, [target])

    @property
    def _edges(self) -> list[Edge]:
        """The edges that lead to the target, from the output down, in branches that are taken."""
        leads = self._scene.leading(self._target)
        return [Edge(*each) for each in self._scene.edges() if each[1] in leads]

    # --- Not finite, or another one -------------------------------------------------------------

    def _not_right(self) -> Iterator[Cause]:
        scene, edges = self._scene, self._edges
        bad = [edge for edge in edges if self._is_bad(edge)]
        for edge in bad:
            begun = [node for arg in (edge.source, *edge.source.args) for node in began(scene, arg)]
            if begun:
                for node in dict.fromkeys(begun[:MOST]):
                    yield self._by_value(node)
                return
        for edge in bad[:MOST]:
            yield self._by_slope(edge)
        if not bad:
            yield self._by_product(edges)

    def _is_bad(self, edge: Edge) -> bool:
        """Whether a slope is lost that something comes along."""
        source, target, plain, own = edge
        if plain is None and own is None:
            return False
        is_right = plain is not None and own is not None and is_same(plain, own)
        if is_right and own is not None and math.isfinite(own):
            return any(is_bad(self._scene, each) for each in (source, *source.args)) and (
                self._is_first_lost(target, source)
            )
        before = self._scene.grad(source, self._scene.plain)
        return math.isfinite(before) or is_bad(self._scene, source)

    def _is_first_lost(self, target: Node, source: Node) -> bool:
        """Whether a derivative is right by a node and lost by its argument."""
        first, then = (
            is_same(self._scene.grad(each, self._scene.plain), self._scene.true_grad(each))
            for each in (source, target)
        )
        return first and not then

    def _by_value(self, node: Node) -> Cause:
        return self._on_its_way(value_cause(self._scene, self._of, node), node)

    def _by_slope(self, edge: Edge) -> Cause:
        """An operation whose own derivative is not finite."""
        scene = self._scene
        slope = math.nan if edge.plain is None else edge.plain
        known, kind, more = explain.short(slope), causes.SLOPE, ""
        if not slope and edge.own:
            kind, known, more = causes.UNDERFLOW, explain.short(edge.own), ", and 0 as a float"
        message = (
            f"the derivative of {scene.formula(edge.source)} by {scene.called(edge.target)} is "
            f"{known}{scene.at(edge.source)}{more}"
        )
        return self._cause(edge.source, kind, message, slope)

    def _by_product(self, edges: Sequence[Edge]) -> Cause:
        """No slope by itself: what comes of them."""
        scene = self._scene
        for edge in edges:
            plain, true = scene.grad(edge.target, scene.plain), scene.true_grad(edge.target)
            if not is_same(plain, true) or not math.isfinite(plain):
                return self._of_product(edges, edge, plain, true)
        number = scene.grad(self._target, scene.plain)
        return self._cause(
            self._target, causes.CANCELLATION, f"{self._of} loses its digits", number
        )

    def _of_product(self, edges: Sequence[Edge], edge: Edge, plain: float, true: float) -> Cause:
        scene = self._scene
        called = scene.called(edge.target)
        known = f"it is {explain.short(true)}, and {explain.short(plain)} as a float"
        what, kind = "overflows", causes.OVERFLOW
        shares = [
            (each.plain or 0.0) * scene.grad(each.source, scene.plain)
            for each in edges
            if each.target is edge.target
        ]
        # Where shares are no such small numbers, they cancel.
        if abs(plain) < 1e-300 and all(abs(share) < 1e-300 for share in shares):
            what, kind = "underflows", causes.UNDERFLOW
        elif math.isfinite(plain):
            what, kind = "loses its digits", causes.CANCELLATION
        message = f"the derivative by {called} {what}: {known}"
        return self._cause(edge.target, kind, message, plain)

    # --- Zero -----------------------------------------------------------------------------------

    def _zero(self) -> Iterator[Cause]:
        """What cuts every way from the output to the target, or the ways that cancel."""
        cut = self._cuts(self._scene.output)
        if cut is None:
            yield self._balance(self._edges)
            return
        found: dict[Edge, None] = {}
        for edge in cut:
            # A square of what is 0 is flat there; what keeps it at 0 all around says more.
            below = self._cuts(edge.target) or ()
            is_kept = bool(below) and all(map(self._keeps, below))
            found |= dict.fromkeys(below if is_kept else (edge,))
        for edge in [*found][:MOST]:
            yield self._cut(edge)

    def _cuts(self, top: Node) -> list[Edge] | None:
        """The edges at which the ways from a node to the target end; None if one does not."""
        reached, cut = {top}, list[Edge]()
        for edge in self._edges:
            if edge.source in reached:
                if edge.own:
                    reached.add(edge.target)
                else:
                    cut.append(edge)
        return None if self._target in reached else cut

    def _keeps(self, edge: Edge) -> bool:
        """Whether an operation keeps its value all around the point."""
        op, args = edge.source.op, edge.source.args
        return op in _KEEPING and (op != "relu" or bool(self._scene.plain(args[0])))

    def _cut(self, edge: Edge) -> Cause:
        scene, (source, target, _, own) = self._scene, edge
        text, at, called = scene.formula(source), scene.at(source), scene.called(target)
        op = source.op
        if op == "where" and target is source.args[0]:
            kind, message = causes.FLAT, f"{called} is only compared, which has no derivative"
        elif op == "where":
            holds = "holds" if scene.plain(source.args[0]) else "does not hold"
            condition = scene.formula(source.args[0])
            kind = causes.BRANCH
            message = f"{called} is in a branch that is not taken: {condition} {holds}"
        elif op in STEPS:
            kind, message = causes.FLAT, f"{text} is constant in steps{at}"
        elif op in {"mul", "div"}:
            kind, message = causes.FACTOR, f"{called} is multiplied by 0 in {text}{at}"
        elif own is None or op in CHOICES:
            kind, message = causes.BRANCH, f"{text} does not depend on {called}{at}"
        else:
            kind, message = causes.STATIONARY, f"{text} does not change with {called}{at}"
        return self._cause(source, kind, message, 0.0)

    def _balance(self, edges: Sequence[Edge]) -> Cause:
        """The first node at which what comes to it adds up to 0."""
        scene = self._scene
        shares: dict[Node, list[tuple[str, float]]] = {}
        for source, target, _, own in edges:
            share = (own or 0.0) * scene.grad(source, scene.own)
            if share:
                shares.setdefault(target, []).append((scene.called(source), share))
        for target, found in shares.items():
            if not scene.grad(target, scene.own) and len(found) > 1:
                told = explain.listed(
                    f"{explain.short(number)} by way of {name}" for name, number in found
                )
                message = f"what comes to {scene.called(target)} cancels: {told}"
                return self._cause(target, causes.BALANCE, message, 0.0)
        message = f"the ways to {scene.called(self._target)} cancel"
        return self._cause(self._target, causes.BALANCE, message, 0.0)

    # --- Very small and very large --------------------------------------------------------------

    def _by_factors(self, number: float) -> Cause:
        """The way that most comes along, and the factor on it that makes it so."""
        way = self._largest_way()
        is_small = abs(number) < SMALL
        pick = min if is_small else max
        edge = pick(way, key=lambda each: abs(float(each.own or 0.0)))
        scene = self._scene
        slope = float(edge.own or 0.0)
        kind = causes.SMALL if is_small else causes.LARGE
        message = (
            f"the derivative of {scene.formula(edge.source)} by {scene.called(edge.target)} is "
            f"{explain.short(slope)}{scene.at(edge.source)}"
        )
        if len(way) > 1:
            size = math.exp(sum(log_of_size(each.own or 1.0) for each in way) / len(way))
            most = "smallest" if is_small else "largest"
            message += f", the {most} of {len(way)} factors, which are {explain.short(size)} each"
            message += " on average"
        cause = self._cause(edge.source, kind, message, number)
        nodes = [*(each.target for each in reversed(way)), scene.output]
        return _on(scene, cause, nodes)

    def _largest_way(self) -> list[Edge]:
        """The edges of the way to the target along which most comes, from the output down."""
        best: dict[Node, tuple[float, Edge | None]] = {self._scene.output: (0.0, None)}
        for edge in self._edges:
            known = best.get(edge.source)
            if known is None or not edge.own:
                continue
            size = known[0] + log_of_size(edge.own)
            if edge.target not in best or size > best[edge.target][0]:
                best[edge.target] = (size, edge)
        found: list[Edge] = []
        at = self._target
        while (last := best[at][1]) is not None:
            found.append(last)
            at = last.source
        return found[::-1]


def _on(scene: Scene, cause: Cause, path: Sequence[Node]) -> Cause:
    """A cause with another way."""
    return replace(cause, path=scene.names(path), steps=scene.texts(path))
