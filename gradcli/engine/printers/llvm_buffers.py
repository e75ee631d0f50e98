"""What takes Python's objects in LLVM, and sees that they are arrays of floats that do not overlap.

It is the protocol of buffers, so that arrays of NumPy and of Python are all the same to it.
"""

from __future__ import annotations

from collections.abc import Iterator


def entry(inputs: int, results: int, *, is_long: bool) -> Iterator[str]:
    """The function ``point``, which has ``all`` compute.

    Args:
        inputs: how many floats the first object has to have.
        results: how many the second.
        is_long: whether Python's lock is left meanwhile.
    """
    yield f"{_BUFFER} = type {{ ptr, ptr, i64, i64, i32, i32, ptr, ptr, ptr, ptr, ptr }}"
    yield "define i32 @point(ptr %given, ptr %place) {"
    yield f"  %g = alloca {_BUFFER}"
    yield f"  %p = alloca {_BUFFER}"
    yield from _taken()
    yield "both:"
    yield from _checked(inputs, results)
    yield "run:"
    if is_long:
        yield "  %state = call ptr @PyEval_SaveThread()"
    yield "  %done = call i1 @all(ptr %in, ptr %out)"
    if is_long:
        yield "  call void @PyEval_RestoreThread(ptr %state)"
    yield "  br label %end"
    yield "end:"
    yield "  %good = phi i1 [false, %both], [%done, %run]"
    yield "  call void @PyBuffer_Release(ptr %p)"
    yield "  call void @PyBuffer_Release(ptr %g)"
    yield "  %not = xor i1 %good, true"
    yield "  %r = zext i1 %not to i32"
    yield "  ret i32 %r"
    yield "}"
    yield from _FITS


def _taken() -> Iterator[str]:
    """Both objects are asked for their numbers; where one has none, the first is given back."""
    yield f"  %got = call i32 @PyObject_GetBuffer(ptr %given, ptr %g, i32 {_READ})"
    yield "  %isnt = icmp ne i32 %got, 0"
    yield "  br i1 %isnt, label %neither, label %second"
    yield "second:"
    yield f"  %had = call i32 @PyObject_GetBuffer(ptr %place, ptr %p, i32 {_WRITE})"
    yield "  %hasnt = icmp ne i32 %had, 0"
    yield "  br i1 %hasnt, label %one, label %both"
    yield "neither:"
    yield "  call void @PyErr_Clear()"
    yield "  ret i32 1"
    yield "one:"
    yield "  call void @PyErr_Clear()"
    yield "  call void @PyBuffer_Release(ptr %g)"
    yield "  ret i32 1"


def _checked(inputs: int, results: int) -> Iterator[str]:
    """Both are floats, as many as are wanted, and have no number in common."""
    yield f"  %gf = call i1 @fits(ptr %g, i64 {inputs})"
    yield f"  %pf = call i1 @fits(ptr %p, i64 {results})"
    yield "  %in = load ptr, ptr %g"
    yield "  %out = load ptr, ptr %p"
    yield f"  %inend = getelementptr double, ptr %in, i64 {inputs}"
    yield f"  %outend = getelementptr double, ptr %out, i64 {results}"
    yield "  %before = icmp ule ptr %inend, %out"
    yield "  %after = icmp ule ptr %outend, %in"
    yield "  %apart = or i1 %before, %after"
    yield "  %fit = and i1 %gf, %pf"
    yield "  %ok = and i1 %fit, %apart"
    yield "  br i1 %ok, label %run, label %end"


_BUFFER = "%Buffer"

_READ = 0x38 | 0x04
"""PyBUF_C_CONTIGUOUS and PyBUF_FORMAT."""

_WRITE = _READ | 0x01
"""With PyBUF_WRITABLE."""

_FITS = f"""\
define i1 @fits(ptr %b, i64 %n) {{
  %sizep = getelementptr {_BUFFER}, ptr %b, i32 0, i32 2
  %size = load i64, ptr %sizep
  %whole = shl i64 %n, 3
  %a = icmp eq i64 %size, %whole
  %axesp = getelementptr {_BUFFER}, ptr %b, i32 0, i32 5
  %axes = load i32, ptr %axesp
  %c = icmp eq i32 %axes, 1
  %kindp = getelementptr {_BUFFER}, ptr %b, i32 0, i32 6
  %kind = load ptr, ptr %kindp
  %letter = load i8, ptr %kind
  %d = icmp eq i8 %letter, {ord("d")}
  %restp = getelementptr i8, ptr %kind, i64 1
  %e1 = select i1 %d, ptr %restp, ptr %kind
  %rest = load i8, ptr %e1
  %e = icmp eq i8 %rest, 0
  %start = load ptr, ptr %b
  %number = ptrtoint ptr %start to i64
  %low = and i64 %number, 7
  %f = icmp eq i64 %low, 0
  %g = and i1 %a, %c
  %h = and i1 %d, %e
  %i = and i1 %g, %h
  %j = and i1 %i, %f
  ret i1 %j
}}""".splitlines()
