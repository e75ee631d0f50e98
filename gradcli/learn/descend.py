"""Gradient descent on any program: steps, when to stop, and what to remember of the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gradcli.calculus.reverse import differentiate
from gradcli.engine.explain import kind
from gradcli.engine.interpreter import Plan
from gradcli.errors import InputError, Note, Problem, UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind
from gradcli.evaluation.objects import finite
from gradcli.evaluation.solve import differentiated, read_model
from gradcli.graph.model import Model
from gradcli.graph.naming import name_nodes
from gradcli.graph.node import Node
from gradcli.hints import nearest, some
from gradcli.learn.layers import Layers
from gradcli.learn.methods import Memory, find_method
from gradcli.learn.updates import UPDATES, Pass, Turn, check_update, make_update

MOST_STEPS = 10_000_000

MOST_KEPT = 10_000
"""So many steps are remembered; of a longer run every second, fourth, … and always the last."""

FAR = 1e12
"""A value beyond this many times the first one in size (or times 1) has run away."""

CONVERGED, STEPS, DIVERGED, INTERRUPTED = "converged", "steps", "diverged", "interrupted"

Progress = Callable[[int, float], None]
"""Called after each step with its number and the value."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to descend.

    Attributes:
        method: one of `gradcli.learn.methods.METHODS`.
        lr: the learning rate η; None for that of the method.
        steps: the most steps that are taken.
        tol: it has converged when the gradient is at most this long.
        update: one of `gradcli.learn.updates.UPDATES`.
    """

    method: str = "gd"
    lr: float | None = None
    steps: int = 100
    tol: float = 1e-8
    update: str = "simultaneous"

    def check(self) -> None:
        """Refuse what cannot be.

        Raises:
            UsageError: a name is unknown or a number out of its range.
        """
        find_method(self.method)
        check_update(self.update)
        if self.lr is not None and not (math.isfinite(self.lr) and self.lr > 0):
            raise UsageError("lr", "the learning rate --lr is a number above 0")
        if not 1 <= self.steps <= MOST_STEPS:
            raise UsageError("steps", f"--steps is a number from 1 to {MOST_STEPS:,}")
        if not (math.isfinite(self.tol) and self.tol >= 0):
            raise UsageError("tol", "--tol is a number from 0 on: the length of a gradient")

    @property
    def rate(self) -> float:
        """The learning rate."""
        return find_method(self.method).lr if self.lr is None else self.lr


class Step(NamedTuple):
    """What is remembered of a point: step 0 is the start, step n the point after n updates."""

    step: int
    value: float
    gradient_norm: float


@dataclass(frozen=True, slots=True)
class Descent:
    """A descent from its beginning to its end.

    Attributes:
        output: the name of what is made small.
        settings: how.
        layers: the names of the parameters, layer by layer, that of the output first.
        start: each parameter at the beginning.
        parameters: each parameter at the end.
        inputs: every input at the end, those that were not moved included.
        steps: the points on the way, thinned out if there are very many.
        stopped: ``converged``, ``steps``, ``diverged`` or ``interrupted``.
        first: the updates of the first step, in the order in which they were made.
        notes: readings of the program that the user should know of.
        problems: what was not finite at the end.
    """

    source: str
    output: str
    settings: Settings
    layers: Sequence[Sequence[str]]
    start: Mapping[str, float]
    parameters: Mapping[str, float]
    inputs: Mapping[str, float]
    steps: Sequence[Step]
    stopped: str
    first: Sequence[Turn] = ()
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()

    @property
    def value(self) -> float:
        """The output at the end."""
        return self.steps[-1].value

    @property
    def taken(self) -> int:
        """How many steps were taken."""
        return self.steps[-1].step

    def name_of(self, turn: Turn) -> str:
        """The name of the parameter that a turn moves."""
        return list(self.start)[turn.parameter]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.descend/1`; a number that is not finite is None."""
        return {
            "schema": "gradcli.descend/1",
            "method": self.settings.method,
            "lr": self.settings.rate,
            "update": self.settings.update,
            "steps": [
                {
                    "step": each.step,
                    "value": finite(each.value),
                    "gradient_norm": finite(each.gradient_norm),
                }
                for each in self.steps
            ],
            "value": finite(self.value),
            "parameters": {name: finite(value) for name, value in self.parameters.items()},
            "stopped": self.stopped,
            "problems": [problem.to_dict() for problem in self.problems],
        }


@dataclass
class _History:
    """The points on the way, never more than twice as many as are kept."""

    kept: list[Step] = field(default_factory=list)
    stride: int = 1

    def add(self, step: Step) -> None:
        if step.step % self.stride:
            return
        self.kept.append(step)
        if len(self.kept) > MOST_KEPT:
            self.stride *= 2
            del self.kept[1::2]

    def until(self, last: Step) -> list[Step]:
        """All of them, and the last one in any case."""
        return [*(each for each in self.kept if each.step < last.step), last]


class _State(NamedTuple):
    """A point and what is known of it; replaced as a whole, so that Ctrl-C finds it whole."""

    step: Step
    point: Sequence[float]
    at: Pass


class Descender:
    """A program made ready for descent: read, differentiated and planned once.

    Args:
        source: the program.
        values: a value for each input, where the descent begins.
        wrt: the inputs that are moved, whole arrays by their name; None for all.
        fix: inputs that are not.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
        UsageError: nothing is left to be moved.
    """

    def __init__(
        self,
        source: str,
        values: Mapping[str, Value],
        *,
        wrt: Sequence[str] | None = None,
        fix: Sequence[str] | None = None,
        strict: bool = False,
    ) -> None:
        self.model = model = read_model(source, values, strict=strict)
        self._inputs = bind(model, values)
        self._places = _moved(model, wrt, fix or ())
        parameters = [model.inputs[place] for place in self._places]
        self.names = [node.label or "" for node in parameters]
        derivative = differentiate(model.graph, model.output, parameters)
        zero = model.graph.const(0.0)
        gradient = [derivative.adjoints.get(node, zero) for node in parameters]
        self._plan = Plan(model.graph, model.inputs, [model.output, *gradient])
        slots = self._plan.slots
        self._value = slots[model.output]
        self._gradient = [slots[node] for node in gradient]
        self._layers = Layers(model.graph, model.output, parameters, derivative, slots)

    def run(self, settings: Settings, progress: Progress | None = None) -> Descent:
        """Descend. Ctrl-C ends it like a limit of steps: what was reached is returned.

        Args:
            settings: how.
            progress: told of every step.

        Raises:
            UsageError: the settings are impossible.
        """
        settings.check()
        memory = Memory(find_method(settings.method), settings.rate, len(self._places))
        update = make_update(settings.update, self._evaluate, self._layers, memory)
        start = [self._inputs[place] for place in self._places]
        state = self._state(0, start)
        history = _History()
        history.add(state.step)
        bound = FAR * max(1.0, abs(state.step.value))
        first: list[Turn] = []
        try:
            while (stopped := _stop(state.step, settings, bound)) is None:
                number = state.step.step + 1
                turns = update(state.point, state.at, number)
                first = first or turns
                state = self._state(number, _applied(state.point, turns))
                history.add(state.step)
                if progress is not None:
                    progress(number, state.step.value)
        except KeyboardInterrupt:
            stopped = INTERRUPTED
        return Descent(
            source=self.model.source,
            output=self._output_name,
            settings=settings,
            layers=[[self.names[place] for place in places] for places in self._layers.places],
            start=dict(zip(self.names, start, strict=True)),
            parameters=dict(zip(self.names, state.point, strict=True)),
            inputs=self._all_inputs(state.point),
            steps=history.until(state.step),
            stopped=stopped,
            first=first,
            notes=self.model.notes,
            problems=self._problems(state, stopped),
        )

    @property
    def _output_name(self) -> str:
        return name_nodes(self.model)[self.model.output]

    def _evaluate(self, point: Sequence[float]) -> Pass:
        """Forward and backward pass at a point."""
        inputs = self._inputs.copy()
        for place, value in zip(self._places, point, strict=True):
            inputs[place] = value
        values = self._plan.run(inputs)
        return Pass(values[self._value], [values[slot] for slot in self._gradient], values)

    def _state(self, number: int, point: Sequence[float]) -> _State:
        at = self._evaluate(point)
        return _State(Step(number, at.value, math.hypot(*at.gradient)), point, at)

    def _all_inputs(self, point: Sequence[float]) -> dict[str, float]:
        inputs = {
            node.label or "": value
            for node, value in zip(self.model.inputs, self._inputs, strict=True)
        }
        return inputs | dict(zip(self.names, point, strict=True))

    def _problems(self, state: _State, stopped: str) -> list[Problem]:
        """What is not finite at the end, and why."""
        if stopped != DIVERGED:
            return []
        output = self._output_name
        bad = [
            (name, value)
            for name, value in zip(self.names, state.point, strict=True)
            if not math.isfinite(value)
        ]
        if bad:
            name, value = bad[0]
            message = f"{name} is {kind(value)} after step {state.step.step}"
            return [Problem("value", output, kind(state.step.value), message)]
        solution = differentiated(self.model).at(self._all_inputs(state.point))
        return [each for each in solution.problems if each.kind in {"value", "derivative"}]


def _stop(at: Step, settings: Settings, bound: float) -> str | None:
    """Why to stop here, if so."""
    if not (math.isfinite(at.value) and math.isfinite(at.gradient_norm)):
        return DIVERGED
    if abs(at.value) > bound:
        return DIVERGED
    if at.gradient_norm <= settings.tol:
        return CONVERGED
    return STEPS if at.step >= settings.steps else None


def _applied(point: Sequence[float], turns: Sequence[Turn]) -> list[float]:
    moved = list(point)
    for turn in turns:
        moved[turn.parameter] = turn.after
    return moved


def _moved(model: Model, wrt: Sequence[str] | None, fix: Sequence[str]) -> list[int]:
    """The places of the inputs that are moved."""
    if not model.inputs:
        raise UsageError("wrt", "the program has no input that could be moved")
    wanted = range(len(model.inputs)) if wrt is None else _places(model, wrt)
    fixed = _places(model, fix)
    both = [model.inputs[place].label for place in wanted if place in fixed]
    if wrt is not None and both:
        raise UsageError(
            "wrt", f"'{both[0]}' is both to be moved and to be fixed", hint="leave one out"
        )
    places = [place for place in sorted(wanted) if place not in fixed]
    if not places:
        raise UsageError("fix", "every input is fixed: nothing is left to be moved")
    return places


def _places(model: Model, names: Sequence[str]) -> set[int]:
    """The inputs of these names; the name of an array stands for all its elements."""
    found: set[int] = set()
    for name in names:
        wanted = "".join(name.split())
        matching = {place for place, node in enumerate(model.inputs) if _matches(node, wanted)}
        if not matching:
            raise _unknown(model, wanted)
        found |= matching
    return found


def _matches(node: Node, wanted: str) -> bool:
    label = node.label or ""
    return label == wanted or label.startswith(f"{wanted}[")


def _unknown(model: Model, name: str) -> InputError:
    known = [node.label or "" for node in model.inputs]
    known += dict.fromkeys(label.partition("[")[0] for label in known if "[" in label)
    if any(_matches(node, name) for node in model.steps):
        return InputError(
            "unknown-value",
            f"'{name}' is a step of the program, which follows from its inputs",
            hint=f"only inputs can be moved or fixed: {some(known)}",
        )
    return InputError(
        "unknown-value",
        f"the program has no input '{name}'",
        hint=nearest(name, known, "inputs"),
    )


def compare_updates(
    descender: Descender, settings: Settings, progress: Progress | None = None
) -> dict[str, Descent]:
    """The same descent in the three readings of "update and go on".

    Raises:
        KeyboardInterrupt: one of them was interrupted.
        UsageError: the settings are impossible.
    """
    from dataclasses import replace  # noqa: PLC0415  (only here)

    results: dict[str, Descent] = {}
    for name in UPDATES:
        results[name] = descender.run(replace(settings, update=name), progress)
        if results[name].stopped == INTERRUPTED:
            raise KeyboardInterrupt
    return results


def nested(inputs: Mapping[str, float]) -> dict[str, Any]:
    """Values as a file of them is written: the elements of an array as nested lists.

    Elements that do not fill an array, counted from 1, stay under their own names.
    """
    arrays: dict[str, dict[tuple[int, ...], float]] = {}
    result: dict[str, Any] = {}
    for label, value in inputs.items():
        name, bracket, indices = label.partition("[")
        if not bracket:
            result[label] = value
            continue
        result.setdefault(name, None)
        places = tuple(int(index) for index in indices.rstrip("]").split(","))
        arrays.setdefault(name, {})[places] = value
    whole: dict[str, Any] = {}
    for name, value in result.items():
        if name not in arrays:
            whole[name] = value
            continue
        filled = _filled(arrays[name])
        if filled is None:
            whole |= {
                f"{name}[{','.join(map(str, places))}]": each
                for places, each in arrays[name].items()
            }
        else:
            whole[name] = filled
    return whole


def _filled(elements: Mapping[tuple[int, ...], float]) -> Any:
    """An array's elements as nested lists, None if they do not fill it."""
    sizes = {len(places) for places in elements}
    if len(sizes) > 1:
        return None
    shape = [max(axis) for axis in zip(*elements, strict=True)]
    if min(min(places) for places in elements) < 1 or math.prod(shape) != len(elements):
        return None
    level: list[Any] = [elements[places] for places in sorted(elements)]
    for length in reversed(shape[1:]):
        level = [level[start : start + length] for start in range(0, len(level), length)]
    return level
