"""The user's cache: files that are made again whenever they are missing or damaged.

Only a folder of the user's own that nobody else can write to is trusted, and a file is put there
whole or not at all.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def folder() -> Path | None:
    """A folder of the user's own that nobody else can write to, or None."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".cache")
    found = Path(base, "gradcli")
    try:
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = found.stat()
    except OSError:
        return None
    return found if _is_ours(status) else None


def read_own(path: Path) -> bytes | None:
    """What is in a file that is the user's own and that nobody else can write to; else None.

    The file that is looked at is the one that is read: a link is not followed.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_LINK)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not (stat.S_ISREG(status.st_mode) and _is_ours(status)):
            return None
        return _all(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)


_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Not to follow a link, and not to wait for a pipe."""


def _all(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, 2**20):
        parts.append(part)
    return b"".join(parts)


def _is_ours(status: os.stat_result) -> bool:
    """Whether something is the user's own, and nobody else can write to it."""
    if os.name != "posix":
        return True
    return not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and status.st_uid == os.getuid()


def write(path: Path, content: bytes) -> None:
    """Put a file there whole; whatever hinders it only means that it is made again next time."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.chmod(0o600)
        temporary.replace(path)
    except OSError:
        _delete(temporary)


def tidy(folder: Path, pattern: str, most: int) -> None:
    """Delete the oldest of the files of a pattern, if there are more than so many."""
    found = []
    try:
        for path in folder.glob(pattern):
            with suppress(OSError):  # deleted by another process
                found.append((path.stat().st_mtime_ns, path))
    except OSError:
        return
    for _, path in sorted(found)[:-most]:
        _delete(path)


def _delete(path: Path) -> None:
    """Delete a file if that can be: where nothing can be written, not even a missing one can."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
