"""A page as Markdown: tables as tables, equations as they stand, and no text of users as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradcli.views.lines.blocks import Prose, Table
from gradcli.views.lines.page import Page
from gradcli.views.papers.sections import Section, sections

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
"""Signs that may begin markup somewhere in a line."""

_AT_START = re.compile(r"\s*(?:[-+=]|\d+[.)](?=\s))")
"""What makes a list or a title of a line that begins with it."""


def render(page: Page) -> str:
    """The text of a Markdown file, without a final newline."""
    parts = [part for section in sections(page) for part in _section(section)]
    return "\n\n".join(parts)


def block(lines: Sequence[str], between: str = "") -> list[str]:
    """Lines as they are: a block of text, in which nothing is markup."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", f"\n{between}".join(lines), fence]


def escaped(text: str) -> str:
    """Text in which nothing is markup."""
    shown = _SPECIAL.sub(r"\\\1", text)
    begin = _AT_START.match(shown)
    if begin is None:
        return shown
    return f"{shown[: begin.end() - 1]}\\{shown[begin.end() - 1 :]}"


def _section(section: Section) -> Iterator[str]:
    title = section.title
    first = section.blocks[0] if section.blocks else None
    if title is not None:
        yield f"## {escaped(title)}"
    elif isinstance(first, Prose):
        yield escaped(first.text)
    elif isinstance(first, Table):
        yield "\n".join(_table(first))
    else:
        yield "\n".join(block(section.text.split("\n")))


def _table(table: Table) -> Iterator[str]:
    """A header, the rule below it, and the rows; names and formulas as code."""
    yield _row([_cell(title, is_code=False) for title in table.titles])
    code = table.formulas if table.is_of_words else {0, *table.formulas}
    left = {0, *code, *table.prose}
    yield _row(["---" if place in left else "---:" for place in range(len(table.titles))])
    for row in table.rows:
        filled = [*row, *[""] * (len(table.titles) - len(row))]
        yield _row([_cell(cell, is_code=place in code) for place, cell in enumerate(filled)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str, *, is_code: bool) -> str:
    text = text.strip()
    if not text or not is_code or "…" in text:
        return _SPECIAL.sub(r"\\\1", text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    # A stroke ends a cell even inside of code, unless it is escaped.
    return f"{fence}{text.replace('|', chr(92) + '|')}{fence}"
