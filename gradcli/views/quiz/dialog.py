"""A quiz at a prompt: a question, an answer, what is wrong with it, and the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradcli.errors import GradcliError
from gradcli.evaluation.elements import number
from gradcli.syntax.spelling import LABEL
from gradcli.syntax.text import brief
from gradcli.views.lines.page import Display, Fragment, Line, Page
from gradcli.views.lines.text import visible
from gradcli.views.quiz.lines import filled, given, in_lines, with_blanks
from gradcli.views.quiz.reasons import Answer, reasons

if TYPE_CHECKING:
    from gradcli.views.quiz.questions import Question, Quiz

TRIES = 3
"""After so many wrong answers the right one is told."""

_BETWEEN = re.compile(r"(?:[\s;|=·⋅*×]|,(?=\s)|(?<=[\s\d])[xX](?=[\s\d]))+")
"""What may stand between two numbers."""


class Dialog:
    """The state of a quiz.

    Attributes:
        is_over: whether there is nothing more to ask.
        right: how many questions were answered.
        at_once: how many of these at the first try.
    """

    def __init__(self, quiz: Quiz, display: Display) -> None:
        self._quiz = quiz
        self._display = display
        self._place = 0
        self._wrong = 0
        self.is_over = False
        self.right = 0
        self.at_once = 0

    @property
    def question(self) -> Question:
        """The one that is asked."""
        return self._quiz.questions[self._place]

    def opening(self) -> Page:
        """What is known, how to answer, and the first question."""
        lines: list[Line] = [(Fragment("Forward pass", "bold"),)]
        for line in given(self._quiz, self._display):
            lines += in_lines(line, self._display)
        lines += [(), *self._display.paragraph(HOW)]
        return Page([*lines, *self._asked()])

    def answered(self, text: str) -> Page:
        """What there is to say of an answer, and what is asked next."""
        text = text.strip()
        if text in {"q", "quit", "exit"}:
            self.is_over = True
            return self.closing()
        if text == "?":
            return self._next([*self._solution()])
        numbers = self._read(text)
        if isinstance(numbers, str):
            return Page(self._display.paragraph(numbers, indent=2))
        wrong = reasons(self._quiz, self.question, numbers, self._display)
        if not wrong:
            self.right += 1
            self.at_once += not self._wrong
            return self._next([(Fragment("  right", "green"),)])
        self._wrong += 1
        lines: list[Line] = []
        for reason in wrong.values():
            lines += self._display.paragraph(reason, indent=2, style="red")
        if self._wrong >= TRIES:
            return self._next([*lines, *self._solution()])
        return Page(lines)

    def closing(self) -> Page:
        """How many answers were right."""
        count, all_of_them = self.right, len(self._quiz.questions)
        sentence = f"{count} of {all_of_them} right"
        if count:
            sentence += f", {self.at_once} of them at once"
        return Page([(), *self._display.paragraph(sentence, style="bold")])

    def _next(self, lines: Sequence[Line]) -> Page:
        self._place += 1
        self._wrong = 0
        self.is_over = self._place == len(self._quiz.questions)
        more = self.closing().parts if self.is_over else self._asked()
        return Page([*lines, *more])

    def _asked(self) -> list[Line]:
        counted = f"{self._place + 1} of {len(self._quiz.questions)}"
        question = with_blanks(self._quiz, self.question, self._display)
        return [(), (Fragment(counted, "bold"),), *in_lines(question, self._display)]

    def _solution(self) -> list[Line]:
        return in_lines(filled(self._quiz, self.question, self._display), self._display)

    def _read(self, text: str) -> list[Answer] | str:
        """The numbers of an answer, or what is wrong with it."""
        text = re.sub(r"\s+%", "%", text.replace("−", "-"))
        words = [word for word in _BETWEEN.split(text) if word]
        count = len(self.question.blanks)
        if len(words) not in {1, count}:
            if count == 1:
                return "there is one blank: write one number"
            return f"there are {count} blanks: write {count} numbers, or the last one alone"
        answers = []
        for word in words:
            try:
                answers.append(Answer(number(word, "answer"), word))
            except GradcliError:
                return _no_number(word)
        return answers


def _no_number(word: str) -> str:
    """What to write for what is no number."""
    if re.fullmatch(r"[-+]?\d+,\d+", word):
        return f"a number has a point: {word.replace(',', '.')}"
    share = re.fullmatch(r"([-+]?[\d.]+)%", word)
    if share and share[1].count(".") < 2 and share[1].strip("-+."):
        return f"a share is written as a number: {word} is {brief(float(share[1]) / 100)}"
    if re.match(LABEL, word) or re.search(r"[*^(]|\d[A-Za-z]", word):
        return f"{visible(word)} is a formula: write its number, such as 0.25, -3 or 1/3"
    return "write numbers, such as 0.25, -3 or 1/3"


HOW = (
    "Fill in the blanks from the output back: numbers with blanks between, or the last number "
    "alone. ? tells the answer, q ends the quiz."
)
