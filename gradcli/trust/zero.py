"""Why a value is 0: the factor, the branch or the step that makes it so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcli.engine import explain
from gradcli.graph.node import CONST, INPUT, Node
from gradcli.trust import causes
from gradcli.trust.causes import Cause
from gradcli.trust.lost import SUMS, value_cause
from gradcli.trust.scene import Scene
from gradcli.trust.slopes import CHOICES, STEPS


def zero_causes(scene: Scene, of: str) -> Iterator[Cause]:
    """The cause of a value that is exactly 0; none of any other."""
    node = scene.output
    if scene.true(node) or node.op in {INPUT, CONST}:
        return
    while (below := _below(scene, node)) is not None and below.op not in {INPUT, CONST}:
        node = below
    yield _told(scene, of, node)


def _below(scene: Scene, node: Node) -> Node | None:
    """The argument that is 0, and so makes a node 0."""
    if node.op in STEPS or node.op in SUMS:
        return None
    args = node.args[:1] if node.op == "div" else explain.taken(node, scene.plain)
    if node.op == "where":
        args = args[1:]
    return next((arg for arg in args if not scene.true(arg)), None)


def _told(scene: Scene, of: str, node: Node) -> Cause:
    text, at = scene.formula(node), scene.at(node)
    zero = _below(scene, node)
    kind, message = causes.STATIONARY, f"{text} is 0{at}"
    if node.op in SUMS:
        kind, message = causes.BALANCE, f"{text} is 0{at}: both are equal"
        if node.op == "add":
            message = f"{text} is 0{at}"
    elif node.op in STEPS:
        kind, message = causes.FLAT, f"{text} is 0{at}, and constant in steps"
    elif node.op in CHOICES:
        kind, message = causes.BRANCH, f"{text} is 0{at}: that is its branch there"
    elif zero is not None and node.op in {"mul", "div"}:
        kind, message = causes.FACTOR, f"{text} is 0, because its factor {scene.called(zero)} is"
    return replace(value_cause(scene, of, node), kind=kind, message=message)
