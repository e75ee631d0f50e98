"""Rows computed block by block as frames of Polars, which is the extra ``data``."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from gradcli.cli.map.bad import Bad
from gradcli.cli.map.cells import LARGEST
from gradcli.cli.map.layout import Layout
from gradcli.cli.map.piece import Piece, Strange, Work, put
from gradcli.cli.map.plain import header
from gradcli.cli.map.polars import loaded
from gradcli.cli.map.texts import LINE, Rows, Texts

DEAR = 5e7
"""From so many dear operations on, some tenths of a second, machine code pays with its loading."""

MANY = 1e6
"""It takes as long where Polars cannot compute at all."""


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
        self.kinds = {name: kinds.get(name, self._polars.String) for name in layout.kept}
        self._texts = Texts(layout, self.kinds)
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
        rows = self._texts.read(data)
        found = self._computed(rows)
        if found.strange and not rows.are_lines:
            return self._computed(self._texts.by_rows(data))
        return found

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
        return self._computed(Rows(found, bad, is_bad, found.height, rounded=rounded))

    def _empty(self, frame: Any) -> Any:
        """The rows in which an input is missing, as a series."""
        pl = self._polars
        holes = [name for name in self._inputs.values() if frame[name].null_count()]
        if not holes:
            return pl.repeat(value=False, n=frame.height, eager=True)
        return frame.select(pl.any_horizontal(pl.col(holes).is_null())).to_series()

    def _computed(self, rows: Rows) -> Piece:
        """The results of rows, beside what is kept."""
        pl, layout = self._polars, self._layout
        frame, marked = rows.frame, rows.marked
        has_bad = marked.any()
        if has_bad and layout.bad == "drop":
            if LINE not in frame.columns:
                frame = frame.with_columns(pl.Series(LINE, range(frame.height), dtype=pl.Int64))
            frame, has_bad = frame.filter(~marked), False
        results, strange = self._results(frame, marked if has_bad else None)
        names = {f"k{k}": name for k, name in enumerate(layout.kept)}
        kept = frame.select(pl.col(own).alias(name) for own, name in names.items())
        written = pl.concat([kept, results], how="horizontal").select(layout.written)
        if not layout.target.is_text:
            parts: dict[str, Any] = {"frame": written}
        else:
            parts = {"text": self._text(written)}
        return Piece(rows.lines, frame.height, rows.bad, strange, **parts, rounded=rows.rounded)

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
            return _emptied(pl.DataFrame(columns), marked, pl), strange
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
        return _emptied(results, marked, pl), strange

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
        lines = frame[LINE][places].to_list() if LINE in frame.columns else places
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
            # As `csv` writes it: quotes are around nothing only where the line would be empty.
            empty = '""' if frame.width == 1 else ""
            texts = self._polars.col(self._polars.String)
            frame = frame.with_columns(self._polars.when(texts != "").then(texts))
            frame.write_csv(file, include_header=False, separator=separator, null_value=empty)
        return file.getvalue()


def _emptied(results: Any, marked: Any, polars: Any) -> Any:
    """Results without those of the rows that are marked, if any are."""
    return results if marked is None else results.select(polars.when(~marked).then(polars.all()))


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
