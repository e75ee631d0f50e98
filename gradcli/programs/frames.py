"""A program over a frame: value and derivatives of each row as a frame of the same kind.

Frames are reached by narwhals, which knows pandas, polars, PyArrow and others; a mapping of columns
and a structured array of NumPy need nothing but NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import reduce
from importlib import import_module
from operator import or_
from typing import Any, NamedTuple

import numpy as np

from gradcli.errors import InputError, UsageError
from gradcli.programs.block import Block, no_numbers


class Question(NamedTuple):
    """What is asked of a program for each row of a frame.

    Attributes:
        block: what is computed.
        keep: the columns of the frame that stay: True for all of them.
        threads: how many blocks of rows are worked on at once.
        executor: who works on them; None for threads of this process.
    """

    block: Block
    keep: bool | Sequence[str] = False
    threads: int = 1
    executor: Executor | None = None

    def numbers(self, given: Mapping[str, Any], rows: int) -> dict[str, Any]:
        """The columns that are computed, of those of some inputs."""
        if self.executor is not None and given:
            return self.block.by(self.executor, given)
        return self.block(given, rows=rows, threads=self.threads)

    def sources(self, columns: Sequence[Any]) -> dict[str, str]:
        """The column of each input that is no constant; raises as `Block.sources`."""
        return self.block.sources(columns)

    def kept(self, columns: Sequence[str]) -> list[str]:
        """The columns of the frame that stay; raises as `Block.kept`."""
        return self.block.kept(self.keep, columns)


def _no_pool(executor: Any) -> UsageError:
    what = f"a value of type {type(executor).__name__}"
    hint = "for instance concurrent.futures.ThreadPoolExecutor(); or threads=2"
    return UsageError("type", f"executor is what takes tasks, not {what}", hint=hint)


def mapped(frame: Any, question: Question) -> Any:
    """A frame of the same kind, with the columns that are asked for.

    Raises:
        InputError: a column is missing, or holds no numbers.
        UsageError: it is no frame, narwhals is needed and not installed, or nothing takes tasks.
    """
    if question.executor is not None and not hasattr(question.executor, "submit"):
        raise _no_pool(question.executor)
    if isinstance(frame, Mapping):
        return _of_mapping(frame, question)
    if isinstance(frame, np.ndarray) and frame.dtype.names:
        return _of_structured(frame, question)
    return _of_frame(frame, question)


def _of_mapping(frame: Mapping[str, Any], question: Question) -> dict[str, Any]:
    """Columns by name: lists, or arrays."""
    names = [*frame]
    sources, kept = question.sources(names), question.kept(names)
    given = {name: frame[column] for name, column in sources.items()}
    for name, column in sources.items():
        if not np.ndim(np.asarray(frame[column], dtype=object)):
            raise InputError(
                "shape",
                f"'{column}' is no column: it has no number for each row",
                hint=f"for one number in all rows: map(frame, {name}=1.5)",
            )
    rows = max((len(each) for each in frame.values() if np.ndim(each)), default=0)
    return {name: frame[name] for name in kept} | question.numbers(given, rows)


def _of_structured(frame: Any, question: Question) -> Any:
    """A structured array of NumPy, of any shape."""
    names = frame.dtype.names
    sources, kept = question.sources(names), question.kept(names)
    flat = frame.reshape(-1)
    found = question.numbers({name: flat[column] for name, column in sources.items()}, len(flat))
    fields = [(name, frame.dtype[name]) for name in kept] + [(name, float) for name in found]
    made = np.empty(frame.shape, dtype=np.dtype(fields))
    for name in kept:
        made[name] = frame[name]
    for name, column in found.items():
        made[name] = column.reshape(frame.shape)
    return made.view(np.recarray) if isinstance(frame, np.recarray) else made


def _of_frame(frame: Any, question: Question) -> Any:
    """Whatever narwhals knows."""
    try:
        narwhals = import_module("narwhals.stable.v2")
    except ImportError:
        raise UsageError(
            "extra",
            "data frames are reached by the package narwhals",
            hint="pip install 'gradcli[data]'; a dict of columns works without it",
        ) from None
    try:
        known = narwhals.from_native(frame, pass_through=True)
    except narwhals.exceptions.DuplicateError:
        message = "several columns of the frame have the same name"
        raise InputError("given-twice", message, hint="rename all but one of them") from None
    if isinstance(known, narwhals.LazyFrame):
        return _of_lazy(known, question, narwhals)
    if isinstance(known, narwhals.DataFrame):
        return _of_eager(known, question, narwhals)
    raise UsageError(
        "type",
        f"this is no frame: a value of the type {type(frame).__name__}",
        hint="a frame of pandas, polars or pyarrow, a dict of columns, or a structured array",
    )


def _of_lazy(frame: Any, question: Question, narwhals: Any) -> Any:
    """A lazy frame of polars, in whose plan this is a step: nothing is read now.

    What is wrong with the names and kinds of columns is said now all the same.
    """
    native = frame.to_native()
    if str(frame.implementation) != "polars":
        raise UsageError(
            "type",
            f"lazy frames are those of polars, not of {frame.implementation}",
            hint="map(frame.collect()), or the frame that its own library computes of it",
        )
    schema = frame.collect_schema()
    _check_kinds(question.sources([*schema]), schema)
    kept = question.kept([*schema])
    polars = import_module("polars")
    of_native = native.collect_schema()
    found = {name: of_native[name] for name in kept}
    found |= dict.fromkeys(question.block.names, polars.Float64)
    return native.map_batches(
        lambda batch: _of_eager(narwhals.from_native(batch), question, narwhals),
        schema=found,
        # A row needs no other one, and no column is known to be unused inside.
        streamable=True,
        projection_pushdown=False,
        predicate_pushdown=False,
        slice_pushdown=True,
    )


def _of_eager(frame: Any, question: Question, narwhals: Any) -> Any:
    """A frame in memory; a row in which an input is missing has nothing computed either."""
    sources = question.sources(frame.columns)
    _check_kinds(sources, frame.schema)
    kept = question.kept(frame.columns)
    given = {name: _floats(frame, column, narwhals) for name, column in sources.items()}
    found = question.numbers(given, len(frame))
    series = [
        narwhals.new_series(name, column, narwhals.Float64, backend=frame.implementation)
        for name, column in found.items()
    ]
    index = narwhals.maybe_get_index(frame)
    if index is not None:  # of pandas, which lays columns side by side by it
        series = [narwhals.maybe_set_index(each, index=index) for each in series]
    begun = frame.select(*map(narwhals.col, kept)) if kept else series[0].to_frame()
    computed = begun.with_columns(*series)
    holes = [column for column in sources.values() if frame[column].is_null().any()]
    if holes:
        is_whole = ~reduce(or_, (frame[column].is_null() for column in holes))
        computed = computed.with_columns(
            *(narwhals.when(is_whole).then(narwhals.col(name)).alias(name) for name in found)
        )
    native = computed.to_native()
    # Laid side by side by an index of several levels, rows have one of tuples.
    return native if index is None else native.set_axis(index, axis=0)


def _floats(frame: Any, column: str, narwhals: Any) -> Any:
    """The numbers of a column as NumPy has them, NaN for what is missing."""
    series = frame[column].cast(narwhals.Float64)
    return np.asarray(series.to_numpy(), dtype=float)


def _check_kinds(sources: Mapping[str, str], schema: Mapping[str, Any]) -> None:
    """Refuse columns that hold no numbers.

    Raises:
        InputError: one does.
    """
    for column in sources.values():
        kind = schema[column]
        if not (kind.is_numeric() or str(kind) in {"Boolean", "Unknown"}):
            raise no_numbers(column, kind)
