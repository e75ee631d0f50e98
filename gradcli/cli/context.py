"""The world outside: streams, terminal, environment and files, in one object that tests replace."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import IO, TYPE_CHECKING, BinaryIO, TextIO

from gradcli.cli.appearance import AUTO, has_color
from gradcli.errors import UsageError

if TYPE_CHECKING:
    from io import RawIOBase

    from gradcli.views.lines.page import Display, Page

MOST_BYTES = 16 * 2**20
"""The longest text that is read from a file or a stream."""

_STDOUT = {"-", "/dev/stdout"}
"""Targets that stand for the stream that is open already."""


class Environment:
    """Where a command reads from and writes to.

    Attributes:
        stdin: the standard input as bytes, or None if it is closed.
        stdout: where results go, or None if it is closed.
        stderr: where notes and errors go, or None if it is closed.
        variables: the environment variables.
        color: when there are colours.
        is_quiet: whether nothing is said but errors.
        as_json: whether stderr is for nothing but one JSON object.
        kept: values that stay from line to line of a prompt; None where there is no prompt.
        noted: what notes have been told of which lines of programs there; likewise.
        is_rehearsal: whether a command is only tried, and no file may be written.
    """

    def __init__(
        self,
        stdin: IO[bytes] | None,
        stdout: TextIO | None,
        stderr: TextIO | None,
        variables: Mapping[str, str],
    ) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.variables = variables
        self.color = AUTO
        self.is_quiet = False
        self.as_json = False
        self.kept: Mapping[str, object] | None = None
        self.noted: set[tuple[str, str]] | None = None
        self.is_rehearsal = False
        self.has_read: list[str] = []

    @classmethod
    def of_process(cls) -> Environment:
        """The streams and variables of this process."""
        for stream in (sys.stdout, sys.stderr):
            # Text from the command line may hold bytes that are no characters: show, never raise.
            if stream is not None and hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        stdin = getattr(sys.stdin, "buffer", None)
        return cls(stdin, sys.stdout, sys.stderr, os.environ)

    def rehearsal(self) -> Environment:
        """The same where a command is tried: nobody sees what it writes."""
        stdout = io.TextIOWrapper(io.BytesIO(), "utf-8")
        stage = Environment(io.BytesIO(), stdout, None, self.variables)
        stage.__dict__ |= {name: value for name, value in vars(self).items() if name == "piped"}
        stage.as_json, stage.is_rehearsal = self.as_json, True
        return stage

    def width(self, stream: TextIO | None) -> int:
        """Columns: what COLUMNS says, else those of the terminal, else 80."""
        asked = self.variables.get("COLUMNS", "")
        if asked.isascii() and asked.isdigit() and len(asked) < 5 and int(asked):
            return int(asked)
        try:
            return os.get_terminal_size(stream.fileno()).columns or 80 if stream else 80
        except (OSError, ValueError):
            return 80

    def display(
        self, stream: TextIO | None, *, precision: int | None = None, all_rows: bool = False
    ) -> Display:
        """How a view looks on a stream."""
        from gradcli.views.lines.page import ROWS, Display  # noqa: PLC0415  (--json needs no pages)

        encoding = getattr(stream, "encoding", None) or "utf-8"
        limit = None if all_rows else ROWS
        return Display(self.width(stream), encoding, precision, limit)

    def text(self, page: Page, stream: TextIO | None) -> str:
        """A view as text, in colour where a stream shows it."""
        return page.text(color=self.shows_color(stream))

    def shows_color(self, stream: TextIO | None) -> bool:
        """Whether a page has colours there; in a file it has none."""
        if stream is None:
            return False
        return has_color(self.color, self.variables, is_terminal=is_terminal(stream))

    def show(self, page: Page) -> None:
        """Write a view to stderr: a note, a warning, an error."""
        self.complain(self.text(page, self.stderr))

    def complain(self, text: str) -> None:
        """Write a line to stderr; where nobody can read it, it is lost."""
        if self.stderr is None:
            return
        try:
            self.stderr.write(text + "\n")
            self.stderr.flush()
        except (OSError, ValueError):
            self.stderr = None

    def read_file(self, name: str) -> str:
        """The text of a file.

        Raises:
            UsageError: there is no such file, it cannot be read, or it is no text.
        """
        return decode(self.read_bytes(name, MOST_BYTES), show_name(name))

    def read_bytes(self, name: str, most: int) -> bytes:
        """What a file holds, up to one byte more than so many.

        Raises:
            UsageError: there is no such file, or it cannot be read.
        """
        try:
            with open(name, "rb") as file:
                self.has_read.append(name)
                return file.read(most + 1)
        except (OSError, ValueError) as error:
            raise unreadable(name, error) from None

    def read_stdin(self) -> str:
        """The text of the standard input.

        Raises:
            UsageError: it is closed, or it is no text.
        """
        if self.stdin is None:
            raise UsageError("file", "cannot read the standard input: it is closed")
        if is_terminal(self.stdin) and not (self.as_json or self.is_quiet):
            self.complain("note: reading the formula from the terminal; Ctrl-D ends it")
        try:
            return decode(self.stdin.read(MOST_BYTES + 1), "the standard input")
        except OSError as error:
            message = f"cannot read the standard input: {reason(error)}"
            raise UsageError("file", message) from None

    @cached_property
    def piped(self) -> str | None:
        """The text of a pipe or a file that is the standard input; None where there is none.

        A terminal would be waited for, and a device may be anything.

        Raises:
            UsageError: it is no text.
        """
        if self.stdin is None or is_terminal(self.stdin):
            return None
        try:
            mode = os.fstat(self.stdin.fileno()).st_mode
        except (OSError, ValueError):  # it is in memory, or closed
            mode = stat.S_IFIFO
        if not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)):
            return None
        text = self.read_stdin()
        return text if text.strip() else None


def is_stdout(target: str | None) -> bool:
    """Whether a result goes to stdout: by default, or by a name for it."""
    return target is None or target in _STDOUT


def write_all(target: BinaryIO | RawIOBase, data: bytes) -> None:
    """Write everything: a stream without a buffer may take only a part of it at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[target.write(rest) or 0 :]


def is_terminal(stream: IO[str] | IO[bytes] | None) -> bool:
    """Whether somebody looks at a stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def reason(error: Exception) -> str:
    """What the system says is wrong, in lower case."""
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:]


def show_name(name: str) -> str:
    """A file's name in quotes; control characters and broken bytes are made visible."""
    return f"'{name}'" if name.isprintable() else repr(name)


def unreadable(name: str, error: Exception) -> UsageError:
    """The error for a file that the system does not let be read, with what may be meant instead."""
    hint = _instead_of(name) if isinstance(error, FileNotFoundError) else None
    return UsageError("file", f"cannot read {show_name(name)}: {reason(error)}", hint=hint)


def _instead_of(name: str) -> str | None:
    """The file of a nearly equal name, or else those of the same kind; None if there are none."""
    from gradcli.hints import did_you_mean, some  # noqa: PLC0415  (only an error needs it)

    folder, last = os.path.split(name)
    try:
        with os.scandir(folder or os.curdir) as entries:
            names = sorted(each.name for each in entries if not _is_folder(each))
    except FileNotFoundError:
        return f"there is no folder {show_name(folder)}" if folder else None
    except OSError:  # it is there, and nothing more is known
        return None
    kind = os.path.splitext(last)[1]
    files = [os.path.join(folder, each) for each in names if each.isprintable()]
    alike = [each for each in files if kind and each.endswith(kind)]
    near = did_you_mean(name, files)
    return near or (f"the {kind} files there are {some(alike, most=4)}" if alike else None)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether this is a folder; a link that leads to itself is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def decode(data: bytes, name: str, most: int = MOST_BYTES) -> str:
    """Bytes as text: UTF-8, with or without a byte order mark.

    Raises:
        UsageError: the bytes are no such text, or too many.
    """
    if len(data) > most:
        raise UsageError("too-long", f"{name} is longer than {most >> 20} MB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UsageError("encoding", f"{name} is UTF-16", hint="save it as UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte {data[error.start]:#04x} at offset {error.start}"
        raise UsageError(
            "encoding", f"{name} is not UTF-8 text: {byte}", hint="save it as UTF-8"
        ) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
