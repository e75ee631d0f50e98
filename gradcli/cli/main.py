"""The entry point: runs a command and turns whatever happens into one message and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from gradcli.errors import GradcliError, UsageError

if TYPE_CHECKING:
    import typer

    from gradcli.cli.context import Environment

DEBUG = "GRADCLI_DEBUG"
"""The environment variable that shows the traceback of an internal error."""


def main() -> NoReturn:
    """Run the command line of this process and leave."""
    # What is imported is no garbage, and looking for some takes a tenth of the time.
    gc.set_threshold(100_000)
    code = 1
    try:
        from gradcli.cli.context import Environment  # noqa: PLC0415  (after the threshold is set)

        code = run(sys.argv[1:], Environment.of_process())
    except KeyboardInterrupt:
        code = 130
    except Exception:
        if os.environ.get(DEBUG):
            raise
    # Taking down the interpreter takes another tenth, and would complain of a closed pipe.
    os._exit(code)


def run(words: Sequence[str], environment: Environment) -> int:
    """Run a command line; whatever is wrong is told on stderr.

    Args:
        words: what follows `gradcli`.
        environment: where it reads and writes.

    Returns:
        the exit code.
    """
    from gradcli.cli.output import ClosedOutputError  # noqa: PLC0415  (after the threshold is set)
    from gradcli.cli.status import Status, status_of  # noqa: PLC0415

    options = words[: words.index("--")] if "--" in words else words
    environment.no_color = "--no-color" in options
    as_json = "--json" in options
    try:
        return _call(words, environment)
    except GradcliError as error:
        _tell(error, environment, as_json=as_json)
        return status_of(error)
    except ClosedOutputError:
        return Status.BROKEN_PIPE
    except KeyboardInterrupt:
        _tell(GradcliError("interrupted", "interrupted"), environment, as_json=as_json)
        return Status.INTERRUPTED
    except Exception as error:
        # No traceback ever reaches a user.
        if environment.variables.get(DEBUG):
            raise
        _tell(_unforeseen(error), environment, as_json=as_json)
        return Status.FAULT


def _call(words: Sequence[str], environment: Environment) -> int:
    import typer  # noqa: PLC0415  (after the threshold is set)
    from typer.main import get_command  # noqa: PLC0415

    from gradcli.cli.app import app  # noqa: PLC0415

    width = min(environment.width(environment.stdout), 80)
    try:
        code = get_command(app).main(
            list(words), "gradcli", standalone_mode=False, obj=environment, terminal_width=width
        )
    except SystemExit as leaving:  # completion leaves so
        code = leaving.code
    except typer.TyperException as error:
        raise _usage(error) from None
    return code if isinstance(code, int) else 0


def _usage(error: typer.TyperException) -> UsageError:
    """What the parser of options has to say, in the form of all other errors."""
    text = error.format_message().rstrip(".")
    if text == "Missing command":
        hint = 'try: gradcli eval "3*(a+b*c)" --a 1 --b 2 --c 3'
        return UsageError("usage", "there is no command", hint=hint)
    return UsageError("usage", text[:1].lower() + text[1:], hint="--help shows the options")


def _unforeseen(error: Exception) -> GradcliError:
    if isinstance(error, MemoryError):
        return GradcliError("memory", "there is not enough memory for this")
    if isinstance(error, OSError):
        return GradcliError("system", error.strerror or str(error))
    return GradcliError(
        "internal",
        f"internal error: {type(error).__name__}: {error}",
        hint="this is a fault of gradcli; please report it with the command that you ran",
    )


def _tell(error: GradcliError, environment: Environment, *, as_json: bool) -> None:
    """Write an error to stderr, as the user reads it or as one JSON object."""
    from gradcli.views import error as view  # noqa: PLC0415  (only where something is wrong)

    if as_json:
        environment.complain(view.to_json(error))
    else:
        environment.show(view.render(error, environment.display(environment.stderr)))
