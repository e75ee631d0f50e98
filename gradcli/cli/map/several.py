"""Several files of data, each into a file of a folder, here or by a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from gradcli.cli.destination import check_apart
from gradcli.cli.map import places, shares
from gradcli.cli.map.asked import Asked
from gradcli.cli.map.cluster import by_cluster
from gradcli.cli.map.formats import FORMATS, of_source
from gradcli.cli.map.storage import Storage
from gradcli.cli.progress import Progress
from gradcli.cli.signals import signals_end
from gradcli.cli.task import Task
from gradcli.errors import UsageError


def several(
    task: Task,
    program: str,
    values: Mapping[str, object],
    asked: Asked,
    *,
    into: str,
    cluster: str | None,
) -> None:
    """Compute the files of a folder, each into a file of another folder.

    Args:
        task: the call of the command.
        program: the program.
        values: of inputs that are one number for all rows.
        asked: what the command line says.
        into: the folder of the results, which appears when all are there.
        cluster: the address of a scheduler of Dask; None to do it here, one after the other.

    Raises:
        GradcliError: something is wrong with a file, or the results cannot be written.
    """
    data = str(asked.data)
    known = [each for each in FORMATS.values() if asked.form in {None, each.name}]
    endings = [ending for each in known for ending in each.endings]
    files = Storage(data).files(data, endings)
    if not files:
        hint = "name a folder with data in it, or files: 'data/*.parquet'"
        raise UsageError("file", f"there are no files of data at '{data}'", hint=hint)
    if asked.report is not None:
        for file in files:
            check_apart(file, asked.report, "--report bad-rows.csv")
    form = of_source(files[0], asked.form)
    target = form if task.form is None else FORMATS[task.view]
    share = shares.Share(program, values, asked, (form, target), task.strict, files[0], into)
    progress = Progress(task.environment)
    with ExitStack() as stack:
        stack.enter_context(signals_end())
        stack.callback(progress.wipe)
        report = None
        if asked.report is not None:
            report = places.text(stack, task.environment, asked.report)
        compute = shares.alone if cluster is None else stack.enter_context(by_cluster(cluster))
        unit = "line" if form.is_text else "row"
        gathered = shares.Gathered(unit, asked.bad, report)
        shares.over_files(
            files, share, into, compute, lambda far: progress.show(lambda: far), gathered.add
        )
    task.remark([*gathered.notes])
    task.remark(gathered.problems())
