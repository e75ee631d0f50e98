"""Operations on columns of data by NumPy, in blocks of rows that stay in the processor's cache.

A block goes through all operations before the next one begins, in a few registers that are used
again and again. What `ranges` asks to be looked at is looked at by its smallest and largest
number; only where that is not enough row by row. Where only infinity and NaN are to be found, the
processor notes what became too large, and a result that has all inputs shows what came with them.
Rows that plain floats do not do for are told to whoever asked, who has the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradcli.engine.entrywise import Array, Kernel, entrywise
from gradcli.engine.expanding import Code
from gradcli.engine.ranges import WIDE, Looks, looks

CACHE = 2**20
"""So many numbers stay in the cache: columns of a block, its results and registers."""

FEWEST, MOST = 2**13, 2**16
"""Between these is the number of rows in a block: of fewer, the calls take longer than the work."""

_ALONE = 2**13
"""Of longer vectors BLAS makes a product in several threads, and waits for them."""

Bad = NDArray[np.bool_]

Mend = Callable[[Sequence[float]], Sequence[float]]
"""The results of a row in whatever way: from one value of each input."""


class _Call(NamedTuple):
    """An operation, where its arguments are, where its value goes, and how it is looked at.

    The register is that of a value, or -1 - k for result k, or None where the kernel makes an
    array of its own.
    """

    kernel: Kernel
    args: tuple[int, ...]
    slot: int
    register: int | None
    is_looked_at: bool


class Blocks:
    """Some operations on columns.

    Args:
        code: the operations; of the outputs those after the results are watched.
        results: how many outputs are results.
        mend: what gives the results of a row that plain floats do not do for.

    Attributes:
        rows: how many there are in a block.
    """

    def __init__(self, code: Code, results: int, mend: Mend) -> None:
        self._code, self._mend = code, mend
        self._results, self._watched = code.outputs[:results], code.outputs[results:]
        found = looks(code.inputs, code.constants, code.steps, code.outputs)
        self._looks = found or Looks(0)
        # Where a constant is not finite every row is mended.
        self._is_hopeless = found is None
        # Where Python raises, NumPy goes on; what is infinite on the way is what it should be.
        self._may_be_infinite = not self._looks.bound or bool(self._looks.open)
        is_plain = found is not None and not found.bound and not self._watched
        self._seen = _covering(code, self._results) if is_plain else None
        self._constants = [*map(np.array, code.constants)]  # quicker than floats
        self._calls, self._registers = _allocated(code, self._results, self._looks)
        arrays = self._registers + code.inputs + results + 1
        self.rows = min(MOST, max(FEWEST, CACHE // arrays // FEWEST * FEWEST))

    def run(self, columns: Sequence[Any], out: Sequence[Array], threads: int = 1) -> None:
        """Put the results of each row into a column.

        Args:
            columns: one for each input, as long as each other, or a number for all rows.
            out: where the results go: a column for each of them.
            threads: how many blocks are worked on at once.
        """
        starts = range(0, len(out[0]), self.rows)
        if threads <= 1 or len(starts) <= 1:
            self._some(columns, out, starts)
            return
        share = -(-len(starts) // threads)
        parts = [starts[first : first + share] for first in range(0, len(starts), share)]
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(lambda part: self._some(columns, out, part), parts))

    def _some(self, columns: Sequence[Any], out: Sequence[Array], starts: Sequence[int]) -> None:
        """The blocks that begin at these rows, in registers of their own."""
        registers = [*np.empty((self._registers + 1, min(self.rows, len(out[0]))))]
        given = [np.asarray(each) for each in columns]
        with np.errstate(all="ignore"):
            for start in starts:
                rows = slice(start, start + self.rows)
                parts = [each[rows] for each in out]
                inputs = [each[rows] if each.ndim else each for each in given]
                if len(parts[0]) < len(registers[0]):
                    registers = [each[: len(parts[0])] for each in registers]
                bad = self._block(inputs, parts, registers)
                for row in np.flatnonzero(bad) if bad is not None else ():
                    point = [float(each[row] if each.ndim else each) for each in inputs]
                    for part, value in zip(parts, self._mend(point), strict=True):
                        part[row] = value

    def _block(
        self, inputs: Sequence[Array], out: Sequence[Array], registers: Sequence[Array]
    ) -> Bad | None:
        """The results of one block, and which rows are to be mended; None for none."""
        if self._seen is not None:
            try:
                with np.errstate(over="raise"):
                    values = self._values(inputs, out, registers, None)
                if all(_is_finite(values[slot]) for slot in self._seen):
                    return None
            except FloatingPointError:
                pass
        looks = _Watch(registers[-1])
        values = self._values(inputs, out, registers, looks)
        looks.at_end(
            [values[slot] for slot in self._watched],
            [values[slot] for slot in {*self._results}] if self._may_be_infinite else [],
        )
        return np.ones(len(out[0]), dtype=bool) if self._is_hopeless else looks.bad

    def _values(
        self,
        inputs: Sequence[Array],
        out: Sequence[Array],
        registers: Sequence[Array],
        looks: _Watch | None,
    ) -> list[Any]:
        """What is in the slots, with the results where they go."""
        never_zero = self._looks.never_zero
        places = [*registers, *out[::-1]]  # where -1 - k is that of result k
        values: list[Any] = [*inputs, *self._constants, *[None] * len(self._calls)]
        if self._looks.bound and looks:
            for column in inputs:
                looks.at(column, 2.0**self._looks.bound)
        for kernel, args, slot, register, is_looked_at in self._calls:
            given = [values[arg] for arg in args]
            if register is None:
                values[slot] = kernel(*given)
            else:
                values[slot] = kernel(*given, places[register])
            if is_looked_at and looks:
                looks.at(values[slot], 2.0**WIDE, may_be_zero=slot not in never_zero)
        for part, slot in zip(out, self._results, strict=True):
            if values[slot] is not part:
                part[:] = values[slot]
        return values


class _Watch:
    """Finds the rows of a block that have to be mended."""

    def __init__(self, scratch: Array) -> None:
        self.bad: Bad | None = None
        self._scratch = scratch

    def at(self, values: Any, bound: float, *, may_be_zero: bool = True) -> None:
        """Numbers have to be between 1/bound and bound in size, or may be 0."""
        if np.min(values) > 1.0 / bound and np.max(values) < bound:
            return
        sizes = np.abs(values, out=self._scratch)
        if sizes.min() > 1.0 / bound and sizes.max() < bound:
            return
        good = (sizes > 1.0 / bound) & (sizes < bound)
        if may_be_zero:
            good |= sizes == 0.0
        self._add(~good)

    def at_end(self, conditions: Sequence[Any], results: Sequence[Any]) -> None:
        """Conditions must not hold, and results must be finite."""
        for each in conditions:
            if np.any(each):
                self._add(np.not_equal(each, 0.0) | np.zeros(len(self._scratch), dtype=bool))
        for each in results:
            self._finite(each)

    def _finite(self, values: Any) -> None:
        if not _is_finite(values):
            self._add(~np.isfinite(values) | np.zeros(len(self._scratch), dtype=bool))

    def _add(self, bad: Bad) -> None:
        if bad.any():
            self.bad = bad if self.bad is None else self.bad | bad


def _is_finite(values: Array) -> bool:
    """Whether numbers are finite; False also where their squares are too large."""
    if not values.ndim:
        return bool(np.isfinite(values))
    parts = [values[first : first + _ALONE] for first in range(0, len(values), _ALONE)]
    return all(part.dot(part) * 0.0 == 0.0 for part in parts)


def _covering(code: Code, results: Sequence[int]) -> list[int]:
    """A few results that all inputs are part of, mostly one.

    Where nothing but infinity and NaN is to be found, all is sums and products: these are not
    finite where a part of them is not, and where none is, only what becomes too large is not.
    """
    parts = [1 << slot if slot < code.inputs else 0 for slot in range(code.first)]
    for _, args in code.steps:
        parts.append(0)
        for arg in args:
            parts[-1] |= parts[arg]
    found, seen = [], 0
    for slot in sorted(results, key=lambda slot: -parts[slot].bit_count()):
        if parts[slot] & ~seen:
            found.append(slot)
            seen |= parts[slot]
    return found


def _allocated(code: Code, results: Sequence[int], found: Looks) -> tuple[list[_Call], int]:
    """The operations with a register for each value, and how many registers there are."""
    ends = _ends(code)
    places = _places(code, results, ends)
    free: list[int] = []
    held: dict[int, int] = {}
    calls: list[_Call] = []
    count = 0
    for rank, (op, args) in enumerate(code.steps):
        slot = code.first + rank
        kernel = KERNELS.get(op) or entrywise(op)
        register: int | None = None
        # What ends here lends its memory to the value: each entry is read before it is written.
        free += [held.pop(arg) for arg in {*args} if arg in held and ends[arg] == rank]
        if isinstance(kernel, np.ufunc):
            register = places.get(slot)
            if register is None:
                if not free:
                    free.append(count)
                    count += 1
                register = held[slot] = free.pop()
        calls.append(_Call(kernel, args, slot, register, slot in found.numbers))
    return calls, count


def _places(code: Code, results: Sequence[int], ends: Mapping[int, int]) -> dict[int, int]:
    """The register of each result, and of values that only lead to it: -1 - k of result k."""
    places = {slot: -1 - place for place, slot in reversed([*enumerate(results)])}
    for rank in range(len(code.steps) - 1, -1, -1):
        slot = code.first + rank
        for arg in code.steps[rank][1] if slot in places else ():
            if arg >= code.first and ends[arg] == rank and arg not in places:
                places[arg] = places[slot]
                break
    return places


def _ends(code: Code) -> dict[int, int]:
    """The last step that each value is an argument of; what is asked for is never given up."""
    ends = {slot: rank for rank, (_, args) in enumerate(code.steps) for slot in args}
    return ends | dict.fromkeys(code.outputs, len(code.steps))


KERNELS: dict[str, Kernel] = {
    "share": np.multiply,
    "decay": lambda x: np.exp(-np.abs(x)),
}
"""What `entrywise` does not have: the operations that only come of `expanding`."""
