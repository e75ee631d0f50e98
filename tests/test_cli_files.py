"""A result's file is written whole or not at all: owners, links, folders that are shut, signals."""

from __future__ import annotations

import errno
import json
import os
import pickle
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from command_line import ROOT, Called, call

pytestmark = pytest.mark.skipif(os.name != "posix", reason="owners and links are those of POSIX")

NOBODY = 54321
"""A user whom nothing belongs to."""

is_root = hasattr(os, "geteuid") and os.geteuid() == 0
needs_root = pytest.mark.skipif(not is_root, reason="only the superuser can give files away")


def lesson(target: object) -> Called:
    return call("eval", "2*x", "--x", "4", "--get", "out", "-o", str(target))


DONE = Called(0, "", "")


@pytest.fixture(name="folder")
def _folder() -> Iterator[Path]:
    """A folder that every user can reach, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


def as_nobody(work: Callable[[], Called]) -> Called:
    """What somebody gets who is not the superuser: in a process of its own where this one is."""
    if not is_root:
        return work()
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the runner do not matter
        child = os.fork()
    if not child:
        code = 1
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writer, pickle.dumps(tuple(work())))
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        data = stream.read()
    os.waitpid(child, 0)
    return Called(*pickle.loads(data))  # noqa: S301


def give(path: Path) -> None:
    """Give a file or a folder to nobody, unless everything is this user's anyway."""
    if is_root:
        os.chown(path, NOBODY, NOBODY)


def test_the_other_names_of_a_file_are_kept(folder: Path) -> None:
    file, other = folder / "result", folder / "other"
    file.write_text("a longer text than the new one\n")
    file.chmod(0o640)
    other.hardlink_to(file)
    assert lesson(file) == DONE
    assert other.read_text() == "8\n"
    assert file.stat().st_ino == other.stat().st_ino
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(os.listdir(folder)) == ["other", "result"]


def test_a_file_is_replaced_where_it_can_be(folder: Path) -> None:
    file = folder / "result"
    file.write_text("old")
    before = file.stat().st_ino
    with file.open() as reader:
        assert lesson(file) == DONE
        assert reader.read() == "old"
    assert file.stat().st_ino != before


@needs_root
def test_the_owner_of_a_file_is_kept(folder: Path) -> None:
    file = folder / "result"
    file.write_text("old")
    os.chown(file, NOBODY, NOBODY + 1)
    assert lesson(file) == DONE
    assert file.read_text() == "8\n"
    assert (file.stat().st_uid, file.stat().st_gid) == (NOBODY, NOBODY + 1)


def test_a_file_in_a_folder_that_is_shut(folder: Path) -> None:
    file = folder / "result"
    file.write_text("a longer text than the new one\n")
    file.chmod(0o666)
    folder.chmod(0o555)
    assert as_nobody(lambda: lesson(file)) == DONE
    assert file.read_text() == "8\n"
    assert os.listdir(folder) == ["result"]


@needs_root
def test_a_file_of_somebody_else(folder: Path) -> None:
    file = folder / "result"
    file.write_text("old")
    file.chmod(0o666)
    folder.chmod(0o1777)  # where nobody may replace what is not his, as in /tmp
    assert as_nobody(lambda: lesson(file)) == DONE
    assert file.read_text() == "8\n"
    assert file.stat().st_uid == 0
    folder.chmod(0o777)  # where he may, but the file would become his
    assert as_nobody(lambda: lesson(file)) == DONE
    assert file.stat().st_uid == 0
    assert os.listdir(folder) == ["result"]


REFUSED = {
    "a file that must not be written": (0o444, 0o777, "result"),
    "a new file in a folder that is shut": (0o666, 0o555, "new"),
    "a folder that cannot be looked into": (0o666, 0o000, "result"),
}


@pytest.mark.parametrize(("file_mode", "folder_mode", "name"), REFUSED.values(), ids=REFUSED)
def test_what_must_not_be_written_is_refused_before_it_is_computed(
    folder: Path, file_mode: int, folder_mode: int, name: str
) -> None:
    inner = folder / "inner"
    inner.mkdir()
    file = inner / "result"
    file.write_text("old")
    give(file)
    file.chmod(file_mode)
    inner.chmod(folder_mode)
    called = as_nobody(lambda: call("eval", "(", "-o", str(inner / name)))  # never looked at
    inner.chmod(0o777)
    assert called.code == 2
    assert f"cannot write '{inner / name}': permission denied" in called.err
    assert file.read_text() == "old"


def test_what_is_not_found_beside_a_link_to_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    Path("loop").symlink_to("loop")
    Path("net.grad").write_text("x")
    expected = {"nte.grad": "did you mean net.grad?", "new/x.grad": "there is no folder 'new'"}
    for name, hint in expected.items():
        called = call("eval", "-f", name)
        assert called.err == f"error: cannot read '{name}': no such file or directory\n{hint}\n"


def test_names_that_no_file_can_have(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("file").write_text("old")
    Path("inner").mkdir()
    Path("loop").symlink_to("loop")
    Path("astray").symlink_to("nowhere/result")
    reasons = {
        "inner": "it is a folder",
        "inner/": "that is the name of a folder",
        "new/": "that is the name of a folder",
        "file/": "that is the name of a folder",
        "file/result": "not a directory",
        "nowhere/result": "its folder does not exist",
        "astray": "its folder does not exist",
        "loop": "too many levels of symbolic links",
        "x" * 300: "file name too long",
    }
    for name, reason in reasons.items():
        called = call("eval", "(", "-o", name)
        assert (called.code, called.out) == (2, "")
        assert reason in called.err
    assert sorted(os.listdir()) == ["astray", "file", "inner", "loop"]


def test_the_folder_to_be_made_first_is_made_by_what_is_said(folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    for name in ("new/result", "-new/result", "it's new/result", "a/b c/result"):
        words = ["eval", "2*x", "--x", "4", "--get", "out", f"--output={name}"]
        _, found, command = call(*words).err.strip().partition("make it first: ")
        assert found
        subprocess.run(["/bin/sh", "-c", command], check=True)
        assert call(*words) == DONE
    assert "make it" not in lesson("new\nline/result").err


def test_two_results_are_not_written_to_two_names_of_one_file(folder: Path) -> None:
    sheet, twin = folder / "sheet.md", folder / "twin.md"
    sheet.write_text("old")
    twin.hardlink_to(sheet)
    called = call("quiz", "x*y", "--x", "1", "--y", "2", "-o", str(sheet), "--answers", str(twin))
    assert (called.code, "cannot hold both" in called.err) == (2, True)
    assert sheet.read_text() == "old"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["why", "1/x", "--x", "0"], 4, "out: 1/x is Infinity at x = 0"),
        (["same", "x", "2x"], 5, "They are not the same"),
        (["check", "x^2", "d/dx = 3*x"], 5, "wrong"),
    ],
)
def test_a_report_on_what_is_wrong_is_written(
    folder: Path, words: list[str], code: int, said: str
) -> None:
    file = folder / "report.md"
    called = call(*words, "-o", str(file))
    assert called.code == code
    assert said in file.read_text(encoding="utf-8")
    assert "nothing is written" not in called.err


def test_a_folder_for_parts_that_cannot_be_made_is_named(folder: Path) -> None:
    data, shut = folder / "data.csv", folder / "shut"
    data.write_text("x\n1\n")
    shut.mkdir()
    file = shut / "result.csv"
    file.write_text("old")
    file.chmod(0o666)
    shut.chmod(0o555)
    # Nobody may not read all that is imported on the way, which is loaded before.
    assert call("map", "x", str(data), "--resume", "-o", str(folder / "open.csv")).code == 0
    called = as_nobody(lambda: call("map", "x", str(data), "--resume", "-o", str(file)))
    assert called.code == 2
    assert f"cannot write '{file}.parts': permission denied" in " ".join(called.err.split())
    assert "without --resume" in called.err
    assert as_nobody(lambda: call("map", "x", str(data), "-o", str(file))).code == 0


def test_what_the_system_says_names_the_file(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("gradcli.cli.task.Task.finish", lambda *_, **__: (folder / "x").read_text())
    called = lesson(folder / "result")
    assert called == (1, "", f"error: '{folder}/x': no such file or directory\n")


def test_a_socket_is_no_file(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        assert "it is a socket" in lesson(folder / "socket").err


def test_a_link_to_a_file_that_is_not_there_yet(folder: Path) -> None:
    link, file = folder / "link", folder / "file"
    link.symlink_to("file")
    assert lesson(link) == DONE
    assert link.is_symlink()
    assert file.read_text() == "8\n"


def test_a_file_that_something_is_mounted_on(folder: Path, monkeypatch) -> None:
    # A machine lets hardly anybody mount, so the system's answer is put in its place.
    file = folder / "result"
    file.write_text("old")

    def busy(*_: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(os, "replace", busy)
    assert lesson(file) == DONE
    assert file.read_text() == "8\n"
    assert os.listdir(folder) == ["result"]
    called = lesson(folder / "new")
    assert called == (1, "", f"error: cannot write '{folder / 'new'}': device or resource busy\n")
    assert os.listdir(folder) == ["result"]


@pytest.mark.parametrize("call_that_fails", ["posix_fallocate", "fsync"])
def test_no_room_for_a_file_with_two_names(folder: Path, monkeypatch, call_that_fails: str) -> None:
    if not hasattr(os, call_that_fails):
        pytest.skip("this system has no such call")
    file, other = folder / "result", folder / "other"
    file.write_text("1")
    other.hardlink_to(file)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call_that_fails, full)
    called = lesson(file)
    assert called == (1, "", f"error: cannot write '{file}': no space left on device\n")
    assert other.read_text() == "1"
    assert sorted(os.listdir(folder)) == ["other", "result"]


def test_a_name_that_is_taken_beside_the_file(folder: Path) -> None:
    taken = folder / f".gradcli-{os.getpid()}"
    taken.write_text("of somebody else")
    assert lesson(folder / "result") == DONE
    assert taken.read_text() == "of somebody else"
    assert sorted(os.listdir(folder)) == [taken.name, "result"]


SIGNALS = [signal.SIGHUP, signal.SIGTERM, signal.SIGINT] if os.name == "posix" else []


@pytest.mark.parametrize("sent", SIGNALS)
@pytest.mark.parametrize("old", [None, "old"])
def test_a_signal_leaves_nothing_behind(folder: Path, monkeypatch, sent: int, old: str) -> None:
    file = folder / "result"
    if old is not None:
        file.write_text(old)
        (folder / "other").hardlink_to(file)
    caught: list[str] = []
    before = signal.signal(sent, lambda *_: caught.append(file.read_text()))
    monkeypatch.setattr(os, "fsync", lambda _: os.kill(os.getpid(), sent))
    try:
        assert lesson(file) == DONE
    finally:
        signal.signal(sent, before)
    assert caught == ["8\n"]  # it came when the file was whole
    assert sorted(os.listdir(folder)) == ["other", "result"] if old else ["result"]


@pytest.mark.process
@pytest.mark.parametrize("sent", [signal.SIGHUP, signal.SIGTERM])
def test_a_process_that_is_ended_leaves_nothing_behind(folder: Path, sent: int) -> None:
    file = folder / "result"
    code = (
        "import os, signal\n"
        f"signal.signal({int(sent)}, signal.SIG_DFL)\n"  # a shell may have had it ignored
        f"os.fsync = lambda _: os.kill(os.getpid(), {int(sent)})\n"
        "from gradcli.cli.main import main\nmain()"
    )
    words = ["eval", "2*x", "--x", "4", "--get", "out", "-o", str(file)]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -sent
    assert os.listdir(folder) == ["result"]


def test_a_stream_that_is_only_read(folder: Path) -> None:
    file = folder / "log"
    file.write_text("before\n")
    with file.open() as log:
        called = lesson(f"/dev/fd/{log.fileno()}")
    assert (called.code, called.out) == (2, "")
    assert "it is not open for writing" in called.err


INPUTS = {
    "d.csv": "x,y\n1,2\n",
    "p.grad": "x*y",
    "v.json": '{"x": 1, "y": 2}',
    "a.npy": None,
    "own.rules": "twice(x) : 2\n",
}

READING = [
    # a command line, the file that it reads, and the option that names what is written
    (["map", "x*y", "d.csv", "--bad-rows", "null"], "d.csv", "--report"),
    (["map", "-f", "p.grad", "d.csv", "--bad-rows", "null"], "p.grad", "--report"),
    (["map", "-f", "p.grad", "d.csv"], "p.grad", "-o"),
    (["map", "x*y", "d.csv", "--vars", "v.json"], "v.json", "-o"),
    (["eval", "-f", "p.grad", "--x", "1", "--y", "2", "--json"], "p.grad", "-o"),
    (["eval", "p.grad", "--x", "1", "--y", "2", "--json"], "p.grad", "-o"),
    (["eval", "x*y", "--vars", "v.json"], "v.json", "-o"),
    (["eval", "sum(x)*y", "--x", "@a.npy", "--y", "2", "--json"], "a.npy", "-o"),
    (["diff", "-f", "p.grad"], "p.grad", "-o"),
    (["graph", "-f", "p.grad", "--format", "svg"], "p.grad", "-o"),
    (["page", "p.grad", "--vars", "v.json", "--format", "html"], "v.json", "-o"),
    (["code", "-f", "p.grad", "--target", "python"], "p.grad", "-o"),
    (["quiz", "-f", "p.grad", "--vars", "v.json"], "v.json", "--answers"),
    (["descend", "-f", "p.grad", "--vars", "v.json", "--steps", "2"], "v.json", "-o"),
    (["descend", "-f", "p.grad", "--vars", "v.json", "--steps", "2"], "p.grad", "--save"),
    (["hess", "x*y", "--vars", "v.json", "--json"], "v.json", "-o"),
    (["check", "x*y", "--vars", "v.json", "--json"], "v.json", "-o"),
    (["same", "x*y", "p.grad", "--json"], "p.grad", "-o"),
]


@pytest.mark.parametrize("other_name", ["itself", "spelling", "link", "hard link"])
@pytest.mark.parametrize(("words", "read", "option"), READING)
def test_what_is_read_is_not_written_over(  # noqa: PLR0913, PLR0917  (a case in six parts)
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    read: str,
    option: str,
    other_name: str,
) -> None:
    monkeypatch.chdir(folder)
    for name, text in INPUTS.items():
        if text is not None:
            (folder / name).write_text(text)
    np.save(folder / "a.npy", np.array([1.0, 2.0]))
    before = (folder / read).read_bytes()
    target = {"itself": read, "spelling": f"./../{folder.name}/{read}"}.get(
        other_name, f"other{(folder / read).suffix}"
    )
    if other_name == "link":
        (folder / target).symlink_to(read)
    elif other_name == "hard link":
        (folder / target).hardlink_to(folder / read)
    called = call(*words, option, target)
    assert called.code == 2, called
    said = " ".join(called.err.split())
    assert (folder / read).read_bytes() == before
    assert not [name for name in os.listdir(folder) if name.endswith(".parts")]
    if "write over" not in said and "not say what to write" in said:
        return  # what is read has another ending than any result
    assert "would be written over" in said or "cannot hold both" in said, said
    (hint,) = re.findall(rf"as in ({option} [\w.-]+)", said)
    assert call(*words, *hint.split()).code in {0, 4}, hint


@pytest.mark.parametrize("other_name", ["itself", "link", "hard link"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_rows_may_take_the_place_of_their_own_data(
    folder: Path, other_name: str, ending: str
) -> None:
    data, text = folder / f"d.{ending}", folder / "d.txt"
    text.write_text("x\n" + "".join(f"{k}\n" for k in range(5000)))
    assert (
        call(
            "map", "x", str(text), "--from", "csv", "--select", "x", "--keep", "x", "-o", str(data)
        ).code
        == 0
    )
    target = data if other_name == "itself" else folder / f"other.{ending}"
    if other_name == "link":
        target.symlink_to(data)
    elif other_name == "hard link":
        target.hardlink_to(data)
    assert call("map", "2*x", str(data), "-o", str(target)).code == 0
    assert data.read_bytes() == target.read_bytes()
    rows = call("map", "value", str(data), "--get", "out").out.split()
    assert rows == ["out", *(f"{2.0 * k}" for k in range(5000))]


def test_values_that_are_reached_may_take_the_place_of_those_begun_with(folder: Path) -> None:
    values = folder / "w.json"
    values.write_text('{"x": 1}')
    assert call("descend", "x^2", "--vars", str(values), "--save", str(values)).code == 0
    assert json.loads(values.read_text())["x"] != 1
