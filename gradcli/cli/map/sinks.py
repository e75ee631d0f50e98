"""Pieces of data written one after another: as text, or by Polars as Parquet and Arrow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, BinaryIO

from gradcli.cli.context import write_all
from gradcli.cli.map.piece import Piece


def write_text(pieces: Iterable[Piece], head: bytes, file: BinaryIO) -> None:
    """Write rows as text, and what comes before them, as soon as there are some.

    Raises:
        OSError: they cannot be written.
    """
    for piece in pieces:
        write_all(file, head + (piece.text or b""))
        head = b""
    write_all(file, head)


def write_binary(pieces: Iterator[Piece], schema: Mapping[str, Any], form: str, path: str) -> None:
    """Write rows as Parquet or as Arrow's files, as they come.

    Polars asks for them from a thread of its own; this one is left to signals, and whatever ends it
    ends that one.

    Raises:
        OSError: they cannot be written.
        Exception: what the pieces raise.
    """
    plugins = import_module("polars.io.plugins")
    stop = threading.Event()
    failed: list[BaseException] = []

    def frames(*_: Any) -> Iterator[Any]:
        try:
            for piece in pieces:
                if stop.is_set():
                    return
                yield piece.frame
        except BaseException as error:
            failed.append(error)
            raise

    def sink() -> None:
        plan = plugins.register_io_source(frames, schema=dict(schema))
        try:
            write: Callable[..., None] = plan.sink_parquet if form == "parquet" else plan.sink_ipc
            write(path)
        except BaseException as error:  # noqa: BLE001  (it is raised by the thread that waits)
            failed.append(error)

    thread = threading.Thread(target=sink, name="gradcli-sink")
    thread.start()
    try:
        thread.join()
    finally:
        stop.set()
        thread.join()  # it writes to the file as long as it lives
    if failed:
        raise as_system(failed[0])


def as_system(error: BaseException) -> BaseException:
    """What Polars says of the system as an error of the system."""
    text = str(error)
    _, found, number = text.rpartition("(os error ")
    if found and getattr(error, "errno", None) is None:
        code = number.partition(")")[0]
        if code.isdecimal():
            import os  # noqa: PLC0415  (only where something is wrong)

            return OSError(int(code), os.strerror(int(code)))
    return error
