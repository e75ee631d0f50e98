"""Values of derivatives where the values for them are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import isfinite, isnan, nan

from gradcli.engine import explain
from gradcli.engine.beyond import is_too_large, is_too_small
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind_given
from gradcli.evaluation.quoted import LONGEST
from gradcli.evaluation.rounding import Way, is_closer
from gradcli.evaluation.solve import differentiated
from gradcli.evaluation.ties import is_same, size_of
from gradcli.graph.model import Model
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.rules import table
from gradcli.graph.unparse import Unparser
from gradcli.syntax.walk import bottom_up


class Numbers:
    """Evaluates derivatives at the point that is given, as far as it is.

    A value is that of the engine's own nodes, which are accurate, and that of the formula that is
    shown where that loses less to rounding, where the engine's is not finite (0 times infinity in a
    product whose formula has neither) or follows a convention (for abs(x) at 0, where the formula
    of its square has no kink), or where the formula is a number: that is exact, and 0.1 + 0.2 - 0.3
    is 0 there and no float's remainder.

    Attributes:
        model: the program.
        at: the values of its nodes.
        problems: what there is to say of values that are not finite.
    """

    def __init__(self, model: Model, values: Mapping[str, Value]) -> None:
        self.model = model
        self.problems: list[Problem] = []
        self._given = bind_given(model, values)
        point = [self._given.get(node, nan) for node in model.inputs]
        self.at = Values(model.inputs, point)
        self._in_graphs: dict[int, tuple[Graph, Values]] = {}
        self._sizes: dict[Node, float] = {}
        self._computable: dict[Node, bool] = {}
        self._is_reason_told = False
        self._at_kink: dict[Sequence[Node], bool] = {}

    def value(
        self, names: Sequence[str], exact: Sequence[Node], graph: Graph, formula: Node
    ) -> float | None:
        """The value of a derivative, None if an input that it needs has none; tells of it.

        Args:
            names: what it is by.
            exact: the program and its derivatives up to this one, as nodes of its graph.
            graph: where the formula of the derivative is.
            formula: what is shown of it.
        """
        if not self.has_value(exact[-1]):
            return None
        found = self.number(exact, graph, formula)
        if not isfinite(found):
            self.tell(names, found, exact[-1], graph, formula)
        elif self._is_undefined:
            self._tell_undefined()
        elif is_too_small(found):
            message = f"the derivative by {','.join(names)} is {explain.short(found)} there, "
            message += "which is too small for a float"
            self.problems.append(Problem("small", ",".join(names), "too small", message))
        return found

    def number(self, exact: Sequence[Node], graph: Graph, formula: Node) -> float:
        """The same where all inputs that it needs have values, of which nothing is told.

        Args:
            exact: the program and its derivatives up to this one, as nodes of its graph.
            graph: where the formula of the derivative is.
            formula: what is shown of it.
        """
        found, at = self.at(exact[-1]), self.within(graph)
        shown = at(formula)
        engine, people = Way(self.model.graph, exact[-1], self.at), Way(graph, formula, at)
        is_better = isfinite(shown) and (formula.op == CONST or is_closer(engine, people))
        is_engine = isfinite(found) and (isnan(shown) or self._agree(found, shown, exact))
        return found if is_engine and not is_better else shown

    @property
    def is_point(self) -> bool:
        """Whether every input has a value."""
        return all(node in self._given for node in self.model.inputs)

    def has_value(self, node: Node) -> bool:
        """Whether there is a point, with all inputs that a node needs."""
        return bool(self._given) and self._is_given(node)

    def tell(
        self, names: Sequence[str], value: float, exact: Node, graph: Graph, formula: Node
    ) -> None:
        """Note that a derivative is not finite; arguments but the number are those of `value`."""
        what, wrt = explain.kind(value), ",".join(names)
        message = f"the derivative by {wrt} is {what} there"
        if is_too_large(value):
            message = f"the derivative by {wrt} is {explain.short(value)} there, "
            message += "which is too large for a float"
        elif self._is_undefined:
            message += self._reason()
        else:
            message += self.why(value, exact, graph, formula)
        self.problems.append(Problem("derivative", wrt, what, message))

    def is_lost(self, graph: Graph, formula: Node) -> bool:
        """Whether a formula has no value where the derivative has one."""
        return isnan(self.within(graph)(formula))

    def is_other(self, value: float, exact: Node, graph: Graph, formula: Node) -> bool:
        """Whether a formula has another value than the derivative, or none."""
        shown = self.within(graph)(formula)
        if not (isfinite(shown) and isfinite(value)):
            return not _is_one(shown, value)
        return not is_same(value, shown, size_of(exact, self.at, self._sizes))

    def tell_formula(self, names: Sequence[str], value: float, graph: Graph, formula: Node) -> None:
        """Note that a number is not that of the formula beside it, which has another or none."""
        wrt, at = ",".join(names), self.within(graph)
        shown = at(formula)
        kind, what, said = "kink", "not unique", explain.short(shown)
        if isnan(shown):
            kind, what, said = "derivative", "NaN", "not defined"
        why = reason_in(formula, at, self.model.inputs)
        message = f"the formula by {wrt} is {said} there{why}; "
        message += f"{explain.short(value)} is the derivative of the function"
        self.problems.append(Problem(kind, wrt, what, message))

    def _agree(self, found: float, shown: float, exact: Sequence[Node]) -> bool:
        """Whether the engine's value and that of the formula are one; they differ at kinks only."""
        *before, last = exact
        if is_same(found, shown, 0.0) or not self._is_at_kink((*before,)):
            return True
        return is_same(found, shown, size_of(last, self.at, self._sizes))

    @cached_property
    def _is_undefined(self) -> bool:
        """Whether the program itself has no finite value where its derivative may have one."""
        output = self.model.output
        return self._is_given(output) and not isfinite(self.at(output))

    def _tell_undefined(self) -> None:
        what = explain.kind(self.at(self.model.output))
        said = "not defined" if what == "NaN" else what
        reason = self._reason()
        if reason:
            message = f"the function is {said} there{reason}"
            self.problems.append(Problem("value", "out", what, message))

    def _reason(self) -> str:
        """Why the program has no value there, in the words of whatever computes one; told once."""
        if self._is_reason_told:
            return ""
        self._is_reason_told = True
        point = [self._given.get(node, nan) for node in self.model.inputs]
        problems = differentiated(self.model).solution(point, ()).value_problems
        return "".join(f": {problem.message}" for problem in problems)

    def why(self, value: float, exact: Node, graph: Graph, formula: Node) -> str:
        """Where a derivative was lost: in the program or, of what is shown, in the formula.

        What is computed may have terms that nobody sees: it is only asked where neither tells.

        Args:
            value: the number, which is not finite.
            exact: the derivative as a node of the program's graph.
            graph: where its formula is.
            formula: what is shown of it.
        """
        ways = [(formula, self.within(graph)), (exact, self.at)]
        ways = [(node, at) for node, at in ways if _is_one(at(node), value)]
        if self._lost_in_program is not None:
            ways.insert(0, (self._lost_in_program, self.at))
        return reason_in(*ways[0], self.model.inputs) if ways else ""

    @cached_property
    def _lost_in_program(self) -> Node | None:
        """The first node of the program that is not finite, of those that its value came from."""
        order, output = self.model.graph.ancestors([self.model.output]), self.model.output
        active = explain.active(order, [output], self.at)
        lost = (node for node in order if node in active and node.args)
        return next((node for node in lost if not isfinite(self.at(node))), None)

    def within(self, graph: Graph) -> Values:
        """The values of formulas of a graph, in which steps that are held are inputs."""
        if graph is self.model.graph:
            return self.at
        if id(graph) not in self._in_graphs:
            known = (*self.model.inputs, *self.model.steps)
            inputs = {graph.input(node.name): self.at(node) for node in known}
            self._in_graphs[id(graph)] = graph, Values(inputs, inputs.values())
        return self._in_graphs[id(graph)][1]

    def _is_given(self, node: Node) -> bool:
        """Whether all inputs that a node needs are given."""

        def has(each: Node, known: Mapping[Node, bool]) -> bool:
            return each in self._given if each.op == INPUT else all(known[arg] for arg in each.args)

        return bottom_up(node, lambda each: each.args, has, self._computable)[node]

    def _is_at_kink(self, nodes: tuple[Node, ...]) -> bool:
        """Whether anything that was differentiated has no unique derivative there."""
        if nodes not in self._at_kink:
            graph = self.model.graph
            kinks = [table().kink(graph, node) for node in graph.ancestors(nodes) if node.args]
            self._at_kink[nodes] = any(self.at(kink) for kink in kinks if kink is not None)
        return self._at_kink[nodes]


def _is_one(one: float, other: float) -> bool:
    """Whether two numbers are the same, or neither is one."""
    return one == other or (isnan(one) and isnan(other))


def reason_in(derivative: Node, at: Values, inputs: Sequence[Node]) -> str:
    """Where in a derivative that is not finite the number was lost, behind a colon; else nothing.

    Args:
        derivative: the derivative.
        at: the values of its nodes.
        inputs: those of the program, whose names no other node gets.
    """
    if isfinite(at(derivative)):
        return ""
    node = explain.origin(derivative, at)
    if node.op == INPUT or not node.args:
        return ""
    writer = Unparser({}, [input_.name for input_ in inputs])

    def text(each: Node) -> str:
        return writer.text(each) if writer.fits(each, LONGEST) else "…"

    return ": " + explain.reason(node, at, text, text(node))
