"""Values in files of arrays: ``--W @weights.npy``, of NumPy's formats, tables of CSV, or JSON."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from gradcli.cli.context import Environment, show_name
from gradcli.cli.value_place import SIGN, Place, ending_of, place_of
from gradcli.errors import UsageError


def read_value(environment: Environment, name: str, text: str, folder: str = "") -> Any:
    """The value of a variable that a file holds: an array, nested lists, or a number.

    Args:
        environment: where the file is read.
        name: that of the variable, which may also be that of a part of the file.
        text: ``@FILE`` or ``@FILE:PART``.
        folder: what a name is beside that begins with no folder.

    Raises:
        UsageError: the file cannot be read, or has no such part.
        InputError: what it holds is no array of numbers.
    """
    place = place_of(os.path.join(folder, text.strip().removeprefix(SIGN)))
    environment.has_read.append(place.file)
    if place.ending == ".npy":
        from gradcli.cli.npy_files import read_npy  # noqa: PLC0415  (each where it is needed)

        return read_npy(place, name)
    if place.ending == ".npz":
        from gradcli.cli.npy_files import read_npz  # noqa: PLC0415  (likewise)

        return read_npz(place, name)
    if place.ending == ".csv":
        from gradcli.cli.csv_files import read_csv  # noqa: PLC0415  (likewise)

        return read_csv(environment, place, name)
    from gradcli.cli.json_files import read_part  # noqa: PLC0415  (likewise)

    return read_part(environment, place, name)


def read_all(environment: Environment, file: str) -> Iterator[tuple[str, Any]] | None:
    """The names in an archive, or of the columns of a table, and their values.

    None if the name of the file does not say that it is one.

    Raises:
        UsageError: it cannot be read, or has no names in it.
        InputError: what it holds are no arrays of numbers.
    """
    place = Place(file, ending_of(file), None)
    environment.has_read.append(file)
    if place.ending == ".npz":
        from gradcli.cli.npy_files import read_archive  # noqa: PLC0415  (likewise)

        return read_archive(place)
    if place.ending == ".csv":
        from gradcli.cli.csv_files import read_columns  # noqa: PLC0415  (likewise)

        return read_columns(environment, place)
    if place.ending == ".npy":
        hint = f"give it to one variable: --NAME {SIGN}{file}"
        raise UsageError("vars", f"{show_name(file)} has no name for its array", hint=hint)
    return None
