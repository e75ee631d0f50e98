"""SQL and Polars: columns from columns, a level of lines after another."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.errors import InputError
from gradcli.views.code.known import TOLERANCE

if TYPE_CHECKING:
    from gradcli.views.code.asked import Wanted
    from gradcli.views.code.known import Known
    from gradcli.views.code.program import Body, Line, Program


def _levels(body: Body) -> list[list[Line]]:
    """The lines by levels: each needs those of earlier levels alone."""
    found: dict[int, list[Line]] = defaultdict(list)
    for line in body.lines:
        found[line.level].append(line)
    return [found[level] for level in sorted(found)]


def _body(program: Program, wanted: Wanted) -> tuple[Body, list[str]]:
    """The lines that are needed, and what the columns of results are called."""
    results = wanted.results(program)
    output = program.solution.output
    names = [program.solution.names[node] for node in program.by]
    columns = [output, *(f"d{output}/d{name}" for name in names)]
    columns += [f"d2{output}/d{one}d{other}" for one in names for other in names]
    return program.body(results), columns[:results]


# --- SQL ------------------------------------------------------------------------------------------


def sql(program: Program, wanted: Wanted, known: Sequence[Known]) -> str:
    """The text of a query, and of one that compares it with gradcli's numbers."""
    _check_columns(program)
    body, columns = _body(program, wanted)
    lines = [*(f"-- {line}".rstrip() for line in wanted.remarks(program)), *_columns(program)]
    results = zip(body.results, map(_quoted, columns), strict=True)
    ends = [f"{text} AS {column}" for text, column in results]
    lines += [*_query(program, body, [], "data", []), *_select(ends, body)]
    if known:
        expected = [f"expected_{place}" for place in range(len(columns))]
        near = [
            f"abs({text} - {other}) <= {TOLERANCE!r} * CASE WHEN abs({other}) > 1e-3"
            f" THEN abs({other}) ELSE 1e-3 END"
            for text, other in zip(body.results, expected, strict=True)
        ]
        agree = "\n    AND ".join(near)
        test = f"CASE WHEN {agree}\n    THEN 'agrees' ELSE 'differs' END AS test"
        constant = program.target.constant
        rows = [
            ", ".join(map(constant, [*each.point, *each.results[: len(columns)]])) for each in known
        ]
        lines += ["", "-- The same at some points, compared with gradcli's numbers there."]
        lines += [*_query(program, body, expected, "known", rows), *_select([test], body)]
    return "\n".join(lines)


def _check_columns(program: Program) -> None:
    """Refuse inputs that would be one column.

    Raises:
        InputError: the names of two differ in nothing but in upper and lower case.
    """
    known: dict[str, str] = {}
    for node in program.inputs:
        other = known.setdefault(node.name.lower(), node.name)
        if other != node.name:
            raise InputError(
                "given-twice",
                f"{other} and {node.name} are the same column to SQL",
                hint="call one of them otherwise",
            )


def _columns(program: Program) -> Iterator[str]:
    names = [program.solution.names[node] for node in program.inputs]
    yield f"-- The table is data, with these columns: {', '.join(names) or 'none'}"
    yield ""


def _query(
    program: Program, body: Body, more: Sequence[str], table: str, rows: Sequence[str]
) -> Iterator[str]:
    """What stands before the last SELECT."""
    names = [_quoted(program.solution.names[node]) for node in program.inputs]
    if rows:  # SQLite gives some names to nothing but columns of tables: "true" is none of VALUES
        names = [f"given_{place}" for place in range(len(names))]
    yield "WITH"
    if rows:
        yield f"  known({', '.join([*names, *more])}) AS (VALUES"
        yield from (
            f"    ({row}){',' * (number < len(rows))}" for number, row in enumerate(rows, 1)
        )
        yield "  ),"
    given = [
        f"CAST({name} AS DOUBLE PRECISION) AS {own}"
        for name, own in zip(names, program.parameters, strict=True)
    ]
    given += more or ([] if given else ["0e0 AS nothing"])
    levels = _levels(body)
    yield "  inputs AS ("
    yield "    SELECT"
    yield from _listed(given)
    yield f"    FROM {table}"
    yield "  )" + "," * bool(levels)
    before = "inputs"
    for number, level in enumerate(levels, 1):
        yield f"  lines_{number} AS MATERIALIZED ("
        yield "    SELECT *,"
        last = level[-1]
        for line in level:
            remark = f"  -- {line.remark}" if line.remark else ""
            yield f"      {line.text} AS {line.name}{',' * (line is not last)}{remark}"
        yield f"    FROM {before}"
        yield "  )" + "," * (number < len(levels))
        before = f"lines_{number}"


def _select(results: Sequence[str], body: Body) -> Iterator[str]:
    levels = len(_levels(body))
    yield "SELECT"
    yield from _listed(results, "  ")
    yield f"FROM {f'lines_{levels}' if levels else 'inputs'};"


def _listed(parts: Sequence[str], indent: str = "      ") -> Iterator[str]:
    for number, part in enumerate(parts, 1):
        yield f"{indent}{part}{',' * (number < len(parts))}"


def _quoted(name: str) -> str:
    """A name of the user's as SQL quotes one."""
    return '"' + name.replace('"', '""') + '"'


# --- Polars ---------------------------------------------------------------------------------------

_HEAD = '''\
import polars as pl


def double(x):
    """An expression of doubles, of another or of a number."""
    return (x if isinstance(x, pl.Expr) else pl.lit(float(x))).cast(pl.Float64)
'''


def polars(program: Program, wanted: Wanted, known: Sequence[Known]) -> str:
    """The text of a module with one function of a frame."""
    body, columns = _body(program, wanted)
    name = wanted.called(program)
    keys = [json.dumps(program.solution.names[node]) for node in program.inputs]
    lines = [
        *(f"# {line}".rstrip() for line in wanted.remarks(program)),
        "",
        *_HEAD.split("\n"),
        *_owned(program.writing.helpers()),
        "",
        f"def {name}(frame):",
        f'    """A frame with {"value and derivatives" if wanted.order else "the value"}."""',
        "    return (",
        "        frame.select(",
    ]
    given = zip(program.parameters, keys, strict=True)
    lines += [f"            {own}=double(pl.col({key}))," for own, key in given]
    lines += ["        )"]
    for level in _levels(body):
        lines.append("        .with_columns(")
        for line in level:
            remark = f"  # {line.remark}" if line.remark else ""
            lines.append(f"            {line.name}={line.text},{remark}")
        lines.append("        )")
    lines += ["        .select(", "            **{"]
    results = zip(columns, body.results, strict=True)
    lines += [f"                {json.dumps(column)}: double({text})," for column, text in results]
    lines += ["            }", "        )", "    )", ""]
    if known:
        lines += _polars_test(name, keys, known, len(columns))
    return "\n".join(lines).rstrip("\n")


def _owned(helpers: Sequence[str]) -> list[str]:
    """Functions of gradcli's own, without the blank lines around all of them."""
    text = "\n".join(helpers).strip("\n")
    return ["", *text.split("\n"), ""] if text else []


def _polars_test(
    name: str, keys: Sequence[str], known: Sequence[Known], results: int
) -> Iterator[str]:
    yield ""
    yield "# Points, and gradcli's numbers there."
    yield "KNOWN = ["
    for point, numbers in known:
        yield f"    ({[*point]}, {[*numbers[:results]]}),"
    yield "]"
    yield ""
    yield ""
    yield "def test():"
    yield '    """Every number is that of gradcli."""'
    yield f"    names = [{', '.join(keys)}]"
    yield "    points = {name: [point[at] for point, _ in KNOWN] for at, name in enumerate(names)}"
    yield f"    found = {name}(pl.DataFrame(points)).rows()"
    yield "    for row, (point, numbers) in zip(found, KNOWN):"
    yield "        for one, other in zip(row, numbers):"
    yield f"            near = abs(one - other) <= {TOLERANCE!r} * max(abs(other), 1e-3)"
    yield "            assert near, (point, one, other)"
    yield ""
    yield ""
    yield 'if __name__ == "__main__":'
    yield "    test()"
    yield '    print(f"{len(KNOWN)} points agree with gradcli")'
