"""A file for a result: written whole or not at all, with nothing left behind beside it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase

from gradcli.cli.context import reason, write_all

_SEPARATORS = tuple(sign for sign in (os.sep, os.altsep) if sign)

_IN_PLACE = frozenset(
    [errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV, errno.ENAMETOOLONG]
)
"""Why a new file cannot take the place of an old one that may be written itself.

The folder may not be written, the file is another's, or something is mounted on it.
"""

_ENDING_SIGNALS = ("SIGHUP", "SIGINT", "SIGTERM")


def problem_with(name: str) -> str | None:
    """Why nothing can be written to a file of that name, as far as it can be known before."""
    if not name:
        return "it has no name"
    if name.endswith(_SEPARATORS):
        return "that is the name of a folder"
    try:
        mode = os.stat(name).st_mode
    except FileNotFoundError:
        return _problem_with_folder(name)
    except (OSError, ValueError) as error:
        return reason(error)
    if stat.S_ISDIR(mode):
        return "it is a folder"
    if stat.S_ISSOCK(mode):
        return "it is a socket"
    if not stat.S_ISREG(mode):  # to open a pipe would wait for its reader
        return None if os.access(name, os.W_OK) else "permission denied"
    try:
        os.close(os.open(name, os.O_WRONLY))
    except OSError as error:
        return reason(error)
    return None


def _problem_with_folder(name: str) -> str | None:
    """Why no file of that name can be made."""
    try:
        folder = os.path.dirname(os.path.realpath(name))
    except OSError:  # the folder that this process is in is gone
        folder = ""
    if not os.path.isdir(folder):
        return "its folder does not exist"
    if hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY:
        return "read-only file system"
    return None if os.access(folder, os.W_OK | os.X_OK) else "permission denied"


def write_whole(name: str, data: bytes) -> None:
    """Write a file whole or not at all.

    A new file takes the place of an old one, with its owner, group and permissions. Where that
    cannot be, or where the old file has other names (hard links), it is written over in place.

    Raises:
        OSError: it cannot be written; then the old file is as it was.
    """
    target = os.path.realpath(name)
    with _signals_wait():
        try:
            old = os.stat(target)
        except FileNotFoundError:
            old = None
        if old is None or old.st_nlink == 1:
            try:
                _replace(target, data, old)
            except OSError as error:
                if old is None or error.errno not in _IN_PLACE:
                    raise
            else:
                return
        _overwrite(target, data)


def write_through(name: str | int, data: bytes) -> None:
    """Write to a device, a pipe, or a stream that is open."""
    with open(name, "wb", buffering=0) as target:
        write_all(target, data)


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Let signals that would end the process wait until nothing is left behind."""
    import signal  # noqa: PLC0415  (only where a file is written)
    import threading  # noqa: PLC0415  (likewise)

    waiting: list[int] = []
    handlers = {}
    if threading.current_thread() is threading.main_thread():
        for name in _ENDING_SIGNALS:
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) not in {signal.SIG_IGN, None}:
                handlers[number] = signal.signal(number, lambda sent, _: waiting.append(sent))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in waiting:
            signal.raise_signal(number)


def _replace(target: str, data: bytes, old: os.stat_result | None) -> None:
    """Put a new file in the place of the old one."""
    handle, temporary = _new_file(os.path.dirname(target), private=old is not None)
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            write_all(file, data)
            if old is not None:
                _take_over(handle, old)
            os.fsync(handle)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _new_file(folder: str, *, private: bool) -> tuple[int, str]:
    """A new file in a folder; with the usual permissions, or as yet for nobody else."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    number = os.getpid()
    while True:
        name = os.path.join(folder, f".gradcli-{number}")
        try:
            return os.open(name, flags, 0o600 if private else 0o666), name
        except FileExistsError:
            number += 1


def _take_over(handle: int, old: os.stat_result) -> None:
    """Give a new file the owner, the group and the permissions of an old one."""
    if not hasattr(os, "fchown"):
        return
    new = os.fstat(handle)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        os.fchown(handle, old.st_uid, old.st_gid)
    os.fchmod(handle, stat.S_IMODE(old.st_mode))


def _overwrite(target: str, data: bytes) -> None:
    """Write over a file; if that fails, its old content is put back."""
    with open(target, "r+b", buffering=0) as file:
        old = file.readall()
        try:
            if len(data) > len(old):
                _reserve(file.fileno(), len(data))
            _set_content(file, data)
            os.fsync(file.fileno())
        except BaseException:
            _set_content(file, old)
            raise


def _reserve(handle: int, size: int) -> None:
    """Find out whether there is room, while the old content is still there."""
    try:
        os.posix_fallocate(handle, 0, size)
    except AttributeError:
        return  # not on this system
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS}:
            raise


def _set_content(file: RawIOBase, data: bytes) -> None:
    file.seek(0)
    write_all(file, data)
    file.truncate(len(data))
