"""What `why` comes to: the causes of what is lost, each with the place, the way and a way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gradcli.base.shown import Shown
from gradcli.errors import Note, Problem, Span
from gradcli.evaluation.entries.separate import Indices
from gradcli.evaluation.objects import finite
from gradcli.evaluation.solution import Solution
from gradcli.trust.digits import Digits

UNDEFINED = "undefined"
POLE = "pole"
GIVEN = "given"
OVERFLOW = "overflow"
UNDERFLOW = "underflow"
CANCELLATION = "cancellation"
SLOPE = "slope"
UNUSED = "unused"
FLAT = "flat"
BRANCH = "branch"
FACTOR = "factor"
STATIONARY = "stationary"
BALANCE = "balance"
SMALL = "small"
LARGE = "large"

KINDS = (
    UNDEFINED, POLE, GIVEN, OVERFLOW, UNDERFLOW, CANCELLATION, SLOPE, UNUSED, FLAT, BRANCH, FACTOR,
    STATIONARY, BALANCE, SMALL, LARGE,
)  # fmt: skip
"""The kinds of causes."""


class Way(NamedTuple):
    """A rewriting that was tried at the point.

    Attributes:
        before: what is rewritten, as text.
        expression: what to write instead, which reads back.
        value: the value of the output with it.
        gradient: the derivative by each input with it.
    """

    before: str
    expression: str
    value: Any
    gradient: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The object of `gradcli.why/1`."""
        return {
            "of": self.before,
            "expression": self.expression,
            "value": finite(self.value),
            "gradient": {name: finite(value) for name, value in self.gradient.items()},
        }


@dataclass(frozen=True, slots=True)
class Cause:
    """Where something began.

    Attributes:
        of: what is lost there: ``out``, ``d/dx``.
        kind: one of `KINDS`.
        node: the name of the node where it began.
        index: which entry of an array that is, counted from 1; ``()`` of a number.
        expression: the operation, in the program's own names.
        arguments: the values of its arguments.
        what: what it is there: ``"NaN"``, ``"Infinity"``, ``"-Infinity"``, or a number.
        message: a sentence for people.
        span: where it stands in the program.
        path: the names on the way to the output, from the input if a derivative is lost.
        steps: the same as a message calls them.
        rewriting: what to write instead; None if nothing is known.
    """

    of: tuple[str, ...]
    kind: str
    node: str
    index: Indices
    expression: str
    arguments: Mapping[str, float]
    what: str
    message: str
    span: Span | None
    path: Sequence[str]
    steps: Sequence[str]
    rewriting: Way | None = None

    def to_dict(self) -> dict[str, Any]:
        """The object of `gradcli.why/1`."""
        return {
            "of": list(self.of),
            "kind": self.kind,
            "node": self.node,
            "index": list(self.index),
            "expression": self.expression,
            "arguments": {name: finite(float(value)) for name, value in self.arguments.items()},
            "is": self.what,
            "message": self.message,
            "span": self.span and list(self.span),
            "path": list(self.path),
            "rewriting": self.rewriting and self.rewriting.to_dict(),
        }


@dataclass(frozen=True, slots=True, repr=False)
class Why(Shown):
    """The causes of what is lost in a program at a point.

    Attributes:
        solution: the program at the point, with the output that was asked for.
        asked: what was asked for: ``out``, ``d/dx``.
        causes: each place where something began; empty if nothing is lost.
        carried: whether only floats by themselves lose it, and the numbers here are right.
        notes: on how the program was read.
        digits: the digits that every node has left; None where they were not asked for.
    """

    solution: Solution
    asked: Sequence[str]
    causes: Sequence[Cause]
    carried: bool
    notes: Sequence[Note]
    digits: Sequence[Digits] | None = None

    @property
    def problems(self) -> Sequence[Problem]:
        """What is not finite, and which derivatives are not unique."""
        return self.solution.warnings

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.why/1`; a number that is not finite is None."""
        solution = self.solution
        digits = {} if self.digits is None else {"digits": [each.to_dict() for each in self.digits]}
        return {
            "schema": "gradcli.why/1",
            "output": solution.output,
            "value": finite(solution.value),
            "inputs": {name: finite(value) for name, value in solution.inputs.items()},
            "gradient": {
                name: finite(value)
                for name, value in solution.gradient.items()
                if not solution.model.output.shape
            },
            "asked": list(self.asked),
            "carried": self.carried,
            "causes": [cause.to_dict() for cause in self.causes],
            **digits,
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
        }
