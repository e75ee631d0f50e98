"""Where a result goes: to stdout, or whole into a file."""

from __future__ import annotations

import os
from typing import TextIO

from gradcli.cli import files
from gradcli.cli.context import Environment, is_terminal, reason, show_name
from gradcli.errors import GradcliError, UsageError

_STDOUT = {"-", "/dev/stdout"}
"""Targets that stand for the stream that is open already."""


class ClosedOutputError(Exception):
    """Nobody reads what is written to stdout any more."""


def write(environment: Environment, result: str | bytes) -> None:
    """Write a result to stdout.

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
            files.write_all(buffer, _encoded(result, stream))
        elif isinstance(result, str):
            stream.write(result + "\n")
        stream.flush()
    except BrokenPipeError:
        raise ClosedOutputError from None
    except (OSError, ValueError) as error:
        raise GradcliError("output", f"cannot write the result: {reason(error)}") from None


def _encoded(result: str | bytes, stream: TextIO) -> bytes:
    if isinstance(result, bytes):
        return result
    return (result + "\n").encode(stream.encoding, stream.errors or "strict")


def deliver(environment: Environment, result: str | bytes, target: str | None) -> None:
    """Write a result where it was asked for: into a file, or to stdout.

    Raises:
        ClosedOutputError: the reader of stdout went away.
        GradcliError: it cannot be written.
    """
    if target is None or is_stdout(target):
        write(environment, result)
    else:
        write_file(target, result)


def is_stdout(target: str | None) -> bool:
    """Whether a result goes to stdout: by default, or by a name for it."""
    return target is None or target in _STDOUT


def is_named(target: str) -> bool:
    """Whether the name of a target is one that somebody chose: not that of a stream or device."""
    if is_stdout(target) or _stream(target) is not None:
        return False
    return not os.path.exists(target) or os.path.isfile(target)


def check_target(name: str) -> None:
    """Refuse a file that cannot be written, before anything is computed.

    Raises:
        UsageError: it is a folder, its folder is missing, or writing is not permitted.
    """
    if is_stdout(name):
        return
    stream = _stream(name)
    problem = files.problem_with(name) if stream is None else _problem_with_stream(stream)
    if problem:
        raise UsageError("output", f"cannot write {show_name(name)}: {problem}")


def _stream(name: str) -> int | None:
    """The number of an open stream that a name stands for: ``/dev/stderr``, ``/dev/fd/3``."""
    if name == "/dev/stderr":
        return 2
    folder, _, number = name.rpartition("/")
    known = folder in {"/dev/fd", "/proc/self/fd"} and number.isascii() and number.isdigit()
    return int(number) if known and len(number) < 8 else None


def _problem_with_stream(stream: int) -> str | None:
    try:
        from fcntl import F_GETFL, fcntl  # noqa: PLC0415  (not on every system)
    except ImportError:
        return None
    try:
        mode = fcntl(stream, F_GETFL) & os.O_ACCMODE
    except OSError:
        return "it is not open"
    return "it is not open for writing" if mode == os.O_RDONLY else None


def write_file(name: str, result: str | bytes) -> None:
    """Write a file whole or not at all; a device or a pipe is written straight through.

    So is a stream that is open already: the file behind it may hold more than this result.

    Raises:
        GradcliError: it cannot be written.
    """
    if isinstance(result, str):
        result = (result + "\n").encode("utf-8", "backslashreplace")
    stream = _stream(name)
    try:
        if stream is not None:
            files.write_through(os.dup(stream), result)
        elif os.path.exists(name) and not os.path.isfile(name):
            files.write_through(name, result)
        else:
            files.write_whole(name, result)
    except OSError as error:
        raise GradcliError("output", f"cannot write {show_name(name)}: {reason(error)}") from None
