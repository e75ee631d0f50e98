"""Data through a block: what is read, in which way it is computed, and what is said of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any, TextIO

from gradcli.cli.context import Environment
from gradcli.cli.map import places
from gradcli.cli.map.cells import NoTableError
from gradcli.cli.map.frames import Frames, WiderError, is_there, kinds_of
from gradcli.cli.map.layout import Layout
from gradcli.cli.map.order import in_order
from gradcli.cli.map.piece import Piece, Work
from gradcli.cli.map.plain import Plain
from gradcli.cli.map.sinks import write_binary, write_text
from gradcli.cli.map.sources import Lines, Source, Table, needs_polars
from gradcli.cli.map.tally import Tally
from gradcli.cli.progress import Progress
from gradcli.cli.signals import signals_end
from gradcli.errors import InputError


@dataclass
class Job:
    """Data that is to be computed.

    Attributes:
        environment: the world outside.
        source: where the data comes from.
        work: what is computed.
        layout: what is read and written.
        say: tells a note.
        target: where the result goes; None for the standard output.
        report: the file that bad rows are listed in, or None.
    """

    environment: Environment
    source: Source
    work: Work
    layout: Layout
    say: Callable[[str], None]
    target: str | None = None
    report: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the standard library does it: where it is quicker, or there is nothing else."""
        are_texts = self.layout.source.is_text and self.layout.target.is_text
        return are_texts and (self.source.is_small or not is_there())

    def run(self) -> Tally:
        """Do it.

        Raises:
            GradcliError: something is wrong with the data, or the result cannot be written.
        """
        if not self.layout.target.is_text and not is_there():
            raise needs_polars(f"{self.layout.target.name} is written")
        if self.is_plain and not self.source.is_small:
            self.say("rows are computed one by one: pip install 'gradcli[data]' is quicker")
        places.check(self.environment, self.target, is_text=self.layout.target.is_text)
        with signals_end():
            while True:
                try:
                    return self._attempt()
                except WiderError as error:
                    self._widen(error)

    def _widen(self, error: WiderError) -> None:
        """Begin again with a column as text that does not hold numbers alone."""
        if self.layout.source.name == "jsonl" or not self.source.can_begin_again:
            way = "write the data to a file first" if self.layout.source.name != "jsonl" else None
            raise InputError(
                "value",
                f"the column '{error.column}', which is kept, begins with other values than it "
                f"goes on with",
                hint=way
                or "-o FILE.jsonl keeps them as they are, without --keep they are left out",
            )
        self.layout.texts.add(error.column)
        self.source.begin_again()

    def _attempt(self) -> Tally:
        with ExitStack() as stack:
            report = self._report(stack)
            tally = Tally(self.layout, self.source.shown, self.source.before, report)
            progress = Progress(self.environment)
            stack.callback(progress.wipe)
            file, path = stack.enter_context(places.written(self.environment, self.target))
            engine = self._engine()
            pieces = self._watched(tally, progress, engine)
            try:
                if isinstance(engine, Frames) and not self.layout.target.is_text:
                    write_binary(pieces, engine.schema, self.layout.target.name, path())
                else:
                    write_text(pieces, engine.head(), stack.enter_context(closing(file())))
            except NoTableError as error:
                raise error.told(self.source.shown, tally.lines) from None
        return tally

    def _engine(self) -> Frames | Plain:
        if self.is_plain:
            return Plain(self.work, self.layout)
        if isinstance(self.source, Table):
            kinds = {name: self.source.schema[name] for name in self.layout.kept}
        else:
            kinds = kinds_of(self.source.first, self.layout)
        return Frames(self.work, self.layout, kinds)

    def _watched(self, tally: Tally, progress: Progress, engine: Frames | Plain) -> Iterator[Piece]:
        begin = time.monotonic()

        def far() -> str:
            rate = tally.rows / max(time.monotonic() - begin, 1e-9)
            share = self.source.share(tally.lines)
            part = "" if share is None else f", {min(share, 1.0):.0%}"
            return f"{tally.rows:,} rows{part}, {_short(rate)} a second (Ctrl-C ends it)"

        for piece in tally.over(self._pieces(engine)):
            yield piece
            progress.show(far)

    def _pieces(self, engine: Frames | Plain) -> Iterator[Piece]:
        """The data in pieces, computed."""
        blocks: Iterator[Any] = self.source.blocks(self.layout)
        if isinstance(engine, Plain):
            return map(engine.piece, blocks)
        work = engine.piece if isinstance(self.source, Lines) else engine.piece_of
        return in_order(work, blocks, _threads())

    def _report(self, stack: ExitStack) -> TextIO | None:
        """The file that bad rows are listed in."""
        if self.report is None:
            return None
        file, _ = stack.enter_context(places.written(self.environment, self.report))
        text = TextIOWrapper(file(), encoding="utf-8", newline="", write_through=True)
        return stack.enter_context(closing(text))


def _short(rate: float) -> str:
    return f"{rate / 1e6:.1f} million" if rate >= 1e6 else f"{rate:,.0f}"


def _threads() -> int:
    """How many processors there are for us."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
