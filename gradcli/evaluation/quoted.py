"""What messages quote of a program at a point: formulas, and what they stand for there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gradcli.engine import explain
from gradcli.graph.node import Node
from gradcli.hints import shortened

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp

LONGEST = 100
"""How much of a formula is quoted."""


def formula(at: LookUp, node: Node) -> str:
    """One operation, cut if it is long."""
    return shortened(at.shown.operation(node), LONGEST)


def meant(at: LookUp, nodes: Iterable[Node]) -> str:
    """What the automatic names of a message stand for: nobody need have seen them."""
    found = at.shown.meant(nodes).items()
    told = explain.listed(f"{name} is {shortened(text, LONGEST)}" for name, text in found)
    return f", where {told}" if told else ""


def given(at: LookUp, node: Node) -> str:
    """The arguments of an operation with their values: `` at x = 0``."""
    values = explain.arguments(node, at.value_of, at.shown.called)
    return (f" at {values}" if values else "") + meant(at, node.args)
