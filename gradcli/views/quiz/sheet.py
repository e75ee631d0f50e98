"""A quiz on paper, as Markdown: the sheet with blanks, and the key with the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradcli.views.lines.page import ENDLESS, Display
from gradcli.views.papers.markdown import block
from gradcli.views.quiz.lines import filled, given, with_blanks

if TYPE_CHECKING:
    from gradcli.views.quiz.questions import Question, Quiz

Writer = Callable[["Quiz", "Question", Display], str]


def sheet(quiz: Quiz, precision: int | None = None, encoding: str = "utf-8") -> str:
    """The questions with blanks, without a final newline."""
    return _paper(quiz, "Backpropagation by hand", with_blanks, precision, encoding)


def key(quiz: Quiz, precision: int | None = None, encoding: str = "utf-8") -> str:
    """The same with the numbers filled in."""
    return _paper(quiz, "Backpropagation by hand: the answers", filled, precision, encoding)


def _paper(quiz: Quiz, title: str, write: Writer, precision: int | None, encoding: str) -> str:
    display = Display(ENDLESS, encoding, precision)
    partial = display.partial(quiz.solution.output, "node")
    output = display.name(quiz.solution.output)
    return "\n".join(
        [
            f"# {title}",
            "",
            "The forward pass, from the inputs on:",
            "",
            *block(list(given(quiz, display))),
            "",
            f"The backward pass, from {output} back: `{partial}` is a sum over all that use the",
            "node, of the derivative by each of them times its local partial.",
            "",
            *block([write(quiz, question, display) for question in quiz.questions], "\n"),
        ]
    )
