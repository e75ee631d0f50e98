"""What a comparison of two formulas comes to: whether they are the same, and a point that tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gradcli.base.shown import Shown
from gradcli.errors import CheckError, Note
from gradcli.evaluation.entries.separate import Indices
from gradcli.evaluation.objects import finite
from gradcli.trust.observed import Mistake

WRITTEN, SIMPLIFIED, TESTED = "written alike", "simplified", "tested"
"""How two formulas are known to be the same."""


class Witness(NamedTuple):
    """A point at which two formulas are not the same.

    Attributes:
        inputs: the point.
        first: the value of the first one there; NaN where it has none.
        second: that of the second one.
        place: of which entry of an array that is, counted from 1.
    """

    inputs: Mapping[str, Any]
    first: float
    second: float
    place: Indices

    def to_dict(self) -> dict[str, Any]:
        """The object of `gradcli.same/1`."""
        return {
            "inputs": {name: finite(value) for name, value in self.inputs.items()},
            "first": finite(self.first),
            "second": finite(self.second),
            "index": list(self.place),
        }


@dataclass(frozen=True, slots=True, repr=False)
class Same(Shown):
    """Whether two formulas are the same.

    Attributes:
        first: the first one, as text.
        second: the second one.
        is_same: whether they have the same value wherever both have one.
        how: `WRITTEN`, `SIMPLIFIED` or `TESTED`.
        points: at how many points both have a value.
        agreeing: at how many of these it is the same.
        witness: a point at which they differ; None: there is none.
        domain: a point at which only one of them has a value.
        mistake: what the second one differs by, if that is known.
        where: where they are the same all the same: ``x >= 0``.
        notes: on how they were read.
        lengths: a number for each letter that stands for a length, with which they were tried.
    """

    first: str
    second: str
    is_same: bool
    how: str
    points: int
    agreeing: int
    witness: Witness | None
    domain: Witness | None
    mistake: Mistake | None
    where: str | None
    notes: Sequence[Note]
    lengths: Mapping[str, int] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why they are the same, or not, in a sentence."""
        if self.is_same:
            return {
                WRITTEN: "they are written alike",
                SIMPLIFIED: "simplified, they are written alike",
                TESTED: f"they agree at {self._points} to 39 digits{self._tried}",
            }[self.how]
        if self.mistake is not None:
            return self.mistake.words
        if self.witness is None:
            return "only one of them has a value"
        return "they have other values"

    @property
    def _points(self) -> str:
        return f"{self.points} points" if self.points != 1 else "1 point"

    @property
    def _tried(self) -> str:
        """The lengths that letters had."""
        numbers = ", ".join(f"{letter} = {number}" for letter, number in self.lengths.items())
        return f", with {numbers}" if numbers else ""

    @property
    def is_explained(self) -> bool:
        """Whether there is more to say than that they differ, as a point shows that."""
        return self.is_same or self.mistake is not None or self.witness is None

    @property
    def failure(self) -> CheckError | None:
        """The error for formulas that are not the same; None: they are."""
        if self.is_same:
            return None
        more = f": {self.reason}" if self.is_explained else ""
        return CheckError("same", f"the formulas are not the same{more}")

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.same/1`."""
        return {
            "schema": "gradcli.same/1",
            "first": self.first,
            "second": self.second,
            "same": self.is_same,
            "how": self.how,
            "points": self.points,
            "agreeing": self.agreeing,
            "witness": self.witness and self.witness.to_dict(),
            "domain": self.domain and self.domain.to_dict(),
            "where": self.where,
            "lengths": dict(self.lengths),
            "mistake": self.mistake and self.mistake.kind,
            "reason": self.reason,
            "notes": [note.to_dict() for note in self.notes],
            "problems": [],
        }
