"""Where data comes from: lines of a file or a stream, or a file that Polars reads."""

from __future__ import annotations

import io
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from gradcli.cli.context import Environment, is_terminal, reason, show_name, unreadable
from gradcli.cli.map import chunks
from gradcli.cli.map.formats import Format
from gradcli.cli.map.layout import Layout
from gradcli.cli.map.polars import batches, is_there, loaded
from gradcli.errors import InputError, UsageError

ROWS = 2**18
"""So many rows of a file without lines are worked on at once, in a block for each thread."""

SMALL = 2**18
"""A text of so many bytes is computed sooner than Polars is loaded."""


class Lines:
    """Data that is lines of text.

    What is added to a file while it is read is left out, with the line that it begins in.

    Args:
        stream: the text.
        shown: what messages call it.
        form: its format.
        names: those of the columns, where the text has none.
        size: how many bytes there are, as far as that is known.

    Attributes:
        columns: the names of the columns.
        separator: what stands between cells.
        before: how many lines come before the first row.
        place: how many bytes, or rows, have been given away.
        has_grown: whether something was added while it was read.
    """

    def __init__(
        self,
        stream: BinaryIO,
        shown: str,
        form: Format,
        names: list[str] | None,
        size: int | None,
    ) -> None:
        self.shown, self.form, self.size = shown, form, size
        self._stream = _Limited(stream, size) if size is not None else stream
        self._names = names
        self._head = chunks.head(self._stream, shown, form, names)
        self.columns, self.separator = self._head.columns, self._head.separator
        self.before = self._head.lines
        self.place = self._head.size
        self.has_grown = False

    @property
    def is_small(self) -> bool:
        """Whether it has been read whole, and is short."""
        return len(self._head.rest) < SMALL and (self.size is None or self.size < SMALL)

    @property
    def can_begin_again(self) -> bool:
        """Whether it can be read from its beginning again."""
        return self.size is not None

    def begin_again(self) -> None:
        """Go back to the beginning."""
        cast("_Limited", self._stream).go_to(0)
        self._head = chunks.head(self._stream, self.shown, self.form, self._names)
        self.place = self._head.size

    def go_on(self, place: int) -> None:
        """Go to a place that was reached before."""
        cast("_Limited", self._stream).go_to(place)
        self._head = self._head._replace(rest=b"")
        self.place = place

    @property
    def first(self) -> bytes:
        """The first rows."""
        rest = self._head.rest
        return rest[: rest.rfind(b"\n") + 1] or rest

    def blocks(self, layout: Layout, threads: int) -> Iterator[bytes]:
        """The rows in blocks of lines, for so many threads."""
        del layout
        size, is_quoted = chunks.SIZE // threads, self.form.name != "jsonl"
        rest = self._head.rest
        for block in chunks.chunks(self._stream, rest, self.shown, is_quoted=is_quoted, size=size):
            if isinstance(self._stream, _Limited) and self._stream.is_at_end:
                self.has_grown = self._stream.has_more()
                if self.has_grown and not block.endswith(b"\n"):
                    yield block[: block.rfind(b"\n") + 1]
                    return
            self.place += len(block)
            yield block

    @property
    def rows(self) -> float:
        """About how many rows there are; 0 where nobody knows."""
        first = self.first
        return (self.size or 0) * (first.count(b"\n") / max(len(first), 1))

    def share(self, rows: int) -> float | None:
        """Which part has been read."""
        del rows
        if not self.size or not isinstance(self._stream, _Limited):
            return None
        return self._stream.read_bytes / self.size

    def close(self) -> None:
        """Let go of it."""
        self._stream.close()


class _Limited(io.RawIOBase, BinaryIO):
    """A file as long as it was at first."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        super().__init__()
        self._of, self._size = stream, size
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        left = self._size - self.read_bytes
        data = self._of.read(left if size < 0 else min(size, left))
        self.read_bytes += len(data)
        return data

    @property
    def is_at_end(self) -> bool:
        return self.read_bytes >= self._size

    def has_more(self) -> bool:
        """Whether the file is longer now."""
        return os.fstat(self._of.fileno()).st_size > self._size

    def go_to(self, place: int) -> None:
        self._of.seek(place)
        self.read_bytes = place

    def close(self) -> None:
        self._of.close()
        super().close()


class Table:
    """Data in a file that Polars reads by itself.

    Args:
        path: the file.
        shown: what messages call it.
        form: its format.
        copy: the file, if it is one of ours that goes when it is closed.

    Attributes: as of `Lines`.
    """

    separator = ","
    before = place = 0
    is_small = False
    has_grown = False
    can_begin_again = True

    def __init__(self, path: str, shown: str, form: Format, copy: Any = None) -> None:
        polars = loaded()
        self._copy = copy
        self.shown, self.form = shown, form
        self._errors = polars.exceptions.PolarsError
        scan = polars.scan_parquet if form.name == "parquet" else polars.scan_ipc
        self._plan = self._read(lambda: scan(path, glob=False))
        self.columns = self._read(lambda: self._plan.collect_schema().names())
        self.rows = self._read(lambda: self._plan.select(polars.len()).collect().item())
        self.schema = self._plan.collect_schema()

    def _read(self, what: Any) -> Any:
        try:
            return what()
        except (OSError, self._errors) as error:
            raise damaged(self.shown, error) from None

    def begin_again(self) -> None:
        """Go back to the beginning."""
        self.place = 0

    def go_on(self, place: int) -> None:
        """Go to a row that was reached before."""
        self.place = place

    def blocks(self, layout: Layout, threads: int) -> Iterator[Any]:
        """The rows in frames, for so many threads."""
        try:
            for frame in batches(self._plan.slice(self.place), layout, ROWS // threads):
                self.place += frame.height
                yield frame
        except (OSError, self._errors) as error:
            raise damaged(self.shown, error) from None

    def share(self, rows: int) -> float | None:
        """Which part has been read, after so many rows."""
        return rows / self.rows if self.rows else None

    def close(self) -> None:
        """Let go of it."""
        if self._copy is not None:
            self._copy.close()


Source = Lines | Table


def damaged(shown: str, error: Exception) -> UsageError:
    """The error for a file that cannot be read."""
    text = reason(error).strip().split("\n")[0]
    return UsageError(
        "file", f"cannot read {shown}: {text}", hint="is it whole, and of this format?"
    )


def needs_polars(what: str) -> UsageError:
    """The error for what only Polars can do."""
    return UsageError(
        "extra",
        f"{what} by the package polars, which is not installed",
        hint="pip install 'gradcli[data]'; CSV and JSON lines work without it",
    )


def opened(environment: Environment, name: str, form: Format, names: list[str] | None) -> Source:
    """The data of a name.

    Args:
        environment: which has the standard input.
        name: of a file; - for the standard input.
        form: its format.
        names: those of the columns, where the data has none.

    Raises:
        UsageError: it cannot be read.
        InputError: there is nothing in it.
    """
    shown = "the standard input" if name == "-" else show_name(name)
    if not form.is_text:
        if not is_there():
            raise needs_polars(f"{form.name} is read")
        if names is not None:
            message = f"{form.name} has names of columns"
            raise UsageError("usage", message, hint="for other ones: --rename COLUMN=NAME")
        if name != "-":
            return Table(_checked(name, shown), shown, form)
        copy = _as_file(_stream(environment))
        return _or_closed(copy, lambda: Table(copy.name, shown, form, copy))
    if name == "-":
        return Lines(_stream(environment), shown, form, names, None)
    path = _checked(name, shown)
    try:
        stream = open(path, "rb")  # noqa: SIM115  (whoever asked closes it)
        status = os.fstat(stream.fileno())
    except OSError as error:
        raise unreadable(name, error) from None
    size = status.st_size if stat.S_ISREG(status.st_mode) else None
    return _or_closed(stream, lambda: Lines(stream, shown, form, names, size))


def _or_closed(stream: Any, make: Callable[[], Source]) -> Source:
    """A source of a stream, which is closed if it is none."""
    try:
        return make()
    except BaseException:
        stream.close()
        raise


def _checked(name: str, shown: str) -> str:
    """A name that a file may have."""
    try:
        mode = os.stat(name).st_mode
    except (OSError, ValueError) as error:
        raise unreadable(name, error) from None
    if stat.S_ISDIR(mode):
        hint = "name a file in it; --into FOLDER computes all of them"
        raise UsageError("file", f"{shown} is a folder", hint=hint)
    return name


def _stream(environment: Environment) -> BinaryIO:
    """The standard input."""
    if environment.stdin is None:
        raise UsageError("file", "cannot read the standard input: it is closed")
    if is_terminal(environment.stdin):
        hint = 'name a file: gradcli map "x*y" data.csv'
        raise InputError("missing-value", "there is no data", hint=hint)
    return cast("BinaryIO", environment.stdin)


def _as_file(stream: BinaryIO) -> Any:
    """A stream as a file, which can be read in any order, and goes when it is closed."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415  (seldom needed)

    file = NamedTemporaryFile(prefix="gradcli-")  # noqa: SIM115  (whoever asked closes it)
    shutil.copyfileobj(stream, file)
    file.flush()
    return file
