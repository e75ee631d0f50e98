"""A long run in parts, which are kept beside its target until all are there: ``out.csv.parts``.

Each part is a file that is whole, and beside it stands what is to be known to go on after it. A run
of the same program on the same data goes on after the last one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from gradcli.cli.context import show_name
from gradcli.cli.destination import unwritten
from gradcli.cli.files import UNDONE, write_whole
from gradcli.cli.map.formats import Format
from gradcli.cli.map.piece import Piece
from gradcli.errors import UsageError

BLOCKS = 32
"""So many blocks are a part."""

_ROWS = 2**17


class Parts:
    """The parts of a run.

    Args:
        target: the file that they become.
        form: its format.
        about: what a run has in common with another one that goes on with it.

    Attributes:
        done: what is to be known of each part that is there.
        was_other: whether there were parts of another run, which are gone.

    Raises:
        UsageError: there is something else where they would be.
    """

    def __init__(self, target: str, form: Format, about: Mapping[str, Any]) -> None:
        self._folder, self._form = f"{target}.parts", form
        self._about = json.loads(json.dumps(about))
        self.done: list[dict[str, Any]] = []
        self.was_other = False
        known = self._read("run.json")
        if known == self._about:
            while (state := self._read(f"{len(self.done) + 1:06}.json")) is not None:
                self.done.append(state)
        elif known is not None:
            self.was_other = True
            self.clear()
        elif os.path.lexists(self._folder) and not self._is_unbegun():
            message = f"{show_name(self._folder)} is there already, and holds no parts of ours"
            raise UsageError("output", message, hint="give it another name, or -o another file")

    def _is_unbegun(self) -> bool:
        """Whether the folder is one of a run that ended before it had said what it is."""
        with suppress(OSError):
            return all(name.startswith(UNDONE) for name in os.listdir(self._folder))
        return False

    def begin(self) -> None:
        """Make their folder.

        Raises:
            UsageError: it cannot be made.
        """
        try:
            os.makedirs(self._folder, exist_ok=True)
        except OSError as error:
            message = unwritten(self._folder, error).message
            hint = "without --resume nothing is kept there"
            raise UsageError("output", message, hint=hint) from None
        self._write("run.json", self._about)

    def path(self, number: int, ending: str | None = None) -> str:
        """The file of a part, from 1 on, or another one beside it."""
        return os.path.join(self._folder, f"{number:06}{ending or self._form.endings[0]}")

    def add(self, state: dict[str, Any]) -> None:
        """Say that one more part is whole."""
        self._write(f"{len(self.done) + 1:06}.json", state)
        self.done.append(state)

    def pieces(self) -> Iterator[Piece]:
        """All parts, one after another."""
        for number in range(1, len(self.done) + 1):
            if self._form.is_text:
                with open(self.path(number), "rb") as file:
                    while data := file.read(2**22):
                        yield Piece(0, 0, (), {}, text=data)
            else:
                polars = import_module("polars")
                scan = polars.scan_parquet if self._form.name == "parquet" else polars.scan_ipc
                for frame in scan(self.path(number)).collect_batches(chunk_size=_ROWS):
                    yield Piece(0, 0, (), {}, frame=frame)

    def clear(self) -> None:
        """Take them all away."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self._folder)
        self.done = []

    def _read(self, name: str) -> Any:
        try:
            with open(os.path.join(self._folder, name), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return None

    def _write(self, name: str, value: Any) -> None:
        write_whole(os.path.join(self._folder, name), json.dumps(value).encode("utf-8"))
