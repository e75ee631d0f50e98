"""A program of numbers whose results are whatever is asked for: ``v``, ``dJ/dv``, ``d2J/dx2``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import RLock

from gradcli.calculus.reverse import gradient
from gradcli.engine.choose import Runner
from gradcli.evaluation.questions import asked_for
from gradcli.evaluation.unknown import no_query
from gradcli.graph.model import Model
from gradcli.graph.naming import by_name, name_nodes
from gradcli.graph.node import Node
from gradcli.programs.numbers import NumberProgram
from gradcli.syntax.spelling import plain


class AskedProgram(NumberProgram):
    """Some nodes and derivatives of a program at any point.

    Where a derivative is not unique, it is the one that the rules give.

    Args:
        model: the program.
        nodes: its inputs in the order of arguments.
        lock: what is held while derivatives are added to the graph.
        queries: what is asked for.

    Raises:
        InputError: the program has no such node.
    """

    def __init__(
        self, model: Model, nodes: Sequence[Node], lock: RLock, queries: Sequence[str]
    ) -> None:
        super().__init__(model, nodes, lock)
        with lock:
            self._asked = asked_nodes(model, queries)

    @property
    def count(self) -> int:
        """How many results there are."""
        return len(self._asked)

    @cached_property
    def passed(self) -> Runner:
        """What computes them."""
        return Runner(self.model.graph, self._nodes, self._asked)

    def numbers(self, point: Sequence[float]) -> list[float]:
        """The results at a point."""
        return self.passed.run(point)[0]


def asked_nodes(model: Model, queries: Sequence[str]) -> list[Node]:
    """The node behind each question; raises as above."""
    known = by_name(name_nodes(model), model.output)
    output = model.output.label or "out"

    def node(name: str, query: str) -> Node:
        found = known.get(plain(name))
        if found is None:
            raise no_query(query, name, known, output)
        return found

    found = []
    for query in queries:
        asked = asked_for(query, lambda name: plain(name) in known)
        if asked is None:
            found.append(node(query.strip(), query))
            continue
        result = node(asked.of, query) if asked.of else model.output
        for name in asked.by:
            (result,) = gradient(model.graph, result, [node(name, query)])
        found.append(result)
    return found
