"""A small step: what the gradient predicts of it, what it does, and how far the two go together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product as every
from typing import Any

from gradcli.base.shown import Shown
from gradcli.engine.beyond import compute, product
from gradcli.engine.explain import kind, kinds
from gradcli.engine.functions.sums import total_of
from gradcli.engine.interpreter import Plan
from gradcli.errors import InputError, Note, Option, Problem, Sentence, UsageError
from gradcli.evaluation.elements import Value, elements, number
from gradcli.evaluation.elements import is_number as is_one
from gradcli.evaluation.inputs import spelled
from gradcli.evaluation.objects import finite, is_array, is_finite
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.graph.shapes import no_gradient
from gradcli.hints import a_step, no_input, none_of
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import array_name, element_name, is_element

TOLERANCES = (0.01, 0.1)
"""How far off the prediction may be, relative to itself, for the line to hold."""

FURTHEST = 2.0**40
"""How many times the step is tried at most, and the inverse of how small a part of it."""

_GROWTH = math.sqrt(2)
_BISECTIONS = 24
_NOISE = 1e-11
"""A change this small beside the value has too few digits left to be compared."""


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one input."""

    name: str
    before: float
    delta: float
    slope: float

    @property
    def after(self) -> float:
        """Where it goes."""
        return self.before + self.delta

    @property
    def share(self) -> float:
        """Its share in the predicted change: slope times step."""
        return product(self.slope, self.delta) if self.delta else 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the straight line holds in the direction of a step.

    Attributes:
        tolerance: the largest relative error, |actual - predicted|/|predicted|.
        scale: the multiple of the step up to which it is not passed, found by making the step
            larger or smaller by factors of √2 until it is, and then by bisection; None if that
            is less than one can tell.
        is_all: whether it was not passed at any multiple that was tried, up to `FURTHEST`.
    """

    tolerance: float
    scale: float | None
    is_all: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Nudge(Shown):
    """A step and its effect.

    Attributes:
        output: the name of the output.
        moves: what happens to each input that is moved.
        before: the output's value before the step.
        after: and after it.
        predicted: J'·Δ, the sum of the moves' shares.
        reaches: how far the line holds, for each of `TOLERANCES`; empty where there is nothing
            to compare, because the prediction is 0 or a number is not finite.
    """

    output: str
    moves: Sequence[Move]
    before: float
    after: float
    predicted: float
    reaches: Sequence[Reach]
    notes: Sequence[Note]
    problems: Sequence[Problem]

    @property
    def actual(self) -> float:
        """What the step does to the output."""
        return compute("sub", self.after, self.before)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.nudge/1`; a number that is not finite is None."""
        return {
            "schema": "gradcli.nudge/1",
            "before": finite(self.before),
            "after": finite(self.after),
            "predicted": finite(self.predicted),
            "actual": finite(self.actual),
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
        }


def nudge(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    steps: Mapping[str, Value],
    *,
    of: str | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> Nudge:
    """The effect of a small step, and what the gradient predicts of it.

    Args:
        source: the program.
        values: a value for each input.
        steps: by how much inputs are moved: numbers, constant expressions, or lists of these for
            arrays and names with indices; ``"10%"`` is a part of what is moved.
        of: the name of the output, if it is another than that of the program.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
        UsageError: nothing is moved.

    >>> nudge("3*(a + b*c)", {"a": 1, "b": 2, "c": 3}, {"b": "0.5"}).actual
    4.5
    """
    arrays = arrays_of(values, shapes)
    model = read_model(source, values, strict=strict, arrays=arrays, of=of)
    if not steps:
        raise _nothing(model)
    if model.output.shape:
        raise no_gradient(model.output.form)
    program = differentiated(model)
    first = program.at(values)
    deltas = _deltas(model, steps, first)
    slope_of = _slopes(first, deltas)
    moves = [
        Move(name, *numbers)
        for node in model.inputs
        for name, *numbers in _entries(
            node, first.value_of(node), deltas.get(node.name), slope_of(node)
        )
    ]
    moved = {node.name: first.value_of(node) for node in model.inputs}
    changed = {name: _moved(moved[name], delta) for name, delta in deltas.items()}
    second = program.at(moved | changed)
    before, after = first.value, second.value
    predicted = total_of([move.share for move in moves])
    problems = [*first.problems_by([node for node in model.inputs if node.name in deltas])]
    if math.isfinite(before) and not math.isfinite(after):
        problems += _after(second, changed)
    can_compare = float(predicted) and all(map(math.isfinite, (before, after, predicted)))
    along = _along(model, list(moved.values()), deltas)
    return Nudge(
        output=first.output,
        moves=moves,
        before=before,
        after=after,
        predicted=predicted,
        reaches=[_reach(along, before, predicted, each) for each in TOLERANCES if can_compare],
        notes=model.notes,
        problems=problems,
    )


def _moved(value: Any, delta: Any) -> Any:
    """Where an input goes, which may be beyond the range of floats."""
    if not is_array(value):
        return value + delta
    from gradcli.engine.vectors import quiet  # noqa: PLC0415  (few are arrays)

    with quiet():
        return value + delta


def _after(second: Solution, changed: Mapping[str, Any]) -> Sequence[Problem]:
    """Why there is no value after the step: nobody gave an input that it takes beyond floats."""
    problems = second.value_problems
    (problem, *_) = problems
    if problem.node not in changed:
        return problems
    message = f"{problem.node} is {kinds(changed[problem.node])} after the step"
    if problem.node != second.output:
        message += f", and so {second.output} is {kind(second.value)}"
    return [problem._replace(message=message)]


def _slopes(first: Solution, deltas: Mapping[str, Any]) -> Callable[[Node], Any]:
    """The derivative by each input, on the side of the step where something is tied."""
    moved = {node: deltas[node.name] for node in first.model.inputs if node.name in deltas}
    slopes = first.towards(moved)
    if slopes is None or not all(map(is_finite, slopes.values())):
        return first.grad_of
    return lambda node: slopes.get(node, 0.0)


def _nothing(model: Model) -> UsageError:
    """The error where no step is given."""
    if not model.inputs:
        return none_of("nudged")
    name = model.inputs[0].name
    hint = Sentence(
        "write ", Option(name, "+0.1"), " beside the values, or ", Option("by", f"{name}=0.1")
    )
    return UsageError("nudge", "nothing is nudged", hint=hint)


def _deltas(model: Model, steps: Mapping[str, Value], at: Solution) -> dict[str, Any]:
    """By how much each input is moved: a number, or an array for what is one."""
    inputs = {node.name: node for node in model.inputs}
    deltas: dict[str, Any] = {}
    for name, value in spelled(steps).items():
        _refuse_parts_inside(value, name, inputs)
        node = inputs.get(array_name(name))
        if node is not None and node.shape:
            _move_array(node, name, _absolute(value, name, node, at), deltas)
            continue
        parts = _of_family(value, name, inputs) or elements(value, name)
        for label, part in ({name: value} if parts is None else parts).items():
            if label not in inputs:
                raise (
                    a_step(label, [*inputs], "nudged")
                    if model.has_step(label)
                    else _no_input(label, [*inputs], part)
                )
            if label in deltas:
                raise InputError("given-twice", f"'{label}' is nudged twice")
            deltas[label] = number(_absolute(part, label, inputs[label], at), label)
    return deltas


def is_relative(step: Value) -> bool:
    """Whether a step is a part of what is moved: ``+10%``."""
    return isinstance(step, str) and step.rstrip().endswith("%")


def _of_family(step: Value, name: str, inputs: Mapping[str, Node]) -> dict[str, Value] | None:
    """The same part of each element of a name with indices; None for any other step."""
    if name in inputs or not is_relative(step):
        return None
    return {label: step for label in inputs if is_element(label, name)} or None


def _absolute(step: Value, name: str, node: Node, at: Solution) -> Value:
    """A step as a number, or as an array, where it is given as a part of what it moves.

    Raises:
        InputError: it cannot be read, or is a part of 0.
    """
    if not is_relative(step):
        return step
    value: Any = at.value_of(node)
    if name != node.name:
        from gradcli.evaluation.forms import entry_of  # noqa: PLC0415  (few are arrays)

        value = float(value[entry_of(node, name, "index")])
    share = number(step.rstrip()[:-1], name) / 100
    if not (value.any() if is_array(value) else value):
        message = f"'{name}' is 0, and a part of that is no step"
        label = element_name(name, (1,) * len(node.shape)) if is_array(value) else name
        raise InputError("value", message, hint=f"give a number: {_typed(label, '0.1')}")
    return value * share


def _refuse_parts_inside(step: Value, name: str, inputs: Mapping[str, Node]) -> None:
    """Refuse per cents that are not those of a whole step, of which a value would be made.

    Raises:
        InputError: there are some.
    """
    if not isinstance(step, str) or "%" not in step.rstrip().removesuffix("%"):
        return
    label = next((each for each in inputs if is_element(each, name)), name)
    node = inputs.get(name)
    if node is not None and node.shape:
        label = element_name(name, (1,) * len(node.shape))
    message = f"the step of '{name}' is not a single part in per cent"
    raise InputError("value", message, hint=Sentence("write ", _typed(label, "10%")), names=(name,))


def _typed(label: str, step: str) -> Option:
    """The option that moves an input, in quotes where a shell would read its brackets."""
    return Option("by", f'"{label}={step}"' if "[" in label else f"{label}={step}")


def _move_array(node: Node, name: str, value: Value, deltas: dict[str, Any]) -> None:
    """Move an array, or one of its entries beside others that are moved.

    Raises:
        InputError: the step has another shape, or there is no such entry.
    """
    from gradcli.evaluation.forms import array_of, put, zeros  # noqa: PLC0415  (few are arrays)

    if name != node.name:
        put(deltas.setdefault(node.name, zeros(node.form)), node, name, number(value, name))
    elif is_one(value):
        raise _no_input(name, [element_name(name, (1,) * len(node.shape))], value)
    elif name in deltas:
        raise InputError("given-twice", f"an element of '{name}' is nudged besides")
    else:
        deltas[name] = array_of(value, name, node.form)


def _entries(
    node: Node, before: Any, delta: Any, slope: Any
) -> Iterable[tuple[str, float, float, float]]:
    """What happens to a number, or to each entry of an array that is moved."""
    if delta is None:
        return
    if not node.shape:
        yield node.name, before, delta, slope
        return
    places = every(*[range(1, length + 1) for length in node.shape])
    columns = [each.ravel().tolist() for each in (before, delta, slope)]
    for place, start, step, partial in zip(places, *columns, strict=True):
        if step:
            yield element_name(node.name, place), start, step, partial


def _no_input(label: str, names: Sequence[str], step: Value) -> InputError:
    """The error for a step of what is no input, or is an array."""
    element = next((name for name in names if is_element(name, label)), None)
    if element is None:
        return no_input(label, names)
    return InputError(
        "value",
        f"'{label}' is an array in the program, and its step is a single number",
        hint=Sentence("move an element: ", Option("by", f'"{element}={step}"')),
        names=(label,),
    )


def _along(
    model: Model, point: Sequence[Any], deltas: Mapping[str, Any]
) -> Callable[[float], float]:
    """The output as a function of the multiple of the step; what is asked again is known.

    Most multiples are tried for each of `TOLERANCES`.
    """
    value_at = _output(model)
    steps = [deltas.get(node.name) for node in model.inputs]

    @cache
    def value(scale: float) -> float:
        moved = [
            start if step is None else start + scale * step
            for start, step in zip(point, steps, strict=True)
        ]
        return value_at(moved)

    return value


def _output(model: Model) -> Callable[[Sequence[Any]], float]:
    """The output as a function of the inputs."""
    if model.graph.has_arrays:
        from gradcli.engine import array_plan  # noqa: PLC0415  (few programs have arrays)

        run = array_plan.Plan(model.graph, model.inputs, [model.output]).run
        return lambda point: float(run(point)[0])
    plan = Plan(model.graph, model.inputs, [model.output])
    slot = plan.slots[model.output]
    return lambda point: plan.run(point)[slot]


def _reach(
    along: Callable[[float], float], before: float, predicted: float, tolerance: float
) -> Reach:
    """The multiple of the step up to which the line holds."""

    def holds(scale: float) -> bool:
        change, line = along(scale) - before, scale * predicted
        return math.isfinite(change) and abs(change - line) <= tolerance * abs(line)

    good, bad = 1.0, 1.0
    if holds(1.0):
        while holds(bad):
            good, bad = bad, bad * _GROWTH
            if bad > FURTHEST:
                return Reach(tolerance, None, is_all=True)
    else:
        while not holds(good):
            bad, good = good, good / _GROWTH
            if good < 1 / FURTHEST or abs(good * predicted) < _NOISE * abs(before):
                return Reach(tolerance, None)
    for _ in range(_BISECTIONS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if holds(middle) else (good, middle)
    return Reach(tolerance, good)
