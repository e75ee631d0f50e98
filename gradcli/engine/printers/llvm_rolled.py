"""Long programs at a point as loops of LLVM: functions for the parts of a program rolled up.

The rounds of a loop are computed several at once. The last ones are those up to the end, some of
which were computed before: a loop reads nothing that it writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from gradcli.engine.expanding import Code
from gradcli.engine.printers.llvm import Body, declarations
from gradcli.engine.printers.llvm_lanes import Lanes
from gradcli.engine.ranges import Looks
from gradcli.engine.rolling import Part, Rolled


class Parts:
    """The functions of the parts: each returns whether all its numbers are ordinary.

    Args:
        code: the operations.
        results: how many outputs are results; where one of the others is not 0, no number counts.
        found: what has to be looked at.
        made: the same rolled up.
        lanes: how many rounds are computed at once.
    """

    def __init__(self, code: Code, results: int, found: Looks, made: Rolled, lanes: Lanes) -> None:
        self._code, self._found, self._made, self._lanes = code, found, made, lanes
        self._watched = {*code.outputs[results:]}
        self._asked: dict[int, int] = {}
        for place, slot in enumerate(code.outputs[:results]):
            self._asked.setdefault(slot, place)
        self._again = {
            place: slot
            for place, slot in enumerate(code.outputs[:results])
            if slot >= code.first and self._asked[slot] != place
        }

    def texts(self, most: int) -> list[str]:
        """Modules with so many parts each: ``chunk0``, ``chunk1`` … in their order."""
        parts = [*enumerate(self._made.parts)]
        return [self._text(parts[first : first + most]) for first in range(0, len(parts), most)]

    def _text(self, parts: Sequence[tuple[int, Part]]) -> str:
        lines: list[str] = []
        for rank, part in parts:
            name = f"define i1 @chunk{rank}(ptr noalias %in, ptr noalias %out, ptr noalias %work)"
            lines.append(f'{name} "stackrealign" noinline {{')
            write = self._sum if part.terms else self._loop if part.rounds > 1 else self._steps
            lines += [f"  {line}" if not line.endswith(":") else line for line in write(part)]
            lines.append("}")
        slots = [slot for _, part in parts for slot in part.slots]
        steps = [self._code.steps[slot - self._code.first] for slot in slots]
        known = dict.fromkeys(declarations(steps))
        lines += known
        lines += [each for each in self._lanes.declarations(steps) if each not in known]
        kind, width = self._lanes.of("i1"), self._lanes.width
        lines.append(f"declare i1 @llvm.vector.reduce.and.v{width}i1({kind})")
        return "\n".join([*lines, *_TOTAL]) + "\n"

    def _steps(self, part: Part) -> Iterator[str]:
        """Operations one after another."""
        for slot in sorted(self._loads(part.moving)):
            yield f"%p{slot} = {self._pointer(slot)}"
            yield f"%v{slot} = load double, ptr %p{slot}"
        body = self._body(part)
        yield from body.lines
        for slot in part.slots:
            yield from self._stored(slot, f"double {body.name(slot)}", "")
        body.lines.clear()
        good = body.all_good()
        yield from body.lines
        yield f"ret i1 {good}"

    def _body(self, part: Part) -> Body:
        """Its operations, with what has to be looked at."""
        body = Body(self._code, self._found)
        for slot in part.slots:
            body.compute(slot)
            if slot in self._watched:
                body.zero(slot)
        return body

    def _loop(self, part: Part) -> Iterator[str]:
        """The same in rounds."""
        lanes, flags = self._lanes, self._lanes.of("i1")
        yield "start:"
        for slot in sorted(self._loads(part.fixed)):
            yield f"%p{slot} = {self._pointer(slot)}"
            yield from lanes.everywhere(f"%v{slot}", f"%p{slot}")
        yield "br label %loop"
        yield "loop:"
        yield "%k = phi i64 [0, %start], [%next, %loop]"
        yield f"%good = phi {flags} [splat (i1 true), %start], [%both, %loop]"
        for slot in sorted(self._loads(part.moving)):
            yield f"%p{slot} = {self._pointer(slot)}"
            yield from self._loaded(slot, part.moving[slot])
        body = self._body(part)
        good = body.all_good()
        yield from lanes.widened(body.lines)
        for slot in part.slots:
            yield from self._stored(slot, lanes.line(f"double {body.name(slot)}"), "%k")
        yield lanes.line(f"%both = and i1 %good, {good}")
        last = part.rounds - lanes.width
        yield f"%after = add nuw nsw i64 %k, {lanes.width}"
        yield f"%next = call i64 @llvm.smin.i64(i64 %after, i64 {last})"
        yield f"%more = icmp slt i64 %k, {last}"
        yield "br i1 %more, label %loop, label %end"
        yield "end:"
        yield f"%all = call i1 @llvm.vector.reduce.and.v{lanes.width}i1({flags} %both)"
        yield "ret i1 %all"

    def _loaded(self, slot: int, gap: int) -> Iterator[str]:
        """The numbers of some rounds, each so far from the next in memory."""
        kind, name = self._lanes.floats, f"%v{slot}"
        if gap == 1:
            yield f"%q{slot} = getelementptr double, ptr %p{slot}, i64 %k"
            yield f"{name} = load {kind}, ptr %q{slot}, align 8"
            return
        yield f"%q{slot}.k = mul i64 %k, {gap}"
        yield f"%q{slot} = getelementptr double, ptr %p{slot}, i64 %q{slot}.k"
        last = "poison"
        for lane in range(self._lanes.width):
            here = name if lane == self._lanes.width - 1 else f"{name}.{lane}"
            yield f"%q{slot}.{lane} = getelementptr double, ptr %q{slot}, i64 {lane * gap}"
            yield f"%x{slot}.{lane} = load double, ptr %q{slot}.{lane}"
            yield f"{here} = insertelement {kind} {last}, double %x{slot}.{lane}, i64 {lane}"
            last = here

    def _sum(self, part: Part) -> Iterator[str]:
        """A sum of what is side by side in memory, one stretch after another."""
        (slot,) = part.slots
        total, code = "0.0", self._code
        body = Body(code, self._found)
        terms = [each for each in part.terms if not code.inputs <= each < code.first]
        for rank, (first, count) in enumerate(self._stretches(terms)):
            yield f"%p{rank} = {self._pointer(first)}"
            yield f"%t{rank} = call double @total(ptr %p{rank}, i64 {count}, double {total})"
            total = f"%t{rank}"
        for rank, each in enumerate(part.terms):
            if code.inputs <= each < code.first:
                yield f"%c{rank} = fadd double {total}, {body.name(each)}"
                total = f"%c{rank}"
        yield f"%v{slot} = fadd double {total}, 0.0"
        yield from self._stored(slot, f"double %v{slot}", "")
        body.see(slot)
        good = body.all_good()
        yield from body.lines
        yield f"ret i1 {good}"

    def _stretches(self, terms: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The first of some slots side by side, and how many they are."""
        code, places = self._code, self._made.places
        at = [(slot >= code.inputs, places.get(slot, slot)) for slot in terms]
        cuts = [
            rank
            for rank, (one, other) in enumerate(pairwise(at), 1)
            if other != (one[0], one[1] + 1)
        ]
        starts = [0, *cuts, len(at)] if at else []
        for begin, end in pairwise(starts):
            yield terms[begin], end - begin

    def _loads(self, slots: Iterable[int]) -> Iterator[int]:
        """Those of some slots that are in memory, which constants are not."""
        code = self._code
        return (slot for slot in slots if not code.inputs <= slot < code.first)

    def _pointer(self, slot: int) -> str:
        """The address of a number, or of the first of those of a run."""
        if slot < self._code.inputs:
            return f"getelementptr double, ptr %in, i64 {slot}"
        return f"getelementptr double, ptr %work, i64 {self._made.places[slot]}"

    def _stored(self, slot: int, number: str, at: str) -> Iterator[str]:
        """What puts a number, or those of a run, where others have it from or it is asked for."""
        slots = self._made.rounds[slot]
        if slot in self._made.places:
            yield f"%s{slot} = {self._pointer(slot)}"
            yield from self._put(number, f"%s{slot}", at)
        asked = self._places_of(slots)
        if _is_side_by_side(asked):
            yield f"%o{slot} = getelementptr double, ptr %out, i64 {asked[0]}"
            yield from self._put(number, f"%o{slot}", at)

    @staticmethod
    def _put(number: str, pointer: str, at: str) -> Iterator[str]:
        if at:
            yield f"{pointer}.k = getelementptr double, ptr {pointer}, i64 {at}"
            pointer += ".k"
        yield f"store {number}, ptr {pointer}, align 8"

    def copies(self) -> Iterator[str]:
        """What is asked for and was put elsewhere, or is asked for twice."""
        late = dict(self._again)
        for slots in self._made.rounds.values():
            asked = self._places_of(slots)
            if not _is_side_by_side(asked):
                late |= {at: slot for at, slot in zip(asked, slots, strict=True) if at >= 0}
        for place, slot in late.items():
            yield f"%r{place} = {self._pointer(slot)}"
            yield f"%s{place} = load double, ptr %r{place}"
            yield f"%q{place} = getelementptr double, ptr %out, i64 {place}"
            yield f"store double %s{place}, ptr %q{place}"

    def _places_of(self, slots: Sequence[int]) -> list[int]:
        """The first result that each is; -1 where it is none."""
        return [self._asked.get(each, -1) for each in slots]


def _is_side_by_side(places: Sequence[int]) -> bool:
    """Whether there are places, each the one after the one before."""
    return places[0] >= 0 and all(other == one + 1 for one, other in pairwise(places))


_TOTAL = """\
define internal double @total(ptr %p, i64 %n, double %first) noinline {
start:
  br label %loop
loop:
  %k = phi i64 [0, %start], [%next, %loop]
  %sum = phi double [%first, %start], [%more, %loop]
  %q = getelementptr double, ptr %p, i64 %k
  %x = load double, ptr %q
  %more = fadd reassoc double %sum, %x
  %next = add nuw nsw i64 %k, 1
  %isnt = icmp slt i64 %next, %n
  br i1 %isnt, label %loop, label %end
end:
  ret double %more
}""".splitlines()
"""The sum of so many numbers, in any order."""
