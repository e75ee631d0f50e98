"""A program of arrays at one point: what a `Solution` says, with arrays for its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.calculus.edge import Ways
from gradcli.calculus.masks import leaves_out
from gradcli.calculus.reverse import Derivative
from gradcli.calculus.totals import Locals, Totals
from gradcli.engine import explain
from gradcli.engine.arrays import ArrayValues
from gradcli.errors import Note, Problem, Span
from gradcli.evaluation.diagnose import depending, instead, name_of
from gradcli.evaluation.indices import Indices
from gradcli.evaluation.objects import is_finite
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.evaluation.ties import NOT_DECIDED
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Node
from gradcli.graph.shapes import shown

if TYPE_CHECKING:
    from gradcli.evaluation.array_answers import ArrayAnswers
    from gradcli.evaluation.beside.entrywise import Entries, Entrywise
    from gradcli.evaluation.beside.masked import Masked


class ArrayDifferentiated(Differentiated):
    """A program of arrays with its derivative."""

    def __init__(self, model: Model, names: Mapping[Node, str] | None = None) -> None:
        super().__init__(model, ArraySolution, names)

    def like(self, model: Model, names: Mapping[Node, str]) -> ArrayDifferentiated:
        """The same of another model of the program."""
        return ArrayDifferentiated(model, names)

    @cached_property
    def entries(self) -> Entries | None:
        """The program in numbers; None if it is too large for that."""
        from gradcli.evaluation.beside.entrywise import written_out  # noqa: PLC0415  (only at a kink)

        return written_out(self.model, self.names, self.symbols)


class ArraySolution(Solution):
    """Values and derivatives that may be arrays, each in the shape of its node."""

    is_of_arrays = True
    _make_values = ArrayValues
    _program: ArrayDifferentiated

    def __init__(
        self, program: ArrayDifferentiated, point: Sequence[float] | None, targets: Sequence[Node]
    ) -> None:
        super().__init__(program, point, targets)
        if self.has_values:
            Indices(self.model).check(self.value_of)
        output = self.model.output
        if output.shape:
            message = (
                f"the output is {shown(output.form)}, and has no gradient: sum(…) has one, "
                "and 'gradcli jac' shows the derivatives of every entry"
            )
            if output.form.size == 1 and any(map(_is_list_of_one, self.model.graph.nodes)):
                message += "; write ( ) for brackets that are no list"
            self.notes = (*self.notes, Note("array-output", message, self.model.spans.get(output)))

    @cached_property
    def derivative(self) -> Derivative:
        """The derivative by every node; empty where the output is no single number."""
        if not self.model.output.shape:
            return self._program.masked if self.is_masked else self._program.derivative
        return Derivative(Totals(Ways(self.model.graph, {})), Locals(self.model.graph))

    @cached_property
    def is_masked(self) -> bool:
        """Whether a derivative is NaN where the value is none, and entries are left out."""
        if self.model.output.shape or not self.has_values or math.isnan(self.value):
            return False
        derivative = self._program.derivative
        adjoints = [derivative.adjoints[node] for node in self.names if node in derivative.adjoints]
        if not any(np.isnan(self.value_of(each)).any() for each in adjoints):
            return False
        return leaves_out(self.model.graph, self.model.output)

    @property
    def whole(self) -> None:
        """What is known beside the point is that of entries: `entrywise`."""

    @cached_property
    def entrywise(self) -> Entrywise | Masked | None:
        """The function of all entries beside the point, where something is tied or not finite.

        Of a program of many entries that is what whole arrays tell along some rays. None where
        nothing is tied, and where they do not tell.
        """
        if not self.has_values or self.is_regular or not is_finite(self.value):
            return None
        entries = self._program.entries
        if entries is not None:
            return entries.beside([self.value_of(node) for node in self.model.inputs])
        from gradcli.evaluation.beside.masked import masked  # noqa: PLC0415  (few are so large)

        return masked(self, is_quick=self.is_quick)

    def towards(self, rates: Mapping[Node, Any]) -> Mapping[Node, Any] | None:
        """The derivative by inputs that move, on the side that they move to; None as above."""
        own = self.entrywise
        if own is None or not own.has_sides(rates):
            return None
        return own.towards({node: (rate, self.plain_of(node)) for node, rate in rates.items()})

    @property
    def is_beside(self) -> bool:
        """Whether derivatives are those beside the point, since something is tied there."""
        return self.entrywise is not None

    @cached_property
    def in_numbers(self) -> Solution | None:
        """The program written out in numbers, at the point; None if it is too large for that."""
        entries = self._program.entries
        if entries is None:
            return None
        point = [self.value_of(node) for node in self.model.inputs]
        return entries.at(point, entries.model.output)

    def entries_of(self, node: Node) -> Sequence[Node]:
        """The nodes of its entries there, one after another."""
        entries = self._program.entries
        return () if entries is None else entries.of([node])

    @cached_property
    def is_regular(self) -> bool:
        adjoints = self.derivative.adjoints
        return (
            not self.model.output.shape
            and all(is_finite(self.value_of(adjoints[x])) for x in self.names if x in adjoints)
            and not any(np.any(self.value_of(each)) for each in self.ties.values())
        ) or bool(self.model.output.shape)

    def grad_of(self, node: Node) -> Any:
        """∂output/∂node, in the shape of the node; NaN where the output is no single number."""
        found = self.plain_of(node)
        return found if self.entrywise is None else self.entrywise.grad(node, found)

    def beside_of(self, node: Node) -> Any:
        """The same on the side that is shown, where products of the chain rule are those."""
        found = self.plain_of(node)
        return found if self.entrywise is None else self.entrywise.beside_grad(node, found)

    @property
    def slope_value(self) -> Callable[[Node], Any]:
        """The value of a node of the derivative, on the side that is shown."""
        beside = self.entrywise
        if beside is None:
            return self.value_of
        return lambda node: beside.beside(node, self.value_of(node))

    @property
    def read_from(self) -> str | None:
        """The sentence on which side of the point derivatives are shown; None at the point."""
        return None if self.entrywise is None else self.entrywise.read_from

    @property
    def _told_beside(self) -> dict[str, Any]:
        return {} if self.entrywise is None else self.entrywise.to_dict()

    def plain_of(self, node: Node) -> Any:
        """The same by the convention of each operation by itself."""
        adjoint = self.derivative.adjoints.get(node)
        if adjoint is not None:
            return self.value_of(adjoint)
        nothing = math.nan if self.model.output.shape else 0.0
        return np.full(node.shape, nothing) if node.shape else nothing

    @cached_property
    def limit_beside(self) -> str:
        """What the output, if it is a number, goes to where it is NaN; "" for nothing."""
        if self.model.output.shape or not math.isnan(self.value):
            return ""
        numbers = self.in_numbers
        return "" if numbers is None else numbers.limit_beside

    def _holds(self, condition: Node) -> bool:
        return not self.has_values or bool(np.all(self.value_of(condition)))

    @property
    def value_problems(self) -> Sequence[Problem]:
        """Why entries of the output are not finite."""
        if not self.has_values or is_finite(self.value):
            return []
        active = self.model.graph.ancestors([self.model.output])
        node = next(
            each
            for each in active
            if not is_finite(self.value_of(each))
            and all(is_finite(self.value_of(arg)) for arg in each.args)
        )
        verb = "was given as" if node.op == INPUT else "is"
        message = f"{self.symbols.called(node)} {verb} {explain.kinds(self.value_of(node))}"
        if node is not self.model.output:
            message += f", and so {self.output} is {explain.kinds(self.value)}"
        message += self.limit_beside + instead(self, node, ())
        return [self._problem("value", node, self.value_of(node), message)]

    @property
    def problems(self) -> Sequence[Problem]:
        """What has to be said about the numbers."""
        return self.warnings

    def problems_by(self, targets: Sequence[Node]) -> Sequence[Problem]:
        """The same where derivatives by these nodes are asked for."""
        return self._warnings(targets)

    def _warnings(self, targets: Sequence[Node]) -> Sequence[Problem]:
        if not self.has_values:
            return []
        found = [*self.value_problems]
        if targets and not self.model.output.shape:
            found += [*self._derivatives(targets), *self._kinks(targets)]
        return found

    def _derivatives(self, targets: Sequence[Node]) -> Iterator[Problem]:
        for node in targets if is_finite(self.value) else ():
            slope = self.grad_of(node)
            if self.entrywise is not None:
                slope = self.entrywise.smooth(node, slope)
            if not is_finite(slope):
                message = f"the derivative by {self.symbols.called(node)} is {explain.kinds(slope)}"
                message += self._instead(targets)
                yield self._problem("derivative", node, slope, message)

    def _instead(self, targets: Sequence[Node]) -> str:
        """What to write where a partial of the program is not finite."""
        for node in self.names:
            partials = [each for each in self.derivative.locals.get(node, ()) if each is not None]
            if not all(is_finite(self.value_of(each)) for each in partials):
                return instead(self, node, [each for each in targets if each.op == INPUT])
        return ""

    def _kinks(self, targets: Sequence[Node]) -> Iterator[Problem]:
        """What is said of derivatives that are not unique."""
        if self.entrywise is not None:
            yield from self.entrywise.problems(targets)
        elif self._program.entries is None:
            yield from self._unexamined(targets)

    def _unexamined(self, targets: Sequence[Node]) -> Iterator[Problem]:
        """The nodes that are tied at this point in some entries that a derivative comes through."""
        leading = depending(self, targets)
        order = {*self.model.graph.ancestors([self.model.output])}
        for node, condition in self.ties.items():
            if node not in leading or node not in order:
                continue
            tied = np.broadcast_to(self.value_of(condition), node.shape).astype(bool)
            count = int(np.count_nonzero(tied))
            if count:
                where = f" in {count} of {node.form.size} entries" if node.shape else ""
                message = f"could not decide the derivative at {self.symbols.called(node)}{where}: "
                message += "values and slopes do not tell, and the program is too large for power "
                message += "series; the convention of each operation by itself is used"
                yield Problem("kink", self.names[node], NOT_DECIDED, message, self._span(node))

    def _problem(self, kind: str, node: Node, value: Any, message: str) -> Problem:
        return Problem(kind, name_of(self, node), explain.worst(value), message, self._span(node))

    def _span(self, node: Node) -> Span | None:
        return self.symbols.span(node)

    @cached_property
    def _answers(self) -> ArrayAnswers:
        from gradcli.evaluation.array_answers import ArrayAnswers  # noqa: PLC0415  (few ask)

        return ArrayAnswers(self)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.eval/2`: as version 1, with nested lists for arrays."""
        return {**super().to_dict(), "schema": "gradcli.eval/2"}


def _is_list_of_one(node: Node) -> bool:
    """Whether somebody may have written [x + 1] for (x + 1)."""
    return node.op == "stack" and len(node.args) == 1
