"""A page taken apart into what it was laid out from: titles, sentences, tables, equations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gradcli.views.lines.blocks import Block, Curve, Equation, Prose, block_of
from gradcli.views.lines.page import Fragment, Line, Page


class Section(NamedTuple):
    """Lines that belong together.

    Attributes:
        lines: as they are in a terminal.
        blocks: what they were laid out from: one, or several equations; none if that is unknown.
    """

    lines: list[Line]
    blocks: list[Block]

    @property
    def text(self) -> str:
        """The lines as text."""
        return Page(self.lines).text()

    @property
    def title(self) -> str | None:
        """The text of a title; None if it is something else."""
        if self.blocks:
            (first, *_) = self.blocks
            is_title = isinstance(first, Prose) and "bold" in first.style.split()
            return first.text if is_title and isinstance(first, Prose) else None
        styles = {style for line in self.lines for text, style in line if text.strip()}
        is_bold = len(self.lines) == 1 and bool(styles) and all("bold" in x for x in styles)
        return self.text.strip() if is_bold else None


def sections(page: Page) -> Iterator[Section]:
    """The sections of a page in their order; what is between two blank lines at the least."""
    lines = [part for part in page.parts if isinstance(part, tuple | list)]
    if len(lines) < len(page.parts):  # what Rich lays out is known as text only
        lines = [(Fragment(line),) for line in page.text().split("\n")]
    current = Section([], [])
    for line in lines:
        block = _set_otherwise(line)
        if not line or not any(text.strip() for text, _ in line):
            if current.lines:
                yield current
            current = Section([], [])
        elif _continues(current, line, block):
            current.lines.append(line)
            if block is not None and block is not current.blocks[-1]:
                current.blocks.append(block)
        else:
            if current.lines:
                yield current
            current = Section([line], [] if block is None else [block])
    if current.lines:
        yield current


def _set_otherwise(line: Line) -> Block | None:
    """The block of a line, but of a curve, which stands in a document as in a terminal."""
    block = block_of(line)
    return None if isinstance(block, Curve) else block


def _continues(current: Section, line: Line, block: Block | None) -> bool:
    """Whether a line is of the same section: of its block, the next equation, another line."""
    if not current.lines:
        return False
    if block is None:
        return not current.blocks and current.title is None and not _is_title(line)
    if not current.blocks:
        return False
    last = current.blocks[-1]
    return block is last or (isinstance(block, Equation) and isinstance(last, Equation))


def _is_title(line: Line) -> bool:
    return Section([line], []).title is not None
