"""How a picture writes names, formulas and numbers, short on paper and in full for who asks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.evaluation.objects import exact
from gradcli.syntax import ast
from gradcli.syntax.text import SUM, member, text
from gradcli.views.lines.number import number
from gradcli.views.lines.page import ASCII, symbols_for
from gradcli.views.lines.text import visible
from gradcli.views.lines.unicode import People

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.views.picture.sketch import Entry, Vertex

DIGITS = 4
"""Significant digits in a picture."""

TYPED = 12
"""Digits of a number that somebody typed; one that was computed, as pi/2 is, has more."""

_LONGEST_NAME = 20


class Formatter:
    """The signs and the digits of one picture.

    Attributes:
        signs: what stands for a partial derivative, and for text that is left out.
        output: the name of the output.
    """

    def __init__(self, solution: Solution, precision: int | None, encoding: str) -> None:
        self.signs = symbols_for(encoding)
        self._encoding = encoding
        self._precision = precision
        self._names = solution.names
        self._notation = People(
            encoding, solution.names.values(), minus="−", plain=self.signs is ASCII
        )
        values = [solution.value_of(node) for node in solution.model.inputs]
        self._typed = {abs(value) for value in values if math.isfinite(value) and _typed(value)}
        self.output = self.name(solution.model.output)

    def name(self, node: Node) -> str:
        """The name of a node."""
        return self.shorten(visible(self._names[node], self._encoding), _LONGEST_NAME)

    def formula(self, tree: ast.Expression) -> str:
        """A member of an equation as it is set in print, where the signs for that are there."""
        return self._notation.write(tree, SUM)

    def shorten(self, text: str, most: int) -> str:
        """A formula of at most so many characters."""
        return shorten(text, most, self.signs.ellipsis)

    def partial(self, name: str) -> str:
        """``∂J/∂b``."""
        return f"{self.signs.partial}{self.output}/{self.signs.partial}{name}"

    def number(self, value: float) -> str:
        """A number in the digits asked for; without that, a short whole number in full.

        What is the value of an input is shown as it was typed.
        """
        if self._precision is None and abs(value) in self._typed:
            text = exact(value + 0.0)
        else:
            whole = abs(value) < 1e6 and value == int(value)
            text = number(value, self._precision or (None if whole else DIGITS))
        return self._notation.signed(text)


def _typed(value: float) -> bool:
    """Whether somebody may have typed a number: one that is computed has more digits."""
    digits = exact(abs(value)).partition("e")[0].replace(".", "").strip("0")
    return 0 < len(digits) <= TYPED


class Details:
    """Boxes and edges in full, with all digits."""

    def __init__(self, solution: Solution, *, values: bool) -> None:
        self._solution = solution
        self._values = values
        self._output = visible(solution.names[solution.model.output])

    def vertex(self, vertex: Vertex) -> str:
        """A node with its formula, its value and its derivative."""
        solution, node = self._solution, vertex.node
        name = visible(solution.names[node])
        lines = [name if vertex.formula is None else f"{name} = {visible(member(vertex.formula))}"]
        if self._values:
            lines.append(f"value {exact(solution.value_of(node))}")
        adjoint = solution.derivative.adjoints.get(node)
        symbols = solution.shown.symbol(adjoint, solution.shown.share)
        lines.append(self._equation(f"∂{self._output}/∂{name}", symbols, solution.grad_of(node)))
        lines += [self._parameter("bias", bias) for bias in vertex.biases]
        return "\n".join(line for line in lines if line)

    def edge(self, entry: Entry) -> str:
        """An edge with its local partial, or with its weight."""
        if entry.weight is not None:
            return self._parameter("weight", entry.weight)
        symbol = None if entry.symbol is None else text(entry.symbol)
        return self._equation("local partial", symbol, entry.local)

    def _equation(self, left: str, symbols: str | None, value: float) -> str:
        parts = [left]
        if symbols is not None:
            parts.append(visible(symbols))
        if self._values and exact(value) != symbols:
            parts.append(exact(value))
        return " = ".join(parts) if len(parts) > 1 else ""

    def _parameter(self, what: str, node: Node) -> str:
        name = visible(self._solution.names[node])
        if not self._values:
            return f"{what} {name}"
        value, grad = self._solution.value_of(node), self._solution.grad_of(node)
        return f"{what} {name} = {exact(value)}\n∂{self._output}/∂{name} = {exact(grad)}"


def shorten(text: str, most: int, ellipsis: str = "…") -> str:
    """A formula of at most so many characters: of a long sum the first terms and the last."""
    if len(text) <= most:
        return text
    terms = _terms(text)
    if len(terms) > 2:
        last = terms[-1]
        for count in range(len(terms) - 2, 0, -1):
            shown = "".join(terms[:count]) + f" + {ellipsis}" + last
            if len(shown) <= most:
                return shown
    return text[: most - len(ellipsis)].rstrip() + ellipsis


def _terms(text: str) -> list[str]:
    """The terms of a sum, each but the first with its sign before it."""
    terms = []
    start = depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and text[place : place + 3] in (" + ", " - ", " − "):
            terms.append(text[start:place])
            start = place
    return [*terms, text[start:]]
