"""Whether an answer is right, and if not, what it is instead: the mistakes that people make."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.engine.functions.sums import sum_of
from gradcli.syntax.text import brief
from gradcli.views.quiz.lines import formulas
from gradcli.views.quiz.questions import Blank, Part, Question, Quiz

if TYPE_CHECKING:
    from gradcli.views.lines.page import Display

NEAR = 2e-3
"""A number in three digits is right."""

COARSE = 0.15
"""A number that is off by more is another one."""

FACTORS = (2.0, 3.0, 4.0, 0.5, 1 / 3, 0.25)
"""By which an answer may be off."""

_DECIMAL = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?", re.ASCII | re.IGNORECASE)
"""What has a last place; a fraction has none."""

ENOUGH_DIGITS = 2
"""An answer of so many digits may be rounded to these."""


class Answer(NamedTuple):
    """A number, and how it was typed."""

    number: float
    typed: str


def is_right(answer: Answer, value: float) -> bool:
    """Whether an answer is the number that is asked for, rounded as people round.

    From two digits on it may be rounded to those that it has.
    """
    if not math.isfinite(answer.number):
        return False
    room = NEAR * abs(value)
    mantissa = answer.typed.lower().partition("e")[0]
    digits = [sign for sign in mantissa.lstrip("+-0.") if sign.isdigit()]
    if len(digits) >= ENOUGH_DIGITS and "." in mantissa and _DECIMAL.fullmatch(answer.typed):
        room = max(room, 0.51 * _last_place(answer))
    return abs(answer.number - value) <= room


def is_coarse(answer: Answer, value: float) -> bool:
    """Whether an answer is the number that is asked for, with too few digits, or cut off."""
    if not math.isfinite(answer.number) or not _DECIMAL.fullmatch(answer.typed):
        return False
    return abs(answer.number - value) < min(_last_place(answer), COARSE * abs(value))


def _last_place(answer: Answer) -> float:
    """What a one is worth in the last place of a `_DECIMAL`: 0.01 of 3.14."""
    mantissa, _, exponent = answer.typed.lower().partition("e")
    places = sum(map(str.isdigit, mantissa.partition(".")[2]))
    return float(f"1e{int(exponent or 0) - places}")  # inf, not an error, beyond floats


def reasons(
    quiz: Quiz, question: Question, answers: Sequence[Answer], display: Display
) -> Mapping[int, str]:
    """What is wrong with answers, by the place of their blank; what is right is not in it.

    Args:
        quiz: the quiz.
        question: the question.
        answers: a number for each blank, or for the result alone.
        display: how names and numbers are shown.
    """
    return _Judge(quiz, question, display).judged(answers)


class _Judge:
    """Looks at the answers to one question."""

    def __init__(self, quiz: Quiz, question: Question, display: Display) -> None:
        self.question = question
        self.values = quiz.values
        self.output = quiz.solution.output
        self.others = {
            (each.node, term.consumer): term.local
            for each in quiz.questions
            for term in each.terms
            if each.node != question.node
        }
        self.known = {each.node: each.value for each in quiz.questions}
        self.display = display
        self.formulas = dict(zip(self.values, formulas(quiz, display), strict=True))

    def judged(self, answers: Sequence[Answer]) -> Mapping[int, str]:
        """The reason for each wrong answer."""
        blanks = self.question.blanks
        first = len(blanks) - len(answers)
        found: dict[int, str] = {}
        for place, answer in enumerate(answers, first):
            blank = blanks[place]
            if is_right(answer, blank.value):
                continue
            given = [each.number for each in answers[: place - first]]
            if blank.part is Part.RESULT and given and is_right(answer, self.question.of(given)):
                continue  # it follows from a factor that is not right
            if self.are_exchanged(answers, place - first, blank):
                found[place] = self.exchanged(blank)
            elif not self.are_exchanged(answers, place - first - 1, blanks[place - 1]):
                found[place] = self.reason(blank, answer, given)
        return found

    def are_exchanged(self, answers: Sequence[Answer], place: int, blank: Blank) -> bool:
        """Whether the factors of a way are right, the second one first."""
        if blank.part is not Part.ADJOINT or not 0 <= place < len(answers) - 1:
            return False
        local = self.question.terms[blank.term].local
        return (
            not is_right(answers[place], blank.value)
            and is_right(answers[place], local)
            and is_right(answers[place + 1], blank.value)
        )

    def exchanged(self, blank: Blank) -> str:
        """The right order of two factors."""
        consumer = self.question.terms[blank.term].consumer
        first = self.partial(self.output, consumer)
        second = self.partial(consumer, self.question.node)
        return f"the two factors are exchanged: {first} stands first, then {second}"

    def reason(self, blank: Blank, answer: Answer, given: Sequence[float]) -> str:
        """What a wrong answer is instead, in a sentence."""
        what = self.what(blank)
        for value, words in self.mistakes(blank, given):
            if is_right(answer, value):
                return f"{what} is not {self.number(answer.number)}: {words}"
        if is_coarse(answer, blank.value):
            return f"{what} is not quite {self.display.show(answer.typed)}: write three digits"
        return f"{what} is not {self.number(answer.number)}: {self.hint(blank)}"

    def hint(self, blank: Blank) -> str:
        """Where to look if no mistake is recognised."""
        match blank.part:
            case Part.ADJOINT:
                return "it was found in a question before this one"
            case Part.RESULT if len(self.question.blanks) > 1:
                return "multiply the factors of each way, and add the ways"
        consumer = self.consumer(blank)
        return f"how does {self.formulas[consumer]} change with {self.below_name()} alone?"

    def consumer(self, blank: Blank) -> str:
        """The node whose local partial is in question."""
        return self.question.terms[blank.term].consumer

    def what(self, blank: Blank) -> str:
        """The sign of what a blank stands for."""
        if blank.part is Part.RESULT:
            return self.partial(self.output, self.question.node)
        consumer = self.question.terms[blank.term].consumer
        if blank.part is Part.ADJOINT:
            return self.partial(self.output, consumer)
        return self.partial(consumer, self.question.node)

    def mistakes(self, blank: Blank, given: Sequence[float]) -> Iterator[tuple[float, str]]:
        """What may have been taken for the right number, most likely first."""
        yield -blank.value, "it has the other sign"
        match blank.part:
            case Part.LOCAL:
                yield from self._of_local(self.question.terms[blank.term].consumer)
            case Part.ADJOINT:
                yield from self._of_adjoint(self.question.terms[blank.term].consumer)
            case Part.RESULT:
                yield from self._of_result(given)
        for factor in FACTORS:
            yield blank.value * factor, f"it is off by the factor {_factor(factor)}"
        if blank.value:
            yield 1 / blank.value, "it is turned over, 1 divided by the right number"
            yield 0.0, f"{self.name(self.above(blank))} does change with {self.below(blank)}"

    def _of_local(self, consumer: str) -> Iterator[tuple[float, str]]:
        node = self.question.node
        yield self.values[node], f"that is the value of {self.name(node)}, not a slope"
        yield self.values[consumer], f"that is the value of {self.name(consumer)}, not its slope"
        for (other, target), local in self.others.items():
            if target == consumer:
                yield local, f"that is {self.partial(consumer, other)}"
        if consumer in self.known:
            yield self.known[consumer], f"that is {self.partial(self.output, consumer)}"
        yield self.question.value, f"that is {self.partial(self.output, node)}, the whole product"

    def _of_adjoint(self, consumer: str) -> Iterator[tuple[float, str]]:
        yield self.values[consumer], f"that is the value of {self.name(consumer)}"
        yield self.question.value, f"that is {self.partial(self.output, self.question.node)}"
        for other, value in self.known.items():
            yield value, f"that is {self.partial(self.output, other)}"

    def _of_result(self, given: Sequence[float]) -> Iterator[tuple[float, str]]:
        terms = self.question.terms
        if len(terms) > 1:
            for term in terms:
                rest = self.question.value - term.product
                yield rest, f"the way through {self.name(term.consumer)} is missing"
                both = self.question.value + term.product
                yield both, f"the way through {self.name(term.consumer)} is counted twice"
            yield math.prod(term.product for term in terms), "the ways are added, not multiplied"
        factors = given or [blank.value for blank in self.question.blanks[:-1]]
        yield sum_of(factors), "the factors of a way are multiplied, not added"
        for term in terms:
            yield term.local, f"that is {self.partial(term.consumer, self.question.node)} alone"
            if term.adjoint is not None:
                yield term.adjoint, f"that is {self.partial(self.output, term.consumer)} alone"
        yield self.values[self.question.node], f"that is the value of {self.below_name()}"

    def above(self, blank: Blank) -> str:
        """The name of what changes."""
        if blank.part is Part.LOCAL:
            return self.question.terms[blank.term].consumer
        return self.output

    def below(self, blank: Blank) -> str:
        """The name of what it changes with, as it is shown."""
        if blank.part is Part.ADJOINT:
            return self.name(self.question.terms[blank.term].consumer)
        return self.below_name()

    def below_name(self) -> str:
        """The node that the question is about."""
        return self.name(self.question.node)

    def name(self, name: str) -> str:
        """A name as it is shown."""
        return self.display.name(name)

    def partial(self, above: str, below: str) -> str:
        """``∂J/∂b``."""
        return self.display.partial(above, below)

    def number(self, value: float) -> str:
        """A number as it is shown."""
        return self.display.number(value)


def _factor(factor: float) -> str:
    return brief(factor) if factor >= 1 else f"1/{brief(1 / factor)}"
