"""`gradcli map --into`: the files of a folder, here, in another storage, and by a cluster."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from command_line import ROOT, Called, call, process

from gradcli import __version__
from gradcli.cli.map import cluster, shares

FORMULA = "x*log(y)"


@pytest.fixture(name="days")
def _days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three files of rows, and something else."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "days"
    folder.mkdir()
    (folder / "a.csv").write_text("x,y\n1,2\n3,4\n", encoding="utf-8")
    (folder / "b.csv").write_text("x,y\n5,0\n7,n/a\n9,0\n", encoding="utf-8")
    (folder / "c.csv").write_text("x,y\n,1\n2,1\n", encoding="utf-8")
    (folder / "notes.txt").write_text("nothing", encoding="utf-8")
    return folder


def into(*words: str) -> Called:
    return call("map", FORMULA, *words, "--into", "out")


def texts(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text(encoding="utf-8") for each in sorted(folder.iterdir())}


def test_every_file_of_a_folder_becomes_one(days: Path) -> None:
    called = into("days", "--bad-rows", "drop", "--report", "bad.csv", "--keep", "x")
    assert (called.code, called.out) == (0, "")
    single = {
        f"part-0000{number}.csv": call(
            "map", FORMULA, f"days/{name}.csv", "--bad-rows", "drop", "--keep", "x"
        ).out
        for number, name in enumerate("abc", 1)
    }
    assert texts(days.parent / "out") == single
    assert " ".join(called.err.split()) == (
        "warning: 2 bad rows are left out, first 'days/b.csv', line 3, column y: 'n/a' is no number"
        " warning: not finite: log(y): 2 rows, first 'days/b.csv', line 2"
    )
    assert (days.parent / "bad.csv").read_text(encoding="utf-8").splitlines() == [
        "file,line,column,cell,reason",
        "days/b.csv,3,y,n/a,'n/a' is no number",
        "days/c.csv,2,x,,the cell is empty",
    ]
    assert {each.name for each in days.parent.iterdir()} == {"days", "out", "bad.csv"}


def test_names_with_a_star_and_another_format(days: Path) -> None:
    assert into("days/[ac].csv", "--bad-rows", "null", "--format", "parquet").code == 0
    found = sorted((days.parent / "out").iterdir())
    assert [each.name for each in found] == ["part-00001.parquet", "part-00002.parquet"]
    assert pl.read_parquet(found).height == 4


def test_a_disk_that_is_full_is_named(days: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("shutil.copyfile", full)
    called = into("days/a.csv")
    assert (called.code, called.out) == (1, "")
    assert "part-00001.csv': no space left on device" in " ".join(called.err.split())
    assert {each.name for each in days.parent.iterdir()} == {"days"}


REFUSED: dict[str, tuple[list[str], int, str]] = {
    "a report in place of data": (
        ["days", "--bad-rows", "drop", "--report", "days/b.csv"],
        2,
        "'days/b.csv' cannot hold both",
    ),
    "a bad row": (["days"], 3, "'days/b.csv', line 3, column y"),
    "no such file": (["nothing.csv"], 2, "no such file"),
    "no file of data": (["days/*.txt"], 2, "does not say what the file holds"),
    "no file at all": (["days/*.arrow"], 2, "no files of data"),
    "a file as well": (["days", "-o", "x.csv"], 2, "cannot go together"),
    "to be resumed": (["days", "--resume"], 2, "cannot go together"),
    "a missing column": (["days", "--rename", "y=z"], 3, "no column for 'y'"),
    "no address": (["days", "--cluster", "nowhere"], 2, "tcp://127.0.0.1:8786"),
    "no package for a cluster": (["days", "--cluster", "tcp://x:1"], 2, "gradcli[cluster]"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_nothing(
    what: str, days: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, code, said = REFUSED[what]
    monkeypatch.setitem(sys.modules, "distributed", None)
    called = into(*words)
    assert (called.code, called.out) == (code, "")
    assert said in " ".join(called.err.split())
    assert {each.name for each in days.parent.iterdir()} == {"days"}
    alone = call("map", FORMULA, "days", "--cluster", "tcp://x:1")
    assert (alone.code, "--into FOLDER" in alone.err) == (2, True)


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_computed(
    days: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (days.parent / "file").touch()
    monkeypatch.setattr(shares, "work_on", None)
    for name, said in {
        "nowhere/out": "cannot write 'nowhere/out': its folder does not exist make it first:",
        "file/out": "cannot write 'file/out': not a directory",
        "": "cannot write '': it has no name",
    }.items():
        called = call("map", FORMULA, "days", "--into", name)
        assert (called.code, called.out) == (2, "")
        assert f"error: {said}" in " ".join(called.err.split())
    assert {each.name for each in days.parent.iterdir()} == {"days", "file"}


def test_what_the_system_refuses_later_is_named_as_it_was_typed(
    days: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    for name in ("mkdir", "rename"):
        with monkeypatch.context() as patch:
            patch.setattr(f"gradcli.cli.map.storage.os.{name}", refused)
            called = into("days/a.csv")
        assert called == (1, "", "error: cannot write 'out': operation not permitted\n")
        assert {each.name for each in days.parent.iterdir()} == {"days"}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device is full here")
def test_a_report_that_cannot_be_written_leaves_no_folder(days: Path) -> None:
    called = into("days", "--bad-rows", "drop", "--report", "/dev/full")
    assert called == (1, "", "error: cannot write '/dev/full': no space left on device\n")
    assert {each.name for each in days.parent.iterdir()} == {"days"}


def test_a_folder_that_is_there_is_left_alone(days: Path) -> None:
    (days.parent / "out").mkdir()
    called = into("days", "--bad-rows", "drop")
    assert (called.code, "is there already" in called.err) == (2, True)
    assert [*(days.parent / "out").iterdir()] == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_what_ends_it_leaves_nothing(
    error: type[BaseException], days: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, left = shares.work_on, [1]

    def fails(share: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise error
        return work(share)

    monkeypatch.setattr(shares, "work_on", fails)
    assert into("days", "--bad-rows", "drop").code in {1, 130}
    assert {each.name for each in days.parent.iterdir()} == {"days"}


def test_another_storage(days: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for file in days.glob("*.csv"):
        memory.pipe(f"/days/{file.name}", file.read_bytes())
    try:
        words = ["map", FORMULA, "memory://days", "--bad-rows", "drop", "--into", "memory://out"]
        called = call(*words)
        assert called.code == 0, called.err
        assert sorted(memory.ls("/out", detail=False)) == [
            *("/out/_SUCCESS", "/out/part-00001.csv", "/out/part-00002.csv", "/out/part-00003.csv")
        ]
        assert into("days", "--bad-rows", "drop").code == 0
        assert {
            name: memory.cat(f"/out/{name}").decode() for name in texts(days.parent / "out")
        } == texts(days.parent / "out")
        assert "is there already" in call(*words).err
    finally:
        memory.rm("/days", recursive=True)
        memory.rm("/out", recursive=True)


class _KilledError(Exception):
    """A stand-in of Dask's: workers ended while they did the same task."""


class _ClosedError(OSError):
    """A stand-in of Dask's: nobody is at the other end any longer."""


GONE = "the scheduler at 'tcp://x:1' is gone, and nothing is written"

ENDS: dict[str, tuple[Exception | None, str, str]] = {
    "the scheduler, while a result is waited for": (CancelledError(), "running", GONE),
    "the scheduler, while a task is sent": (_ClosedError(), "running", GONE),
    "the scheduler, and Dask stumbles over it": (AttributeError("tuple"), "connecting", GONE),
    "the scheduler, and Dask does not end the task": (None, "connecting", GONE),
    "each worker that tries it": (_KilledError(), "running", "4 workers of 'tcp://x:1' ended"),
    "no Polars on a worker": (ModuleNotFoundError("polars"), "running", "lacks a package: polars"),
}


@pytest.mark.parametrize("what", ENDS)
def test_what_goes_wrong_in_a_cluster_is_told_and_leaves_nothing(
    what: str, days: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error, status, said = ENDS[what]
    monkeypatch.setattr(cluster, "_LOOK", 0.01)
    called = _with_dask(monkeypatch, {"tcp://w:2": __version__}, error, status)
    assert (called.code, called.out) == (1, "")
    assert said in " ".join(called.err.split())
    assert "internal" not in called.err
    assert {each.name for each in days.parent.iterdir()} == {"days"}


@pytest.mark.parametrize("found", [PackageNotFoundError("gradcli"), "0.0.1"])
def test_workers_with_another_gradcli_are_sent_nothing(
    found: object, days: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"tcp://v:1": __version__, "tcp://w:2": found}
    called = _with_dask(monkeypatch, answers, AssertionError("it was sent something"), "running")
    said = " ".join(called.err.split())
    assert (called.code, "'tcp://w:2' of 'tcp://x:1' has" in said) == (1, True)
    assert f"pip install 'gradcli[cluster]=={__version__}'" in said
    assert {each.name for each in days.parent.iterdir()} == {"days"}


def _with_dask(
    monkeypatch: pytest.MonkeyPatch,
    versions: dict[str, object],
    error: Exception | None,
    status: str,
) -> Called:
    """The command beside a stand-in of Dask whose tasks fail, or never end."""

    class Doer(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if error is not None:
                future.set_exception(error)
            return future

    client = SimpleNamespace(
        status=status,
        run=lambda *_, **__: versions,
        get_executor=lambda **_: Doer(),
        close=lambda **_: None,
    )
    dask = SimpleNamespace(
        Client=lambda *_, **__: client,
        KilledWorker=_KilledError,
        comm=SimpleNamespace(CommClosedError=_ClosedError),
    )
    monkeypatch.setitem(sys.modules, "distributed", dask)
    return into("days", "--bad-rows", "drop", "--cluster", "tcp://x:1")


@pytest.fixture(name="dask")
def _dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A scheduler with two workers, twelve files of rows, and what they come to without it."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "days").mkdir()
    rows = pl.int_range(200_000, eager=True)
    for number in range(12):
        frame = pl.DataFrame({"x": rows * 0.5 + number, "y": rows + 1})
        frame.write_parquet(tmp_path / "days" / f"{number:02}.parquet")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as here:
        yield here


LONGER = "x*log(y) + sin(x*y)"


@pytest.mark.slow
@pytest.mark.process
def test_a_cluster_one_of_whose_workers_is_killed(dask: Any, tmp_path: Path) -> None:
    assert process("map", LONGER, "days", "--into", "alone").returncode == 0
    workers = [worker.pid for worker in dask.workers.values()]
    begun = _begun(dask.scheduler_address)
    os.kill(workers[0], signal.SIGKILL)
    _, said = begun.communicate(timeout=120)
    assert (begun.returncode, said) == (0, b"")
    one, other = (pl.scan_parquet(f"{each}/*.parquet").collect() for each in ("alone", "out"))
    assert one.equals(other)
    assert other.height == 12 * 200_000
    assert {each.name for each in tmp_path.iterdir()} == {"days", "alone", "out"}
    assert len([*(tmp_path / "out").iterdir()]) == 12


@pytest.mark.slow
@pytest.mark.process
def test_a_cluster_whose_scheduler_ends(dask: Any, tmp_path: Path) -> None:
    begun = _begun(dask.scheduler_address)
    dask.close()
    _, said = begun.communicate(timeout=120)
    assert (begun.returncode, b"the scheduler at" in said) == (1, True), said
    assert b"Traceback" not in said
    assert {each.name for each in tmp_path.iterdir()} == {"days"}


def _begun(address: str) -> Any:
    """The command as a process that goes on and has written something."""
    assert cluster.RETRIES > 1
    words = ["map", LONGER, "days", "--into", "out", "--cluster", address]
    begun = subprocess.Popen(
        [sys.executable, "-m", "gradcli", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 60
    while not [*Path().glob(".gradcli-*/part-*")] and time.monotonic() < end:
        time.sleep(0.01)
    return begun
