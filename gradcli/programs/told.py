"""What there is to say of derivatives at a point: kinks, jumps, and numbers that are not finite."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from gradcli.engine import explain
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.diagnose import about
from gradcli.evaluation.kinks import Line, along, kinks
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.ties import convention, hanging
from gradcli.graph.node import Node
from gradcli.programs.passes import ALONG, FIRST, Pass, Passes, Question

MOST = 20
"""How many derivatives are told of one by one."""


def told(
    passes: Passes,
    question: Question,
    made: Pass,
    point: Sequence[float],
    targets: Sequence[Node],
) -> list[Problem]:
    """Everything about the answer to a question that is not an ordinary number.

    Args:
        passes: those over the program.
        question: what is asked.
        made: the pass that answers it.
        point: what it was given.
        targets: the inputs that the derivatives are by.
    """
    at = Values(made.inputs, point)
    model = passes.model
    solution = Solution(passes.program, [*map(at, model.inputs)], targets)
    by = question.by([node.name for node in passes.inputs])
    problems = about(solution) or kinks(solution, _lines(passes, question, at, made, targets))
    if problems or (question in {FIRST, ALONG} and all(isfinite(at(x)) for x in made.results)):
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


def _lines(
    passes: Passes, question: Question, at: Values, made: Pass, targets: Sequence[Node]
) -> list[Line]:
    """The lines through the point along which there may be a kink."""
    if question is ALONG:
        (words,) = question.by([])
        rates = {node: at(passes.tangent(node)) for node in targets}
        return [Line(words, words, rates, at(made.results[0]))]
    return [
        along(node, at(first))
        for node, first in zip(passes.inputs, passes.gradient, strict=True)
        if node in targets
    ]
