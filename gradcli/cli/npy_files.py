"""Arrays in NumPy's files, ``.npy`` and ``.npz``: of numbers, and as large as they say."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from gradcli.cli.context import reason, show_name, unreadable
from gradcli.cli.value_place import SIGN, Place, check_regular, part_of
from gradcli.errors import UsageError

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo


def read_npy(place: Place, name: str) -> Any:
    """The array in a file.

    Args:
        place: where it is.
        name: that of the variable, for messages.

    Raises:
        UsageError: there is none.
        InputError: it is none of numbers, or too large.
    """
    if place.member is not None:
        hint = f"write {SIGN}{place.file}"
        raise UsageError("file", f"{show_name(place.file)} holds one array only", hint=hint)
    try:
        with open(place.file, "rb") as file:
            return _array(file, os.fstat(file.fileno()).st_size, place, name)
    except OSError as error:
        raise unreadable(place.file, error) from None


def read_npz(place: Place, name: str) -> Any:
    """One array of an archive: that of the variable's name, unless another one is asked for.

    Raises as `read_npy`.
    """
    with _archive(place) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        wanted = part_of(place, name, members, "arrays")
        return _member(archive, members[wanted], place._replace(member=wanted), name)


def read_archive(place: Place) -> Iterator[tuple[str, Any]]:
    """The names in an archive and their arrays; raises as `read_npy`."""
    with _archive(place) as archive:
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            yield name, _member(archive, info, place._replace(member=name), name)


def _archive(place: Place) -> ZipFile:
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415  (only here)

    check_regular(place.file)
    try:
        return ZipFile(place.file)
    except OSError as error:
        raise unreadable(place.file, error) from None
    except (BadZipFile, ValueError, NotImplementedError) as error:
        message = f"{show_name(place.file)} is no .npz file: {reason(error)}"
        raise UsageError("file", message, hint="np.savez writes one") from None


def _member(archive: ZipFile, info: ZipInfo, place: Place, name: str) -> Any:
    """One array of an archive."""
    from zipfile import BadZipFile  # noqa: PLC0415  (only here)
    from zlib import error as ZlibError  # noqa: N812, PLC0415  (likewise)

    if not info.filename.endswith(".npy"):
        raise UsageError("file", f"{place.shown} is no array of NumPy's")
    try:
        with archive.open(info) as file:
            return _array(file, info.file_size, place, name)
    except (BadZipFile, ZlibError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise UsageError("file", f"cannot read {place.shown}: {reason(error)}") from None


def _array(file: IO[bytes], size: int, place: Place, name: str) -> Any:
    """The array in an .npy file of so many bytes; its header is believed only where they fit."""
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    from gradcli.evaluation import foreign  # noqa: PLC0415  (`--help` needs no engine)
    from gradcli.graph.shapes import MOST_AXES, MOST_ENTRIES  # noqa: PLC0415  (likewise)

    shape, is_by_columns, dtype = _header(file, place)
    if dtype.hasobject or dtype.kind not in "biuf":
        raise foreign.refused(name, dtype)
    count = math.prod(shape)
    most = MOST_ENTRIES
    if max(shape, default=0) > most or count > most or len(shape) > MOST_AXES:
        raise foreign.too_large(name, shape)
    wanted, rest = count * dtype.itemsize, size - file.tell()
    data = file.read(wanted) if wanted == rest else b""
    if wanted != len(data):
        form = "×".join(map(str, shape)) or "a number"
        message = f"{place.shown} says that it holds {form}: {wanted} bytes, and it has {rest}"
        raise UsageError("file", message, hint="write the file again; it is cut off or damaged")
    found = np.frombuffer(data, dtype).reshape(shape, order="F" if is_by_columns else "C")
    return foreign.floats_of(found, name)


def _header(file: IO[bytes], place: Place) -> tuple[tuple[int, ...], bool, Any]:
    """The shape in an .npy file, whether its columns come first, and the type of its entries."""
    from numpy.lib import format as npy  # noqa: PLC0415  (only arrays need it)

    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, is_by_columns, dtype = read(file)
        if min(shape, default=0) < 0:
            raise ValueError  # noqa: TRY301  (as NumPy does with what else is no shape)
    except Exception:  # noqa: BLE001  (what is no header may be wrong in any way)
        message = f"{place.shown} is no .npy file: its beginning cannot be read"
        raise UsageError("file", message, hint="np.save writes one") from None
    return shape, is_by_columns, dtype


def npz_of(values: Mapping[str, Any]) -> bytes:
    """An archive of numbers and nested lists by their names, as `np.savez` writes it."""
    import zipfile  # noqa: PLC0415  (seldom needed)

    import numpy as np  # noqa: PLC0415  (only arrays need it)

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, value in values.items():
            array = io.BytesIO()
            np.save(array, np.asarray(value, dtype=float), allow_pickle=False)
            archive.writestr(f"{name}.npy", array.getvalue())
    return stream.getvalue()
