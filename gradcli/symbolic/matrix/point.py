"""Values of derivatives of arrays, where the values that they need are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from gradcli.calculus.masks import leaves_out
from gradcli.engine.arrays import columns, evaluate, has_nan, holds, is_symmetric
from gradcli.engine.explain import kinds, worst
from gradcli.errors import InputError, Option, Problem, Sentence
from gradcli.evaluation.array_solution import ArrayDifferentiated, ArraySolution
from gradcli.evaluation.beside.arrays_beside import second
from gradcli.evaluation.elements import Value
from gradcli.evaluation.entries.closer import closer, is_undefined
from gradcli.evaluation.inputs import bind_given
from gradcli.evaluation.objects import is_finite
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.symbolic.wanted import Names

MOST_COLUMNS = 1_000
"""A matrix of second derivatives has no more columns to be evaluated, one pass for each."""


class Point:
    """Evaluates derivatives at the point that is given, as far as it is.

    Attributes:
        problems: what there is to say of the values.
    """

    def __init__(self, model: Model, values: Mapping[str, Value]) -> None:
        self.problems: list[Problem] = []
        self._model = model
        self._values = values
        self._given: dict[str, Any] = {
            node.name: value for node, value in bind_given(model, values).items()
        }

    def refuse_asymmetric(self, names: Sequence[str]) -> None:
        """Refuse values of matrices that are said to be symmetric and are not.

        Raises:
            InputError: there is one.
        """
        for name in names:
            if name in self._given and not is_symmetric(self._given[name]):
                raise InputError(
                    "symmetric",
                    f"the value of '{name}' is not symmetric",
                    hint=Sentence("leave out ", Option("symmetric", name)),
                    names=(name,),
                )

    def value(
        self,
        names: Names,
        node: Node,
        direction: Node | None,
        formula: Node,
        safe: Callable[[Names], Node],
    ) -> Any:
        """The value of a derivative; None if an input that it needs has none.

        Args:
            names: what it is by.
            node: the derivative in the program's graph; a vector that is linear in the direction.
            direction: a column of the matrix is the vector along each unit vector; None: the node
                itself is the derivative.
            formula: what is shown of it, in a graph of its own.
            safe: the same derivative by these names where no entry is multiplied that is left out;
                used where the node is NaN.
        """
        inputs = self._inputs(node, direction)
        if inputs is None:
            return None
        beside = self._beside(names, node)
        if beside is not None:
            return beside
        if direction is not None and direction.form.size > MOST_COLUMNS:
            return None
        found = self._at(node, direction, inputs)
        # The unit vectors of a matrix leave entries out by themselves.
        if has_nan(found) and (
            direction is not None or leaves_out(self._model.graph, self._model.output)
        ):
            other = safe(names)
            inputs = self._inputs(other, direction)
            found = found if inputs is None else self._at(other, direction, inputs)
        found = closer(found, None if direction else node, formula, self._given)
        self._tell(names, found)
        return found

    def _inputs(self, node: Node, direction: Node | None) -> list[Node] | None:
        """The inputs that a node is made of beside its direction; None if one has no value."""
        nodes = self._model.graph.ancestors([node])
        inputs = [each for each in nodes if each.op == INPUT and each is not direction]
        is_known = self._given and all(each.name in self._given for each in inputs)
        return inputs if is_known else None

    def _at(self, node: Node, direction: Node | None, inputs: Sequence[Node]) -> Any:
        """The value of a node, or the matrix of which it is the product with a direction."""
        point = [self._given[each.name] for each in inputs]
        if direction is not None:
            return columns(node, direction, inputs, point)
        (found,) = evaluate([node], inputs, point)
        return found

    def _beside(self, names: Names, node: Node) -> Any:
        """A derivative of the whole function where something is tied; None where that is unknown.

        Args:
            names: what it is by.
            node: the derivative in the program's graph.
        """
        at = self._solution
        if at is None or self._model.output.shape:
            return None
        if len(names) == 1:
            return at.get(f"d/d{names[0]}") if at.is_beside else None
        if len(names) != 2:
            return None
        found = second(at, names, node)
        if found is None:
            return None
        self.problems += [each for each in found.problems if each not in self.problems]
        return found.value

    @cached_property
    def _solution(self) -> ArraySolution | None:
        """The program at the point, if all values are given."""
        if not all(node.name in self._given for node in self._model.inputs):
            return None
        point = [self._given[node.name] for node in self._model.inputs]
        return ArraySolution(ArrayDifferentiated(self._model), point, ())

    def _tell(self, names: Sequence[str], found: Any) -> None:
        if not is_finite(found):
            message = f"the derivative by {','.join(names)} is {kinds(found)} there"
            message += self._solution.limit_beside if self._solution else ""
            self.problems.append(Problem("derivative", ",".join(names), worst(found), message))
        elif self._is_undefined:
            message = "the function is not defined there"
            found = self._solution.value_problems if self._solution else ()
            message += "".join(f": {problem.message}" for problem in found)
            problem = Problem("value", "out", "NaN", message)
            if problem not in self.problems:
                self.problems.append(problem)

    @cached_property
    def _is_undefined(self) -> bool:
        """Whether the program itself has no value where its derivative, simplified, has one."""
        at = self._solution
        return (
            at is not None and has_nan(at.value) and is_undefined(self._model.output, self._given)
        )

    def tell_kinks(self, firsts: Sequence[str]) -> None:
        """Note where first derivatives are not unique, if all values are given."""
        at = self._solution
        if at is not None:
            named = {node.name: node for node in (*self._model.inputs, *self._model.steps)}
            told = at.warnings_by([named[name] for name in firsts if name in named])
            # Beside the point, whatever is not finite is that of the program at the point.
            kinds_ = {"kink", "derivative"} if at.is_beside else {"kink"}
            self.problems += [each for each in told if each.kind in kinds_]

    def holds(self, graph: Graph, condition: Node) -> bool:
        """Whether a condition holds, or would in most cases if a value that it needs is missing."""
        inputs = [each for each in graph.ancestors([condition]) if each.op == INPUT]
        if any(each.name not in self._given for each in inputs):
            return True
        point = [self._given[each.name] for each in inputs]
        return holds(condition, inputs, point)
