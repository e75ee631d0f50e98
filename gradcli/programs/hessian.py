"""The Hessian of a program at a point: its pattern, its entries, and what the point is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import hypot, isfinite
from typing import Any

from gradcli.errors import Note, Problem
from gradcli.evaluation.elements import Value
from gradcli.evaluation.objects import finite
from gradcli.graph.shapes import no_gradient
from gradcli.programs import colouring, pattern, sweeps
from gradcli.programs.begin import Begun, begin
from gradcli.programs.passes import ALONG_VECTOR
from gradcli.programs.pattern import Rows
from gradcli.shown import Shown
from gradcli.syntax.ast import Lengths

MOST_ROWS = 1_000
"""No eigenvalues are taken of a larger one."""

STATIONARY = 1e-8
"""A gradient that is no longer than this is taken for 0, as by `gradcli descend`."""

MINIMUM, MAXIMUM, SADDLE, FLAT, SLOPE = "minimum", "maximum", "saddle", "flat", "not stationary"


@dataclass(frozen=True)
class Direction:
    """A direction from the point, and what the output does along it.

    Attributes:
        vector: its part for each column.
        slope: the first derivative along it.
        curvature: the second one.
        product: the Hessian times the vector.
    """

    vector: Mapping[str, float]
    slope: float
    curvature: float
    product: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """The object in JSON."""
        return {
            "direction": dict(self.vector),
            "slope": finite(self.slope),
            "curvature": finite(self.curvature),
            "product": {name: finite(each) for name, each in self.product.items()},
        }


@dataclass(frozen=True, repr=False)
class Hessian(Shown):
    """The second derivatives of an output, by each pair of n columns.

    Attributes:
        output: the name of the output.
        value: its value.
        names: those of the columns: the inputs, or the entries of arrays.
        gradient: the first derivatives.
        rows: for each row the columns where something may be other than 0.
        entries: the derivatives there.
        sweeps: how many products of the Hessian with a vector gave them.
        along: what is said of a direction, if one is asked for.
        notes: readings of the text that the user should know of.
        problems: numbers that are not finite, and derivatives that are not unique.
        value_problems: those about the value.
        is_sparse: whether JSON has triplets of it.
    """

    output: str
    value: float
    names: Sequence[str]
    gradient: Sequence[float]
    rows: Rows
    entries: sweeps.Entries
    sweeps: int
    along: Direction | None = None
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()
    value_problems: Sequence[Problem] = ()
    is_sparse: bool = field(default=False, repr=False)

    @property
    def dense(self) -> list[list[float]]:
        """All n rows of n numbers.

        Raises:
            UsageError: they are too many numbers.
        """
        return sweeps.dense(self.rows, self.entries, len(self.names), "Hessian")

    @property
    def triplets(self) -> list[tuple[int, int, float]]:
        """The place of a row, that of a column, and the entry, which may be other than 0."""
        return sweeps.triplets(self.rows, self.entries)

    @property
    def sparse(self) -> Any:
        """What can be other than 0, as SciPy has it: a ``csr_array`` of n rows and n columns.

        Raises:
            UsageError: SciPy is not installed.
        """
        return sweeps.sparse(self.rows, self.entries, len(self.names))

    @cached_property
    def eigenvalues(self) -> Sequence[float] | None:
        """Rising; None of a Hessian that is not finite, or larger than `MOST_ROWS`."""
        if len(self.names) > MOST_ROWS or not self._is_finite:
            return None
        if not self.names:
            return []
        import numpy as np  # noqa: PLC0415  (only where there are second derivatives)

        whole = np.array(self.dense, dtype=float)
        return [float(each) for each in np.linalg.eigvalsh((whole + whole.T) / 2)]

    @property
    def point(self) -> str | None:
        """What the point is: a minimum, a maximum, a saddle, flat, or not stationary.

        Flat is where second derivatives do not tell. None where it cannot be said.
        """
        slope = hypot(*self.gradient)
        if not isfinite(self.value) or not isfinite(slope):
            return None
        if slope > STATIONARY:
            return SLOPE
        if self.eigenvalues is None:
            return None
        size = max(map(abs, self.eigenvalues), default=0.0)
        noise = len(self.names) * 2.0**-52 * size
        down = any(each < -noise for each in self.eigenvalues)
        up = any(each > noise for each in self.eigenvalues)
        if up and down:
            return SADDLE
        if any(abs(each) <= noise for each in self.eigenvalues) or not self.eigenvalues:
            return FLAT
        return MINIMUM if up else MAXIMUM

    @property
    def _is_finite(self) -> bool:
        return all(isfinite(each) for entries in self.entries for each in entries)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.hess/1`; a number that is not finite is None."""
        hessian = [list(each) for each in self.triplets] if self.is_sparse else self.dense
        whole: dict[str, Any] = {
            "schema": "gradcli.hess/1",
            "value": finite(self.value),
            "gradient": {
                name: finite(each) for name, each in zip(self.names, self.gradient, strict=True)
            },
            "names": list(self.names),
            "hessian": [[finite(each) for each in row] for row in hessian],
            "eigenvalues": self.eigenvalues,
            "point": self.point,
        }
        if self.along is not None:
            whole["along"] = self.along.to_dict()
        notes = [note.to_dict() for note in self.notes]
        return whole | {"notes": notes, "problems": [each.to_dict() for each in self.problems]}


def hessian(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    along: Mapping[str, Value] | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
    is_sparse: bool = False,
) -> Hessian:
    """The second derivatives of a program at a point.

    Args:
        source: the program.
        values: a value for each input.
        of: the name of the output, if it is another than that of the program.
        wrt: names of inputs that rows and columns are for; None for all.
        along: a direction: a number or a list for inputs, 0 for all others.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.
        is_sparse: whether JSON has triplets of it.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice; the output is an array.
        UsageError: there are too many numbers.
    """
    begun = begin(source, values, of=of, wrt=wrt, strict=strict, shapes=shapes)
    model = begun.model
    if model.output.shape:
        raise no_gradient(model.output.form)
    structure = pattern.structure_of(model.graph, [model.output])
    rows = pattern.hessian(structure, model.output, begun.columns.nodes)
    found, count, problems = _entries(begun, rows)
    gradient, told = _first(begun)
    direction = None
    if along is not None:
        vector = begun.columns.vector(along)
        product = sweeps.times(rows, found, vector)
        direction = _along(begun.columns.names, vector, gradient, product)
        if problems or begun.solution.is_beside:
            direction, told = _at_kink(begun, vector, direction)
            problems += told
    return Hessian(
        begun.solution.output,
        float(begun.solution.value),
        begun.columns.names,
        gradient,
        rows,
        found,
        count,
        direction,
        model.notes,
        _once([*told, *problems]),
        begun.solution.value_problems,
        is_sparse,
    )


def _first(begun: Begun) -> tuple[list[float], Sequence[Problem]]:
    """The gradient, and what there is to say of it and of the value.

    The pass that the Hessian is made of has it. Only where there may be anything to say, which a 0
    that is too small for a float is, too, the derivatives by all nodes are made.
    """
    answer = begun.program.first(begun.point)
    gradient = begun.numbers(answer.parts)
    if not answer.problems and all(isfinite(each) and each for each in (answer.value, *gradient)):
        return gradient, []
    slopes = {node: begun.solution.grad_of(node) for node in begun.columns.nodes}
    return begun.columns.numbers(slopes), begun.problems


def _entries(begun: Begun, rows: Rows) -> tuple[sweeps.Entries, int, list[Problem]]:
    """The entries of the Hessian, how many sweeps they took, and what there is to say of them."""
    program, point = begun.program, begun.point
    problems: list[Problem] = []

    def times(vector: list[float]) -> list[float]:
        answer = program.second_along(point, begun.tangent(vector))
        problems.extend(map(_second, answer.problems))
        return begun.numbers(answer.parts)

    colours = colouring.symmetric(rows)
    return sweeps.symmetric(rows, colours, times), colouring.count_of(colours), problems


def _along(
    names: Sequence[str],
    vector: Sequence[float],
    gradient: Sequence[float],
    product: Sequence[float],
) -> Direction:
    """What is asked of a direction."""
    return Direction(
        dict(zip(names, vector, strict=True)),
        _dot(gradient, vector),
        _dot(product, vector),
        dict(zip(names, product, strict=True)),
    )


def _at_kink(
    begun: Begun, vector: Sequence[float], direction: Direction
) -> tuple[Direction, list[Problem]]:
    """The same where something is tied: slope and curvature of the whole function on the line."""
    solution = begun.in_numbers
    if solution is None or not isfinite(solution.value):
        return direction, []
    from gradcli.evaluation import kinks, second  # noqa: PLC0415  (few points are at a kink)

    rates = {node: x for node, x in zip(begun.entries, vector, strict=True) if x}
    problems: list[Problem] = []
    words = "along the direction"
    if solution.whole is not None:
        found = kinks.along(solution, rates, words)
        direction = replace(direction, slope=found.slope)
        problems += [found.problem] if found.problem else []
    curvature = second.Second(solution.model, solution.value_of).along(rates, words)
    if curvature is not None:
        direction = replace(direction, curvature=curvature[0])
        problems += curvature[1]
    return direction, problems


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    """The sum of products; nothing comes from where a direction does not go."""
    return sum((x * y for x, y in zip(a, b, strict=True) if y), 0.0)


def _second(problem: Problem) -> Problem:
    """What is said of a product with the Hessian, said of the derivatives in it."""
    name = problem.node.removesuffix(f" {ALONG_VECTOR}")
    if name == problem.node:
        return problem
    message = f"a second derivative by {name} is {problem.what} there"
    return problem._replace(node=name, message=message)


def _once(problems: Sequence[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
