"""What the commands that work on a program have in common beside their options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gradcli.cli.arguments import FLAGS
from gradcli.cli.context import Environment
from gradcli.cli.values import typed_name
from gradcli.errors import InputError, Note, Problem, UndefinedError, UsageError
from gradcli.hints import did_you_mean

MOST_REMARKS = 12
"""How many notes, and how many warnings, are printed; --json has all."""

MOST_DIGITS = 17
"""How many decimal digits tell any two floats apart."""


def check_precision(precision: int | None) -> None:
    """Refuse a number of digits that no float has.

    Raises:
        UsageError: it is not 1 to 17.
    """
    if precision is not None and not 1 <= precision <= MOST_DIGITS:
        message = f"the precision is 1 to {MOST_DIGITS} digits, not {precision}"
        raise UsageError("precision", message)


def split_names(lists: Sequence[str], option: str = "--wrt") -> list[str] | None:
    """The names of ``--wrt b,c``; a comma in brackets belongs to a name."""
    whole = [re.sub(r"\[[^\[\]]*\]", lambda index: index[0].replace(",", "\0"), t) for t in lists]
    names = [name.replace("\0", ",").strip() for text in whole for name in text.split(",")]
    if "" in names:
        raise UsageError(option[2:], f"a name is missing in {option}", hint=f"write {option} b,c")
    return names or None


def mend_hint(context: Any, error: InputError) -> None:
    """A value for an unknown name may be an option with a slip of the finger in it: say so."""
    options = [name.lstrip("-") for param in context.command.params for name in param.opts]
    for name, _ in context.meta[FLAGS]:
        if error.kind == "unknown-value" and typed_name(name) in error.names:
            error.hint = did_you_mean(name, options, "--") or error.hint


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
    if not remarks or environment.as_json:
        return
    from gradcli.views import error  # noqa: PLC0415  (only where there is something to say)

    display = environment.display(environment.stderr)
    for each in remarks[:MOST_REMARKS]:
        if isinstance(each, Note):
            page = error.render_note(each, source, display)
        else:
            page = error.render_problem(each, source, display)
        environment.show(page)
    if len(remarks) > MOST_REMARKS:
        say(environment, f"and {len(remarks) - MOST_REMARKS} more, which --json shows")


def say(environment: Environment, message: str) -> None:
    """Print a note that has no place in a program."""
    from gradcli.views import error  # noqa: PLC0415  (only where there is something to say)

    display = environment.display(environment.stderr)
    environment.show(error.render_message("note", message, display))


def warnings_of(problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong with derivatives where the value is fine: no failure, but to be known."""
    return [problem for problem in problems if problem.kind in {"derivative", "kink"}]
