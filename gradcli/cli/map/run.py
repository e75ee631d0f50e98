"""Data through a block: what is read, in which way it is computed, and where it goes."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any, TextIO

from gradcli.cli.context import Environment
from gradcli.cli.destination import is_named
from gradcli.cli.map import places
from gradcli.cli.map.cells import NoTableError
from gradcli.cli.map.frames import Frames
from gradcli.cli.map.layout import Layout
from gradcli.cli.map.order import in_order
from gradcli.cli.map.parts import BLOCKS, Parts
from gradcli.cli.map.piece import Piece, Work
from gradcli.cli.map.plain import Plain
from gradcli.cli.map.polars import is_there, kinds_of
from gradcli.cli.map.sinks import write_binary, write_text
from gradcli.cli.map.sources import Lines, Source, Table, needs_polars
from gradcli.cli.map.tally import Tally
from gradcli.cli.map.texts import WiderError
from gradcli.cli.progress import Progress
from gradcli.cli.signals import signals_end
from gradcli.errors import GradcliError, InputError


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
        about: what another run has in common with this one that goes on with its parts; None where
            all is done at once.
    """

    environment: Environment
    source: Source
    work: Work
    layout: Layout
    say: Callable[[str], None]
    target: str | None = None
    report: str | None = None
    about: Mapping[str, Any] | None = None

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
                run = Run(self)
                try:
                    return run.at_once() if self.about is None else run.in_parts()
                except WiderError as error:
                    self._widen(error, run)

    @property
    def is_plain(self) -> bool:
        """Whether the standard library does it: where it is quicker, or there is nothing else."""
        are_texts = self.layout.source.is_text and self.layout.target.is_text
        is_quicker = self.source.is_small or not is_there()
        return are_texts and (is_quicker or self.layout.is_mixed)

    def _widen(self, error: WiderError, run: Run) -> None:
        """Begin again with a column as text that does not hold numbers alone, or row by row."""
        layout, can = self.layout, self.source.can_begin_again
        is_json, is_text = layout.source.name == "jsonl", layout.target.is_text
        is_streamed = is_text and (self.target is None or not is_named(self.target))
        is_gone = is_streamed and run.has_rows
        if not can or is_gone or (is_json and not is_text):
            form = layout.target.name if is_text else "jsonl"
            way = f"-o FILE.{form} keeps them as they are, without --keep they are left out"
            raise InputError(
                "value",
                f"the column '{error.column}', which is kept, begins with other values than it "
                "goes on with",
                hint=way if can else "write the data to a file first",
            )
        if is_json:
            layout.is_mixed = True
            self.say(
                f"the column '{error.column}', which is kept, holds values of several kinds: rows "
                "are computed one by one"
            )
        else:
            layout.texts.add(error.column)
        self.source.begin_again()


class Run:
    """One way through some data, from its beginning or from where it was left.

    Args:
        job: what is done.
    """

    def __init__(self, job: Job) -> None:
        self._job, self._layout, self._source = job, job.layout, job.source
        self._tally = Tally(job.layout, job.source.shown, job.source.before)
        self._progress = Progress(job.environment)

    @property
    def has_rows(self) -> bool:
        """Whether rows are computed already, and gone if they are streamed."""
        return self._tally.rows > 0

    def at_once(self) -> Tally:
        """From beginning to end."""
        with ExitStack() as stack:
            report = self._report(stack, self._job.report)
            self._tally.report_to(report)
            stack.callback(self._progress.wipe)
            pieces = self._pieces(self._source.blocks(self._layout, threads()))
            self._write(self._job.target, pieces, self._engine.head(), report)
        return self._tally

    def in_parts(self) -> Tally:
        """The same in parts, of which those stay that are done, whatever happens."""
        job, tally = self._job, self._tally
        about = {**(job.about or {}), "texts": sorted(self._layout.texts)}
        parts = Parts(str(job.target), self._layout.target, about)
        if parts.was_other:
            job.say("the parts that were there are of other data or another formula: all is new")
        parts.begin()
        if parts.done:
            tally.go_on(parts.done[-1])
            self._engine  # noqa: B018  (it has looked at the first rows)
            self._source.go_on(parts.done[-1]["place"])
            job.say(f"{tally.rows:,} rows are there already")
        blocks: Iterator[Any] = self._source.blocks(self._layout, threads())
        try:
            for first in blocks:
                self._part(parts, chain([first], islice(blocks, BLOCKS - 1)))
        except KeyboardInterrupt:
            kept = parts.done[-1]["rows"] if parts.done else 0
            hint = "the same command goes on from there" if kept else None
            message = f"interrupted; {kept:,} rows are kept"
            raise GradcliError("interrupted", message, hint=hint) from None
        finally:
            self._progress.wipe()
        self._join(parts)
        parts.clear()
        return tally

    def _part(self, parts: Parts, blocks: Iterable[Any]) -> None:
        """One more part."""
        number = len(parts.done) + 1
        with ExitStack() as stack:
            report = self._report(stack, parts.path(number, ".bad"))
            self._tally.report_to(report, has_head=number == 1)
            self._write(parts.path(number), self._pieces(blocks), b"", report)
        parts.add({**self._tally.state(), "place": self._source.place})

    def _join(self, parts: Parts) -> None:
        """Make one file of all parts."""
        with ExitStack() as stack:
            report = self._report(stack, self._job.report)
            if report is not None:
                for number in range(1, len(parts.done) + 1):
                    with open(parts.path(number, ".bad"), encoding="utf-8", newline="") as file:
                        shutil.copyfileobj(file, report)
            self._write(self._job.target, parts.pieces(), self._engine.head(), report)

    def _write(
        self, target: str | None, pieces: Iterator[Piece], head: bytes, report: TextIO | None
    ) -> None:
        """Write pieces to where they go; nothing appears there before all is in the report."""
        engine, form = self._engine, self._layout.target
        with places.written(self._job.environment, target) as (file, path):
            try:
                if isinstance(engine, Frames) and not form.is_text:
                    write_binary(pieces, engine.schema, form.name, path())
                else:
                    with closing(file()) as opened:
                        write_text(pieces, head, opened)
                if report is not None:
                    report.flush()
            except NoTableError as error:
                raise error.told(self._source.shown, self._tally.lines) from None

    @cached_property
    def _engine(self) -> Frames | Plain:
        job, source = self._job, self._source
        if job.is_plain:
            return Plain(job.work, job.layout)
        if isinstance(source, Table):
            kinds = {name: source.schema[name] for name in job.layout.kept}
        else:
            kinds = kinds_of(source.first, job.layout)
        return Frames(job.work, job.layout, kinds, rows=source.rows)

    def _pieces(self, blocks: Iterable[Any]) -> Iterator[Piece]:
        """Blocks of the data, computed and counted."""
        begin, before = time.monotonic(), self._tally.rows

        def far() -> str:
            rows = self._tally.rows
            rate = (rows - before) / max(time.monotonic() - begin, 1e-9)
            share = self._source.share(self._tally.lines)
            part = "" if share is None else f", {min(share, 1.0):.0%}"
            return f"{rows:,} rows{part}, {_short(rate)} a second (Ctrl-C ends it)"

        for piece in self._tally.over(self._computed(blocks)):
            yield piece
            self._progress.show(far)

    def _computed(self, blocks: Iterable[Any]) -> Iterator[Piece]:
        engine = self._engine
        if isinstance(engine, Plain):
            return map(engine.piece, blocks)
        work = engine.piece if isinstance(self._source, Lines) else engine.piece_of
        return in_order(work, blocks, threads())

    def _report(self, stack: ExitStack, name: str | None) -> TextIO | None:
        """A file for bad rows, which appears when the stack ends well, if one is asked for."""
        if self._job.report is None or name is None:
            return None
        return places.text(stack, self._job.environment, name)


def _short(rate: float) -> str:
    return f"{rate / 1e6:.1f} million" if rate >= 1e6 else f"{rate:,.0f}"


MOST_THREADS = 4
"""Polars has threads of its own; more of ours would only take memory."""


def threads() -> int:
    """How many blocks are worked on at once."""
    has_affinity = hasattr(os, "sched_getaffinity")
    count = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(1, min(count, MOST_THREADS))
