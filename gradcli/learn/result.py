"""What a descent gives: the points on its way, where it ended, and why it stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gradcli.errors import Note, Problem
from gradcli.evaluation.objects import finite
from gradcli.learn.settings import Settings
from gradcli.learn.stationary import Finding
from gradcli.learn.updates import Update

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


@dataclass(frozen=True, slots=True)
class Descent:
    """A descent from its beginning to its end.

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
    start: Mapping[str, float]
    parameters: Mapping[str, float]
    inputs: Mapping[str, float]
    steps: Sequence[Step]
    stopped: str
    finding: Finding | None
    slopes: Mapping[str, float]
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
    def unmoved(self) -> list[str]:
        """The parameters that are where they began, with a derivative of 0."""
        return [
            name
            for name, slope in self.slopes.items()
            if not slope and self.start[name] == self.parameters[name]
        ]

    @property
    def copies(self) -> list[str]:
        """Parameters that have been equal from beginning to end, as copies of one neuron are."""
        names = list(self.start)
        same = _equal_throughout(*[list(each.values()) for each in (self.start, self.parameters)])
        return [names[place] for places in same[:1] for place in places]

    def name_of(self, update: Update) -> str:
        """The name of the parameter that a update moves."""
        return list(self.start)[update.parameter]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.descend/2`; a number that is not finite is None."""
        return {
            "schema": "gradcli.descend/2",
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


class Comparison(dict[str, Descent]):
    """The same descent with each of the three orders of updates, by the names of these."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.descend/2`: the first descent, and what became of each."""
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
