"""Where a result goes: to stdout, or whole into a file."""

from __future__ import annotations

from typing import TextIO

from gradcli.cli.context import Environment, is_stdout, is_terminal, reason, write_all
from gradcli.errors import GradcliError, UsageError


class ClosedOutputError(Exception):
    """Nobody reads what is written to stdout any more."""


def write(environment: Environment, result: str | bytes, end: str = "\n") -> None:
    """Write a result to stdout, and what a text ends with.

    Raises:
        ClosedOutputError: the reader went away.
        UsageError: the result is no text, and stdout is a terminal or carries only text.
        GradcliError: stdout is closed or its device is full.
    """
    stream = environment.stdout
    if stream is None:
        raise GradcliError("output", "cannot write the result: the standard output is closed")
    buffer = getattr(stream, "buffer", None)
    if isinstance(result, bytes) and (buffer is None or is_terminal(stream)):
        raise UsageError("output", "the result is no text", hint="write it to a file: -o FILE")
    try:
        if buffer is not None:
            write_all(buffer, _encoded(result, stream, end))
        elif isinstance(result, str):
            stream.write(result + end)
        stream.flush()
    except BrokenPipeError:
        raise ClosedOutputError from None
    except (OSError, ValueError) as error:
        raise GradcliError("output", f"cannot write the result: {reason(error)}") from None


def _encoded(result: str | bytes, stream: TextIO, end: str) -> bytes:
    if isinstance(result, bytes):
        return result
    return (result + end).encode(stream.encoding, stream.errors or "strict")


def deliver(environment: Environment, result: str | bytes, target: str | None) -> None:
    """Write a result where it was asked for: into a file, or to stdout; in a rehearsal nowhere.

    Raises:
        ClosedOutputError: the reader of stdout went away.
        GradcliError: it cannot be written.
    """
    if target is None or is_stdout(target):
        write(environment, result)
    elif not environment.is_rehearsal:
        from gradcli.cli.destination import write_file  # noqa: PLC0415  (seldom needed)

        write_file(target, result)
