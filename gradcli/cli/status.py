"""Exit codes, a promise to scripts."""

from __future__ import annotations

from gradcli.errors import (
    CheckError,
    GradcliError,
    InputError,
    ParseError,
    UndefinedError,
    UsageError,
)


class Status:
    """What became of a command; no enumeration, which takes as long to make as ten classes."""

    DONE = 0
    FAULT = 1
    """Anything unforeseen, and a result that could not be written."""
    USAGE = 2
    """The request or the formula cannot be read."""
    INPUT = 3
    """A name or a value is missing or unknown."""
    UNDEFINED = 4
    """The value is not finite or not defined."""
    CHECK = 5
    """A check or an assertion failed."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells count."""
    BROKEN_PIPE = 141
    """The reader of the output went away: 128 + SIGPIPE."""


_STATUS: dict[type[GradcliError], int] = {
    ParseError: Status.USAGE,
    UsageError: Status.USAGE,
    InputError: Status.INPUT,
    UndefinedError: Status.UNDEFINED,
    CheckError: Status.CHECK,
}


def status_of(error: GradcliError) -> int:
    """The exit code that belongs to an error."""
    return _STATUS.get(type(error), Status.FAULT)
