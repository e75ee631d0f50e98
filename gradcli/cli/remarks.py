"""What the commands that work on a program have in common beside their options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from gradcli.cli.context import Environment
from gradcli.cli.words import NUMBER, WORDS
from gradcli.errors import (
    InputError,
    Note,
    ParseError,
    Problem,
    Span,
    UndefinedError,
    UsageError,
)
from gradcli.syntax.spelling import at_outer_commas, plain

MOST_REMARKS = 12
"""How many notes, and how many warnings, are printed; --json has all."""


def split_names(
    lists: Sequence[str], option: str = "--wrt", *, joined: str = ","
) -> list[str] | None:
    """The names of ``--wrt b,c``; a comma in brackets belongs to a name.

    Args:
        lists: what was given to the option.
        option: its name.
        joined: what stands between several names in a hint.

    Raises:
        UsageError: a name is missing, or has a blank where a comma should be.
        InputError: a name is a number.
    """
    names = [plain(name) for text in lists for name in at_outer_commas(text)]
    if "" in names:
        raise UsageError(option[2:], f"a name is missing in {option}", hint=f"write {option} b,c")
    refuse_numbers(names, option)
    for name in names:
        parts = name.split()
        if len(parts) > 1:
            hint = f"write {option} {joined.join(parts)}"
            raise UsageError(option[2:], f"'{name}' is {len(parts)} names", hint=hint)
    return names or None


def refuse_numbers(names: Iterable[str], option: str) -> None:
    """Refuse a number where an option takes a name, as it was meant for the value of a variable.

    Raises:
        InputError: one is a number.
    """
    for name in names:
        if re.fullmatch(NUMBER, name.strip()):
            raise InputError(
                "unknown-node",
                f"{option} takes a name, and '{name}' is a number",
                hint=f"write --x {name} for the value of a variable x, "
                f"--set {option[2:]}={name} for that of a variable {option[2:]}",
                names=(name,),
            )


def refuse_several(text: str, option: str) -> None:
    """Refuse what is not one name where an option takes one.

    Raises:
        UsageError: there is no name, or there are several.
        InputError: it is a number.
    """
    names = [name for part in at_outer_commas(text) for name in plain(part).split()]
    refuse_numbers(names, option)
    if len(names) != 1:
        instead = " or ".join(f"{option} {name}" for name in names) or f"{option} x"
        said = f"'{text}' is {len(names)} names" if names else "a name is missing"
        message = f"{option} is about one node, and {said}"
        raise UsageError(option[2:], message, hint=f"write {instead}")


def value_of(option: Any) -> str:
    """What stands for the value of an option: its first choice, or what the help page has."""
    choices = getattr(option.type, "choices", None)
    return str(getattr(choices[0], "value", choices[0])) if choices else option.metavar or "VALUE"


def example(context: Any) -> str:
    """A command line that works: the first of the examples in the help of the command."""
    lines: list[str] = context.command.epilog.splitlines()
    return next(line for line in lines if line.startswith("gradcli "))


def refuse_options_in(context: Any, source: str) -> None:
    """Refuse a formula with an option in its quotes that could be read: ``"x*y --wrt y"``.

    ``x --y`` is x - (-y). So the word has to be an option of the command, to stand where one
    would, with what it takes behind it, and to be a name nowhere else on the line.

    Raises:
        ParseError: there is one.
    """
    if "--" not in source:
        return
    switches: set[str] = set()
    valued: set[str] = set()
    for param in context.command.params:
        names = {name for name in param.opts if name.startswith("--")}
        (switches if getattr(param, "is_flag", False) else valued).update(names)
    for found in re.finditer(r"\s(--[^\W\d][\w-]+)(?=(\s*)(.?))", source):
        option, blank, after = found.groups()
        is_option = (option in switches and after in {"", "-"}) or (
            option in valued and blank and re.match(r"[\w\"'./\[]", after)
        )
        if is_option and not _is_elsewhere(context, option, source, found.span(1)):
            place = Span(*found.span(1))
            message = f"{option} stands inside the formula"
            error = ParseError("syntax", message, span=place, source=source)
            from gradcli.cli.ways_out import options_in_quotes  # noqa: PLC0415  (only an error)

            error.hint = options_in_quotes(context, error)
            raise error


def _is_elsewhere(context: Any, option: str, source: str, place: tuple[int, int]) -> bool:
    """Whether the name of an option is one of the program's elsewhere on the line."""
    begin, end = place
    words = [word for word in context.meta[WORDS] if word.partition("=")[0] not in {source, option}]
    line = " ".join([*words, source[:begin], source[end:]])
    return re.search(rf"(?<![\w-]){re.escape(option[2:])}(?!\w)", line) is not None


def not_defined(problems: Sequence[Problem], source: str) -> UndefinedError | None:
    """The error for a value that is not finite, if it is not."""
    for problem in problems:
        if problem.kind == "value":
            return UndefinedError("undefined", problem.message, span=problem.span, source=source)
    return None


def remark(
    environment: Environment, source: str, remarks: Sequence[Note] | Sequence[Problem]
) -> None:
    """Print notes or warnings, the first few of them; a JSON object has them inside."""
    if not remarks or environment.as_json or environment.is_quiet:
        return
    from gradcli.views import error  # noqa: PLC0415  (only where there is something to say)

    new = [each for each in remarks if not _is_known(environment, source, each)]
    display = environment.display(environment.stderr)
    for each in new[:MOST_REMARKS]:
        if isinstance(each, Note):
            page = error.render_note(each, source, display)
        else:
            page = error.render_problem(each, source, display)
        environment.show(page)
    if len(new) > MOST_REMARKS:
        say(environment, f"and {len(new) - MOST_REMARKS} more, which --json shows")


def _is_known(environment: Environment, source: str, remark: Note | Problem) -> bool:
    """Whether a note on how a line is read has been told at this prompt, which keeps the line."""
    if environment.noted is None or not isinstance(remark, Note):
        return False
    place = remark.span.start if remark.span else 0
    line = source[source.rfind("\n", 0, place) + 1 :].partition("\n")[0].strip()
    told = remark.message, line
    is_known = told in environment.noted
    environment.noted.add(told)
    return is_known


def say(environment: Environment, message: str) -> None:
    """Print a note that has no place in a program."""
    from gradcli.views import error  # noqa: PLC0415  (only where there is something to say)

    display = environment.display(environment.stderr)
    environment.show(error.render_message("note", message, display))


def warnings_of(problems: Sequence[Problem], *, values: bool) -> list[Problem]:
    """What is to be known of numbers and is no failure; values that are none where that is not."""
    kinds = {"small", "derivative", "kink", *(["value"] if values else ())}
    return [problem for problem in problems if problem.kind in kinds]
