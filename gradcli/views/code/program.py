"""What is to be written, before any language: names, lines and results of each function."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from gradcli.calculus.edge import zero
from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import jvp
from gradcli.engine.expanding import Code, Expansion
from gradcli.engine.printers.expressions import Lines
from gradcli.engine.schedule import Schedule
from gradcli.engine.targets.target import Target, Writing
from gradcli.errors import UsageError
from gradcli.views.code.names import Names, comment
from gradcli.views.code.refused import refused
from gradcli.views.code.shaped import ArraySchedule

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node

LONGEST = 60
"""A derivative with more characters is not written beside the line of its node."""

MOST_SECOND = 2_000
"""More second derivatives would be written by nobody."""


class Line(NamedTuple):
    """A line of code.

    Attributes:
        name: what it gives a value.
        text: that value.
        remark: a comment, or None.
        level: how many lines it has to come after.
    """

    name: str
    text: str
    remark: str | None
    level: int = 0


class Body(NamedTuple):
    """The lines of a function.

    Attributes:
        forward: those of the program's nodes.
        backward: those of derivatives.
        results: the texts of what it gives back.
    """

    forward: Sequence[Line]
    backward: Sequence[Line]
    results: Sequence[str]

    @property
    def lines(self) -> Sequence[Line]:
        """All of them."""
        return [*self.forward, *self.backward]

    def statements(self, pattern: str, mark: str) -> Iterator[tuple[str, str | None]]:
        """The lines as a language has them, with their remarks; a word before the backward pass.

        Args:
            pattern: a line, its place for ``{name}`` and its place for ``{text}``.
            mark: what a remark begins with.
        """
        for line in self.lines:
            if self.backward and line is self.backward[0]:
                yield f"{pattern[: len(pattern) - len(pattern.lstrip())]}{mark} backward", None
            yield pattern.format(name=line.name, text=line.text), line.remark

    def without_value(self) -> Body:
        """The lines that derivatives alone need, and these."""
        needed = {word for text in self.results[1:] for word in _WORD.findall(text)}
        kept: list[Line] = []
        for line in reversed(self.lines):
            if line.name in needed:
                kept.append(line)
                needed.update(_WORD.findall(line.text))
        own = frozenset(line.name for line in kept)
        forward = [line for line in self.forward if line.name in own]
        backward = [line for line in self.backward if line.name in own]
        return Body(forward, backward, self.results[1:])

    def hessian(self, count: int) -> Sequence[Sequence[str]]:
        """The second derivatives by so many inputs, row by row; they follow the gradient."""
        return [self.results[1 + count * row :][:count] for row in range(1, count + 1)]


class Program:
    """A program and its derivatives, in the names and the words of a target.

    Args:
        solution: the program; no number of it is needed.
        target: what it is written for.
        words: names that nothing may have beside the words of the target.
        order: 1 for the gradient, 2 for the Hessian as well.
        by: the inputs that derivatives are by; None for all.

    Attributes:
        by: the same.
        inputs: the program's inputs.
        parameters: what each is called here.
        name: what the output is called, and the function for its value.
        directions: of a program with arrays what its second derivatives are along: an array in
            the form of each input. Else there are none.
        steering: what each of these is called here.
        wanted: all results: the value, the gradient, and rows of the Hessian, or what the gradient
            changes by along the directions.
        array_helpers: the functions that operations on whole arrays call, by name.
    """

    def __init__(
        self,
        solution: Solution,
        target: Target,
        words: Collection[str] = (),
        order: int = 1,
        by: Sequence[Node] | None = None,
    ) -> None:
        self.solution = solution
        self.target = target
        self.inputs = solution.model.inputs
        self.by = self.inputs if by is None else by
        names = Names([*target.words, *words], ignores_case=target.ignores_case)
        self.name = names.free(solution.output)
        names.free(f"{self.name}_grad")
        names.free(f"{self.name}_hess")
        names.free(f"{self.name}_hvp")
        self._nodes: dict[Node, str] = {}
        for node, name in solution.names.items():
            is_output = node is solution.model.output and bool(node.args)
            self._nodes[node] = self.name if is_output else names.free(name)
        self._adjoints = {node: names.free(f"d_{own}") for node, own in self._nodes.items()}
        self.parameters = [self._nodes[node] for node in self.inputs]
        self.directions = self._directions() if order == 2 and solution.is_of_arrays else ()
        self.steering = [
            names.free(f"along_{own}") for own in self.parameters[: len(self.directions)]
        ]
        self.wanted = self._wanted(order)
        own = {*self._nodes.values(), *self._adjoints.values(), *self.steering, self.name}
        self._spoken = frozenset((*own, *target.words, *words))
        self.writing = Writing(target, frozenset(own))
        self._symbols = solution.symbols
        self.array_helpers: dict[str, str] = {}

    def _directions(self) -> Sequence[Node]:
        """An input for each input, of a name that no program has."""
        graph = self.solution.model.graph
        return [graph.input(f"along {node.name}", node.form) for node in self.inputs]

    def _wanted(self, order: int) -> Sequence[Node]:
        model = self.solution.model
        adjoints = self.solution.derivative.adjoints
        slopes = [adjoints.get(node) or zero(model.graph, node) for node in self.by]
        if order == 1:
            return [model.output, *slopes]
        if self.solution.is_of_arrays:
            along = dict(zip(self.inputs, self.directions, strict=True))
            return [model.output, *slopes, *jvp(model.graph, slopes, along)]
        if len(slopes) ** 2 > MOST_SECOND:
            raise UsageError(
                "too-large",
                f"{len(slopes)} inputs have {len(slopes) ** 2:,} second derivatives",
                hint="gradcli hess --sparse computes those that can be other than 0",
            )
        rows = [gradient(model.graph, slope, self.by) for slope in slopes]
        return [model.output, *slopes, *[each for row in rows for each in row]]

    @property
    def has_choices(self) -> bool:
        """Whether something is computed on one side of a choice only."""
        schedule = Schedule(self.solution.model.graph, self.inputs, self.wanted)
        return any(op == "where" for op, _ in schedule.steps)

    @property
    def title(self) -> str:
        """The program as one line for a comment."""
        text = self.solution.beginning(4 * LONGEST) or self.solution.output
        return comment(text if len(text) <= 4 * LONGEST else f"{text[: 4 * LONGEST]}...")

    def body(self, results: int) -> Body:
        """The lines for the first of the results: 1 for the value, more for derivatives."""
        outputs = self.wanted[:results]
        given, names = self.inputs, self.parameters
        if results > 1 + len(self.by):
            given, names = [*given, *self.directions], [*names, *self.steering]
        schedule = self._schedule(given, outputs)
        expansion = Expansion(len(given), self.writing.rules())
        made = expansion.taken(schedule)
        code, final = expansion.code([made[schedule.slots[node]] for node in outputs])
        known = self._known(schedule, made, final)
        spare = Names(self._spoken, ignores_case=self.target.ignores_case)
        own = {slot: each for slot, (each, _, _) in known.items()} | dict(enumerate(names))
        name = _Named(own, spare)

        def reference(slot: int) -> str:
            return self.target.reference.format(name(slot))

        spelling = self.writing.spelling
        if isinstance(schedule, ArraySchedule):
            spelling = spelling._replace(forms={**spelling.forms, **schedule.forms})
            self.array_helpers |= schedule.helpers
        try:
            lines = Lines(code, spelling, known, reference)
        except UsageError as error:
            raise refused(error, self.solution, self.target) from error
        levels = _levels(code, {slot for slot, _ in lines.statements})
        written = [*_used(lines, code.outputs, reference)]
        forward = [slot for slot, (_, _, is_node) in known.items() if is_node]
        last = max((slot for slot in forward), default=-1)
        found = [
            (slot, Line(name(slot), text, known[slot][1] if slot in known else None, levels[slot]))
            for slot, text in written
        ]
        return Body(
            [line for slot, line in found if slot <= last],
            [line for slot, line in found if slot > last],
            [lines.text(slot) for slot in code.outputs],
        )

    def _schedule(self, given: Sequence[Node], outputs: Sequence[Node]) -> Schedule:
        graph, target = self.solution.model.graph, self.target
        if not self.solution.is_of_arrays:
            return Schedule(graph, given, outputs)
        return ArraySchedule(graph, given, outputs, target.name, target.called)

    def _known(
        self, schedule: Schedule, made: Sequence[int], final: Mapping[int, int]
    ) -> dict[int, tuple[str, str, bool]]:
        """The steps that have a name: it, the comment, and whether it is that of a node."""
        found: dict[int, tuple[str, str, bool]] = {}
        for node, own, is_node in self._shown():
            slot = schedule.slots.get(node)
            place = None if slot is None else final.get(made[slot])
            if place is None:
                continue
            if place in found:  # what several are has the name of the first
                name, remark, is_first = found[place]
                found[place] = (
                    (name, f"{remark} = {own[1]}", is_first) if not is_first else found[place]
                )
            else:
                found[place] = (*own, is_node)
        return found

    def _shown(self) -> Iterator[tuple[Node, tuple[str, str], bool]]:
        """Nodes and derivatives by nodes, what each is called, and what is said of it."""
        for node, name in self._nodes.items():
            if node.args:
                is_output = node is self.solution.model.output
                yield node, (name, "" if is_output else self._remark(node)), True
        by = frozenset(self.by)  # there may be as many as nodes
        for node, name in self._adjoints.items():
            if not node.args and node not in by:
                continue
            adjoint = self.solution.derivative.adjoints.get(node)
            if adjoint is not None and adjoint not in self._nodes:
                yield adjoint, (name, comment(self.slope(node))), False

    def slope(self, node: Node) -> str:
        """The derivative by a node as people write it: ``dJ/dv1``."""
        return f"d{self.solution.output}/d{self.solution.names[node]}"

    def _remark(self, node: Node) -> str:
        """What is said beside the line of a node: its derivative in symbols."""
        derivative = self.solution.derivative.adjoints
        if derivative.is_longer(node, LONGEST):
            return comment(f"{self.slope(node)} = {self._adjoints[node]}")
        adjoint = derivative.get(node)
        text = "0" if adjoint is None else self._symbols.symbol(adjoint, LONGEST)
        if text is None or len(text) > LONGEST:
            text = self._adjoints[node]
        return comment(f"{self.slope(node)} = {text}")


class _Named:
    """Names of slots: those that they have, and t1, t2, … in the order in which they are asked for.

    Args:
        own: the names of inputs, and of nodes that have one.
        spare: gives names that nothing else has.
    """

    def __init__(self, own: Mapping[int, str], spare: Names) -> None:
        self._names = {**own}
        self._count = itertools.count(1)
        self._spare = spare

    def __call__(self, slot: int) -> str:
        if slot not in self._names:
            self._names[slot] = self._spare.free(f"t{next(self._count)}")
        return self._names[slot]


def _levels(code: Code, stated: AbstractSet[int]) -> dict[int, int]:
    """How many lines each slot has to come after, where some slots are lines of their own."""
    levels: dict[int, int] = {}
    for rank, (_, places) in enumerate(code.steps):
        own = code.first + rank
        before = max((levels.get(place, 0) for place in places), default=0)
        levels[own] = before + (own in stated)
    return levels


def _used(
    lines: Lines, outputs: Sequence[int], reference: Callable[[int], str]
) -> list[tuple[int, str]]:
    """The lines without those that nothing needs: conditions that are written where they decide."""
    needed = {word for slot in outputs for word in _WORD.findall(lines.text(slot))}
    found: list[tuple[int, str]] = []
    for slot, text in reversed(lines.statements):
        if needed.issuperset(_WORD.findall(reference(slot))):
            found.append((slot, text))
            needed.update(_WORD.findall(text))
    return found[::-1]


_WORD = re.compile(r"\w+")
