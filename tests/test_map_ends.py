"""How a run of `gradcli map` can end: killed, interrupted, with a full disk, without a reader.

Whatever ends it, nothing is left that looks finished; with `--resume` the next run goes on.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from command_line import ROOT, call

from gradcli.cli.map import chunks, frames, parts, plain, run, sources

ROWS = 400
FORMULA = "a*b + log(a)"


@pytest.fixture(name="data")
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data of many small blocks, with some bad rows, and some that are not finite."""
    monkeypatch.setattr(chunks, "SIZE", 64)
    monkeypatch.setattr(chunks, "_HEAD", 64)
    monkeypatch.setattr(sources, "ROWS", 8)
    monkeypatch.setattr(parts, "BLOCKS", 4)
    monkeypatch.setattr(run, "BLOCKS", 4)
    file = tmp_path / "data.csv"
    lines = [f"{k % 7},{'n/a' if k % 50 == 49 else k},{k}" for k in range(ROWS)]
    file.write_text("a,b,id\n" + "\n".join(lines) + "\n", encoding="utf-8")
    pl.read_csv(file, null_values="n/a").write_parquet(tmp_path / "data.parquet")
    return file


def ends_with(
    error: Callable[[], BaseException], after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Make the work on a block raise, after so many of them."""
    left = [after]
    of_frames = [(frames.Frames, "piece"), (frames.Frames, "piece_of")]
    for kind, name in (*of_frames, (plain.Plain, "piece")):
        work = getattr(kind, name)

        def piece(self: Any, block: Any, work: Any = work) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise error()
            return work(self, block)

        monkeypatch.setattr(kind, name, piece)


ENDS = {
    "Ctrl-C": (KeyboardInterrupt, 130, "interrupted"),
    "a full disk": (lambda: OSError(errno.ENOSPC, "No space left on device"), 1, "no space left"),
    "no memory": (MemoryError, 1, "not enough memory"),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("target", ["csv", "parquet", "arrow"])
def test_nothing_is_left_that_looks_finished(
    end: str, target: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error, code, said = ENDS[end]
    before = {each.name for each in data.parent.iterdir()}
    out = data.parent / f"out.{target}"
    monkeypatch.setattr(sources, "SMALL", 0)
    with monkeypatch.context() as patched:
        ends_with(error, 5, patched)
        words = ["--bad-rows", "null", "--report", str(data.parent / "bad.csv")]
        called = call("map", FORMULA, str(data), "-o", str(out), *words)
    assert called.code == code, called
    assert said in " ".join(called.err.split())
    assert {each.name for each in data.parent.iterdir()} == before
    out.write_text("old", encoding="utf-8")
    ends_with(error, 5, monkeypatch)
    assert call("map", FORMULA, str(data), "-o", str(out), "--bad-rows", "drop").code == code
    assert out.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("source", "target", "small"),
    [
        *(("csv", "csv", 0), ("csv", "csv", 10**9), ("csv", "parquet", 0), ("csv", "jsonl", 0)),
        *(("parquet", "arrow", 0), ("parquet", "csv", 0)),
    ],
)
def test_a_run_goes_on_where_it_was_left(
    source: str, target: str, small: int, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "SMALL", small)
    folder = data.parent
    given = folder / f"data.{source}"
    words = ["map", FORMULA, str(given), "--bad-rows", "null", "--keep", "id", "--resume"]
    once, out = folder / f"once.{target}", folder / f"out.{target}"
    reports = folder / "once.txt", folder / "bad.txt"
    whole = call(*words[:-1], "-o", str(once), "--report", str(reports[0]))
    assert whole.code == 0
    words += ["-o", str(out), "--report", str(reports[1])]
    for _ in range(3):
        with monkeypatch.context() as patched:
            ends_with(KeyboardInterrupt, 10, patched)
            called = call(*words)
        assert called.code == 130
        assert "rows are kept" in called.err
        assert not out.exists()
    called = call(*words)
    assert called.code == 0
    assert "rows are there already" in called.err
    assert called.err.partition("\n")[2] == whole.err
    read: Any = {"parquet": pl.read_parquet, "arrow": pl.read_ipc}.get(target, Path.read_bytes)
    assert str(read(out)) == str(read(once))
    if target in {"parquet", "arrow"}:
        assert read(out).equals(read(once))
    assert reports[0].read_bytes() == reports[1].read_bytes()
    assert not Path(f"{out}.parts").exists()


def test_parts_of_something_else_are_not_gone_on_with(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = data.parent / "out.csv"
    words = ["-o", str(out), "--resume", "--bad-rows", "drop"]
    with monkeypatch.context() as patched:
        ends_with(KeyboardInterrupt, 10, patched)
        assert call("map", "a", str(data), *words).code == 130
    called = call("map", "b", str(data), *words)
    assert (called.code, "another formula" in called.err) == (0, True)
    assert out.read_text(encoding="utf-8").startswith("value,d_b\n0.0,1.0\n1.0,1.0\n2.0,")
    folder = Path(f"{out}.parts")
    folder.mkdir()
    (folder / "precious").write_text("x", encoding="utf-8")
    called = call("map", "a", str(data), *words)
    assert (called.code, "holds no parts of ours" in " ".join(called.err.split())) == (2, True)
    assert (folder / "precious").exists()
    # A run that is killed at once may leave this.
    (folder / "precious").rename(folder / ".gradcli-4711")
    assert call("map", "a", str(data), *words).code == 0
    assert not folder.exists()
    called = call("map", "a", "-", "-o", str(out), "--resume", stdin=b"a\n1\n")
    assert (called.code, "write the data to a file first" in called.err) == (2, True)
    assert call("map", "a", str(data), "--resume").code == 2


LONG = 1_000_000
"""So many rows take a second or two."""

COMMAND = [sys.executable, "-m", "gradcli", "map", "3*(a + b*c)"]


@pytest.fixture(name="long", scope="module")
def _long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of so many rows."""
    file = tmp_path_factory.mktemp("long") / "data.csv"
    rows = pl.int_range(LONG, eager=True)
    frame = pl.DataFrame({name: rows * 0.001 + k for k, name in enumerate("abc")})
    frame.write_csv(file)
    return file


def started(words: list[str], **more: Any) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, env=env, stderr=subprocess.PIPE, **more)


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("target", ["csv", "parquet"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_signal_at_any_moment_leaves_nothing_that_looks_finished(
    name: str, target: str, long: Path, tmp_path: Path
) -> None:
    number, out = getattr(signal, name), tmp_path / f"out.{target}"
    codes = set()
    for moment in range(8):
        process = started([*COMMAND, str(long), "-o", str(out)])
        time.sleep(0.05 + 0.09 * moment)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        if b"runpy" not in said:  # else Python itself had not begun
            codes.add(process.returncode)
        if out.exists():  # it came too late: then all is there
            read: Any = pl.scan_csv if target == "csv" else pl.scan_parquet
            assert read(out).select(pl.len()).collect().item() == LONG
            out.unlink()
        left = [*tmp_path.iterdir()]
        assert all(each.name.startswith(".gradcli-") for each in left)
        if name != "SIGKILL":
            assert left == [], said
        for each in left:
            each.unlink()
    assert codes <= {0, -number, 130}


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("target", ["csv", "parquet", "arrow", "jsonl"])
def test_a_full_disk_leaves_nothing(target: str, long: Path, tmp_path: Path) -> None:
    out = tmp_path / f"out.{target}"
    process = started([*COMMAND, str(long), "-o", str(out)], preexec_fn=limited)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith(b"error: cannot write")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.slow
@pytest.mark.process
def test_a_reader_may_go_away(long: Path) -> None:
    process = started([*COMMAND, str(long)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"value,d_a,d_b,d_c\n"
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 141
