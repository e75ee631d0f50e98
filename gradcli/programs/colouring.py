"""Colours for the columns of a sparse matrix: columns of one colour are found by one sweep.

A. H. Gebremedhin, F. Manne, A. Pothen, "What color is your Jacobian? Graph coloring for computing
derivatives", SIAM Review 47 (2005): columns of a Jacobian may share a colour if no row has both
(distance-2 colouring); those of a Hessian, which is its own transpose, if every path of four
columns has three colours (star colouring). Both are greedy, in several orders of the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcli.programs.pattern import Rows

Colours = list[int]
"""For each column its colour, from 0."""


def columns(rows: Rows, count: int) -> Colours:
    """Colours for the columns of a matrix, so that no row has two of one colour.

    Args:
        rows: the columns of each row.
        count: how many columns there are.
    """
    within: list[list[int]] = [[] for _ in range(count)]
    for place, row in enumerate(rows):
        for column in row:
            within[column].append(place)
    sizes = [sum(len(rows[row]) for row in each) for each in within]
    return min((_distance_2(rows, within, order) for order in _orders(sizes)), key=count_of)


def symmetric(rows: Rows) -> Colours:
    """Colours for the columns of a symmetric matrix: a star colouring of its graph."""
    beside = [[column for column in row if column != place] for place, row in enumerate(rows)]
    sizes = [len(row) for row in beside]
    return min((_Star(beside).colours(order) for order in _orders(sizes)), key=count_of)


def count_of(colours: Colours) -> int:
    """How many colours there are."""
    return max(colours, default=-1) + 1


def _orders(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Orders in which columns are coloured: as they come, and the largest first."""
    natural = [*range(len(sizes))]
    yield natural
    if len(set(sizes)) > 1:
        yield sorted(natural, key=lambda column: -sizes[column])


def _smallest(taken: set[int]) -> int:
    colour = 0
    while colour in taken:
        colour += 1
    return colour


def _distance_2(rows: Rows, within: Sequence[Sequence[int]], order: Sequence[int]) -> Colours:
    """Colours given one column after another: the first that no row of the column has."""
    colours = [-1] * len(within)
    in_row: list[set[int]] = [set() for _ in rows]
    for column in order:
        taken = set[int]().union(*(in_row[row] for row in within[column]))
        colours[column] = colour = _smallest(taken)
        for row in within[column]:
            in_row[row].add(colour)
    return colours


class _Star:
    """A star colouring, column by column.

    Args:
        beside: for each column those that a row has beside it.
    """

    def __init__(self, beside: Sequence[Sequence[int]]) -> None:
        self._beside = beside
        self._colours = [-1] * len(beside)
        # For each column: its coloured neighbours by their colours.
        self._around: list[dict[int, list[int]]] = [{} for _ in beside]
        # For each column: the colours that would end a path of two colours over it.
        self._closed: list[set[int]] = [set() for _ in beside]

    def colours(self, order: Sequence[int]) -> Colours:
        """The colour of each column, given in this order."""
        for column in order:
            self._give(column, _smallest(self._taken(column)))
        return self._colours

    def _taken(self, column: int) -> set[int]:
        """The colours that a column must not have."""
        around = self._around[column]
        taken = set(around)
        for colour, neighbours in around.items():
            for each in neighbours:
                taken |= self._closed[each]
                if len(neighbours) > 1:  # the column would stand between two of one colour
                    taken |= self._around[each].keys() - {colour}
        return taken

    def _give(self, column: int, colour: int) -> None:
        """Colour a column, and note which paths of two colours have three columns now."""
        self._colours[column] = colour
        for neighbours in self._around[column].values():
            if len(neighbours) > 1:
                for each in neighbours:
                    self._closed[each].add(colour)
        for other in self._beside[column]:
            same = self._around[other].setdefault(colour, [])
            same.append(column)
            own = self._colours[other]
            if own >= 0 and len(same) > 1:
                for each in same if len(same) == 2 else (column,):
                    self._closed[each].add(own)
