"""The trace: forward pass, backward pass and gradient, line by line, to be checked by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.syntax.text import member
from gradcli.views.lines.backward import INDENT, derivation
from gradcli.views.lines.chain import Step, chain, member_room
from gradcli.views.lines.excerpt import Excerpt, make_edges, take_excerpt
from gradcli.views.lines.gradient import gradient_lines
from gradcli.views.lines.header import header
from gradcli.views.lines.number import DIGITS
from gradcli.views.lines.page import VALUE, Display, Fragment, Line, Page, style_of
from gradcli.views.lines.rows import choose, footer, gap, nodes_of, with_gaps
from gradcli.views.lines.substitute import substituted
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluation.nodes import NodeReport
    from gradcli.evaluation.solution import Solution

LONGEST_LEFT = 16
"""Left sides are filled to one width, so that the signs are aligned, but to no more than this."""


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return the trace of a solution."""
    if solution.is_of_arrays:
        from gradcli.views import array_trace  # noqa: PLC0415  (most programs have none)

        return array_trace.render(solution, display)
    display = display or Display()
    nodes = nodes_of(solution, display)
    positions = choose(nodes, display.limit)
    excerpt = take_excerpt(nodes, positions)
    output = display.name(solution.output)
    derivative = display.partial(solution.output, "node")
    lines = header(solution, display)[:-1]
    lines += title(f"Forward pass: every node's value, from the inputs to {output}", display)
    lines += forward(excerpt, display)
    lines += title(f"Backward pass: every {derivative}, from {output} to the inputs", display)
    if solution.read_from:
        lines += display.paragraph(solution.read_from, indent=INDENT)
    lines += backward(solution, excerpt, display)
    lines += title(f"Gradient of {output}", display)
    lines += gradient_lines(solution, display)
    lines += rounding(excerpt, display)
    return Page([*lines, *footer(len(positions), len(nodes), display)])


def title(sentence: str, display: Display) -> list[Line]:
    """Return the title of a part, after a blank line."""
    return [(), *display.paragraph(sentence, style="bold")]


def forward(excerpt: Excerpt, display: Display) -> list[Line]:
    """Return a line a node: its formula in symbols, in numbers, and its value."""
    column = common_width([display.name(node.name) for node in excerpt.nodes.values()])
    lines: list[Line] = []
    for position, missing in with_gaps([*excerpt.nodes], range(len(excerpt.all))):
        if missing:
            lines.append(gap(missing, display, INDENT))
        if position is not None:
            lines += computation(excerpt.nodes[position], column, display)
    return lines


def computation(node: NodeReport, column: int, display: Display) -> list[Line]:
    """Return the lines ``v = b*c = 2*3 = 6``; a long formula is cut and has no numbers in it."""
    name = display.name(node.name)
    left = Fragment(pad(name, max(column, width(name))), "bold")
    room = member_room(INDENT, left, display)
    steps: list[Step] = []
    if node.op != "input":
        expression = member(node.shown_tree)
        formula = display.show(expression, room)
        steps.append([formula])
        if len(expression) <= room:
            numbers = substituted(node.shown_tree, node.known, display)
            steps.append([numbers] if width(numbers) <= room else [formula])
    result = ([display.number(node.value)], style_of(node.value, VALUE))
    return chain(INDENT, left, steps, result, display)


def backward(solution: Solution, excerpt: Excerpt, display: Display) -> list[Line]:
    """Return a line a node, steps from the output back and then the inputs in their order."""
    output, count = solution.output, len(excerpt.all)
    inputs = len(solution.inputs)
    column = common_width([display.partial(output, node.name) for node in excerpt.nodes.values()])
    steps = [i for i in reversed(excerpt.nodes) if i >= inputs]
    rest = [i for i in excerpt.nodes if i < inputs]
    places = [
        *with_gaps(steps, range(count - 1, inputs - 1, -1)),
        *with_gaps(rest, range(inputs)),
    ]
    lines: list[Line] = []
    for position, missing in places:
        if missing:
            lines.append(gap(missing, display, INDENT))
        if position is not None:
            node = excerpt.nodes[position]
            edges = make_edges(node, excerpt, display)
            lines += derivation(node, edges, output, column, display)
    return lines


def rounding(excerpt: Excerpt, display: Display) -> list[Line]:
    """Return a remark that the numbers shown are rounded, if they are."""
    numbers = [number for node in excerpt.nodes.values() for number in (node.value, node.grad)]
    if all(float(display.number(number)) == number or math.isnan(number) for number in numbers):
        return []
    digits = display.precision or DIGITS
    sentence = f"Numbers are rounded to {digits} digits; --precision 17 shows them in full."
    return [(), *display.paragraph(sentence, style="dim")]


def common_width(texts: Sequence[str]) -> int:
    """Return the width to which left sides are filled."""
    widths = [width(text) for text in texts]
    return max([each for each in widths if each <= LONGEST_LEFT], default=0)
