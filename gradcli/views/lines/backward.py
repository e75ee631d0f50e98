"""The backward pass: a line for each node, with the chain rule in symbols and in numbers."""

from __future__ import annotations

import math
from functools import partial, reduce
from typing import TYPE_CHECKING, NamedTuple

from gradcli.engine.beyond import product
from gradcli.evaluation.objects import is_finite
from gradcli.syntax import ast
from gradcli.syntax.text import CONDITIONAL, SUM, member, text
from gradcli.views.lines.cells import sides_of
from gradcli.views.lines.chain import chain, distinct
from gradcli.views.lines.page import DERIVATIVE, Display, Fragment, Line, style_of
from gradcli.views.lines.substitute import beside
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gradcli.evaluation.nodes import NodeReport
    from gradcli.germs.series import Exponent
    from gradcli.germs.series import Term as Leading

INDENT = 2

TERMS = 4
"""Terms of one sum that are shown unless everything is asked for."""

MINUS = ("-", "−")

LONGEST_FACTOR = 24
"""A longer derivative is referred to by its sign: its value stands in a line of its own above."""


class Term(NamedTuple):
    """One consumer's share in a derivative: ``∂J/∂v · ∂v/∂b``, ``3 · c`` and ``3 · 3``.

    A share that is not the first has brackets around a sign that it would begin with.
    """

    rule: str
    symbols: str
    numbers: str


class Edge(NamedTuple):
    """A consumer of a node and its local partial by it.

    Attributes:
        consumer: the node that the derivative comes from.
        places: which of its arguments the node is.
        partials: the numbers whose sum the partial is: of ``x*x`` by x there are two.
        tree: the partial in symbols; None where that would be long.
        leading: how the partial grows beside a point where it is infinite, or is multiplied by
            what is.
    """

    consumer: NodeReport
    places: list[int]
    partials: list[float]
    tree: ast.Expression | None
    leading: Leading | None = None

    @property
    def is_taken(self) -> bool:
        """Whether anything comes along: not in a branch that is not taken."""
        shares = self.consumer.shares
        return any(shares[place] is not None for place in self.places)


class Edges(NamedTuple):
    """The edges from a node to its consumers, and the number of those left out."""

    shown: list[Edge]
    left_out: int


def make_edge(consumer: NodeReport, places: list[int]) -> Edge:
    """Return the edge from a node to a consumer along which a derivative passes.

    A node that is several arguments of its consumer, as in ``x*x``, has the sum of the partials.

    Args:
        consumer: the node that is computed from it.
        places: which of its arguments the node is.
    """
    trees = [tree for tree in map(consumer.shown_local, places) if tree is not None]
    numbers = [number for number in map(consumer.local_at, places) if number is not None]
    is_told = bool(trees) and len(trees) == len(numbers)
    whole = reduce(partial(ast.Binary, "add"), trees) if is_told else None
    is_lost = not all(map(is_finite, [*numbers, consumer.beside]))
    leading = consumer.local_leading(places[0]) if is_lost and len(places) == 1 else None
    return Edge(consumer, places, numbers, whole, leading)


def derivation(
    node: NodeReport, edges: Edges, output: str, column: int, display: Display
) -> list[Line]:
    """Return the lines that derive ``∂output/∂node`` from the derivatives by its consumers.

    The left side is filled to ``column`` cells, so that the signs of all lines are aligned.
    """
    sign = display.partial(output, node.name)
    left = Fragment(pad(sign, max(column, width(sign))), "bold")
    result = (_result(node, display), style_of(node.grad, DERIVATIVE))
    terms = [
        make_term(edge, node, output, display, is_first=not place)
        for place, edge in enumerate(edges.shown)
    ]
    more = edges.left_out
    rest = [f" + {display.symbols.ellipsis} {more} more"] if more else []
    steps: list[Sequence[str]] = [
        [first, *[f" + {term}" for term in others], *rest]
        for first, *others in zip(*terms, strict=True)
    ]
    # What is on the side that is shown is said once, be more said of it.
    steps = distinct(steps, [display.number(node.beside)])
    lines = chain(INDENT, left, steps, result, display)
    if not edges.shown and node.name != output:
        remark = f"{display.name(output)} does not depend on {display.name(node.name)}"
        lines.append((Fragment(" " * 2 * INDENT + remark, "dim"),))
    return lines


def make_term(
    edge: Edge, node: NodeReport, output: str, display: Display, *, is_first: bool
) -> Term:
    """Return the share of a consumer.

    The output's local partial and the whole derivative would have the same sign, ``∂J/∂u``: the
    local one is written with the output's formula, ``∂(u*v)/∂u``.
    """
    consumer, sign, dot = edge.consumer, display.symbols.partial, display.symbols.dot
    begin = display.number if is_first else display.operand
    if consumer.name == output:
        formula = display.show(consumer.shown_expression, LONGEST_FACTOR)
        rule = f"{sign}({formula})/{sign}{display.name(node.name)}"
        symbols = rule
        if edge.tree:
            columns = display.width // 2
            lowest = CONDITIONAL if is_first else SUM
            symbols = beside(edge.tree, display, lowest, columns)
        return Term(rule, symbols, _sum(edge, begin, display))
    adjoint = display.partial(output, consumer.name)
    local = display.partial(consumer.name, node.name)
    longest = min(LONGEST_FACTOR, display.width // 3)
    known = consumer.shown_derivative(longest)
    left = beside(known, display) if known and len(text(known)) <= longest else adjoint
    right = beside(edge.tree, display, columns=display.width // 2) if edge.tree else local
    if edge.leading is not None and consumer.leading is not None:
        numbers = f"{_factor(consumer.leading, display)} {dot} {_factor(edge.leading, display)}"
    elif product(consumer.beside, sum(edge.partials)) and not edge.is_taken:
        # Nothing comes along here: the product, NaN perhaps, is none of the chain rule.
        is_constant = any(map(_is_zero, (known, edge.tree)))
        numbers = "0 (a constant 0)" if is_constant else "0 (branch not taken)"
    elif len(edge.partials) == 1:
        numbers = f"{begin(consumer.beside)} {dot} {display.operand(edge.partials[0])}"
    else:
        numbers = f"{begin(consumer.beside)} {dot} ({_sum(edge, display.number, display)})"
    return Term(f"{adjoint} {dot} {local}", f"{left} {dot} {right}", numbers)


def one_step(
    node: NodeReport, edges: Edges, output: str, on: Callable[[NodeReport], str], display: Display
) -> str:
    """Return the chain rule in one step: ``∂J/∂v15·a[1]``, a term for each consumer.

    It is empty of the output itself, and of what it does not depend on.

    Args:
        node: the node.
        edges: those to its consumers.
        output: the name of the output.
        on: finds the node whose derivative that of a consumer is.
        display: where it is shown.
    """
    terms = [_short_term(edge, node.name, output, on, display) for edge in edges.shown]
    if edges.left_out:
        terms.append(display.symbols.ellipsis)
    return added([term for term in terms if term])


def added(terms: Sequence[str]) -> str:
    """Return the sum of terms; one that begins with a minus is taken away."""
    return "".join([*terms[:1], *map(behind, terms[1:])])


def behind(term: str) -> str:
    """Return a term with the sign that it has behind others."""
    sign = term[:1] if term[:1] in MINUS else ""
    return f" {sign} {term[1:]}" if sign else f" + {term}"


def handed_step(
    node: NodeReport, edges: Edges, output: str, on: Callable[[NodeReport], str], display: Display
) -> str:
    """Return the same of arrays, what each consumer hands back: ``W' @ ∂J/∂v2``."""
    del node
    terms = [member(tree) for tree in handed_terms(edges, output, on, display.partial)]
    if edges.left_out:
        terms.append(display.symbols.ellipsis)
    return display.show(added(terms))


def handed_terms(
    edges: Edges, output: str, on: Callable[[NodeReport], str], partial: Callable[[str, str], str]
) -> Iterator[ast.Expression]:
    """Yield what each consumer hands back, in the signs of derivatives."""
    for consumer, places, *_ in edges.shown:
        source = on(consumer)
        sign = None if source == output else partial(output, source)
        shares = [consumer.share(place, sign) for place in places]
        yield from [share for share in shares if share is not None]


def _short_term(
    edge: Edge, name: str, output: str, on: Callable[[NodeReport], str], display: Display
) -> str:
    """One of its terms, empty where the output does not come along."""
    consumer, tree, sign = edge.consumer, edge.tree, ""
    if isinstance(tree, ast.Unary) and tree.op == "neg":
        tree, sign = tree.operand, "-"
    local = display.partial(consumer.name, name) if tree is None else beside(tree, display)
    if local == "(-1)":
        local, sign = "1", "-"
    source = on(consumer)
    if local == "0":
        return ""
    if source == output:
        return sign + local
    adjoint = sign + display.partial(output, source)
    if local == "1":
        return adjoint
    if isinstance(tree, ast.Binary) and tree.op == "div" and local.startswith("1/"):
        return f"{adjoint}{local[1:]}"
    return f"{adjoint}{display.symbols.dot}{local}"


def _result(node: NodeReport, display: Display) -> list[str]:
    """The derivative in pieces: that on the side which is shown, and what is used, if not that."""
    number = display.number(node.beside)
    if math.isinf(node.beside) and node.leading is not None:
        number = f"{growth(node.leading, display)} {display.symbols.arrow} {number}"
    pieces = [number + sides_of(node, display)]
    if node.grad != node.beside and not math.isnan(node.grad):
        pieces = [f"{pieces[0]};", f" {display.number(node.grad)} is used"]
    return pieces


def growth(term: Leading, display: Display) -> str:
    """The leading term of what is read at a distance t: ``1/(2*t)``."""
    e, k, c = term
    power = e if e >= 0 else -e
    powers = [f"t^{_exponent(power)}" if power != 1 else "t"] if e else []
    logarithm = [f"log(1/t)^{k}" if k != 1 else "log(1/t)"] if k else []
    size, below = abs(c), powers if e < 0 else []
    if below and size < 1 and (1 / size).is_integer():
        below, size = [display.number(1 / size), *below], 1.0
    above = [*logarithm, *(powers if e > 0 else [])]
    if size != 1 or not above:
        above = [display.number(size), *above]
    text_ = ("-" if c < 0 else "") + "*".join(above)
    if not below:
        return text_
    return f"{text_}/{below[0] if len(below) == 1 else '(' + '*'.join(below) + ')'}"


def _factor(term: Leading, display: Display) -> str:
    """The same as it stands beside a product sign."""
    found = growth(term, display)
    return f"({found})" if any(sign in found for sign in "*/-") else found


def _exponent(e: Exponent) -> str:
    text_ = str(e)
    return text_ if text_.isdigit() else f"({text_})"


def _is_zero(tree: ast.Expression | None) -> bool:
    return isinstance(tree, ast.Number) and not tree.value


def _sum(edge: Edge, begin: Callable[[float], str], display: Display) -> str:
    """The partial of an edge in numbers."""
    first, *others = edge.partials
    return " + ".join([begin(first), *map(display.operand, others)])
