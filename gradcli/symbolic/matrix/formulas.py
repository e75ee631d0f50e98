"""Derivatives of a program of arrays, as views and JSON have them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gradcli.errors import Note
from gradcli.evaluation.elements import Value
from gradcli.graph.model import Model
from gradcli.symbolic.matrix.derive import Deriver, entries
from gradcli.symbolic.matrix.point import Point
from gradcli.symbolic.result import Partial, SymbolicDerivatives
from gradcli.symbolic.sharing import Steps, in_one_graph, preferred, write
from gradcli.symbolic.wanted import Names, absent, refuse_symmetric, wanted


def of_arrays(  # noqa: PLR0913  (what is asked for)
    model: Model,
    wrt: Sequence[Sequence[str]],
    order: int | None,
    values: Mapping[str, Value],
    *,
    strict: bool,
    with_steps: bool,
    textbook: bool,
    symmetric: Sequence[str],
    taken: Collection[str] = (),
) -> SymbolicDerivatives:
    """The derivatives of a program of arrays.

    Args:
        model: the program.
        wrt: the derivatives wanted, each by the names it is by.
        order: how often to differentiate.
        values: values for its inputs.
        strict: make every note an error.
        with_steps: also give the rules that lead to each derivative.
        textbook: leave out the conditions of rules that can only fail at single values.
        symmetric: the names of matrices that are their own transposes.
        taken: names that what occurs several times must not get.

    Raises:
        InputError: a name is unknown.
        UsageError: the order is out of range, or the derivatives are too many.
    """
    refuse_symmetric(model, symmetric)
    names = wanted(model, wrt, order)
    parts = entries(model, {name for each in names for name in each})
    known = [tuple([name for name in each if name not in parts]) for each in names]
    notes: list[Note] = absent(model, known, strict=strict)
    others = [name for note in notes for name in note.names]
    point = Point(model, values)
    point.refuse_asymmetric(symmetric)
    deriver = Deriver(model, others, point if textbook else None, symmetric)
    stages = [deriver.stage(each) for each in names]
    taken = {node.name for node in (*model.inputs, *model.steps)} | {*others, *taken}
    taken |= {each.name for stage in stages for each in stage.directions}
    nodes, shared = in_one_graph(
        [(stage.graph, stage.formula) for stage in stages], deriver.named()
    )
    steps = Steps(model)
    formulas = write(nodes, shared, taken, steps)
    if steps.names and all(len(each) == 1 and each[0] not in deriver.steps for each in names):
        in_steps = deriver.in_steps(names, steps.names)
        if in_steps is not None:
            formulas = preferred(nodes, formulas, write(in_steps, {}, taken, steps))
    partials = []
    for each, stage, expression in zip(names, stages, formulas.expressions, strict=True):
        value = None
        if stage.is_known:
            value = point.value(each, stage.exact, stage.column, stage.formula, deriver.safe)
        ways = tuple(deriver.ways(each, expression)) if with_steps else ()
        directions = {node.name: node.shape for node in stage.directions}
        partials.append(Partial(each, expression, value, ways, directions))
    point.tell_kinks(_firsts(names, parts))
    return SymbolicDerivatives.of(
        model,
        partials,
        formulas.definitions,
        notes,
        point.problems,
    )


def _firsts(wanted: Sequence[Names], parts: set[str]) -> list[str]:
    return [names[0] for names in wanted if len(names) == 1 and names[0] not in parts]
