"""A program of numbers, ready to be called: `gradcli.function` where no value is a list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import isfinite
from threading import RLock
from typing import TYPE_CHECKING

from gradcli.engine.choose import Runner
from gradcli.engine.functions.sums import sum_of
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.elements import Value, number
from gradcli.evaluation.outcome import Outcome
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.programs.passes import SECOND, SECOND_ALONG, Pass, Passes, Question
from gradcli.programs.signature import Signature

if TYPE_CHECKING:
    from gradcli.evaluation.beside.higher import Higher
    from gradcli.programs.up_to import Series


class NumberProgram(Signature):
    """The value and the derivatives of a program at any point.

    Args:
        model: the program.
        nodes: its inputs in the order of arguments.
        lock: what is held while derivatives are added to the graph.
        program: the program with its derivative, if there is one already.
    """

    def __init__(
        self,
        model: Model,
        nodes: Sequence[Node],
        lock: RLock,
        program: Differentiated | None = None,
    ) -> None:
        super().__init__(model, nodes)
        self.model = model
        self._passes = Passes(model, nodes, program)
        self._series: dict[tuple[int, tuple[Node, ...]], Series] = {}
        self._lock = lock

    def value(self, point: Sequence[float]) -> float:
        """The value of the output."""
        (value,), _ = self._value.run(point)
        return value

    def first(self, point: Sequence[float]) -> Outcome:
        """The derivative by each input."""
        numbers, is_ordinary = self._first.run(point)
        if is_ordinary:
            return Outcome(numbers[0], numbers[1:])
        from gradcli.evaluation.diagnose import about  # noqa: PLC0415  (only at a kink)

        with self._lock:
            solution = self._at(point, self._nodes)
            return Outcome(numbers[0], self._slopes(solution), about(solution))

    def numbers(self, point: Sequence[float]) -> list[float]:
        """The value and the derivative by each input, as `first` has them, and nothing said."""
        numbers, is_ordinary = self._first.run(point)
        if is_ordinary or not isfinite(numbers[0]):
            return numbers
        with self._lock:
            return [numbers[0], *self._slopes(self._at(point, self._nodes))]

    def _slopes(self, solution: Solution) -> list[float]:
        """The derivative by each input as a float, be it beyond the range of these."""
        return [float(solution.grad_of(node)) for node in self._nodes]

    @property
    def count(self) -> int:
        """How many results a pass has: the value, and a derivative for each input."""
        return 1 + len(self._nodes)

    jacobian = first
    """For a scalar output the Jacobian is the gradient: one number for each input."""

    def along(self, point: Sequence[float], tangent: Sequence[float]) -> Outcome:
        """The derivative along a tangent."""
        given = [*point, *tangent]
        with self._lock:
            made = self._passes.along(self._nodes)
        numbers, is_ordinary = made.run(given)
        if is_ordinary:
            return Outcome(numbers[0], numbers[1:])
        from gradcli.evaluation.beside.kinks import along  # noqa: PLC0415  (likewise)
        from gradcli.evaluation.diagnose import about  # noqa: PLC0415  (only at a kink)

        rates = {node: part for node, part in zip(self._nodes, tangent, strict=True) if part}
        with self._lock:
            solution = self._at(point, [*rates])
            slope, sides, problem = along(solution, rates, "along the tangent")
            problems = [problem] if problem else []
            if sides is None:
                problems += about(solution)
        return Outcome(numbers[0], [float(slope)], problems)

    def up_to(self, order: int, point: Sequence[float], tangent: Sequence[float]) -> Outcome:
        """The derivatives along a tangent, of first order, second order, … (Taylor arithmetic)."""
        moving = [node for node, rate in zip(self._nodes, tangent, strict=True) if rate]
        with self._lock:
            key = order, tuple(moving)
            if key not in self._series:
                from gradcli.programs.up_to import Series  # noqa: PLC0415  (few ask for any)

                first = self._passes.along(moving)
                self._series[key] = Series(self.model, self._nodes, moving, order, first)

        def slope() -> float:
            solution = self._at(point, moving)
            pairs = zip(self._nodes, tangent, strict=True)
            return sum_of([rate * solution.grad_of(node) for node, rate in pairs if rate])

        return self._series[key].run(point, tangent, self._lock, slope)

    def back(self, point: Sequence[float], cotangent: Value) -> Outcome:
        """A cotangent of the output pulled back to the inputs."""
        factor = number(cotangent, "cotangent")
        if not factor:
            return Outcome(self.value(point), [0.0] * len(point))
        found = self.first(point)
        return found._replace(parts=[factor * part for part in found.parts])

    def second_along(self, point: Sequence[float], tangent: Sequence[float]) -> Outcome:
        """The derivative of the gradient along a tangent."""
        return self._outcome(SECOND_ALONG, point, tangent)

    def hessian(self, point: Sequence[float]) -> Outcome:
        """The second derivatives, a list for each input."""
        found = self._outcome(SECOND, point)
        size = len(self._nodes)
        rows = [found.parts[place * size : (place + 1) * size] for place in range(size)]
        return found._replace(parts=rows)

    @property
    def valued(self) -> Runner:
        """What computes the value alone."""
        return self._value

    @property
    def passed(self) -> Runner:
        """What computes the value and the derivative by each input."""
        return self._first.runner

    @cached_property
    def _value(self) -> Runner:
        with self._lock:
            return Runner(self.model.graph, self._nodes, [self.model.output])

    @cached_property
    def _first(self) -> Pass:
        with self._lock:
            return self._passes.first

    def _second(self, point: Sequence[float]) -> Higher | None:
        """The second derivatives beside a point, if anything is tied there and they are known."""
        from gradcli.evaluation.beside.higher import Higher  # noqa: PLC0415  (only at a kink)

        with self._lock:
            found = Higher(self.model, Values(self._nodes, point))
            return found if found.is_known else None

    def _by_limits(
        self, value: float, second: Higher, point: Sequence[float], tangent: Sequence[float]
    ) -> Outcome:
        """All second derivatives, or with a tangent their products with it."""
        from gradcli.evaluation.diagnose import about  # noqa: PLC0415  (only at a kink)

        nodes = self._nodes
        columns = [*zip(nodes, tangent or [1.0] * len(nodes), strict=True)]
        moved = [node for node, part in columns if part]
        with self._lock:
            problems = about(self._at(point, moved))
            for place, a in enumerate(nodes):
                for b in nodes[place:]:
                    if a in moved or b in moved:
                        problems += second.problems((a, b), f"{a.name},{b.name}")
            rows = [[(second.value(a, b), part) for b, part in columns] for a in nodes]
        if not tangent:
            return Outcome(value, [number for row in rows for number, _ in row], problems)
        return Outcome(value, [sum(x * y for x, y in row if y) + 0.0 for row in rows], problems)

    def _at(self, point: Sequence[float], targets: Sequence[Node]) -> Solution:
        """The program at a point, looked at closely."""
        given = dict(zip(self._nodes, point, strict=True))
        inputs = [given[node] for node in self.model.inputs]
        return self._passes.program.solution(inputs, targets)

    @cached_property
    def _smooth(self) -> Passes:
        """The passes over the program without the kinks that it only seems to have."""
        from gradcli.symbolic.smooth import smoothed  # noqa: PLC0415  (only at a kink)

        output = smoothed(self.model.graph, self.model.output, squares=True)
        if output is self.model.output:
            return self._passes
        return Passes(self.model.ending_with(output), self._nodes)

    def _outcome(
        self, question: Question, point: Sequence[float], tangent: Sequence[float] = ()
    ) -> Outcome:
        """The value, and the derivatives asked for.

        Where something is tied or not finite, the program is looked at again without the kinks
        that it only seems to have, and without the inputs that do not move.
        """
        given = [*point, *tangent]
        with self._lock:
            made = question.over(self._passes, self._nodes)
        (value, *parts), is_ordinary = made.run(given)
        if is_ordinary:
            return Outcome(value, parts)
        second = self._second(point) if isfinite(value) else None
        if second is not None:
            return self._by_limits(value, second, point, tangent)
        moved = self._nodes
        if tangent:
            moved = [node for node, part in zip(self._nodes, tangent, strict=True) if part]
        problems: Sequence[Problem] = ()
        with self._lock:
            # What is not defined has no derivatives either: there is nothing to look at again.
            passes = self._smooth if isfinite(value) else self._passes
            made = question.over(passes, moved)
            (_, *parts), is_ordinary = made.run(given)
            if not is_ordinary:
                from gradcli.programs.told import told  # noqa: PLC0415  (only at a kink)

                problems = told(passes, question, made, given, moved)
        return Outcome(value, parts, problems)
