"""A file for a result: written whole or not at all, with nothing left behind beside it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase

from gradcli.cli.context import reason, write_all
from gradcli.cli.signals import signals_wait

UNDONE = ".gradcli-"
"""What the names of files begin with that are being written."""

_SEPARATORS = tuple(sign for sign in (os.sep, os.altsep) if sign)

_IN_PLACE = frozenset(
    [errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV, errno.ENAMETOOLONG]
)
"""Why a new file cannot take the place of an old one that may be written itself.

The folder may not be written, the file is another's, or something is mounted on it.
"""


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


MISSING = "its folder does not exist"


def _problem_with_folder(name: str) -> str | None:
    """Why no file of that name can be made."""
    try:
        folder = os.path.dirname(os.path.realpath(name))
    except OSError:  # the folder that this process is in is gone
        folder = ""
    if not os.path.isdir(folder):
        return MISSING
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
    with signals_wait():
        old = _status(target)
        if old is None or old.st_nlink == 1:
            try:
                with _replacing(target, old) as (_, file):
                    write_all(file, data)
            except OSError as error:
                if old is None or error.errno not in _IN_PLACE:
                    raise
            else:
                return
        _overwrite(target, data)


@contextmanager
def whole(name: str) -> Iterator[str]:
    """A file to be written bit by bit, which appears under a name when all is well, or not at all.

    It takes the place of an old one as with `write_whole`. Where that cannot be, it is written
    elsewhere first, and then over the old one.

    Yields:
        the name that it is written under.

    Raises:
        OSError: it cannot be written.
    """
    target = os.path.realpath(name)
    old = _status(target)
    if old is not None and (old.st_nlink > 1 or not _can_replace(target)):
        import tempfile  # noqa: PLC0415  (seldom needed)

        with tempfile.TemporaryDirectory(prefix="gradcli-") as folder:
            elsewhere = os.path.join(folder, os.path.basename(target))
            yield elsewhere
            with signals_wait():
                _copy_over(target, elsewhere)
        return
    with _replacing(target, old) as (temporary, _):
        yield temporary


def _status(target: str) -> os.stat_result | None:
    try:
        return os.stat(target)
    except FileNotFoundError:
        return None


def _can_replace(target: str) -> bool:
    """Whether a new file can take the place of an old one, as far as it can be known before."""
    folder = os.path.dirname(target)
    return os.access(folder, os.W_OK | os.X_OK) and not os.path.ismount(target)


def write_through(name: str | int, data: bytes) -> None:
    """Write to a device, a pipe, or a stream that is open."""
    with open(name, "wb", buffering=0) as target:
        write_all(target, data)


@contextmanager
def _replacing(target: str, old: os.stat_result | None) -> Iterator[tuple[str, RawIOBase]]:
    """A new file that takes the place of the old one when all is well: its name, and it itself."""
    handle, temporary = _new_file(os.path.dirname(target), private=old is not None)
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            yield temporary, file
            with signals_wait():
                if old is not None:
                    _take_over(handle, old)
                os.fsync(handle)
                os.replace(temporary, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _new_file(folder: str, *, private: bool) -> tuple[int, str]:
    """A new file in a folder; with the usual permissions, or as yet for nobody else."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    number = os.getpid()
    while True:
        name = os.path.join(folder, f"{UNDONE}{number}")
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


def _copy_over(target: str, source: str) -> None:
    """Write what a file holds over another one, once there is room for it."""
    import shutil  # noqa: PLC0415  (seldom needed)

    with open(target, "r+b", buffering=0) as file, open(source, "rb") as new:
        size = os.fstat(new.fileno()).st_size
        _reserve(file.fileno(), size)
        shutil.copyfileobj(new, file)
        file.truncate(size)
        os.fsync(file.fileno())


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
