"""What is known of the paths from a node to the output: products, bracket, counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Any

from gradcli.base.shown import Shown
from gradcli.chains.counts import Counts
from gradcli.chains.factoring import Product
from gradcli.chains.products import Definition, Writer
from gradcli.errors import Note, Problem
from gradcli.evaluation.objects import entries_of, finite


@dataclass(frozen=True, slots=True)
class Path:
    """One path and its product.

    Attributes:
        nodes: the names of its nodes, from the first to the output.
        factors: the local partial of each of its edges.
        value: their product; 0 if it goes through a branch that is not taken.
        formula: the product in symbols; None if that would be thousands of characters.
        stations: the nodes without those of a sum of many terms that are not the whole.
        product: the product of its edges.
    """

    nodes: tuple[str, ...]
    factors: tuple[float, ...]
    value: float
    formula: str | None
    stations: tuple[str, ...]
    product: Product


@dataclass(frozen=True, slots=True, repr=False)
class PathSums(Shown):
    """All paths from a node to the output.

    Attributes:
        source: the node's name.
        output: the output's name.
        counts: how many there are and what they cost.
        gradient: ∂output/∂source; None if no values were given.
        backward: the same by backpropagation: where it is not unique, on the side that is shown.
        total: the sum of the products of all paths, also of those that are not listed.
        tolerance: how far rounding may take the two apart.
        paths: the paths with the largest products, as many as were asked for: each a `Path`, or
            of arrays a `gradcli.chains.array_path.ArrayPath`.
        factored: the sum with what all paths share outside of brackets; None if it is too long.
        form: the same as a tree of products.
        writer: what the products look like, in symbols and in numbers.
        definitions: what the formulas refer to.
        is_list: whether paths were asked for, and not only their number.
        is_net: whether they are those of a net of layers, without a program.
        apart: how many paths there are with the program's functions taken apart, where a call is
            one node; None where every operation is one.
        shorter: gives the same with a call as one node, where that is not what this is.
        is_limit: whether the total is what they go to beside the point, where some are infinite.
        read_from: the sentence on which side of the point all is shown; None at the point.
    """

    source: str
    output: str
    counts: Counts
    gradient: Any = None
    total: Any = None
    tolerance: float = 0.0
    paths: Sequence[Any] = ()
    factored: str | None = None
    form: Product | None = None
    writer: Writer | None = None
    definitions: Sequence[Definition] = ()
    is_list: bool = False
    is_net: bool = False
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()
    backward: Any = None
    is_limit: bool = False
    read_from: str | None = None
    apart: int | None = None
    shorter: Callable[[], PathSums] | None = None

    @property
    def outlined(self) -> PathSums:
        """The same for people: with a call of a function of the program as one node."""
        return self if self.shorter is None else self.shorter()

    @property
    def is_of_arrays(self) -> bool:
        """Whether they go from array to array."""
        return False

    @property
    def is_ordered(self) -> bool:
        """Whether those with the largest products stand first."""
        return True

    @property
    def agrees(self) -> bool | None:
        """Whether paths and backpropagation give the same; None if there is nothing to compare."""
        if self.backward is None or self.total is None:
            return None
        if not (isfinite(self.backward) and isfinite(self.total)):
            return None
        return bool(abs(self.backward - self.total) <= self.tolerance)

    @property
    def is_beside(self) -> bool:
        """Whether all that is told is on one side of the point, and another derivative is used."""
        if self.gradient is None or self.backward is None:
            return False
        pairs = zip(entries_of(self.gradient), entries_of(self.backward), strict=True)
        return any(used != told and not (isnan(used) and isnan(told)) for used, told in pairs)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.paths/1`; a number that is not finite is None.

        Of arrays it is that of `gradcli.paths/2`, with nested lists.
        """
        result: dict[str, Any] = {
            "schema": "gradcli.paths/2" if self.is_of_arrays else "gradcli.paths/1",
            "from": self.source,
            "to": self.output,
            "count": self.counts.paths,
            "multiplications": {
                "expanded": self.counts.expanded.multiplications,
                "backward": self.counts.backward.multiplications,
            },
            "gradient": None if self.gradient is None else finite(self.gradient),
        }
        if self.is_list:
            result["paths"] = [
                {
                    "nodes": list(path.nodes),
                    "factors": [finite(value) for value in path.factors],
                    "product": finite(path.value),
                    "formula": path.formula,
                }
                for path in self.paths
            ]
            result["factored"] = self.factored
        result["notes"] = [note.to_dict() for note in self.notes]
        result["problems"] = [problem.to_dict() for problem in self.problems]
        return result
