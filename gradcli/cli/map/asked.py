"""What a command line of `gradcli map` says beside what all commands take."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gradcli.syntax.spelling import at_outer_commas


class Asked(NamedTuple):
    """It, read as far as it can be without any data.

    Attributes:
        data: the name of the data; None for the standard input.
        form: of its format, or None.
        header: the names of its columns, where it has none.
        rename: ``COLUMN=NAME``.
        of: the step that is the output.
        wrt: the inputs that derivatives are by; None for all.
        queries: what is asked for instead of value and gradient.
        keep: columns that are written as well; ``*`` for all.
        select: what is written, in order; None for all.
        bad: what becomes of bad rows.
        report: the file that these are listed in, or None.
    """

    data: str | None
    form: str | None
    header: list[str] | None
    rename: Sequence[str]
    of: str | None
    wrt: list[str] | None
    queries: Sequence[str]
    keep: Sequence[str]
    select: list[str] | None
    bad: str
    report: str | None


def listed(text: str) -> list[str]:
    """The names in a list, which commas part but for those in brackets: w[1,2],day.

    A name that has a comma, or a quote, is written as a cell of CSV is: "a,b",day.
    """
    names = (match[2].replace('""', '"') for match in _QUOTED.finditer(text))
    parts = at_outer_commas(_QUOTED.sub("\\1\0", text))
    return [part.replace("\0", next(names)) if part[:1] == "\0" else part for part in parts]


_QUOTED = re.compile(r'(^|,)\s*"((?:[^"]|"")*)"')
