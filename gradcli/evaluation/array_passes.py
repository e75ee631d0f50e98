"""The derivatives of a program of arrays, each built when it is first asked for.

Results are arrays that nobody else has: neither an input nor another result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from gradcli.calculus.masks import leaves_out
from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import jvp, masked_jvp, vjp
from gradcli.engine.array_plan import Plan
from gradcli.engine.arrays import has_nan
from gradcli.engine.explain import kinds, worst
from gradcli.errors import Problem
from gradcli.evaluation.array_solution import ArrayDifferentiated, ArraySolution
from gradcli.evaluation.indices import Indices
from gradcli.evaluation.jacobian import from_columns, refuse_large, stacked, units
from gradcli.evaluation.outcome import Outcome
from gradcli.evaluation.ties import conditions
from gradcli.graph.model import Model
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import no_gradient

MOST_KEPT = 20
"""How many products with tangents are kept, each for the inputs that move."""


if TYPE_CHECKING:
    from gradcli.evaluation.beside.arrays_beside import ArraysBeside
    from gradcli.evaluation.beside.entrywise import Entries


class _Pass(NamedTuple):
    """A plan of nodes: the output and derivatives, and whether something is not unique."""

    plan: Plan
    results: Sequence[Node]
    alarms: Sequence[Node]
    indices: Indices

    def run(self, point: Sequence[Any]) -> Found:
        """The numbers at a point.

        Raises:
            InputError: an index has no place there.
        """
        values, slots = self.plan.run(point), self.plan.slots
        self.indices.check(lambda node: values[slots[node]])
        value, *parts = _own([values[slots[node]] for node in self.results])
        alarms = [values[slots[node]] for node in self.alarms]
        return Found(value, parts, any(map(np.any, alarms)))


class Found(NamedTuple):
    """What a pass gives.

    Attributes:
        value: that of the output.
        parts: the derivatives.
        is_tied: whether one of them may not be unique.
    """

    value: Any
    parts: list[Any]
    is_tied: bool

    @property
    def is_finite(self) -> bool:
        """Whether every entry is."""
        return _is_finite(self.value) and all(map(_is_finite, self.parts))

    @property
    def is_open(self) -> bool:
        """Whether there is a value, and something is tied or not finite beside it."""
        is_known = bool(np.shape(self.value)) or _is_finite(self.value)
        return is_known and (self.is_tied or not self.is_finite)

    @property
    def is_poisoned(self) -> bool:
        """Whether a derivative is NaN where the value is none."""
        return not has_nan(self.value) and any(map(has_nan, self.parts))


Make = Callable[[bool], Sequence[Node]]
"""The nodes of derivatives, masked or not; see `gradcli.calculus.masks`."""


class MakeAlong(Protocol):
    """The same along tangents."""

    def __call__(self, tangents: Mapping[Node, Node], *, masked: bool) -> Sequence[Node]:
        """The nodes."""


class ArrayPasses:
    """The passes over a program whose values may be arrays.

    Args:
        model: the program; derivatives are added to its graph as they are asked for.
        inputs: its inputs in the order in which they are given.
        targets: those that gradients are by; None for all.
    """

    def __init__(
        self, model: Model, inputs: Sequence[Node], targets: Sequence[Node] | None = None
    ) -> None:
        self.model = model
        self.inputs = inputs
        self.targets = inputs if targets is None else targets
        self.output = model.output
        self._program = ArrayDifferentiated(model)
        self._kept: dict[tuple[str, tuple[Node, ...], bool], _Pass] = {}

    @property
    def entries(self) -> Entries | None:
        """The program in numbers; None if it is too large for that."""
        return self._program.entries

    def value(self, point: Sequence[Any]) -> Any:
        """The value of the output."""
        plan = self._value
        values = plan.run(point)
        self._indices.check(lambda node: values[plan.slots[node]])
        return values[plan.slots[self.output]]

    @cached_property
    def _value(self) -> Plan:
        return Plan(self.model.graph, self.inputs, [self.output, *self._indices.nodes])

    @cached_property
    def _indices(self) -> Indices:
        return Indices(self.model)

    def first(self, point: Sequence[Any]) -> Outcome:
        """The derivative by each target.

        Raises:
            InputError: the output is an array.
        """
        return self._outcome(self.whole(point), point, self.targets)

    def whole(self, point: Sequence[Any]) -> Found:
        """What `slopes` gives, with the derivatives of the whole function where something is tied.

        Raises:
            InputError: the output is an array.
        """
        found = self.slopes(point)
        if not found.is_open:
            return found
        solution = self._solution(point, self.targets)
        parts = [solution.grad_of(node) for node in self.targets]
        return found._replace(parts=parts, is_tied=True)

    def slopes(self, point: Sequence[Any]) -> Found:
        """The same without a word on what is not ordinary; raises as that."""
        return self._run("first", point, lambda masked: self._gradient(masked=masked))

    def along(self, point: Sequence[Any], tangent: Sequence[Any]) -> Outcome:
        """The derivative of the output along a tangent."""
        outcome = self._along("output", point, tangent, self._first_along)
        if not outcome.is_open:
            return outcome
        return self._beside(point).along(dict(zip(self.inputs, tangent, strict=True)), outcome)

    def _beside(self, point: Sequence[Any]) -> ArraysBeside:
        from gradcli.evaluation.beside.arrays_beside import ArraysBeside  # noqa: PLC0415  (only at a kink)

        at = dict(zip(self.inputs, point, strict=True))
        return ArraysBeside(self._program, [at[node] for node in self.model.inputs])

    def second_along(self, point: Sequence[Any], tangent: Sequence[Any]) -> Outcome:
        """The derivative of the gradient along a tangent; raises as `first`."""
        return self._along("gradient", point, tangent, self._second_along)

    def back(self, point: Sequence[Any], cotangent: Any) -> Outcome:
        """A cotangent of the output pulled back to the inputs."""
        node = self._cotangent
        seeds = {self.output: node}

        def make(masked: bool) -> Sequence[Node]:  # noqa: FBT001  (as `Make` is called)
            return vjp(self.model.graph, seeds, self.inputs, masked=masked)

        found = self._run("back", [*point, cotangent], make, more=[node])
        outcome = self._outcome(found, point, self.inputs)
        return (
            self._beside(point).back(self.inputs, cotangent, outcome)
            if outcome.is_open
            else outcome
        )

    def jacobian(self, point: Sequence[Any]) -> Outcome:
        """∂output/∂input for each input: the axes of the output first, then those of the input."""
        if not self.output.shape:
            return self.first(point)
        size = sum(node.form.size for node in self.inputs)
        refuse_large(size * self.output.form.size)
        if self.output.form.size <= size:
            outcomes = [self.back(point, unit) for unit in units(self.output)]
            value = outcomes[0].value if outcomes else self.value(point)
            parts = [
                stacked([each.parts[place] for each in outcomes], self.output, node)
                for place, node in enumerate(self.inputs)
            ]
            return Outcome(
                value, parts, _all_problems(outcomes), any(each.is_open for each in outcomes)
            )
        value, parts, problems = self.value(point), [], []
        for place, node in enumerate(self.inputs):
            outcomes = [self.along(point, self._moving(place, unit)) for unit in units(node)]
            parts.append(from_columns([each.parts[0] for each in outcomes], self.output, node))
            problems += _all_problems(outcomes)
        return Outcome(value, parts, problems)

    def hessian(self, point: Sequence[Any]) -> Outcome:
        """∂²output/∂input∂input, a list for each input, its axes first; raises as `first`."""
        refuse_large(sum(node.form.size for node in self.inputs) ** 2)
        rows: list[list[Any]] = [[] for _ in self._gradient()]
        problems: list[Problem] = []
        is_open = False
        for place, node in enumerate(self.inputs):
            outcomes = [self.second_along(point, self._moving(place, unit)) for unit in units(node)]
            for row, first in enumerate(self.inputs):
                rows[row].append(from_columns([each.parts[row] for each in outcomes], first, node))
            problems += _all_problems(outcomes)
            is_open = is_open or any(each.is_open for each in outcomes)
        return Outcome(self.value(point), rows, problems, is_open)

    def _moving(self, place: int, unit: Any) -> list[Any]:
        """A tangent along which one input moves."""
        return [unit if at == place else _zero(node) for at, node in enumerate(self.inputs)]

    def _first_along(self, tangents: Mapping[Node, Node], *, masked: bool) -> Sequence[Node]:
        graph, output = self.model.graph, self.output
        return [masked_jvp(graph, output, tangents)] if masked else jvp(graph, [output], tangents)

    def _second_along(self, tangents: Mapping[Node, Node], *, masked: bool) -> Sequence[Node]:
        return jvp(self.model.graph, self._gradient(masked=masked), tangents, masked=masked)

    def _along(
        self, what: str, point: Sequence[Any], tangent: Sequence[Any], make: MakeAlong
    ) -> Outcome:
        """Derivatives along a tangent: nothing comes from what does not move."""
        places = [place for place, part in enumerate(tangent) if np.any(part)]
        moved = tuple([self.inputs[place] for place in places])
        graph = self.model.graph
        tangents = {node: graph.input(f"{node.name} tangent", node.form) for node in moved}
        given = [*point, *[tangent[place] for place in places]]
        found = self._run(
            what,
            given,
            lambda masked: make(tangents, masked=masked),
            moved=moved,
            more=list(tangents.values()),
        )
        return self._outcome(found, point, moved)

    def _gradient(self, *, masked: bool = False) -> list[Node]:
        """The derivative by each target, as nodes."""
        if self.output.shape:
            raise no_gradient(self.output.form)
        return gradient(self.model.graph, self.output, self.targets, masked=masked)

    @cached_property
    def _cotangent(self) -> Node:
        """What the output's derivative is multiplied by; its name cannot be a program's."""
        return self.model.graph.input("the cotangent", self.output.form)

    def _run(
        self,
        what: str,
        given: Sequence[Any],
        make: Make,
        *,
        moved: tuple[Node, ...] = (),
        more: Sequence[Node] = (),
    ) -> Found:
        """What a pass gives; masked where it is NaN without, and entries are left out.

        Args:
            what: its name.
            given: the values of the inputs, and of what is given beside them.
            make: its nodes.
            moved: the inputs that move.
            more: what is given beside the inputs.
        """
        found = self._pass(what, make, moved, more, masked=False).run(given)
        if found.is_poisoned and self._leaves_out:
            found = self._pass(what, make, moved, more, masked=True).run(given)
        return found

    @cached_property
    def _leaves_out(self) -> bool:
        """Whether entries of an array may be left out."""
        return leaves_out(self.model.graph, self.output)

    def _pass(
        self,
        what: str,
        make: Make,
        moved: tuple[Node, ...],
        more: Sequence[Node],
        *,
        masked: bool,
    ) -> _Pass:
        """The pass of a name for some inputs that move, made when it is first asked for."""
        key = what, moved, masked
        if key not in self._kept:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            results = [self.output, *make(masked)]
            draft = self.model.graph.draft()
            alarms = self._alarms(draft, results, moved or self.targets)
            wanted = [*results, *alarms, *self._indices.nodes]
            plan = Plan(draft, [*self.inputs, *more], wanted)
            self._kept[key] = _Pass(plan, results, alarms, self._indices)
        return self._kept[key]

    def _alarms(self, draft: Graph, results: Sequence[Node], moved: Sequence[Node]) -> list[Node]:
        """Conditions of which one holds wherever a derivative by what moves may not be unique."""
        order = draft.ancestors(results)
        made = set(moved)
        for node in order:
            if not made.isdisjoint(node.args):
                made.add(node)
        found = conditions(draft, order, {*draft.ancestors([self.output])})
        return [*dict.fromkeys(each for node, each in found.items() if node in made)]

    def _outcome(self, found: Found, point: Sequence[Any], targets: Sequence[Node]) -> Outcome:
        """The same with what there is to say of it."""
        value, parts, is_tied = found
        if found.is_finite and not is_tied:
            return Outcome(value, parts)
        problems = [*self._solution(point, targets).warnings]
        if not problems and not all(map(_is_finite, parts)):
            part = next(part for part in parts if not _is_finite(part))
            message = f"the derivative is {kinds(part)} there"
            name = self._program.names[self.output]
            problems = [Problem("derivative", name, worst(part), message)]
        return Outcome(value, parts, problems, is_open=found.is_open)

    def _solution(self, point: Sequence[Any], targets: Sequence[Node]) -> ArraySolution:
        at = dict(zip(self.inputs, point, strict=True))
        return ArraySolution(self._program, [at[node] for node in self.model.inputs], targets)


def _is_finite(value: Any) -> bool:
    return bool(np.isfinite(value).all()) if np.shape(value) else math.isfinite(value)


def _zero(node: Node) -> Any:
    return np.zeros(node.shape) if node.shape else 0.0


def _all_problems(outcomes: Sequence[Outcome]) -> list[Problem]:
    """What is to be said of all of them, each once."""
    return list(dict.fromkeys(problem for outcome in outcomes for problem in outcome.problems))


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
