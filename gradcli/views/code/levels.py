"""What is computed from columns: lines by levels, and what the columns of results are called."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.views.code.asked import Wanted
    from gradcli.views.code.program import Body, Line, Program


def levels_of(body: Body) -> list[list[Line]]:
    """The lines by levels: each needs those of earlier levels alone."""
    found: dict[int, list[Line]] = defaultdict(list)
    for line in body.lines:
        found[line.level].append(line)
    return [found[level] for level in sorted(found)]


def columns_of(program: Program, wanted: Wanted) -> tuple[Body, list[str]]:
    """The lines that are needed, and what the columns of results are called."""
    results = wanted.results(program)
    output = program.solution.output
    names = [program.solution.names[node] for node in program.by]
    columns = [output, *(f"d{output}/d{name}" for name in names)]
    columns += [f"d2{output}/d{one}d{other}" for one in names for other in names]
    return program.body(results), columns[:results]
