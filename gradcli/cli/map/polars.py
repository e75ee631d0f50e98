"""Polars itself: whether it is there, the types of columns, and files that it reads in batches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from gradcli.cli.map.cells import of_json
from gradcli.cli.map.layout import Layout
from gradcli.errors import UsageError
from gradcli.programs.block import no_numbers


def is_there() -> bool:
    """Whether Polars is installed."""
    return find_spec("polars") is not None


def loaded() -> Any:
    """Polars.

    Raises:
        UsageError: it is of another version than the extra asks for.
    """
    found = import_module("polars")
    if found.__version__.partition(".")[0] != VERSION:
        raise UsageError(
            "extra",
            f"data needs the package polars {VERSION}, and {found.__version__} is installed",
            hint="pip install 'gradcli[data]'",
        )
    return found


VERSION = "2"
"""Its functions change with the first part of its version."""


def kinds_of(data: bytes, layout: Layout) -> dict[str, Any]:
    """The types of the columns that are kept, as a first block of text shows them.

    Texts are kept as they are where text is written; other formats have numbers.
    """
    pl = loaded()
    numbers = {pl.Int64, pl.Float64}
    wanted = [name for name in layout.kept if name not in layout.texts]
    if not wanted or not data.strip():
        return {}
    if layout.source.name == "jsonl":
        schema = _schema(data)
        return {name: schema.get(name, pl.String) for name in wanted}
    if layout.target.is_text:
        return {}
    places = sorted(layout.columns.index(name) for name in wanted)
    frame = pl.read_csv(
        data,
        has_header=False,
        columns=places,
        separator=layout.separator,
        infer_schema_length=10_000,
        ignore_errors=True,
        extra_columns="ignore",
    )
    found = {layout.columns[place]: kind for place, kind in zip(places, frame.dtypes, strict=True)}
    return {name: kind for name, kind in found.items() if kind in numbers}


def _schema(data: bytes) -> Any:
    """The types of what lines of JSON hold, of which some may be none."""
    pl = loaded()
    try:
        return pl.read_ndjson(data, infer_schema_length=None, ignore_errors=True).schema
    except pl.exceptions.PolarsError:
        found = []
        for line in data.split(b"\n"):
            with suppress(ValueError):
                found.append(of_json(line.decode("utf-8")))
        objects = [each for each in found if isinstance(each, dict)]
        try:
            return pl.DataFrame(objects, infer_schema_length=None, strict=False).schema
        except (TypeError, pl.exceptions.PolarsError):
            return {}


def batches(source: Any, layout: Layout, rows: int) -> Iterator[Any]:
    """The frames of a plan that reads a file, in blocks of so many rows.

    Raises:
        InputError: a column that is needed holds no numbers.
    """
    schema = source.collect_schema()
    for column in layout.needed.values():
        kind = schema[column]
        if not (kind.is_numeric() or str(kind) == "Boolean"):
            raise no_numbers(column, kind)
    wanted = [*dict.fromkeys([*layout.needed.values(), *layout.kept])] or [next(iter(schema))]
    yield from source.select(wanted).collect_batches(chunk_size=rows, maintain_order=True)
