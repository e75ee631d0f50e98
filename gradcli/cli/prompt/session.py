"""A conversation: what a line asks for is done, what it gives a meaning stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from shlex import quote

from gradcli.cli import output
from gradcli.cli.arguments import options_of
from gradcli.cli.context import Environment
from gradcli.cli.known import find
from gradcli.cli.program import is_file
from gradcli.cli.prompt.line import parts, request, split, taken_apart
from gradcli.cli.prompt.memory import Asked, Known, Memory
from gradcli.cli.prompt.words import SHOWING, WORDS, help_about, known_words, set_names
from gradcli.cli.remarks import not_defined, remark
from gradcli.cli.run import run, told
from gradcli.cli.status import Status
from gradcli.cli.ways_out import give_hint
from gradcli.cli.words import Words, sort_words
from gradcli.errors import InputError, UsageError
from gradcli.evaluation.questions import Asked as Derivative
from gradcli.evaluation.questions import asked_for
from gradcli.hints import did_you_mean
from gradcli.syntax.spelling import LABEL, is_name, plain


class Session:
    """What has been said so far, and the way to go on.

    Attributes:
        environment: where it is printed.
        memory: the names that have a meaning.
        is_over: whether the user has taken leave.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.memory = Memory()
        self.precision: int | None = None
        self.is_over = False
        environment.kept = {}
        environment.noted = set()

    def enter(self, text: str) -> int:
        """Do what a line asks for; whatever is wrong is told, and leaves everything as it was.

        Returns:
            the exit code that a command would have.
        """
        failure: int = Status.DONE
        for part in parts(text, known_words(), self.memory.names):
            self.environment.as_json = False
            status = told(partial(self._enter, part), self.environment)
            failure = failure or status
            if self.is_over:
                break
        return failure

    def _enter(self, text: str) -> int:
        lines = map(str.strip, text.split("\n"))
        if all(not line or line.startswith("#") for line in lines):
            return Status.DONE
        word, rest = self._taken_apart(text)
        if word == "gradcli":
            return run(split(rest) or ["--help"], self.environment)
        if word in WORDS:
            # What shows a formula has the options of a command, and its page.
            asks = {rest} & _HELP and word not in SHOWING
            return help_about(self, word) if asks else WORDS[word].does(self, rest)
        if word:
            return self.command(word, rest)
        asked_for = request(text)
        if self._begins_with_option(text):
            return self.command("eval", text)
        if asked_for.words and not text.lstrip().startswith("-"):
            are_values = {*asked_for.words[::2]} == {"--set"} and not asked_for.formula
            if not are_values:
                return self.command("eval", text)
            if len(asked_for.words) > 2:  # one alone is a statement
                return set_names(self, text)
        derivative = self._asked_derivative(text)
        if derivative is not None:
            return self._derivative(text, derivative.of)
        before = self.memory.known()
        asked = self.memory.learn(text)
        return Status.DONE if asked is None else self._value(asked, before)

    def _taken_apart(self, text: str) -> tuple[str, str]:
        """The word that a line begins with, and the rest; a file that is named is loaded."""
        if is_file(text.strip()):
            return "load", text.strip()
        return taken_apart(text, known_words(), self.memory.names)

    def _begins_with_option(self, text: str) -> bool:
        """Whether a line asks how the last formula is shown, and is none: ``--tree``."""
        first, *_ = text.split()
        name = first.removeprefix("--").partition("=")[0]
        known = {each for param in find("eval").load().params for each in param.opts}
        return f"--{name}" in known and first.startswith("--") and name not in self.memory.names

    # --- Formulas ------------------------------------------------------------------------------

    def _value(self, asked: Asked, before: Known) -> int:
        """Show the value of a formula; a step whose inputs have none is only kept.

        Args:
            asked: the formula.
            before: what was known before it.
        """
        source, values, refusal = self.memory.call(asked, {})
        if refusal is not None:
            self.memory.return_to(before)
            raise refusal
        from gradcli.evaluation.solve import solve  # noqa: PLC0415  (loaded with the first formula)
        from gradcli.views.value import render  # noqa: PLC0415  (likewise)

        if "(" in asked.text.partition("=")[0] and asked.name:
            return Status.DONE  # a function, which has a value where it is called
        try:
            solution = solve(source, values)
        except InputError as error:
            if error.kind != "missing-value":
                raise
            if asked.name:
                return Status.DONE
            if is_name(asked.text):  # there is nothing to ask about it
                self.memory.last = before.last
            error.hint = self._slip(asked) or give_hint(error)
            raise
        remark(self.environment, source, solution.notes)
        display = self.environment.display(self.environment.stdout, precision=self.precision)
        name = asked.text if asked.text in self.memory.names else asked.name
        page = render(solution, display, name)
        output.write(self.environment, self.environment.text(page, self.environment.stdout))
        failure = not_defined(solution.value_problems, source)
        if failure is not None:
            raise failure
        return Status.DONE

    def _slip(self, asked: Asked) -> str | None:
        """The word that is meant where a formula begins with what is nearly one."""
        first = asked.text.split()[0]
        return did_you_mean(first, known_words()) if first in asked.used else None

    def _asked_derivative(self, text: str) -> Derivative | None:
        """The derivative that a line is the name of, ``dJ/db``, of something that is known."""
        of, _, by = map(str.strip, text.partition("/"))
        asked = asked_for(text, is_name) if {of, by}.isdisjoint(self.memory.names) else None
        if asked is None or not all(re.fullmatch(LABEL, name) for name in asked.by):
            return None
        is_known = asked.of in self.memory.statements if asked.of else self.memory.last is not None
        return asked if is_known else None

    def _derivative(self, text: str, of: str) -> int:
        """Show a derivative of a step, or of the last formula, which stays the last one."""
        last = self.memory.last
        pieces = self.memory.statements.get(of, ())
        if any("(" in piece.key for piece in pieces):  # a function: of what it was last asked about
            of = ""
        try:
            return self.command("eval", f"{of} --get {quote(text.strip())}")
        finally:
            self.memory.last = last

    # --- Commands ------------------------------------------------------------------------------

    def command(self, name: str, rest: str, *more: str) -> int:
        """Run a command on a formula, with what is known; without one on the last."""
        command = find(name)
        if not command.takes_program:
            return run([name, *split(rest)], self.environment)
        formula, words = request(rest)
        if _HELP & {*words}:
            return run([name, "--help"], self.environment)
        # What nudge is given is how far it moves, and no value.
        found = _sorted([*words, *more], name)
        given = {} if name == "nudge" else _given(found)
        behind = [each for each in found.expressions if request(each).formula]
        if not formula and len(behind) == 1 and behind[0] in words:
            (formula,) = behind  # behind the options
            words.remove(formula)
        if "-f" in words:
            return run([name, *words, *more], self.environment)
        before = self.memory.known()
        asked = self.memory.understand(formula) if formula else self.memory.last
        if asked is None and words and not given and name != "eval":  # such as paths --layers
            return run([name, *words, *more], self.environment)
        if asked is None:
            asks = () if found.expressions else split(rest)
            hint = f"for instance: {' '.join([name, 'x^2', *asks])}"
            raise UsageError("usage", "there is no formula yet", hint=hint)
        self.memory.last = asked
        source, values, refusal = self.memory.call(asked, given)
        if refusal is not None:  # the command says what is wrong
            self.memory.return_to(before)
        self.environment.kept = values
        # The formula comes first: others may follow it. Behind a blank it is no option.
        typed = f" {source}" if source.startswith("-") else source
        try:
            return run([name, typed, *words, *more, *self._settings(words)], self.environment)
        finally:
            self.environment.kept = {}

    def _settings(self, words: Sequence[str]) -> list[str]:
        if self.precision is None or "--precision" in words:
            return []
        return ["--precision", str(self.precision)]


_HELP = frozenset({"--help", "-h"})
"""What asks for a page of help, as on a command line."""


def _sorted(words: Sequence[str], name: str) -> Words:
    """The words of a command, sorted into its options, formulas and values."""
    switches, valued = options_of(find(name).load().params)
    return sort_words(words, switches, valued)


def _given(found: Words) -> dict[str, object]:
    """The values in the words of a command, by name."""
    given: dict[str, object] = {plain(flag.name): flag.value for flag in found.flags}
    for option, value in pairwise(found.options):
        if option == "--set":
            given[plain(value.partition("=")[0])] = value.partition("=")[2]
    return given
