"""What is read of some data and what is written: the names of columns, and their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gradcli.cli.map.asked import listed as listed_names
from gradcli.cli.map.formats import Format
from gradcli.errors import InputError, UsageError
from gradcli.hints import listed, nearest, no_node
from gradcli.programs.block import Block
from gradcli.syntax.spelling import plain


@dataclass
class Layout:
    """What is read and written.

    Attributes:
        columns: the names of all columns of the data.
        needed: the column of each input.
        kept: the columns that are written as well.
        written: the names of what is written, in order.
        bad: what becomes of bad rows: ``fail``, ``null`` or ``drop``.
        source: the format of the data.
        target: that of the result.
        separator: what stands between cells.
        texts: columns that are kept as text, whatever they look like.
        is_mixed: whether a column that is kept has values of several kinds, which only rows that
            are read one by one have as they are.
    """

    columns: Sequence[str]
    needed: Mapping[str, str]
    kept: Sequence[str]
    written: Sequence[str]
    bad: str
    source: Format
    target: Format
    separator: str = ","
    texts: set[str] = field(default_factory=set)
    is_mixed: bool = False

    @property
    def unit(self) -> str:
        """What rows are called in messages: lines of a text."""
        return "line" if self.source.is_text else "row"


def renamed(columns: Sequence[str], renames: Mapping[str, str]) -> dict[str, str]:
    """The columns by what the program calls them.

    Args:
        columns: the names of columns.
        renames: for some of them what they are called instead.

    Raises:
        InputError: there is no such column, or two have one name.
    """
    for name in renames:
        if name not in columns:
            hint = nearest(name, columns, "columns")
            raise InputError("unknown-value", f"there is no column '{name}'", hint=hint)
    found: dict[str, str] = {}
    for column in columns:
        called = renames.get(column, column)
        if called in found and (called in renames.values()):
            message = f"both '{found[called]}' and '{column}' are called '{called}'"
            raise InputError("given-twice", message, hint="rename the other one as well")
        found.setdefault(called, column)
    return found


def laid_out(
    block: Block,
    columns: Sequence[str],
    renames: Mapping[str, str],
    *,
    keep: bool | Sequence[str],
    select: Sequence[str] | None,
    bad: str,
    formats: tuple[Format, Format],
) -> Layout:
    """What is read of columns of these names for a block, and what is written.

    Raises:
        InputError: a column is missing, or there are two of its name.
    """
    called = renamed(columns, renames)
    sources = block.sources([*called], "data", "--{} 1.5")
    needed = {name: called[column] for name, column in sources.items()}
    kept = block.kept(keep, columns, "--keep NAMES")
    for name in (*needed.values(), *kept):
        if columns.count(name) > 1:
            message = f"{columns.count(name)} columns are called '{name}'"
            hint = "give them names of their own: --names, or in the first line"
            raise InputError("given-twice", message, hint=hint)
    written = [*kept, *block.names]
    if select is not None:
        written = _selected(select, written)
    kept = [name for name in kept if name in written]
    return Layout(columns, needed, kept, written, bad, *formats)


def _selected(select: Sequence[str], known: Sequence[str]) -> list[str]:
    """The columns that are written, where only some are asked for."""
    for name in select:
        if name not in known:
            raise no_node(name, known, "no column '{}' is written", "columns")
    if len({*select}) < len(select):
        raise UsageError("usage", "a column is selected twice", hint=f"it writes {listed(known)}")
    return [*select]


def assigned(texts: Sequence[str] | None, option: str) -> dict[str, str]:
    """What ``--rename COLUMN=NAME`` says, by columns.

    Raises:
        UsageError: there is no equals sign, or a name is missing.
    """
    found: dict[str, str] = {}
    for text in texts or ():
        for part in listed_names(text):
            column, _, name = part.rpartition("=")
            if not column.strip() or not name.strip():
                hint = f"write {option} COLUMN=NAME"
                raise UsageError("usage", f"{option} '{part}' names no column", hint=hint)
            found[column.strip()] = plain(name.strip())
            if len(found[column.strip()].split()) > 1:
                message = f"'{name.strip()}' is no name that a program could use"
                hint = f"write {option} '{column.strip()}={'_'.join(name.split())}'"
                raise UsageError("usage", message, hint=hint)
    return found
