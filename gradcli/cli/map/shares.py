"""Data in several files: each is a task for whoever there is, from a thread to a cluster."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TextIO

from gradcli.cli.context import Environment, show_name
from gradcli.cli.destination import check_target
from gradcli.cli.map.asked import Asked
from gradcli.cli.map.bad import Bad
from gradcli.cli.map.formats import Format
from gradcli.cli.map.prepare import prepared
from gradcli.cli.map.run import Job
from gradcli.cli.map.sources import opened
from gradcli.cli.map.storage import Storage
from gradcli.cli.map.tally import COLUMNS, problems
from gradcli.errors import Note, Problem, UsageError


class Share(NamedTuple):
    """A file of the data, and all that has to be known to compute it.

    Attributes:
        program: the program.
        values: of inputs that are one number for all rows.
        asked: what the command line says.
        formats: of the data and of the result.
        strict: make every note on how the text was read an error.
        data: the file.
        result: the file that its rows go to.
    """

    program: str
    values: Mapping[str, Any]
    asked: Asked
    formats: tuple[Format, Format]
    strict: bool
    data: str
    result: str


class Done(NamedTuple):
    """What became of a share: the state of its tally, notes, and the report of bad rows."""

    state: dict[str, Any]
    notes: Sequence[Note]
    report: str


def work_on(share: Share) -> Done:
    """Compute a share: what a task is, wherever it runs.

    It may run twice: what it writes is put into its place when it is whole.

    Raises:
        GradcliError: something is wrong with the data, or it cannot be read or written.
    """
    asked, (form, target) = share.asked, share.formats
    with TemporaryDirectory(prefix="gradcli-") as folder:
        path = Storage(share.data).fetch(share.data, folder)
        environment = Environment(None, None, None, {})
        result = os.path.join(folder, f"result{target.endings[0]}")
        report = os.path.join(folder, "report") if asked.report is not None else None
        with closing(opened(environment, path, form, asked.header)) as source:
            source.shown = show_name(share.data)
            work, layout, notes = prepared(
                source, share.program, share.values, asked, target, strict=share.strict
            )
            if form.is_text:  # what looks like a number in one file may be a text in another
                layout.texts |= {*layout.kept}
            tally = Job(environment, source, work, layout, _quiet, result, report).run()
        Storage(share.result).put(result, share.result)
        text = ""
        if report is not None:
            with open(report, encoding="utf-8", newline="") as file:
                text = file.read()
    return Done(tally.state(), notes, text)


def _quiet(message: str) -> None:
    """Nobody listens where a task runs."""
    del message


def _is_inside(file: str, folder: str) -> bool:
    """Whether a file of data is in a folder, whatever that is called."""
    return os.path.realpath(file).startswith(os.path.join(os.path.realpath(folder), ""))


def over_files(  # noqa: PLR0917  (what is done, by whom, and who is told)
    files: Sequence[str],
    share: Share,
    into: str,
    compute: Callable[[Sequence[Share]], Iterator[Done]],
    watch: Callable[[str], None],
    gather: Callable[[str, Done], None],
) -> None:
    """Compute several files into a folder, which appears when all are there.

    Args:
        files: the data.
        share: what is done with the first of them.
        into: the folder.
        compute: does it, and says what became of each, in order; `alone`, or that of a cluster.
        watch: is told how far it is.
        gather: is given what became of each file, in order.

    Raises:
        GradcliError: something is wrong with a file, or the folder is there already.
    """
    storage = Storage(into)
    if not storage.is_empty(into):
        is_file = os.path.isfile(into)
        what = "it is a file, and no folder" if is_file else "it is there already"
        hint = "name a folder that is not there yet"
        if not (is_file or any(_is_inside(file, into) for file in files)):
            hint += ", or take it away first"
        raise UsageError("output", f"cannot write {show_name(into)}: {what}", hint=hint)
    folder = into.rstrip("/")
    if storage.can_rename:
        check_target(folder)
        parent, name = os.path.split(folder)
        folder = os.path.join(parent, f".gradcli-{os.getpid()}-{name}")
    storage.make(folder, into)
    ending = share.formats[1].endings[0]
    names = [f"part-{number:05}{ending}" for number in range(1, len(files) + 1)]
    shares = [
        share._replace(data=file, result=f"{folder}/{name}")
        for file, name in zip(files, names, strict=True)
    ]
    try:
        for number, (file, done) in enumerate(zip(files, compute(shares), strict=True), 1):
            gather(file, done)
            watch(f"{number:,} of {len(files):,} files")
        storage.keep_only(folder, names)
        storage.finish(folder, into.rstrip("/"))
    except BaseException:
        storage.remove(folder)
        raise


def alone(shares: Sequence[Share]) -> Iterator[Done]:
    """What becomes of each share, one after the other in this thread."""
    return map(work_on, shares)


class Gathered:
    """What several files come to.

    Args:
        unit: what rows are called in messages.
        way: what becomes of bad rows.
        report: where these are listed; None for nowhere.

    Attributes:
        rows: how many are written.
        notes: on how the program was read.
    """

    def __init__(self, unit: str, way: str, report: TextIO | None) -> None:
        self._unit, self._way = unit, way
        self._file = report
        self._report = csv.writer(report, lineterminator="\n") if report else None
        if self._report:
            self._report.writerow(["file", unit, *COLUMNS[1:]])
        self.rows = 0
        self.notes: dict[Note, None] = {}
        self._bad = 0
        self._first: str | None = None
        self._strange: dict[str, tuple[int, str]] = {}
        self._rounded: dict[str, str] = {}

    def add(self, file: str, done: Done) -> None:
        """One more file."""
        state, name = done.state, show_name(file)
        self.rows += state["rows"]
        self.notes |= dict.fromkeys(done.notes)
        bad, _, first = state["bad"]
        self._bad += bad
        if first is not None and self._first is None:
            self._first = f"{name}, {Bad(*first).told(self._unit)}"
        for kind, (rows, line) in state["strange"].items():
            before, where = self._strange.get(kind, (0, f"{name}, {self._unit} {line:,}"))
            self._strange[kind] = (before + rows, where)
        for column, line in state["rounded"].items():
            self._rounded.setdefault(column, f"{name}, {self._unit} {line:,}")
        if self._report and self._file:
            for row in [*csv.reader(io.StringIO(done.report, newline=""))][1:]:
                self._report.writerow([file, *row])
            self._file.flush()

    def problems(self) -> list[Problem]:
        """What is to be said at the end."""
        return problems(self._way, self._bad, self._first, self._strange, self._rounded)
