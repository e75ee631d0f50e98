"""What a budget of uncertainties says, as data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.base.shown import Shown
from gradcli.engine.beyond import compute, is_number, product
from gradcli.errors import Note, Problem
from gradcli.evaluation.objects import finite


@dataclass(frozen=True, slots=True)
class Entry:
    """One input, and what it does to the output.

    Attributes:
        name: that of the input.
        value: its estimate x.
        uncertainty: its standard uncertainty u; 0 for what is exact.
        freedom: its degrees of freedom; infinite if it has been given none.
        derivative: the sensitivity coefficient c = ∂f/∂x.
        contribution: |c|·u, the uncertainty of the output that it makes alone.
        share: its part of the variance of the output, to 1 in all: c·Σ c'·r·u·u' over all inputs,
            divided by the variance. Of what is correlated it may be below 0 or above 1.
        elasticity: c·x/f, by how many times 1 % the output grows with 1 % more of it.
        halved: the standard uncertainty of the output if that of this input were half of it.
    """

    name: str
    value: float
    uncertainty: float
    freedom: float
    derivative: float
    contribution: float
    share: float
    elasticity: float
    halved: float

    def to_dict(self) -> dict[str, Any]:
        """Its object in JSON."""
        return {
            "name": self.name,
            "value": finite(self.value),
            "uncertainty": finite(self.uncertainty),
            "degrees_of_freedom": finite(self.freedom),
            "derivative": finite(self.derivative),
            "contribution": finite(self.contribution),
            "share": finite(self.share),
            "elasticity": finite(self.elasticity),
            "halved": finite(self.halved),
        }


@dataclass(frozen=True, slots=True)
class Second:
    """The output with the terms of second order.

    Attributes:
        value: f + ½·Σ f''·r·u·u, the mean.
        uncertainty: with the terms of GUM 5.1.2, note; NaN if they have a variance below 0.
    """

    value: float
    uncertainty: float

    def to_dict(self) -> dict[str, Any]:
        """Its object in JSON."""
        return {"value": finite(self.value), "uncertainty": finite(self.uncertainty)}


@dataclass(frozen=True, slots=True, repr=False)
class Budget(Shown):
    """The uncertainty of an output, and where it comes from.

    Attributes:
        source: the program.
        output: the name of the output.
        is_whole: whether that is the output of the program, and no step before it.
        formula: the program for people, up to a few lines.
        value: its value.
        uncertainty: its standard uncertainty by first order.
        second: the same with terms of second order; None where these were too many.
        worst_case: the greatest change that is found where no input is off by more than u; of what
            is straight that is Σ |c|·u.
        freedom: the effective degrees of freedom; infinite if no input has any.
        factor: the coverage factor k.
        level: the level of confidence that it is for, or None.
        entries: the inputs in the order of the program.
        coefficients: the correlation coefficients of inputs, by both orders of each pair.
        others: the budgets of the other outputs that were asked for.
        correlations: the correlation coefficients of outputs, by pairs: ``"R,X"``.
    """

    source: str
    output: str
    is_whole: bool
    formula: str
    value: float
    uncertainty: float
    second: Second | None
    worst_case: float
    freedom: float
    factor: float
    level: float | None
    entries: Sequence[Entry]
    coefficients: Mapping[tuple[str, str], float]
    others: Sequence[Budget]
    correlations: Mapping[str, float]
    notes: Sequence[Note]
    problems: Sequence[Problem]

    @property
    def expanded(self) -> float:
        """The expanded uncertainty k·u."""
        return product(self.factor, self.uncertainty)

    @property
    def relative(self) -> float:
        """The standard uncertainty beside the size of the value; NaN if that is 0."""
        size = abs(self.value)
        is_known = is_number(size) and size and is_number(self.uncertainty)
        return float(compute("div", self.uncertainty, size)) if is_known else math.nan

    @property
    def ranked(self) -> Sequence[Entry]:
        """The inputs by their share, the largest first; equal ones in the order of the program."""
        return sorted(self.entries, key=lambda entry: -_or_least(entry.share))

    @property
    def better(self) -> Entry | None:
        """The input to be measured better: that whose half uncertainty makes the output's least."""
        known = [entry for entry in self.entries if entry.halved < self.uncertainty]
        return min(known, key=lambda entry: entry.halved, default=None)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.budget/1`; a number that is not finite is None."""
        return {
            "schema": "gradcli.budget/1",
            **self.numbers(),
            "others": [each.numbers() for each in self.others],
            "correlations": {pair: finite(r) for pair, r in self.correlations.items()},
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
        }

    def numbers(self) -> dict[str, Any]:
        """What JSON has of each output."""
        better = self.better
        return {
            "output": self.output,
            "value": finite(self.value),
            "uncertainty": finite(self.uncertainty),
            "relative": finite(self.relative),
            "second_order": None if self.second is None else self.second.to_dict(),
            "worst_case": finite(self.worst_case),
            "degrees_of_freedom": finite(self.freedom),
            "coverage": {"factor": finite(self.factor), "level": self.level},
            "expanded": finite(self.expanded),
            "measure_better": None if better is None else better.name,
            "inputs": [entry.to_dict() for entry in self.entries],
        }


def _or_least(share: float) -> float:
    return -math.inf if math.isnan(share) else share
