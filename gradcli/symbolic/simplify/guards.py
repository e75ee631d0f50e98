"""Which choices of rules a formula for people is written without.

The derivative of x^n by n is x^n*log(x) to people, and what it is where x is 0 is not meant. What
is evaluated keeps the condition.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from gradcli.graph.domains import holds_elsewhere, is_guard
from gradcli.graph.node import CONST, Node


class Guards(NamedTuple):
    """Leaves out the choices that are no part of what is differentiated.

    Attributes:
        own: the nodes of what is differentiated: their conditions are written.
        holds: whether a condition holds at the point that is meant; one that fails is written.
    """

    own: Collection[Node] = frozenset()
    holds: Callable[[Node], object] = lambda _: True

    def leaves_out(self, choice: Node) -> bool:
        """Whether a choice is one of a rule, whose first branch is written alone."""
        condition = choice.args[0]
        is_own = choice in self.own or condition in self.own
        return is_guard(choice) and not is_own and bool(self.holds(condition))

    def rest(self, choice: Node) -> list[Node] | None:
        """The conditions that are written of several that have to hold; None: all of them."""
        condition, _, otherwise = choice.args
        if condition.op != "and" or not (otherwise.op == CONST and otherwise.value == 0):
            return None
        parts, waiting = list[Node](), [condition]
        while waiting:
            part = waiting.pop()
            if part.op == "and" and part not in self.own:
                waiting += reversed(part.args)
            else:
                parts.append(part)
        kept = [each for each in parts if not self._is_understood(each)]
        return kept if len(kept) < len(parts) else None

    def _is_understood(self, condition: Node) -> bool:
        return (
            condition not in self.own and holds_elsewhere(condition) and bool(self.holds(condition))
        )
