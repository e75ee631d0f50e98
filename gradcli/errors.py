"""What can be wrong with an input, as data: a kind, a message, the place, a way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from gradcli.base.record import Record


class Span(Record):
    """A half-open range of characters of a text, counted from 0."""

    start: int
    end: int


class Option(Record):
    """An argument that a sentence for people speaks of: ``--wrt x`` is ``wrt="x"`` in Python.

    Attributes:
        name: its name on the command line.
        value: its value as it is typed there, or None; as a tuple of names one derivative by all.
    """

    name: str
    value: str | tuple[str, ...] | None = None

    def __str__(self) -> str:
        """The argument as the command line has it."""
        value = ",".join(self.value) if isinstance(self.value, tuple) else self.value
        return f"--{self.name}" if value is None else f"--{self.name} {value}"


class Typed(Record):
    """A command line that a sentence for people proposes, unless it does not work.

    Attributes:
        words: the command and what follows it.
        before: what stands before it in the sentence.
        otherwise: what stands in the place of both where the line does not work.
    """

    words: tuple[str, ...]
    before: str = ""
    otherwise: str = ""

    @classmethod
    def of(cls, command: str, formula: str, options: Iterable[Option]) -> Self:
        """The line that calls a command with a formula and options that have one value each."""
        given = (word for each in options for word in (f"--{each.name}", str(each.value)))
        return cls((command, formula, *given))

    def __str__(self) -> str:
        """The line as it is typed, those words in quotes that need it."""
        return f"{self.before}gradcli {' '.join(map(quoted, self.words))}"


_BARE = r"(?a:[\w./,=+@%:-]+)"


def quoted(word: str) -> str:
    """A word as it is typed."""
    # In double quotes a shell may take ! for a command of its history.
    quote = "" if re.fullmatch(_BARE, word) else "'" if "!" in word or '"' in word else '"'
    if quote == "'" and quote in word:
        import shlex  # noqa: PLC0415  (few formulas have signs of all kinds)

        return shlex.quote(word)
    return f"{quote}{word}{quote}"


class Sentence(str):
    """A sentence for people in which options are known as such; its text is the command line's.

    Args:
        parts: text, options, command lines and other sentences, one after another.
    """

    __slots__ = ("parts",)

    parts: tuple[str | Option | Typed, ...]

    def __new__(cls, *parts: str | Option | Typed) -> Self:
        """The sentence made of these parts."""
        found = super().__new__(cls, "".join(map(str, parts)))
        inner = (part.parts if isinstance(part, Sentence) else (part,) for part in parts)
        found.parts = tuple(each for several in inner for each in several)
        return found

    def __reduce__(self) -> tuple[type[Sentence], tuple[str | Option | Typed, ...]]:
        return type(self), self.parts


def apart(options: Iterable[Option], between: str = " ") -> Iterator[str | Option]:
    """Options as the parts of a sentence, with a text between two of them."""
    for place, option in enumerate(options):
        if place:
            yield between
        yield option


class Note(Record):
    """A reading of the text that the user should know of, such as ``bc`` read as ``b*c``.

    ``names`` are the names that it is about, whole, while ``message`` may shorten them.
    """

    kind: str
    message: str
    span: Span | None = None
    names: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The object that every JSON of ours has for it."""
        return {"kind": self.kind, "message": self.message, "span": self.span and list(self.span)}


class Problem(Record):
    """Something about the numbers that the user should know of.

    ``kind`` is ``"value"`` (the output is not finite), ``"derivative"`` (a derivative is not
    finite), ``"small"`` (a number is too small for a float) or ``"kink"`` (a derivative is not
    unique and a convention was applied). ``what`` is ``"NaN"``, ``"Infinity"``, ``"-Infinity"``,
    ``"too small"`` or, for a kink, ``"not unique"`` or ``"not decided"``.
    """

    kind: str
    node: str
    what: str
    message: str
    span: Span | None = None

    def to_dict(self) -> dict[str, Any]:
        """The object that every JSON of ours has for it."""
        return {
            "kind": self.kind,
            "node": self.node,
            "is": self.what,
            "message": self.message,
            "span": self.span and list(self.span),
        }


class DerivativeWarning(UserWarning):
    """A derivative follows a convention, or something is not finite, where only numbers go out.

    Attributes:
        problems: what there is to say, in the order in which it is.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[DerivativeWarning], tuple[Sequence[Problem]]]:
        # As for errors: the arguments are not all that there is.
        return type(self), (self.problems,)


class GradcliError(Exception):
    """Base of every error that gradcli raises on purpose.

    Attributes:
        kind: a short stable identifier of the error, for scripts.
        message: one sentence in lower case without a full stop.
        span: the place in ``source``, or None.
        hint: a way out, or None; a `Sentence` where it speaks of options, as the message is then.
        source: the text that ``span`` points into, or None.
        origin: what that text is when it is not the program, such as ``"the value of a"``.
        names: the names that it is about, whole, while ``message`` may shorten or omit them.
        examples: what may be typed for those names that are no numbers; "" for what is too long.
        arrays: the lengths of the arrays that the way out declares, by their names.
        instead: what may stand for a wrong name, the most likely first, by that name.
    """

    def __init__(  # noqa: PLR0913  (an error is all of this, and all but two have a default)
        self,
        kind: str,
        message: str,
        *,
        span: Span | None = None,
        hint: str | None = None,
        source: str | None = None,
        origin: str | None = None,
        names: tuple[str, ...] = (),
        examples: Mapping[str, str] | None = None,
        arrays: Mapping[str, Sequence[int | str]] | None = None,
        instead: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.span = span
        self.hint = hint
        self.source = source
        self.origin = origin
        self.names = names
        self.examples = examples or {}
        self.arrays = arrays or {}
        self.instead = instead or {}

    def __str__(self) -> str:
        """The message with its place and the way out, as the command line shows it."""
        if self.span is None and self.hint is None:
            return self.message
        from gradcli.base.shown import look  # noqa: PLC0415  (only where somebody looks)

        return str(look("message", self)).removeprefix("error: ")

    def __reduce__(self) -> tuple[type[GradcliError], tuple[str, str], dict[str, Any]]:
        # An exception is pickled and copied by its arguments, which are not all that there is.
        return type(self), (self.kind, self.message), vars(self)


class ParseError(GradcliError):
    """The text is not a program of the language."""


class UsageError(GradcliError):
    """A request that cannot be carried out as it stands: options, files, limits."""


class InputError(GradcliError):
    """A name or a value is missing, unknown, given twice, or not a number."""


class UndefinedError(GradcliError):
    """The result is not finite or not defined, and the caller asked for an error."""


class CheckError(GradcliError, AssertionError):
    """A check or an assertion failed."""
