"""The texts of a node that table and tree lay out: name, formula, value, and its derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.graph.naming import LONG
from gradcli.syntax.text import member, text
from gradcli.views.lines.equation import folded_lines, in_full, over_lines
from gradcli.views.lines.page import DERIVATIVE, VALUE, Display, Fragment, Line, style_of

if TYPE_CHECKING:
    from gradcli.evaluation.nodes import NodeReport
    from gradcli.graph.node import Node


class Cells(NamedTuple):
    """The pieces of ``name = formula = value`` and ``partial = symbols = grad``.

    Numbers are red where they are not finite.

    Attributes:
        node: the node itself.
        formula: the node's operation; empty for an input.
        member: the same as it stands in an equation.
        symbols: the derivative in symbols; empty where it is too long to be written.
        grad: the derivative as a number; None if there is none, of an output that is an array.
        sides: behind it, what it is to the left and to the right, if it is not unique.
        is_long: whether the derivative has no symbols since they are too long.
        step: the chain rule in one step, to be shown instead of symbols that do not fit.
    """

    node: Node
    name: Fragment
    formula: str
    member: str
    value: Fragment
    partial: Fragment
    symbols: str
    grad: Fragment | None
    sides: str = ""
    step: str = ""
    is_long: bool = False

    @property
    def shown_formula(self) -> str:
        """The formula in its equation, unless it says the same as the value."""
        return "" if self.formula == self.value.text else self.member

    @property
    def whole_grad(self) -> Fragment | None:
        """The derivative with what it is on both sides; None if there is none."""
        return self.grad and Fragment(self.grad.text + self.sides, self.grad.style)

    @property
    def shown_symbols(self) -> str:
        """The symbols, unless they say the same as the number."""
        is_told = self.grad is not None and self.symbols == self.grad.text
        return "" if is_told else self.symbols


def make_cells(node: NodeReport, output: str, display: Display, *, longest: int = LONG) -> Cells:
    """Return the texts of a node; formulas are no wider than the display.

    Args:
        node: the node.
        output: the name of the output.
        display: where it is shown.
        longest: a derivative in symbols that has more characters is not made.
    """
    formula = equated = ""
    if node.op != "input":
        # Of a long text only the beginning can matter.
        most = 2 * display.width
        tree = node.shown_start(most)
        formula, equated = text(tree, most), member(tree, most)
    symbols = node.shown_derivative(longest)
    grad = None
    if node.has_derivative:
        grad = Fragment(display.number(node.grad), style_of(node.grad, DERIVATIVE))
    return Cells(
        node.node,
        Fragment(display.name(node.name), "bold"),
        display.show(formula, display.width),
        display.show(equated, display.width),
        Fragment(display.number(node.value), style_of(node.value, VALUE)),
        Fragment(display.partial(output, node.name)),
        "" if symbols is None else display.show(member(symbols), display.width),
        grad,
        sides_of(node, display),
        is_long=symbols is None,
    )


def sides_of(node: NodeReport, display: Display) -> str:
    """Return `` (left 2, right 1)`` where a derivative is not unique."""
    if node.sides is None:
        return ""
    left, right = map(display.number, node.sides)
    return f" (left {left}, right {right})"


def below_each_other(
    cells: Cells, first: tuple[str, str], second: tuple[str, str], display: Display
) -> list[Line]:
    """Return both equations, each in two lines where it is too long for one.

    Args:
        cells: the texts.
        first: what stands before the lines of ``name = formula = value``.
        second: what stands before those of the derivative.
        display: the width.
    """
    lines = over_lines(first, cells.name, cells.shown_formula, cells.value, display)
    grad = cells.whole_grad
    if grad is None:
        return lines
    for symbols in (cells.shown_symbols, cells.step):
        if symbols and in_full(second[0], cells.partial, symbols, display):
            return [*lines, *over_lines(second, cells.partial, symbols, grad, display)]
    long = cells.step or cells.shown_symbols
    return [*lines, *folded_lines(second, cells.partial, long, grad, display)]
