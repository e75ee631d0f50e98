"""The formats of data: what the names of files end in, and which are lines of text."""

from __future__ import annotations

import os
from typing import NamedTuple

from gradcli.cli.context import show_name
from gradcli.errors import UsageError
from gradcli.hints import nearest


class Format(NamedTuple):
    """A format of data.

    Attributes:
        name: what options call it.
        endings: of the names of files; the first one is its own.
        is_text: whether it is lines of text, which can be written as they come.
    """

    name: str
    endings: tuple[str, ...]
    is_text: bool = True


FORMATS = {
    each.name: each
    for each in (
        Format("csv", (".csv",)),
        Format("tsv", (".tsv", ".tab")),
        Format("jsonl", (".jsonl", ".ndjson")),
        Format("parquet", (".parquet", ".pq"), is_text=False),
        Format("arrow", (".arrow", ".ipc", ".feather"), is_text=False),
    )
}
"""All of them by name."""


def of_source(name: str, asked: str | None) -> Format:
    """The format of what is read.

    Args:
        name: of the file; - for the standard input, which is CSV unless something else is said.
        asked: what ``--from`` says, or None.

    Raises:
        UsageError: there is no such format, or the name does not say which it is.
    """
    if asked is not None:
        if asked not in FORMATS:
            hint = nearest(asked, FORMATS, "formats")
            raise UsageError("format", f"there is no format '{asked}'", hint=hint)
        return FORMATS[asked]
    if name == "-":
        return FORMATS["csv"]
    if os.path.isdir(name):
        hint = "name a file in it; --into FOLDER computes all of them"
        raise UsageError("file", f"{show_name(name)} is a folder", hint=hint)
    ending = os.path.splitext(name)[1].lower()
    for each in FORMATS.values():
        if ending in each.endings:
            return each
    raise UsageError(
        "format",
        f"the name {show_name(name)} does not say what the file holds",
        hint=f"give --from {', '.join([*FORMATS][:-1])} or {[*FORMATS][-1]}",
    )
