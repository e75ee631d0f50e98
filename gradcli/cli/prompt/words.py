"""The words that ask for something at the prompt, beside the commands of gradcli."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.cli import output
from gradcli.cli.app import meant
from gradcli.cli.known import COMMANDS
from gradcli.cli.prompt import files
from gradcli.cli.prompt.line import request, split
from gradcli.cli.prompt.memory import Memory
from gradcli.cli.run import run
from gradcli.cli.status import Status
from gradcli.errors import UsageError
from gradcli.syntax.spelling import plain

if TYPE_CHECKING:
    from typing import Protocol

    from gradcli.cli.context import Environment

    class Session(Protocol):
        """What a word can use of the conversation; see `gradcli.cli.prompt.session`."""

        environment: Environment
        memory: Memory
        precision: int | None
        is_over: bool

        def command(self, name: str, rest: str, *more: str) -> int:
            """Run a command on a formula."""


class Word(NamedTuple):
    """A word that asks for something at the prompt.

    Attributes:
        does: what is done with what follows it.
        usage: how it is written.
        help: what it does.
    """

    does: Callable[[Session, str], int]
    usage: str
    help: str


def gradient(session: Session, rest: str) -> int:
    """Show the derivatives by the inputs, or by the names of ``--wrt``."""
    return session.command("eval", rest, "--grad")


def set_names(session: Session, rest: str) -> int:
    """Give names a value, say how many digits are shown, or show what is known."""
    if not rest:
        _say(session, session.memory.program() or "nothing has a meaning yet: a = 1 gives it one")
        return Status.DONE
    first, *more = rest.split()
    if first == "precision":
        return _set_precision(session, more)
    if "=" not in rest:
        raise UsageError("set", f"there is no value in '{rest}'", hint="write set a=1 b=2")
    formula, words = request(rest)
    values = [(word.partition("=")[0], word.partition("=")[2]) for word in words[1::2]]
    if formula or not values or words[::2] != ["--set"] * len(values):
        session.memory.learn(rest)
    for name, value in values:
        session.memory.give(plain(name), value)
    return Status.DONE


def _set_precision(session: Session, words: Sequence[str]) -> int:
    from gradcli.views.lines.number import check_precision  # noqa: PLC0415  (few ask)

    if len(words) != 1 or not words[0].isdecimal():
        hint = "set precision 12, from 1 to 17"
        raise UsageError("precision", "set precision takes a number of digits", hint=hint)
    check_precision(int(words[0]))
    session.precision = int(words[0])
    return Status.DONE


def forget(session: Session, rest: str) -> int:
    """Take the meaning of names away; of all without a name."""
    if rest:
        session.memory.forget(rest.replace(",", " ").split())
    else:
        session.memory = Memory()
    return Status.DONE


def load(session: Session, rest: str) -> int:
    """Read a program, or values, from a file."""
    _say(session, files.load(session.environment, session.memory, _file(rest, "load")))
    return Status.DONE


def save(session: Session, rest: str) -> int:
    """Write all that is known into a file, as a program or as values."""
    _say(session, files.save(session.memory, _file(rest, "save")))
    return Status.DONE


def help_about(session: Session, rest: str) -> int:
    """Show what can be written here, or the page of a word."""
    word = rest.strip()
    if word in WORDS:
        _say(session, f"{WORDS[word].usage}\n  {WORDS[word].help}")
    elif word:
        return run(meant(["help", *split(rest)]), session.environment)
    else:
        _say(session, overview(session.environment.width(session.environment.stdout)))
    return Status.DONE


def leave(session: Session, rest: str) -> int:
    """Take leave."""
    if rest:
        raise UsageError("usage", "quit takes no other words", hint="write quit")
    session.is_over = True
    return Status.DONE


def _say(session: Session, text: str) -> None:
    output.write(session.environment, text)


def _file(rest: str, word: str) -> str:
    names = split(rest)
    if len(names) != 1:
        message = f"{word} takes the name of one file"
        raise UsageError("file", message, hint=f"for instance: {word} session.grad")
    return names[0]


WORDS = {
    "grad": Word(gradient, "grad [FORMULA]", "the derivatives by the inputs"),
    "trace": Word(
        lambda session, rest: session.command("eval", rest, "--trace"),
        "trace [FORMULA]",
        "forward and backward pass, step by step",
    ),
    "tree": Word(
        lambda session, rest: session.command("eval", rest, "--tree"),
        "tree [FORMULA]",
        "the graph as a tree",
    ),
    "table": Word(
        lambda session, rest: session.command("eval", rest),
        "table [FORMULA]",
        "every node: value and derivative",
    ),
    "set": Word(set_names, "set [a=1 …]", "give values; alone: show all names"),
    "forget": Word(forget, "forget [a …]", "take the meaning of names away, or of all"),
    "load": Word(load, "load FILE", "a program (.grad), or values (.json, .toml, .csv …)"),
    "save": Word(save, "save FILE", "all names as a program (.grad), or values (.json)"),
    "help": Word(help_about, "help [WORD]", "this, a command, or a function"),
    "?": Word(help_about, "? [WORD]", "the same"),
    "quit": Word(leave, "quit", "leave, as Ctrl-D does"),
    "exit": Word(leave, "exit", "leave, as Ctrl-D does"),
}
"""What asks for something at the prompt, beside the commands of gradcli."""


SHOWING = frozenset({"grad", "trace", "tree", "table"})
"""The words that show a formula, by a command."""


def known_words() -> list[str]:
    """The words that ask for something."""
    return [*WORDS, *COMMANDS, "gradcli"]


def overview(columns: int) -> str:
    """What can be written at the prompt."""
    from textwrap import wrap  # noqa: PLC0415  (few ask)

    lines = [
        "A formula gives its value, dJ/db a derivative, name = … stays. What is asked",
        "about no formula is asked about the last one.",
    ]
    lines = [*wrap(" ".join(lines), columns), ""]
    shown = {word.usage: word.help for name, word in WORDS.items() if name not in {"?", "exit"}}
    left = max(map(len, shown)) + 2
    for usage, text in shown.items():
        first, *rest = wrap(text, max(columns - left, 10))
        lines += [f"{usage:<{left}}{first}", *(" " * left + each for each in rest)]
    commands = ", ".join(name for name in COMMANDS)
    examples = "grad 3(a+bc) a=1 b=2 c=3; diff x^2*sin(x) --steps; paths --wrt b"
    lines += ["", *wrap(f"Commands, with their options: {commands}.", columns)]
    lines += [*wrap(f"For instance: {examples}", columns)]
    return "\n".join(lines)
