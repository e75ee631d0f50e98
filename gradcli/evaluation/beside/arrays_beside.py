"""Products with vectors of a program of arrays where something is tied, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from gradcli.engine.functions.sums import sum_of
from gradcli.errors import Problem
from gradcli.evaluation.array_solution import ArrayDifferentiated, ArraySolution
from gradcli.evaluation.beside.higher import Higher
from gradcli.evaluation.beside.kinks import along
from gradcli.evaluation.diagnose import about
from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.outcome import Outcome
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.ties import conditions
from gradcli.graph.node import Node
from gradcli.syntax.spelling import array_name, indices_of


class ArraysBeside:
    """A program of arrays beside a point.

    Args:
        program: the program.
        point: the value of every input.
    """

    def __init__(self, program: ArrayDifferentiated, point: Sequence[Any]) -> None:
        self._program = program
        self._output = program.model.output
        self._entries = program.entries
        self._point = point

    def along(self, deltas: Mapping[Node, Any], plain: Outcome) -> Outcome:
        """The derivative along a tangent.

        Args:
            deltas: how fast every input moves.
            plain: the outcome by the conventions of operations by themselves.
        """
        found = [*entries_of(plain.parts[0])]
        problems: list[Problem] = []
        if self._entries is None:
            return self._along_masks(deltas, plain)
        for place, at in enumerate(self._rows):
            if at.whole is None:
                continue
            rates = self._entries.rates(deltas)
            found[place], sides, problem = along(at, rates, "along the tangent")
            problems += [problem] if problem else []
            if sides is None:
                problems += about(at, [*rates])
        return self._outcome(plain, [_shaped(found, self._output)], problems)

    def _along_masks(self, deltas: Mapping[Node, Any], plain: Outcome) -> Outcome:
        """The same of a program that is too large to be written out."""
        from gradcli.evaluation.beside import masked  # noqa: PLC0415  (few are so large)

        at = ArraySolution(self._program, self._point, ())
        found, problems = masked.along(at, deltas, plain.parts[0])
        part = found if self._output.shape else float(found)
        if problems is None:
            return plain._replace(parts=[part])
        return self._outcome(plain, [part], problems)

    def back(self, inputs: Sequence[Node], cotangent: Any, plain: Outcome) -> Outcome:
        """A cotangent of the output pulled back to the inputs.

        Args:
            inputs: the inputs.
            cotangent: that of every entry of the output.
            plain: the outcome by the conventions of operations by themselves.
        """
        factors = entries_of(cotangent)
        rows = [(factor, at) for factor, at in zip(factors, self._rows, strict=False) if factor]
        if self._entries is None or all(at.whole is None for _, at in rows):
            return plain
        slopes = [
            sum_of([factor * at.grad_of(made) for factor, at in rows])
            for made in self._entries.of(inputs)
        ]
        parts: list[Any] = []
        for node in inputs:
            own, slopes = slopes[: node.form.size], slopes[node.form.size :]
            parts.append(_shaped(own, node))
        return self._outcome(plain, parts, [problem for _, at in rows for problem in about(at)])

    @cached_property
    def _rows(self) -> Sequence[Solution]:
        """Each entry of the output at the point; none of what is too large to be looked at."""
        if self._entries is None:
            return ()
        return [self._entries.at(self._point, each) for each in self._entries.outputs]

    @staticmethod
    def _outcome(plain: Outcome, parts: list[Any], problems: list[Problem]) -> Outcome:
        return plain._replace(parts=parts, problems=list(dict.fromkeys(problems)))


class Bends(NamedTuple):
    """Second derivatives.

    Attributes:
        value: a number, or the axes of the one array first and those of the other then.
        problems: what there is to say of them.
    """

    value: Any
    problems: Sequence[Problem]


def second(at: ArraySolution, names: Sequence[str], node: Node) -> Bends | None:
    """The second derivative by two inputs or entries of them, where something is tied.

    Args:
        at: the program at the point.
        names: what it is by.
        node: the derivative in the graph of the program.

    Returns:
        None where nothing is tied, and where nothing is known beside the point.
    """
    graph, output = at.model.graph, at.model.output
    program = {*graph.ancestors([output])}
    ties = conditions(graph.draft(), graph.ancestors([output, node]), program)
    inputs = {each.name: each for each in at.model.inputs}
    is_tied = any(np.any(at.value_of(each)) for each in ties.values())
    numbers = at.in_numbers if is_tied and inputs.keys() >= {*map(array_name, names)} else None
    if numbers is None:
        return None
    known = Higher(numbers.model, numbers.value_of)
    if not known.is_known:
        return None
    rows, columns = (_entries(at, inputs[array_name(name)], name) for name in names)
    pairs = [(a, b) for a in rows.ravel() for b in columns.ravel()]
    told = [each for a, b in pairs for each in known.problems((a, b), f"{a.name},{b.name}")]
    found = np.array([known.value(a, b) for a, b in pairs]).reshape(rows.shape + columns.shape)
    return Bends(found if found.shape else float(found), [*dict.fromkeys(told)])


def _entries(at: ArraySolution, array: Node, name: str) -> Any:
    """The nodes of the entries of an input, or that of one of them, in their shape."""
    entries = np.empty(array.shape, dtype=object)
    entries.flat[:] = at.entries_of(array)
    place = () if name == array.name else tuple(each - 1 for each in indices_of(name))
    return np.array(entries[place], dtype=object)


def _shaped(entries: Sequence[float], node: Node) -> Any:
    return np.array(entries).reshape(node.shape) if node.shape else float(entries[0])
