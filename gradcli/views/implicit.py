"""What an equation defines: the equation, the steps, and a line for each order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.syntax.text import SUM
from gradcli.views import diff
from gradcli.views.lines.latex import Latex
from gradcli.views.lines.page import Display, Fragment, Line, Page
from gradcli.views.lines.unicode import notation

if TYPE_CHECKING:
    from gradcli.symbolic.implicit import Implicit


def render(implicit: Implicit, display: Display | None = None, *, steps: bool = False) -> Page:
    """Return the page of an equation and its derivatives, with the steps to them if asked for."""
    display = display or Display()
    derived = implicit.derived
    write = notation(display, (*derived.inputs, *derived.definitions)).write
    equation = f"{write(implicit.left)} = {write(implicit.right)}"
    lines: list[Line] = [(Fragment(display.show(equation, display.width)),), ()]
    if steps:
        lines += [*_steps(implicit, display), ()]
    return Page([*lines, *diff.body(derived, display, single=True)])


def _steps(implicit: Implicit, display: Display) -> list[Line]:
    """The rule, and what stands in it."""
    write = notation(display, implicit.derived.inputs).write
    d, x, y = display.symbols.partial, display.name(implicit.by), display.name(implicit.of)
    dot = display.symbols.dot
    by_x, by_y = f"{d}F/{d}{x}", f"{d}F/{d}{y}"
    lines = display.paragraph("F is the left side minus the right side, and stays 0:", style="bold")
    lines += display.paragraph(f"{by_x} + {by_y} {dot} d{y}/d{x} = 0", indent=2)
    lines += display.paragraph(f"{by_x} = {write(implicit.by_x)}", indent=2)
    lines += display.paragraph(f"{by_y} = {write(implicit.by_y)}", indent=2)
    lines += display.paragraph(f"d{y}/d{x} = -({by_x})/({by_y})", indent=2)
    if len(implicit.derived.partials) > 1:
        order = "^2" if display.is_ascii else "²"
        slope = f"d{y}/d{x}"
        sentence = (
            f"d{order}{y}/d{x}{order} = {d}/{d}{x} ({slope}) + {d}/{d}{y} ({slope}) {dot} {slope}"
        )
        lines += display.paragraph(sentence, indent=2)
    return lines


def to_latex(implicit: Implicit) -> str:
    """Return a line of LaTeX for each derivative, then one for each definition they use."""
    derived = implicit.derived
    writer = Latex([*derived.inputs, *derived.definitions, implicit.of], {})
    equations = [
        (writer.derivative(implicit.of, partial.wrt, single=True), partial.expression)
        for partial in derived.partials
    ]
    names = derived.uses(derived.partials)
    equations += [(writer.name(name), derived.definitions[name]) for name in names]
    return "\n".join(f"{left} = {writer.write(right, SUM)}" for left, right in equations)
