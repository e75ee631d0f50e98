"""First and second derivatives as matrices, as `jac` and `hess` give them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import hypot, isfinite, prod
from typing import Any, ClassVar, NamedTuple

from gradcli.base.shown import Shown
from gradcli.errors import Note, Problem
from gradcli.evaluation.objects import finite
from gradcli.programs import sweeps
from gradcli.programs.pattern import Rows


class Matrix(Shown):
    """A matrix of which only those entries are kept that can be other than 0."""

    kind: ClassVar[str]
    """What messages call it."""

    rows: Rows
    entries: sweeps.Entries

    @property
    @abstractmethod
    def width(self) -> int:
        """The number of columns."""

    @property
    def dense(self) -> list[list[float]]:
        """All rows, with every number.

        Raises:
            UsageError: they are too many numbers.
        """
        return sweeps.dense(self.rows, self.entries, self.width, self.kind)

    @property
    def triplets(self) -> list[tuple[int, int, float]]:
        """The place of a row, that of a column, and the entry, which may be other than 0."""
        return sweeps.triplets(self.rows, self.entries)

    @property
    def sparse(self) -> Any:
        """What can be other than 0, as SciPy has it: a ``csr_array``.

        Raises:
            UsageError: SciPy is not installed.
        """
        return sweeps.sparse(self.rows, self.entries, self.width)


class Block(NamedTuple):
    """An output or an input: its name, and the shape of it; () of a number."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Along:
    """The product of the Jacobian with a vector, from one side or the other.

    Attributes:
        vector: its part for each column, or for each row.
        product: that of each row, or of each column.
    """

    vector: Mapping[str, float]
    product: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """The object in JSON."""
        return {
            "vector": dict(self.vector),
            "product": {name: finite(each) for name, each in self.product.items()},
        }


@dataclass(frozen=True, repr=False)
class Jacobian(Matrix):
    """The first derivatives of m rows, the entries of outputs, by n columns, those of inputs.

    Attributes:
        outputs: the outputs.
        inputs: the inputs.
        names: those of the rows.
        columns: those of the columns.
        values: the value of each row.
        rows: for each row the columns where something may be other than 0.
        entries: the derivatives there.
        sweeps: how many passes gave them.
        is_reverse: whether these were passes back from the outputs.
        along: its product with a vector of inputs, if one is asked for.
        back: a vector of outputs times it, likewise.
        notes: readings of the text that the user should know of.
        problems: numbers that are not finite, and derivatives that are not unique.
        value_problems: those about the values.
        is_sparse: whether JSON has triplets of it.
    """

    outputs: Sequence[Block]
    inputs: Sequence[Block]
    names: Sequence[str]
    columns: Sequence[str]
    values: Sequence[float]
    rows: Rows
    entries: sweeps.Entries
    sweeps: int
    is_reverse: bool
    along: Along | None = None
    back: Along | None = None
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()
    value_problems: Sequence[Problem] = ()
    is_sparse: bool = field(default=False, repr=False)

    kind = "Jacobian"

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.columns)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.jac/1`; a number that is not finite is None."""
        whole: dict[str, Any] = {
            "schema": "gradcli.jac/1",
            "outputs": [each.name for each in self.outputs],
            "value": self._nested([finite(each) for each in self.values]),
            "names": list(self.names),
            "columns": list(self.columns),
        }
        if self.is_sparse:
            whole["jacobian"] = [[*place, finite(each)] for *place, each in self.triplets]
        else:
            whole["jacobian"] = self._by_input()
        for key, part in (("along", self.along), ("back", self.back)):
            if part is not None:
                whole[key] = part.to_dict()
        notes = [note.to_dict() for note in self.notes]
        return whole | {"notes": notes, "problems": [each.to_dict() for each in self.problems]}

    def _by_input(self) -> dict[str, Any]:
        """A nested list for each input: the output's axes first."""
        found: dict[str, Any] = {}
        at = 0
        for name, shape in self.inputs:
            size = prod(shape)
            parts = [[finite(each) for each in row[at : at + size]] for row in self.dense]
            found[name] = self._nested([nested(part, shape) for part in parts])
            at += size
        return found

    def _nested(self, rows: Sequence[Any]) -> Any:
        """What there is for every row in the axes of the outputs, of which one alone has none."""
        found, at = [], 0
        for _, shape in self.outputs:
            found.append(nested(rows[at : at + prod(shape)], shape))
            at += prod(shape)
        return found[0] if len(found) == 1 else found


def nested(entries: Sequence[Any], shape: Sequence[int]) -> Any:
    """Entries, row by row, as nested lists of a shape."""
    if not shape:
        return entries[0]
    found = [*entries]
    for length in reversed(shape[1:]):
        found = [found[at : at + length] for at in range(0, len(found), length or 1)]
    return found


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
class Hessian(Matrix):
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

    kind = "Hessian"

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)

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
