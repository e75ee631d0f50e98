"""Operations as expressions of Polars, level by level: nothing of NumPy is needed for them.

The expressions are those that `gradcli code --target polars` writes. Beside the results stands
which rows have to be done again: those in which numbers leave the range that `ranges` knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import reduce
from importlib import import_module
from operator import or_
from types import FunctionType
from typing import Any, NamedTuple

from gradcli.engine.compiled import compiled
from gradcli.engine.expanding import Code
from gradcli.engine.printers.expressions import Lines
from gradcli.engine.printers.python import TESTS
from gradcli.engine.ranges import WIDE, looks
from gradcli.engine.targets.tables import POLARS
from gradcli.engine.targets.target import ARITHMETIC, Writing
from gradcli.errors import UsageError

BAD = "bad"
"""The column that says which rows have to be done again."""

_CHEAP = frozenset((*ARITHMETIC, *TESTS, "abs", "max", "min", "where", "sign", "sqrt", "floor"))

MOST_STEPS = 400
"""Longer programs take Polars longer to plan than they are worth."""


class Expressions(NamedTuple):
    """Some operations as expressions of Polars.

    Attributes:
        levels: expressions by their columns, each of earlier levels and of inputs alone; the input
            at place k is the column ``vk``.
        results: the expression of each result.
        bad: whether a row has to be done again.
        dear: how many of the operations take much longer than reading a number.
    """

    levels: Sequence[dict[str, Any]]
    results: Sequence[Any]
    bad: Any
    dear: int

    def on(self, frame: Any, columns: Sequence[Any], names: Sequence[tuple[str, int]]) -> Any:
        """The results for each row of a frame.

        Args:
            frame: a lazy one.
            columns: for each input the name of a column, or a number for all rows.
            names: what results are called in the frame that is returned, and which these are; its
                last column says which rows have to be done again.
        """
        polars = import_module("polars")
        inputs = {
            f"v{place}": polars.col(each) if isinstance(each, str) else polars.lit(float(each))
            for place, each in enumerate(columns)
        }
        frame = frame.select(**inputs)
        for level in self.levels:
            frame = frame.with_columns(**level)
        found = [self.results[place].alias(name) for name, place in names]
        return frame.select(*found, self.bad.alias(BAD))


def expressions(code_by: Callable[[Any], Code], results: int) -> Expressions | None:
    """The expressions of some operations; None if Polars lacks one of them, or they are too many.

    Args:
        code_by: the operations, by the rules that take them apart.
        results: how many outputs are results; where one of the others is not 0, a row is bad.
    """
    writing = Writing(POLARS, frozenset())
    code = code_by(writing.rules())
    found = looks(code.inputs, code.constants, code.steps, code.outputs)
    if found is None or not code.inputs or len(code.steps) > MOST_STEPS:
        return None
    watched = code.outputs[results:]
    named = [slot for slot in (*found.numbers, *watched) if slot >= code.first]
    try:
        lines = Lines(code, writing.spelling, named, "x({})".format)
    except UsageError:
        return None
    levels = _levels(code, [slot for slot, _ in lines.statements])
    texts = dict(lines.statements)
    rows = ", ".join(
        "{" + ", ".join(f"'v{slot}': {_double(texts[slot])}" for slot in level) + "}"
        for level in levels
    )
    ends = ", ".join(_double(lines.text(slot)) for slot in code.outputs[:results])
    text = f"def made():\n return [{rows}], [{ends}]\n"
    polars = import_module("polars")
    made = FunctionType(
        compiled(text), {"pl": polars, "double": double, "where": _where, "x": _column}
    )
    steps, outputs = made()
    dear = sum(op not in _CHEAP for op, _ in code.steps)
    return Expressions(steps, outputs, _bad(found, code, outputs, watched), dear)


def double(value: Any) -> Any:
    """An expression of doubles, of another or of a number."""
    polars = import_module("polars")
    is_one = isinstance(value, polars.Expr)
    return (value if is_one else polars.lit(float(value))).cast(polars.Float64)


def _where(condition: Any, x: Any, y: Any) -> Any:
    return import_module("polars").when(condition).then(x).otherwise(y)


def _double(text: str) -> str:
    return f"double({text})"


def _column(slot: int) -> Any:
    return import_module("polars").col(f"v{slot}")


def _levels(code: Code, stated: Sequence[int]) -> list[list[int]]:
    """The slots that have a name by levels: each needs those of earlier levels alone."""
    depths = [0] * (code.first + len(code.steps))
    found: dict[int, list[int]] = defaultdict(list)
    are_stated = {*stated}
    for rank, (_, places) in enumerate(code.steps):
        slot = code.first + rank
        depths[slot] = max((depths[place] for place in places), default=0)
        if slot in are_stated:
            found[depths[slot]].append(slot)
            depths[slot] += 1
    return [found[depth] for depth in sorted(found)]


def _bad(found: Any, code: Code, results: Sequence[Any], watched: Sequence[int]) -> Any:
    """Whether a row has to be done again."""
    polars = import_module("polars")
    signs = []

    def within(slot: int, bound: float, *, may_be_zero: bool) -> None:
        size = _column(slot).abs()
        good = (size > 1.0 / bound) & (size < bound)
        signs.append(~(good | (size == 0.0)) if may_be_zero else ~good)

    for slot in range(code.inputs if found.bound else 0):
        within(slot, 2.0**found.bound, may_be_zero=True)
    for slot in found.numbers:
        within(slot, 2.0**WIDE, may_be_zero=slot not in found.never_zero)
    # A constant that is watched is the same in all rows: what it says is no news.
    signs += [_column(slot) != 0.0 for slot in watched if slot >= code.first or slot < code.inputs]
    signs += [~each.is_finite() for each in results]
    return reduce(or_, signs, polars.lit(value=False))
