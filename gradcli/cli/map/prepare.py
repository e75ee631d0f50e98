"""Data and a program brought together: what is computed of which columns, and what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradcli.cli.map.asked import Asked
from gradcli.cli.map.formats import Format
from gradcli.cli.map.layout import Layout, assigned, laid_out, renamed
from gradcli.cli.map.piece import Work
from gradcli.cli.map.program import work_of
from gradcli.cli.map.sources import Source
from gradcli.errors import Note


def prepared(
    source: Source,
    program: str,
    values: Mapping[str, Any],
    asked: Asked,
    target: Format,
    *,
    strict: bool,
) -> tuple[Work, Layout, Sequence[Note]]:
    """What is computed, what is read and written, and how the program was read.

    Args:
        source: the data.
        program: the program.
        values: of inputs that are one number for all rows.
        asked: what the command line says.
        target: the format of the result.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a column is missing, or there are two of its name; a name is unknown.
        UsageError: what is asked for contradicts itself.
    """
    renames = assigned(asked.rename, "--rename")
    work, notes = work_of(
        program,
        [*renamed(source.columns, renames)],
        values,
        of=asked.of,
        wrt=asked.wrt,
        queries=asked.queries,
        strict=strict,
    )
    layout = laid_out(
        work.block,
        source.columns,
        renames,
        keep=True if [*asked.keep] == ["*"] else asked.keep,
        select=asked.select,
        bad=asked.bad,
        formats=(source.form, target),
    )
    layout.separator = source.separator
    return work, layout, notes
