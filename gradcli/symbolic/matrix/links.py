"""Chains of matrices and vectors as data: ``A' @ inv(B) @ x`` is three links.

A column has an axis on its left only, a row on its right only: where a row comes before a column,
what is between them is a number, and where a column comes before a row nothing is summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import SCALAR, Form


class Link(NamedTuple):
    """A matrix or a vector in a chain.

    Attributes:
        node: what it is.
        turned: whether it is transposed.
        inverse: whether it is the inverse of that.
    """

    node: Node
    turned: bool = False
    inverse: bool = False

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.node.shape)

    @property
    def is_row(self) -> bool:
        """Whether it has no axis on its left."""
        return self.rank == 1 and self.node.form.is_row != self.turned

    @property
    def is_column(self) -> bool:
        """Whether it has no axis on its right."""
        return self.rank == 1 and self.node.form.is_row == self.turned

    @property
    def is_matrix(self) -> bool:
        """Whether it has both."""
        return self.rank == 2

    @property
    def is_square(self) -> bool:
        """Whether it is a matrix with as many rows as columns."""
        return self.rank == 2 and self.node.shape[0] == self.node.shape[1]

    @property
    def length(self) -> int:
        """The number of rows of a matrix, the number of entries of a vector."""
        return self.node.shape[-1 if self.turned else 0]

    @property
    def width(self) -> int:
        """The number of columns of a matrix, the number of entries of a vector."""
        return self.node.shape[0 if self.turned else -1]

    def flipped(self) -> Link:
        """The transpose."""
        return self if self.node.op == "eye" else self._replace(turned=not self.turned)

    def inverted(self) -> Link:
        """The inverse of a square matrix."""
        return self if self.node.op == "eye" else self._replace(inverse=not self.inverse)


Chain = tuple[Link, ...]
"""Links of which each goes with the next; the product of them all."""


def ones(graph: Graph, length: int) -> Link:
    """The column of ones."""
    return Link(graph.node("spread", (graph.const(1.0),), (Form((length,)),)))


def is_ones(link: Link) -> bool:
    """Whether all entries of a vector are the constant 1."""
    node = link.node
    return node.op == "spread" and link.rank == 1 and _is_one(node.args[0])


def _is_one(node: Node) -> bool:
    return node.is_const and node.value == 1 and node.label is None


def flipped(chain: Sequence[Link]) -> Chain:
    """The transpose of a chain."""
    return tuple([link.flipped() for link in reversed(chain)])


def inverted(chain: Sequence[Link]) -> Chain | None:
    """The inverse of a chain of square matrices; None of any other."""
    if not all(link.is_square for link in chain):
        return None
    return tuple([link.inverted() for link in reversed(chain)])


def form(chain: Sequence[Link]) -> Form:
    """The form of the product."""
    first, last = chain[0], chain[-1]
    if len(chain) == 1 and first.rank > 2:
        return first.node.form
    rows = () if first.is_row else (first.length,)
    columns = () if last.is_column else (last.width,)
    return Form((*rows, *columns), not rows) if rows or columns else SCALAR


def is_outer(chain: Sequence[Link]) -> int | None:
    """The place of the row in a chain with a column before it: that of an outer product."""
    for place in range(1, len(chain)):
        if chain[place].is_row:
            return place
    return None


def column(chain: Chain) -> Chain:
    """A chain that is a vector, as a column."""
    return flipped(chain) if chain and chain[0].is_row else chain


def cut(links: Iterable[Link]) -> tuple[Chain, list[Chain]]:
    """Links without the numbers in them, and these: rows with the columns that they come to."""
    kept: list[Link] = []
    numbers: list[Chain] = []
    row: int | None = None
    for link in links:
        if link.is_row:
            row = len(kept)
        kept.append(link)
        if link.is_column and row is not None:
            numbers.append(tuple(kept[row:]))
            del kept[row:]
            row = None
    return tuple(kept), numbers


def key(chain: Sequence[Link]) -> tuple[tuple[int, bool, bool], ...]:
    """What chains are compared by: that of two is kept which is the smaller one."""
    return tuple([(link.node.index, link.turned, link.inverse) for link in chain])


def smallest(chain: Chain) -> Chain:
    """Of a chain that is a number, itself or its transpose; sums over entries come first."""
    return min(chain, flipped(chain), key=lambda each: (not is_ones(each[0]), _turns(each)))


def is_as_plain(chain: Chain, other: Chain) -> bool:
    """Whether a chain that is a number has no sums and no more transposes than its transpose."""
    is_sum = is_ones(chain[0]) or is_ones(chain[-1])
    return not is_sum and _turns(chain)[0] == _turns(other)[0]


def smaller(chain: Chain) -> Chain:
    """Of a chain and its transpose the smaller one."""
    return min(chain, flipped(chain), key=_turns)


def smallest_rotation(chain: Chain) -> Chain:
    """Of a chain whose trace is taken, the smallest of all rotations and their transposes."""
    every = [
        each[place:] + each[:place]
        for each in (chain, flipped(chain))
        for place in range(len(chain))
    ]
    return min(every, key=_turns)


def _turns(chain: Chain) -> tuple[int, object]:
    """How many matrices are transposed, and what else chains are compared by."""
    return sum(link.turned and link.is_matrix for link in chain), key(chain)


def widened(graph: Graph, chain: Chain, to: Form) -> Chain:
    """A chain stretched to a form, by ones: rows copied are ``ones(m) @ x'``."""
    own = form(chain)
    if own == to:
        return chain
    if len(to.shape) == 1:
        (length,) = to.shape
        wide = (ones(graph, length), ones(graph, 1).flipped(), *column(chain))
        return flipped(wide) if to.is_row else wide
    rows, columns = to.shape
    if len(own.shape) == 1:
        if own.shape[0] != columns:
            chain = widened(graph, column(chain), Form((columns,)))
        return (ones(graph, rows), *flipped(column(chain)))
    if own.shape[0] != rows:
        chain = (ones(graph, rows), ones(graph, 1).flipped(), *chain)
    if own.shape[1] != columns:
        chain = (*chain, ones(graph, 1), ones(graph, columns).flipped())
    return chain


def filled(graph: Graph, to: Form) -> Chain:
    """Ones in a form of one or two axes."""
    if len(to.shape) == 2:
        return ones(graph, to.shape[0]), ones(graph, to.shape[1]).flipped()
    link = ones(graph, to.shape[0])
    return (link.flipped(),) if to.is_row else (link,)


def over_axes(graph: Graph, chain: Chain, to: Form) -> Chain:
    """The sum over the axes of a chain that a form has not, as a chain with ones at its ends."""
    own = form(chain)
    if own == to:
        return chain
    if len(own.shape) == 2:
        rows = (ones(graph, own.shape[0]).flipped(),)
        columns = (ones(graph, own.shape[1]),)
        kept = ones(graph, 1)
        match to.shape:
            case ():
                chain = (*rows, *chain, *columns)
            case (1, 1):
                chain = (kept, *rows, *chain, *columns, kept.flipped())
            case (_,) if to.shape[0] != own.shape[1]:
                chain = (kept, *rows, *chain, *columns)
            case (_,):
                chain = flipped((*rows, *chain))
            case (1, _) if own.shape[0] != 1:
                chain = (kept, *rows, *chain)
            case _:
                chain = (*chain, *columns, kept.flipped())
    else:
        chain = (ones(graph, own.shape[0]).flipped(), *column(chain))
        if to.shape:
            chain = (ones(graph, 1), *chain)
    if to.is_row:
        chain = flipped(chain)
    return chain
