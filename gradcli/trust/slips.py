"""What two formulas may differ by: for each slip of the pen the formula that it makes of another.

A slip is tried by its numbers alone: it is one if it gives the second formula at every point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from gradcli.evaluation.objects import exact
from gradcli.graph.node import Graph, Node
from gradcli.rewriting.apply import with_put_in
from gradcli.trust.candidates import EXCHANGED, FACTOR, OFF, SHAPE, SIGN, TRANSPOSED
from gradcli.trust.observed import Mistake
from gradcli.trust.ways import is_near

MISSING = "missing"
OFFSET = "constant"
INVERSE = "inverse"

KINDS = (SIGN, FACTOR, OFFSET, INVERSE, MISSING, OFF, EXCHANGED, SHAPE, TRANSPOSED)
"""What formulas can differ by."""

MOST = 300
"""So many slips are tried."""

_MIXED_UP = {
    "sin": ("cos",), "cos": ("sin",), "sinh": ("cosh",), "cosh": ("sinh",), "tan": ("tanh",),
    "tanh": ("tan",), "log": ("log10", "log2"), "log10": ("log",), "log2": ("log",),
    "exp": ("expm1",), "expm1": ("exp",), "log1p": ("log",), "max": ("min",), "min": ("max",),
    "floor": ("ceil", "round"), "ceil": ("floor",), "round": ("floor",), "asin": ("acos",),
    "acos": ("asin",), "erf": ("erfc",), "erfc": ("erf",),
}  # fmt: skip
"""Functions that are taken for one another."""

Slip = tuple[Mistake, Node]
"""A mistake, and what it makes of a node."""


def of_the_whole(values: Sequence[tuple[Any, Any]]) -> Mistake | None:
    """What all values of a formula are beside those of another, at the same points.

    Args:
        values: those of the first and of the second one, in many digits.
    """
    pairs = [(a, b) for a, b in values if isfinite(a) and isfinite(b) and a and b]
    if len(pairs) < 2 or len({a for a, _ in pairs}) < 2:
        return None
    if all(is_near(b, -a, 0.0) for a, b in pairs):
        return Mistake(SIGN, "the second one has the other sign")
    ratios = [b / a for a, b in pairs]
    if all(is_near(each, ratios[0], 0.0) for each in ratios):
        return Mistake(FACTOR, f"the second one is {_number(float(ratios[0]))} times the first")
    steps = [b - a for a, b in pairs]
    if all(is_near(each, steps[0], 0.0) for each in steps):
        return Mistake(OFFSET, f"the second one is the first {_signed(float(steps[0]))}")
    if all(is_near(a * b, 1.0, 0.0) for a, b in pairs):
        return Mistake(INVERSE, "the second one is 1 over the first")
    return None


def _number(value: float) -> str:
    near = Fraction(value).limit_denominator(1000)
    if near and is_near(float(near), value, 0.0, 1e-12):
        return str(near)
    return exact(float(f"{value:.12g}"))


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '-'} {_number(abs(value))}"


def slip(
    graph: Graph,
    first: Node,
    is_second: Callable[[Node], bool],
    called: Callable[[Node], str],
) -> Mistake | None:
    """The slip that makes one formula of another.

    Args:
        graph: a draft, to which the formulas that are tried are added.
        first: the formula.
        is_second: whether a node has the numbers of the other one.
        called: how a node is told.
    """
    order = graph.ancestors([first])
    tried = 0
    for node in reversed(order):
        for mistake, made in _slips(graph, node, called):
            tried += 1
            if tried > MOST:
                return None
            if is_second(with_put_in(graph, first, {node: made})):
                return mistake
    return None


def _slips(graph: Graph, node: Node, called: Callable[[Node], str]) -> Iterator[Slip]:
    """What may be written instead of a node by mistake."""
    for kind in (_signs, _left_out, _exchanged, _off_by_one, _factors):
        yield from kind(graph, node, called)


def _signs(graph: Graph, node: Node, called: Callable[[Node], str]) -> Iterator[Slip]:
    op, args = node.op, node.args
    if op in {"add", "sub"}:
        other = "sub" if op == "add" else "add"
        negative = graph.node("neg", args[:1])
        yield Mistake(SIGN, f"{called(args[1])} has the other sign"), graph.node(other, args)
        made = graph.node(op, (negative, args[1]))
        yield Mistake(SIGN, f"{called(args[0])} has the other sign"), made
    elif op == "neg":
        yield Mistake(SIGN, f"{called(args[0])} has the other sign"), args[0]


def _left_out(graph: Graph, node: Node, called: Callable[[Node], str]) -> Iterator[Slip]:
    del graph
    op, args = node.op, node.args
    if op in {"add", "sub", "mul"}:
        what = "factor" if op == "mul" else "term"
        yield Mistake(MISSING, f"the {what} {called(args[1])} is missing"), args[0]
        if op != "sub":
            yield Mistake(MISSING, f"the {what} {called(args[0])} is missing"), args[1]
    elif op == "div":
        yield Mistake(MISSING, f"{called(args[0])} is not divided by {called(args[1])}"), args[0]
    elif len(args) == 1 and op not in {"neg", "id"}:
        yield Mistake(MISSING, f"{op} is missing around {called(args[0])}"), args[0]


def _exchanged(graph: Graph, node: Node, called: Callable[[Node], str]) -> Iterator[Slip]:
    op, args = node.op, node.args
    if op in {"mul", "div"}:
        other, verb = ("div", "divided by") if op == "mul" else ("mul", "multiplied by")
        words = f"{called(args[0])} is {verb} {called(args[1])}"
        yield Mistake(EXCHANGED, words), graph.node(other, args)
    if op in {"sub", "div", "pow", "atan2"} and args[0] is not args[1]:
        words = f"the two sides of {called(node)} are exchanged"
        yield Mistake(EXCHANGED, words), graph.node(op, args[::-1])
    for other in _MIXED_UP.get(op, ()):
        yield Mistake(EXCHANGED, f"{other} stands for {op}"), graph.node(other, args)


def _off_by_one(graph: Graph, node: Node, called: Callable[[Node], str]) -> Iterator[Slip]:
    if node.op == "pow" and node.args[1].is_const:
        for step in (1.0, -1.0):
            exponent = graph.const(node.args[1].value + step)
            words = f"the exponent of {called(node)} is off by one"
            yield Mistake(OFF, words), graph.node("pow", (node.args[0], exponent))


def _factors(graph: Graph, node: Node, called: Callable[[Node], str]) -> Iterator[Slip]:
    for factor, words in ((2.0, "twice"), (0.5, "half of")) if node.args else ():
        made = graph.node("mul", (graph.const(factor), node))
        yield Mistake(FACTOR, f"{called(node)} is {words} what it is in the first"), made
