"""What is said of a function at a point where it has no derivative, or has one that is hidden.

A kink that cancels in the whole, as in relu(x) - relu(-x), is none, and is not told of; a jump that
only a condition makes is one. What is told is what the function does on both sides of the point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.engine import explain
from gradcli.errors import Problem, Span
from gradcli.evaluation.beside.sides import Sides
from gradcli.evaluation.quoted import formula, meant
from gradcli.evaluation.ties import NOT_DECIDED, NOT_UNIQUE, ONE_SIDED
from gradcli.germs.sides import Kind
from gradcli.graph.conditions import LOGIC
from gradcli.graph.domains import JUMPING
from gradcli.graph.node import INPUT, Node

if TYPE_CHECKING:
    from gradcli.evaluation.beside.whole import Group, Whole
    from gradcli.evaluation.lookup import LookUp


class Sentences:
    """What is said of a program at a point.

    Args:
        at: the program.
        whole: what is known of it beside the point.
    """

    def __init__(self, at: LookUp, whole: Whole) -> None:
        self._at = at
        self._whole = whole
        self._value = float(at.value_of(at.model.output))

    def of_group(self, group: Group) -> Iterator[Problem]:
        """What is said of some inputs that meet where something is tied."""
        if group.is_smooth:
            return
        span, first = self._span(group.active, group.rough, group.kind), group.rough[0]
        if len(group.rough) == 1 and (group.sides is not None or len(group.inputs) == 1):
            where, used = self._where(group.rough), self._at.grad_of(first)
            told = self._of_sides(group.sides, where, used, first)
            if told is not None:
                yield self._problem(first, *told, span)
            return
        what = NOT_DECIDED if group.kind is Kind.UNDECIDED else NOT_UNIQUE
        if what is NOT_UNIQUE and not group.is_whole and group.pieces == 1:
            what = ONE_SIDED
        yield self._problem(first, what, self._of_several(group, self._where(group.inputs)), span)

    def _of_several(self, group: Group, where: str) -> str:
        """What is said of a function of several inputs."""
        numbers = [self._at.grad_of(node) for node in group.inputs]
        used = f"({explain.listed(map(explain.short, numbers))})"
        if group.kind is Kind.UNDECIDED:
            begin = f"could not decide the gradient at {where}"
        elif group.kind is Kind.JUMP:
            begin = f"{self._output} jumps {'beside' if group.is_beside else 'at'} {where}"
        elif not group.pieces:
            alone = "its slopes along each of them alone"
            return f"{self._output} is not differentiable at {where}; {used} is used, {alone}"
        elif not group.is_whole:
            begin = f"{self._output} is defined only in some directions from {where}"
            begin += "" if group.pieces == 1 else ", and has a kink there"
        else:
            begin = f"{self._output} has a kink at {where}"
        if group.pieces and all(map(math.isfinite, numbers)) and group.kind is not Kind.UNDECIDED:
            number = f"all {group.pieces}" if group.are_all else f"the {group.pieces}"
            pieces = f"{number} pieces" + ("" if group.are_all else " found")
            if group.pieces == 1:
                return f"{begin}; {used} is used, the gradient on all pieces found"
            return f"{begin}; {used} is used, the gradient of least norm of {pieces}"
        if group.kind in {Kind.JUMP, Kind.KINK} and group.used:
            return f"{begin}; {used} is used"
        is_lost = any(map(math.isnan, numbers))
        rest = "what the rules give" if is_lost else "the convention of each operation by itself"
        return f"{begin}; {used} is {rest}"

    def read_from(self) -> str:
        """Where derivatives are read, and which slopes what is tied has there."""
        rates = self._whole.beside.direction
        nodes = [*rates]
        where = self._where(nodes)
        if len(nodes) == 1:
            begin = f"Read a little to the {'right' if rates[nodes[0]] > 0 else 'left'} of {where}"
        else:
            parts = explain.listed(explain.short(rate) for rate in rates.values())
            begin = f"Read a little beside {where}, in the direction ({parts})"
        told = explain.listed([*map(self._slopes, self._whole.tied)], 4)
        moved = [group for group in self._whole.groups if group.direction]
        end = ""
        if all(group.is_smooth for group in moved):
            other = "to the " + ("left" if rates[nodes[0]] > 0 else "right")
            end = f"; {other if len(nodes) == 1 else 'elsewhere'} the gradient is the same"
        return f"{begin}{': ' if told else ''}{told}{end}."

    def _slopes(self, node: Node) -> str:
        """What an operation that is tied is on the side that is shown."""
        at = self._at
        text = formula(at, node)
        if node.op in LOGIC:
            return f"{text} {'holds' if self._whole.beside.holds(node) else 'does not hold'}"
        slopes = [explain.short(each) for each in at.local_of(node) if each is not None]
        return f"{text} has {'slopes' if len(slopes) > 1 else 'slope'} {' and '.join(slopes)}"

    def of_step(self, node: Node) -> Iterator[Problem]:
        """What is said of a step that a derivative is asked by, as if it were an input."""
        where, used = self._where([node]), self._at.grad_of(node)
        told = self._of_sides(self._whole.sides_of(node), where, used, node)
        if told is not None:
            yield self._problem(node, *told, self._span(self._whole.active, [node]))

    def of_line(
        self,
        rates: Mapping[Node, float],
        words: str,
        sides: Sides | None,
        slope: float,
        active: Sequence[Node],
    ) -> Problem | None:
        """What is said of a line."""
        told = self._of_sides(sides, f"{self._where([*rates])} {words}", slope, None)
        if told is None:
            return None
        return Problem("kink", words, *told, self._span(active, [*rates]))

    @property
    def _output(self) -> str:
        return self._at.names[self._at.model.output]

    def _problem(self, node: Node, what: str, message: str, span: Span | None) -> Problem:
        kind = "kink" if what in {NOT_UNIQUE, NOT_DECIDED} else "derivative"
        return Problem(kind, self._at.names[node], what, message, span)

    @cached_property
    def _tied(self) -> frozenset[Node]:
        return frozenset(self._whole.tied)

    def _span(
        self, active: Sequence[Node], by: Sequence[Node], kind: Kind = Kind.KINK
    ) -> Span | None:
        """The place of the first operation that is tied and stands in the text.

        Of several that is one made of what the sentence names, and of a jump one that jumps itself.

        Args:
            active: what is tied or not finite.
            by: the inputs or steps that the sentence names.
            kind: what the function is at the point.
        """
        moved = set(by)
        for node in self._at.model.graph.ancestors(active):
            if not moved.isdisjoint(node.args):
                moved.add(node)
        jumps = kind in {Kind.JUMP, Kind.POLE}
        order = sorted(
            active,
            key=lambda node: (
                node not in moved,
                node not in self._tied,
                jumps and node.op not in JUMPING,
            ),
        )
        spans = (self._at.symbols.span(node) for node in order)
        return next((span for span in spans if span is not None), None)

    def _where(self, nodes: Sequence[Node]) -> str:
        """The point: ``x = 0, y = 1``."""
        at = self._at
        texts = (f"{at.names[node]} = {explain.short(at.value_of(node))}" for node in nodes)
        return explain.listed(texts)

    def _of_sides(
        self, sides: Sides | None, where: str, used: float, by: Node | None
    ) -> tuple[str, str] | None:
        """Whether a derivative is not unique or not decided, and what is said of both sides.

        Args:
            sides: what is known of them.
            where: the point.
            used: the derivative that is used.
            by: the input or step that it is by; None along a line.
        """
        kind = Kind.UNDECIDED if sides is None else sides.kind(self._value)
        number = explain.short(used)
        if kind is Kind.SMOOTH:
            return None
        if kind is Kind.UNDECIDED or sides is None:
            return NOT_DECIDED, self._undecided(sides, where, used)
        if kind is Kind.ISOLATED:
            message = f"{self._output} is defined at {where} and not beside it; "
            return NOT_DECIDED, message + f"{number} is what the rules give"
        if kind in {Kind.JUMP, Kind.POLE}:
            return NOT_UNIQUE, f"{self._output} jumps at {where}: {self._jump(sides, used)}"
        left, right = _apart(sides.left.slope, sides.right.slope)
        if kind is Kind.ONE_SIDED:
            # At the end of a domain a finite slope from inside is the derivative.
            what = ONE_SIDED if math.isfinite(used) else explain.kind(used)
            return what, self._one_sided(sides, where, by)
        message = f"{self._output} has a kink at {where}: slope {left} to the left, {right} to the "
        return NOT_UNIQUE, message + f"right; {number} is used"

    def _one_sided(self, sides: Sides, where: str, node: Node | None) -> str:
        is_right = sides.right.is_defined
        side = sides.right if is_right else sides.left
        begin = (
            f"{self._output} is defined to the {'right' if is_right else 'left'} of {where} only"
        )
        if node is not None and node.op == INPUT:
            number = explain.short(self._at.value_of(node))
            bound = f"{self._at.names[node]} {'>=' if is_right else '<='} {number}"
            begin = f"{self._output} is defined for {bound} only"
        slope = explain.short(side.slope)
        return f"{begin}; slope {slope} from the {'right' if is_right else 'left'}"

    def _jump(self, sides: Sides, used: float) -> str:
        """From where to where a function jumps, and its slopes."""
        left, right = sides
        told = limits(self._value, sides)
        number = explain.short(used)
        if math.isnan(left.slope + right.slope):
            return f"{told}; {number} is used for its slope"
        if left.goes_on_as(right):
            return f"{told}; its slope is {number} on both sides"
        first, last = _apart(left.slope, right.slope)
        return f"{told}; its slope is {first} to the left, {last} to the right; {number} is used"

    def _undecided(self, sides: Sides | None, where: str, used: float) -> str:
        """Why a derivative is not known, and what is used instead."""
        at = self._at
        reason, known = "", ""
        for words, side in zip(("left", "right"), sides or (), strict=False):
            if side.open is not None and not reason and side.open.args:
                what = "cannot be told there" if side.open.op in LOGIC else "has no limit there"
                reason = f" ({formula(at, side.open)} {what}{meant(at, side.open.args)})"
            if side.is_known:
                known = f"slope {explain.short(side.slope)} to the {words}; "
        message = (
            f"could not decide the derivative at {where}{reason}; {known}{explain.short(used)} "
        )
        if math.isnan(used):
            return message + "is what the rules give"
        return message + "is the convention of each operation by itself"


def limits(value: float, sides: Sides) -> str:
    """From where to where a function jumps that has this value at the point."""
    left, right = sides
    here, before, after = _apart(value, left.value, right.value)
    if not (left.is_defined and right.is_defined):
        only = f"{after} to the right" if right.is_defined else f"{before} to the left"
        return f"{here} here, {only}"
    if left.has_value(right.value):
        return f"{here} here, {after} on both sides"
    if right.has_value(value):
        return f"{before} to the left, {here} here and to the right"
    if left.has_value(value):
        return f"{here} here and to the left, {after} to the right"
    return f"{before} to the left, {here} here, {after} to the right"


def _apart(*numbers: float) -> list[str]:
    """Numbers in so many digits that different ones look different."""
    found = [*map(explain.short, numbers)]
    return found if len({*found}) == len({*numbers}) else [*map(repr, numbers)]
