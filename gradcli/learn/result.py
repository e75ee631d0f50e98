"""What a descent gives: the points on its way, where it ended, and why it stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gradcli.base.shown import Shown
from gradcli.errors import Note, Problem
from gradcli.evaluation.objects import entries_of, finite, is_array
from gradcli.learn.settings import Settings
from gradcli.learn.stationary import Finding
from gradcli.learn.updates import Update
from gradcli.syntax.spelling import element_name

CONVERGED, STATIONARY, STEPS, DIVERGED, INTERRUPTED = (
    "converged",
    "stationary",
    "steps",
    "diverged",
    "interrupted",
)
"""Why it stopped; at a point with a small gradient that is no minimum it is stationary."""


class Step(NamedTuple):
    """What is kept of a point: step 0 is the start, step n the point after n updates."""

    step: int
    value: float
    gradient_norm: float


@dataclass(frozen=True, slots=True, repr=False)
class Descent(Shown):
    """A descent from its beginning to its end; parameters are numbers, or arrays of NumPy.

    Attributes:
        output: the name of what is made small.
        settings: how.
        layers: the names of the parameters, layer by layer, that of the output first.
        start: each parameter at the beginning.
        parameters: each parameter at the end.
        inputs: every input at the end, those that were not moved included.
        steps: the points on the way, thinned out if there are very many.
        stopped: ``converged``, ``stationary``, ``steps``, ``diverged`` or ``interrupted``.
        finding: what the point at the end is, as far as it was looked at.
        slopes: the derivative by each parameter at the end.
        first: the updates of the first step, in the order in which they were made.
        notes: readings of the program that the user should know of.
        problems: what was not finite at the end, and the first derivatives on the way that were not
            unique.
    """

    source: str
    output: str
    settings: Settings
    layers: Sequence[Sequence[str]]
    start: Mapping[str, Any]
    parameters: Mapping[str, Any]
    inputs: Mapping[str, Any]
    steps: Sequence[Step]
    stopped: str
    finding: Finding | None
    slopes: Mapping[str, Any]
    first: Sequence[Update] = ()
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()

    @property
    def value(self) -> float:
        """The output at the end."""
        return self.steps[-1].value

    @property
    def taken(self) -> int:
        """How many steps were taken."""
        return self.steps[-1].step

    @property
    def kinks(self) -> list[Problem]:
        """The first derivatives on the way that were not unique."""
        return [each for each in self.problems if each.kind == "kink"]

    @property
    def trouble(self) -> Problem | None:
        """What was not finite at the end, and first of all; None if everything was."""
        return next((each for each in self.problems if each.kind != "kink"), None)

    @property
    def is_of_arrays(self) -> bool:
        """Whether an input is an array."""
        return any(map(is_array, self.inputs.values()))

    @property
    def entries(self) -> int:
        """How many numbers all parameters are made of."""
        return sum(value.size if is_array(value) else 1 for value in self.start.values())

    @property
    def unmoved(self) -> list[str]:
        """The parameters that are where they began, with a derivative of 0."""
        return [
            name
            for name, slope in self.slopes.items()
            if not any(entries_of(slope))
            and entries_of(self.start[name]) == entries_of(self.parameters[name])
        ]

    @property
    def copies(self) -> list[int]:
        """Places of entries that were equal all the way, as those of copies of one neuron are."""
        same = _equal_throughout(*[self._flat(each) for each in (self.start, self.parameters)])
        return same[0] if same else []

    def entry(self, place: int) -> tuple[str, float]:
        """The name and the last value of a number among all that the parameters are made of."""
        for name, value in self.parameters.items():
            if not is_array(value):
                if not place:
                    return name, value
                place -= 1
            elif place < value.size:
                found = float(value.ravel()[place])
                indices: list[int] = []
                for length in reversed(value.shape):
                    indices.insert(0, place % length + 1)
                    place //= length
                return element_name(name, tuple(indices)), found
            else:
                place -= value.size
        raise IndexError(place)

    @staticmethod
    def _flat(values: Mapping[str, Any]) -> list[float]:
        return [entry for value in values.values() for entry in entries_of(value)]

    def name_of(self, update: Update) -> str:
        """The name of the parameter that an update moves."""
        return list(self.start)[update.parameter]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.descend/2`; a number that is not finite is None.

        With arrays it is that of `gradcli.descend/3`, with nested lists.
        """
        return {
            "schema": "gradcli.descend/3" if self.is_of_arrays else "gradcli.descend/2",
            "method": self.settings.method,
            "lr": self.settings.rate,
            "constants": self.settings.constants,
            "update": self.settings.update,
            "steps": [
                {
                    "step": each.step,
                    "value": finite(each.value),
                    "gradient_norm": finite(each.gradient_norm),
                }
                for each in self.steps
            ],
            "value": finite(self.value),
            "parameters": {name: finite(value) for name, value in self.parameters.items()},
            "stopped": self.stopped,
            "point": self.finding and self.finding.kind,
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
        }


class Comparison(Shown, dict[str, Descent]):
    """The same descent with each of the three orders of updates, by the names of these."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of a descent, the first one, and what became of each."""
        whole = next(iter(self.values())).to_dict()
        last = {key: whole.pop(key) for key in ("notes", "problems")}
        updates = {name: _summary(descent) for name, descent in self.items()}
        return {**whole, "updates": updates, **last}


def _summary(descent: Descent) -> dict[str, Any]:
    content = descent.to_dict()
    return {
        "taken": descent.taken,
        "value": content["value"],
        "gradient_norm": content["steps"][-1]["gradient_norm"],
        "parameters": content["parameters"],
        "stopped": content["stopped"],
        "point": content["point"],
    }


def _equal_throughout(*each: Sequence[float]) -> list[list[int]]:
    """The places at which all of some vectors have equal elements, in groups of two or more."""
    groups: dict[tuple[float, ...], list[int]] = {}
    for place, values in enumerate(zip(*each, strict=True)):
        groups.setdefault(values, []).append(place)
    return [places for places in groups.values() if len(places) > 1]
