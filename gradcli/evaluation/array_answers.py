"""The numbers and arrays behind questions about a program of arrays, or about entries of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcli.evaluation.answers import Answers
from gradcli.evaluation.forms import entry_of
from gradcli.graph.node import Node
from gradcli.syntax.spelling import array_name, plain


class ArrayAnswers(Answers):
    """What a program of arrays at a point answers."""

    def numbers(self, query: str) -> list[Any]:
        """The number or array behind ``J``, ``W[1,2]``, ``d/dW`` or ``d/dW[1,2]``.

        The derivative of an output that is an array has the axes of that first.

        Raises:
            InputError: there is no such node or entry.
            UsageError: the derivative has too many entries.
        """
        other = self._other(query)
        if other is not None:
            return other.numbers
        behind = self._behind(query)
        name = query.partition("/")[2].strip()[1:] if behind is not None else query.strip()
        value: Callable[[Node], Any] = self._at.value_of if behind is None else self._derivative_by
        place = self._entry(plain(name))
        nodes = behind if behind is not None else self.find(name, query)
        found = [value(node) for node in nodes]
        if place is None:
            return found
        # The axes of what a derivative is by are the last ones.
        entries = [each[(..., *place)] for each in found]
        return [each if np.shape(each) else float(each) for each in entries]

    def is_one(self, query: str) -> bool:
        """Whether a question is about a single node or entry, and no family."""
        name = query.partition("/")[2].strip()[1:] or query
        return super().is_one(query) or self._entry(plain(name.strip())) is not None

    def find(self, name: str, query: str) -> Sequence[Node]:
        """The node of a name, that of the array of an entry, or the nodes of a family.

        Raises:
            InputError: there is no such node.
        """
        place = self._entry(plain(name))
        return super().find(name if place is None else array_name(plain(name)), query)

    def _derivative_by(self, node: Node) -> Any:
        """The derivative by a node; of an output that is an array the Jacobian."""
        model = self._at.model
        if not model.output.shape:
            return self._at.grad_of(node)
        from gradcli.evaluation.jacobian import jacobian  # noqa: PLC0415  (few ask for one)

        return jacobian(model, node, [self._at.value_of(each) for each in model.inputs])

    def _entry(self, name: str) -> tuple[int, ...] | None:
        """The place of an entry, if a name is that of one of an array."""
        array = self._known.get(array_name(name))
        if name in self._known or array is None or not array.shape:
            return None
        return entry_of(array, name, "query")
