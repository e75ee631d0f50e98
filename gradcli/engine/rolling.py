"""Long programs rolled up: what is computed in one way of numbers side by side is a loop again.

A formula that was written out, as a sum over a thousand neighbours, has thousands of operations but
few kinds of them. Operations are of one kind if they are the same down to the inputs; those of a
kind whose arguments lie side by side in memory, one after another, are a run. Runs of equal length
that need nothing of each other but what stands in the same place are one loop. A long sum is taken
in the order in which its terms are in memory.

All operations of a kind come after those of the kinds of their arguments, so there is always an
order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gradcli.engine.expanding import Code
from gradcli.engine.ranges import Looks

SHORTEST = 16
"""Shorter runs are no loop, and shorter sums are left in their order."""

MOST_SINGLE = 0.5
"""Where more than this share of the operations is in no loop, a program is left as it is."""

OF_A_PART = 200
"""So many operations are a part."""


class Part:
    """Operations that are computed one after another, or a loop of them; or a sum.

    Attributes:
        rounds: how often the operations are computed, each time of the next numbers in memory; 1
            where they are no loop.
        slots: the operations, of the first round.
        moving: the arguments from elsewhere, of the first round, that are others in each, and how
            far each is from the next.
        fixed: those that are the same in all rounds.
        terms: what is added up to the one operation, if that is a sum.
    """

    def __init__(self, rounds: int, terms: Sequence[int] = ()) -> None:
        self.rounds = rounds
        self.terms = terms
        self.slots: dict[int, None] = {}
        self.moving: dict[int, int] = {}
        self.fixed: set[int] = set()

    def takes(self, moving: Mapping[int, int], fixed: set[int]) -> bool:
        """Whether there is room for one more, with these arguments."""
        return (
            not self.terms
            and len(self.slots) < OF_A_PART
            and self.fixed.isdisjoint(moving)
            and fixed.isdisjoint(self.slots)
            and fixed.isdisjoint(self.moving)
            and all(self.moving.get(arg, gap) == gap for arg, gap in moving.items())
        )


class Rolled(NamedTuple):
    """A program as parts.

    Attributes:
        parts: they, in order.
        rounds: for the first operation of each run all of them, for others themselves.
        places: where in memory each of the operations is that another part needs, or that is asked
            for; those of a run one after another.
        size: how many places there are.
    """

    parts: Sequence[Part]
    rounds: Mapping[int, Sequence[int]]
    places: Mapping[int, int]
    size: int


def rolled(code: Code, results: int, found: Looks) -> Rolled | None:
    """A program as loops; None where it has few.

    Args:
        code: the operations.
        results: how many outputs are results; the others are looked at.
        found: what else has to be looked at.
    """
    if len(code.steps) < SHORTEST / MOST_SINGLE:
        return None
    made = _Rolling(code, results, found)
    single = sum(len(part.slots) for part in made.parts if part.rounds == 1)
    return None if single > MOST_SINGLE * len(code.steps) else made.rolled()


class _Rolling:
    """The kinds of operations, the runs of each kind, and the parts that these are put into."""

    def __init__(self, code: Code, results: int, found: Looks) -> None:
        self._code = code
        self._sums = _sums(code, {*found.numbers, *found.open, *code.outputs})
        self._at = {slot: slot for slot in range(code.first)}
        self._when = dict.fromkeys(range(code.first), -1)
        self._rounds: dict[int, Sequence[int]] = {}
        self._by_rounds: dict[int, list[int]] = {}
        self.parts: list[Part] = []
        for slots in self._kinds(found, {*code.outputs[results:]}):
            self._place(slots)

    def rolled(self) -> Rolled:
        """The parts, with places for what is needed elsewhere."""
        code, when = self._code, self._when
        needed = {slot for slot in code.outputs if slot >= code.first}
        for slot, part in when.items():
            args = self._args(slot)
            needed.update(arg for arg in args if arg >= code.first and when[arg] != part)
        places: dict[int, int] = {}
        # In the order of memory, so that what is side by side stays so.
        for slots in sorted(self._rounds.values(), key=lambda slots: self._at[slots[0]]):
            if not needed.isdisjoint(slots):
                for slot in slots:
                    places[slot] = len(places)
        return Rolled(self.parts, self._rounds, places, len(places))

    def _args(self, slot: int) -> Sequence[int]:
        """What an operation is computed from; of a sum all terms."""
        if slot < self._code.first:
            return ()
        return self._sums.get(slot) or self._code.steps[slot - self._code.first][1]

    def _kinds(self, found: Looks, watched: set[int]) -> Iterator[list[int]]:
        """The operations of each kind, after those of the kinds that they are computed from."""
        code = self._code
        numbers, inner = {*found.numbers}, _inner(code, self._sums)
        kinds: dict[object, int] = {}
        kind_of = [0] * code.inputs + [-1 - place for place in range(len(code.constants))]
        members: list[list[int]] = []
        for slot, (op, args) in enumerate(code.steps, code.first):
            kind_of.append(0)
            if slot in inner:
                continue
            looks = slot in numbers, slot in found.never_zero, slot in found.open, slot in watched
            key = slot if slot in self._sums else (op, looks, *[kind_of[arg] for arg in args])
            kind = kinds.setdefault(key, len(kinds))
            kind_of[slot] = kind + 1
            if kind == len(members):
                members.append([])
            members[kind].append(slot)
        yield from members

    def _place(self, slots: list[int]) -> None:
        """Put the operations of a kind into parts, those that are a run into a loop."""
        if slots[0] in self._sums:
            self._add_sum(*slots)
            return
        runs = [run for group in self._groups(slots) for run in self._runs(group)]
        short = [slot for run, _ in runs if len(run) < SHORTEST for slot in run]
        runs = [run for run in runs if len(run[0]) >= SHORTEST]
        # What is no run by its distances may be one beside an argument that does not move.
        runs += self._runs(
            sorted(short, key=lambda slot: [self._at[arg] for arg in self._args(slot)])
        )
        for run, gaps in runs:
            for part in [run] if len(run) >= SHORTEST else [[slot] for slot in run]:
                for slot in part:
                    self._at[slot] = len(self._at)
                self._add_run(part, gaps if len(part) > 1 else ())

    def _groups(self, slots: Sequence[int]) -> Iterator[list[int]]:
        """The operations of a kind whose arguments are as far from each other, in their order."""
        at, args = self._at, [self._args(slot) for slot in slots]
        moving = [
            place for place, column in enumerate(zip(*args, strict=True)) if len({*column}) > 1
        ]
        groups: dict[tuple[int, ...], list[int]] = {}
        for slot, given in zip(slots, args, strict=True):
            places = [at[given[place]] for place in moving]
            groups.setdefault(tuple(each - places[0] for each in places), []).append(slot)
        for group in groups.values():
            yield sorted(group, key=lambda slot: at[self._args(slot)[moving[0]]] if moving else 0)

    def _runs(self, slots: Sequence[int]) -> list[tuple[list[int], list[int]]]:
        """Operations in runs, each with how far the arguments of one are from those of the next."""
        found: list[tuple[list[int], list[int]]] = []
        for slot in slots:
            if found:
                run, gaps = found[-1]
                one, other = self._args(run[-1]), self._args(slot)
                here = [self._at[b] - self._at[a] for a, b in zip(one, other, strict=True)]
                if here == gaps or (len(run) == 1 and self._is_regular(one, here)):
                    run.append(slot)
                    gaps[:] = here
                    continue
            found.append(([slot], []))
        return found

    def _is_regular(self, args: Sequence[int], gaps: Sequence[int]) -> bool:
        """Whether the arguments of the next operations can be the next ones in memory, or the same.

        Inputs may be further apart. No argument is both.
        """
        known: dict[int, int] = {}
        return any(gaps) and all(
            known.setdefault(arg, gap) == gap
            and (gap in {0, 1} or (gap > 1 and arg < self._code.inputs))
            for arg, gap in zip(args, gaps, strict=True)
        )

    def _add_run(self, slots: Sequence[int], gaps: Sequence[int]) -> None:
        """Put a run, or one operation, into the first part that it can be in."""
        lead, rounds = slots[0], len(slots)
        args = self._args(lead)
        apart = dict(zip(args, gaps, strict=True)) if gaps else dict.fromkeys(args, 1)
        fixed = {arg for arg, gap in apart.items() if not gap}
        moving = {arg: gap for arg, gap in apart.items() if gap}
        needed = max((self._when[arg] for slot in slots for arg in self._args(slot)), default=-1)
        place = self._part(needed, rounds, moving, fixed)
        part = self.parts[place]
        part.moving |= {arg: gap for arg, gap in moving.items() if arg not in part.slots}
        part.fixed |= fixed
        part.slots[lead] = None
        self._rounds[lead] = slots
        self._when.update(dict.fromkeys(slots, place))

    def _part(self, needed: int, rounds: int, moving: Mapping[int, int], fixed: set[int]) -> int:
        """The first part of so many rounds that has room, from the one on that is needed."""
        for place in self._by_rounds.setdefault(rounds, []):
            part = self.parts[place]
            if place < needed or not part.takes(moving, fixed):
                continue
            if place > needed or self._is_level(place, moving, fixed):
                return place
        self.parts.append(Part(rounds))
        self._by_rounds[rounds].append(len(self.parts) - 1)
        return len(self.parts) - 1

    def _is_level(self, place: int, moving: Mapping[int, int], fixed: set[int]) -> bool:
        """Whether what is needed of a part is needed in the round in which it is computed.

        What all rounds need is known before the first of them: none of them can compute it.
        """
        part = self.parts[place]
        return all(self._when[arg] != place for arg in fixed) and all(
            arg in part.slots for arg in moving if self._when[arg] == place
        )

    def _add_sum(self, slot: int) -> None:
        terms = sorted(self._sums[slot], key=self._at.__getitem__)
        part = Part(1, terms)
        part.slots[slot] = None
        self.parts.append(part)
        self._at[slot] = len(self._at)
        self._when[slot] = len(self.parts) - 1
        self._rounds[slot] = [slot]


def _sums(code: Code, kept: set[int]) -> dict[int, list[int]]:
    """The long chains of sums: for the last one of each all terms.

    Args:
        code: the operations.
        kept: the slots that are needed for themselves, so that nothing can be made of them.
    """
    uses = [0] * (code.first + len(code.steps))
    for _, args in code.steps:
        for arg in args:
            uses[arg] += 1
    terms: dict[int, list[int]] = {}
    for slot, (op, args) in enumerate(code.steps, code.first):
        if op != "add":
            continue
        inner = [arg for arg in args if arg in terms and uses[arg] == 1 and arg not in kept]
        if inner:
            # The list goes on from sum to sum, so that a chain takes no longer than its length.
            terms[slot] = terms.pop(inner[0])
            terms[slot].append(args[1] if args[0] == inner[0] else args[0])
        else:
            terms[slot] = [*args]
    return {slot: found for slot, found in terms.items() if len(found) >= SHORTEST}


def _inner(code: Code, sums: Mapping[int, list[int]]) -> set[int]:
    """The sums on the way to long ones."""
    found: set[int] = set()
    for last, terms in sums.items():
        outer, slot = {*terms}, last
        for _ in range(len(terms) - 2):
            _, args = code.steps[slot - code.first]
            slot = next(arg for arg in args if arg not in outer)
            found.add(slot)
    return found
