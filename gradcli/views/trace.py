"""The trace: forward pass, backward pass and gradient, line by line, to be checked by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.views.backward import INDENT, derivation, find_edges
from gradcli.views.chain import Step, chain
from gradcli.views.descent import gradient_lines
from gradcli.views.header import header
from gradcli.views.page import Display, Fragment, Line, Page, wrapped
from gradcli.views.rows import choose, footer, gap, with_gaps
from gradcli.views.substitute import substituted
from gradcli.views.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.solution import NodeReport, Solution

LONGEST_LEFT = 16
"""Left sides are filled to one width, so that the signs are aligned, but to no more than this."""


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return the trace of a solution."""
    display = display or Display()
    positions = choose(solution, display.limit)
    output = display.name(solution.output)
    derivative = display.partial(solution.output, "node")
    lines = header(solution, display)[:-1]
    lines += title(f"Forward pass: every node's value, from the inputs to {output}", display)
    lines += forward(solution, positions, display)
    lines += title(f"Backward pass: every {derivative}, from {output} to the inputs", display)
    lines += backward(solution, positions, display)
    lines += title(f"Gradient of {output}", display)
    lines += gradient_lines(solution, display)
    return Page([*lines, *footer(len(positions), len(solution.nodes))])


def title(sentence: str, display: Display) -> list[Line]:
    """Return the title of a part, after a blank line."""
    return [(), *wrapped(sentence, 0, "bold", display)]


def forward(solution: Solution, positions: Sequence[int], display: Display) -> list[Line]:
    """Return a line a node: its formula in symbols, in numbers, and its value."""
    nodes = solution.nodes
    wanted = {name for i in positions for name in nodes[i].args}
    values = {node.name: display.number(node.value) for node in nodes if node.name in wanted}
    column = common_width([display.name(nodes[i].name) for i in positions])
    lines: list[Line] = []
    for position, missing in with_gaps(positions, range(len(nodes))):
        if missing:
            lines.append(gap(missing, display, INDENT))
        if position is not None:
            lines += computation(nodes[position], values, column, display)
    return lines


def computation(
    node: NodeReport, values: dict[str, str], column: int, display: Display
) -> list[Line]:
    """Return the lines ``v = b*c = 2*3 = 6``; a long formula is cut and has no numbers in it."""
    name = display.name(node.name)
    room = display.width - 2 * INDENT - len("= ")
    steps: list[Step] = []
    if node.op != "input":
        formula = display.show(node.expression, room)
        steps.append([formula])
        if len(node.expression) <= room:
            numbers = substituted(node.expression, values)
            steps.append([numbers] if width(numbers) <= room else [formula])
    result = ([display.number(node.value)], "" if math.isfinite(node.value) else "red")
    return chain(INDENT, Fragment(pad(name, max(column, width(name))), "bold"), steps, result, display)


def backward(solution: Solution, positions: Sequence[int], display: Display) -> list[Line]:
    """Return a line a node, steps from the output back and then the inputs in their order."""
    nodes = solution.nodes
    inputs = next((i for i, node in enumerate(nodes) if node.op != "input"), len(nodes))
    edges = find_edges(solution, {nodes[i].name for i in positions}, display)
    column = common_width([display.partial(solution.output, nodes[i].name) for i in positions])
    steps = [i for i in reversed(positions) if i >= inputs]
    rest = [i for i in positions if i < inputs]
    lines: list[Line] = []
    for part, universe in (
        (steps, range(len(nodes) - 1, inputs - 1, -1)),
        (rest, range(inputs)),
    ):
        for position, missing in with_gaps(part, universe):
            if missing:
                lines.append(gap(missing, display, INDENT))
            if position is not None:
                node = nodes[position]
                lines += derivation(node, edges[node.name], solution.output, column, display)
    return lines


def common_width(texts: Sequence[str]) -> int:
    """Return the width to which left sides are filled."""
    widths = [width(text) for text in texts]
    return max([each for each in widths if each <= LONGEST_LEFT], default=0)
