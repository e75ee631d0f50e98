"""Every command of ``cases/command_line/`` answers as it is written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from command_line import call

CASES = sorted((Path(__file__).parent / "cases" / "command_line").glob("*.txt"))

FILES = {
    "empty.grad": b"",
    "steps.grad": b"v = b*c  # the product\r\nu = a + v\r\n3*u\r\n",
    "bom.grad": b"\xef\xbb\xbfx^2\n",
    "binary.grad": b"\x7fELF\x02\x01\xff\xfe",
    "bom-binary.grad": b"\xef\xbb\xbfx\xff",
    "utf16.grad": "x^2\n".encode("utf-16"),
    "values.json": b'{"x": 2, "y": "pi/2"}',
    "arrays.json": b'{"w": [[1, 2], [3, "1/2"]]}',
    "twice.json": b'{"x": 1, "x": 2}',
    "nan.json": b'{"x": NaN}',
    "infinity.json": b'{"x": -Infinity}',
    "torn.json": b'{"x": 1,\n',
    "list.json": b"[1, 2]",
    "null.json": b'{"x": null}',
    "true.json": b'{"x": true}',
    "deep-true.json": b'{"w": [1, [false]]}',
    "object.json": b'{"x": {"y": 1}}',
    "huge.json": b'{"x": 1' + b"0" * 400 + b"}",
    "endless.json": b'{"x": 1' + b"0" * 5000 + b"}",
    "huge-float.json": b'{"x": 1e999}',
    "deep.json": b"[" * 100_000,
    "deep-value.json": b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "uncertain.json": '{"x": "2 ± 0.1", "y": "3(1)"}'.encode(),
    "correlations.json": b'{"x,y": 0.5}',
    "values.toml": b'x = 2\ny = "pi/2"\nz = [1, 2_000.5]\n',
    "torn.toml": b"x = \n",
    "nan.toml": b"x = nan",
    "true.toml": b"x = [1, true]",
    "date.toml": b"x = 1979-05-27",
    "table.toml": b"[x]\ny = 1",
    "huge.toml": b"x = 1" + b"0" * 400,
    "tiny.toml": b"x = 1e-400",
    "twice.toml": b"x = 1\nx = 2",
    "binary.toml": b"x = \xff",
    "latin1.json": '{"x": "é"}'.encode("latin-1"),
}


def cases(file: Path) -> list[tuple[str, str]]:
    """Each command of a file with its answer."""
    parts = re.split(r"^\$ ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [
        (command, answer) for command, _, answer in (part.partition("\n") for part in parts[1:])
    ]


def answer(command: str) -> str:
    """What a command prints, and its exit code, as it is written in the file of cases."""
    text, _, stdin = command.partition(" <<< ")
    words = shlex.split(text)
    assert words.pop(0) == "gradcli"
    called = call(*words, stdin=stdin.encode())
    errors = "".join(f"! {line}\n" for line in called.err.splitlines())
    return called.out + errors + (f"exit {called.code}\n" if called.code else "")


ALL = [case for file in CASES for case in cases(file)]


@pytest.fixture
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)


def write_files(folder: Path) -> None:
    """Put the files that the commands read into a folder."""
    (folder / "folder").mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)


@pytest.mark.usefixtures("_files")
@pytest.mark.parametrize(("command", "expected"), ALL, ids=lambda text: text[:60])
def test_answers_as_written(command: str, expected: str) -> None:
    assert answer(command) == expected.rstrip("\n") + "\n" * bool(expected.strip())


def proposed(answer: str) -> str | None:
    """The command line that an answer proposes, if it is whole."""
    told = " ".join(line[2:] for line in answer.splitlines() if line.startswith("! "))
    found = re.search(r"(?:for instance|itself|formula): (gradcli (?:[^\"]|\"[^\"]*\")*)\Z", told)
    return found[1] if found and "…" not in found[1] else None


PROPOSED = {
    line: command for command, answer in ALL if (line := proposed(answer)) and "error" in answer
}


@pytest.mark.usefixtures("_files")
@pytest.mark.parametrize("line", PROPOSED)
def test_a_command_line_that_is_proposed_works(line: str) -> None:
    """It is understood; a descent may diverge, and a formula of a beginner lacks its values."""
    called = call(*shlex.split(line)[1:])
    allowed = {0, 4} if " descend " in line else {0}
    assert called.code in allowed or "no value for" in called.err, called.err


def main() -> None:
    """Write the answers anew."""
    import contextlib
    import tempfile

    for file in CASES:
        head, *_ = file.read_text(encoding="utf-8").partition("\n$ ")
        commands = [command for command, _ in cases(file)]
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            write_files(Path(folder))
            written = "".join(f"\n$ {command}\n{answer(command)}" for command in commands)
        file.write_text(head.rstrip("\n") + "\n" + written, encoding="utf-8")


if __name__ == "__main__":
    main()
