"""Why a number is not finite: values are computed first and explained afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from gradcli.engine.beyond import Beyond, digits
from gradcli.engine.interpreter import evaluate
from gradcli.engine.scalar import operation
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.rules import table
from gradcli.syntax.text import brief

Values = Callable[[Node], float]

LARGEST_ROOT = 99
"""Up to which denominator an exponent is taken for a fraction."""


def kind(value: float) -> str:
    """``"NaN"``, ``"Infinity"`` or ``"-Infinity"``."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def kinds(value: Any) -> str:
    """The same of a number, or of the entries of an array that are not finite, and how many."""
    if not getattr(value, "shape", ()):
        return worst(value)
    count = sum(not math.isfinite(entry) for entry in value.ravel().tolist())
    return worst(value) if value.size == 1 else f"{worst(value)} in {count} of {value.size} entries"


def worst(value: Any) -> str:
    """The same of a number, or of the first entry of an array that is not finite."""
    entries = value.ravel().tolist() if hasattr(value, "ravel") else [value]
    return kind(next(entry for entry in entries if not math.isfinite(entry)))


def taken(node: Node, values: Values) -> Sequence[Node]:
    """The arguments that a node's value really came from: of a ``where``, one branch."""
    if node.op == "where":
        return (node.args[0], node.args[1] if values(node.args[0]) else node.args[2])
    return node.args


def active(order: Sequence[Node], outputs: Sequence[Node], values: Values) -> set[Node]:
    """The nodes that the outputs' values really came from."""
    found = set(outputs)
    for node in reversed(order):
        if node in found:
            found.update(taken(node, values))
    return found


def origin(node: Node, values: Values) -> Node:
    """The node where a value that is not finite began."""
    while True:
        value = values(node)
        suspects = [arg for arg in taken(node, values) if not math.isfinite(values(arg))]
        if math.isnan(value):
            suspects.sort(key=lambda arg: not math.isnan(values(arg)))
            # inf - inf of infinities that were given: the difference is where it began.
            if suspects and not math.isnan(values(suspects[0])):
                suspects = [arg for arg in suspects if arg.op not in {INPUT, CONST}]
        if not suspects:
            return node
        node = suspects[0]


_EXACT_POLES = frozenset(["tan"])
"""What no float makes infinite, but a multiple of pi that is not rounded."""


def reason(node: Node, values: Values, name: Callable[[Node], str], text: str) -> str:
    """One sentence on why the node's value is not finite.

    Args:
        node: where it began, as found by `origin`.
        values: the value of a node.
        name: how an argument is called.
        text: the node's formula.
    """
    value = values(node)
    if node.op == INPUT:
        return f"{text} was given as {kind(value)}"
    if node.op == CONST:
        return f"the formula contains {text}"
    if type(node.op) is not str:
        from gradcli.engine.roots import Finder  # noqa: PLC0415  (few programs look for roots)

        # Not the one that is kept for all equal formulas, whose unknown may have another name.
        why = Finder(node.op, operation).find(*map(values, node.args)).reason  # type: ignore[arg-type]  # a root is a name
        where = arguments(node, values, name)
        return f"{text} found no root{where and f' at {where}'}: {why}"
    at = arguments(node, values, name)
    where = f" at {at}" if at else ""
    finite = all(math.isfinite(values(arg)) for arg in node.args)
    if math.isnan(value):
        if finite and _is_too_long(node, values):
            return f"{text} is not computed{where}: the degree is too large"
        return f"{text} is not defined{where}"
    if finite and node.op not in _EXACT_POLES and not _pole(node, values):
        return f"{text} overflows{where}"
    return f"{text} is {kind(value)}{where}"


def real_root(node: Node, values: Values, name: Callable[[Node], str]) -> str | None:
    """What to write for a power of a negative number: ``the real power is cbrt(x)^2``.

    Args:
        node: where a value is NaN.
        values: the value of a node.
        name: how the base is written.

    Returns:
        None if the node is no such power, or its exponent is no fraction, as written, with an
        odd denominator.
    """
    from fractions import Fraction  # noqa: PLC0415  (only a problem needs it)

    if node.op != "pow" or not is_number(node.args[1]):
        return None
    negative, exponent = values(node.args[0]), values(node.args[1])
    if not (-math.inf < negative < 0 and math.isfinite(exponent)):
        return None
    fraction = Fraction(exponent).limit_denominator(LARGEST_ROOT)
    power, root = fraction.numerator, fraction.denominator
    if root % 2 == 0 or root == 1 or power / root != exponent:
        return None
    base = name(node.args[0])
    kind_of_root, written = "root", f"root({base}, {root})"
    if root == 3:
        kind_of_root, written = "cube root", f"cbrt({base})"
    if power == 1:
        return f"the real {kind_of_root} is {written}"
    return f"the real power is {written}^{power}"


def arguments(node: Node, values: Values, name: Callable[[Node], str]) -> str:
    """The arguments of a node with their values: ``x = 0, y = 1``; no number as written."""
    given = [arg for arg in dict.fromkeys(_as_written(node)) if not is_number(arg)]
    return listed(f"{name(arg)} = {short(values(arg))}" for arg in given)


def _as_written(node: Node) -> tuple[Node, ...]:
    """The arguments of a node as it is written: of x!, which is gamma(x + 1), that is x."""
    (total, *others) = node.args
    if node.op != "gamma" or others or total.op != "add" or not total.args[1].is_const:
        return node.args
    return total.args[:1] if total.args[1].value == 1 else node.args


def is_number(node: Node) -> bool:
    """Whether a node is a number as it is written: ``2``, ``-2``, ``1/3`` or ``-1/3``."""
    if node.op == "neg":
        node = node.args[0]
    parts = node.args if node.op == "div" and node.label is None else (node,)
    return all(
        (part.args[0] if part.op == "neg" and part.label is None else part).op == CONST
        for part in parts
    )


def listed(texts: Iterable[str], most: int = 6) -> str:
    """The first few of some texts."""
    first = list(islice(texts, most + 1))
    return ", ".join(first if len(first) <= most else [*first[:most], "…"])


def _pole(node: Node, values: Values) -> bool:
    """Whether the node is at a pole, as the rule table has it for its operation."""
    return _holds(table().pole, node, values) is True


def _is_too_long(node: Node, values: Values) -> bool:
    """Whether the node has a value which is not computed, as the rule table has it."""
    is_computed = _holds(table().computed, node, values)
    return is_computed is False and _holds(table().domain, node, values) is not False


def _holds(
    fact: Callable[[Graph, str, tuple[Node, ...]], Node | None], node: Node, values: Values
) -> bool | None:
    """Whether a condition of the rule table holds for an operation; None: it has none."""
    graph = Graph()
    args = tuple(graph.input(f"x{place}") for place in range(len(node.args)))
    condition = fact(graph, node.op, args)
    if condition is None:
        return None
    return bool(evaluate(graph, [condition], args, [values(arg) for arg in node.args])[0])


def short(value: float) -> str:
    """A number in six digits; infinities have names."""
    if isinstance(value, Beyond):
        return digits(value, 6)
    return brief(value) if math.isfinite(value) else kind(value)
