"""What has to be said about the numbers: not finite, or a derivative that is not unique."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.engine import explain
from gradcli.engine.beyond import is_too_small
from gradcli.errors import Problem
from gradcli.evaluation.quoted import formula, given, meant
from gradcli.graph.node import INPUT, Node

MOST = 20
"""How many numbers are told of one by one."""

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gradcli.evaluation.lookup import LookUp


def warnings(at: LookUp, targets: Sequence[Node]) -> list[Problem]:
    """What is wrong with the output's value, else with derivatives, and what was a convention.

    Args:
        at: the program at a point.
        targets: the nodes whose derivative is asked for; with none of them no derivative is made.
    """
    problems = [*at.value_problems, *_too_small(at, targets)]
    if targets:
        problems += of_derivatives(at, targets, remedies=True)
    return problems


def diagnose(at: LookUp, targets: Sequence[Node]) -> list[Problem]:
    """Everything about a program at a point that is not an ordinary number.

    First where the output went wrong, then where a derivative did, then the conventions that
    were applied, then (kind ``"follows"``) every other number that is not finite.

    Args:
        at: the program at a point.
        targets: the nodes whose derivative is asked for.
    """
    problems = warnings(at, targets)
    told = {problem.node for problem in problems if problem.kind in {"value", "derivative"}}
    problems += _others(at, told)
    return problems


def _active(at: LookUp) -> set[Node]:
    return explain.active(list(at.names), [at.model.output], at.value_of)


def depending(at: LookUp, targets: Collection[Node]) -> set[Node]:
    """The nodes that what is asked for leads to: what is constant beside it has no say."""
    found = set(targets)
    for node in at.names:
        if not found.isdisjoint(node.args):
            found.add(node)
    return found


def name_of(at: LookUp, node: Node) -> str:
    """The name of a node, or what it is if it has none."""
    return at.names.get(node) or at.shown.formula(node)


def value_problems(at: LookUp, *, remedies: bool = True) -> list[Problem]:
    """Why the output's value is not finite, if it is not.

    Args:
        at: the program at a point.
        remedies: also what it goes to there, and what to write instead, which takes a few
            evaluations of the program.
    """
    output = at.model.output
    if math.isfinite(at.value_of(output)):
        return []
    node = explain.origin(output, at.value_of)
    text = formula(at, node)
    message = explain.reason(node, at.value_of, at.shown.called, text) + meant(at, node.args)
    if node is not output:
        result = explain.kind(at.value_of(output))
        message += f", and so {at.names[output]} is {result}"
    message += _real_root(at, node)
    if remedies:
        message += at.limit_beside + instead(at, node, ())
    what = explain.kind(at.value_of(node))
    return [Problem("value", name_of(at, node), what, message, at.symbols.span(node))]


def way_out(at: LookUp, node: Node) -> str:
    """What may be written where a value is lost: ``; the real cube root is cbrt(x)``."""
    return _real_root(at, node) + instead(at, node, ())


def _real_root(at: LookUp, node: Node) -> str:
    """The real root that a power may have been meant for; a long base is left to the reader."""

    def written(base: Node) -> str:
        return "…" if at.shown.meant([base]) else at.shown.called(base)

    root = explain.real_root(node, at.value_of, written)
    return f"; {root}" if root else ""


def _too_small(at: LookUp, targets: Sequence[Node]) -> Iterator[Problem]:
    """What is asked for and is no 0, and would be one as a float, or have few digits left."""
    value = at.value_of(at.model.output)
    if is_too_small(value):
        yield _small(at, at.model.output, at.names[at.model.output], value)
    small = [node for node in targets if is_too_small(at.grad_of(node))]
    for node in small[:MOST]:
        yield _small(at, node, f"the derivative by {at.shown.called(node)}", at.grad_of(node))
    if len(small) > MOST:
        node = small[MOST]
        message = f"so are {len(small) - MOST} more derivatives"
        yield Problem("small", at.names[node], "too small", message, at.symbols.span(node))
    yield from _cancelled(at, targets)


def _cancelled(at: LookUp, targets: Sequence[Node]) -> Iterator[Problem]:
    """Derivatives by inputs without digits, since equal terms are taken from each other."""
    for node in targets if at.cancels(targets) else ():
        derivative = at.derivative_by(node) if node.op == INPUT else None
        if derivative is None:
            continue
        from gradcli.evaluation.cancelled import true_value  # noqa: PLC0415  (of a few targets)

        true = true_value(at.model.graph, derivative, at.value_of)
        if true is not None:
            name, found = at.shown.called(node), explain.short(at.grad_of(node))
            message = f"the derivative by {name} loses its digits: it is "
            message += f"{explain.short(true)}, and {found} as a float"
            yield Problem("small", at.names[node], "too small", message, at.symbols.span(node))


def _small(at: LookUp, node: Node, what: str, number: float) -> Problem:
    message = f"{what} is {explain.short(number)}, which is too small for a float"
    return Problem("small", at.names[node], "too small", message, at.symbols.span(node))


def instead(at: LookUp, node: Node, targets: Sequence[Node]) -> str:
    """What to write instead, if that is known: ``; write norm(x, y) for sqrt(x^2 + y^2)``."""
    from gradcli.evaluation.remedy import in_words  # noqa: PLC0415  (where something is lost)

    words = in_words(at, node, targets)
    return f"; {words}" if words else ""


def _derivatives(
    at: LookUp, between: Collection[Node], targets: Sequence[Node], *, remedies: bool
) -> Iterator[Problem]:
    """The edges at which a derivative ceases to be finite in the backward pass."""
    if all(math.isfinite(at.grad_of(node)) for node in targets):
        return  # what is infinite on the way there vanishes in the whole
    bad = {node for node in between if not math.isfinite(at.grad_of(node))}
    if not math.isfinite(at.value_of(at.model.output)):
        return
    active = _active(at)
    edges = [
        (node, arg, partial)
        for node in reversed(list(at.names))
        if node in active and node not in bad
        for arg, partial in zip(node.args, at.local_of(node), strict=True)
        if arg in bad and partial is not None and not math.isfinite(partial)
    ]
    inputs = [node for node in at.model.inputs if node in bad]
    for node, arg, partial in edges[:MOST]:
        what = explain.kind(at.grad_of(arg))
        message = _edge(at, node, arg, partial)
        message += instead(at, node, inputs) if remedies and inputs else ""
        yield Problem("derivative", at.names[arg], what, message, at.symbols.span(node))
    if len(edges) > MOST:
        node, arg, _ = edges[MOST]
        what = explain.kind(at.grad_of(arg))
        message = f"nor are the derivatives along {len(edges) - MOST} more edges finite"
        yield Problem("derivative", at.names[arg], what, message, at.symbols.span(node))
    if not edges:
        node = max(bad, key=lambda each: each.index)
        what = explain.kind(at.grad_of(node))
        message = (
            f"the derivative by {at.shown.called(node)}{meant(at, [node])} is {what}: "
            "a product in its chain rule overflows"
        )
        yield Problem("derivative", at.names[node], what, message, at.symbols.span(node))


def _edge(at: LookUp, node: Node, arg: Node, partial: float) -> str:
    is_root = type(node.op) is not str
    return (
        f"the derivative of {formula(at, node)} by {at.shown.called(arg)} "
        f"is {explain.kind(partial)}{given(at, node)}{_MULTIPLE if is_root else ''}"
    )


_MULTIPLE = ", where the root is a multiple one: what is to be 0 has no slope there"


def about(at: LookUp, targets: Sequence[Node] | None = None) -> list[Problem]:
    """What there is to say of the value, and of derivatives alone.

    Args:
        at: the program at a point.
        targets: what the derivatives are by; None for those that are asked for.
    """
    targets = at.targets if targets is None else targets
    return [*value_problems(at, remedies=False), *of_derivatives(at, targets)]


def of_derivatives(at: LookUp, targets: Sequence[Node], *, remedies: bool = False) -> list[Problem]:
    """What is not finite, and what is not unique, of the derivatives by some nodes.

    Args:
        at: the program at a point.
        targets: the nodes.
        remedies: also what to write instead, which takes a few evaluations of the program.
    """
    # What is said of both sides says why a number is not finite as well.
    others = [node for node in targets if at.whole is None or not at.whole.has_sides(node)]
    found = [*_derivatives(at, depending(at, others), others, remedies=remedies)]
    if at.whole is None:
        return found
    from gradcli.evaluation.beside.kinks import kinks  # noqa: PLC0415  (only where something is tied)

    return [*found, *kinks(at, targets)]


def _others(at: LookUp, told: set[str]) -> Iterator[Problem]:
    """All other numbers that are not finite, so that no null of the JSON is without a word."""
    for node in at.names:
        if at.names[node] in told:
            continue
        locals_ = [partial for partial in at.local_of(node) if partial is not None]
        for number, what in (
            (at.value_of(node), "its value"),
            (at.grad_of(node), "its derivative"),
            *((partial, "a local partial") for partial in locals_),
        ):
            if not math.isfinite(number):
                message = f"{what} is {explain.kind(number)}"
                kind = explain.kind(number)
                yield Problem("follows", at.names[node], kind, message, at.symbols.span(node))
                break
