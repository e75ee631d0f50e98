"""What was typed before, in a file of the user's state folder: an entry a line."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

MOST = 5_000
"""How many entries are kept."""

MOST_BYTES = 2**20
"""Of a longer file only the end is read."""

_MORE = "\n\t"
"""Where an entry of several lines goes on."""


class History:
    """The entries of earlier conversations and of this one.

    Attributes:
        file: where they are kept; None where there is no such place.
        entries: what was typed, the newest last.
    """

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.entries = self._read()

    def add(self, entry: str) -> None:
        """Keep what was typed, here and in the file, before anything becomes of it."""
        entry = entry.strip("\n")
        if not entry.strip() or entry in self.entries[-1:]:
            return
        self.entries.append(entry)
        text = entry.encode("utf-8", "replace").replace(b"\n", _MORE.encode()) + b"\n"
        if self.file is not None and not _append(self.file, text):
            self.file = None

    def _read(self) -> list[str]:
        if self.file is None or not _is_regular(self.file):
            return []
        try:
            with open(self.file, "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - MOST_BYTES, 0))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return []
        entries = [entry for entry in text.replace(_MORE, "\0").split("\n") if entry.strip("\0 ")]
        found = [entry.replace("\0", "\n") for entry in entries[-MOST:]]
        if len(entries) > 2 * MOST or size > MOST_BYTES:
            self._write(found)
        return found

    def _write(self, entries: list[str]) -> None:
        """Write the newest entries in place of all."""
        from gradcli.cli.files import write_whole  # noqa: PLC0415  (once in a long while)

        text = "".join(f"{entry.replace(chr(10), _MORE)}\n" for entry in entries)
        try:
            write_whole(str(self.file), text.encode())
        except OSError:
            return


def place(variables: Mapping[str, str]) -> str | None:
    """Where the history is kept: in the folder for state of the XDG base directories."""
    base = variables.get("XDG_STATE_HOME", "")
    if not os.path.isabs(base):
        home = variables.get("HOME", "")
        base = os.path.join(home, ".local", "state")
        if os.name == "nt":
            base = variables.get("LOCALAPPDATA", "")
        elif not os.path.isabs(home):
            return None
    return os.path.join(base, "gradcli", "history") if base else None


def _is_regular(file: str) -> bool:
    """Whether there is such a file, and not a pipe that would be waited for."""
    try:
        return stat.S_ISREG(os.stat(file).st_mode)
    except (OSError, ValueError):
        return False


def _append(file: str, text: bytes) -> bool:
    """Write to the end of a file that only its user reads; whether it could be done."""
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        if os.path.exists(file) and not _is_regular(file):
            return False
        with open(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "wb") as target:
            target.write(text)
    except (OSError, ValueError):
        return False
    return True
