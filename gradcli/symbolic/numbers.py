"""Values of derivatives where the values for them are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose, isfinite, isnan, nan

from gradcli.engine import explain
from gradcli.engine.beyond import is_too_small
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.diagnose import kinks
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind_given
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.evaluation.ties import SAME, convention, hanging
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.rules import table


class Numbers:
    """Evaluates derivatives at the point that is given, as far as it is.

    A value is that of the engine's own nodes, which are accurate, and that of the formula that is
    shown where the engine's have none (0 times infinity in a product whose formula has neither)
    or follow a convention (for abs(x) at 0, where the formula of its square has no kink).

    Attributes:
        problems: what there is to say of values that are not finite, or follow a convention.
    """

    def __init__(self, model: Model, values: Mapping[str, Value]) -> None:
        self.problems: list[Problem] = []
        self._model = model
        self._given = bind_given(model, values)
        point = [self._given.get(node, nan) for node in model.inputs]
        self._at = Values(model.inputs, point)
        self._programs: dict[Node, tuple[Differentiated, bool]] = {}

    def value(
        self, names: Sequence[str], exact: Sequence[Node], graph: Graph, formula: Node
    ) -> float | None:
        """The value of a derivative, None if an input that it needs has none.

        Args:
            names: what it is by.
            exact: the program and its derivatives up to this one, as nodes of its graph.
            graph: where the formula of the derivative is.
            formula: what is shown of it.
        """
        if not self._given:
            return None
        *before, last = exact
        needs = {each for each in self._model.graph.ancestors([last]) if each.op == INPUT}
        if not needs <= self._given.keys():
            return None
        found = self._at(last)
        shown = self._of_formula(graph, formula)
        if not isclose(found, shown, rel_tol=SAME, abs_tol=SAME) and not isnan(shown):
            found = found if isfinite(found) and not self._is_at_kink(before) else shown
        if not isfinite(found):
            what = "NaN" if isnan(found) else "Infinity" if found > 0 else "-Infinity"
            message = f"the derivative by {','.join(names)} is {what} there"
            self.problems.append(Problem("derivative", ",".join(names), what, message))
        elif is_too_small(found):
            message = f"the derivative by {','.join(names)} is {explain.short(found)} there, "
            message += "which is too small for a float"
            self.problems.append(Problem("small", ",".join(names), "too small", message))
        return found

    def tell_kinks(
        self,
        names: Sequence[str],
        formulas: Sequence[tuple[Graph, Node]],
    ) -> bool:
        """Note, and return, whether a derivative is not unique: at a kink of what it is of.

        Args:
            names: what it is by.
            formulas: what is differentiated by each of these, first of all the program.
        """
        for name, (graph, formula) in zip(names, formulas, strict=True):
            found = self._kinks(name, graph, formula)
            self.problems += [problem for problem in found if problem not in self.problems]
            if found:
                return True
        return False

    def tell_ties(
        self, names: Sequence[str], exact: Sequence[Node], graph: Graph, formula: Node
    ) -> None:
        """Note where a higher derivative hangs on how a tie is decided; the arguments of `value`.

        In the formula nobody can tell whether x != 0 is a rule's or the program's: where it is the
        program's that is tied, its own nodes are asked.
        """
        at = self._values(graph, formula)
        (hangs,) = hanging(graph, [formula], at)
        if not hangs:
            program = set(self._model.graph.ancestors(exact[:1]))
            if any(
                node.op in {"eq", "ne"} and len({*map(self._at, node.args)}) < 2 for node in program
            ):
                (hangs,) = hanging(self._model.graph, exact[-1:], self._at, program)
        if hangs:
            what = ",".join(names)
            self.problems.append(convention(what, f"by {what}", hangs, at(formula)))

    def _kinks(self, name: str, graph: Graph, formula: Node) -> list[Problem]:
        """The kinks of a formula in its derivative by one name."""
        known = {node.label: node for node in (*self._model.inputs, *self._model.steps)}

        def point(model: Model) -> list[float]:
            return [self._at(known[node.label]) for node in model.inputs]

        if formula not in self._programs:
            model = self._model
            if formula is not model.output:
                model = Model("")
                model.graph, model.output = graph, formula
                model.inputs = [node for node in graph.ancestors([formula]) if node.op == INPUT]
                if graph is self._model.graph:
                    model.spans = self._model.spans
            program = Differentiated(model)
            at = Solution(program, point(model), ())
            self._programs[formula] = program, any(map(at.value_of, program.kinks.values()))
        program, has_kinks = self._programs[formula]
        if not has_kinks:
            return []
        nodes = (*program.model.inputs, *program.model.steps)
        return kinks(
            Solution(program, point(program.model), [each for each in nodes if each.label == name])
        )

    def _of_formula(self, graph: Graph, formula: Node) -> float:
        """The value of a formula, in which steps that are held are inputs."""
        return self._values(graph, formula)(formula)

    def _values(self, graph: Graph, formula: Node) -> Values:
        known = {node.label: node for node in (*self._model.inputs, *self._model.steps)}
        inputs = [node for node in graph.ancestors([formula]) if node.op == INPUT]
        return Values(inputs, [self._at(known[node.label]) for node in inputs])

    def _is_at_kink(self, nodes: Sequence[Node]) -> bool:
        """Whether anything that was differentiated has no unique derivative there."""
        graph = self._model.graph
        kinks = [table().kink(graph, node) for node in graph.ancestors(nodes) if node.args]
        return any(self._at(kink) for kink in kinks if kink is not None)
