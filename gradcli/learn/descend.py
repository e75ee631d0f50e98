"""Gradient descent on any program: its steps, when to stop, and what is said of the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from gradcli.engine.explain import kind, kinds
from gradcli.errors import Problem
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind
from gradcli.evaluation.objects import is_finite
from gradcli.evaluation.solve import arrays_of, read_model
from gradcli.graph.model import Model
from gradcli.learn.methods import Optimizer
from gradcli.learn.moved import moved
from gradcli.learn.names import UPDATES
from gradcli.learn.objective import NumberObjective, Objective
from gradcli.learn.result import (
    CONVERGED,
    DIVERGED,
    INTERRUPTED,
    STATIONARY,
    STEPS,
    Comparison,
    Descent,
    Step,
)
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
from gradcli.learn.updates import (
    ORDERS,
    InPlace,
    Pass,
    Point,
    Simultaneous,
    Update,
    traced,
)
from gradcli.learn.vectors import total_length
from gradcli.syntax.ast import Lengths

MOST_KEPT = 10_000
"""So many steps are kept; of a longer run every second, fourth, … and always the last."""

MOST_LOOKED_AT = 20
"""At so many points where a derivative may not be unique it is found out whether it is."""

FAR = 1e12
"""A value beyond this many times the first one in size (or times 1) has run away."""

Progress = Callable[[int, float], None]
"""Called after each step with its number and the value."""


class Descender:
    """A program made ready for descent, by any method and as often as one likes.

    Args:
        source: the program.
        values: a value for each input, where the descent begins.
        wrt: the inputs that are moved, whole arrays by their name; None for all.
        fix: inputs that are not.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.
        of: the step that is made small, if it is not the output.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice; or the output is an array.
        UsageError: nothing is left to be moved.
    """

    def __init__(  # noqa: PLR0913  (a program and what is moved; most have a default)
        self,
        source: str,
        values: Mapping[str, Value],
        *,
        wrt: Sequence[str] | None = None,
        fix: Sequence[str] | None = None,
        strict: bool = False,
        shapes: Mapping[str, Lengths] | None = None,
        of: str | None = None,
    ) -> None:
        arrays = arrays_of(values, shapes)
        model = read_model(source, values, strict=strict, arrays=arrays, of=of)
        self.objective = _objective(model)(model, bind(model, values), moved(model, wrt, fix or ()))

    def run(self, settings: Settings, progress: Progress | None = None) -> Descent:
        """Descend. Ctrl-C ends it like a limit of steps: what was reached is returned.

        Args:
            settings: how.
            progress: told of every step.

        Raises:
            UsageError: the settings are impossible.
        """
        settings.check()
        with self.objective.quietly():
            run = _Run(self.objective, settings)
            try:
                stopped, finding = run.conclude(run.descend(progress))
            except KeyboardInterrupt:
                stopped, finding = INTERRUPTED, None
            return run.result(stopped, finding)


def _objective(model: Model) -> type[Objective]:
    """What makes a program ready for descent."""
    if not model.graph.has_arrays:
        return NumberObjective
    from gradcli.learn.array_objective import ArrayObjective  # noqa: PLC0415  (few have any)

    return ArrayObjective


def compare_updates(
    descender: Descender, settings: Settings, progress: Progress | None = None
) -> Comparison:
    """The same descent with each of the three orders of updates.

    Raises:
        KeyboardInterrupt: one of them was interrupted.
        UsageError: the settings are impossible.
    """
    results = Comparison()
    for name in UPDATES:
        results[name] = descender.run(replace(settings, update=name), progress)
        if results[name].stopped == INTERRUPTED:
            raise KeyboardInterrupt
    return results


_made = partial(tuple.__new__, Step)
"""A step of its three numbers, in half the time that calling `Step` takes."""


class _State(NamedTuple):
    """A point and what is known of it; replaced as a whole, so that Ctrl-C finds it whole."""

    step: Step
    point: Point
    at: Pass


def _state(step: Step, point: Point, gradient: list[Any]) -> _State:
    return _State(step, point, Pass(step.value, gradient, ()))


class _Run:
    """One descent."""

    def __init__(self, objective: Objective, settings: Settings) -> None:
        self.objective = objective
        self.settings = settings
        optimizer = Optimizer(
            settings.method, settings.rate, settings.constants, len(objective.names)
        )
        order = ORDERS[settings.update]
        self.evaluate = objective.evaluate if order is InPlace else objective.slopes
        self.updates = order(self.evaluate, objective.layers, optimizer)
        self.history = _History()
        self.kinks = _Kinks(objective)
        self.first: list[Update] = []
        self.latest: list[Update] = []
        self.state = self.last = self.reach(0, objective.start)

    def reach(self, number: int, point: Point) -> _State:
        """Look at a point and remember it."""
        at = self.evaluate(point)
        step = Step(number, at.value, total_length(at.gradient))
        self.history.add(step)
        self.kinks.look(number, point, at)
        return _State(step, point, at)

    def descend(self, progress: Progress | None) -> str:
        """Take steps until there is a reason to stop, and return it."""
        bound = FAR * max(1.0, abs(self.state.step.value))
        while True:
            stopped = _stop(self.state.step, self.settings, bound)
            if stopped == DIVERGED and -math.inf < self.state.step.value < -bound:
                # To fall is what is wanted: it has only run away if it goes on so for ever.
                bound *= FAR
                is_lost = self.is_bottomless(self.state)
                stopped = DIVERGED if is_lost else _stop(self.state.step, self.settings, math.inf)
            if stopped is not None:
                return stopped
            point = self.stretch(bound, progress)
            if point is None:
                continue
            number = self.state.step.step + 1
            reached = self.reach(number, point)
            self.last, self.state = self.state, reached
            if progress is not None:
                progress(number, reached.step.value)

    def stretch(self, bound: float, progress: Progress | None) -> list[Any] | None:
        """Take steps by compiled code as long as each is an ordinary one.

        What they leave is what steps one by one leave, but states are made at the end alone.

        Returns:
            The point that the next step leads to, which is no ordinary one, or may not be; None
            if there is a reason to stop.
        """
        compiled = self.objective.compiled
        if compiled is None or not self.first or not isinstance(self.updates, Simultaneous):
            return self.moved(self.state.step.step + 1)
        run, others = compiled
        optimizer, settings = self.updates.optimizer, self.settings
        lr, tol, steps = optimizer.lr, settings.tol, settings.steps
        here = (self.state.step, self.state.point, self.state.at.gradient)
        start = before = here
        try:
            while True:
                step, point, gradient = here
                number = step.step + 1
                directions = optimizer.directions(gradient, number)
                moved = [x - lr * each for x, each in zip(point, directions, strict=True)]
                found = run([*moved, *others])
                if found is None:
                    return moved
                gradient = found[1:]
                step = _made((number, found[0], math.hypot(*gradient)))
                self.history.add(step)
                before, here = here, (step, moved, gradient)
                if progress is not None:
                    progress(number, step.value)
                if not (tol < step.gradient_norm < math.inf and abs(step.value) <= bound):
                    return None
                if number >= steps:
                    return None
        finally:
            if here is not start:
                self.last, self.state = _state(*before), _state(*here)

    def moved(self, number: int) -> list[Any]:
        """Where the next step leads; the updates of the first one are kept."""
        # They are kept until there are others: large arrays that are given back to the system at
        # once have to be asked for again, which takes as long as the step.
        self.latest = updates = self.updates(self.state.point, self.state.at, number)
        self.first = self.first or updates
        moved = list(self.state.point)
        for update in updates:
            moved[update.parameter] = update.after
        return moved

    def conclude(self, stopped: str) -> tuple[str, Finding | None]:
        """What the end is, and what that makes of the reason to stop.

        Args:
            stopped: why, from the numbers of the last step alone.
        """
        state, last = self.state, self.last
        if stopped == CONVERGED:
            finding = self.examine()
            return CONVERGED if finding.kind == MINIMUM else STATIONARY, finding
        if state.step.value > last.step.value:
            return stopped, None
        # Of what has diverged, the point before is the last one with ordinary numbers.
        is_bottomless = self.is_bottomless(last if stopped == DIVERGED else state)
        return stopped, Finding(UNBOUNDED) if is_bottomless else None

    def examine(self) -> Finding:
        """What the point is, where the gradient is small."""
        objective = self.objective
        point = objective.vector(self.state.point)
        finding = examine(
            Surface(
                objective.value,
                objective.gradient,
                lambda direction: objective.hessian_times(point, direction),
                objective.hessian_work,
                objective.entry_work,
                point,
            )
        )
        if finding.kind == FALLING and self.is_bottomless(self.state):
            return Finding(UNBOUNDED, finding.downhill)
        return finding

    def is_bottomless(self, state: _State) -> bool:
        """Whether the output falls without bound from here."""
        vector = self.objective.vector
        return falls_for_ever(self.objective.value, vector(state.point), vector(state.at.gradient))

    def result(self, stopped: str, finding: Finding | None) -> Descent:
        """All that there is to say."""
        objective, state = self.objective, self.state
        names = objective.names
        return Descent(
            source=objective.model.source,
            output=objective.output,
            settings=self.settings,
            layers=[[names[place] for place in places] for places in objective.layers.places],
            start=dict(zip(names, objective.start, strict=True)),
            parameters=dict(zip(names, state.point, strict=True)),
            inputs=objective.inputs(state.point),
            steps=self.history.until(state.step),
            stopped=stopped,
            finding=finding,
            slopes=dict(zip(names, state.at.gradient, strict=True)),
            first=traced(self.first, objective.layers, self.settings.update),
            notes=objective.model.notes,
            problems=[*self.kinks.found, *(self.problems() if stopped == DIVERGED else ())],
        )

    def problems(self) -> list[Problem]:
        """What is not finite at the end, and why."""
        objective, state = self.objective, self.state
        for name, value in zip(objective.names, state.point, strict=True):
            if not is_finite(value):
                message = f"{name} is {kinds(value)} {_when(state.step.step)}"
                return [Problem("value", objective.output, kind(state.step.value), message)]
        found = objective.problems(state.point)
        return [each for each in found if each.kind in {"value", "derivative"}]


def _stop(at: Step, settings: Settings, bound: float) -> str | None:
    """Why to stop here, if so."""
    if not (math.isfinite(at.value) and math.isfinite(at.gradient_norm)):
        return DIVERGED
    if abs(at.value) > bound:
        return DIVERGED
    if at.gradient_norm <= settings.tol:
        return CONVERGED
    return STEPS if at.step >= settings.steps else None


def _when(step: int) -> str:
    return f"after step {step}" if step else "at the start"


class _History:
    """The points on the way, never more than twice as many as are kept."""

    def __init__(self) -> None:
        self._kept: list[Step] = []
        self._stride = 1

    def add(self, step: Step) -> None:
        if step.step % self._stride:
            return
        self._kept.append(step)
        if len(self._kept) > MOST_KEPT + 1:  # with the start
            self._stride *= 2
            del self._kept[1::2]

    def until(self, last: Step) -> list[Step]:
        """All of them, and the last one in any case."""
        return [*(each for each in self._kept if each.step < last.step), last]


class _Kinks:
    """The first derivatives on the way that are not unique."""

    def __init__(self, objective: Objective) -> None:
        self.found: list[Problem] = []
        self._objective = objective
        self._left = MOST_LOOKED_AT

    def look(self, number: int, point: Point, at: Pass) -> None:
        """Find out whether there are some at a point, unless some are found already."""
        if self.found or not self._left or not at.is_tied:
            return
        self._left -= 1
        self.found = [
            each._replace(message=f"{_when(number)}, {each.message}")
            for each in self._objective.kinks(point)
        ]
