"""Gradient descent on any program: its steps, and when to stop."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gradcli.calculus.reverse import differentiate
from gradcli.engine.explain import kind
from gradcli.engine.interpreter import Plan
from gradcli.errors import Problem
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind
from gradcli.evaluation.solve import differentiated, read_model
from gradcli.graph.naming import name_nodes
from gradcli.learn.curvature import Hessian
from gradcli.learn.layers import Layers
from gradcli.learn.methods import Optimizer
from gradcli.learn.moved import moved
from gradcli.learn.names import UPDATES
from gradcli.learn.result import CONVERGED, DIVERGED, INTERRUPTED, STATIONARY, STEPS, Descent, Step
from gradcli.learn.settings import Settings
from gradcli.learn.stationary import (
    FALLING,
    MINIMUM,
    UNBOUNDED,
    Finding,
    Surface,
    examine,
    falls_for_ever,
)
from gradcli.learn.updates import ORDERS, Pass, Update

MOST_KEPT = 10_000
"""So many steps are kept; of a longer run every second, fourth, … and always the last."""

FAR = 1e12
"""A value beyond this many times the first one in size (or times 1) has run away."""

Progress = Callable[[int, float], None]
"""Called after each step with its number and the value."""


@dataclass
class _History:
    """The points on the way, never more than twice as many as are kept."""

    kept: list[Step] = field(default_factory=list)
    stride: int = 1

    def add(self, step: Step) -> None:
        if step.step % self.stride:
            return
        self.kept.append(step)
        if len(self.kept) > MOST_KEPT + 1:  # with the start
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
        self._places = moved(model, wrt, fix or ())
        parameters = [model.inputs[place] for place in self._places]
        self.names = [node.label or "" for node in parameters]
        derivative = differentiate(model.graph, model.output, parameters)
        zero = model.graph.const(0.0)
        gradient = [derivative.adjoints.get(node, zero) for node in parameters]
        self._parameters = parameters
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
        optimizer = Optimizer(settings.method, settings.rate, settings.constants, len(self._places))
        step_of = ORDERS[settings.update](self._evaluate, self._layers, optimizer)
        start = [self._inputs[place] for place in self._places]
        state = last = self._state(0, start)
        history = _History()
        history.add(state.step)
        bound = FAR * max(1.0, abs(state.step.value))
        first: list[Update] = []
        finding: Finding | None = None
        try:
            while True:
                stopped = _stop(state.step, settings, bound)
                if stopped == DIVERGED and -math.inf < state.step.value < -bound:
                    # To fall is what is wanted: it has only run away if it goes on so for ever.
                    bound *= FAR
                    stopped = DIVERGED if self._is_bottomless(state) else None
                if stopped is not None:
                    break
                last, number = state, state.step.step + 1
                updates = step_of(state.point, state.at, number)
                first = first or updates
                state = self._state(number, _applied(state.point, updates))
                history.add(state.step)
                if progress is not None:
                    progress(number, state.step.value)
            stopped, finding = self._finding(stopped, state, last)
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
            finding=finding,
            slopes=dict(zip(self.names, state.at.gradient, strict=True)),
            first=first,
            notes=self.model.notes,
            problems=self._problems(state, stopped),
        )

    @property
    def _output_name(self) -> str:
        return name_nodes(self.model)[self.model.output]

    def _evaluate(self, point: Sequence[float]) -> Pass:
        """Forward and backward pass at a point."""
        values = self._plan.run(self._given(point))
        return Pass(values[self._value], [values[slot] for slot in self._gradient], values)

    def _state(self, number: int, point: Sequence[float]) -> _State:
        at = self._evaluate(point)
        return _State(Step(number, at.value, math.hypot(*at.gradient)), point, at)

    def _given(self, point: Sequence[float]) -> list[float]:
        """A value for each input, those that are fixed included."""
        inputs = self._inputs.copy()
        for place, value in zip(self._places, point, strict=True):
            inputs[place] = value
        return inputs

    @cached_property
    def _forward(self) -> tuple[Plan, int]:
        """The forward pass alone, and where the output is found in what it gives."""
        plan = Plan(self.model.graph, self.model.inputs, [self.model.output])
        return plan, plan.slots[self.model.output]

    def _value_at(self, point: Sequence[float]) -> float:
        plan, slot = self._forward
        return plan.run(self._given(point))[slot]

    def _is_bottomless(self, state: _State) -> bool:
        """Whether the output falls without bound from here."""
        return falls_for_ever(self._value_at, state.point, state.at.gradient)

    def _finding(self, stopped: str, state: _State, last: _State) -> tuple[str, Finding | None]:
        """What the point is at which it stopped, and what that makes of the reason to stop.

        Args:
            stopped: why, from the numbers of the step alone.
            state: the point.
            last: the one before, which still was finite.
        """
        if stopped == CONVERGED:
            finding = self._examine(state)
            return CONVERGED if finding.kind == MINIMUM else STATIONARY, finding
        fell = not state.step.value > last.step.value
        if fell and self._is_bottomless(last if stopped == DIVERGED else state):
            return stopped, Finding(UNBOUNDED)
        return stopped, None

    def _examine(self, state: _State) -> Finding:
        hessian = self._hessian
        inputs = self._given(state.point)
        surface = Surface(
            self._value_at,
            lambda point: self._evaluate(point).gradient,
            lambda vector: hessian.times(inputs, vector),
            hessian.size,
            state.point,
        )
        finding = examine(surface)
        if finding.kind == FALLING and self._is_bottomless(state):
            return Finding(UNBOUNDED, finding.downhill)
        return finding

    @cached_property
    def _hessian(self) -> Hessian:
        model = self.model
        return Hessian(model.graph, model.inputs, model.output, self._parameters)

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


def _applied(point: Sequence[float], updates: Sequence[Update]) -> list[float]:
    moved = list(point)
    for update in updates:
        moved[update.parameter] = update.after
    return moved


def compare_updates(
    descender: Descender, settings: Settings, progress: Progress | None = None
) -> dict[str, Descent]:
    """The same descent with each of the three orders of updates.

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
