"""SQL: a query whose columns are computed from columns, a level of lines after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.errors import InputError
from gradcli.views.code.known import TOLERANCE
from gradcli.views.code.levels import columns_of, levels_of
from gradcli.views.code.names import comment
from gradcli.views.code.wrapping import broken, remarked, said, wrapped

if TYPE_CHECKING:
    from gradcli.views.code.asked import Wanted
    from gradcli.views.code.known import Known
    from gradcli.views.code.program import Body, Program


def render(program: Program, wanted: Wanted, known: Sequence[Known]) -> str:
    """The text of a query, and of one that compares it with gradcli's numbers."""
    _check_columns(program)
    body, columns = columns_of(program, wanted)
    lines = [*wanted.remarks(program, "--"), *_columns(program)]
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
    columns = comment(", ".join(names)) or "none"
    yield from said(f"The table is data, with these columns: {columns}", "--")
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
        yield from broken(f"  known({', '.join([*names, *more])}) AS (VALUES")
        yield from wrapped(
            f"    ({row}){',' * (number < len(rows))}" for number, row in enumerate(rows, 1)
        )
        yield "  ),"
    given = [
        f"CAST({name} AS DOUBLE PRECISION) AS {own}"
        for name, own in zip(names, program.parameters, strict=True)
    ]
    given += more or ([] if given else ["0e0 AS nothing"])
    levels = levels_of(body)
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
            text = f"      {line.text} AS {line.name}{',' * (line is not last)}"
            yield from remarked(text, line.remark, "--")
        yield f"    FROM {before}"
        yield "  )" + "," * (number < len(levels))
        before = f"lines_{number}"


def _select(results: Sequence[str], body: Body) -> Iterator[str]:
    levels = len(levels_of(body))
    yield "SELECT"
    yield from _listed(results, "  ")
    yield f"FROM {f'lines_{levels}' if levels else 'inputs'};"


def _listed(parts: Sequence[str], indent: str = "      ") -> Iterator[str]:
    for number, part in enumerate(parts, 1):
        yield from broken(f"{indent}{part}{',' * (number < len(parts))}")


def _quoted(name: str) -> str:
    """A name of the user's as SQL quotes one."""
    return '"' + name.replace('"', '""') + '"'
