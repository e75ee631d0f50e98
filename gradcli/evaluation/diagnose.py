"""What has to be said about the numbers: not finite, or a derivative that is not unique."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.engine import explain
from gradcli.engine.beyond import is_too_small
from gradcli.errors import Problem
from gradcli.graph.node import Node
from gradcli.hints import shortened
from gradcli.syntax.text import brief

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from gradcli.evaluation.lookup import LookUp

MOST = 20
"""How many edges and kinks are told one by one."""

LONGEST = 100
"""How much of a formula is quoted."""


def warnings(at: LookUp) -> list[Problem]:
    """What is wrong with the output's value, else with derivatives, and what was a convention."""
    return [*value_problems(at), *_too_small(at), *_derivatives(at), *_kinks(at, at.names)]


def diagnose(at: LookUp) -> list[Problem]:
    """Everything about a program at a point that is not an ordinary number.

    First where the output went wrong, then where a derivative did, then the conventions that
    were applied, then (kind ``"follows"``) every other number that is not finite.
    """
    problems = warnings(at)
    told = {problem.node for problem in problems if problem.kind in {"value", "derivative"}}
    problems += _others(at, told)
    return problems


def _active(at: LookUp) -> set[Node]:
    return explain.active(list(at.names), [at.model.output], at.value_of)


def _asked(at: LookUp) -> set[Node]:
    """The nodes that what is asked for leads to: what is constant beside it has no say."""
    found = set(at.targets)
    for node in at.names:
        if not found.isdisjoint(node.args):
            found.add(node)
    return found


def _formula(at: LookUp, node: Node) -> str:
    return shortened(at.symbols.operation(node), LONGEST)


def _meant(at: LookUp, nodes: Iterable[Node]) -> str:
    """What the automatic names of a message stand for: nobody need have seen them."""
    meant = at.symbols.meant(nodes).items()
    told = explain.listed(f"{name} is {shortened(text, LONGEST)}" for name, text in meant)
    return f", where {told}" if told else ""


def _name(at: LookUp, node: Node) -> str:
    return at.names.get(node) or at.symbols.formula(node)


def value_problems(at: LookUp) -> list[Problem]:
    """Why the output's value is not finite, if it is not."""
    output = at.model.output
    if math.isfinite(at.value_of(output)):
        return []
    node = explain.origin(output, at.value_of)
    text = _formula(at, node)
    message = explain.reason(node, at.value_of, at.symbols.called, text) + _meant(at, node.args)
    if node is not output:
        result = explain.kind(at.value_of(output))
        message += f", and so {at.names[output]} is {result}"
    message += _way_out(at, node)
    what = explain.kind(at.value_of(node))
    return [Problem("value", _name(at, node), what, message, at.symbols.span(node))]


def _way_out(at: LookUp, node: Node) -> str:
    """The real root that a power may have been meant for; a long base is left to the reader."""

    def written(base: Node) -> str:
        return "…" if at.symbols.meant([base]) else at.symbols.called(base)

    root = explain.real_root(node, at.value_of, written)
    return f"; {root}" if root else ""


def _too_small(at: LookUp) -> Iterator[Problem]:
    """What is asked for and is no 0, and would be one as a float, or have few digits left."""
    value = at.value_of(at.model.output)
    if is_too_small(value):
        yield _small(at, at.model.output, at.names[at.model.output], value)
    small = [node for node in at.targets if is_too_small(at.grad_of(node))]
    for node in small[:MOST]:
        yield _small(at, node, f"the derivative by {at.symbols.called(node)}", at.grad_of(node))
    if len(small) > MOST:
        node = small[MOST]
        message = f"so are {len(small) - MOST} more derivatives"
        yield Problem("small", at.names[node], "too small", message, at.symbols.span(node))


def _small(at: LookUp, node: Node, what: str, number: float) -> Problem:
    message = f"{what} is {explain.short(number)}, which is too small for a float"
    return Problem("small", at.names[node], "too small", message, at.symbols.span(node))


def _derivatives(at: LookUp) -> Iterator[Problem]:
    """The edges at which a derivative ceases to be finite in the backward pass."""
    bad = {node for node in _asked(at) if not math.isfinite(at.grad_of(node))}
    if not bad or not math.isfinite(at.value_of(at.model.output)):
        return
    active = _active(at)
    edges = [
        (node, arg, partial)
        for node in reversed(list(at.names))
        if node in active and node not in bad
        for arg, partial in zip(node.args, at.local_of(node), strict=True)
        if arg in bad and partial is not None and not math.isfinite(partial)
    ]
    for node, arg, partial in edges[:MOST]:
        what = explain.kind(at.grad_of(arg))
        message = _edge(at, node, arg, partial)
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
            f"the derivative by {at.symbols.called(node)}{_meant(at, [node])} is {what}: "
            "a product in its chain rule overflows"
        )
        yield Problem("derivative", at.names[node], what, message, at.symbols.span(node))


def _given(at: LookUp, node: Node) -> str:
    given = explain.arguments(node, at.value_of, at.symbols.called)
    return (f" at {given}" if given else "") + _meant(at, node.args)


def _edge(at: LookUp, node: Node, arg: Node, partial: float) -> str:
    return (
        f"the derivative of {_formula(at, node)} by {at.symbols.called(arg)} "
        f"is {explain.kind(partial)}{_given(at, node)}"
    )


def about(at: LookUp) -> list[Problem]:
    """What is to be said of the value, and of the derivatives that are asked for and no others."""
    return [*value_problems(at), *_derivatives(at), *kinks(at)]


def kinks(at: LookUp) -> list[Problem]:
    """The conventions that were applied in the derivatives that are asked for, and no others."""
    return list(_kinks(at, _asked(at)))


def _kinks(at: LookUp, nodes: Collection[Node]) -> Iterator[Problem]:
    active = _active(at) if at.kinks else set()
    hit = [
        node
        for node in at.names
        if node in at.kinks
        and node in nodes
        and node in active
        and at.value_of(at.kinks[node])
        and at.grad_of(node)
        # A partial that is no number has been told of as such.
        and not any(math.isnan(partial or 0) for partial in at.local_of(node))
    ]
    for node in hit[:MOST]:
        used = [brief(partial) for partial in at.local_of(node) if partial is not None]
        message = (
            f"the derivative of {_formula(at, node)} is not unique{_given(at, node)}; "
            f"{explain.listed(used)} {'is' if len(used) == 1 else 'are'} used"
        )
        yield Problem("kink", at.names[node], "not unique", message, at.symbols.span(node))
    if len(hit) > MOST:
        node, more = hit[MOST], len(hit) - MOST
        message = f"nor are the derivatives of {more} more nodes"
        yield Problem("kink", at.names[node], "not unique", message, at.symbols.span(node))


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
