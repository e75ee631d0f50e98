"""A sparse matrix out of a few products with it, one for each colour of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import accumulate, chain
from typing import Any

from gradcli.errors import Option, Sentence, UsageError
from gradcli.programs import colouring
from gradcli.programs.colouring import Colours
from gradcli.programs.pattern import Rows

Entries = list[list[float]]
"""The entries of each row, in the order of the columns of the pattern."""

MOST_ENTRIES = 1_000_000
"""A matrix of more is not written row by row."""

Times = Callable[[list[float]], Sequence[float]]
"""The product of the matrix with a vector."""


def general(rows: Rows, colours: Colours, times: Times) -> Entries:
    """The entries of a matrix no row of which has two columns of one colour.

    Args:
        rows: where it can be other than 0.
        colours: that of each column.
        times: multiplies it by a vector.
    """
    products = _products(colours, times)
    return [[products[colours[column]][place] for column in row] for place, row in enumerate(rows)]


def symmetric(rows: Rows, colours: Colours, times: Times) -> Entries:
    """The entries of a symmetric matrix whose columns have a star colouring; as `general`.

    An entry stands alone in its row or in its column: no other there has the colour.
    """
    products = _products(colours, times)
    alone = [_alone(row, colours) for row in rows]
    return [
        [
            products[colours[column]][place]
            if colours[column] in alone[place]
            else products[colours[place]][column]
            for column in row
        ]
        for place, row in enumerate(rows)
    ]


def _alone(row: Sequence[int], colours: Colours) -> set[int]:
    """The colours that one column of a row has."""
    once: set[int] = set()
    more: set[int] = set()
    for column in row:
        colour = colours[column]
        (more if colour in once else once).add(colour)
    return once - more


def _products(colours: Colours, times: Times) -> list[Sequence[float]]:
    return [times(seed) for seed in _seeds(colours)]


def _seeds(colours: Colours) -> Iterator[list[float]]:
    """For each colour the sum of the unit vectors of its columns."""
    for colour in range(colouring.count_of(colours)):
        yield [float(each == colour) for each in colours]


def turned(rows: Rows, count: int) -> Rows:
    """The pattern of the transpose of a matrix with so many columns."""
    found: Rows = [[] for _ in range(count)]
    for place, row in enumerate(rows):
        for column in row:
            found[column].append(place)
    return found


def turned_entries(rows: Rows, entries: Entries, count: int) -> Entries:
    """The entries of the transpose, of those of a matrix with so many columns."""
    found: Entries = [[] for _ in range(count)]
    for row, line in zip(rows, entries, strict=True):
        for column, entry in zip(row, line, strict=True):
            found[column].append(entry)
    return found


def triplets(rows: Rows, entries: Entries) -> list[tuple[int, int, float]]:
    """The place of a row, that of a column, and the entry there."""
    return [
        (place, column, entry)
        for place, (row, line) in enumerate(zip(rows, entries, strict=True))
        for column, entry in zip(row, line, strict=True)
    ]


def sparse(rows: Rows, entries: Entries, count: int) -> Any:
    """A matrix of so many columns as SciPy has it, with what can be other than 0 stored.

    Raises:
        UsageError: SciPy is not installed.
    """
    try:
        module = import_module("scipy.sparse")
    except ImportError:
        raise UsageError(
            "extra",
            "sparse matrices are those of the package scipy",
            hint="pip install 'gradcli[sparse]'; triplets are there without it",
        ) from None
    begins = [0, *accumulate(map(len, rows))]
    columns = [*chain.from_iterable(rows)]
    numbers = [*map(float, chain.from_iterable(entries))]
    matrix = module.csr_array((numbers, columns, begins), shape=(len(rows), count), dtype=float)
    matrix.sort_indices()
    return matrix


def dense(rows: Rows, entries: Entries, count: int, what: str) -> list[list[float]]:
    """All rows, with 0 where nothing else can be.

    Raises:
        UsageError: they are too many numbers.
    """
    if len(rows) * count > MOST_ENTRIES:
        raise UsageError(
            "limit",
            f"the {what} has {len(rows):,} rows of {count:,} numbers",
            hint=Sentence("those that can be other than 0: ", Option("sparse")),
        )
    whole = [[0.0] * count for _ in rows]
    for place, column, entry in triplets(rows, entries):
        whole[place][column] = entry
    return whole


def times(rows: Rows, entries: Entries, vector: Sequence[float]) -> list[float]:
    """A matrix times a vector; nothing comes from where that is 0, whatever is there."""
    return [
        sum((entry * vector[column] for column, entry in zip(row, line, strict=True)
             if vector[column]), 0.0)
        for row, line in zip(rows, entries, strict=True)
    ]  # fmt: skip
