"""Derivatives of a program of arrays, as views and JSON have them."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.errors import Note
from gradcli.graph.model import Model
from gradcli.symbolic.matrix.derive import Deriver, Stage, entries
from gradcli.symbolic.matrix.point import Point
from gradcli.symbolic.matrix.written_out import is_better, written_out
from gradcli.symbolic.of_numbers import Asked
from gradcli.symbolic.result import Partial, SymbolicDerivatives
from gradcli.symbolic.sharing import Formulas, Steps, in_one_graph, preferred, write
from gradcli.symbolic.wanted import Names, absent, refuse_symmetric, wanted


def of_arrays(
    model: Model, wrt: Sequence[Sequence[str]], order: int | None, asked: Asked
) -> SymbolicDerivatives:
    """The derivatives of a program of arrays.

    Args:
        model: the program.
        wrt: the derivatives wanted, each by the names it is by.
        order: how often to differentiate.
        asked: what else is asked of them.

    Raises:
        InputError: a name is unknown.
        UsageError: the order is out of range, or the derivatives are too many.
    """
    refuse_symmetric(model, asked.symmetric)
    names = wanted(model, wrt, order)
    parts = entries(model, {name for each in names for name in each})
    known = [tuple([name for name in each if name not in parts]) for each in names]
    notes: list[Note] = absent(model, known, strict=asked.strict)
    others = [name for note in notes for name in note.names]
    point = Point(model, asked.values)
    point.refuse_asymmetric(asked.symmetric)
    deriver = Deriver(model, others, point if asked.textbook else None, asked.symmetric)
    stages = [deriver.stage(each) for each in names]
    steps = Steps(model)
    formulas = _written(deriver, names, stages, steps, {*_names(model), *others, *asked.taken})
    in_numbers = written_out(model, names, others, asked)
    if in_numbers is not None and is_better(in_numbers.formulas, formulas, model, steps):
        return in_numbers.of(model, notes)
    partials = []
    for each, stage, expression in zip(names, stages, formulas.expressions, strict=True):
        value = None
        if stage.is_known:
            value = point.value(each, stage.exact, stage.column, stage.formula, deriver.safe)
        ways = tuple(deriver.ways(each, expression)) if asked.with_steps else ()
        directions = {node.name: node.shape for node in stage.directions}
        partials.append(Partial(each, expression, value, ways, directions))
    point.tell_kinks(_firsts(names, parts))
    return SymbolicDerivatives.of(model, partials, formulas.definitions, notes, point.problems)


def _written(
    deriver: Deriver, names: Sequence[Names], stages: Sequence[Stage], steps: Steps, taken: set[str]
) -> Formulas:
    """Derivatives that have been taken as formulas, in the names of steps where that is short."""
    taken |= {each.name for stage in stages for each in stage.directions}
    found = [(stage.graph, stage.formula) for stage in stages]
    nodes, shared = in_one_graph(found, deriver.named())
    formulas = write(nodes, shared, taken, steps)
    if not steps.names or any(len(each) > 1 or each[0] in deriver.steps for each in names):
        return formulas
    in_steps = deriver.in_steps(names, steps.names)
    if in_steps is None:
        return formulas
    return preferred(nodes, formulas, write(in_steps, {}, taken, steps), steps)


def _names(model: Model) -> list[str]:
    return [node.name for node in (*model.inputs, *model.steps)]


def _firsts(wanted: Sequence[Names], parts: set[str]) -> list[str]:
    return [names[0] for names in wanted if len(names) == 1 and names[0] not in parts]
