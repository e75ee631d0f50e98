"""A command that takes an expression, and values for its variables as flags or beside it."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from typer.core import TyperOption

from gradcli.cli.pages import PageCommand
from gradcli.cli.remarks import value_of
from gradcli.cli.words import FLAGS, NUMBER, WORDS, Words, sort_words
from gradcli.errors import UsageError
from gradcli.syntax.spelling import LABEL

_ASSIGNED = rf"-?({LABEL})=({NUMBER})"
_DASHED = rf"-({LABEL})"
_ALMOST = rf"\s*({LABEL})\s*(?::|==|=)\s*({NUMBER})\s*"
"""A value as others write it beside a formula: ``x:2``, ``x==2``, ``x =2``."""

_VALUES = r"\S+\.(?:csv|json|npz)"


class ProgramCommand(PageCommand):
    """A command that takes an expression and values for its variables as flags.

    Typer's contexts are classes of the click inside it, which is private: hence ``Any``.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Sort the words, so that only options of ours reach the parser of options."""
        switches, valued = options_of(self.get_params(ctx))
        if ctx.resilient_parsing:
            words = _begun(args, switches, valued)
        else:
            words = sort_words(args, switches, valued)
        most = sum(param.param_type_name == "argument" for param in self.get_params(ctx))
        if any("=" in word for word in words.expressions):
            from gradcli.cli.beside import divided  # noqa: PLC0415  (few give values so)

            wanted = 0 if "-f" in words.options else most
            words = divided(words, wanted, lambda: bool(ctx.obj and ctx.obj.piped))
        expressions = words.expressions
        if len(expressions) > most and not ctx.resilient_parsing:
            raise _too_many(args, expressions, most, switches, valued)
        ctx.meta[FLAGS], ctx.meta[WORDS] = words.flags, args
        return super().parse_args(ctx, [*words.options, "--", *expressions])

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What a line can go on with: variables of the formula, and options."""
        from gradcli.cli.complete import complete_flags  # noqa: PLC0415  (only here)

        return [*complete_flags(ctx, incomplete), *super().shell_complete(ctx, incomplete)]


def options_of(params: Iterable[Any]) -> tuple[set[str], dict[str, str]]:
    """The options of a command without a value, and those with one and what stands for it."""
    switches: set[str] = set()
    valued: dict[str, str] = {}
    for option in params:
        if isinstance(option, TyperOption):
            if option.is_flag:
                switches.update(option.opts)
            else:
                valued |= dict.fromkeys(option.opts, value_of(option))
            switches.update(option.secondary_opts)  # --no-values beside --values
    return switches, valued


def _begun(words: Sequence[str], switches: Collection[str], valued: Mapping[str, str]) -> Words:
    """The words of a line that is not finished, sorted as far as they can be."""
    for end in range(len(words), 0, -1):
        try:
            return sort_words(words[:end], switches, valued)
        except UsageError:
            continue
    return Words([], [], [])


def _too_many(
    words: Sequence[str],
    given: Sequence[str],
    most: int,
    switches: Collection[str],
    valued: Collection[str],
) -> UsageError:
    """The error for more expressions than the most of a command, which may be one, or two."""
    expressions = given[most - 1 :]
    first, second = expressions[:2]
    if "--into" in valued and all(map(os.path.isfile, (first, second))):
        message = f"there are two files of data: '{first}' and '{second}'"
        name = f'"*{os.path.splitext(second)[1]}"'  # the shell wrote all names in its place
        hint = f"several are one name, in quotes: {name} --into FOLDER"
        return UsageError("usage", message, hint=hint)
    hint = _as_flag(expressions) or "quote an expression that has spaces in it"
    if re.fullmatch(_VALUES, second) and "--vars" in valued:
        hint = f"write --vars {second} to read values from it"
    if len(expressions) == 2 and "--wrt" in valued and re.fullmatch(LABEL, second):
        hint = f"for the derivative by {second} write --wrt {second}; {hint}"
    if "--" in words:
        hint = "after -- no word is an option"
    for before, sign, after in zip(words, words[1:], words[2:], strict=False):
        if sign == "=":
            hint = f"for the value of a variable write {before}={after}"
    for before, word in itertools.pairwise(words):
        if word == first and all(each.isdecimal() for each in [before, *expressions]):
            hint = f"sizes are one word: {','.join([before, *expressions])}"
        if word in {first, second} and before in switches:
            flag = f"--set {before[2:]}={word}" if before.startswith("--") else f"-{before} {word}"
            hint = f"{before} takes no value; for a variable write {flag}"
    *others, last = [f"'{each}'" for each in given[: most + 1]]
    more = "more than " if most > 1 else ""
    message = f"there are {more}two expressions: {', '.join(others)} and {last}"
    return UsageError("usage", message, hint=hint)


def _as_flag(expressions: Sequence[str]) -> str | None:
    """A hint for a value that was given as other programs take it: ``x=3``, ``-x 3``."""
    for word, value in itertools.zip_longest(expressions, expressions[1:], fillvalue=""):
        assigned, dashed = re.fullmatch(_ASSIGNED, word), re.fullmatch(_DASHED, word)
        almost = re.fullmatch(_ALMOST, word)
        if assigned:
            return f"for the value of a variable write --{assigned[1]}={assigned[2]}"
        if almost:
            return f"for the value of a variable write {almost[1]}={almost[2]}"
        if dashed and re.fullmatch(NUMBER, value):
            return f"for the value of a variable write --{dashed[1]} {value}"
    for word in expressions[1:]:
        if re.fullmatch(_DASHED, word):
            return f"{word} is no option; quote an expression that has spaces in it"
    return None
