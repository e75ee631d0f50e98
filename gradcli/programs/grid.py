"""A program over a grid: its value and derivatives at every choice of points of some inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite, isnan
from threading import RLock
from typing import Any

from gradcli.errors import InputError, Note, Option, Problem, Sentence, UsageError
from gradcli.evaluation.elements import is_listed, number
from gradcli.evaluation.solve import read_model
from gradcli.graph.model import Model
from gradcli.hints import listed, no_input, no_node
from gradcli.programs.block import gradient_block
from gradcli.programs.compiled import Compiled
from gradcli.programs.numbers import NumberProgram
from gradcli.programs.ranges import refuse_many


@dataclass(frozen=True)
class Grid:
    """A table of a program: a row for each point of the grid.

    Attributes:
        output: the name of the output.
        constants: the inputs that are one number in all rows.
        axes: the inputs that go through points; the last one goes through all of its own first.
        columns: the names of the columns: the axes, ``value``, and ``d_NAME`` for each derivative.
        rows: the numbers.
        notes: readings of the text that the user should know of.
        problems: columns that are not finite in some rows.
    """

    output: str
    constants: Mapping[str, float]
    axes: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[float]]
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()

    def get_all(self, query: str) -> list[float]:
        """The column that ``J``, ``value``, ``dJ/dx`` or ``d/dx`` asks for.

        Raises:
            InputError: there is no such column.
        """
        place = self.columns.index(self.column(query))
        return [row[place] for row in self.rows]

    def column(self, query: str) -> str:
        """The name of that column.

        Raises:
            InputError: there is no such column.
        """
        known = {name: name for name in self.columns}
        known |= {self.output: "value", "out": "value"}
        for name in self.columns[len(self.axes) + 1 :]:
            known |= {
                f"{top}/{name[0]}{name[2:]}": name for top in (f"d{self.output}", "dout", "d")
            }
        found = known.get(query.replace(" ", "").replace("∂", "d"))
        if found is None:
            raise no_node(query, list(known), "a table has no '{}'", "columns")
        return found

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.grid/1`; a number that is not finite is None."""
        rows = [[each if isfinite(each) else None for each in row] for row in self.rows]
        return {
            "schema": "gradcli.grid/1",
            "output": self.output,
            "inputs": dict(self.constants),
            "axes": [*self.axes],
            "columns": [*self.columns],
            "rows": rows,
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
        }


def grid(  # noqa: PLR0913  (what the command line can ask)
    source: str,
    axes: Mapping[str, Sequence[float]],
    constants: Mapping[str, Any],
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
) -> Grid:
    """Tabulate a program over the product of some points of each axis.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing or unknown.
        UsageError: there are arrays, or too many points.
    """
    refuse_many({name: len(points) for name, points in axes.items()})
    if any(map(_is_array, constants.values())):
        raise _of_arrays()
    model = read_model(source, [*constants, *axes], strict=strict, of=of)
    if model.graph.has_arrays:
        raise _of_arrays()
    names = [node.name for node in model.inputs]
    fixed = {name: number(value, name) for name, value in constants.items()}
    wanted = names if wrt is None else wrt
    for name in (*axes, *fixed, *wanted):
        if name not in names:
            raise no_input(name, names)
    missing = [name for name in names if name not in axes and name not in fixed]
    if missing:
        message = f"no value for {listed(missing)}"
        hint = Sentence(
            "give it a number, ",
            Option(missing[0], "1"),
            ", or a range, ",
            Option(missing[0], "0..3:0.5"),
        )
        raise InputError("missing-value", message, hint=hint, names=tuple(missing))
    import numpy as np  # noqa: PLC0415  (only here)

    points = np.array([*product(*axes.values())], dtype=float).reshape(-1, len(axes))
    given = dict(zip(axes, points.T, strict=True))
    found = gradient_block(_compiled(model), fixed, wanted)(given)
    columns = [*axes, *found]
    rows = np.column_stack([points, *found.values()]).tolist()
    output = model.output.label or "out"
    problems = _problems(output, columns, rows, len(axes))
    return Grid(output, fixed, [*axes], columns, rows, tuple(model.notes), problems)


def _compiled(model: Model) -> Compiled:
    program = NumberProgram(model, list(model.inputs), RLock())
    return Compiled(program, None, (_compiled, (model,)))


def _is_array(value: Any) -> bool:
    """Whether a value is a list, or the text of one."""
    return value.lstrip().startswith("[") if isinstance(value, str) else is_listed(value)


def _of_arrays() -> UsageError:
    hint = "give each input a number or a range"
    return UsageError("unsupported", "only programs of numbers are tabulated", hint=hint)


def _problems(
    output: str, columns: Sequence[str], rows: Sequence[Sequence[float]], axes: int
) -> list[Problem]:
    """What is not finite: of each column how often, and where it is so first."""
    found = []
    for place in range(axes, len(columns)):
        bad = [row for row in rows if not isfinite(row[place])]
        if bad:
            first = bad[0][place]
            what = "NaN" if isnan(first) else "Infinity" if first > 0 else "-Infinity"
            where = ", ".join(f"{name} = {bad[0][at]:g}" for at, name in enumerate(columns[:axes]))
            kind = "value" if place == axes else "derivative"
            named = columns[place]
            message = (
                f"{named} is not finite in {len(bad):,} of {len(rows):,} rows, first at {where}"
            )
            node = output if place == axes else named.removeprefix("d_")
            found.append(Problem(kind, node, what, message))
    return found
