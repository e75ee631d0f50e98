"""The words of a command line: which are options of ours, and which give a variable a value.

Any variable can be a flag, in any place: ``--a 1``, ``--a=-1``, ``--w1[1,2] 0.5``. So an option
that is not ours is no mistake, its value may begin with ``-``, and an expression may, too.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Mapping, Sequence

from gradcli.base.record import Record
from gradcli.errors import UsageError
from gradcli.syntax.spelling import LABEL

FLAGS = "gradcli.flags"
"""Where a command finds the user's flags in ``Context.meta``."""

HELP = "--help shows the options"
"""The way out where a word is no option, or is one without what belongs to it."""

# Texts, and no patterns yet: only an error needs them.
NUMBER = r"[-+−]?\.?[0-9][\w.+-]*"
"""What looks like a number."""

_WITH_COLON = rf"--({LABEL}):({NUMBER})"
WORDS = "gradcli.words"
"""Where it finds the words as they were typed."""


class Flag(Record):
    """A value that the user gave to a variable: ``--name value``, or ``name=value``."""

    name: str
    value: str
    typed: str | None = None
    """What messages call it, if not ``--name``."""


class Words(Record):
    """A command line, sorted: options of ours, expressions, and the user's flags."""

    options: list[str]
    expressions: list[str]
    flags: list[Flag]


def sort_words(words: Sequence[str], switches: Collection[str], valued: Mapping[str, str]) -> Words:
    """Sort the words of a command line.

    Args:
        words: what follows the command's name.
        switches: options of ours without a value.
        valued: options of ours with a value, and what stands for that: ``FILE``.

    Raises:
        UsageError: a flag has no name or no value.
    """
    options: list[str] = []
    expressions: list[str] = []
    flags: list[Flag] = []
    ours = {*switches, *valued}
    rest = deque(words)
    while rest:
        word = rest.popleft()
        name, equals, value = word.partition("=")
        if word == "--":
            expressions += rest
            break
        if word in switches:
            options.append(word)
        elif name in switches:
            raise _no_value_wanted(name, value)
        elif not word.startswith("--") and name not in valued:
            expressions.append(word)
        else:
            value = value if equals else _next_value(name, rest, ours, valued)
            if name in valued:
                options += [name, value]
            else:
                flags.append(Flag(_variable(word, name), value))
    return Words(options, expressions, flags)


def _next_value(
    name: str, rest: deque[str], ours: Collection[str], valued: Mapping[str, str]
) -> str:
    """The word after a flag; it may be ``-1``, but not the next flag or option."""
    if rest and not (rest[0].startswith("--") or rest[0] in ours):
        return rest.popleft()
    message = f"{name} has no value before '{rest[0]}'" if rest else f"{name} has no value"
    value = valued.get(name, "VALUE")
    hint = f"write {name}={value}" if name.startswith("--") and name not in valued else ""
    hint = hint or f"write {name} {value}"
    if name not in ours:
        hint += " for a variable"
    if name not in ours or value.isupper():
        hint += f"; {HELP}"
    options = [option[2:] for option in ours if option.startswith("--")]
    from gradcli.hints import did_you_mean  # noqa: PLC0415  (only an error needs it)

    slip = did_you_mean(name[2:], options, "--", begun=True)
    assigned = re.fullmatch(_WITH_COLON, name)
    if assigned:
        hint = f"for the value of a variable write --{assigned[1]}={assigned[2]}"
    elif slip and name not in ours:
        hint = f"{slip} for a variable write {name}=VALUE"
    raise UsageError("flag", message, hint=hint, names=() if name in ours else (name,))


def _variable(word: str, name: str) -> str:
    if name == "--":
        raise UsageError(
            "flag",
            f"there is no name in '{word}'",
            hint="a variable is given a value by --NAME VALUE",
        )
    return name[2:]


def _no_value_wanted(option: str, value: str) -> UsageError:
    return UsageError(
        "option",
        f"the option {option} takes no value",
        hint=f"for a variable of that name write --set {option[2:]}={value}",
    )
