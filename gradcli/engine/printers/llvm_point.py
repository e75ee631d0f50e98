"""Modules of LLVM for one point at a time: from one array of Python to another, in chunks.

What chunks have from each other is in memory that is on the stack, or asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gradcli.engine.expanding import Code
from gradcli.engine.printers.llvm import OF_PYTHON, Body, declarations, looked
from gradcli.engine.printers.llvm_buffers import entry
from gradcli.engine.printers.llvm_chunks import Chunk, chunks_of, in_modules, places_of
from gradcli.engine.printers.llvm_floats import constant
from gradcli.engine.printers.llvm_lanes import Lanes
from gradcli.engine.printers.llvm_rolled import Parts
from gradcli.engine.ranges import Looks
from gradcli.engine.rolling import rolled

CHUNK = 200
"""So many operations are a function."""

OF_A_MODULE = 50
"""So many functions are a module, which is compiled at once."""

LONG = 10_000
"""From so many operations on Python's lock is left while they are done."""

ON_STACK = 4096
"""More numbers than these are kept in memory that is asked for."""


def modules(code: Code, results: int, found: Looks, lanes: Lanes) -> tuple[list[str], int]:
    """The texts of the modules, and how many chunks there are, from ``chunk0`` on.

    The last module has the function ``point``, and ``table``, where the addresses of the chunks
    must be put.

    It takes two objects of Python, computes from the floats of the first, puts the results into the
    second, and returns 0; or else 1, where these are no two arrays of so many floats, or plain
    floats do not do.

    Args:
        code: the operations.
        results: how many outputs are results; where one of the others is not 0, 1 is returned.
        found: what has to be looked at.
        lanes: how many numbers are computed at once, where that can be.
    """
    made = rolled(code, results, found)
    if made is not None:
        parts = Parts(code, results, found, made, lanes)
        count = len(made.parts)
        last = _point(code, results, found, count, made.size, parts.copies())
        return [*parts.texts(OF_A_MODULE), "\n".join(last) + "\n"], count
    chunks = chunks_of(code, CHUNK)
    places, size = places_of(chunks)
    functions = [
        _function(code, found, results, chunk, f"chunk{rank}", places)
        for rank, chunk in enumerate(chunks)
    ]
    texts = in_modules(code, chunks, functions, OF_A_MODULE, declarations)
    texts.append("\n".join(_point(code, results, found, len(chunks), size)) + "\n")
    return texts, len(chunks)


def _function(  # noqa: PLR0913, PLR0917  (what is computed, and where it is)
    code: Code, found: Looks, results: int, chunk: Chunk, name: str, places: dict[int, int]
) -> Iterator[str]:
    """The function of a chunk, which returns whether all numbers are ordinary."""
    body = Body(code, found)
    for slot in chunk.loads:
        array, place = ("in", slot) if slot < code.inputs else ("work", places[slot])
        body.lines += [
            f"%p{slot} = getelementptr double, ptr %{array}, i64 {place}",
            f"%v{slot} = load double, ptr %p{slot}",
        ]
    for slot in range(chunk.first, chunk.end):
        body.compute(slot)
    for slot in chunk.stores:
        body.lines += [
            f"%p{slot} = getelementptr double, ptr %work, i64 {places[slot]}",
            f"store double {body.name(slot)}, ptr %p{slot}",
        ]
    for place, slot in enumerate(code.outputs[:results]):
        if chunk.first <= slot < chunk.end:
            body.lines += [
                f"%q{place} = getelementptr double, ptr %out, i64 {place}",
                f"store double {body.name(slot)}, ptr %q{place}",
            ]
    for slot in dict.fromkeys(code.outputs[results:]):
        if chunk.first <= slot < chunk.end:
            body.zero(slot)
    good = body.all_good()
    yield f"define i1 @{name}(ptr noalias %in, ptr noalias %out, ptr noalias %work) noinline {{"
    yield from (f"  {line}" for line in body.lines)
    yield f"  ret i1 {good}"
    yield "}"


def _point(  # noqa: PLR0913, PLR0917  (what is computed, and where it is)
    code: Code,
    results: int,
    found: Looks,
    chunks: int,
    size: int,
    copies: Iterable[str] = (),
) -> Iterator[str]:
    """The last module: Python's objects, and what calls the chunks in turn."""
    yield from entry(code.inputs, results, is_long=len(code.steps) >= LONG)
    yield "define i1 @all(ptr noalias %in, ptr noalias %out) noinline {"
    if size > ON_STACK:
        yield f"  %work = call ptr @PyMem_RawMalloc(i64 {8 * size})"
        yield "  %none = icmp eq ptr %work, null"
        yield "  br i1 %none, label %failed, label %begin"
        yield "failed:"
        yield "  ret i1 false"
    else:
        yield f"  %work = alloca double, i64 {max(size, 1)}, align 8"
        yield "  br label %begin"
    yield "begin:"
    for rank in range(chunks):
        yield f"  %t{rank} = getelementptr ptr, ptr @table, i64 {rank}"
        yield f"  %h{rank} = load ptr, ptr %t{rank}"
        yield f"  %c{rank} = call i1 %h{rank}(ptr %in, ptr %out, ptr %work)"
    yield from (f"  {line}" for line in (*_given(code, results), *copies))
    if size > ON_STACK:
        yield "  call void @PyMem_RawFree(ptr %work)"
    flags = [f"%c{rank}" for rank in range(chunks)]
    if found.bound:
        yield f"  %l0 = call i1 @inputs(ptr %in, i64 {code.inputs})"
    else:
        yield f"  %l0 = call i1 @inputs(ptr %out, i64 {results})"
    for rank, flag in enumerate(flags):
        yield f"  %l{rank + 1} = and i1 %l{rank}, {flag}"
    yield f"  ret i1 %l{chunks}"
    yield "}"
    yield from _loop(found.bound)
    yield f"@table = global [{chunks} x ptr] zeroinitializer"
    yield "declare double @llvm.fabs.f64(double)"
    for each in OF_PYTHON.values():
        yield f"declare {each}"


def _given(code: Code, results: int) -> Iterator[str]:
    """Results that are inputs or constants, which no chunk computes."""
    for place, slot in enumerate(code.outputs[:results]):
        if slot < code.first:
            value = constant(code.constants[slot - code.inputs]) if slot >= code.inputs else ""
            if not value:
                value = f"%s{place}"
                yield f"%r{place} = getelementptr double, ptr %in, i64 {slot}"
                yield f"{value} = load double, ptr %r{place}"
            yield f"%q{place} = getelementptr double, ptr %out, i64 {place}"
            yield f"store double {value}, ptr %q{place}"


def _loop(bound: int) -> Iterable[str]:
    """Whether all numbers of an array are within a bound, or finite if there is none."""
    lines, flag = looked("%x", "%g", bound, may_be_zero=True) if bound else (
        [
            "%g.a = call double @llvm.fabs.f64(double %x)",
            f"%g.b = fcmp olt double %g.a, {constant(float('inf'))}",
        ],
        "%g.b",
    )  # fmt: skip
    return [
        "define i1 @inputs(ptr %in, i64 %n) noinline {",
        "start:",
        "  br label %loop",
        "loop:",
        "  %k = phi i64 [0, %start], [%next, %loop]",
        "  %good = phi i64 [1, %start], [%both, %loop]",
        "  %p = getelementptr double, ptr %in, i64 %k",
        "  %x = load double, ptr %p",
        *(f"  {line}" for line in lines),
        f"  %here = zext i1 {flag} to i64",
        "  %both = and i64 %good, %here",
        "  %next = add nuw nsw i64 %k, 1",
        "  %more = icmp slt i64 %next, %n",
        "  br i1 %more, label %loop, label %end",
        "end:",
        "  %all = icmp ne i64 %both, 0",
        "  ret i1 %all",
        "}",
    ]
