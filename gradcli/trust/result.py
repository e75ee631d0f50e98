"""What a check comes to: an entry for every derivative that was compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.base.shown import Shown
from gradcli.errors import CheckError, Note, Problem
from gradcli.evaluation.entries.separate import label
from gradcli.evaluation.objects import finite
from gradcli.evaluation.solution import Solution


@dataclass(frozen=True, slots=True)
class Entry:
    """One derivative: that of the output by a node, or by an entry of one.

    Attributes:
        node: the name of the node.
        index: which entry of an array it is, counted from 1; ``()`` of a number.
        gradient: what is checked.
        reference: what it should be, rounded to a float; NaN where that is not one number.
        ulp: how far off it is, in units in the last place of the reference (of the greatest
            part of the sum that it is, where it is 0); None where it was not compared.
        is_right: whether it is the derivative, or was not compared.
        reason: why it is wrong, or was not compared; None: it is right.
        mistake: the kind of mistake that it is; None if it is none, or is not known.
    """

    node: str
    index: tuple[int, ...]
    gradient: float
    reference: float
    ulp: float | None
    is_right: bool = True
    reason: str | None = None
    mistake: str | None = None

    @property
    def name(self) -> str:
        """``w``, or ``W[1,2]``."""
        return label(self.node, self.index)

    def to_dict(self) -> dict[str, Any]:
        """The object of `gradcli.check/1`."""
        return {
            "node": self.node,
            "index": list(self.index),
            "gradient": finite(self.gradient),
            "reference": finite(self.reference),
            "ulp": None if self.ulp is None else finite(self.ulp),
            "ok": self.is_right,
            "mistake": self.mistake,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Check(Shown):
    """Derivatives beside what they should be.

    Attributes:
        solution: the program at the point.
        is_chosen: whether the point was chosen, as no values were given.
        entries: every derivative, in the order of the nodes.
        notes: on how the program was read.
        problems: numbers that are not finite, and derivatives that are not unique.
    """

    solution: Solution
    is_chosen: bool
    entries: Sequence[Entry]
    notes: Sequence[Note]
    problems: Sequence[Problem]

    @property
    def is_right(self) -> bool:
        """Whether nothing that was compared is wrong."""
        return all(each.is_right for each in self.entries)

    @property
    def wrong(self) -> Sequence[Entry]:
        """The entries that are."""
        return [each for each in self.entries if not each.is_right]

    @property
    def compared(self) -> Sequence[Entry]:
        """The entries that could be compared."""
        return [each for each in self.entries if each.ulp is not None]

    @property
    def worst(self) -> Entry | None:
        """The one that is furthest off; None if none was compared."""
        return max(self.compared, key=lambda each: _size(each.ulp), default=None)

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The point."""
        return self.solution.inputs

    @property
    def failure(self) -> CheckError | None:
        """The error that says what is wrong; None: nothing is."""
        wrong = self.wrong
        if not wrong:
            return None
        first, *others = wrong
        more = (
            f", and so {'is' if len(others) == 1 else 'are'} {len(others)} more" if others else ""
        )
        message = f"the derivative by {first.name} is wrong{more}: {first.reason}"
        return CheckError("check", message, names=tuple(each.name for each in wrong))

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.check/1`; a number that is not finite is None."""
        worst = self.worst
        return {
            "schema": "gradcli.check/1",
            "ok": self.is_right,
            "output": self.solution.output,
            "value": finite(self.solution.value),
            "inputs": {name: finite(value) for name, value in self.inputs.items()},
            "chosen": self.is_chosen,
            "worst": None if worst is None or worst.ulp is None else finite(worst.ulp),
            "entries": [each.to_dict() for each in self.entries],
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
        }


def _size(ulp: float | None) -> float:
    return math.inf if ulp is None or math.isnan(ulp) else ulp
