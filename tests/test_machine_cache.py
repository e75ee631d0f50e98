"""Object code in the user's cache: used again, and never trusted more than it deserves."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from test_engines import of_text

from gradcli.engine import native
from gradcli.engine.printers import llvm_rows
from gradcli.engine.ranges import looks
from gradcli.syntax import cache

pytestmark = pytest.mark.skipif(not native.is_there(), reason="llvmlite is not installed")


def text_of(formula: str) -> str:
    code = of_text(formula).runner().code
    found = looks(code.inputs, code.constants, code.steps, code.outputs)
    given = code, len(code.outputs), found, [False] * code.inputs
    return llvm_rows.modules(*given, native.lanes()).texts[0]


TEXT = text_of("exp(x)*y") if native.is_there() else ""


class Home:
    """A cache of its own, and how often code was made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "gradcli"
        self.made = 0

    def object(self, text: str = TEXT) -> bytes:
        return native.object_code(text)

    def file(self) -> Path:
        (found,) = self.folder.glob("*.object")
        return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Iterator[Home]:
    found = Home(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = native.optimized

    def counted(text: str) -> bytes:
        found.made += 1
        return made(text)

    monkeypatch.setattr(native, "optimized", counted)
    return found


def test_code_is_made_once(home: Home) -> None:
    assert home.object() == home.object()
    assert home.made == 1
    assert home.file().stat().st_mode & 0o777 == 0o600
    assert [each.suffix for each in home.folder.iterdir()] == [".object"]  # nothing is left beside


def test_another_program_another_processor_or_llvm_is_another_file(home: Home, monkeypatch) -> None:
    home.object()
    home.object(text_of("exp(x)*y + 1"))
    assert home.made == 2
    monkeypatch.setattr(native.binding(), "get_host_cpu_name", lambda: "x86-64")
    home.object()
    assert home.made == 3
    monkeypatch.setattr(native.binding(), "llvm_version_info", (1, 2, 3))
    home.object()
    assert home.made == 4
    assert len([*home.folder.glob("*.object")]) == 4


def flipped(content: bytes) -> bytes:
    return content[:-40] + bytes([content[-40] ^ 1]) + content[-39:]


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda c: c[:31], lambda c: c[:-1], lambda c: c + b"x", flipped,
     lambda c: bytes(32) + c[32:]],
)  # fmt: skip
def test_what_is_damaged_is_made_again(home: Home, damage) -> None:
    good = home.object()
    file = home.file()
    file.write_bytes(damage(file.read_bytes()))
    assert home.object() == good
    assert home.made == 2
    assert home.object() == good
    assert home.made == 2


def test_code_of_another_program_is_not_taken_for_this_one(home: Home) -> None:
    other = home.object(text_of("exp(x)*y + 1"))
    content = home.file().read_bytes()
    home.file().unlink()
    good = home.object()
    home.file().write_bytes(content)
    assert home.object() == good != other


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
@pytest.mark.parametrize("rights", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_not_read(home: Home, rights: int) -> None:
    home.object()
    home.file().chmod(rights)
    home.object()
    assert home.made == 2
    assert home.file().stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
@pytest.mark.parametrize("rights", [0o770, 0o707, 0o777])
def test_a_folder_that_others_can_write_is_not_used(home: Home, rights: int) -> None:
    home.object()
    home.folder.chmod(rights)
    home.object()
    home.object()
    assert home.made == 3


@pytest.mark.skipif(os.name != "posix", reason="links are those of POSIX")
def test_links_pipes_and_folders_in_its_place_are_not_read(home: Home, tmp_path: Path) -> None:
    home.object()
    file = home.file()
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    home.object()
    assert home.made == 2
    file.unlink()
    os.mkfifo(file)
    home.object()
    assert home.made == 3
    file.unlink()
    file.mkdir()
    home.object()
    assert home.made == 4


def test_without_a_cache_code_is_made_each_time(home: Home, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    home.object()
    home.object()
    assert home.made == 2


def test_a_cache_in_which_nothing_can_be_written_is_done_without(home: Home, monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for name in ("write_bytes", "unlink", "chmod", "replace"):
        monkeypatch.setattr(Path, name, refused)
    home.object()
    home.object()
    assert home.made == 2
    cache.tidy(home.folder, "*", 0)


def test_the_oldest_are_deleted(home: Home, monkeypatch) -> None:
    monkeypatch.setattr(native, "MOST_KEPT", 2)
    for place in range(4):
        home.object(text_of(f"exp(x)*y + {place}"))
        for each in home.folder.glob("*.object"):
            status = each.stat()
            os.utime(each, ns=(status.st_atime_ns, status.st_mtime_ns - 10**9))
    assert len([*home.folder.glob("*.object")]) == 2
    home.object(text_of("exp(x)*y + 3"))
    assert home.made == 4


def test_code_from_the_cache_computes_the_same(home: Home) -> None:
    runner = of_text("exp(x)*y").runner()
    columns = [np.linspace(-1, 1, 1000), np.linspace(2, 3, 1000)]
    found = []
    for _ in range(2):
        out = [np.empty(1000) for _ in range(3)]
        runner.machine(lambda _: [0.0] * 3, is_asked=True).run(columns, out)
        found.append(np.array(out))
    assert home.made == 2  # the loop, and what calls it
    np.testing.assert_array_equal(*found)
    np.testing.assert_allclose(found[0][0], np.exp(columns[0]) * columns[1], rtol=1e-15)


def test_reading_what_is_not_there() -> None:
    assert cache.read_own(Path("/nowhere/at/all")) is None
