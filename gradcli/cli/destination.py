"""A name that a result is written to: a file, a device, or a stream that is open already."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

from gradcli.cli.context import is_stdout, reason, show_name
from gradcli.cli.files import MISSING, problem_with, write_through, write_whole
from gradcli.errors import GradcliError, UsageError


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
    problem = problem_with(name) if stream is None else _problem_with_stream(stream)
    if problem:
        message = f"cannot write {show_name(name)}: {problem}"
        raise UsageError("output", message, hint=_made(name) if problem == MISSING else None)


def _made(name: str) -> str | None:
    """How the folder of a file is made; None of the folder that one is in, which is gone."""
    import shlex  # noqa: PLC0415  (only where something is wrong)

    folder = os.path.dirname(name)
    if not folder or not folder.isprintable():  # what is shown of that one could not be typed
        return None
    end = "-- " if folder.startswith("-") else ""
    return f"make it first: mkdir -p {end}{shlex.quote(folder)}"


def check_apart(first: str | None, second: str, instead: str) -> None:
    """Refuse to write two results to one file.

    Args:
        first: where one goes; None for the standard output.
        second: where the other goes.
        instead: what to write for the other, for instance.

    Raises:
        UsageError: both are one file.
    """
    if first is None or is_stdout(first) or is_stdout(second):
        return
    if _is_same(first, second):
        message = f"{show_name(first)} cannot hold both"
        raise UsageError("output", message, hint=f"give another name, as in {instead}")


def check_unread(target: str | None, names: Iterable[str], instead: str) -> None:
    """Refuse to write a result over a file that it is made of, whatever that is called.

    Args:
        target: where the result goes; None for the standard output.
        names: what is read.
        instead: what to write for the target, for instance.

    Raises:
        UsageError: one of these is that file.
    """
    if target is None or is_stdout(target) or not os.path.isfile(target):
        return
    for name in names:
        if _is_same("/dev/stdin" if name == "-" else name, target):
            message = f"{show_name(target)} is read, and would be written over"
            raise UsageError("output", message, hint=f"give another name, as in {instead}")


def _is_same(first: str, second: str) -> bool:
    """Whether two names are of one file, which may have several (links)."""
    try:
        return os.path.samefile(first, second)
    except OSError:  # one of them is not there yet
        return os.path.realpath(first) == os.path.realpath(second)


def open_through(name: str) -> BinaryIO | None:
    """A device, a pipe or an open stream, to be written straight through; None for a file.

    Raises:
        OSError: it cannot be opened.
    """
    stream = _stream(name)
    if stream is not None:
        return open(os.dup(stream), "wb")
    if os.path.exists(name) and not os.path.isfile(name):
        return open(name, "wb")
    return None


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
            write_through(os.dup(stream), result)
        elif os.path.exists(name) and not os.path.isfile(name):
            write_through(name, result)
        else:
            write_whole(name, result)
    except OSError as error:
        raise unwritten(name, error) from None


def unwritten(name: str | None, error: OSError) -> GradcliError:
    """What is said where a file cannot be written, or what a result goes to by default."""
    shown = "the result" if name is None or is_stdout(name) else show_name(name)
    return GradcliError("output", f"cannot write {shown}: {reason(error)}")
