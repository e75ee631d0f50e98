"""Modules of LLVM for the rows of columns: loops over some rows, several of them at once.

Each chunk of a program is a loop, and all chunks go over some rows before the next ones come. What
they have from each other is a short column in memory. The last rows of a loop are those up to the
end, some of which were computed before: so there is no other loop for what is left over. Numbers
that have to be looked at make a flag for their row, `MEND`; where an argument is too large for what
is written here of two functions at once, another one, `FAR`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from gradcli.engine.expanding import Code
from gradcli.engine.printers.llvm import Body
from gradcli.engine.printers.llvm_chunks import Chunk, chunks_of, in_modules, places_of
from gradcli.engine.printers.llvm_lanes import Lanes
from gradcli.engine.ranges import Looks

WHOLE = 3000
"""Programs of no more operations are one loop, which is the quickest."""

CHUNK = 500
"""So many operations of a longer one are a loop."""

OF_A_MODULE = 16
"""So many loops are a module, which is compiled at once."""

CACHE = 2**16
"""So many numbers stay in the cache of a core."""

STREAMS = 16
"""So many columns a processor fetches ahead by itself, as it sees that they are gone through."""

FEWEST, MOST = 32, 2**20
"""Between these is the number of rows that a chunk goes over."""


MEND, FAR = 1, 2
"""The flags of a row: that it is to be mended, and that it is to be computed without pairs."""


class Modules(NamedTuple):
    """Texts of modules.

    The last one has the function ``rows``, and ``table``, where the addresses of the chunks must be
    put. It takes how many rows there are, which are as many as lanes at least, the addresses of
    pointers to the columns, of pointers to the places of the results, of a byte for each row, which
    is for its flags, and of memory for so many floats.

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
    lanes: Lanes,
    pairs: Collection[int] = (),
) -> Modules:
    """A program as modules.

    Args:
        code: the operations.
        results: how many outputs are results; where one of the others is not 0, a row is mended.
        found: what has to be looked at.
        fixed: for each input whether one number is that of all rows.
        lanes: how many rows are computed at once.
        pairs: the slots of steps that are computed at once with the one after them.
    """
    chunks = chunks_of(code, CHUNK if len(code.steps) > WHOLE else WHOLE, pairs)
    places, size = places_of(chunks)
    columns = size + code.inputs + results
    rows = max(FEWEST, CACHE // columns // FEWEST * FEWEST) if size else MOST
    loops = [
        _Loop(code, results, found, fixed, chunk, rank, rows, lanes, pairs).lines(places)
        for rank, chunk in enumerate(chunks)
    ]
    texts = in_modules(code, chunks, loops, OF_A_MODULE, lanes.declarations)
    texts.append("\n".join(_rows(len(chunks), rows, lanes.width)) + "\n")
    return Modules(texts, len(chunks), size * rows)


class _Loop:
    """The function of a chunk."""

    def __init__(  # noqa: PLR0913, PLR0917  (what is computed, and of what)
        self,
        code: Code,
        results: int,
        found: Looks,
        fixed: Sequence[bool],
        chunk: Chunk,
        rank: int,
        rows: int,
        lanes: Lanes,
        pairs: Collection[int],
    ) -> None:
        self._code, self._found, self._fixed = code, found, fixed
        self._chunk, self._rank, self._rows = chunk, rank, rows
        self._lanes, self._pairs = lanes, pairs
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
        width = self._lanes.width
        yield f"define void @chunk{self._rank}(i64 %first, i64 %n, ptr %in, ptr %out, ptr %work,"
        yield '    ptr %bad) "stackrealign" noinline {'  # else vectors go to memory in two parts
        yield "start:"
        for slot in self._loads:
            if slot < self._code.inputs:
                yield from self._pointer("i", "in", slot)
                if self._fixed[slot]:
                    yield from self._lanes.everywhere(f"%v{slot}", f"%i{slot}.b")
        for place, _ in self._outputs:
            yield from self._pointer("o", "out", place)
        for slot in (*self._loads, *self._chunk.stores):
            if slot >= self._code.inputs:
                at = places[slot] * self._rows
                yield f"  %w{slot} = getelementptr double, ptr %work, i64 {at}"
        yield "  %flags = getelementptr i8, ptr %bad, i64 %first"
        yield f"  %last = sub i64 %n, {width}"
        yield "  br label %loop"
        yield "loop:"
        yield "  %k = phi i64 [0, %start], [%next, %loop]"
        yield from (f"  {line}" for line in self._body())
        yield f"  %after = add nuw nsw i64 %k, {width}"
        yield "  %next = call i64 @llvm.smin.i64(i64 %after, i64 %last)"
        yield "  %more = icmp slt i64 %k, %last"
        yield "  br i1 %more, label %loop, label %end"
        yield "end:"
        yield "  ret void"
        yield "}"

    @staticmethod
    def _pointer(kind: str, array: str, place: int) -> Iterator[str]:
        """The address of a column, ``.b``, and where its first row of these is."""
        name = f"%{kind}{place}"
        yield f"  {name}.a = getelementptr ptr, ptr %{array}, i64 {place}"
        yield f"  {name}.b = load ptr, ptr {name}.a"
        yield f"  {name} = getelementptr double, ptr {name}.b, i64 %first"

    def _body(self) -> Iterator[str]:
        """What is done for the rows from ``%k`` on."""
        code, found, chunk, lanes = self._code, self._found, self._chunk, self._lanes
        for slot in self._loads:
            if slot >= code.inputs or not self._fixed[slot]:
                column = f"i{slot}" if slot < code.inputs else f"w{slot}"
                yield f"%l{slot} = getelementptr double, ptr %{column}, i64 %k"
                yield f"%v{slot} = load {lanes.floats}, ptr %l{slot}, align 8"
        yield from self._ahead()
        body = Body(code, found, self._pairs)
        if found.bound and self._rank == 0:
            body.look_at_all(range(code.inputs), found.bound)
        for slot in range(chunk.first, chunk.end):
            body.compute(slot)
        yield from lanes.widened(body.lines)
        kept = [(f"w{slot}", slot) for slot in chunk.stores]
        kept += [(f"o{place}", slot) for place, slot in self._outputs]
        for column, slot in kept:
            yield f"%{column}.k = getelementptr double, ptr %{column}, i64 %k"
            number = lanes.line(f"double {body.name(slot)}")
            yield f"store {number}, ptr %{column}.k, align 8"
        body.lines.clear()
        for slot in () if found.bound else dict.fromkeys(slot for _, slot in self._outputs):
            body.finite(slot)
        for slot in dict.fromkeys(self._watched):
            body.zero(slot)
        yield from self._flags(body)

    def _ahead(self) -> Iterator[str]:
        """What fetches the rows after the next ones, where the columns are many."""
        read = [f"%i{slot}" for slot in self._loads
                if slot < self._code.inputs and not self._fixed[slot]]  # fmt: skip
        written = [f"%o{place}" for place, _ in self._outputs]
        if len(read) + len(written) <= STREAMS:
            return
        yield f"%far = add i64 %k, {2 * self._lanes.width}"
        for columns, is_written in ((read, 0), (written, 1)):
            for column in columns:
                yield f"{column}.far = getelementptr double, ptr {column}, i64 %far"
                given = f"ptr {column}.far, i32 {is_written}, i32 3, i32 1"  # to stay; data
                yield f"call void @llvm.prefetch.p0({given})"

    def _flags(self, body: Body) -> Iterator[str]:
        """The bytes of the rows, to which a later loop adds."""
        good, far = body.all_good(), body.any_far()
        if self._rank and good == "true" and far == "false":
            return
        lanes, bytes_ = self._lanes, self._lanes.of("i8")
        yield from lanes.widened([
            *body.lines,
            f"%y.a = xor i1 {good}, true",
            f"%y.b = select i1 %y.a, i64 {MEND}, i64 0",
            f"%y.c = select i1 {far}, i64 {FAR}, i64 0",
            "%y.d = or i64 %y.b, %y.c",
        ])  # fmt: skip
        yield f"%y = trunc {lanes.of('i64')} %y.d to {bytes_}"
        yield "%b = getelementptr i8, ptr %flags, i64 %k"
        flag = "%y"
        if self._rank:
            yield f"%old = load {bytes_}, ptr %b, align 1"
            yield f"%both = or {bytes_} %old, %y"
            flag = "%both"
        yield f"store {bytes_} {flag}, ptr %b, align 1"


def _rows(chunks: int, rows: int, width: int) -> Iterator[str]:
    """The last module: what has the chunks go over some rows in turn."""
    yield "define void @rows(i64 %n, ptr %in, ptr %out, ptr %bad, ptr %work) {"
    yield "start:"
    yield f"  %last = sub i64 %n, {width}"
    yield "  br label %loop"
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
    yield f"  %after = add nuw nsw i64 %first, {rows}"
    yield "  %next = call i64 @llvm.smin.i64(i64 %after, i64 %last)"
    yield "  %more = icmp slt i64 %after, %n"
    yield "  br i1 %more, label %loop, label %end"
    yield "end:"
    yield "  ret void"
    yield "}"
    yield "declare i64 @llvm.smin.i64(i64, i64)"
    yield f"@table = global [{chunks} x ptr] zeroinitializer"
