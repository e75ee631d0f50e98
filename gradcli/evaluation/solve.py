"""The pipeline, from text to solution: the first file to open.

parse → resolve names → differentiate → values in one sweep → explain.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gradcli.calculus.reverse import Derivative, differentiate, local_partials
from gradcli.engine.interpreter import Plan
from gradcli.errors import InputError, ParseError
from gradcli.evaluation.diagnose import diagnose
from gradcli.evaluation.inputs import Value, bind, spelled
from gradcli.evaluation.report import Report, name_nodes
from gradcli.evaluation.solution import Solution
from gradcli.graph.letters import read_formula
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.rules import table
from gradcli.hints import nearest
from gradcli.syntax.spelling import plain


def solve(
    source: str,
    values: Mapping[str, Value],
    *,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
) -> Solution:
    """Value and derivatives of a program at one point.

    Args:
        source: the program.
        values: a number or a constant expression for each input.
        wrt: names of inputs or steps for the gradient, or one name; None for all inputs.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.

    Results that are not finite are no error: ``Solution.problems`` explains them.
    """
    return solution_of(report_on(read_model(source, values, strict=strict), values), wrt)


def solution_of(report: Report, wrt: Sequence[str] | None = None) -> Solution:
    """All of a report as one object.

    Args:
        report: a program at a point.
        wrt: names of inputs or steps for the gradient; None for all inputs.

    Raises:
        InputError: there is no such name.
    """
    model, names = report.model, report.names
    return Solution(
        source=model.source,
        expression=report.expression(),
        output=names[model.output],
        value=report.value(model.output),
        inputs={node.label or "": report.value(node) for node in model.inputs},
        gradient=_gradient(report, wrt),
        nodes=report.nodes(),
        notes=tuple(model.notes),
        problems=diagnose(report),
        _numbers=report.numbers(),
    )


def read_model(
    source: str, declared: Collection[str], *, strict: bool = False, textbook: bool = False
) -> Model:
    """A program as a graph.

    Args:
        source: the program.
        declared: the names that are given values.
        strict: make every note on how the text was read an error.
        textbook: read letters run together as products where nothing declares them.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, used before it is defined, or defined twice.
    """
    declared = [plain(name) for name in declared]
    if textbook:
        model = read_formula(source, declared)
    else:
        model = resolve(read(source, declared), declared)
    if strict:
        _refuse_notes(model)
    return model


def report_on(model: Model, values: Mapping[str, Value]) -> Report:
    """All numbers of a program and of its derivatives at one point.

    Raises:
        InputError: a value is missing, is for no input, or is no number.
    """
    point = bind(model, spelled(values))
    names = name_nodes(model)
    derivative = _differentiate(model, list(names))
    kinks = _kinks(model, derivative)
    wanted = [*names, *derivative.adjoints.values(), *kinks.values()]
    wanted += [node for partials in derivative.locals.values() for node in partials if node]
    plan = Plan(model.graph, model.inputs, wanted)
    numbers = plan.run(point)
    return Report(model, names, derivative, kinks, plan.slots, numbers)


def _refuse_notes(model: Model) -> None:
    for note in model.notes:
        raise ParseError(
            note.kind,
            note.message,
            span=note.span,
            hint="write it out, or leave --strict off",
            source=model.source,
        )


def _differentiate(model: Model, targets: Sequence[Node]) -> Derivative:
    """The derivative by every node that is shown, with all its local partials."""
    derivative = differentiate(model.graph, model.output, targets)
    leads = {node.index for node in targets if not node.is_const}
    for node in targets:
        if node.args and node not in derivative.locals:
            derivative.locals[node] = local_partials(model.graph, node, leads)
    return derivative


def _kinks(model: Model, derivative: Derivative) -> dict[Node, Node]:
    """For each node whose derivative may not be unique, the condition for that."""
    kinks = {}
    for node in derivative.locals:
        condition = table().kink(model.graph, node)
        if condition is not None:
            kinks[node] = condition
    return kinks


def _gradient(report: Report, wrt: Sequence[str] | None) -> dict[str, float]:
    grads = {name: grad for name, (_, grad) in report.numbers().items()}
    if wrt is None:
        return {node.label or "": report.grad(node) for node in report.model.inputs}
    wrt = [plain(name) for name in ([wrt] if isinstance(wrt, str) else wrt)]
    for name in wrt:
        if name not in grads:
            raise InputError(
                "unknown-node",
                f"there is no '{name}' to differentiate by",
                hint=nearest(name, grads, "nodes"),
                names=(name,),
            )
    return {name: grads[name] for name in wrt}
