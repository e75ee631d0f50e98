"""Runs a command and turns whatever happens into one message and an exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import redirect_stdout

from gradcli.cli import COMPLETION, DEBUG
from gradcli.cli.appearance import asked_for
from gradcli.cli.context import Environment
from gradcli.cli.known import COMMANDS, EVAL, load
from gradcli.cli.output import ClosedOutputError
from gradcli.cli.pages import ASKED_FOR_BY
from gradcli.cli.status import Status

MOST_COLUMNS = 80
"""How wide help pages get."""


def run(words: Sequence[str], environment: Environment | None = None) -> int:
    """Run a command line; whatever is wrong is told on stderr.

    Args:
        words: what follows `gradcli`.
        environment: where it reads and writes; the process's own by default.

    Returns:
        the exit code.
    """
    environment = environment or Environment.of_process()
    options = words[: words.index("--")] if "--" in words else words
    environment.color = asked_for(options)
    environment.is_quiet = "--quiet" in options
    environment.as_json = "--json" in options
    return told(lambda: _call(words, environment), environment)


def told(action: Callable[[], int], environment: Environment) -> int:
    """Do something that gives an exit code; whatever goes wrong is told on stderr instead."""
    try:
        return action()
    except ClosedOutputError:
        return Status.BROKEN_PIPE
    except (Exception, KeyboardInterrupt) as error:
        if environment.variables.get(DEBUG):
            raise
        from gradcli.cli.complaints import tell  # noqa: PLC0415  (only where something is wrong)

        return tell(error, environment)


def _call(words: Sequence[str], environment: Environment) -> int:
    if COMPLETION not in environment.variables:
        if not [word for word in words if word != "--"]:
            if environment.piped is None:
                from gradcli.cli.start import start  # noqa: PLC0415  (only without words)

                return start(environment)
            words = [EVAL]
        if words[0] not in COMMANDS:
            from gradcli.cli.app import meant  # noqa: PLC0415  (most words begin with a command)

            words = meant(words)
    else:
        from gradcli.cli.complete import mend_line  # noqa: PLC0415  (only a shell asks)

        mend_line()
    if words and words[0] in COMMANDS:  # called at once, without the group around it
        command, name, rest = load(words[0]), f"gradcli {words[0]}", words[1:]
    else:
        from typer.main import get_command  # noqa: PLC0415  (likewise)

        from gradcli.cli.app import app  # noqa: PLC0415  (likewise)

        command, name, rest = get_command(app), "gradcli", words
    try:
        with redirect_stdout(environment.stdout):  # where typer prints help pages
            code = command.main(
                list(rest),
                name,
                standalone_mode=False,
                obj=environment,
                terminal_width=min(environment.width(environment.stdout), MOST_COLUMNS),
                **ASKED_FOR_BY,
            )
    except SystemExit as leaving:  # completion leaves so
        code = leaving.code
    if code == Status.INTERRUPTED:  # typer's word for Ctrl-C
        raise KeyboardInterrupt
    return code if isinstance(code, int) else Status.DONE
