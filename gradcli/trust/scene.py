"""A program at a point in numbers: as floats alone have its values, and as they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from gradcli.calculus.reverse import Derivative, differentiate
from gradcli.engine import explain
from gradcli.engine.beyond import Beyond
from gradcli.engine.interpreter import Values
from gradcli.engine.plain import PlainValues
from gradcli.errors import Span, UsageError
from gradcli.evaluation.edge import slopes
from gradcli.evaluation.entries.separate import Indices, Numbers, label, numbers_of
from gradcli.evaluation.quoted import LONGEST
from gradcli.evaluation.solution import Solution
from gradcli.graph.form_rules import OF_SQUARE
from gradcli.graph.node import Node
from gradcli.hints import shortened
from gradcli.trust.precise import Precise

APART = 1e-8
"""A number that is off by so much of its size is another one: half of its digits are gone."""


WHOLE = OF_SQUARE - {"cofactors"}  # each of which leaves a row and a column out
"""Operations whose entries are made of all of a matrix."""

NOISE = 2.0**-120
"""A derivative in many digits that is smaller than that may be 0."""

MOST_PRECISE = 3_000
"""Larger programs are not computed in many digits."""


class Scene:
    """A program at a point, whose arrays are written out in numbers.

    Attributes:
        solution: the program at the point.
        output: the number that is asked for.
        order: all numbers that it is made of.
        plain: the values in floats alone, as other programs have them.
        own: the values that are not bound to the range of floats.
        precise: the values in many digits; None without mpmath, and of large programs.

    Args:
        solution: the program at the point.
        numbers: the same written out, if that is done already.

    Raises:
        UsageError: the program is too large to be written out.
    """

    def __init__(self, solution: Solution, numbers: Numbers | None = None) -> None:
        self.solution = solution
        self.numbers = numbers = numbers or numbers_of(solution)
        self.output = numbers.output
        self.order: Sequence[Node] = numbers.graph.ancestors([numbers.output])
        point = numbers.point
        self.plain: Values = PlainValues(point, map(float, point.values()))
        is_of_arrays = solution.model.graph.has_arrays
        self.own = Values(point, point.values()) if is_of_arrays else solution.value_of
        self.precise = self._in_many_digits()
        self._places = {
            place.number: (node, place.indices)
            for node, places in numbers.places.items()
            for place in places
        }

    def _in_many_digits(self) -> Precise | None:
        if len(self.order) > MOST_PRECISE or not all(
            map(math.isfinite, self.numbers.point.values())
        ):
            return None
        try:
            others = [*self.numbers.point, *self.order]
            return Precise(self.numbers.graph, self.output, self.numbers.point, others)
        except UsageError:
            return None

    # --- What a node is called ------------------------------------------------------------------

    def owner(self, node: Node) -> Node:
        """The node of the program that a number is a part of."""
        known = self._places.get(node)
        return self.numbers.owners[node.index] if known is None else known[0]

    def index(self, node: Node) -> Indices:
        """Which entry of it that is, counted from 1."""
        return self._places.get(node, (node, ()))[1]

    def name(self, node: Node) -> str:
        """``v1``, ``W[1,2]``; of a constant its text."""
        return label(self.own_name(node), self.index(node))

    def own_name(self, node: Node) -> str:
        """The same of the node that a number is a part of: ``v1``, ``W``."""
        owner = self.owner(node)
        return self.solution.names.get(owner) or self.solution.shown.called(owner)

    def called(self, node: Node) -> str:
        """What a message calls it: its own name, else what it is."""
        owner, index = self.owner(node), self.index(node)
        text = self.solution.shown.called(owner)
        return label(text if not index or text.isidentifier() else f"({text})", index)

    def formula(self, node: Node) -> str:
        """One operation, in what a message calls its arguments."""
        owner = self.owner(node)
        if not owner.args:
            return self.called(node)
        return shortened(self.solution.shown.operation(owner), LONGEST)

    def span(self, node: Node) -> Span | None:
        """Where it stands in the program."""
        return self.solution.symbols.span(self.owner(node))

    def arguments(self, node: Node) -> Mapping[str, float]:
        """The arguments of an operation with their values, but for numbers."""
        owner = self.owner(node)
        if owner.op in WHOLE:
            return {}
        args = [arg for arg in dict.fromkeys(node.args) if not explain.is_number(arg)]
        return {self.called(arg): self.plain(arg) for arg in args}

    def at(self, node: Node) -> str:
        """The same as text: `` at x = 0, y = 1``."""
        given = self.arguments(node).items()
        told = explain.listed(f"{name} = {explain.short(value)}" for name, value in given)
        return f" at {told}" if told else ""

    # --- What is lost ---------------------------------------------------------------------------

    def true(self, node: Node) -> float:
        """The value of a node, in many digits if there are any."""
        own = self.own(node)
        exact = None if self.precise is None else self.precise.value(node)
        return _better(own, exact)

    def true_grad(self, node: Node) -> float:
        """The derivative of the output by a node, likewise."""
        own = self.grad(node, self.own)
        if self.precise is None or self.precise.is_open(node) is not None:
            return own
        exact = self.precise.adjoint(node)
        # Partials in many digits are differences, which leave something of a 0.
        return own if abs(exact) < NOISE and not own else _better(own, exact)

    def is_lost(self, node: Node) -> bool:
        """Whether floats have another value for a node than it has, or none."""
        return not is_same(self.plain(node), self.true(node))

    @cached_property
    def active(self) -> set[Node]:
        """The nodes that the output's value really comes from."""
        return explain.active(self.order, [self.output], self.plain)

    @cached_property
    def users(self) -> Mapping[Node, list[Node]]:
        """The nodes that each is an argument of, those that count."""
        found: dict[Node, list[Node]] = {}
        for node in self.order:
            for arg in dict.fromkeys(node.args if node in self.active else ()):
                found.setdefault(arg, []).append(node)
        return found

    # --- Derivatives ----------------------------------------------------------------------------

    @cached_property
    def derivative(self) -> Derivative:
        """The derivative by every number, with all local partials."""
        if not self.solution.model.graph.has_arrays:
            return self.solution.derivative
        return differentiate(self.numbers.graph, self.output, self.order, every_local=True)

    def slopes(self, node: Node, values: Values) -> tuple[float | None, ...]:
        """The slopes of the edges of a node, None where nothing comes along."""
        return slopes(self.derivative.locals.get(node, ()), values)

    def grad(self, node: Node, values: Values) -> float:
        """The derivative of the output by a node."""
        return self.derivative.adjoints.value(node, values)

    def edges(self) -> Iterator[tuple[Node, Node, float | None, float | None]]:
        """Every edge from the output down: node, argument, slope in floats, slope as it is."""
        for node in reversed(self.order):
            own, plain = (self.slopes(node, values) for values in (self.own, self.plain))
            for arg, slope, first in zip(node.args, own, plain, strict=False):
                if not arg.is_const:
                    yield node, arg, first, slope

    def leading(self, target: Node) -> set[Node]:
        """The nodes that are made of one, itself included."""
        found = {target}
        for node in self.order:
            if not found.isdisjoint(node.args):
                found.add(node)
        return found

    # --- Paths ----------------------------------------------------------------------------------

    def path(self, node: Node, target: Node | None = None) -> list[Node]:
        """The nodes on the way from one, or from a target by way of it, to the output."""
        nodes = [*(self._down(node, target) if target is not None else ()), *self._up(node)]
        return [each for each in nodes if each is node or each in self._places]

    def names(self, path: Sequence[Node]) -> list[str]:
        """The names of the nodes on a path."""
        return list(dict.fromkeys(map(self.name, path)))

    def texts(self, path: Sequence[Node]) -> list[str]:
        """The same as a message calls them."""
        return list(dict.fromkeys(map(self.called, path)))

    def _up(self, node: Node) -> Sequence[Node]:
        """The shortest way to the output, through what is lost or not finite if there is one."""
        bad = {each for each in self.users if self.is_lost(each) or not _finite(self.plain(each))}
        for allowed in (bad, None):
            came: dict[Node, Node | None] = {node: None}
            waiting = [node]
            for each in waiting:
                for user in self.users.get(each, ()):
                    if user not in came and (allowed is None or user in allowed | {self.output}):
                        came[user] = each
                        waiting.append(user)
            if self.output in came:
                return _back(came, self.output)[::-1]
        return [node, self.output]

    def _down(self, node: Node, target: Node) -> Sequence[Node]:
        """A way from a target to a node, the target first."""
        leads = self.leading(target)
        found = [node]
        while found[-1] is not target:
            args = [arg for arg in found[-1].args if arg in leads]
            if not args:
                return ()
            found.append(args[0])
        return found[:0:-1]


def _back(came: Mapping[Node, Node | None], node: Node) -> list[Node]:
    found = []
    at: Node | None = node
    while at is not None:
        found.append(at)
        at = came[at]
    return found


def _better(own: float, exact: Any) -> float:
    """A number in many digits, where there is one and a float holds it."""
    if exact is None or exact != exact or type(own) is Beyond or not math.isfinite(own):  # noqa: PLR0124  (NaN)
        return own
    rounded = float(exact)
    return own if not math.isfinite(rounded) or (exact and not rounded) else rounded


def _finite(value: float) -> bool:
    return math.isfinite(value)


def scenes(solution: Solution, most: int) -> list[Scene]:
    """A program that gives an array, as one scene for each entry that is lost.

    Args:
        solution: the program at a point.
        most: so many of them.
    """
    numbers = numbers_of(solution)
    point = numbers.point
    plain = PlainValues(point, map(float, point.values()))
    own = Values(point, point.values())
    lost = [
        place.number
        for place in numbers.places[solution.model.output]
        for value in [plain(place.number)]
        if not (math.isfinite(value) and is_same(value, own(place.number)))
    ]
    return [Scene(solution, numbers._replace(output=number)) for number in lost[:most]]


def is_same(plain: float, own: float) -> bool:
    """Whether floats have a number: to half of its digits, infinite or none as it is."""
    if type(own) is Beyond:
        return math.isfinite(plain) and plain != 0 and is_near(plain, float(own))
    if not (math.isfinite(plain) and math.isfinite(own)):
        return plain == own or (math.isnan(plain) and math.isnan(own))
    return is_near(plain, own)


def is_near(a: float, b: float) -> bool:
    """Whether two numbers agree to half of their digits."""
    return abs(a - b) <= APART * max(abs(a), abs(b))
