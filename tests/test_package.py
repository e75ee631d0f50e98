"""What is built and installed: the grammars inside, and the parser's tables beside them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import gradcli
from gradcli.syntax import grammars, tables

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(build("wheel", tmp_path_factory.mktemp("wheel")))


def build(kind: str, folder: Path) -> Path:
    """Build a wheel or an sdist with the tools that are installed here."""
    pytest.importorskip("hatchling")
    call = f"from hatchling.build import build_{kind}; print(build_{kind}({str(folder)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", call], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return folder / done.stdout.splitlines()[-1]


def test_the_wheel_holds_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"gradcli"}
    folders = {"gradcli": "gradcli", "grammars": "gradcli/grammars"}
    files = {
        f"{target}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, target in folders.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert {"gradcli/py.typed", "gradcli/views/schemas/eval-1.json"} <= files
    assert files <= names
    for grammar in ("expression.lark", "derivatives.rules", "arrays.rules"):
        assert wheel.read(f"gradcli/grammars/{grammar}").decode() == grammars.read(grammar)


def test_the_wheel_holds_fresh_tables_of_the_parser(wheel: zipfile.ZipFile) -> None:
    name = tables.shipped_name("expression.lark")
    document = json.loads(wheel.read(f"gradcli/grammars/{name}"))
    assert document["format"] == tables.FORMAT
    assert document["grammar"] == grammars.read("expression.lark")


def test_an_installed_package_needs_no_lark_to_parse(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    wheel.extractall(tmp_path)
    code = (
        "import sys; sys.modules['lark'] = None\n"
        "import gradcli; print(gradcli.evaluate('3*(a+b*c)', a=1, b=2, c=3).value)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "21.0\n"
    assert not (tmp_path / "cache").exists()


def test_metadata(wheel: zipfile.ZipFile) -> None:
    (name,) = [name for name in wheel.namelist() if name.endswith("METADATA")]
    metadata = Parser().parsestr(wheel.read(name).decode())
    assert metadata["Version"] == gradcli.__version__
    assert metadata["License-Expression"] == "MIT"
    needed = [need for need in metadata.get_all("Requires-Dist") if "extra ==" not in need]
    assert [need.split(">")[0].split("<")[0] for need in needed] == [
        "lark",
        "numpy",
        "rich",
        "typer",
    ]


def test_the_sdist_builds_what_the_checkout_builds(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for needed in ("pyproject.toml", "hatch_build.py", "grammars/expression.lark", "LICENSE"):
        assert needed in names
    assert {name for name in wheel.namelist() if name.endswith(".py")} <= names


TOP = {
    *(".ci", ".gitignore", "benchmarks", "docs", "examples", "gradcli", "grammars", "tests"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "hatch_build.py"),
    "pyproject.toml",
}


def test_nothing_lies_about_at_the_top() -> None:
    """What somebody tried out, a page or a picture, is no part of the project."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git")
    kept = subprocess.run([git, "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert {name.partition("/")[0] for name in kept.stdout.splitlines()} == TOP


def test_every_extra_that_is_named_exists_and_the_readme_has_those_of_users() -> None:
    extras = {*PROJECT["optional-dependencies"]}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    files = [*(ROOT / "gradcli").rglob("*.py"), *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = {*re.findall(r"gradcli\[([a-z]+)\]", text)}
    assert named
    assert named <= extras
    section = readme[readme.index("| extra | for |") :].partition("\n\n")[0]
    assert {*re.findall(r"`([a-z]+)`", section)} >= extras - {"dev", "bench"}


def test_the_changelog_is_kept() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog


def test_the_console_script_exists() -> None:
    from importlib import import_module

    module, _, function = PROJECT["scripts"]["gradcli"].partition(":")
    assert callable(getattr(import_module(module), function))
