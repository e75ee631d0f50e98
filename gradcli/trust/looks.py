"""Two formulas at many points, in many digits: where they agree, differ, or have no value."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gradcli.evaluation.entries.separate import Indices, refuse_empty
from gradcli.evaluation.objects import entries_of
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.shapes import Form
from gradcli.trust.precise import Precise
from gradcli.trust.sameness import Witness

MOST_POINTS = 240
"""So many points are tried."""

MOST_WORK = 60_000
"""So many nodes are computed in many digits; larger formulas are tried at fewer points."""

FEWEST = 12

NICE = (
    1.0, 2.0, 0.0, -1.0, 0.5, 3.0, -2.0, -0.5, 10.0, -3.0, 0.25, -10.0, 1e-3, 100.0, -100.0, 1e-9,
    1e9,
)  # fmt: skip
"""Where formulas come apart: at the borders of domains, and far away."""

_REGIONS = ((0.1, 3.0), (-3.0, 3.0), (1.0, 9.0), (-0.9, 0.9))


class Look(NamedTuple):
    """Both formulas at a point: the values of each pair of entries, NaN where there is none."""

    point: Mapping[Node, float]
    values: Sequence[tuple[Any, Any]]
    differing: int | None
    alone: int | None


class Pairs:
    """Two formulas whose arrays are written out in numbers."""

    def __init__(
        self,
        graph: Graph,
        first: Node,
        second: Node,
        holds: Node | None,
        inputs: Sequence[Node],
    ) -> None:
        self._precise: Precise | None = None
        self.places: Sequence[Indices] = [()]
        self.inputs = {node: [node] for node in inputs}
        self.names = {node: node.name for node in inputs}
        self.graph = graph
        self.pairs = [(first, second)]
        self.holds = [] if holds is None else [holds]
        if graph.has_arrays:
            self._write_out(first, second, holds)
        outputs = [node for pair in self.pairs for node in pair]
        self.order = self.graph.ancestors([*outputs, *self.holds])

    def _write_out(self, first: Node, second: Node, holds: Node | None) -> None:
        from gradcli.evaluation.entries.apart import Apart  # noqa: PLC0415  (it needs NumPy)

        refuse_empty(first)
        written = Apart()
        one, other = (written.entries(node) for node in (first, second))
        self.pairs = list(zip(one.ravel().tolist(), other.ravel().tolist(), strict=True))
        self.places = [
            tuple(at + 1 for at in place) for place in itertools.product(*map(range, first.shape))
        ]
        if holds is not None:
            self.holds = written.entries(holds).ravel().tolist()
        for node in self.inputs:
            self.inputs[node] = written.entries(node).ravel().tolist()
        self.graph = written.graph

    def points(self, given: Mapping[Node, Any]) -> Iterator[Mapping[Node, float]]:
        """Points that may tell the formulas apart, the simple ones first; always the same."""
        fixed = {
            number: float(value)
            for node, values in given.items()
            for number, value in zip(self.inputs[node], entries_of(values), strict=True)
        }
        free = [
            number for numbers in self.inputs.values() for number in numbers if number not in fixed
        ]
        if not free:
            yield fixed
            return
        chance = random.Random(len(self.order))  # noqa: S311  (to be the same again)
        own = {abs(node.value) for node in self.order if node.op == CONST and not node.label}
        nice = [*NICE, *(sign * each for each in sorted(own)[:6] for sign in (1, -1))]
        nice = [each for each in dict.fromkeys(nice) if math.isfinite(each)]
        count = max(FEWEST, min(MOST_POINTS, MOST_WORK // len(self.order)))
        for place in range(count):
            low, high = _REGIONS[place % len(_REGIONS)]
            if place < len(nice):
                chosen = [nice[place]] * len(free)
            elif place < count * 2 // 3:
                chosen = chance.choices(nice, k=len(free))
            else:
                chosen = [round(chance.uniform(low, high), 3) for _ in free]
            if place == 1 and len(free) > 1:
                chosen = [2.0 + number for number in range(len(free))]
            yield fixed | dict(zip(free, chosen, strict=True))

    def _at(self, point: Mapping[Node, float]) -> Precise:
        """All values in many digits."""
        if self._precise is None:
            outputs = [node for pair in self.pairs for node in pair]
            self._precise = Precise(
                self.graph,
                outputs[0],
                point,
                [*outputs, *self.holds],
                adjoints=False,
                as_written=True,
            )
        else:
            self._precise.move(point)
        return self._precise

    def look(self, point: Mapping[Node, float]) -> Look | None:
        """Both formulas at a point; None where the condition does not hold."""
        precise = self._at(point)
        mp = precise.mp
        if not all(precise.value(node) and precise.value(node) == 1 for node in self.holds):
            return None
        values = [(precise.value(a), precise.value(b)) for a, b in self.pairs]
        sizes = [abs(precise.value(node)) for node in self.order]
        least = mp.ldexp(max((size for size in sizes if size == size), default=mp.one), -330)  # noqa: PLR0124  (no NaN)
        differing = alone = None
        for place, (a, b) in enumerate(values):
            if mp.isnan(a) or mp.isnan(b):
                if mp.isnan(a) != mp.isnan(b) and alone is None:
                    alone = place
            elif differing is None and abs(a - b) > least + mp.ldexp(max(abs(a), abs(b)), -130):
                differing = place
        return Look(point, values, differing, alone)


class Seen:
    """Both formulas at many points."""

    def __init__(self, numbers: Pairs, points: Sequence[Mapping[Node, float]]) -> None:
        self._numbers = numbers
        looks = [each for each in map(numbers.look, points) if each is not None]
        self.both = [each for each in looks if all(a == a and b == b for a, b in each.values)]  # noqa: PLR0124  (no NaN)
        self.differing = [each for each in looks if each.differing is not None]
        self.alone = [each for each in looks if each.alone is not None]

    def witness(self, looks: Sequence[Look]) -> Witness | None:
        """The first of some points, with both values there."""
        if not looks:
            return None
        look = looks[0]
        place = look.alone if look.differing is None else look.differing
        assert place is not None  # noqa: S101  (they were chosen for it)
        first, second = look.values[place]
        return Witness(
            self._inputs(look.point), float(first), float(second), self._numbers.places[place]
        )

    def _inputs(self, point: Mapping[Node, float]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for node, numbers in self._numbers.inputs.items():
            values = [point[number] for number in numbers]
            found[node.name] = _nested(values, node.form) if node.shape else values[0]
        return found

    def where(self) -> str | None:
        """The sign of an input for which they are the same nevertheless."""
        differing = {id(each) for each in self.differing}
        for node, numbers in self._numbers.inputs.items():
            for number in numbers if len(numbers) == 1 else ():
                for sign, words in ((1, ">= 0"), (-1, "<= 0")):
                    chosen = [each for each in self.both if sign * each.point[number] >= 0]
                    is_same = all(id(each) not in differing for each in chosen)
                    if is_same and len(chosen) >= FEWEST:
                        return f"{node.name} {words}"
        return None


def _nested(values: Sequence[float], form: Form) -> Any:
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    return np.reshape(np.array(values), form.shape)
