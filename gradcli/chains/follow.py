"""The chain rule along paths: from a program and its values to products, bracket and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from gradcli.chains.at_point import sums_of
from gradcli.chains.condense import condense, slope_of
from gradcli.chains.counts import (
    count_layers,
    count_paths,
    counts_of,
)
from gradcli.chains.edges import find_paths
from gradcli.chains.limits import MOST_LAYERS, MOST_NEURONS, check_layers
from gradcli.chains.outlined import brief_of
from gradcli.chains.result import PathSums
from gradcli.errors import Option, Sentence, UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.model import Model
from gradcli.graph.naming import by_name
from gradcli.graph.node import Node
from gradcli.hints import no_node
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import plain

A_BEGINNING = "write a formula with a variable or a step, such as 3*x"


def follow_paths(  # noqa: PLR0913  (what is asked for, and all but three have a default)
    source: str,
    values: Mapping[str, Value],
    wrt: str | None,
    *,
    most: int = 20,
    of: str | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
    full: bool = True,
) -> PathSums:
    """The derivative of a program by one of its nodes as the sum over all paths between the two.

    Args:
        source: the program.
        values: a value for each input.
        wrt: the name of an input or a step; may be left out if there is only one input.
        most: how many paths are listed; the sum is over all of them, however many there are.
        of: the name of the output, if it is another than that of the program.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.
        full: go through every operation, also inside of the program's functions; otherwise a call
            is one node, as `PathSums.outlined` has it.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    arrays = arrays_of(values, shapes)
    model = read_model(source, values, strict=strict, arrays=arrays, of=of)
    if model.graph.has_arrays:
        return _of_arrays(model, values, _choose(model, wrt), most, full=full)
    return sums_of(*_begin(model, values, _choose(model, wrt), needed=True), most, full=full)


def count_paths_of(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    wrt: str | None,
    *,
    of: str | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
    full: bool = True,
) -> PathSums:
    """How many paths there are in a program, counted without listing them or needing values.

    Args:
        source: the program.
        values: a value for each input, or nothing at all.
        wrt: the name of an input or a step; may be left out if there is only one input.
        of: the name of the output, if it is another than that of the program.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.
        full: go through every operation, also inside of the program's functions; otherwise a call
            is one node, as `PathSums.outlined` has it.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    arrays = arrays_of(values, shapes)
    model = read_model(source, values, strict=strict, arrays=arrays, of=of)
    name = _choose(model, wrt)
    if model.graph.has_arrays:
        return _of_arrays(model, values, name, None, full=full)
    return _counted(*_begin(model, values, name, needed=False), full=full)


def _counted(solution: Solution, source: Node, *, full: bool) -> PathSums:
    """How many paths there are from a node to the output; with a call as one node, or through it.

    What they cost is that of every operation, for a call is none for nothing.
    """
    model, derivative = solution.model, solution.derivative
    paths = find_paths(derivative, source, model.output)
    counts, apart = counts_of(paths, derivative, model), None
    shorter = partial(_counted, solution, source, full=False) if full and model.calls else None
    shown = None if full else brief_of(solution, source)
    if shown is not None:
        outlined = condense(paths, shown.outline.calls, partial(slope_of, shown.outline.graph))
        apart, counts = counts.paths, replace(counts, paths=count_paths(outlined)[0])
    return PathSums(
        solution.names[source],
        solution.names[model.output],
        counts,
        solution.grad_of(source) if solution.has_values else None,
        notes=model.notes,
        problems=solution.problems,
        apart=apart,
        shorter=shorter,
    )


def _of_arrays(
    model: Model, values: Mapping[str, Value], name: str, most: int | None, *, full: bool
) -> PathSums:
    """The paths of a program of arrays; without values they can be counted."""
    from gradcli.chains import arrays  # noqa: PLC0415  (few programs have any)

    arrays.refuse_array(model)
    needed = most is not None
    return arrays.sums_of(*_begin(model, values, name, needed=needed), most, full=full)


def _begin(
    model: Model, values: Mapping[str, Value], name: str, *, needed: bool
) -> tuple[Solution, Node]:
    """A program at a point, and the node that its paths begin at, which is all that is asked.

    Args:
        model: the program.
        values: a value for each input.
        name: that of the node.
        needed: whether there must be a value for each input, and not only for all or none.
    """
    program = differentiated(model)
    solution = program.at(values) if values or needed else program.without_values({})
    node = _find(solution.names, model, name)
    return solution.by([node]), node


def count_paths_of_layers(sizes: Sequence[int]) -> PathSums:
    """The counts for a net of fully connected layers, from one weight of the first to all outputs.

    Raises:
        UsageError: there are fewer than two layers or too many, or one has no neurons or too many.
    """
    check_layers(
        sizes,
        MOST_NEURONS,
        Sentence(Option("layers", "784,128,64,10"), " or ", Option("layers", "512x8")),
    )
    if len(sizes) > MOST_LAYERS:
        message = f"a net has at most {MOST_LAYERS:,} layers"
        raise UsageError("layers", message, hint="leave some out")
    return PathSums("w1[1,1]", "outputs", count_layers(sizes), is_net=True)


def _choose(model: Model, wrt: str | None) -> str:
    if wrt is not None:
        return plain(wrt)
    if len(model.inputs) == 1:
        return model.inputs[0].name
    names = [node.name for node in model.inputs] or [node.name for node in model.steps]
    hint = Sentence("write ", Option("wrt", names[0])) if names else A_BEGINNING
    text = model.source.strip()
    # 784-128-10 is a number, too.
    is_between = text[:1].isdigit() and text[-1:].isdigit() and not text.isdigit()
    if not names and is_between and not text.strip("0123456789-,x"):
        hint = Sentence("for a net of such layers write ", Option("layers", text))
    raise UsageError("wrt", "which node do the paths begin at?", hint=hint)


def _find(names: Mapping[Node, str], model: Model, wanted: str) -> Node:
    node = by_name(names, model.output).get(wanted)
    if node is None:
        raise no_node(wanted, list(names.values()))
    return node
