"""What there is to say of derivatives at a point: kinks, jumps, and numbers that are not finite."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from gradcli.engine import explain
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.diagnose import about
from gradcli.evaluation.ties import convention, hanging
from gradcli.graph.node import Node
from gradcli.programs.passes import Pass, Passes, Question

MOST = 20
"""How many derivatives are told of one by one."""


def told(
    passes: Passes,
    question: Question,
    made: Pass,
    point: Sequence[float],
    targets: Sequence[Node],
) -> list[Problem]:
    """Everything about second derivatives that is not an ordinary number.

    Args:
        passes: those over the program.
        question: what is asked.
        made: the pass that answers it.
        point: what it was given.
        targets: the inputs that the derivatives are by.
    """
    at = Values(made.inputs, point)
    model = passes.model
    by = question.by([node.name for node in passes.inputs])
    problems = about(passes.program.solution([*map(at, model.inputs)], targets))
    if problems:
        return problems
    found = []
    program = set(model.graph.ancestors([model.output]))
    ties = hanging(model.graph, made.results, at, program)
    for node, words, hangs in zip(made.results, by, ties, strict=True):
        value, name = at(node), words.removeprefix("by ")
        if not isfinite(value):
            what = explain.kind(value)
            message = f"the derivative {words} is {what} there"
            found.append(Problem("derivative", name, what, message))
        elif hangs:
            found.append(convention(name, words, hangs, value))
    return found[:MOST]
