"""How a picture writes names, formulas and numbers, short on paper and in full for who asks."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from gradcli.evaluation.objects import exact, is_array, literal
from gradcli.syntax import ast
from gradcli.syntax.spelling import INSIDE
from gradcli.syntax.text import SUM, member, text
from gradcli.views.lines.folding import folded
from gradcli.views.lines.number import number
from gradcli.views.lines.page import ASCII, symbols_for
from gradcli.views.lines.text import shortened, visible
from gradcli.views.lines.unicode import People

if TYPE_CHECKING:
    from gradcli.evaluation.nodes import Nodes
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.views.picture.sketch import Entry, Vertex

DIGITS = 4
"""Significant digits in a picture."""

TYPED = 12
"""Digits of a number that somebody typed; one that was computed, as pi/2 is, has more."""

_LONGEST_NAME = 34
_LONG_NAME = rf"(?:{INSIDE}){{{_LONGEST_NAME + 1},}}"

_BREAK = r"[ ·*]|/(?!∂)"
"""Where a formula is broken into lines."""

MOST_LINES = 20
"""A formula that would take more lines in a box is cut: the box would be higher than a page."""

_LONGEST_ARRAY = 24
_MOST_ENTRIES = 12
_FIRST = 2

MOST_IN_FULL = 100
"""An array with more entries is not written in full where a reader asks for all."""


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
        inputs = [node for node in solution.model.inputs if not node.shape]
        values = [solution.value_of(node) for node in inputs]
        self._typed = {abs(value) for value in values if math.isfinite(value) and _typed(value)}
        self.output = self.name(solution.model.output)

    def name(self, node: Node) -> str:
        """The name of a node."""
        name = visible(self._names[node], self._encoding)
        return shortened(name, _LONGEST_NAME, self.signs.ellipsis)

    def formula(self, tree: ast.Expression, lowest: int = SUM) -> str:
        """A member of an equation as it is set in print, where the signs for that are there."""
        return self._notation.write(tree, lowest)

    def wrapped(self, text: str, most: int, first: int) -> list[str]:
        """A formula in lines of so many characters, the first one shorter.

        One that would fill a box is written in one line, with its middle left out. Names are
        never broken: a long one is written as its own box has it, and lines are as long as that;
        the first is empty if nothing fits there.
        """
        text = re.sub(_LONG_NAME, self._shortened, text)
        if len(text) <= first:
            return [text]
        longest = 1 + max(map(len, re.split(_BREAK, text)))
        room = max(most, min(longest, 2 * most))
        head = folded(text, first if first < most else room)[0]
        is_apart = text[len(head) : len(head) + 1] in {"", " "} or re.fullmatch(_BREAK, head[-1])
        if first < most and not is_apart:
            head = ""
        lines = [head, *map(str.strip, folded(text[len(head) :].strip(), room))]
        lines = [line for place, line in enumerate(lines) if line or not place]
        return lines if len(lines) <= MOST_LINES else [self.shorten(text, first)]

    def _shortened(self, name: re.Match[str]) -> str:
        return shortened(name[0], _LONGEST_NAME, self.signs.ellipsis)

    def shorten(self, text: str, most: int) -> str:
        """A formula of at most so many characters."""
        return shorten(text, most, self.signs.ellipsis)

    def partial(self, name: str) -> str:
        """``∂J/∂b``."""
        return f"{self.signs.partial}{self.output}/{self.signs.partial}{name}"

    def shape(self, node: Node) -> str:
        """The lengths of the axes of an array; of a row with a stroke."""
        times = "x" if self.signs is ASCII else "×"
        return times.join(map(str, node.shape)) + ("'" if node.form.is_row else "")

    def number(self, value: Any) -> str:
        """A number in the digits asked for; without that, a short whole number in full.

        What is the value of an input is shown as it was typed. Of an array the first entries.
        """
        if is_array(value):
            return self._array(value)
        if self._precision is None and abs(value) in self._typed:
            text = exact(value + 0.0)
        else:
            whole = abs(value) < 1e6 and value == int(value)
            text = number(value, self._precision or (None if whole else DIGITS))
        return self._notation.signed(text)

    def _array(self, values: Any) -> str:
        """An array as it is written in the language, whole if it is short."""
        if values.size <= _MOST_ENTRIES:
            whole = literal(values, self.number)
            if len(whole) <= _LONGEST_ARRAY or values.size <= _FIRST:
                return whole
        first = [self.number(each) for each in values.ravel()[:_FIRST].tolist()]
        return f"[{', '.join(first)}, {self.signs.ellipsis}]"


def _typed(value: float) -> bool:
    """Whether somebody may have typed a number: one that is computed has more digits."""
    digits = exact(abs(value)).partition("e")[0].replace(".", "").strip("0")
    return 0 < len(digits) <= TYPED


class Details:
    """Boxes and edges in full, with all digits."""

    def __init__(self, solution: Solution, nodes: Nodes, *, values: bool) -> None:
        self._solution = solution
        self._nodes = nodes
        self._values = values
        self._output = visible(solution.names[solution.model.output])

    def vertex(self, vertex: Vertex) -> str:
        """A node with its formula, its value and its derivative."""
        solution, node = self._solution, vertex.node
        name = visible(solution.names[node])
        lines = [name if vertex.formula is None else f"{name} = {visible(member(vertex.formula))}"]
        if node.shape:
            lines.append(f"shape {','.join(map(str, node.shape))}")
        if self._values:
            lines.append(f"value {_in_full(solution.value_of(node))}")
        if not solution.model.output.shape:
            tree = self._nodes.report(node).shown_derivative(solution.shown.share)
            symbols = None if tree is None else text(tree)
            left = f"∂{self._output}/∂{name}"
            lines.append(self._equation(left, symbols, solution.grad_of(node)))
        lines += [self._parameter("bias", bias) for bias in vertex.biases]
        return "\n".join(line for line in lines if line)

    def edge(self, entry: Entry) -> str:
        """An edge with its local partial, or with its weight."""
        if entry.weight is not None:
            return self._parameter("weight", entry.weight)
        symbol = None if entry.symbol is None else text(entry.symbol)
        what = "local partial" if entry.local is not None else "comes back"
        return self._equation(what, symbol, entry.local)

    def _equation(self, left: str, symbols: str | None, value: Any) -> str:
        parts = [left]
        if symbols is not None:
            parts.append(visible(symbols))
        if self._values and value is not None and _in_full(value) != symbols:
            parts.append(_in_full(value))
        return " = ".join(parts) if len(parts) > 1 else ""

    def _parameter(self, what: str, node: Node) -> str:
        name = visible(self._solution.names[node])
        if not self._values:
            return f"{what} {name}"
        value, grad = self._solution.value_of(node), self._solution.grad_of(node)
        return f"{what} {name} = {_in_full(value)}\n∂{self._output}/∂{name} = {_in_full(grad)}"


def _in_full(value: Any) -> str:
    """A number with all digits; an array with all entries, unless it is very large."""
    if is_array(value) and value.size > MOST_IN_FULL:
        first = ", ".join(map(exact, value.ravel()[:MOST_IN_FULL].tolist()))
        return f"[{first}, …]"
    return exact(value)


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
