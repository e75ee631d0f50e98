"""Which choices in a derivative are conditions of rules that people need no word of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradcli.graph.domains import LOGIC, is_guard
from gradcli.graph.node import INPUT, Node
from gradcli.graph.unparse import Unparser

if TYPE_CHECKING:
    from gradcli.graph.model import Model
    from gradcli.symbolic.simplify.simplifier import Simplifier


class Guards:
    """Tells the choices of rules from those of the program, and whether they matter at the point.

    A formula is in a graph of its own, simplified: conditions are known by their text.

    Args:
        model: the program.
        holds: whether a condition holds at the point; it does where nothing is known.
    """

    def __init__(self, model: Model, holds: Callable[[Node], bool]) -> None:
        order = model.graph.ancestors([model.output])
        choices = [node.args[0] for node in order if node.op == "where"]
        self._conditions = [
            *dict.fromkeys([*choices, *(node for node in order if node.op in LOGIC)])
        ]
        self._own = {*map(_text, self._conditions)}
        self._holds = holds

    def learn(self, simplifier: Simplifier) -> None:
        """Learn how a simplifier writes the conditions of the program."""
        if self._conditions:
            self._own.update(map(_text, simplifier.simplify(self._conditions)))

    def __call__(self, choice: Node) -> bool:
        """Whether a choice is left out for people."""
        if not is_guard(choice):
            return False
        condition = choice.args[0]
        return _text(condition) not in self._own and self._holds(condition)


def _text(condition: Node) -> str:
    return Unparser({}).text(condition)


def inputs_of(condition: Node) -> list[Node]:
    """The inputs that a condition is made of."""
    found: dict[Node, None] = {}
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting.extend(node.args)
    return [node for node in found if node.op == INPUT]
