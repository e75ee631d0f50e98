"""The packages that pictures need, by the ending of a file, asked for before it is made."""

from __future__ import annotations

from importlib.util import find_spec
from typing import NamedTuple

from gradcli.errors import UsageError


class Extra(NamedTuple):
    """A package that writes files of some kind.

    Attributes:
        file: what it writes, in words.
        package: its name for an installer.
        module: its name in Python.
        extra: the extra of gradcli that it belongs to.
    """

    file: str
    package: str
    module: str
    extra: str


EXTRAS = {
    ".png": Extra("a PNG", "resvg-py", "resvg_py", "picture"),
    ".pdf": Extra("a PDF", "typst", "typst", "pdf"),
}


def check(ending: str) -> None:
    """Refuse a file that nothing here can write.

    Raises:
        UsageError: the package that writes such files is not installed.
    """
    needed = EXTRAS.get(ending)
    if needed is not None and find_spec(needed.module) is None:
        raise UsageError(
            "extra",
            f"{needed.file} needs the package {needed.package}",
            hint=f"pip install 'gradcli[{needed.extra}]', or write an .svg",
        )
