"""Questions on a program's backward pass: for each box of its graph the chain rule with blanks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from gradcli.engine.functions.sums import sum_of
from gradcli.errors import UsageError
from gradcli.evaluation.edge import along
from gradcli.evaluation.objects import is_ordinary
from gradcli.syntax.text import text
from gradcli.views.picture.sketch import Vertex, few

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node

MOST = 200
"""Nobody answers more questions."""


class Part(Enum):
    """What a blank stands for."""

    ADJOINT = "adjoint"
    LOCAL = "local"
    RESULT = "result"


class Term(NamedTuple):
    """What comes to a node from one of those that use it: ∂J/∂u · ∂u/∂v.

    Attributes:
        consumer: the name of the node that uses it.
        adjoint: the derivative of the output by the consumer; None if that is the output itself.
        local: the derivative of the consumer by the node.
        symbol: the same in symbols, as far as that is short.
    """

    consumer: str
    adjoint: float | None
    local: float
    symbol: str | None

    @property
    def product(self) -> float:
        """What comes along."""
        return along(1.0 if self.adjoint is None else self.adjoint, self.local)


class Blank(NamedTuple):
    """A number to be filled in.

    Attributes:
        part: what it stands for.
        term: the number of its term; of a result it is -1.
        value: the right number.
    """

    part: Part
    term: int
    value: float


class Question(NamedTuple):
    """One derivative.

    Attributes:
        node: the name of the node by which it is taken.
        terms: one for each way from the node on; none if the output does not depend on it.
        value: the derivative.
    """

    node: str
    terms: Sequence[Term]
    value: float

    @property
    def blanks(self) -> Sequence[Blank]:
        """What is to be filled in, from left to right; the result comes last."""
        found: list[Blank] = []
        for place, term in enumerate(self.terms):
            if term.adjoint is not None:
                found.append(Blank(Part.ADJOINT, place, term.adjoint))
            found.append(Blank(Part.LOCAL, place, term.local))
        # A single local partial is the result itself.
        return found if len(found) == 1 else [*found, Blank(Part.RESULT, -1, self.value)]

    def of(self, factors: Sequence[float]) -> float:
        """What the derivative would be with other numbers for its factors, in their order."""
        rest = iter(factors)
        return sum_of(
            [along(1.0 if term.adjoint is None else next(rest), next(rest)) for term in self.terms]
        )


class Quiz(NamedTuple):
    """The questions on a program.

    Attributes:
        solution: the program at its point.
        vertices: the boxes of its graph.
        questions: from the output back; the output itself is none.
    """

    solution: Solution
    vertices: Sequence[Vertex]
    questions: Sequence[Question]

    @property
    def values(self) -> dict[str, float]:
        """The value of every box by its name."""
        names, value_of = self.solution.names, self.solution.value_of
        return {names[vertex.node]: value_of(vertex.node) for vertex in self.vertices}


def quiz(solution: Solution, *, full: bool = False) -> Quiz:
    """The questions on a program at a point; of arrays, on the program written out in numbers.

    Args:
        solution: the program at a point.
        full: ask for every operation, also inside of sums and of the program's functions.

    Raises:
        UsageError: there is nothing to ask, too much, or a number that nobody can write.
    """
    if solution.is_of_arrays:
        from gradcli.evaluation.entries.in_numbers import in_numbers  # noqa: PLC0415  (loads NumPy)

        solution = in_numbers(solution)
    vertices = few(solution, MOST, _too_many, full=full)
    questions = list(_questions(solution, vertices))
    if not questions:
        raise UsageError(
            "quiz",
            f"{solution.output} has no derivative to be asked for",
            hint="a quiz is about a formula with a variable and a step, such as 3*x",
        )
    for question in questions:
        if not all(is_ordinary(blank.value) for blank in question.blanks):
            raise UsageError(
                "quiz",
                f"the derivative by {question.node} has no answer that can be written",
                hint="give other values",
            )
    return Quiz(solution, vertices, questions)


def _too_many(count: int) -> UsageError:
    return UsageError(
        "too-large",
        f"there would be {count:,} questions, and nobody answers more than {MOST}",
        hint="take a smaller program of the same kind",
    )


def _questions(solution: Solution, vertices: Sequence[Vertex]) -> Iterator[Question]:
    terms: dict[Node, list[Term]] = {vertex.node: [] for vertex in vertices}
    names, output = solution.names, solution.model.output
    for vertex in vertices:
        adjoint = None if vertex.node is output else solution.beside_of(vertex.node)
        for entry in vertex.entries:
            reached = 1.0 if adjoint is None else adjoint
            if along(reached, entry.local) is None:
                continue
            symbol = None if entry.symbol is None else text(entry.symbol)
            term = Term(names[vertex.node], adjoint, entry.local, symbol)
            terms[entry.source].append(term)
    steps = [vertex.node for vertex in reversed(vertices) if vertex.formula is not None]
    inputs = [vertex.node for vertex in vertices if vertex.formula is None]
    for node in [*steps, *inputs]:
        if node is not output:
            yield Question(names[node], terms[node], solution.beside_of(node))
