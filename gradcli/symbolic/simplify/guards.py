"""Which choices of rules a formula for people is written without.

The derivative of x^n by n is x^n*log(x) to people, and what it is where x is 0 is not meant. What
is evaluated keeps the condition.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from gradcli.graph.domains import holds_elsewhere, is_guard
from gradcli.graph.node import CONST, Node
from gradcli.syntax.walk import bottom_up


class Guards:
    """Leaves out the choices that are no part of what is differentiated.

    Args:
        own: the nodes of what is differentiated: their conditions are written.
        holds: whether a condition holds at the point that is meant; one that fails is written.
    """

    def __init__(
        self, own: Collection[Node] = frozenset(), holds: Callable[[Node], object] = lambda _: True
    ) -> None:
        self._own = own
        self._holds = holds
        self._understood: dict[Node, bool] = {}

    def leaves_out(self, choice: Node) -> bool:
        """Whether a choice is one of a rule, whose first branch is written alone."""
        condition = choice.args[0]
        is_own = choice in self._own or condition in self._own
        return is_guard(choice) and not is_own and bool(self._holds(condition))

    def rest(self, choice: Node) -> list[Node] | None:
        """The conditions that are written of several that have to hold; None: all of them."""
        condition, _, otherwise = choice.args
        if condition.op != "and" or not (otherwise.op == CONST and otherwise.value == 0):
            return None
        kept, waiting = list[Node](), [condition]
        has_understood = False
        while waiting:
            part = waiting.pop()
            if self._is_understood(part):
                has_understood = True
            elif self._joined(part):
                waiting += reversed(part.args)
            else:
                kept.append(part)
        return kept if has_understood else None

    def _joined(self, condition: Node) -> tuple[Node, ...]:
        """The conditions that all have to hold for one, if there are several."""
        return condition.args if condition.op == "and" and condition not in self._own else ()

    def _is_understood(self, condition: Node) -> bool:
        """Whether nothing is written for a condition.

        In a tower of powers each one is reached where all outside it are: what is said of them is
        known when the next is asked for.
        """
        return bottom_up(condition, self._joined, self._is_left_out, self._understood)[condition]

    def _is_left_out(self, condition: Node, known: Mapping[Node, bool]) -> bool:
        parts = self._joined(condition)
        if parts:
            return all(known[part] for part in parts)
        if condition in self._own or not holds_elsewhere(condition):
            return False
        return bool(self._holds(condition))
