"""What comes out: the value, the derivative of every node, and what has to be said about them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, overload

from gradcli.errors import InputError, Note, Problem, Span
from gradcli.hints import nearest


@dataclass(frozen=True, slots=True)
class NodeReport:
    """One node of the computation graph.

    Attributes:
        name: the name of an input or a step, ``v1``, ``v2``, … or ``out``.
        expression: one operation, in the names of its arguments: ``a + v1``.
        op: the operation, ``"input"`` or ``"const"``.
        args: the names of its arguments, or the text of a constant.
        value: its value; may be infinite or NaN.
        grad: ∂output/∂node.
        derivative: the same in symbols; None if that would be thousands of characters.
        local: the partial of the node by each argument; None for an argument that is constant.
        local_text: the same in symbols, in the names of the arguments; None as above.
        span: where it stands in the program.
    """

    name: str
    expression: str
    op: str
    args: tuple[str, ...]
    shape: tuple[int, ...]
    value: float
    grad: float
    derivative: str | None
    local: tuple[float | None, ...]
    local_text: tuple[str | None, ...]
    span: Span | None

    def to_dict(self) -> dict[str, Any]:
        """The node as an object of `gradcli.eval/1`."""
        return {
            "name": self.name,
            "expression": self.expression,
            "op": self.op,
            "args": list(self.args),
            "shape": list(self.shape),
            "value": finite(self.value),
            "grad": finite(self.grad),
            "derivative": self.derivative,
            "local": [None if partial is None else finite(partial) for partial in self.local],
        }


class Outline(NamedTuple):
    """A node without its symbols, which take most of the time that a ``NodeReport`` takes."""

    name: str
    args: tuple[str, ...]
    value: float
    local: tuple[float | None, ...]


class Nodes(Sequence[NodeReport]):
    """All nodes in topological order, each written out when it is asked for."""

    def __init__(
        self,
        count: int,
        report: Callable[[int], NodeReport],
        outline: Callable[[], Iterator[Outline]],
    ) -> None:
        self._count = count
        self._report = report
        self.outline = outline

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[NodeReport]:
        return (self._report(place) for place in range(self._count))

    @overload
    def __getitem__(self, place: int) -> NodeReport: ...
    @overload
    def __getitem__(self, place: slice) -> list[NodeReport]: ...
    def __getitem__(self, place: int | slice) -> NodeReport | list[NodeReport]:
        """The node at a place, or the nodes of a slice."""
        if isinstance(place, slice):
            return [self._report(each) for each in range(*place.indices(self._count))]
        if not -self._count <= place < self._count:
            raise IndexError(place)
        return self._report(place % self._count)


@dataclass(frozen=True, slots=True)
class Solution:
    """Value and derivatives of a program at one point.

    Attributes:
        source: the program as given.
        expression: its canonical text; the last part is the output's expression.
        output: the name of the output; ``out`` if it has none.
        value: the value of the output; may be infinite or NaN.
        inputs: the value of each input, in declared order or in the order of first use.
        gradient: ∂output/∂input for each input, or for the names asked for.
        nodes: every node in topological order, inputs first.
        notes: readings of the text that the user should know of.
        problems: numbers that are not finite, and derivatives that are not unique.
    """

    source: str
    expression: str
    output: str
    value: float
    inputs: Mapping[str, float]
    gradient: Mapping[str, float]
    nodes: Sequence[NodeReport]
    notes: Sequence[Note]
    problems: Sequence[Problem]
    _numbers: Mapping[str, tuple[float, float]] = field(repr=False, default_factory=dict)

    def outline(self) -> Iterator[Outline]:
        """Every node in order, without symbols: for one look at a graph of any size."""
        if isinstance(self.nodes, Nodes):
            return self.nodes.outline()
        return (Outline(node.name, node.args, node.value, node.local) for node in self.nodes)

    def get(self, query: str) -> float:
        """The number behind ``J``, ``v``, ``dJ/db`` or ``d/db``.

        Raises:
            InputError: there is no such node.
        """
        top, slash, bottom = (part.strip() for part in query.partition("/"))
        if not slash:
            return self._node(query.strip())[0]
        if not (top.startswith(("d", "∂")) and bottom.startswith(("d", "∂"))):
            raise InputError(
                "query",
                f"'{query}' is not a derivative",
                hint=f"write {self.output}, or d{self.output}/dx",
            )
        if top[1:].strip() not in {"", self.output}:
            raise InputError(
                "query",
                f"'{top[1:].strip()}' is not the output",
                hint=f"the output is {self.output}: d{self.output}/{bottom}",
            )
        return self._node(bottom[1:].strip())[1]

    def _node(self, name: str) -> tuple[float, float]:
        found = self._numbers.get(name) or self._numbers.get(name.replace(" ", ""))
        if found is None:
            raise InputError(
                "unknown-node",
                f"there is no node '{name}'",
                hint=nearest(name, self._numbers, "nodes"),
                names=(name,),
            )
        return found

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.eval/1`; a number that is not finite is None."""
        return {
            "schema": "gradcli.eval/1",
            "expression": self.expression,
            "output": self.output,
            "value": finite(self.value),
            "inputs": {name: finite(value) for name, value in self.inputs.items()},
            "gradient": {name: finite(value) for name, value in self.gradient.items()},
            "nodes": [node.to_dict() for node in self.nodes],
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
        }


def finite(value: float) -> float | None:
    """The number, or None if JSON has no word for it."""
    return value if math.isfinite(value) else None
