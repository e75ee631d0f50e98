"""The derivatives of a program of arrays, each built when it is first asked for.

Results are arrays that nobody else has: neither an input nor another result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import jvp, vjp
from gradcli.engine.array_plan import Plan
from gradcli.errors import Problem
from gradcli.evaluation.answer import Answer
from gradcli.evaluation.array_solution import ArraySolution, kind_of, kink
from gradcli.evaluation.indices import Indices
from gradcli.evaluation.jacobian import from_columns, refuse_large, stacked, units
from gradcli.evaluation.solution import Differentiated
from gradcli.graph import operations
from gradcli.graph.model import Model
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import no_gradient

MOST_KEPT = 20
"""How many products with tangents are kept, each for the inputs that move."""


class _Pass(NamedTuple):
    """A plan of nodes: the output and derivatives, and whether something is not unique."""

    plan: Plan
    results: Sequence[Node]
    alarms: Sequence[Node]


class ArrayPasses:
    """The passes over a program whose values may be arrays.

    Args:
        model: the program; derivatives are added to its graph as they are asked for.
        inputs: its inputs in the order in which they are given.
    """

    def __init__(self, model: Model, inputs: Sequence[Node]) -> None:
        self.model = model
        self.inputs = inputs
        self.output = model.output
        self._program = Differentiated(model, ArraySolution)
        self._kept: dict[tuple[str, tuple[Node, ...]], _Pass] = {}

    def value(self, point: Sequence[Any]) -> Any:
        """The value of the output."""
        values = self._value.run(point)
        self._check(self._value, values)
        return values[self._value.slots[self.output]]

    @cached_property
    def _value(self) -> Plan:
        return Plan(self.model.graph, self.inputs, [self.output, *self._indices.nodes])

    @cached_property
    def _indices(self) -> Indices:
        return Indices(self.model)

    def _check(self, plan: Plan, values: Sequence[Any]) -> None:
        if self._indices.nodes:
            self._indices.check(lambda node: values[plan.slots[node]])

    def first(self, point: Sequence[Any]) -> Answer:
        """The derivative by each input.

        Raises:
            InputError: the output is an array.
        """
        made = self._pass("first", (), lambda: self._gradient)
        (value, *parts), is_ordinary = self._run(made, point)
        if is_ordinary:
            return Answer(value, parts, ())
        solution = self._solution(point, self.inputs)
        parts = _own([solution.grad_of(node) for node in self.inputs])
        return Answer(value, parts, solution.warnings)

    def along(self, point: Sequence[Any], tangent: Sequence[Any]) -> Answer:
        """The derivative of the output along a tangent."""
        return self._along("output", point, tangent, lambda: [self.output])

    def second_along(self, point: Sequence[Any], tangent: Sequence[Any]) -> Answer:
        """The derivative of the gradient along a tangent; raises as `first`."""
        return self._along("gradient", point, tangent, lambda: self._gradient)

    def back(self, point: Sequence[Any], cotangent: Any) -> Answer:
        """A cotangent of the output pulled back to the inputs."""
        graph, node = self.model.graph, self._cotangent
        made = self._pass("back", (), lambda: vjp(graph, {self.output: node}, self.inputs), [node])
        return self._answer(made, [*point, cotangent], point, self.inputs)

    def jacobian(self, point: Sequence[Any]) -> Answer:
        """∂output/∂input for each input: the axes of the output first, then those of the input."""
        if not self.output.shape:
            return self.first(point)
        size = sum(node.form.size for node in self.inputs)
        refuse_large(size * self.output.form.size)
        if self.output.form.size <= size:
            answers = [self.back(point, unit) for unit in units(self.output)]
            value = answers[0].value if answers else self.value(point)
            parts = [
                stacked([each.parts[place] for each in answers], self.output, node)
                for place, node in enumerate(self.inputs)
            ]
            return Answer(value, parts, _all_problems(answers))
        value, parts, problems = self.value(point), [], []
        for place, node in enumerate(self.inputs):
            answers = [self.along(point, self._moving(place, unit)) for unit in units(node)]
            parts.append(from_columns([each.parts[0] for each in answers], self.output, node))
            problems += _all_problems(answers)
        return Answer(value, parts, problems)

    def hessian(self, point: Sequence[Any]) -> Answer:
        """∂²output/∂input∂input, a list for each input, its axes first; raises as `first`."""
        refuse_large(sum(node.form.size for node in self.inputs) ** 2)
        rows: list[list[Any]] = [[] for _ in self._gradient]
        problems: list[Problem] = []
        for place, node in enumerate(self.inputs):
            answers = [self.second_along(point, self._moving(place, unit)) for unit in units(node)]
            for row, first in enumerate(self.inputs):
                rows[row].append(from_columns([each.parts[row] for each in answers], first, node))
            problems += _all_problems(answers)
        return Answer(self.value(point), rows, problems)

    def _moving(self, place: int, unit: Any) -> list[Any]:
        """A tangent along which one input moves."""
        return [unit if at == place else _zero(node) for at, node in enumerate(self.inputs)]

    def _along(
        self,
        what: str,
        point: Sequence[Any],
        tangent: Sequence[Any],
        outputs: Callable[[], Sequence[Node]],
    ) -> Answer:
        """The derivatives of some nodes along a tangent: nothing comes from what does not move."""
        places = [place for place, part in enumerate(tangent) if np.any(part)]
        moved = tuple([self.inputs[place] for place in places])
        graph = self.model.graph
        tangents = {node: graph.input(f"{node.name} tangent", node.form) for node in moved}
        given = [*point, *[tangent[place] for place in places]]
        made = self._pass(
            what, moved, lambda: jvp(graph, outputs(), tangents), list(tangents.values())
        )
        return self._answer(made, given, point, moved)

    @cached_property
    def _gradient(self) -> list[Node]:
        if self.output.shape:
            raise no_gradient(self.output.form)
        return gradient(self.model.graph, self.output, self.inputs)

    @cached_property
    def _cotangent(self) -> Node:
        """What the output's derivative is multiplied by; its name cannot be a program's."""
        return self.model.graph.input("the cotangent", self.output.form)

    def _pass(
        self,
        what: str,
        moved: tuple[Node, ...],
        make: Callable[[], Sequence[Node]],
        more: Sequence[Node] = (),
    ) -> _Pass:
        """The pass of a name for some inputs that move, made when it is first asked for."""
        key = what, moved
        if key not in self._kept:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            results = [self.output, *make()]
            draft = self.model.graph.draft()
            alarms = _alarms(draft, draft.ancestors([self.output]))
            wanted = [*results, *alarms, *self._indices.nodes]
            plan = Plan(draft, [*self.inputs, *more], wanted)
            self._kept[key] = _Pass(plan, results, alarms)
        return self._kept[key]

    def _run(self, made: _Pass, point: Sequence[Any]) -> tuple[list[Any], bool]:
        """The results, and whether all are finite and nothing is tied."""
        values, slots = made.plan.run(point), made.plan.slots
        self._check(made.plan, values)
        results = [values[slots[node]] for node in made.results]
        alarms = [values[slots[node]] for node in made.alarms]
        is_ordinary = all(map(_is_finite, results)) and not any(map(np.any, alarms))
        return _own(results), is_ordinary

    def _answer(
        self, made: _Pass, given: Sequence[Any], point: Sequence[Any], targets: Sequence[Node]
    ) -> Answer:
        (value, *parts), is_ordinary = self._run(made, given)
        if is_ordinary:
            return Answer(value, parts, ())
        solution = self._solution(point, targets)
        problems = [*solution.warnings]
        if not problems and not all(map(_is_finite, parts)):
            kind = kind_of(next(part for part in parts if not _is_finite(part)))
            message = f"the derivative is {kind} there"
            problems = [Problem("derivative", solution.output, kind, message)]
        return Answer(value, parts, problems)

    def _solution(self, point: Sequence[Any], targets: Sequence[Node]) -> ArraySolution:
        at = dict(zip(self.inputs, point, strict=True))
        return ArraySolution(self._program, [at[node] for node in self.model.inputs], targets)


def _alarms(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """Conditions of which one holds wherever a derivative may not be unique."""
    found = [kink(graph, node) for node in nodes]
    return [each for each in found if each is not None and not operations.is_value(each, 0)]


def _is_finite(value: Any) -> bool:
    return bool(np.isfinite(value).all()) if np.shape(value) else math.isfinite(value)


def _zero(node: Node) -> Any:
    return np.zeros(node.shape) if node.shape else 0.0


def _all_problems(answers: Sequence[Answer]) -> list[Problem]:
    """What is to be said of all of them, each once."""
    return list(dict.fromkeys(problem for answer in answers for problem in answer.problems))


def _own(values: Sequence[Any]) -> list[Any]:
    """The values, so that each array has memory of its own that may be written to."""
    found: list[Any] = []
    seen: set[int] = set()
    for value in values:
        each = value
        if np.shape(each) and (each.base is not None or id(each) in seen):
            each = np.array(each)
        seen.add(id(value))
        found.append(each)
    return found
