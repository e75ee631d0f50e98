"""A question as a line: the rule in symbols, and blanks or numbers in their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.views.lines.blocks import BLANK
from gradcli.views.lines.page import Display, Fragment, Line, flowed
from gradcli.views.lines.substitute import fitted
from gradcli.views.lines.unicode import notation

if TYPE_CHECKING:
    from gradcli.views.quiz.questions import Question, Quiz

_LONGEST = 24
"""A longer formula of the output is referred to by its name."""

_INDENT = "  "


def left(quiz: Quiz, question: Question, display: Display) -> str:
    """What is asked for: ``∂J/∂b``."""
    return display.partial(quiz.solution.output, question.node)


def rule(quiz: Quiz, question: Question, display: Display) -> str:
    """The chain rule in symbols: ``∂J/∂v · ∂v/∂b``."""
    sign, dot = display.symbols.partial, display.symbols.dot
    terms = []
    for term in question.terms:
        if term.adjoint is None:
            formula = display.show(_formula(quiz, display), _LONGEST)
            terms.append(f"{sign}({formula})/{sign}{display.name(question.node)}")
        else:
            adjoint = display.partial(quiz.solution.output, term.consumer)
            terms.append(f"{adjoint} {dot} {display.partial(term.consumer, question.node)}")
    return " + ".join(terms)


def with_blanks(quiz: Quiz, question: Question, display: Display) -> str:
    """The question: ``∂J/∂b = ∂J/∂v · ∂v/∂b = ___ · ___ = ___``."""
    numbers = _members(question, [BLANK] * len(question.blanks), display)
    return _equation(quiz, question, numbers, display)


def filled(quiz: Quiz, question: Question, display: Display) -> str:
    """The answer: ``∂J/∂b = ∂J/∂v · ∂v/∂b = 3 · 3 = 9``."""
    last = len(question.blanks) - 1
    places = [
        # A sign needs no brackets where nothing but an equals sign is before it.
        (display.number if place in {0, last} else display.operand)(blank.value)
        for place, blank in enumerate(question.blanks)
    ]
    return _equation(quiz, question, _members(question, places, display), display)


def given(quiz: Quiz, display: Display) -> Iterator[str]:
    """What is known: every value of the forward pass, ``v = b·c = 6``."""
    for formula, value in zip(formulas(quiz, display), quiz.values.values(), strict=True):
        number = display.number(value)
        yield formula if formula.endswith(f" = {number}") else f"{formula} = {number}"


def formulas(quiz: Quiz, display: Display) -> Iterator[str]:
    """Every box with its formula, ``v = b·c``; an input has none."""
    written = notation(display, quiz.solution.names.values())
    for vertex, name in zip(quiz.vertices, quiz.values, strict=True):
        formula = [] if vertex.formula is None else [written.write(vertex.formula)]
        yield " = ".join([display.name(name), *[fitted(each, display) for each in formula]])


def in_lines(text: str, display: Display) -> list[Line]:
    """An equation in as many lines as it takes, set in."""
    lines = flowed((Fragment(text),), max(display.width - len(_INDENT), 1))
    return [(Fragment(_INDENT), *line) for line in lines]


def _formula(quiz: Quiz, display: Display) -> str:
    output = quiz.vertices[-1]
    for vertex in quiz.vertices:
        if vertex.node is quiz.solution.model.output:
            output = vertex
    if output.formula is None:
        return quiz.solution.output
    return notation(display, quiz.solution.names.values()).write(output.formula)


def _equation(quiz: Quiz, question: Question, numbers: str, display: Display) -> str:
    members = [left(quiz, question, display), rule(quiz, question, display), numbers]
    return " = ".join([each for each in members if each])


def _members(question: Question, places: Sequence[str], display: Display) -> str:
    """Blanks or numbers where the factors stand, and the result behind them."""
    dot = f" {display.symbols.dot} "
    rest = iter(places)
    terms = [
        dot.join([next(rest) for _ in range(1 if term.adjoint is None else 2)])
        for term in question.terms
    ]
    members = [" + ".join(terms)] if terms else []
    return " = ".join([*members, *rest])
