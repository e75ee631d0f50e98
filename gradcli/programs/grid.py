"""A program over a grid: its value and derivatives at every choice of points of some inputs.

Columns are found by what is asked, as `questions` reads it, and by place: names may be alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite, isnan
from threading import RLock
from typing import Any

from gradcli.errors import InputError, Note, Option, Problem, Sentence, UsageError
from gradcli.evaluation.elements import is_listed, number
from gradcli.evaluation.questions import Asked, asked_for
from gradcli.evaluation.solve import read_model
from gradcli.graph.model import Model
from gradcli.graph.naming import OUTPUT, by_name, name_nodes
from gradcli.hints import listed, no_input
from gradcli.programs.asked import AskedProgram, asked_nodes
from gradcli.programs.block import VALUE, asked_block, gradient_block
from gradcli.programs.compiled import Compiled
from gradcli.programs.numbers import NumberProgram
from gradcli.programs.ranges import refuse_many
from gradcli.syntax.spelling import plain


@dataclass(frozen=True)
class Grid:
    """A table of a program: a row for each point of the grid.

    Attributes:
        output: the name of the output.
        constants: the inputs that are one number in all rows.
        axes: the inputs that go through points; the last one goes through all of its own first.
        columns: the names of the columns: the axes, and ``value`` and ``d_NAME`` for each
            derivative, or the questions that were asked instead.
        asked: what stands in each column after the axes.
        rows: the numbers.
        notes: readings of the text that the user should know of.
        problems: columns that are not finite in some rows.
    """

    output: str
    constants: Mapping[str, float]
    axes: Sequence[str]
    columns: Sequence[str]
    asked: Sequence[Asked]
    rows: Sequence[Sequence[float]]
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()

    def get_all(self, query: str) -> list[float]:
        """The column of one of the questions that were asked."""
        place = self.columns.index(query, len(self.axes))
        return [row[place] for row in self.rows]

    def refuse_alike(self) -> None:
        """Refuse a table in which two columns have one name.

        Raises:
            InputError: an input is called as a column of results is.
        """
        for name in self.axes:
            if name in self.columns[len(self.axes) :]:
                raise InputError(
                    "given-twice",
                    f"there is a column '{name}' already",
                    hint=Sentence(
                        "give the variable another name, or ask for one column: ",
                        Option("get", self.output),
                    ),
                )

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
    queries: Sequence[str] = (),
    strict: bool = False,
) -> Grid:
    """Tabulate a program over the product of some points of each axis.

    Args:
        source: the program.
        axes: the points of each.
        constants: the values of the other inputs.
        of: the step that is the output.
        wrt: the inputs that derivatives are by; None for all.
        queries: what is asked for instead of value and derivatives, as at a point.
        strict: whether letters that run together are names of several letters.

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
    if queries:
        asked = {query: _read(model, query) for query in queries}
        found = _answers(model, asked, fixed, given)
    else:
        asked = {VALUE: Asked("", ())} | {f"d_{name}": Asked("", (name,)) for name in wanted}
        found = gradient_block(_compiled(model), fixed, wanted)(given)
    columns = [*axes, *found]
    rows = np.column_stack([points, *found.values()]).tolist()
    output = model.output.label or OUTPUT
    problems = _problems(output, columns, rows, [*asked.values()])
    notes = tuple(model.notes)
    return Grid(output, fixed, [*axes], columns, [*asked.values()], rows, notes, problems)


def _read(model: Model, query: str) -> Asked:
    """What a question is about; a value is differentiated by nothing.

    Columns have names of their own, ``value`` and ``d_x``, which are questions as well where
    nothing in the program is called so.

    Raises:
        InputError: the program has no such node.
    """
    known = by_name(name_nodes(model), model.output)
    name = plain(query.strip())
    inputs = [node.name for node in model.inputs]
    if name not in known and (name == VALUE or (name[:2] == "d_" and name[2:] in inputs)):
        return Asked("", (name[2:],) if name != VALUE else ())
    asked_nodes(model, [query])
    found = asked_for(query, lambda each: plain(each) in known)
    of, by = (name, ()) if found is None else (plain(found.of), tuple(map(plain, found.by)))
    return Asked("" if known.get(of) is model.output else of, by)


def _answers(
    model: Model,
    asked: Mapping[str, Asked],
    fixed: Mapping[str, float],
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """A column for each question: value and gradient as in a table, all else as it is in nodes."""
    inputs = [node.name for node in model.inputs]
    own = {query: each for query, each in asked.items() if _is_of_gradient(each, inputs)}
    by = dict.fromkeys(name for each in own.values() for name in each.by)
    gradient = gradient_block(_compiled(model), fixed, [*by])(given) if own else {}
    found = {
        query: gradient[f"d_{each.by[0]}" if each.by else VALUE] for query, each in own.items()
    }
    others = [query for query in asked if query not in own]
    if others:
        block = asked_block(_asking(model, others), others, fixed)
        found |= zip(others, block(given).values(), strict=True)
    return {query: found[query] for query in asked}


def _is_of_gradient(asked: Asked, inputs: Sequence[str]) -> bool:
    """Whether a question is about the value of the output, or its derivative by an input."""
    return not asked.of and len(asked.by) <= 1 and set(asked.by) <= {*inputs}


def _asking(model: Model, queries: Sequence[str]) -> Compiled:
    program = AskedProgram(model, list(model.inputs), RLock(), queries)
    return Compiled(program, None, (_asking, (model, queries)))


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
    output: str, columns: Sequence[str], rows: Sequence[Sequence[float]], asked: Sequence[Asked]
) -> list[Problem]:
    """What is not finite: of each column how often, and where it is so first."""
    found = []
    axes = len(columns) - len(asked)
    for place, (of, by) in enumerate(asked, axes):
        bad = [row for row in rows if not isfinite(row[place])]
        if bad:
            first = bad[0][place]
            what = "NaN" if isnan(first) else "Infinity" if first > 0 else "-Infinity"
            where = ", ".join(f"{name} = {bad[0][at]:g}" for at, name in enumerate(columns[:axes]))
            message = (
                f"{columns[place]} is not finite in {len(bad):,} of {len(rows):,} rows,"
                f" first at {where}"
            )
            kind = "derivative" if by else "value"
            found.append(Problem(kind, ",".join(by) or of or output, what, message))
    return found
