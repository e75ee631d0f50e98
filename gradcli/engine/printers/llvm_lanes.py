"""Lines of LLVM on one number made lines on several numbers side by side, the lanes of a vector.

What is written for one number (`llvm`) is read as it stands: types become those of vectors,
constants are put into all lanes, and functions of C become vector functions. Where the platform has
none, the lanes go through the function one after another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gradcli.engine.printers.llvm import FUNCTIONS, PREFIX, called, declared
from gradcli.engine.schedule import Step

Variants = Mapping[str, Sequence[tuple[str, int]]]
"""For a function the vector functions that there are of it: their symbols and how many numbers."""


class Lanes(NamedTuple):
    """How many numbers are side by side, and what there is for as many.

    Attributes:
        width: how many.
        variants: the vector functions that there are.
    """

    width: int
    variants: Variants

    @property
    def floats(self) -> str:
        """The type of numbers."""
        return self.of("double")

    def of(self, kind: str) -> str:
        """The type of as many of a kind."""
        return f"<{self.width} x {kind}>"

    def widened(self, lines: Iterable[str]) -> Iterator[str]:
        """Lines that compute one number, made lines that compute one in each lane."""
        return map(self.line, lines)

    def line(self, text: str) -> str:
        """One of them."""
        return _WORD.sub(self._word, text)

    def everywhere(self, name: str, place: str) -> Iterator[str]:
        """The lines that put the number at a place into all lanes."""
        kind = self.floats
        yield f"{name}.a = load double, ptr {place}"
        yield f"{name}.b = insertelement {kind} poison, double {name}.a, i64 0"
        zeros = f"{self.of('i32')} zeroinitializer"
        yield f"{name} = shufflevector {kind} {name}.b, {kind} poison, {zeros}"

    def _word(self, found: re.Match[str]) -> str:
        text = found[0]
        if found["kind"]:
            return self.of(text)
        if found["float"]:
            return f"splat (double {text})"
        if found["whole"]:
            return f"splat (i64 {text})"
        if found["flag"]:
            return f"splat (i1 {text})"
        if found["function"]:
            op = found["function"]
            return f"@{self._symbol(op) or f'lanes_{op}'}("
        return f".v{self.width}{found['suffix']}("

    def _symbol(self, op: str) -> str:
        """The vector function for an operation, if there is one."""
        there = {width: symbol for symbol, width in self.variants.get(op, ())}
        return there.get(self.width, "")

    def declarations(self, steps: Iterable[Step]) -> Iterator[str]:
        """The functions that are called for some steps, none of which does but compute."""
        ops = {op for op, _ in steps} | {"exp"}
        for op in sorted(ops & {*FUNCTIONS}):
            count, symbol = FUNCTIONS[op], self._symbol(op)
            if symbol:
                yield declared(symbol, self.floats, count)
            else:
                yield declared(f"{PREFIX}{op}", "double", count)
                yield from self._one_by_one(op, count)
        intrinsics = [called(op) for op in sorted(ops) if called(op)[0].startswith("llvm.")]
        for name, count in (*intrinsics, *_ALWAYS):
            stem, _, suffix = name.rpartition(".")
            kind = "double" if suffix == "f64" else suffix
            yield declared(f"{stem}.v{self.width}{suffix}", self.of(kind), count)
        yield declared("llvm.smin.i64", "i64", 2)
        yield "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)"

    def _one_by_one(self, op: str, count: int) -> Iterator[str]:
        """A function that has those of C compute each lane."""
        given = ", ".join(f"{self.floats} %x{place}" for place in range(count))
        yield f"define internal {self.floats} @lanes_{op}({given}) noinline {{"
        last = "poison"
        for lane in range(self.width):
            for place in range(count):
                yield f"  %a{lane}.{place} = extractelement {self.floats} %x{place}, i64 {lane}"
            args = ", ".join(f"double %a{lane}.{place}" for place in range(count))
            yield f"  %b{lane} = call double @{PREFIX}{op}({args})"
            yield f"  %c{lane} = insertelement {self.floats} {last}, double %b{lane}, i64 {lane}"
            last = f"%c{lane}"
        yield f"  ret {self.floats} {last}"
        yield "}"


_WORD = re.compile(
    rf"""
      \b(?P<kind> double | i64 | i1 )\b
    | (?<=[ ,(])(?P<float> 0x[0-9A-F]{{16}} | -?\d+\.\d+ )
    | (?<=[ ,(])(?P<whole> -?\d+ )(?=[,)]|$)
    | (?<=[ ,(])(?P<flag> true | false )(?=[,)]|$)
    | @{PREFIX}(?P<function> \w+ )\(
    | (?<=\w)\.(?P<suffix> f64 | i64 )\(
    """,
    re.VERBOSE,
)

_ALWAYS = (
    *(("llvm.fabs.f64", 1), ("llvm.sqrt.f64", 1), ("llvm.fma.f64", 3)),
    *(("llvm.umin.i64", 2), ("llvm.umax.i64", 2)),
)
"""What is declared whether anything calls it or not."""
