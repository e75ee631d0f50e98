"""Operations on columns as machine code, made by LLVM (`native`).

Several rows are computed at once. glibc's library of vector functions is used where it is there
(on x86-64 under Linux); elsewhere exponentials and the like are those of C, one at a time. Code is
made for each pattern of columns and single numbers.

Where a program has sine and cosine of an angle, they are computed at once (`shared_work`). Rows
with angles that are too large for that are computed again, with all functions one by one; that
code is only made once there are such rows.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcli.engine.blocks import Mend
from gradcli.engine.entrywise import Array
from gradcli.engine.expanding import Code
from gradcli.engine.native import Linked, is_fusing, lanes
from gradcli.engine.printers import llvm, llvm_rows
from gradcli.engine.ranges import looks
from gradcli.engine.shared_work import gathered, pairs

FEWEST, MOST = 2**14, 2**20
"""Between these is the number of rows that are computed at once."""

SHARES = 4
"""So many parts are a thread's, which others have the rest of where it is held up."""

MOST_STEPS = 30_000
"""Longer programs take longer to compile than they are worth."""

Flags = NDArray[np.uint8]

_Rows = Callable[[Sequence[int], Sequence[int], Flags], None]
"""What computes rows: of where their columns begin, where their results go, and their flags."""


class MachineCode:
    """Some operations on columns; as `gradcli.engine.blocks.Blocks`.

    Args:
        code: the operations; of the outputs those after the results are watched.
        results: how many outputs are results.
        mend: what gives the results of a row that plain floats do not do for.
    """

    def __init__(self, code: Code, results: int, mend: Mend) -> None:
        self._code = gathered(code, is_fusing=is_fusing())
        self._pairs = pairs(self._code) if is_fusing() else frozenset()
        self._results, self._mend = results, mend
        self._made: dict[tuple[bool, tuple[bool, ...]], _Rows] = {}
        self._kept: list[Linked] = []
        self._lock = Lock()

    def run(self, columns: Sequence[Any], out: Sequence[Array], threads: int = 1) -> None:
        """Put the results of each row into a column; as `Blocks.run`."""
        fixed = tuple(not np.ndim(each) for each in columns)
        function = self._function(fixed)
        given = [np.ascontiguousarray(each, dtype=float) for each in columns]
        count, width = len(out[0]), lanes().width
        if count < width:
            self._few(function, given, fixed, out)
            return
        rows = MOST if threads <= 1 else min(MOST, max(FEWEST, -(-count // (SHARES * threads))))
        starts = range(0, count - width + 1, rows)  # what is left over goes with the last ones
        parts = [*pairwise([*starts, count])]

        def work(part: tuple[int, int]) -> None:
            self._some(function, given, fixed, out, *part)

        if threads <= 1 or len(parts) <= 1:
            for part in parts:
                work(part)
            return
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, parts))

    def _few(
        self,
        function: _Rows,
        columns: Sequence[Array],
        fixed: tuple[bool, ...],
        out: Sequence[Array],
    ) -> None:
        """Fewer rows than there are lanes, the last of which is that of all lanes behind it."""
        count, width = len(out[0]), lanes().width
        if not count:
            return
        given = [
            each if single else np.pad(each, (0, width - count), "edge")
            for each, single in zip(columns, fixed, strict=True)
        ]
        places = [*np.empty((len(out), width))]
        self._some(function, given, fixed, places, 0, width, width - count)
        for part, place in zip(out, places, strict=True):
            part[:] = place[:count]

    def _some(  # noqa: PLR0913, PLR0917  (what is computed, of what, and where)
        self,
        function: _Rows,
        columns: Sequence[Array],
        fixed: tuple[bool, ...],
        out: Sequence[Array],
        first: int,
        end: int,
        spare: int = 0,
    ) -> None:
        """The rows from one on up to another, of which so many at the end are not asked for."""
        parts = [each[first:end] for each in out]
        places = [each if each.flags.c_contiguous else np.empty(end - first) for each in parts]
        bad: Flags = np.empty(end - first, dtype=np.uint8)
        starts = [
            each.ctypes.data + (0 if single else first * each.itemsize)
            for each, single in zip(columns, fixed, strict=True)
        ]
        to = [each.ctypes.data for each in places]
        function(starts, to, bad)
        if self._pairs and (bad & llvm_rows.FAR).any():
            self._function(fixed, in_pairs=False)(starts, to, bad)
        for part, place in zip(parts, places, strict=True):
            if part is not place:
                part[:] = place
        for row in np.flatnonzero(bad[: end - first - spare]) if bad.any() else ():
            point = [
                float(each[0 if single else first + row])
                for each, single in zip(columns, fixed, strict=True)
            ]
            for part, value in zip(parts, self._mend(point), strict=True):
                part[row] = value

    def _function(self, fixed: tuple[bool, ...], *, in_pairs: bool = True) -> _Rows:
        """The function for columns of which some are single numbers, made when first needed."""
        key = in_pairs, fixed
        if key not in self._made:
            with self._lock:
                if key not in self._made:
                    self._made[key] = self._compiled(fixed, self._pairs if in_pairs else ())
        return self._made[key]

    def _compiled(self, fixed: Sequence[bool], together: Collection[int]) -> _Rows:
        """The same, made, with these steps at once."""
        code = self._code
        found = looks(code.inputs, code.constants, code.steps, code.outputs)
        if found is None:
            raise ValueError("a constant is not finite")
        made = llvm_rows.modules(code, self._results, found, fixed, lanes(), together)
        linked = Linked(made.texts, made.chunks, llvm_rows.OF_A_MODULE)
        self._kept.append(linked)
        pointer = ctypes.c_void_p
        kind = ctypes.CFUNCTYPE(None, ctypes.c_int64, *[pointer] * 4)
        rows = kind(linked.address("rows"))
        columns, places = pointer * code.inputs, pointer * self._results

        def function(starts: Sequence[int], to: Sequence[int], bad: Flags) -> None:
            memory = np.empty(made.memory)
            rows(len(bad), columns(*starts), places(*to), bad.ctypes.data, memory.ctypes.data)

        return function


def can_compile(code: Code) -> bool:
    """Whether all operations are known here, and all constants finite."""
    code = gathered(code, is_fusing=is_fusing())
    return (
        len(code.steps) <= MOST_STEPS
        and llvm.can_write(code)
        and looks(code.inputs, code.constants, code.steps, code.outputs) is not None
    )
