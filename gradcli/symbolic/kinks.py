"""Where derivatives in symbols are not unique at the point that is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import isfinite, isnan
from typing import TYPE_CHECKING

from gradcli.engine import explain
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.beside.kinks import kinks
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.evaluation.ties import conditions, convention, hanging, is_same
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import table
from gradcli.symbolic.numbers import Numbers
from gradcli.symbolic.wanted import Names

if TYPE_CHECKING:
    from gradcli.evaluation.beside.higher import Entry, Higher

Formula = tuple[Graph, Node]
"""An expression with the graph that it is in."""

_ANY = 0.7320508075688772
"""What stands for an input without a value: no number that anything is tied at."""

_MOST_ARGUMENTS = 4
"""No operation of more arguments has a domain that ends where it is finite itself."""


class Kinks:
    """Looks for kinks in what is differentiated."""

    def __init__(self, numbers: Numbers) -> None:
        self._found: dict[Problem, None] = {}
        self._told: set[tuple[str | None, str]] = set()
        self._numbers = numbers
        self._is_open = False
        self._order: Sequence[Node] = ()
        self._by: Sequence[Node] = ()

    @property
    def problems(self) -> list[Problem]:
        """What was found, each kink once."""
        return [*self._found]

    def look(self, derivatives: Sequence[tuple[Node, float]], names: Iterable[str]) -> None:
        """Find out whether anything is tied in derivatives, or one of them is not finite.

        Args:
            derivatives: those that have a value, as nodes of the program's graph, each with the
                number that its formula for people is: of sin(asin(x)) that is 1 at x = 1, too.
            names: what they are by.
        """
        model, at = self._numbers.model, self._numbers.at
        program = model.graph.ancestors([model.output])
        order = model.graph.ancestors([model.output, *(node for node, _ in derivatives)])
        ties = conditions(model.graph.draft(), order, {*program}, model.steps)
        is_tied = any(map(at, ties.values()))
        self._is_open = is_tied or not all(
            isfinite(at(node)) or isfinite(number) for node, number in derivatives
        )
        self._order = order
        self._by = [*map(self._source, names)]

    def tell(self, names: Sequence[str], number: float | None = None) -> bool:
        """Note, and return, whether any of the program's first derivatives is not unique.

        Args:
            names: what they are by.
            number: that by the first name where it is known: what its formula alone has a value
                for may be a jump, or where the domain ends.
        """
        if not (self._is_open or self._is_one(names, number)):
            return False
        found = kinks(self.program, [self._source(name) for name in names])
        self._note(found)
        return bool(found)

    def has_told(self, names: Names, value: float) -> bool:
        """Whether it has been noted of a derivative what it is, which is not finite."""
        return (",".join(names), explain.kind(value)) in self._told

    def _note(self, found: Iterable[Problem]) -> None:
        for problem in found:
            self._found[problem] = None
            self._told.add((problem.node, problem.what))

    def _is_one(self, names: Sequence[str], number: float | None) -> bool:
        """Whether a number that only the formula has is the derivative of the whole function."""
        if number is None or not self._is_lost or not isfinite(self.program.value):
            return False
        return is_same(self.program.grad_of(self._source(names[0])), number, 0.0)

    @cached_property
    def _is_lost(self) -> bool:
        """Whether anything in the program, in its derivatives or in partials is not finite."""
        at = self._numbers.at
        if not all(isfinite(at(node)) for node in self._order if node.args):
            return True
        return not all(isfinite(at(partial)) for partial in self._partials())

    def _partials(self) -> Iterator[Node]:
        """Those of the program's operations by what leads to what is asked for.

        A domain may end where one is infinite, though the formula of the whole says nothing of it.
        """
        model = self._numbers.model
        graph, leading = model.graph.draft(), set(self._by)
        for node in model.graph.ancestors([model.output]):
            places = [place for place, arg in enumerate(node.args) if arg in leading]
            if places:
                leading.add(node)
            if len(node.args) <= _MOST_ARGUMENTS:
                yield from (table().partial(graph, node, place) for place in places)

    def number(self, names: Names) -> float | None:
        """A derivative of the whole program where something is tied; else None.

        Where the program jumps there is none of higher order, whatever it is beside the point.
        """
        if not self._is_open:
            return None
        sources = [*map(self._source, names)]
        if len(sources) == 1:
            whole = self.program.whole
            leads = whole is not None and whole.leads(sources[0])
            return self.program.grad_of(sources[0]) if leads else None
        entry = self._entry(names)
        return None if entry is None or entry.is_jump else entry.value

    def side(self, names: Names) -> str:
        """The only side that a derivative of higher order is of, as ``left``; else nothing."""
        entry = self._entry(names)
        return "" if entry is None else entry.side

    def _entry(self, names: Names) -> Entry | None:
        """A derivative of higher order as it was looked at beside the point; else None."""
        if not (self._is_open and self._is_higher(names)) or self._higher is None:
            return None
        return self._higher.entry(*map(self._source, names))

    def tell_higher(self, names: Names) -> bool:
        """Note what there is to say of a higher derivative; returns whether it was looked at."""
        if not (self._is_open and self._is_higher(names)) or self._higher is None:
            return False
        by = tuple(map(self._source, names))
        if not self._higher.leads(by):
            return False
        found = self._higher.problems(by, ",".join(names), is_told=True)
        self._note(found)
        return True

    def _is_higher(self, names: Names) -> bool:
        """Whether derivatives by these inputs can be looked at beside the point."""
        return len(names) > 1 and self._inputs.issuperset(names)

    @cached_property
    def _inputs(self) -> frozenset[str]:
        return frozenset(node.name for node in self._numbers.model.inputs)

    @cached_property
    def _steps(self) -> Mapping[str | None, Node]:
        """The first step of each name."""
        return {step.label: step for step in reversed(self._numbers.model.steps)}

    def tell_ties(self, derivatives: Sequence[tuple[Names, Sequence[Node], Formula]]) -> None:
        """Note which higher derivatives hang on how a tie is decided.

        In a formula nobody can tell whether x != 0 is a rule's or the program's: where it is the
        program's that is tied, the program's own nodes are asked.

        Args:
            derivatives: what each is by; the program and its derivatives up to it, as nodes of its
                graph; and its formula.
        """
        if not derivatives:
            return
        model, at = self._numbers.model, self._numbers.at
        program = set(model.graph.ancestors(exact[0] for _, exact, _ in derivatives))
        found = self._hanging([formula for *_, formula in derivatives])
        if any(node.op in {"eq", "ne"} and len({*map(at, node.args)}) < 2 for node in program):
            own = hanging(model.graph, [exact[-1] for _, exact, _ in derivatives], at, program)
            found = [one or other for one, other in zip(found, own, strict=True)]
        for (names, _, (graph, output)), hangs in zip(derivatives, found, strict=True):
            if hangs:
                wrt, value = ",".join(names), self._numbers.within(graph)(output)
                self._note([convention(wrt, f"by {wrt}", hangs, value)])

    def _hanging(self, formulas: Sequence[Formula]) -> list[str]:
        """What there is to say of each formula; those of one graph are looked at together."""
        graphs = {id(graph): graph for graph, _ in formulas}
        said: dict[Node, str] = {}
        for graph in graphs.values():
            outputs = [output for other, output in formulas if other is graph]
            ties = hanging(graph, outputs, self._numbers.within(graph))
            said |= zip(outputs, ties, strict=True)
        return [said[output] for _, output in formulas]

    def _source(self, name: str) -> Node:
        """The input of a name, or the step in the program that is held as one."""
        return self._steps.get(name) or self._numbers.model.graph.input(name)

    @cached_property
    def program(self) -> Solution:
        """The program at the point; an input that has no value there is anything."""
        model = self._numbers.model
        return Solution(Differentiated(model), self._point(), ())

    @cached_property
    def _higher(self) -> Higher | None:
        """Its derivatives of higher order beside the point, if they are known."""
        if not isfinite(self.program.value):
            return None
        from gradcli.evaluation.beside.higher import Higher  # noqa: PLC0415  (few are tied)

        model = self._numbers.model
        return Higher(model, Values(model.inputs, self._point()))

    def _point(self) -> list[float]:
        at = self._numbers.at
        return [_ANY if isnan(at(node)) else at(node) for node in self._numbers.model.inputs]
