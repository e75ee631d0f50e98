"""The derivatives of a program of numbers: formulas, values, and what there is to say of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from gradcli.errors import Note, Problem
from gradcli.evaluation.elements import Value
from gradcli.graph.model import Model
from gradcli.symbolic.deriver import Deriver
from gradcli.symbolic.kinks import Kinks
from gradcli.symbolic.numbers import Numbers
from gradcli.symbolic.result import Partial, SymbolicDerivatives
from gradcli.symbolic.sharing import Formulas
from gradcli.symbolic.wanted import Names


class Asked(NamedTuple):
    """What is asked of derivatives besides which they are.

    Attributes:
        values: values for some inputs.
        strict: whether every note is an error.
        with_steps: whether the rules that lead to each are wanted.
        textbook: whether to leave out the conditions of rules that can only fail at single values.
        symmetric: the names of matrices that formulas take for their own transposes.
        taken: names that what occurs several times must not get.
    """

    values: Mapping[str, Value]
    strict: bool = False
    with_steps: bool = False
    textbook: bool = False
    symmetric: Sequence[str] = ()
    taken: Collection[str] = ()


class OfNumbers(NamedTuple):
    """Derivatives of a program of numbers.

    Attributes:
        partials: the derivatives.
        formulas: what they are written with.
        notes: what is left out.
        problems: what there is to say of their values.
    """

    partials: Sequence[Partial]
    formulas: Formulas
    notes: Sequence[Note]
    problems: Sequence[Problem]

    def of(self, model: Model, notes: Sequence[Note]) -> SymbolicDerivatives:
        """The same as the derivatives of a program, with what else is to be known of them."""
        return SymbolicDerivatives.of(
            model,
            self.partials,
            self.formulas.definitions,
            [*notes, *self.notes],
            self.problems,
        )


def of_numbers(
    model: Model, wanted: Sequence[Names], others: Sequence[str], asked: Asked
) -> OfNumbers:
    """Derivatives of a program of numbers.

    Args:
        model: the program.
        wanted: the derivatives, each by the names it is by.
        others: those of these names that the program does not have.
        asked: what is asked of them.

    Raises:
        UsageError: they are too long to be written.
    """
    numbers = Numbers(model, asked.values)
    kinks = Kinks(numbers)
    point = numbers if asked.textbook else None
    deriver = Deriver(model, others, point, with_steps=asked.with_steps)
    deriver.taken = asked.taken
    deriver.prepare(wanted)
    partials, formulas = deriver.partials(wanted, numbers, kinks)
    return OfNumbers(partials, formulas, deriver.notes, [*numbers.problems, *kinks.problems])
