"""Modules of LLVM for the rows of columns: loops over some rows, which are vectorised.

Each chunk of a program is a loop, and all chunks go over some rows before the next ones come. What
they have from each other is a short column in memory. Numbers that have to be looked at make a
flag for their row, `MEND`; where an argument is too large for what is written here of two functions
at once, another one, `FAR`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from gradcli.engine.expanding import Code
from gradcli.engine.printers.llvm import Body, Variants
from gradcli.engine.printers.llvm_chunks import Chunk, chunks_of, in_modules, places_of
from gradcli.engine.ranges import Looks

WHOLE = 3000
"""Programs of no more operations are one loop, which is the quickest."""

CHUNK = 500
"""So many operations of a longer one are a loop."""

OF_A_MODULE = 16
"""So many loops are a module, which is compiled at once."""

CACHE = 2**16
"""So many numbers stay in the cache of a core."""

FEWEST, MOST = 32, 2**20
"""Between these is the number of rows that a chunk goes over."""


MEND, FAR = 1, 2
"""The flags of a row: that it is to be mended, and that it is to be computed without pairs."""


class Modules(NamedTuple):
    """Texts of modules.

    The last one has the function ``rows``, and ``table``, where the addresses of the chunks must be
    put. It takes how many rows there are, the addresses of pointers to the columns, of pointers to
    the places of the results, of a byte for each row, which is for its flags, and of memory for so
    many floats.

    Attributes:
        texts: they, with the functions ``chunk0``, ``chunk1`` … in their order.
        chunks: how many these are.
        memory: how many floats they keep meanwhile.
    """

    texts: Sequence[str]
    chunks: int
    memory: int


def modules(  # noqa: PLR0913, PLR0917  (what is computed, and of what)
    code: Code,
    results: int,
    found: Looks,
    fixed: Sequence[bool],
    variants: Variants,
    pairs: Collection[int] = (),
) -> Modules:
    """A program as modules.

    Args:
        code: the operations.
        results: how many outputs are results; where one of the others is not 0, a row is mended.
        found: what has to be looked at.
        fixed: for each input whether one number is that of all rows.
        variants: the vector functions that there are.
        pairs: the slots of steps that are computed at once with the one after them.
    """
    chunks = chunks_of(code, CHUNK if len(code.steps) > WHOLE else WHOLE, pairs)
    places, size = places_of(chunks)
    columns = size + code.inputs + results
    rows = max(FEWEST, CACHE // columns // FEWEST * FEWEST) if size else MOST
    loops = [
        _Loop(code, results, found, fixed, chunk, rank, rows, pairs).lines(places)
        for rank, chunk in enumerate(chunks)
    ]
    texts = in_modules(code, chunks, loops, OF_A_MODULE, variants)
    texts.append("\n".join(_rows(len(chunks), rows)) + "\n")
    return Modules(texts, len(chunks), size * rows)


class _Loop:
    """The function of a chunk.

    What it reads and writes is never the same memory, which LLVM is told of each access.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (what is computed, and of what)
        self,
        code: Code,
        results: int,
        found: Looks,
        fixed: Sequence[bool],
        chunk: Chunk,
        rank: int,
        rows: int,
        pairs: Collection[int],
    ) -> None:
        self._code, self._found, self._fixed = code, found, fixed
        self._chunk, self._rank, self._rows, self._pairs = chunk, rank, rows, pairs
        self._mark = f", !llvm.access.group !{2 * rank}"
        # What no chunk computes is the first one's.
        begin = 0 if rank == 0 else chunk.first
        self._outputs = [
            (place, slot)
            for place, slot in enumerate(code.outputs)
            if begin <= slot < chunk.end and place < results
        ]
        self._watched = [slot for slot in code.outputs[results:] if begin <= slot < chunk.end]
        more = range(code.inputs) if found.bound else code.outputs
        own = [slot for slot in more if slot < code.inputs] if rank == 0 else []
        self._loads = sorted({*chunk.loads, *own})

    def lines(self, places: dict[int, int]) -> Iterator[str]:
        """The text."""
        body = self._body()
        yield f"define void @chunk{self._rank}(i64 %first, i64 %n, ptr %in, ptr %out, ptr %work,"
        yield '    ptr %bad) "stackrealign" noinline {'  # else vectors go to memory in two parts
        yield "start:"
        for slot in self._loads:
            if slot < self._code.inputs:
                yield from self._pointer("i", "in", slot)
                if self._fixed[slot]:
                    yield f"  %v{slot} = load double, ptr %i{slot}.b"
        for place, _ in self._outputs:
            yield from self._pointer("o", "out", place)
        for slot in (*self._loads, *self._chunk.stores):
            if slot >= self._code.inputs:
                at = places[slot] * self._rows
                yield f"  %w{slot} = getelementptr double, ptr %work, i64 {at}"
        yield "  %flags = getelementptr i8, ptr %bad, i64 %first"
        yield "  br label %loop"
        yield "loop:"
        yield "  %k = phi i64 [0, %start], [%next, %loop]"
        yield from (f"  {line}" for line in body)
        yield "  %next = add nuw nsw i64 %k, 1"
        yield "  %more = icmp slt i64 %next, %n"
        yield f"  br i1 %more, label %loop, label %end, !llvm.loop !{2 * self._rank + 1}"
        yield "end:"
        yield "  ret void"
        yield "}"
        group, loop = 2 * self._rank, 2 * self._rank + 1
        yield f"!{group} = distinct !{{}}"
        yield f'!{loop} = distinct !{{!{loop}, !{{!"llvm.loop.parallel_accesses", !{group}}}}}'

    @staticmethod
    def _pointer(kind: str, array: str, place: int) -> Iterator[str]:
        """The address of a column, ``.b``, and where its first row of these is."""
        name = f"%{kind}{place}"
        yield f"  {name}.a = getelementptr ptr, ptr %{array}, i64 {place}"
        yield f"  {name}.b = load ptr, ptr {name}.a"
        yield f"  {name} = getelementptr double, ptr {name}.b, i64 %first"

    def _body(self) -> list[str]:
        """What is done for the row ``%k``."""
        code, found, chunk = self._code, self._found, self._chunk
        body = Body(code, found, self._pairs)
        for slot in self._loads:
            if slot >= code.inputs or not self._fixed[slot]:
                column = f"i{slot}" if slot < code.inputs else f"w{slot}"
                body.lines += [
                    f"%l{slot} = getelementptr double, ptr %{column}, i64 %k",
                    f"%v{slot} = load double, ptr %l{slot}{self._mark}",
                ]
        if found.bound and self._rank == 0:
            body.look_at_all(range(code.inputs), found.bound)
        for slot in range(chunk.first, chunk.end):
            body.compute(slot)
        kept = [(f"w{slot}", slot) for slot in chunk.stores]
        kept += [(f"o{place}", slot) for place, slot in self._outputs]
        for column, slot in kept:
            body.lines += [
                f"%{column}.k = getelementptr double, ptr %{column}, i64 %k",
                f"store double {body.name(slot)}, ptr %{column}.k{self._mark}",
            ]
        for slot in () if found.bound else dict.fromkeys(slot for _, slot in self._outputs):
            body.finite(slot)
        for slot in dict.fromkeys(self._watched):
            body.zero(slot)
        good, far = body.all_good(), body.any_far()
        return [*body.lines, *self._flags(good, far)]

    def _flags(self, good: str, far: str) -> list[str]:
        """The byte of the row, to which a later loop adds."""
        if self._rank and good == "true" and far == "false":
            return []
        lines = [f"%not = xor i1 {good}, true", "%byte = zext i1 %not to i8"]
        flag = "%byte"
        if far != "false":
            lines += [f"%apart = select i1 {far}, i8 {FAR}, i8 0", f"%two = or i8 {flag}, %apart"]
            flag = "%two"
        lines.append("%b = getelementptr i8, ptr %flags, i64 %k")
        if self._rank:
            lines += [f"%old = load i8, ptr %b{self._mark}", f"%both = or i8 %old, {flag}"]
            flag = "%both"
        return [*lines, f"store i8 {flag}, ptr %b{self._mark}"]


def _rows(chunks: int, rows: int) -> Iterator[str]:
    """The last module: what has the chunks go over some rows in turn."""
    yield "define void @rows(i64 %n, ptr %in, ptr %out, ptr %bad, ptr %work) {"
    yield "start:"
    yield "  %some = icmp sgt i64 %n, 0"
    yield "  br i1 %some, label %loop, label %end"
    yield "loop:"
    yield "  %first = phi i64 [0, %start], [%next, %loop]"
    yield "  %rest = sub i64 %n, %first"
    yield f"  %all = icmp slt i64 %rest, {rows}"
    yield f"  %count = select i1 %all, i64 %rest, i64 {rows}"
    for rank in range(chunks):
        yield f"  %t{rank} = getelementptr ptr, ptr @table, i64 {rank}"
        yield f"  %h{rank} = load ptr, ptr %t{rank}"
        given = "i64 %first, i64 %count, ptr %in, ptr %out, ptr %work, ptr %bad"
        yield f"  call void %h{rank}({given})"
    yield f"  %next = add nuw nsw i64 %first, {rows}"
    yield "  %more = icmp slt i64 %next, %n"
    yield "  br i1 %more, label %loop, label %end"
    yield "end:"
    yield "  ret void"
    yield "}"
    yield f"@table = global [{chunks} x ptr] zeroinitializer"
