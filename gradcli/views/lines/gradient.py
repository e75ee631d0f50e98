"""The gradient as a vector: its components, its length and the direction of steepest descent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.engine.beyond import compute
from gradcli.views.lines.chain import Step, chain
from gradcli.views.lines.page import Display, Fragment, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluation.solution import Solution

INDENT = 2

ENTRIES = 12
"""Components that are shown unless everything is asked for."""

SQUARES = 4
"""The length is written out as a root of squares for no more components than this."""


def gradient_lines(solution: Solution, display: Display) -> list[Line]:
    """Return the gradient, its length, and the direction in which the output falls fastest."""
    names, values = list(solution.gradient), list(solution.gradient.values())
    output = display.name(solution.output)
    if not names:
        return remark(f"{output} has no inputs, so there is no gradient.", display)
    nabla = f"{display.symbols.nabla}{output}"
    signs = vector([display.partial(solution.output, name) for name in names], display)
    numbers = vector([display.number(value) for value in values], display)
    lines = chain(INDENT, Fragment(nabla, "bold"), [signs], (numbers, "green"), display)
    length = compute("norm", *values)
    squares = [f"{display.operand(value)}^2" for value in values]
    written = 1 < len(values) <= SQUARES and math.isfinite(length)
    root = [[f"sqrt({squares[0]}", *[f" + {square}" for square in squares[1:]]]]
    root[0][-1] += ")"
    lines += chain(
        INDENT,
        Fragment(f"|{nabla}|", "bold"),
        root if written else [],
        ([display.number(length)], ""),
        display,
    )
    return lines + direction(values, length, nabla, output, display)


def direction(
    values: Sequence[float], length: float, nabla: str, output: str, display: Display
) -> list[Line]:
    """Return the unit vector against the gradient, or why there is none."""
    if not all(map(math.isfinite, values)):
        return remark("The gradient is not finite: it has no direction.", display)
    largest = max(map(abs, values))
    if not largest:
        return remark(
            "The gradient is zero: no direction is steepest. "
            f"Here {output} may have a minimum, a maximum or a saddle.",
            display,
        )
    # Scaled first, so that neither the squares nor the length can overflow or vanish.
    scaled = [compute("div", value, largest) for value in values]
    norm = math.hypot(*scaled)
    unit = vector([display.number(0.0 - value / norm) for value in scaled], display)
    sign = Fragment(f"-{nabla}/|{nabla}|", "bold")
    slope = display.number(length)
    fall = "h" if slope == "1" else f"{slope}*h"
    advice = f"A small step of length h that way lowers {output} by about {fall}."
    return [
        *remark("Direction of steepest descent, a vector of length 1:", display),
        *chain(INDENT, sign, [], (unit, "green"), display),
        *remark(advice, display),
    ]


def vector(parts: Sequence[str], display: Display) -> Step:
    """Return the components in parentheses, in pieces; of many only the first."""
    shown = list(parts if display.limit is None else parts[:ENTRIES])
    more = len(parts) - len(shown)
    if more:
        shown.append(f"{display.symbols.ellipsis} {more} more")
    opened = [f"({shown[0]}", *[f" {part}" for part in shown[1:]]]
    return [*[f"{part}," for part in opened[:-1]], f"{opened[-1]})"]


def remark(sentence: str, display: Display) -> list[Line]:
    """Return a sentence in lines that fit the display."""
    return display.paragraph(sentence, indent=INDENT)
