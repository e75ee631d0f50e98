"""Folders of files, here or in whatever storage fsspec reaches: listed, fetched and put."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from gradcli.cli.context import reason, show_name
from gradcli.cli.destination import unwritten
from gradcli.errors import UsageError

REMOTE = "://"
"""What stands in the name of a place that is not a file of this system."""


class Storage:
    """Where some files are.

    Args:
        url: one of them, or their folder.

    Raises:
        UsageError: it is reached by a package that is missing.
    """

    def __init__(self, url: str) -> None:
        self._fs: Any = None
        if REMOTE in url:
            try:
                self._fs = import_module("fsspec").core.url_to_fs(url)[0]
            except (ImportError, ValueError) as error:
                raise UsageError(
                    "extra",
                    f"cannot reach {show_name(url)}: {reason(error)}",
                    hint="pip install 'gradcli[cluster]', and the package for that storage",
                ) from None

    @property
    def can_rename(self) -> bool:
        """Whether a folder gets another name at once."""
        return self._fs is None

    def files(self, url: str, endings: Sequence[str]) -> list[str]:
        """The files that a name with * stands for, or those in a folder, in order.

        Args:
            url: the name.
            endings: what names in a folder have to end in.
        """
        if self._fs is None:
            if os.path.isdir(url):
                found = [os.path.join(url, name) for name in os.listdir(url)]
                return sorted(each for each in found if each.lower().endswith(tuple(endings)))
            return sorted(glob.glob(url)) if glob.has_magic(url) else [url]
        path = self._fs._strip_protocol(url)  # noqa: SLF001  (fsspec has no other way)
        if self._fs.isdir(path):
            listed = self._fs.ls(path, detail=False)
            found = [each for each in listed if each.lower().endswith(tuple(endings))]
        else:
            found = self._fs.glob(path) if glob.has_magic(path) else [path]
        return sorted(map(self._fs.unstrip_protocol, found))

    def fetch(self, url: str, folder: str) -> str:
        """The name of a file of this system with the same in it."""
        if self._fs is None:
            return url
        path = os.path.join(folder, os.path.basename(url))
        self._fs.get(url, path)
        return path

    def make(self, url: str, name: str) -> None:
        """Make a folder that is to have a name when it is finished.

        Raises:
            GradcliError: it is there already, or cannot be made.
        """
        try:
            if self._fs is None:
                os.mkdir(url)
            else:
                self._fs.makedirs(url, exist_ok=True)
        except OSError as error:
            raise unwritten(name, error) from None

    def put(self, path: str, url: str) -> None:
        """Put a file of this system into a folder, whole or not at all.

        Raises:
            GradcliError: it cannot be written.
        """
        try:
            if self._fs is None:
                place, name = os.path.split(url)
                own = os.path.join(place, f".{os.getpid()}-{name}")
                shutil.copyfile(path, own)
                os.replace(own, url)
            else:
                self._fs.put(path, url)
        except OSError as error:
            raise unwritten(url, error) from None

    def keep_only(self, folder: str, names: Sequence[str]) -> None:
        """Take away what others have left in a folder."""
        if self._fs is None:
            for name in {*os.listdir(folder)} - {*names}:
                os.unlink(os.path.join(folder, name))

    def finish(self, folder: str, name: str) -> None:
        """Give a folder its name; where that cannot be, a file in it says that it is whole.

        Raises:
            GradcliError: something of that name was made meanwhile, or it cannot be written.
        """
        try:
            if self._fs is None:
                os.rename(folder, name)
            else:
                self._fs.pipe(f"{folder}/_SUCCESS", b"")
        except OSError as error:
            raise unwritten(name, error) from None

    def is_empty(self, url: str) -> bool:
        """Whether nothing is there."""
        if self._fs is None:
            return not os.path.lexists(url)
        return not self._fs.exists(url) or not self._fs.ls(url)

    def remove(self, folder: str) -> None:
        """Take a folder away."""
        if self._fs is None:
            shutil.rmtree(folder, ignore_errors=True)
        elif self._fs.exists(folder):
            self._fs.rm(folder, recursive=True)
