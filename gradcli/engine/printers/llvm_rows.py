"""A module of LLVM with one loop over the rows of columns, which is vectorised.

Numbers that have to be looked at make a flag for their row.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.engine.expanding import Code
from gradcli.engine.printers.llvm import Body, Variants, declarations
from gradcli.engine.ranges import Looks


def module(
    code: Code, results: int, found: Looks, fixed: Sequence[bool], variants: Variants
) -> str:
    """The text of a module with one function, ``rows``.

    It takes how many rows there are, a pointer to the column of each input, to the place of each
    result, and to a byte for each row, which is set where the row is to be mended.

    Args:
        code: the operations.
        results: how many outputs are results; where one of the others is not 0, a row is mended.
        found: what has to be looked at.
        fixed: for each input whether one number is that of all rows.
        variants: the vector functions that there are.
    """
    lines = _rows(code, results, found, fixed)
    return "\n".join([*lines, *declarations(code.steps, variants)]) + "\n"


def _rows(code: Code, results: int, found: Looks, fixed: Sequence[bool]) -> list[str]:
    pointers = [f"ptr noalias %i{place}" for place in range(code.inputs)]
    pointers += [f"ptr noalias %o{place}" for place in range(results)]
    return [
        f'define void @rows(i64 %n, {", ".join(pointers)}, ptr noalias %bad) "stackrealign" {{',
        "start:",
        *(f"  %v{p} = load double, ptr %i{p}" for p in range(code.inputs) if fixed[p]),
        "  %some = icmp sgt i64 %n, 0",
        "  br i1 %some, label %loop, label %end",
        "loop:",
        "  %k = phi i64 [0, %start], [%next, %loop]",
        *(f"  {line}" for line in _row(code, results, found, fixed)),
        "  %next = add nuw nsw i64 %k, 1",
        "  %more = icmp slt i64 %next, %n",
        "  br i1 %more, label %loop, label %end",
        "end:",
        "  ret void",
        "}",
    ]


def _row(code: Code, results: int, found: Looks, fixed: Sequence[bool]) -> list[str]:
    """What is done for the row ``%k``."""
    body = Body(code, found)
    for place in range(code.inputs):
        if not fixed[place]:
            body.lines += [
                f"%p{place} = getelementptr double, ptr %i{place}, i64 %k",
                f"%v{place} = load double, ptr %p{place}",
            ]
    if found.bound:
        body.look_at_all(range(code.inputs), found.bound)
    for slot in range(code.first, code.first + len(code.steps)):
        body.compute(slot)
    for place, slot in enumerate(code.outputs[:results]):
        body.lines += [
            f"%q{place} = getelementptr double, ptr %o{place}, i64 %k",
            f"store double {body.name(slot)}, ptr %q{place}",
        ]
    for slot in () if found.bound else dict.fromkeys(code.outputs[:results]):
        body.finite(slot)
    for slot in dict.fromkeys(code.outputs[results:]):
        body.zero(slot)
    good = body.all_good()
    return [
        *body.lines,
        f"%not = xor i1 {good}, true",
        "%byte = zext i1 %not to i8",
        "%b = getelementptr i8, ptr %bad, i64 %k",
        "store i8 %byte, ptr %b",
    ]
