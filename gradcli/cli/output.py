"""Where a result goes: to stdout, or whole into a file."""

from __future__ import annotations

import os
import stat
from io import RawIOBase
from typing import BinaryIO

from gradcli.cli.context import Environment, is_terminal, reason, show_name
from gradcli.errors import GradcliError, UsageError

_STDOUT = {"-", "/dev/stdout"}
"""Targets that stand for the stream that is open already."""


class ClosedOutputError(Exception):
    """Nobody reads what is written to stdout any more."""


def write(environment: Environment, text: str) -> None:
    """Write a result to stdout.

    Raises:
        ClosedOutputError: the reader went away.
        GradcliError: stdout is closed or its device is full.
    """
    stream = environment.stdout
    if stream is None:
        raise GradcliError("output", "cannot write the result: the standard output is closed")
    try:
        buffer = getattr(stream, "buffer", None)
        if buffer is None:
            stream.write(text + "\n")
        else:
            encoded = (text + "\n").encode(stream.encoding, stream.errors or "strict")
            _write_all(buffer, encoded)
        stream.flush()
    except BrokenPipeError:
        raise ClosedOutputError from None
    except (OSError, ValueError) as error:
        raise GradcliError("output", f"cannot write the result: {reason(error)}") from None


def write_bytes(environment: Environment, data: bytes) -> None:
    """Write a result that is no text to stdout.

    Raises:
        ClosedOutputError: the reader went away.
        UsageError: stdout is a terminal, or carries only text.
        GradcliError: stdout is closed or its device is full.
    """
    stream = environment.stdout
    if stream is None:
        raise GradcliError("output", "cannot write the result: the standard output is closed")
    buffer = getattr(stream, "buffer", None)
    if buffer is None or is_terminal(stream):
        raise UsageError("output", "the result is no text", hint="write it to a file: -o FILE")
    try:
        _write_all(buffer, data)
        stream.flush()
    except BrokenPipeError:
        raise ClosedOutputError from None
    except (OSError, ValueError) as error:
        raise GradcliError("output", f"cannot write the result: {reason(error)}") from None


def deliver(environment: Environment, result: str | bytes, target: str | None) -> None:
    """Write a result where it was asked for: into a file, or to stdout.

    Raises:
        ClosedOutputError: the reader of stdout went away.
        GradcliError: it cannot be written.
    """
    if not is_stdout(target):
        write_file(target or "", result)
    elif isinstance(result, bytes):
        write_bytes(environment, result)
    else:
        write(environment, result)


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
    problem = None
    if name in _STDOUT:
        return
    folder, stream = _folder(name), _stream(name)
    if not name:
        problem = "it has no name"
    elif stream is not None:
        problem = None if _is_open(stream) else "it is not open"
    elif os.path.isdir(name):
        problem = "it is a folder"
    elif not os.path.isdir(folder):
        problem = "its folder does not exist"
    elif os.path.exists(name):
        problem = None if os.access(name, os.W_OK) else "permission denied"
    elif not os.access(folder, os.W_OK | os.X_OK):
        problem = "permission denied"
    if problem:
        raise UsageError("output", f"cannot write {show_name(name)}: {problem}")


def _folder(name: str) -> str:
    try:
        return os.path.dirname(os.path.realpath(name))
    except OSError:  # the folder that this process is in is gone
        return ""


def _stream(name: str) -> int | None:
    """The number of an open stream that a name stands for: ``/dev/stderr``, ``/dev/fd/3``."""
    if name == "/dev/stderr":
        return 2
    folder, _, number = name.rpartition("/")
    known = folder in {"/dev/fd", "/proc/self/fd"} and number.isascii() and number.isdigit()
    return int(number) if known and len(number) < 8 else None


def _is_open(stream: int) -> bool:
    try:
        os.fstat(stream)
    except OSError:
        return False
    return True


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
            _write_through(os.dup(stream), result)
        elif os.path.exists(name) and not os.path.isfile(name):
            _write_through(name, result)
        else:
            _replace(os.path.realpath(name), result)
    except OSError as error:
        raise GradcliError("output", f"cannot write {show_name(name)}: {reason(error)}") from None


def _write_through(name: str | int, data: bytes) -> None:
    with open(name, "wb", buffering=0) as target:
        _write_all(target, data)


def _write_all(target: BinaryIO | RawIOBase, data: bytes) -> None:
    """Write everything: a stream without a buffer may take only a part of it at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[target.write(rest) or 0 :]


def _replace(target: str, data: bytes) -> None:
    """Put a new file in the place of the old one, with its permissions."""
    import tempfile  # noqa: PLC0415  (only here)

    handle, temporary = tempfile.mkstemp(prefix=".gradcli-", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _permissions(target))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _permissions(target: str) -> int:
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
