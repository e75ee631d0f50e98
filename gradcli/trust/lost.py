"""Where values are lost: the first node that floats have another value for, or none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcli.engine import explain
from gradcli.engine.beyond import Beyond
from gradcli.graph.node import CONST, INPUT, Node
from gradcli.trust import causes
from gradcli.trust.causes import Cause
from gradcli.trust.scene import APART, Scene

MOST = 6
"""So many causes of one thing are told."""

SUMS = frozenset(("add", "sub"))


def is_bad(scene: Scene, node: Node) -> bool:
    """Whether the value of a node is not finite, or not the one that it has."""
    return not math.isfinite(scene.plain(node)) or scene.is_lost(node)


def began(scene: Scene, node: Node) -> list[Node]:
    """The nodes where it began that the value of a node is bad, the one that matters most first."""
    if not is_bad(scene, node):
        return []
    main = node
    if not math.isfinite(scene.plain(node)):
        main = explain.origin(node, scene.plain)
    while main.op not in {INPUT, CONST}:
        lost = [arg for arg in explain.taken(main, scene.plain) if scene.is_lost(arg)]
        if not lost:
            break
        main = lost[0]
    found = {main: None}
    seen, waiting = {node}, [node]
    for each in waiting:
        bad = [arg for arg in explain.taken(each, scene.plain) if is_bad(scene, arg)]
        waiting += [arg for arg in dict.fromkeys(bad) if arg not in seen]
        seen.update(bad)
        # An infinity that was given is no news where a NaN comes of it.
        if not bad and each.op not in {INPUT, CONST}:
            found[each] = None
    return list(found)[:MOST]


def value_causes(scene: Scene, of: str) -> Iterator[Cause]:
    """The causes of a value of the output that is not finite, or lost.

    Args:
        scene: the program at the point.
        of: what is lost.
    """
    for each in began(scene, scene.output):
        yield value_cause(scene, of, each)


def value_cause(scene: Scene, of: str, node: Node) -> Cause:
    """What is to be said of a node where a value is lost."""
    kind, message = _told(scene, node)
    value, path = scene.plain(node), scene.path(node)
    return Cause(
        of=(of,),
        kind=kind,
        node=scene.own_name(node),
        index=scene.index(node),
        expression=scene.formula(node),
        arguments=scene.arguments(node),
        what=said(value),
        message=message,
        span=scene.span(node),
        path=scene.names(path),
        steps=scene.texts(path),
    )


def said(value: float) -> str:
    """A number for data: ``NaN``, ``Infinity``, or its digits."""
    return repr(float(value)) if math.isfinite(value) else explain.kind(value)


def _told(scene: Scene, node: Node) -> tuple[str, str]:
    """The kind of cause that a node is, and a sentence."""
    plain, true, text = scene.plain(node), scene.true(node), scene.formula(node)
    where = _entry(scene, node)
    text = f"{text}{where}"
    if node.op in {INPUT, CONST}:
        return causes.GIVEN, explain.reason(node, scene.plain, scene.called, text)
    at = scene.at(node)
    if math.isnan(plain):
        root = explain.real_root(node, scene.plain, scene.called)
        return causes.UNDEFINED, f"{text} is not defined{at}" + (f"; {root}" if root else "")
    if math.isinf(plain):
        if type(true) is Beyond or math.isfinite(true):
            size = explain.short(true)
            return causes.OVERFLOW, f"{text} overflows{at}: it is {size}, more than a float holds"
        reason = explain.reason(node, scene.plain, scene.called, text)
        if "overflows" in reason:
            return causes.OVERFLOW, f"{text} overflows{at}"
        return causes.POLE, f"{text} is {explain.kind(plain)}{at}"
    is_small = max(abs(plain), abs(float(true))) < 1e-300
    if is_small and node.op not in SUMS:
        as_float = f"and {explain.short(plain)} as a float"
        message = f"{text} underflows{at}: it is {explain.short(true)}, {as_float}"
        return causes.UNDERFLOW, message
    return causes.CANCELLATION, f"{text} loses its digits{at}: {_digits(plain, true)}"


def _entry(scene: Scene, node: Node) -> str:
    """`` in entry [2,1]``, of an array."""
    index = scene.index(node)
    return f" in entry [{','.join(map(str, index))}]" if index else ""


def _digits(plain: float, true: float) -> str:
    """What floats come to, and what it should be."""
    error = abs(plain - true) / abs(true) if float(true) else math.inf
    right = max(0, math.floor(-math.log10(error))) if 0 < error < 1 else 0
    count = f"{right} of 16 are right" if right else "none is right"
    numbers = [explain.short(each) for each in (true, plain)]
    if numbers[0] == numbers[1]:
        numbers = [repr(float(each)) for each in (true, plain)]
    return f"{count}, it is {numbers[0]} and not {numbers[1]}"


def suspects(scene: Scene) -> list[Node]:
    """Differences that lose most digits, where no number in many digits tells by how much."""
    if scene.precise is not None:
        return []
    return [node for node in scene.order if _cancels(scene, node) and node in scene.active][:MOST]


def _cancels(scene: Scene, node: Node) -> bool:
    if node.op not in SUMS or all(_is_exact(arg) for arg in node.args):
        return False
    value, sizes = scene.plain(node), [abs(scene.plain(arg)) for arg in node.args]
    return abs(value) <= APART * max(sizes) and max(sizes) > 0


def _is_exact(node: Node) -> bool:
    """Whether a node has no rounding error of its own."""
    return node.op in {INPUT, CONST} or (node.op == "neg" and node.args[0].op in {INPUT, CONST})


def suspect_cause(scene: Scene, of: str, node: Node) -> Cause:
    """What is to be said of such a difference."""
    values: Sequence[str] = [explain.short(scene.plain(arg)) for arg in node.args]
    message = (
        f"{scene.formula(node)} loses its digits{scene.at(node)}: "
        f"{values[0]} and {values[1]} nearly cancel"
    )
    return replace(value_cause(scene, of, node), kind=causes.CANCELLATION, message=message)
