"""Sparse Jacobians and Hessians of a program at many points: pattern and colours are found once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.errors import Problem
from gradcli.graph.node import Node
from gradcli.graph.shapes import no_gradient
from gradcli.programs import colouring, pattern, sweeps
from gradcli.programs.columns import Columns
from gradcli.programs.numbers import NumberProgram

if TYPE_CHECKING:
    from gradcli.programs.arrays import ArrayProgram


class Sparse:
    """The sparse derivatives of a program.

    Args:
        program: what computes products with vectors.
        nodes: the inputs in the order of points.
    """

    def __init__(self, program: NumberProgram | ArrayProgram, nodes: Sequence[Node]) -> None:
        self._program = program
        self._nodes = nodes
        self._output = program.model.output
        self._columns = Columns({node: node.name for node in nodes})
        self._rows = Columns({self._output: "out"})

    def hessian(self, point: Sequence[Any]) -> tuple[Any, list[Problem]]:
        """The Hessian at a point as a ``csr_array``, and what there is to say of it.

        Raises:
            InputError: the output is an array.
            UsageError: SciPy is not installed.
        """
        rows, colours = self._symmetric
        problems: list[Problem] = []

        def times(vector: list[float]) -> list[float]:
            outcome = self._program.second_along(point, self._parts(vector))
            problems.extend(outcome.problems)
            return self._numbers(outcome.parts)

        entries = sweeps.symmetric(rows, colours, times)
        return sweeps.sparse(rows, entries, len(self._columns)), problems

    def jacobian(self, point: Sequence[Any]) -> tuple[Any, list[Problem]]:
        """The Jacobian at a point, likewise: a row for each entry of the output."""
        rows, turned, forward, backward = self._general
        problems: list[Problem] = []

        def push(vector: list[float]) -> list[float]:
            outcome = self._program.along(point, self._parts(vector))
            problems.extend(outcome.problems)
            return self._rows.numbers({self._output: outcome.parts[0]})

        def pull(vector: list[float]) -> list[float]:
            outcome = self._program.back(point, self._rows.parts(vector)[self._output])
            problems.extend(outcome.problems)
            return self._numbers(outcome.parts)

        if colouring.count_of(forward) <= colouring.count_of(backward):
            entries = sweeps.general(rows, forward, push)
        else:
            found = sweeps.general(turned, backward, pull)
            entries = sweeps.turned_entries(turned, found, len(rows))
        return sweeps.sparse(rows, entries, len(self._columns)), problems

    @cached_property
    def _symmetric(self) -> tuple[pattern.Rows, colouring.Colours]:
        """The pattern of the Hessian, and the colours of its columns."""
        if self._output.shape:
            raise no_gradient(self._output.form)
        structure = pattern.structure_of(self._program.model.graph, [self._output])
        rows = pattern.hessian(structure, self._output, self._nodes)
        return rows, colouring.symmetric(rows)

    @cached_property
    def _general(self) -> tuple[pattern.Rows, pattern.Rows, colouring.Colours, colouring.Colours]:
        """The pattern of the Jacobian and of its transpose, and the colours of their columns."""
        structure = pattern.structure_of(self._program.model.graph, [self._output])
        rows = pattern.jacobian(structure, [self._output], self._nodes)
        width = len(self._columns)
        turned = sweeps.turned(rows, width)
        forward, backward = colouring.columns(rows, width), colouring.columns(turned, len(rows))
        return rows, turned, forward, backward

    def _parts(self, vector: Sequence[float]) -> list[Any]:
        return [*self._columns.parts(vector).values()]

    def _numbers(self, parts: Sequence[Any]) -> list[float]:
        return self._columns.numbers(dict(zip(self._nodes, parts, strict=True)))
