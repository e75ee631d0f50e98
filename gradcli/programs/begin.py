"""A program at a point, where every question about its derivatives begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.errors import Problem
from gradcli.evaluation.elements import Value
from gradcli.evaluation.forms import zeros
from gradcli.evaluation.inputs import bind
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.hints import no_input
from gradcli.programs.columns import Columns
from gradcli.programs.numbers import NumberProgram
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import array_name, plain

if TYPE_CHECKING:
    from gradcli.programs.arrays import ArrayProgram


class Begun(NamedTuple):
    """A program at a point.

    Attributes:
        solution: its value and first derivatives there.
        program: what computes derivatives of any kind.
        point: the value of each input.
        columns: the numbers that derivatives are by: inputs, and the entries of arrays.
    """

    solution: Solution
    program: NumberProgram | ArrayProgram
    point: Sequence[Any]
    columns: Columns

    @property
    def model(self) -> Model:
        """The program as a graph."""
        return self.solution.model

    @property
    def problems(self) -> Sequence[Problem]:
        """What has to be said of the value and of the first derivatives."""
        return self.solution.warnings

    @property
    def in_numbers(self) -> Solution | None:
        """The program at the point in numbers alone; None if it is too large for that."""
        return self.solution.in_numbers

    @property
    def entries(self) -> Sequence[Node]:
        """The nodes that are the columns there."""
        return [made for node in self.columns.nodes for made in self.solution.entries_of(node)]

    def tangent(self, vector: Sequence[float]) -> list[Any]:
        """A number or an array for each input, of a number for each column; 0 for all others."""
        parts = self.columns.parts(vector)
        return [parts[node] if node in parts else _nothing(node) for node in self.model.inputs]

    def numbers(self, parts: Sequence[Any]) -> list[float]:
        """A number for each column, of a number or an array for each input."""
        return self.columns.numbers(dict(zip(self.model.inputs, parts, strict=True)))


def begin(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> Begun:
    """Read a program, and look at it at a point.

    Args:
        source: the program.
        values: a value for each input.
        of: the name of the output, if it is another than that of the program.
        wrt: the names of inputs that derivatives are by; None for all.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    model = read_model(source, values, strict=strict, arrays=arrays_of(values, shapes), of=of)
    wanted = model.inputs if wrt is None else _wanted(model, wrt)
    solution = differentiated(model).at(values, [node.name for node in wanted])
    point = bind(model, values)
    columns = Columns({node: node.name for node in wanted})
    return Begun(solution, program_of(model), point, columns)


def _wanted(model: Model, names: Sequence[str]) -> list[Node]:
    """The inputs of these names; of the name of a family every element."""
    found: dict[Node, None] = {}
    for name in map(plain, names):
        nodes = [each for each in model.inputs if name in {each.name, array_name(each.name)}]
        if not nodes:
            raise no_input(name, [node.name for node in model.inputs])
        found |= dict.fromkeys(nodes)
    return [*found]


def program_of(model: Model) -> NumberProgram | ArrayProgram:
    """What computes derivatives of a program at any point."""
    if not model.graph.has_arrays:
        return NumberProgram(model, model.inputs, RLock())
    from gradcli.programs.arrays import ArrayProgram  # noqa: PLC0415  (only arrays need it)

    return ArrayProgram(model, model.inputs, [node.name for node in model.inputs], RLock())


def _nothing(node: Node) -> Any:
    return zeros(node.form) if node.shape else 0.0
