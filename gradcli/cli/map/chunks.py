"""A stream of text as blocks of whole lines, and the names of columns in the first one."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from gradcli.cli.csv_files import beyond_floats, cell_number
from gradcli.cli.map.cells import of_json
from gradcli.cli.map.formats import Format
from gradcli.errors import InputError, UsageError

SIZE = 2**23
"""So many bytes are worked on at once, in a block for each thread."""

LONGEST = 64 * 2**20
"""So many bytes without an end of a row are none."""

LOOKED_AT = 1000
"""So many lines of JSON say what names there are."""

_HEAD = 2**20
"""So many bytes are read for the names of the columns, and as many again if they go on."""


class Head(NamedTuple):
    """How a text begins.

    Attributes:
        columns: the names of the columns.
        separator: what stands between cells.
        rest: what has been read of the rows already.
        lines: how many lines come before them.
        size: how many bytes.
    """

    columns: list[str]
    separator: str
    rest: bytes
    lines: int
    size: int


def head(stream: BinaryIO, shown: str, form: Format, names: list[str] | None) -> Head:
    """The names of the columns.

    Args:
        stream: the text.
        shown: what messages call it.
        form: its format.
        names: those of a text that has none in its first line.

    Raises:
        UsageError: it is empty, no text, or has no names.
        InputError: the same, where nothing but the data can be mended.
    """
    data = _begin(stream, shown)
    mark = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    body = data[mark:]
    skipped = len(body) - len(body.lstrip(b"\r\n"))
    lines, body = body.count(b"\n", 0, skipped), body[skipped:]
    if not body.strip():
        raise InputError("file", f"{shown} is empty", hint="it needs a line for each row")
    if form.name == "jsonl":
        found = names or _keys(body, shown, lines)
        return Head(found, ",", body, lines, mark + skipped)
    end = chunk_end(body, len(body)) or len(body)
    first = body[: _first_end(body, end)]
    text = _text(first, f"{shown}, line {lines + 1}")
    if "\r" in text.rstrip("\r\n"):
        message = f"the lines of {shown} end in CR alone"
        raise UsageError("file", message, hint="save it with the ends of lines of this system")
    text = text.rstrip("\r\n")
    separator = "\t" if form.name == "tsv" else max(",;\t", key=text.count)
    cells = [cell.strip() for cell in next(csv.reader([text], delimiter=separator))]
    if names is not None:
        if len(names) != len(cells):
            message = f"--names has {len(names)} names, and {shown} has {len(cells)} columns"
            raise UsageError("usage", message, hint="give a name for each column: --names a,b")
        return Head(names, separator, body, lines, mark + skipped)
    if all(cell_number(cell) is not None or beyond_floats(cell) for cell in cells):
        raise InputError(
            "file",
            f"the first line of {shown} has no names of columns: {text[:40]}",
            hint=f"give them: --names {','.join('abcdefgh'[: len(cells)])}",
        )
    size = len(first)
    return Head(cells, separator, body[size:], lines + first.count(b"\n"), mark + skipped + size)


def _begin(stream: BinaryIO, shown: str) -> bytes:
    data = stream.read(_HEAD)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or 0 in data[:2]:
        raise UsageError("encoding", f"{shown} is UTF-16", hint="save it as UTF-8")
    if data.startswith(COMPRESSED):
        hint = "unpack it on the way: gzip -dc FILE | gradcli map … -"
        raise UsageError("format", f"{shown} is compressed", hint=hint)
    if data[:4] in {b"PAR1", b"ARRO"}:
        kind = "parquet" if data[:4] == b"PAR1" else "arrow"
        raise UsageError("format", f"{shown} is no text", hint=f"give --from {kind}")
    while _is_open(data) and (more := stream.read(_HEAD)):
        data += more
    return data


def _is_open(data: bytes) -> bool:
    """Whether the first line may go on: after blank lines, however many, or after so much of it."""
    text = data.lstrip()
    return bool(data) and b"\n" not in text and len(text) < LONGEST


COMPRESSED = (b"\x1f\x8b", b"BZh91AY", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
"""How files of gzip, bzip2, xz, zstd and zip begin."""


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        message = f"{where}: it is not UTF-8 text"
        raise UsageError("encoding", message, hint="save it as UTF-8") from None


def _first_end(body: bytes, end: int) -> int:
    """Where the first line ends that is whole: with its quotes closed."""
    place = body.find(b"\n") + 1
    while place and body.count(b'"', 0, place) % 2:
        place = body.find(b"\n", place) + 1
    return place or end


def _keys(body: bytes, shown: str, before: int) -> list[str]:
    """The names in the first objects of JSON lines, so many lines of which come before."""
    keys: dict[str, None] = {}
    for number, line in enumerate(body.split(b"\n", LOOKED_AT)[:LOOKED_AT]):
        try:
            found = of_json(line.decode("utf-8"))
        except ValueError:  # it is said of the row, unless it is the first one
            found = None
        if isinstance(found, dict):
            keys |= dict.fromkeys(found)
        elif not number:
            _text(line, f"{shown}, line {before + 1}")  # what is no text is no JSON either
            message = f"the first line of {shown} is no JSON object"
            raise UsageError("file", message, hint='each line is one: {"x": 1.5, "y": 2}')
    return [*keys]


def chunk_end(data: bytes, size: int) -> int:
    """Where the last line of a block ends that is whole; 0 if none is.

    A line ends outside of quotes, of which an even number comes before it.
    """
    end = data.rfind(b"\n", 0, size) + 1
    if b'"' not in data[:end]:
        return end
    is_open = data.count(b'"', 0, end) % 2
    while end and is_open:
        before = data.rfind(b"\n", 0, end - 1) + 1
        is_open ^= data.count(b'"', before, end) % 2
        end = before
    return end


def lines_at(data: bytes, numbers: Iterable[int], count: int) -> Iterator[bytes]:
    """Some lines of a block, without looking for all of them.

    Args:
        data: the block.
        numbers: which lines, from 0 on and in order.
        count: about how many there are.
    """
    average = len(data) / max(count, 1)
    place = line = 0
    for number in numbers:
        while line < number:
            # Ends of lines are counted over most of the way at once, and found one by one at last.
            leap = data.find(b"\n", place + int(0.9 * (number - line) * average)) + 1
            found = data.count(b"\n", place, leap)
            if not 1 < found <= number - line:
                leap, found = data.find(b"\n", place) + 1, 1
            place, line = leap, line + found
        end = data.find(b"\n", place)
        yield data[place : end if end >= 0 else len(data)]


def chunks(
    stream: BinaryIO, rest: bytes, shown: str, *, is_quoted: bool, size: int
) -> Iterator[bytes]:
    """The lines of a stream in blocks; the last one may lack its end of line.

    Args:
        stream: the text.
        rest: what has been read of it.
        shown: what messages call it.
        is_quoted: whether ends of lines may stand in quotes.
        size: about how many bytes a block has.

    Raises:
        UsageError: a line has no end.
    """
    waiting = rest
    while True:
        read = stream.read(max(size - len(waiting), min(size, _HEAD)))
        if not read:
            break
        whole = waiting + read if waiting else read
        end = chunk_end(whole, len(whole)) if is_quoted else whole.rfind(b"\n") + 1
        if end:
            yield whole[:end]
        elif len(whole) > LONGEST:
            message = f"a row of {shown} has no end within {LONGEST >> 20} MB"
            raise UsageError("file", message, hint="look for a quote that is never closed")
        waiting = whole[end:]
    if waiting.strip(b"\r\n"):
        yield waiting
