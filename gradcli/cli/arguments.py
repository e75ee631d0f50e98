"""The words of a command line: which are options of ours, and which give a variable a value.

Any variable can be a flag, in any place: ``--a 1``, ``--a=-1``, ``--w1[1,2] 0.5``. So an option
that is not ours is no mistake, its value may begin with ``-``, and an expression may, too.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from typer.core import TyperCommand, TyperOption

from gradcli.errors import UsageError
from gradcli.hints import did_you_mean
from gradcli.syntax.spelling import LABEL

FLAGS = "gradcli.flags"
"""Where a command finds the user's flags in ``Context.meta``."""

# Texts, and no patterns yet: only an error needs them.
NUMBER = r"[-+−]?\.?[0-9][\w.+-]*"
"""What looks like a number."""

_ASSIGNED = rf"-?({LABEL})=({NUMBER})"
_WITH_COLON = rf"--({LABEL}):({NUMBER})"
_DASHED = rf"-({LABEL})"

_VALUES = r"\S+\.(?:csv|json|npz)"

WORDS = "gradcli.words"
"""Where it finds the words as they were typed."""


class Flag(NamedTuple):
    """A value that the user gave to a variable: ``--name value``."""

    name: str
    value: str


class Words(NamedTuple):
    """A command line, sorted: options of ours, expressions, and the user's flags."""

    options: list[str]
    expressions: list[str]
    flags: list[Flag]


def sort_words(words: Sequence[str], switches: Collection[str], valued: Collection[str]) -> Words:
    """Sort the words of a command line.

    Args:
        words: what follows the command's name.
        switches: options of ours without a value.
        valued: options of ours with a value.

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
            value = value if equals else _next_value(name, rest, ours)
            if name in valued:
                options += [name, value]
            else:
                flags.append(Flag(_variable(word, name), value))
    return Words(options, expressions, flags)


def _next_value(name: str, rest: deque[str], ours: Collection[str]) -> str:
    """The word after a flag; it may be ``-1``, but not the next flag or option."""
    if rest and not (rest[0].startswith("--") or rest[0] in ours):
        return rest.popleft()
    message = f"{name} has no value before '{rest[0]}'" if rest else f"{name} has no value"
    hint = f"write {name}=VALUE" if name.startswith("--") else f"write {name} VALUE"
    if name not in ours:
        hint += " for a variable; --help shows the options"
    options = [option[2:] for option in ours if option.startswith("--")]
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


class ProgramCommand(TyperCommand):
    """A command that takes an expression and values for its variables as flags.

    Typer's contexts are classes of the click inside it, which is private: hence ``Any``.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Sort the words, so that only options of ours reach the parser of options."""
        switches, valued = self._options(ctx)
        try:
            words = sort_words(args, switches, valued)
        except UsageError:
            if not ctx.resilient_parsing:
                raise
            words = Words([], [], [])
        expressions = words.expressions
        most = sum(param.param_type_name == "argument" for param in self.get_params(ctx))
        if len(expressions) > most and not ctx.resilient_parsing:
            raise _too_many(args, expressions[most - 1 :], switches, valued)
        ctx.meta[FLAGS], ctx.meta[WORDS] = words.flags, args
        return super().parse_args(ctx, [*words.options, "--", *expressions])

    def _options(self, ctx: Any) -> tuple[set[str], set[str]]:
        switches: set[str] = set()
        valued: set[str] = set()
        for option in self.get_params(ctx):
            if isinstance(option, TyperOption):
                (switches if option.is_flag else valued).update(option.opts)
                switches.update(option.secondary_opts)  # --no-values beside --values
        return switches, valued


def _too_many(
    words: Sequence[str],
    expressions: Sequence[str],
    switches: Collection[str],
    valued: Collection[str],
) -> UsageError:
    first, second = expressions[:2]
    hint = _as_flag(expressions) or "quote an expression that has spaces in it"
    if re.fullmatch(_VALUES, second) and "--vars" in valued:
        hint = f"write --vars {second} to read values from it"
    if len(expressions) == 2 and "--wrt" in valued and re.fullmatch(LABEL, second):
        hint = f"for the derivative by {second} write --wrt {second}; {hint}"
    if "--" in words:
        hint = "after -- no word is an option"
    for before, sign, after in zip(words, words[1:], words[2:], strict=False):
        if sign == "=" and before.startswith("--"):
            hint = f"for the value of a variable write {before}={after}"
    for before, word in itertools.pairwise(words):
        if word in {first, second} and before in switches:
            flag = f"--set {before[2:]}={word}" if before.startswith("--") else f"-{before} {word}"
            hint = f"{before} takes no value; for a variable write {flag}"
    return UsageError("usage", f"there are two expressions: '{first}' and '{second}'", hint=hint)


def _as_flag(expressions: Sequence[str]) -> str | None:
    """A hint for a value that was given as other programs take it: ``x=3``, ``-x 3``."""
    for word, value in itertools.zip_longest(expressions, expressions[1:], fillvalue=""):
        assigned, dashed = re.fullmatch(_ASSIGNED, word), re.fullmatch(_DASHED, word)
        if assigned:
            return f"for the value of a variable write --{assigned[1]}={assigned[2]}"
        if dashed and re.fullmatch(NUMBER, value):
            return f"for the value of a variable write --{dashed[1]} {value}"
    for word in expressions[1:]:
        if re.fullmatch(_DASHED, word):
            return f"{word} is no option; quote an expression that has spaces in it"
    return None
