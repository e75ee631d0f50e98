"""What has to be said about the numbers: not finite, or a derivative that is not unique."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gradcli.engine import explain
from gradcli.errors import Problem
from gradcli.evaluation.report import Report
from gradcli.graph.node import Node
from gradcli.hints import shortened

MOST = 20
"""How many edges and kinks are told one by one."""

LONGEST = 100
"""How much of a formula is quoted."""


def diagnose(report: Report) -> list[Problem]:
    """Everything about a solution that is not an ordinary number.

    First where the output went wrong, then where a derivative did, then the conventions that
    were applied, then (kind ``"follows"``) every other number that is not finite.
    """
    problems = [*_value(report), *_derivatives(report), *_kinks(report)]
    told = {problem.node for problem in problems if problem.kind != "kink"}
    problems += _others(report, told)
    return problems


def _active(report: Report) -> set[Node]:
    return explain.active(report.shown, [report.model.output], report.value)


def _formula(report: Report, node: Node) -> str:
    return shortened(report.formula(node), LONGEST)


def _name(report: Report, node: Node) -> str:
    return report.names.get(node) or report.formula(node)


def _value(report: Report) -> Iterator[Problem]:
    output = report.model.output
    if math.isfinite(report.value(output)):
        return
    node = explain.origin(output, report.value)
    text = _formula(report, node)
    message = explain.reason(node, report.value, lambda arg: _name(report, arg), text)
    if node is not output:
        result = explain.kind(report.value(output))
        message += f", and so {report.names[output]} is {result}"
    what = explain.kind(report.value(node))
    yield Problem("value", _name(report, node), what, message, report.span(node))


def _derivatives(report: Report) -> Iterator[Problem]:
    """The edges at which a derivative ceases to be finite on its way back from the output."""
    bad = {node for node in report.shown if not math.isfinite(report.grad(node))}
    if not bad or not math.isfinite(report.value(report.model.output)):
        return
    active = _active(report)
    edges = [
        (node, arg, partial)
        for node in reversed(report.shown)
        if node in active and node not in bad
        for arg, partial in zip(node.args, report.local(node), strict=True)
        if arg in bad and partial is not None and not math.isfinite(partial)
    ]
    for node, arg, partial in edges[:MOST]:
        what = explain.kind(report.grad(arg))
        message = _edge(report, node, arg, partial)
        yield Problem("derivative", report.names[arg], what, message, report.span(node))
    if len(edges) > MOST:
        node, arg, _ = edges[MOST]
        what = explain.kind(report.grad(arg))
        message = f"nor are the derivatives along {len(edges) - MOST} more edges finite"
        yield Problem("derivative", report.names[arg], what, message, report.span(node))
    if not edges:
        node = max(bad, key=lambda each: each.index)
        name, what = report.names[node], explain.kind(report.grad(node))
        message = f"the derivative by {name} is {what}: a product in its chain rule overflows"
        yield Problem("derivative", name, what, message, report.span(node))


def _given(report: Report, node: Node) -> str:
    return explain.arguments(node, report.value, report.names.__getitem__)


def _edge(report: Report, node: Node, arg: Node, partial: float) -> str:
    return (
        f"the derivative of {_formula(report, node)} by {report.names[arg]} "
        f"is {explain.kind(partial)} at {_given(report, node)}"
    )


def _kinks(report: Report) -> Iterator[Problem]:
    active = _active(report)
    hit = [
        node
        for node in report.shown
        if node in report.kinks
        and node in active
        and report.value(report.kinks[node])
        and report.grad(node)
        # A partial that is no number has been told of as such.
        and not any(math.isnan(partial or 0) for partial in report.local(node))
    ]
    for node in hit[:MOST]:
        used = [f"{partial:.6g}" for partial in report.local(node) if partial is not None]
        message = (
            f"the derivative of {_formula(report, node)} is not unique at {_given(report, node)}; "
            f"{explain.listed(used)} {'is' if len(used) == 1 else 'are'} used"
        )
        yield Problem("kink", report.names[node], "not unique", message, report.span(node))
    if len(hit) > MOST:
        node, more = hit[MOST], len(hit) - MOST
        message = f"nor are the derivatives of {more} more nodes"
        yield Problem("kink", report.names[node], "not unique", message, report.span(node))


def _others(report: Report, told: set[str]) -> Iterator[Problem]:
    """All other numbers that are not finite, so that no null of the JSON is without a word."""
    for node in report.shown:
        if report.names[node] in told:
            continue
        locals_ = [partial for partial in report.local(node) if partial is not None]
        for number, what in (
            (report.value(node), "its value"),
            (report.grad(node), "its derivative"),
            *((partial, "a local partial") for partial in locals_),
        ):
            if not math.isfinite(number):
                message = f"{what} is {explain.kind(number)}"
                kind = explain.kind(number)
                yield Problem("follows", report.names[node], kind, message, report.span(node))
                break
