"""`gradcli map`: value and derivatives of each row of data."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from gradcli.cli.command import Command
from gradcli.cli.context import show_name
from gradcli.cli.map.asked import Asked, listed
from gradcli.cli.map.formats import FORMATS, of_source
from gradcli.cli.options import OfOne, WrtInputs
from gradcli.cli.parameters import Annotated, among, argument, completing, one_of, option, valued
from gradcli.cli.remarks import refuse_numbers, split_names
from gradcli.cli.task import Task
from gradcli.cli.view import View, refuse_together
from gradcli.errors import Sentence, Typed, UsageError

if TYPE_CHECKING:
    from gradcli.cli.map.layout import Layout
    from gradcli.cli.map.piece import Work
    from gradcli.cli.map.sources import Source

EXAMPLES = """\
Examples:

\b
gradcli map "x^2*y" examples/points.csv
gradcli map "3*(x + y*c)" examples/points.csv --c 2 -o out.parquet
gradcli map "price*y" examples/points.csv --rename x=price --keep day --wrt price
gradcli map "x*log(y)" examples/points.csv -o out.csv --bad-rows drop --report bad.csv
gradcli map "v = x*y; J = v^2" examples/points.csv --get v --get dJ/dv --format jsonl
cat data.tsv | gradcli map "x*y" - --from tsv > out.csv

CSV, TSV and JSON lines need nothing else; Parquet, Arrow and speed need Polars:
pip install 'gradcli[data]'.

Exit codes: 0 done, 1 unforeseen, 2 usage or syntax, 3 a name or a value is missing or unknown, or
a row is bad, 130 interrupted.
"""

VIEWS = {
    each.name: View(None, None, each.endings, is_format=True, is_text=False)
    for each in FORMATS.values()
}

command = Command(VIEWS, EXAMPLES)


@command
def map_rows(
    task: Task,
    *,
    data: Annotated[
        str | None,
        argument(
            "DATA",
            "The file with the rows; - reads them from the standard input.",
        ),
    ] = None,
    source_form: Annotated[
        str | None,
        valued(
            "--from",
            "FORMAT",
            f"What the data is: {', '.join([*FORMATS][:-1])} or {[*FORMATS][-1]}, as the name of "
            "the file ends; csv of a pipe.",
            completes=among(FORMATS),
        ),
    ] = None,
    header: Annotated[
        list[str] | None,
        valued("--names", "COLUMNS", "The names of the columns, where the first line has none."),
    ] = None,
    rename: Annotated[
        list[str] | None,
        valued("--rename", "COLUMN=NAME", "What the program calls a column."),
    ] = None,
    of: OfOne = None,
    wrt: WrtInputs = None,
    get: Annotated[
        list[str] | None,
        valued("--get", "WHAT", "A column of this instead of value and gradient: v, dJ/dv."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        valued(
            "--keep",
            "COLUMNS",
            "Write these columns of the data, too, as id,day; * for all.",
            completes=completing("complete_columns"),
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        valued("--select", "COLUMNS", "Of all that is written only these, in this order."),
    ] = None,
    bad: Annotated[str, one_of("--bad-rows", "WAY", ("fail", "null", "drop"))] = "fail",
    report: Annotated[
        str | None,
        valued("--report", "FILE", "List the bad rows in a file of CSV: line, column, cell."),
    ] = None,
    resume: Annotated[
        bool,
        option(
            "--resume",
            text="Keep what is done beside the file, and go on from there if it is there already.",
        ),
    ] = False,
    into: Annotated[
        str | None,
        valued(
            "--into",
            "FOLDER",
            "Compute each file of a folder, or of names with *, into a file of this folder.",
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        valued("--cluster", "ADDRESS", "Likewise by a cluster of Dask, as tcp://host:8786."),
    ] = None,
) -> None:
    """Value and derivatives of EXPRESSION for each row of DATA.

    Its columns are the variables; a variable that is one number for all rows is a flag: --a 3.
    The columns value and d_NAME are written as the file's name says, else as CSV. A file appears
    when it is whole, or not at all. A row without a number where one is needed is bad: then
    nothing is written, unless --bad-rows says else.
    """
    data = task.beside_file() if data is None else data
    _refuse_data_first(task.expression, data, task.words)
    asked = Asked(
        data,
        source_form,
        _columns(header),
        rename or (),
        of,
        split_names(wrt or ()),
        get or (),
        _columns(keep) or (),
        _columns(select),
        bad,
        report,
    )
    from gradcli.syntax.parse import parse  # noqa: PLC0415  (`--help` needs no engine)

    program, values = task.source, task.values
    _check(asked, task, into)
    _check_way(task, resume=resume, into=into, cluster=cluster)
    with task.hints():
        parse(program)  # what is wrong with it is said before anything is read
    if into is None:
        _one(task, program, values, asked, resume=resume)
    elif not task.environment.is_rehearsal:
        from gradcli.cli.map.several import several  # noqa: PLC0415  (few have several files)

        several(task, program, values, asked, into=into, cluster=cluster)


def _refuse_data_first(expression: str | None, data: str | None, words: Sequence[str]) -> None:
    """Say so where a file of rows stands in the place of the formula.

    Raises:
        UsageError: it does.
    """
    ending = os.path.splitext(expression or "")[1].lower()
    if not any(ending in form.endings for form in FORMATS.values()):
        return
    if expression is not None and os.path.isfile(expression):
        message = f"{show_name(expression)} is the name of a file, and no expression"
        formula = data if data is not None and not os.path.isfile(data) else "x*y"
        rest = [word for word in words if word not in {expression, data}]
        otherwise = "" if formula == data else f": gradcli map FORMULA {expression}"
        typed = Typed(("map", formula, expression, *rest), ": ", otherwise)
        hint = Sentence("the formula comes first", typed)
        raise UsageError("usage", message, hint=hint)


def _one(
    task: Task, program: str, values: Mapping[str, object], asked: Asked, *, resume: bool
) -> None:
    """A file, or a stream."""
    from gradcli.cli.map.prepare import prepared  # noqa: PLC0415  (`--help` needs no engine)
    from gradcli.cli.map.run import Job  # noqa: PLC0415  (likewise)
    from gradcli.cli.map.sources import opened  # noqa: PLC0415  (likewise)

    name, target = asked.data or "-", FORMATS[task.view]
    form = of_source(name, asked.form)
    with closing(opened(task.environment, name, form, asked.header)) as source:
        with task.hints(has_columns=True):
            work, laid, notes = prepared(source, program, values, asked, target, strict=task.strict)
        if task.environment.is_rehearsal:
            return  # rows are written piece by piece, which nothing holds back
        task.remark(notes)
        about = _about(task, program, work, laid, source, asked) if resume else None
        job = Job(task.environment, source, work, laid, task.say, task.target, asked.report, about)
        found = job.run()
    if source.has_grown:
        task.say(f"{source.shown} has grown meanwhile: what was added is left out")
    task.remark(found.problems())


def _about(  # noqa: PLR0917  (all that a run depends on)
    task: Task, program: str, work: Work, laid: Layout, source: Source, asked: Asked
) -> dict[str, object]:
    """What another run has in common with this one that may go on with its parts."""
    import gradcli  # noqa: PLC0415  (likewise)
    from gradcli.cli.destination import is_named  # noqa: PLC0415  (likewise)

    if not source.can_begin_again or asked.data in {None, "-"}:
        hint = "write the data to a file first, or leave out --resume"
        raise UsageError("usage", "a stream cannot be read from where it was left", hint=hint)
    if task.target is None or not is_named(task.target):
        hint = "give it the name of one: -o FILE"
        raise UsageError("usage", "--resume is for a result in a file", hint=hint)
    data = str(asked.data)
    status = os.stat(data)
    return {
        "version": gradcli.__version__,
        "program": program,
        "rules": task.rules,
        "constants": dict(work.block.constants),
        "results": [work.block.names, work.block.places],
        "layout": [dict(laid.needed), laid.written, laid.bad, laid.source.name, laid.target.name],
        "report": asked.report,
        "data": [os.path.realpath(data), status.st_size, status.st_mtime_ns],
    }


def _columns(lists: list[str] | None) -> list[str] | None:
    """Names of columns, with commas between them."""
    if lists is None:
        return None
    found = [name for text in lists for name in listed(text)]
    if "" in found:
        raise UsageError("usage", "a name of a column is missing", hint="write them as id,day")
    return found


def _check(asked: Asked, task: Task, into: str | None) -> None:
    """Refuse what contradicts itself, before anything is read."""
    from gradcli.cli.context import is_stdout  # noqa: PLC0415  (likewise)
    from gradcli.cli.destination import (  # noqa: PLC0415  (likewise)
        check_apart,
        check_target,
        check_unread,
    )
    from gradcli.cli.map.tally import WAYS  # noqa: PLC0415  (`--help` needs no engine)
    from gradcli.hints import nearest  # noqa: PLC0415  (likewise)

    refuse_numbers(asked.queries, "--get")
    if asked.bad not in WAYS:
        hint = nearest(asked.bad, WAYS, "ways")
        raise UsageError("usage", f"--bad-rows cannot be '{asked.bad}'", hint=hint)
    target = task.target
    if asked.report is None:
        return
    check_unread(asked.report, task.sources, "--report bad-rows.csv")
    if asked.bad == "fail":
        message = "a report lists the rows that are let pass"
        raise UsageError("usage", message, hint="give --bad-rows null or --bad-rows drop as well")
    check_target(asked.report)
    if is_stdout(asked.report) and is_stdout(target) and into is None:
        message = "the result and the report cannot both go to the standard output"
        raise UsageError("output", message, hint="write the result to a file: -o FILE")
    for other in (target, asked.data):
        check_apart(other, asked.report, "--report bad-rows.csv")


def _check_way(task: Task, *, resume: bool, into: str | None, cluster: str | None) -> None:
    """Refuse ways to compute that do not go together."""
    refuse_together({"--into": into is not None, "--output": task.target is not None})
    refuse_together({"--into": into is not None, "--resume": resume})
    refuse_together({"--cluster": cluster is not None, "--rules": task.rules is not None})
    if cluster is not None and "://" not in cluster:
        message = f"'{cluster}' is no address of a scheduler"
        raise UsageError("usage", message, hint="for instance tcp://127.0.0.1:8786")
    if cluster is not None and into is None:
        hint = "name the folder for their results: --into FOLDER"
        raise UsageError("usage", "--cluster computes the files of a folder", hint=hint)
