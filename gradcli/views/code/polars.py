"""Polars: a function of a frame, whose columns are computed from columns, a level after another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.views.code.known import TOLERANCE
from gradcli.views.code.layout import WIDTH, call
from gradcli.views.code.levels import columns_of, levels_of
from gradcli.views.code.module import module
from gradcli.views.code.python import CLOSING, rows_of

if TYPE_CHECKING:
    from gradcli.views.code.asked import Wanted
    from gradcli.views.code.known import Known
    from gradcli.views.code.program import Program

IMPORTS = ("import polars as pl", "from polars import col")
"""What is imported."""

HEAD = '''\
def double(x: float | pl.Expr) -> pl.Expr:
    """An expression of doubles, of another or of a number."""
    return (x if isinstance(x, pl.Expr) else pl.lit(float(x))).cast(pl.Float64)


def where(condition: pl.Expr, x: float | pl.Expr, y: float | pl.Expr) -> pl.Expr:
    """One of two where a condition holds, else the other."""
    return pl.when(condition).then(x).otherwise(y)

'''


def render(program: Program, wanted: Wanted, known: Sequence[Known]) -> str:
    """The text of a module with one function of a frame."""
    body, columns = columns_of(program, wanted)
    name = wanted.called(program)
    keys = [ascii(program.solution.names[node]) for node in program.inputs]
    lines = [
        f"def {name}(frame: pl.DataFrame) -> pl.DataFrame:",
        '    """A frame with value and derivatives."""',
    ]
    given = [f"{own}=double(col({key}))" for own, key in zip(program.parameters, keys, strict=True)]
    lines += call("    frame = frame.select", [(each, None) for each in given])
    for level in levels_of(body):
        items = [(f"{line.name}={_of_columns(line.text)}", line.remark) for line in level]
        lines += call("    frame = frame.with_columns", items)
    spare = {"self": "self_"}  # select calls its frame so, and takes no column of that name
    results = ", ".join(
        f"{spare.get(column, column)!a}: {_of_columns(f'double({text})')}"
        for column, text in zip(columns, body.results, strict=True)
    )
    if spare.keys() & {*columns}:
        lines.append(f"    frame = frame.select(**{{{results}}})")
        lines += ['    return frame.rename({"self_": "self"})', "", ""]
    else:
        lines += [f"    return frame.select(**{{{results}}})", "", ""]
    lines += _test(name, keys, known, len(columns)) if known else []
    helpers = program.writing.helpers()
    return module(wanted.remarks(program, "#", WIDTH), IMPORTS, HEAD.split("\n"), helpers, lines)


def _of_columns(text: str) -> str:
    """A text in which columns, which are doubles anyway, are not made doubles again."""
    return _COLUMN.sub(r"\1", text)


_COLUMN = re.compile(r"\bdouble\((col\.\w+)\)")


def _test(name: str, keys: Sequence[str], known: Sequence[Known], results: int) -> Iterator[str]:
    yield from rows_of(known, results)
    yield "def test() -> None:"
    yield '    """Every number is that of gradcli."""'
    typed = "" if keys else ": list[str]"
    yield f"    names{typed} = [{', '.join(keys)}]"
    yield "    points = {name: [point[at] for point, _ in KNOWN] for at, name in enumerate(names)}"
    yield f"    found = {name}(pl.DataFrame(points)).rows()"
    yield "    for row, (point, numbers) in zip(found, KNOWN):"
    yield "        for one, other in zip(row, numbers):"
    yield f"            near = abs(one - other) <= {TOLERANCE!r} * max(abs(other), 1e-3)"
    yield "            assert near, (point, one, other)"
    yield from CLOSING
