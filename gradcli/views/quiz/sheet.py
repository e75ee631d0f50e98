"""A quiz on paper: the sheet with blanks, and the key with the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from gradcli.views.lines.blocks import Equation, Prose, laid
from gradcli.views.lines.page import Display, Fragment, Line, Page
from gradcli.views.quiz.lines import filled, given, in_lines, with_blanks

if TYPE_CHECKING:
    from gradcli.views.quiz.questions import Question, Quiz

Writer = Callable[["Quiz", "Question", Display], str]

FORWARD = "The forward pass, from the inputs on:"


class Paper(NamedTuple):
    """What is handed out: its title, and how each question is written."""

    title: str
    write: Writer


SHEET = Paper("Backpropagation by hand", with_blanks)
KEY = Paper("Backpropagation by hand: the answers", filled)


def page(quiz: Quiz, display: Display, paper: Paper = SHEET) -> Page:
    """The sheet, or the key."""
    lines: list[Line] = [*laid(Prose(paper.title, "bold"), [(Fragment(paper.title, "bold"),)])]
    lines += [(), *display.paragraph(FORWARD), ()]
    for line in given(quiz, display):
        lines += _equation(line, display)
    lines += [(), *display.paragraph(_backward(quiz, display))]
    for question in quiz.questions:
        lines += [(), *_equation(paper.write(quiz, question, display), display)]
    return Page(lines)


def _equation(text: str, display: Display) -> list[Line]:
    left, *members = text.split(" = ")
    return [*laid(Equation(left, members), in_lines(text, display))]


def _backward(quiz: Quiz, display: Display) -> str:
    partial = display.partial(quiz.solution.output, "node")
    return (
        f"The backward pass, from {display.name(quiz.solution.output)} back: {partial} is a sum "
        "over all that use the node, of the derivative by each of them times its local partial."
    )
