"""By which operation each node is computed: some are more accurate together with their arguments.

A rounding error that the next operation would multiply is carried into it: that of the exponent in
x^(a - b) and exp(a - b), that of the argument in gamma(a + b), which may be beside a pole, that of
an angle in degrees, and that of a logsumexp wherever something is subtracted from it. The graph
stays as it was written; only what an engine runs is different.
"""

from __future__ import annotations

from typing import NamedTuple

from gradcli.graph.node import Node


class Part(NamedTuple):
    """A number that no node stands for: an operation on the arguments of a node."""

    op: str
    node: Node

    @property
    def args(self) -> tuple[Node, ...]:
        """What the operation is applied to."""
        return self.node.args


Lowered = tuple[str, tuple[Node | Part, ...]]
"""An operation, and what it is applied to."""


def lowered(node: Node | Part) -> Lowered:
    """The operation that computes a node, and what it is applied to."""
    op, args = node.op, node.args
    if isinstance(node, Part):
        return op, args
    match op:
        case "pow" if args[1].op == "sub":
            return "pow_diff", (args[0], *args[1].args)
        case "exp" if args[0].op == "sub":
            return _exponential(*args[0].args)
        case "sub" if args[0].op == "logsumexp":
            return "logsumexp_less", (*_parts(args[0]), args[1])
        case "sub" if args[1].op == "logsumexp":
            return "less_logsumexp", (args[0], *_parts(args[1]))
        case "logsumexp":
            return "logsumexp_from", _parts(node)
        case "gamma" | "lgamma" | "digamma" | "polygamma" if args[-1].op == "add":
            return f"{op}_sum", (*args[:-1], *args[-1].args)
        case "sin" | "cos" | "tan" if args[0].op == "mul" and args[0].args[1].label == "deg":
            return f"{op}_degrees", (args[0].args[0],)
    return op, args


def _exponential(a: Node, b: Node) -> Lowered:
    """The exponential of a difference, which is a share of the whole if b is a logsumexp."""
    if b.op == "logsumexp":
        return "exp_share", (a, *_parts(b))
    return "exp_diff", (a, b)


def _parts(node: Node) -> tuple[Part, Part]:
    """What a logsumexp is computed from: its greatest argument, and the other exponentials."""
    return Part("max", node), Part("exp_rest", node)
