"""Families that need each other: an element is made when another one asks for it.

``e[k] = r - y[k-1]``, ``y[k] = y[k-1] + e[k]``: neither family can be made before the other, but
their elements can, one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.errors import GradcliError
from gradcli.graph.build import NO_INDICES, Indices, NeededError, references, spread, whole
from gradcli.graph.node import Node
from gradcli.graph.refusals import needs_itself
from gradcli.syntax import ast
from gradcli.syntax.spelling import element_name

if TYPE_CHECKING:
    from gradcli.graph.scope import Scope


class Element(NamedTuple):
    """What one element of a family is made of."""

    statement: ast.Family
    indices: Indices


class Needs:
    """The elements that statements below define, made in the order in which they are needed.

    Args:
        statements: the statements that are not done yet.
        scope: the program's, which raises `NeededError` for an element that is known here.
        made: what is defined already, by its names.
        make: makes an element.
    """

    def __init__(
        self,
        statements: Sequence[ast.Statement],
        scope: Scope,
        made: Mapping[str, Node],
        make: Callable[[ast.Family, Indices], Node],
    ) -> None:
        self._scope = scope
        self._made = made
        self._make = make
        self._elements: dict[str, Element] = {}
        for statement in statements:
            if isinstance(statement, ast.Family):
                self._elements.update(self._of(statement))

    def _of(self, statement: ast.Family) -> Iterator[tuple[str, Element]]:
        try:
            for indices in spread(statement.ranges, NO_INDICES, self._scope):
                places = [whole(index, indices, self._scope) for index in statement.indices]
                yield element_name(statement.name, tuple(places)), Element(statement, indices)
        except GradcliError:
            return  # its own statement will say what is wrong with it

    def knows(self, label: str) -> bool:
        """Whether an element is one that can be made."""
        return label in self._elements and label not in self._made

    def fulfil(self, needed: NeededError, expression: ast.Expression, indices: Indices) -> None:
        """Make whatever an expression needs, as it was found out by failing.

        Raises:
            InputError: an element needs itself.
        """
        wanted = self._wanted(expression, indices) or [needed.label]
        if needed.label not in wanted:
            wanted.append(needed.label)  # inside of a function
        self._make_all(wanted)

    def _wanted(self, expression: ast.Expression, indices: Indices) -> list[str]:
        """The elements that an expression refers to itself, and that are not made yet."""
        found = references(expression, indices, self._scope)
        return [label for label in dict.fromkeys(found) if self.knows(label)]

    def _make_all(self, labels: Sequence[str]) -> None:
        """Depth first, with a stack of its own; what is on the way is in ``open``, in order."""
        waiting = list(reversed(labels))
        open_: dict[str, None] = {}
        while waiting:
            label = waiting[-1]
            if not self.knows(label):
                waiting.pop()
                open_.pop(label, None)
                continue
            element = self._elements[label]
            if label not in open_:
                open_[label] = None
                needs = self._wanted(element.statement.value, element.indices)
                self._refuse_circle(needs, open_, element)
                if needs:
                    waiting += reversed(needs)
                    continue
            try:
                self._make(*element)
            except NeededError as needed:  # inside of a function
                self._refuse_circle([needed.label], open_, element)
                waiting.append(needed.label)

    def _refuse_circle(
        self, needs: Sequence[str], open_: Mapping[str, None], element: Element
    ) -> None:
        again = next((label for label in needs if label in open_), None)
        if again is None:
            return
        way = [*open_]
        raise needs_itself([*way[way.index(again) :], again], element.statement.value.span)


def circle(statements: Sequence[ast.Statement], name: str, other: str) -> list[str]:
    """The steps by which one that is needed by another needs that itself; none if it does not.

    Args:
        statements: the program.
        name: what is defined.
        other: what it is made of.
    """
    made_of = {
        statement.name: ast.names([statement.value])
        for statement in statements
        if isinstance(statement, ast.Step) and statement.name
    }
    before: dict[str, str] = {other: name}
    waiting = [other]
    while waiting:
        step = waiting.pop()
        for each in sorted(made_of.get(step, ())):
            if each == name:
                way = [step]
                while way[-1] != name:
                    way.append(before[way[-1]])
                return [*reversed(way), name]
            if each not in before:
                before[each] = step
                waiting.append(each)
    return []
