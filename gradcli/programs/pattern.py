"""Where a Jacobian and a Hessian can be other than 0, found from the structure of a program.

Rows of a Jacobian are what outputs depend on. The Hessian is found from the output back, as in
R. M. Gower, M. P. Mello, "A new framework for the computation of Hessians", Optimization Methods
and Software 27 (2012): what acts together at a number acts together at all that it is made of, and
a sum adds nothing of its own, so that the cost is that of the pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradcli.graph.node import Graph, Node
from gradcli.programs.structure import Structure

SMALL = 64
"""What depends on no more inputs keeps them; those of others are looked for when needed."""

Rows = list[list[int]]
"""For each row the columns where something may be other than 0, rising."""


def structure_of(
    graph: Graph, outputs: Sequence[Node], at: Callable[[Node], Any] | None = None
) -> Structure:
    """The structure of a program of numbers or of arrays.

    Args:
        graph: the graph of the program.
        outputs: nodes of it.
        at: the values at a point, if the structure is asked for there alone.

    Raises:
        UsageError: it is too large.
    """
    if graph.has_arrays:
        from gradcli.programs.array_structure import ArrayStructure  # noqa: PLC0415  (needs NumPy)

        return ArrayStructure(outputs, at)
    return Structure(outputs)


def jacobian(structure: Structure, outputs: Sequence[Node], inputs: Sequence[Node]) -> Rows:
    """The columns of a row for each entry of the outputs; columns are entries of the inputs."""
    columns = _columns(structure, inputs)
    steps = structure.steps
    small: list[frozenset[int] | None] = [frozenset()]
    for place in range(1, len(steps)):
        if place in columns:
            small.append(frozenset([columns[place]]))
            continue
        parts = [small[arg] for arg in steps[place].args]
        whole = frozenset[int]().union(*(part for part in parts if part is not None))
        small.append(whole if None not in parts and len(whole) <= SMALL else None)
    rows = [place for output in outputs for place in structure.places(output)]
    return [sorted(_depends(structure, place, small)) for place in rows]


def _depends(
    structure: Structure,
    place: int,
    small: Sequence[frozenset[int] | None],
) -> set[int]:
    """The columns that a number depends on."""
    found: set[int] = set()
    seen, waiting = {place}, [place]
    while waiting:
        each = waiting.pop()
        known = small[each]
        if known is not None:
            found |= known
            continue
        for arg in structure.steps[each].args:
            if arg not in seen:
                seen.add(arg)
                waiting.append(arg)
    return found


def hessian(structure: Structure, output: Node, inputs: Sequence[Node]) -> Rows:
    """The columns of each row of the Hessian of a number; both are entries of the inputs."""
    columns = _columns(structure, inputs)
    [last] = structure.places(output)
    beside: dict[int, set[int]] = {}
    reached = {last}
    for place in range(last, 0, -1):
        if place not in reached or place in columns:
            continue
        args, pairs = structure.steps[place]
        reached.update(args)
        for other in beside.pop(place, ()):
            if other == place:
                _join(beside, args, args)
            else:
                beside[other].discard(place)
                _join(beside, args, (other,))
        for i, j in pairs:
            _join(beside, (args[i],), (args[j],))
    rows: Rows = [[] for _ in columns]
    for place, others in beside.items():
        if place in columns:
            rows[columns[place]] = sorted(columns[each] for each in others if each in columns)
    return rows


def _join(beside: dict[int, set[int]], some: Sequence[int], others: Sequence[int]) -> None:
    """Note that each of some numbers acts together with each of others."""
    for one in some:
        for other in others:
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)


def _columns(structure: Structure, inputs: Sequence[Node]) -> dict[int, int]:
    """The column of each entry of the inputs, by its place."""
    places = [place for node in inputs for place in structure.places(node)]
    return {place: column for column, place in enumerate(places)}
