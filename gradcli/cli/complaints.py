"""Whatever goes wrong as its user is told it: one message with a way out, and an exit code."""

from __future__ import annotations

import re

import typer

from gradcli.cli.context import Environment, reason, show_name
from gradcli.cli.known import COMMANDS, load
from gradcli.cli.status import Status, status_of
from gradcli.cli.words import HELP
from gradcli.errors import GradcliError, Option, Sentence, Typed, UsageError
from gradcli.hints import did_you_mean

_ABOUT_OPTIONS = {"flag", "usage", "unknown-value"}
"""Kinds of errors whose names may be options of other commands."""


def tell(error: BaseException, environment: Environment) -> int:
    """Tell on stderr what went wrong.

    Returns:
        the exit code.
    """
    known = _as_ours(error)
    known.hint = _elsewhere(known) or _tried(known.hint, environment)
    _tell(known, environment)
    return Status.INTERRUPTED if known.kind == "interrupted" else status_of(known)


def _as_ours(error: BaseException) -> GradcliError:
    """Whatever went wrong as an error of ours: no traceback ever reaches a user."""
    match error:
        case GradcliError():
            return error
        case typer.TyperException():
            return _usage(error)
        case KeyboardInterrupt():
            return GradcliError("interrupted", "interrupted")
        case MemoryError():
            return GradcliError("memory", "there is not enough memory for this")
        case OSError():
            name = "" if error.filename is None else f"{show_name(str(error.filename))}: "
            return GradcliError("system", f"{name}{reason(error)}")
        case _:
            return GradcliError(
                "internal",
                f"internal error: {type(error).__name__}: {error}",
                hint="this is a fault of gradcli; please report it with the command that you ran",
            )


def _elsewhere(error: GradcliError) -> str | None:
    """A hint for an option that this command does not have, and others have."""
    if error.kind not in _ABOUT_OPTIONS:
        return None
    for name in error.names:
        option = name if name.startswith("-") else f"--{name}"
        having = [
            name for name in COMMANDS if any(option in each.opts for each in load(name).params)
        ]
        if having:
            return f"{option} is an option of gradcli {', '.join(having)}"
        if option in _PRODUCTS:
            return _PRODUCTS[option]
    return None


def _tried(hint: str | None, environment: Environment) -> str | None:
    """A hint whose command lines were tried: one is mended, or left out if it does not work."""
    if not isinstance(hint, Sentence) or not any(isinstance(each, Typed) for each in hint.parts):
        return hint
    from gradcli.cli.ways_out import working  # noqa: PLC0415  (only where a line is proposed)

    found: list[str | Option | Typed] = []
    for part in hint.parts:
        if isinstance(part, Typed):
            command, *words = part.words
            line = working(load(command), f"gradcli {command}", environment, words)
            found.append(part.otherwise if line is None else f"{part.before}{line}")
        else:
            found.append(part)
    return Sentence(*found)


_PRODUCTS = {
    "--jvp": "a Jacobian times a vector is that of gradcli jac … --along x=1",
    "--vjp": "a vector times the Jacobian is that of gradcli jac … --back out=1",
    "--hvp": "the Hessian times a vector is that of gradcli hess … --along x=1",
}
"""Products with vectors by the names that the field has for them."""


_TYPES = {"int": "a whole number", "float": "a number"}
"""What the parser of options calls by the names of Python's types."""


def _usage(error: typer.TyperException) -> UsageError:
    """What the parser of options has to say, in the form of all other errors."""
    text = error.format_message().rstrip(".")
    for theirs, ours in _TYPES.items():
        text = text.replace(f"a valid {theirs}", ours)
    hint = HELP
    name = getattr(error, "option_name", "")
    extra = re.match(r"got unexpected extra arguments?(?:\(s\))? \((.*)\)$", text, re.IGNORECASE)
    context = getattr(error, "ctx", None)
    if hasattr(error, "possibilities"):  # there is no such option
        text = f"there is no option {name}"
        params = context.command.params if context else ()
        known = [each for param in params for each in param.opts]
        hint = did_you_mean(name, known, begun=True) or HELP
    elif text.endswith("requires an argument"):
        from gradcli.cli.remarks import value_of  # noqa: PLC0415  (only where something is wrong)

        params = context.command.params if context else ()
        value = next((value_of(each) for each in params if name in each.opts), "VALUE")
        text, hint, name = f"{name} has no value", f"write {name} {value}; {HELP}", ""
    elif extra:
        words = extra[1].split()
        many = "is one word" if len(words) == 1 else f"are {len(words)} words"
        text = f"'{extra[1]}' {many} too many"
        hint = f"quote what has spaces in it; {HELP}"
        sizes = [context.params.get("shape") if context else None, *words]
        if all(each and each.isdecimal() for each in sizes):
            hint = f"sizes are one word: {'-'.join(map(str, sizes))}"
    elif isinstance(error, typer.BadParameter) and not error.message:  # an argument is missing
        from gradcli.cli.remarks import example  # noqa: PLC0415  (only where something is wrong)

        hint = f"for instance: {example(error.ctx)}"
    return UsageError(
        "usage",
        text[:1].lower() + text[1:],
        hint=hint,
        names=(name,),
    )


def _tell(error: GradcliError, environment: Environment) -> None:
    """Write an error to stderr, as the user reads it or as one JSON object."""
    from gradcli.views import error as view  # noqa: PLC0415  (only where something is wrong)

    if environment.as_json:
        environment.complain(view.to_json(error))
    else:
        environment.show(view.render(error, environment.display(environment.stderr)))
