"""Takes derivatives of a program and simplifies them: each order from the simplified one before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from gradcli.calculus.forward import Tangents, tangents
from gradcli.calculus.reverse import gradient
from gradcli.errors import Note, Option, Sentence, UsageError
from gradcli.graph.model import Model
from gradcli.graph.node import Graph, Node
from gradcli.graph.unparse import Unparser
from gradcli.hints import shortened
from gradcli.symbolic.in_steps import MOST_STEPS as MOST_NAMED
from gradcli.symbolic.in_steps import InSteps
from gradcli.symbolic.kinks import Formula, Kinks
from gradcli.symbolic.numbers import Numbers
from gradcli.symbolic.result import Differentiation, Partial
from gradcli.symbolic.sharing import Formulas, Steps, in_one_graph, preferred, write
from gradcli.symbolic.simplify.guards import Guards
from gradcli.symbolic.simplify.simplifier import Simplifier, Style
from gradcli.symbolic.smooth import smooth_nodes
from gradcli.symbolic.steps import LONGEST, Manner, steps
from gradcli.symbolic.wanted import (
    Names,
)
from gradcli.syntax import ast

MOST_STEPS = 200
"""How many steps of one differentiation are kept."""


MOST_TANGENTS = 20_000
"""With more nodes times variables, first derivatives are taken in reverse, in one pass."""


MOST_WAYS = 100_000
"""Steps are written for no more nodes times variables; they are those of each variable alone."""


MOST_CHARACTERS = 50_000_000
"""All formulas together are no longer than this."""


@dataclass(slots=True)
class _Derivative:
    """A derivative that has been taken; the program itself is that by nothing.

    Attributes:
        graph: where its formula is, and where that is differentiated further.
        formula: the simplified derivative.
        way: the steps that led to it, if they were asked for.
        simplifier: that of all derivatives of this one, so that they share their nodes.
    """

    graph: Graph
    formula: Node
    way: Differentiation | None = None
    simplifier: Simplifier | None = None


class Deriver:
    """Takes derivatives of a program, each order of the simplified one before.

    A step that a derivative is by is an input of it from the first differentiation on: it is
    held while others move. So what has been found is kept by the steps that are held.

    Args:
        model: the program.
        others: names of inputs that it does not have.
        point: for formulas without the conditions of rules that hold there; None for all.
        with_steps: also write the steps that lead to each.

    Attributes:
        notes: what is left out.
        taken: names that mean something else, beside those of the program.
    """

    def __init__(
        self, model: Model, others: Sequence[str], point: Numbers | None, *, with_steps: bool
    ) -> None:
        self.notes: list[Note] = []
        self.taken: Collection[str] = ()
        self._model = model
        self._point = point
        self._style = Style.of(model.graph.ancestors([model.output]))
        self._with_steps = with_steps
        inputs = [*model.inputs, *map(model.graph.input, others)]
        self._inputs = {node.name: node for node in inputs}
        self._steps = {node.name: node for node in model.steps}
        self._derivatives: dict[tuple[Names, Names], _Derivative] = {}
        self._exact: dict[tuple[Names, Names], Node] = {}
        self._smooth: dict[Names, dict[Node, Node]] = {}
        self._program_names: dict[Node, str] = {}

    def _guards(self, graph: Graph, output: Node) -> Guards | None:
        """What leaves out the conditions of rules in the derivatives of something."""
        if self._point is None:
            return None
        return Guards(frozenset(graph.ancestors([output])), self._point.within(graph))

    def prepare(self, wanted: Sequence[Names]) -> None:
        """Take the first derivatives by many inputs in one pass."""
        model = self._model
        firsts = [name for name in dict.fromkeys(n[0] for n in wanted) if name in self._inputs]
        if self._with_steps:
            firsts = self._without_steps(firsts)
        elif len(firsts) * len(model.graph) <= MOST_TANGENTS:
            return
        output = self._program(())
        inputs = [self._inputs[name] for name in firsts]
        found = gradient(model.graph, output, inputs, past=False)  # the simplifier gathers terms
        simplifier = self._simplifier((), ())
        for name, exact, formula in zip(firsts, found, simplifier.simplify(found), strict=True):
            self._exact[(), (name,)] = exact
            self._derivatives[(), (name,)] = _Derivative(simplifier.graph, formula)

    def _without_steps(self, firsts: list[str]) -> list[str]:
        """Those of many variables for which the way to the derivative is not written."""
        most = max(MOST_WAYS // len(self._model.graph), 1)
        if len(firsts) > most:
            message = (
                f"steps are shown for {most:,} of {len(firsts):,} variables; "
                f"--wrt {shortened(firsts[most])} shows those of the next one"
            )
            self.notes.append(Note("steps", message, names=(firsts[most],)))
        return firsts[most:]

    def partials(
        self, wanted: Sequence[Names], numbers: Numbers, kinks: Kinks
    ) -> tuple[Sequence[Partial], Formulas]:
        """The derivatives, and the formulas that they are written with."""
        found = [self._derivative(names) for names in wanted]
        formulas = self._formulas(wanted, found)
        # Of the second derivative of sqrt(x^2) no number is lost, of the first it is.
        shown = [
            (names[:count], node, numbers.within(graph)(formula))
            for names in wanted
            for count, (node, (graph, formula)) in enumerate(self._ways_to(names), start=1)
            if numbers.has_value(node)
        ]
        by = dict.fromkeys(name for names in wanted for name in names)
        kinks.look([(node, number) for _, node, number in shown], by)
        values = [
            self._number(names, each, numbers, kinks)
            for names, each in zip(wanted, found, strict=True)
        ]
        known = zip(wanted, (value for value, _ in values), strict=True)
        found_there = {names: each for names, each in known if each is not None}
        firsts = {names[0]: number for names, _, number in shown if len(names) == 1}
        firsts |= {names[0]: number for names, number in found_there.items() if len(names) == 1}
        self._tell_kinks(found_there, firsts, kinks)
        rows = zip(wanted, formulas.expressions, values, strict=True)
        return [
            Partial(
                names,
                expression,
                value,
                self._ways(names, expression),
                is_of_whole=is_other,
                side=kinks.side(names) if is_other else "",
            )
            for names, expression, (value, is_other) in rows
        ], formulas

    def _number(
        self, names: Names, found: _Derivative, numbers: Numbers, kinks: Kinks
    ) -> tuple[float | None, bool]:
        """The value of a derivative, and whether the formula has another.

        It is that of the whole program where something is tied.
        """
        exact = self._exactly(names)
        if not numbers.has_value(exact[-1]):
            return None, False
        formula = (found.graph, found.formula)
        whole = kinks.number(names)
        if whole is None:
            known = numbers.value(names, exact, *formula)
            if known is not None and isfinite(known) and numbers.is_lost(*formula):
                numbers.tell_formula(names, known, *formula)
            return known, False
        is_first, is_other = len(names) == 1, numbers.is_other(whole, exact[-1], *formula)
        # What is told of a kink says where the first derivatives come from, and no others.
        if not isfinite(whole):
            if not (kinks.tell(names[:1]) and kinks.has_told(names, whole)):
                numbers.tell(names, whole, exact[-1], *formula)
        elif is_other and (is_first or numbers.is_lost(*formula)) and not kinks.tell(names[:1]):
            numbers.tell_formula(names, whole, *formula)
        return whole, is_other

    def _tell_kinks(
        self, values: Mapping[Names, float], firsts: Mapping[str, float], kinks: Kinks
    ) -> None:
        """Note which of these derivatives are not unique at the point.

        Args:
            values: the number of each that has one.
            firsts: the numbers of first derivatives, also of those that are only on the way.
            kinks: where they are noted.
        """
        by = dict.fromkeys(names[0] for names in values)
        told = {name: kinks.tell([name], firsts.get(name)) for name in by}
        higher = [names for names in values if len(names) > 1]
        smooth = [
            names
            for names in higher
            if not kinks.tell_higher(names) and not told[names[0]] and isfinite(values[names])
        ]
        kinks.tell_ties(
            [
                (names, self._exactly(names), self._formula(self._held(names), names))
                for names in smooth
            ]
        )

    def _ways_to(self, names: Names) -> Iterator[tuple[Node, Formula]]:
        """Each derivative on the way to one, as the engine evaluates it and as it is shown."""
        held = self._held(names)
        for count, exact in enumerate(self._exactly(names)[1:], start=1):
            yield exact, self._formula(held, names[:count])

    def _formula(self, held: Names, names: Names) -> Formula:
        found = self._derivatives[held, names]
        return found.graph, found.formula

    def _formulas(self, wanted: Sequence[Names], found: Sequence[_Derivative]) -> Formulas:
        """The derivatives as formulas, in the names of the program's steps where that is short."""
        taken = {*self._inputs, *self._steps, *self.taken}
        steps_ = Steps(self._model)
        # What a held step is made of has its own definition already.
        known = {} if any(map(self._held, wanted)) else self._program_names
        nodes, known = in_one_graph([(each.graph, each.formula) for each in found], known)
        formulas = write(nodes, known, taken, steps_)
        if steps_.names and self._are_named(wanted, steps_):
            in_steps = InSteps(
                self._model,
                self._style,
                self._with_smooth(steps_.names),
                lambda names: self._exactly(names)[-1],
                self._guards,
            )
            other = write(in_steps.formulas(wanted), {}, taken, steps_)
            formulas = preferred(nodes, formulas, other, steps_)
        if formulas.length > MOST_CHARACTERS:
            raise _too_long()
        return formulas

    def _with_smooth(self, names: Mapping[Node, str]) -> dict[Node, str]:
        """Names of steps, also of what is differentiated instead of them."""
        self._program(())
        instead = {self._smooth[()].get(node, node): name for node, name in names.items()}
        new = {node: name for node, name in instead.items() if node.args and node not in names}
        return {**names, **new}

    def _are_named(self, wanted: Sequence[Names], steps_: Steps) -> bool:
        """Whether derivatives are tried in the names of steps; of a held one others do not move."""
        if all(len(names) == 1 for names in wanted):
            return True
        return len(steps_.names) <= MOST_NAMED and not any(map(self._held, wanted))

    def _derivative(self, names: Names) -> _Derivative:
        """The simplified derivative by these names, one after another."""
        held = self._held(names)
        for count in range(len(names) + 1):
            if (held, names[:count]) not in self._derivatives:
                self._derivatives[held, names[:count]] = self._differentiated(held, names[:count])
        return self._derivatives[held, names]

    def _held(self, names: Names) -> Names:
        return tuple(sorted({name for name in names if name in self._steps}))

    def _differentiated(self, held: Names, names: Names) -> _Derivative:
        """The derivative of the one before by the last name."""
        if not names:
            return _Derivative(self._model.graph, self._program(held))
        *others, last = names
        before = self._derivatives[held, tuple(others)]
        graph, output = before.graph, before.formula
        is_step = not others and last in self._steps
        source = self._steps[last] if is_step else graph.input(last)
        found = tangents(graph, output, source)
        raw = found.of.get(output) or graph.const(0.0)
        if not others:
            self._exact[held, names] = raw
        way = None
        if self._with_steps:
            # The steps are those of the program as it is written.
            written = output if others else self._model.output
            way = self._way(last, tangents(graph, written, source), written, graph)
        simplifier = self._simplifier(held, tuple(others))
        (formula,) = simplifier.simplify([raw])
        return _Derivative(simplifier.graph, formula, way)

    def _program(self, held: Names) -> Node:
        """What is differentiated: the output without kinks that it only seems to have."""
        if (held, ()) not in self._exact:
            steps_ = {self._steps[name]: name for name in held}
            graph, output = self._model.graph, self._model.output
            found = self._smooth[held] = smooth_nodes(graph, output, steps_)
            self._exact[held, ()] = found.get(output, output)
        return self._exact[held, ()]

    def _exactly(self, names: Names) -> list[Node]:
        """The program and its derivatives as the engine evaluates them: accurate, not short."""
        graph, held = self._model.graph, self._held(names)
        exact = [self._program(held)]
        for count, name in enumerate(names, start=1):
            if (held, names[:count]) not in self._exact:
                before = exact[-1]
                node = self._steps.get(name) or self._inputs[name]
                found = tangents(graph, before, node).of.get(before)
                self._exact[held, names[:count]] = found or graph.const(0.0)
            exact.append(self._exact[held, names[:count]])
        return exact

    def _simplifier(self, held: Names, before: Names) -> Simplifier:
        """One for all derivatives of the same formula, so that they share their nodes."""
        derivative = self._derivatives.setdefault(
            (held, before), _Derivative(self._model.graph, self._program(held))
        )
        if derivative.simplifier is None:
            names = {self._steps[name]: name for name in held}
            guards = self._guards(derivative.graph, derivative.formula)
            derivative.simplifier = Simplifier(self._style, names, guards)
            # The program also where it is a derivative that is differentiated: all formulas of an
            # answer are written alike.
            derivative.simplifier.read_program(self._model.output)
            if not before:
                self._learn_names(derivative.simplifier)
        return derivative.simplifier

    def _learn_names(self, simplifier: Simplifier) -> None:
        """Note which simplified nodes the program has names for."""
        needed_steps = self._model.graph.ancestors([self._model.output])
        steps_ = [node for node in needed_steps if node.label in self._steps]
        for node, step in zip(simplifier.simplify(steps_), steps_, strict=True):
            self._program_names.setdefault(node, step.name)

    def _way(self, wrt: str, found: Tangents, output: Node, graph: Graph) -> Differentiation:
        """The steps of one differentiation."""
        if output not in found.of or len(found.of) == 1:
            return Differentiation(wrt, ())
        taken = {*self._inputs, *self._steps}
        guards = self._guards(graph, output)
        way = steps(found, Manner(self._style, self._model.output, taken, guards))
        return Differentiation(wrt, way[-MOST_STEPS:], max(len(way) - MOST_STEPS, 0))

    def _ways(self, names: Names, expression: ast.Expression) -> tuple[Differentiation, ...]:
        """Every differentiation on the way; the last step of each ends with what it comes to."""
        if not self._with_steps:
            return ()
        held = self._held(names)
        ways = []
        for count in range(1, len(names) + 1):
            derivative = self._derivatives[held, names[:count]]
            result: ast.Expression | None = expression
            if count < len(names):
                writer = Unparser({}, [*self._inputs, *self._steps])
                is_short = writer.length(derivative.formula) <= LONGEST
                result = writer.definition(derivative.formula) if is_short else None
            if derivative.way is not None:
                ways.append(replace(derivative.way, result=result))
        return tuple(ways)


def _too_long() -> UsageError:
    return UsageError(
        "limit",
        "the derivatives are too long to be written",
        hint=Sentence("name one of them: ", Option("wrt", "NAME")),
    )
