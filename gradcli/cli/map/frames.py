"""Rows computed block by block as frames of Polars, which is the extra ``data``.

A block of text is read at once. Rows in which Polars finds no number, or which may have too many
cells or too few, are read again by the standard library (`cells`), which says what is wrong.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from gradcli.cli.map.bad import Bad
from gradcli.cli.map.cells import LARGEST, Row, decoded, rows
from gradcli.cli.map.chunks import lines_at
from gradcli.cli.map.layout import Layout
from gradcli.cli.map.piece import Piece, Strange, Work, put
from gradcli.cli.map.plain import header
from gradcli.errors import UsageError
from gradcli.programs.block import no_numbers

DEAR = 5e7
"""From so many dear operations on, some tenths of a second, machine code pays with its loading."""

MANY = 1e6
"""It takes as long where Polars cannot compute at all."""

MOST_LOOKED_AT = 100
"""So many large numbers of a block are looked at for digits that no float has."""

_LINE = "line"
"""The column with the line of each row, where that is not its place."""


class WiderError(Exception):
    """A column that is kept as numbers holds something else.

    Attributes:
        column: its name.
        line: where, from 0 on within the block.
    """

    def __init__(self, column: str, line: int) -> None:
        super().__init__(column)
        self.column = column
        self.line = line


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


class Frames:
    """What reads, computes and writes rows as frames.

    Args:
        work: what is computed.
        layout: what is read and written.
        kinds: of the columns that are kept, as Polars calls them; of the others texts are kept.
        rows: about how many there are, which decides what pays.
    """

    def __init__(
        self, work: Work, layout: Layout, kinds: dict[str, Any], *, rows: float = 0.0
    ) -> None:
        self._work, self._layout = work, layout
        self._polars = loaded()
        # Of quotes that mean nothing, which are looked at below.
        warnings.filterwarnings("ignore", "CSV malformed", UserWarning)
        self.kinds = {name: kinds.get(name, self._polars.String) for name in layout.kept}
        self._inputs = {name: f"n{k}" for k, name in enumerate(layout.needed)}
        self._expressions = work.block.compiled.expressions()
        found = self._expressions
        if found is None or found.dear * rows > DEAR:
            self._block = work.block.fast() if rows > MANY else work.block
            if found is None or self._block.compiled.engine == "fast":
                self._expressions = None

    @property
    def schema(self) -> dict[str, Any]:
        """The columns that are written, and their types."""
        float64 = self._polars.Float64
        return {name: self.kinds.get(name, float64) for name in self._layout.written}

    def head(self) -> bytes:
        """What is written before all rows, where they are text."""
        return header(self._layout)

    def piece(self, data: bytes) -> Piece:
        """A block of lines of text, computed."""
        try:
            frame, doubtful = self._read(data)
        except self._polars.exceptions.PolarsError:
            # What cannot be read at once is read row by row, which says why.
            return self._by_rows(data)
        lines = frame.height
        is_json = self._layout.source.name == "jsonl"
        if is_json or b'"' in data:
            lines = data.count(b"\n") + (not data.endswith(b"\n"))
            # Cells of several lines, or quotes that mean nothing: then a row is no line.
            if lines != frame.height and (doubtful.any() or not is_json):
                return self._by_rows(data)
        rounded = self._rounded(frame, data) if lines == frame.height else {}
        found = self._computed(*self._mended(frame, doubtful, data), lines)
        if found.strange and lines != frame.height:
            return self._by_rows(data)  # which knows the line of each row
        return found._replace(rounded=rounded) if rounded else found

    def piece_of(self, frame: Any) -> Piece:
        """The same of a frame whose columns have the names of the data."""
        pl, layout = self._polars, self._layout
        columns = [*layout.needed.values()]
        rounded = _rounded(frame, columns, pl)
        found = frame.select(
            *(pl.col(column).cast(pl.Float64).alias(f"n{k}") for k, column in enumerate(columns)),
            *(pl.col(column).alias(f"k{k}") for k, column in enumerate(layout.kept)),
        )
        if not found.width:  # one number for all rows
            found = frame
        is_bad = self._empty(found)
        bad = []
        for row in is_bad.arg_true() if is_bad.any() else ():
            holes = [name for k, name in enumerate(columns) if found[f"n{k}"][row] is None]
            bad += [Bad(row, name, "", "there is no number") for name in holes]
        return self._computed(found, bad, is_bad, found.height)._replace(rounded=rounded)

    def _empty(self, frame: Any) -> Any:
        """The rows in which an input is missing, as a series."""
        pl = self._polars
        holes = [name for name in self._inputs.values() if frame[name].null_count()]
        if not holes:
            return pl.repeat(value=False, n=frame.height, eager=True)
        return frame.select(pl.any_horizontal(pl.col(holes).is_null())).to_series()

    # --- Text -------------------------------------------------------------------------------------

    def _read(self, data: bytes) -> tuple[Any, Any]:
        """A block as a frame, and which of its rows have to be looked at."""
        if self._layout.source.name == "jsonl":
            return self._read_json(data)
        pl, layout = self._polars, self._layout
        schema = {f"c{place}": pl.String for place in range(len(layout.columns))}
        needed = {column: layout.columns.index(column) for column in layout.needed.values()}
        kept = {column: layout.columns.index(column) for column in layout.kept}
        for column, place in needed.items():
            schema[f"c{place}"] = pl.Float64
            if column in kept:
                schema[f"c{place}"] = self.kinds[column]
        schema |= {f"c{place}": self.kinds[column] for column, place in kept.items()}
        last = f"c{len(layout.columns) - 1}"
        places = {*needed.values(), *kept.values(), len(layout.columns) - 1, len(layout.columns)}
        frame = pl.read_csv(
            data,
            has_header=False,
            schema={**schema, "more": pl.String},
            columns=sorted(places),
            separator=layout.separator,
            ignore_errors=True,
            missing_columns="insert",
            extra_columns="ignore",
        )
        numbers = [
            pl.col(f"c{place}").str.strip_chars().cast(pl.Float64, strict=False).alias(f"n{k}")
            if schema[f"c{place}"] == pl.String
            else pl.col(f"c{place}").cast(pl.Float64).alias(f"n{k}")
            for k, place in enumerate(needed.values())
        ]
        others = [pl.col(f"c{place}").alias(f"k{k}") for k, place in enumerate(kept.values())]
        signs = [frame[last].is_null(), frame["more"].is_not_null()]
        found = frame.select(*numbers, *others) if numbers or others else frame.select(pl.col(last))
        checked = [f"n{k}" for k in range(len(needed))]
        checked += [f"k{k}" for k, name in enumerate(kept) if self.kinds[name] != pl.String]
        signs += [found[name].is_null() for name in checked if found[name].null_count()]
        doubtful = signs[0] | signs[1]
        for sign in signs[2:]:
            doubtful |= sign
        return found, doubtful

    def _rounded(self, frame: Any, data: bytes) -> dict[str, int]:
        """Columns with whole numbers that no float is, as far as a few large ones show."""
        pl = self._polars
        names = [
            name for name in self._inputs.values() if (frame[name].abs().max() or 0) >= LARGEST
        ]
        if not names:
            return {}
        large = frame.select(pl.any_horizontal(pl.col(names).abs() >= LARGEST)).to_series()
        places = large.arg_true()[:MOST_LOOKED_AT].to_list()
        found: dict[str, int] = {}
        for line, text in zip(places, lines_at(data, places, frame.height), strict=True):
            for row in rows(decoded(text), self._layout):
                for column in row.rounded:
                    found.setdefault(column, line)
        return found

    def _read_json(self, data: bytes) -> tuple[Any, Any]:
        pl, layout = self._polars, self._layout
        needed, kept = [*layout.needed.values()], layout.kept
        schema = dict.fromkeys(needed, pl.Float64) | {name: self.kinds[name] for name in kept}
        if not schema:
            schema = {layout.columns[0]: pl.String}
        frame = pl.read_ndjson(data, schema=schema, ignore_errors=True)
        doubtful = pl.repeat(value=False, n=frame.height, eager=True)
        for name in schema:
            if frame[name].null_count():
                doubtful |= frame[name].is_null()
        found = frame.select(
            *(pl.col(name).cast(pl.Float64).alias(f"n{k}") for k, name in enumerate(needed)),
            *(pl.col(name).alias(f"k{k}") for k, name in enumerate(kept)),
        )
        return (found if found.width else frame), doubtful

    def _mended(self, frame: Any, doubtful: Any, data: bytes) -> tuple[Any, list[Bad], Any]:
        """A frame whose doubtful rows have been read again; what is bad, and in which rows."""
        pl = self._polars
        marked = pl.repeat(value=False, n=frame.height, eager=True)
        if not doubtful.any():
            return frame, [], marked
        found: list[int] = []
        bad: list[Bad] = []
        blank: list[int] = []
        patches: dict[str, tuple[list[int], list[float]]] = {}
        places = doubtful.arg_true().to_list()
        for line, text in zip(places, lines_at(data, places, frame.height), strict=True):
            row = next(rows(decoded(text).rstrip("\r"), self._layout), None)
            if row is None:
                blank.append(line)
                continue
            found += [line] * bool(row.bad)
            bad += [each._replace(line=line) for each in row.bad]
            self._check_kept(row, frame, line)
            for name, number in zip(self._inputs.values(), row.numbers, strict=True):
                if number is not None and not row.bad:
                    where, numbers = patches.setdefault(name, ([], []))
                    where.append(line)
                    numbers.append(number)
        for name, (where, numbers) in patches.items():
            frame = frame.with_columns(frame[name].scatter(where, numbers).alias(name))
        if found:
            marked = marked.scatter(found, values=True)
        if blank:
            frame = frame.with_columns(pl.Series(_LINE, range(frame.height), dtype=pl.Int64))
            there = ~pl.Series(range(frame.height)).is_in(blank)
            frame, marked = frame.filter(there), marked.filter(there)
        return frame, bad, marked

    def _check_kept(self, row: Row, frame: Any, line: int) -> None:
        """Whether what is kept as numbers is one."""
        for place, (name, cell) in enumerate(zip(self._layout.kept, row.kept, strict=True)):
            is_there = cell is not None and (not isinstance(cell, str) or cell.strip())
            if is_there and not row.bad and frame[f"k{place}"][line] is None:
                raise WiderError(name, line)

    def _by_rows(self, data: bytes) -> Piece:
        """A block that is read by the standard library."""
        pl, layout = self._polars, self._layout
        found = [*rows(decoded(data), layout)]
        columns: dict[str, Any] = {
            name: pl.Series(name, [row.numbers[k] for row in found], dtype=pl.Float64)
            for k, name in enumerate(self._inputs.values())
        }
        for k, name in enumerate(layout.kept):
            columns[f"k{k}"] = self._column(f"k{k}", name, [row.kept[k] for row in found], found)
        columns[_LINE] = pl.Series(_LINE, [row.line for row in found], dtype=pl.Int64)
        bad = [each for row in found for each in row.bad]
        marked = pl.Series([bool(row.bad) for row in found], dtype=pl.Boolean)
        return self._computed(pl.DataFrame(columns), bad, marked, data.count(b"\n"))

    def _column(self, own: str, name: str, cells: list[Any], found: Sequence[Row]) -> Any:
        """A column that is kept, of its cells."""
        pl, kind = self._polars, self.kinds[name]
        is_text = self._layout.source.name != "jsonl"
        if is_text and kind != pl.String:
            texts = pl.Series(own, [cell.strip() or None for cell in cells], dtype=pl.String)
            column = texts.cast(kind, strict=False)
            lost = (column.is_null() & texts.is_not_null()).arg_true()
            if len(lost):
                raise WiderError(name, found[lost[0]].line)
            return column
        try:
            return pl.Series(own, cells, dtype=kind)
        except (TypeError, pl.exceptions.PolarsError):
            raise WiderError(name, found[0].line if found else 0) from None

    # --- Numbers ----------------------------------------------------------------------------------

    def _computed(self, frame: Any, bad: Sequence[Bad], marked: Any, lines: int) -> Piece:
        """The results of a frame, beside what is kept."""
        pl, layout = self._polars, self._layout
        has_bad = marked.any()
        if has_bad and layout.bad == "drop":
            if _LINE not in frame.columns:
                frame = frame.with_columns(pl.Series(_LINE, range(frame.height), dtype=pl.Int64))
            frame, has_bad = frame.filter(~marked), False
        results, strange = self._results(frame, marked if has_bad else None)
        names = {f"k{k}": name for k, name in enumerate(layout.kept)}
        kept = frame.select(pl.col(own).alias(name) for own, name in names.items())
        written = pl.concat([kept, results], how="horizontal").select(layout.written)
        if not layout.target.is_text:
            return Piece(lines, frame.height, bad, strange, frame=written)
        return Piece(lines, frame.height, bad, strange, text=self._text(written))

    def _results(self, frame: Any, marked: Any) -> tuple[Any, dict[str, Strange]]:
        """The results of each row, empty in those that are marked, and what is not finite."""
        pl, block = self._polars, self._work.block
        strange: dict[str, Strange] = {}
        if not block.needed:
            found = block.row([])
            columns = [
                pl.repeat(number, frame.height, dtype=pl.Float64, eager=True).alias(name)
                for name, number in zip(block.names, found, strict=True)
            ]
            return pl.DataFrame(columns), strange
        if self._expressions is None:
            results = self._by_arrays(frame)
            finite = [pl.col(name).is_finite() for name in block.names]
            again = results.select(~pl.all_horizontal(finite)).to_series()
        else:
            places = [*zip(block.names, block.places, strict=True)]
            given = [self._inputs.get(n, block.constants.get(n)) for n in block.inputs]
            results = self._expressions.on(frame.lazy(), given, places).collect()
            *_, is_bad = results.columns
            again, results = results[is_bad], results.drop(is_bad)
        if marked is not None:
            again = again & ~marked
        if again.any():
            results = self._again(frame, results, again.arg_true().to_list(), strange)
        if marked is not None:
            results = results.select(pl.when(~marked).then(pl.all()))
        return results, strange

    def _by_arrays(self, frame: Any) -> Any:
        """The results by a block of arrays."""
        given = {name: frame[own].fill_null(float("nan")) for name, own in self._inputs.items()}
        return self._polars.DataFrame(self._block({n: s.to_numpy() for n, s in given.items()}))

    def _again(
        self, frame: Any, results: Any, places: list[int], strange: dict[str, Strange]
    ) -> Any:
        """The results with those of some rows computed one by one."""
        block = self._work.block
        points = frame[places].select(self._inputs.values()).rows()
        found = [block.row(point) for point in points]
        lines = frame[_LINE][places].to_list() if _LINE in frame.columns else places
        for point, numbers, line in zip(points, found, lines, strict=True):
            if any(number - number != 0.0 for number in numbers):
                put(strange, self._work.kinds(point, numbers), line)
        return results.with_columns(
            results[name].scatter(places, [numbers[k] for numbers in found])
            for k, name in enumerate(block.names)
        )

    def _text(self, frame: Any) -> bytes:
        """The rows as lines of text."""
        file = io.BytesIO()
        if self._layout.target.name == "jsonl":
            frame.write_ndjson(file)
        else:
            separator = "\t" if self._layout.target.name == "tsv" else ","
            frame.write_csv(file, include_header=False, separator=separator)
        return file.getvalue()


def _rounded(frame: Any, columns: Sequence[str], polars: Any) -> dict[str, int]:
    """Columns with whole numbers that no float is, and the first row with one."""
    found = {}
    for column in columns:
        series = frame[column]
        if not series.dtype.is_integer():
            continue
        if max(series.max() or 0, -(series.min() or 0)) > LARGEST:
            back = series.cast(polars.Float64).cast(series.dtype, strict=False)
            places = back.ne_missing(series).arg_true()
            if len(places):
                found[column] = int(places[0])
    return found


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
        schema = pl.read_ndjson(data, infer_schema_length=None, ignore_errors=True).schema
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
