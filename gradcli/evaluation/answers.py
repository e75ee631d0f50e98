"""The numbers behind questions on a program at a point: ``J``, ``v``, ``dJ/db``, ``d2J/dadb``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.errors import InputError, Problem
from gradcli.evaluation.asked import Other, Point
from gradcli.evaluation.questions import Asked, asked_for, has_order
from gradcli.graph.naming import OUTPUT, by_name, called
from gradcli.graph.node import Node
from gradcli.syntax.spelling import plain

if TYPE_CHECKING:
    from typing import Protocol

    class AtPoint(Point, Protocol):
        """A program at a point, with the derivative by every node."""

        @property
        def output(self) -> str:
            """The name of the output."""

        def grad_of(self, node: Node) -> Any:
            """∂output/∂node, as it is used."""


class Answers:
    """What a program at a point answers.

    Args:
        at: the program at the point.
    """

    def __init__(self, at: AtPoint) -> None:
        self._at = at
        self._output = at.output
        # Most ask for these, and then all others need no name.
        self._first = {node.name: node for node in at.model.inputs} | {at.output: at.model.output}

    @cached_property
    def _known(self) -> Mapping[str, Node]:
        """The nodes by their names."""
        return by_name(self._at.names, self._at.model.output)

    def _is_known(self, name: str) -> bool:
        return name in self._first or name in self._known

    def numbers(self, query: str) -> list[Any]:
        """The number behind a question, or those of each element of a family.

        Raises:
            InputError: there is no such node.
        """
        other = self._other(query)
        if other is not None:
            return other.numbers
        behind = self._behind(query)
        if behind is None:
            return [self._at.value_of(node) for node in self.find(query.strip(), query)]
        return [self._at.grad_of(node) for node in behind]

    def is_one(self, query: str) -> bool:
        """Whether a question is about a single node, and no family or array."""
        other = self._other(query)
        if other is not None:
            return other.is_one
        name = query.partition("/")[2].strip()[1:] or query
        return self._is_known(plain(name.strip()))

    def labels(self, query: str) -> list[str]:
        """What each number behind a question is called: the question, or an element in it.

        Raises:
            InputError: there is no such node.
        """
        query = query.strip()
        other = self._other(query)
        if other is not None:
            count = len(other.numbers)
            return [query] if count == 1 else [f"{query}[{n}]" for n in range(1, count + 1)]
        behind = self._behind(query)
        nodes = self.find(query, query) if behind is None else behind
        if len(nodes) == 1:
            return [query]
        before = "" if behind is None else f"{query.partition('/')[0]}/d"
        return [f"{before}{self._at.names[node]}" for node in nodes]

    def warnings(self, queries: Collection[str]) -> Sequence[Problem]:
        """The warnings about the numbers that are asked for: a value needs no derivative."""
        others = {query: self._other(query) for query in queries}
        own = [query for query, other in others.items() if other is None]
        targets = [node for query in own for node in self._behind(query) or ()]
        found = [*self._at.warnings_by(list(dict.fromkeys(targets)))]
        found += [problem for other in others.values() if other for problem in other.warnings]
        return list(dict.fromkeys(found))

    def find(self, name: str, query: str) -> Sequence[Node]:
        """The node of a name, or the nodes of a family.

        Raises:
            InputError: there is no such node; the message is about the question.
        """
        name = plain(name)
        nodes = [self._first[name]] if name in self._first else called(name, self._known)
        if not nodes:
            raise self._no_query(query, name)
        return nodes

    def _other(self, query: str) -> Other | None:
        """What is asked, if it is about another node than the output, or of higher order."""
        if "/" not in query:
            return None
        found = asked_for(query, lambda name: self._is_known(plain(name)))
        is_own = found is not None and found.of in {"", self._output, OUTPUT}
        if found is None or (is_own and len(found.by) == 1):
            return None
        nodes = [self._at.model.output] if is_own else called(plain(found.of), self._known)
        return self._made(nodes, found) if nodes else None

    def _made(self, nodes: Sequence[Node], asked: Asked) -> Other:
        if len(asked.by) > 1:
            return Other(self._at, nodes, [self._known[plain(name)] for name in asked.by])
        below = f"d/d{asked.by[0]}"
        return Other(self._at, nodes, self._behind(below) or (), below)

    def _behind(self, query: str) -> Sequence[Node] | None:
        """The nodes that a derivative is by; None for a value."""
        top, slash, bottom = (part.strip() for part in query.partition("/"))
        if not slash:
            return None
        if not (top.startswith(("d", "∂")) and bottom.startswith(("d", "∂"))):
            raise InputError(
                "query",
                f"'{query}' is not a derivative",
                hint=f"write {self._output}, or d{self._output}/dx",
                instead={query: (self._output,)},
            )
        what = top[1:].strip()
        if has_order(query):
            raise self._no_query(query, query)
        if what not in {"", self._output, OUTPUT}:
            raise InputError(
                "query",
                f"'{what}' is not the output",
                hint=f"the output is {self._output}: d{self._output}/{bottom}",
                instead={what: (self._output,)},
            )
        return self.find(bottom[1:].strip(), query)

    def _no_query(self, query: str, name: str) -> InputError:
        from gradcli.evaluation.unknown import no_query  # noqa: PLC0415  (only an error needs it)

        return no_query(query, name, self._known, self._output)
