"""The one door to the engines: which of them runs a program, by how often it is asked for.

At first the interpreter does, which needs no preparation. After a hundred points the operations
are compiled (`source`), which takes about as long as these did. Columns of data go through NumPy in
blocks (`blocks`), or through machine code (`machine`) where there are many rows and llvmlite is
installed. All leave to the interpreter what they cannot do in plain floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from gradcli.engine.interpreter import Plan
from gradcli.errors import UsageError
from gradcli.graph.node import Graph, Node

if TYPE_CHECKING:
    from gradcli.engine.blocks import Blocks
    from gradcli.engine.expanding import Code, Rules
    from gradcli.engine.machine import MachineCode
    from gradcli.engine.machine_point import MachinePoint
    from gradcli.engine.printers.polars import Expressions
    from gradcli.engine.source import Entry

ENOUGH = 100
"""After so many points compiling pays."""


class Runner:
    """Some results of a program, ready to be computed at any point.

    Args:
        graph: the graph of all nodes.
        inputs: the nodes that are given.
        results: the nodes that are asked for.
        watched: conditions: where one of them holds, the results are not ordinary.
    """

    def __init__(
        self,
        graph: Graph,
        inputs: Sequence[Node],
        results: Sequence[Node],
        watched: Sequence[Node] = (),
    ) -> None:
        self._plan = Plan(graph, inputs, [*results, *watched])
        self._outputs = [*results, *watched]
        self._slots = [self._plan.slots[node] for node in results]
        self._watched = [self._plan.slots[node] for node in watched]
        self._quick: Callable[[Sequence[float]], list[float] | None] | None = None
        self._left = ENOUGH

    def run(self, point: Sequence[float]) -> tuple[list[float], bool]:
        """The results at a point of floats, and whether all are finite and no condition holds."""
        if self._quick is not None:
            found = self._quick(point)
            if found is not None:
                return found, True
        elif self._left >= 0:
            self._left -= 1
            if not self._left:
                self._quick = self._compiled()
        values = self._plan.run(point)
        numbers = [values[slot] for slot in self._slots]
        is_ordinary = all(map(isfinite, numbers))
        if self._watched and any(values[slot] for slot in self._watched):
            is_ordinary = False
        return numbers, is_ordinary

    @property
    def compiled(self) -> Callable[[Sequence[float]], list[float] | None] | None:
        """Compiled code, once there is some: the results, or None where they are not ordinary."""
        return self._quick

    def function(
        self, entry: Entry, names: Sequence[str], otherwise: Callable[..., Any]
    ) -> Callable[..., Any]:
        """The results as a function of its own, called as one likes.

        Args:
            entry: how it is called, and what it returns.
            names: those of the inputs.
            otherwise: what is called instead where plain floats do not do.
        """
        from gradcli.engine.source import function  # noqa: PLC0415  (only where it pays)

        found = function(self.code, entry, otherwise, names=names, results=len(self._slots))
        return found or otherwise

    def blocks(self, mend: Callable[[Sequence[float]], Sequence[float]]) -> Blocks:
        """The results on columns of data, by NumPy.

        Args:
            mend: what gives the results of a row where plain floats do not do.
        """
        from gradcli.engine.blocks import Blocks  # noqa: PLC0415  (only columns need NumPy)

        return Blocks(self.code, len(self._slots), mend)

    def machine(
        self, mend: Callable[[Sequence[float]], Sequence[float]], *, is_asked: bool
    ) -> MachineCode | None:
        """The same by machine code; None where that cannot be.

        Args:
            mend: as of `blocks`.
            is_asked: whether it is an error that llvmlite is not installed.

        Raises:
            UsageError: it is not.
        """
        from gradcli.engine import machine  # noqa: PLC0415  (only columns need it)
        from gradcli.engine.native import is_there  # noqa: PLC0415  (likewise)

        if not is_there():
            if is_asked:
                raise UsageError(
                    "unsupported",
                    "the engine 'fast' needs llvmlite, which is not installed",
                    hint="pip install 'gradcli[fast]', or leave engine out",
                )
            return None
        if not machine.can_compile(self.code):
            return None
        return machine.MachineCode(self.code, len(self._slots), mend)

    def point(self) -> MachinePoint | None:
        """The same by machine code for one point; None where that cannot be."""
        from gradcli.engine import machine_point  # noqa: PLC0415  (only where it is asked for)

        return machine_point.made(self.code, len(self._slots))

    @cached_property
    def code(self) -> Code:
        """The operations, as compilers and printers are given them."""
        return self.code_by(None)

    def code_by(self, rules: Rules | None) -> Code:
        """The same, taken apart by other rules."""
        from gradcli.engine.expanding import code  # noqa: PLC0415  (only where it pays)

        return code(self._plan.schedule, self._outputs, rules)

    def expressions(self) -> Expressions | None:
        """The results as expressions of Polars; None if that lacks something."""
        from gradcli.engine.printers import polars  # noqa: PLC0415  (few have frames)

        return polars.expressions(self.code_by, len(self._slots))

    def _compiled(self) -> Callable[[Sequence[float]], list[float] | None] | None:
        from gradcli.engine.source import (  # noqa: PLC0415  (only where it pays)
            LIST,
            MOST_STEPS,
            function,
        )

        if len(self._plan.schedule.steps) > MOST_STEPS:
            return None
        return function(self.code, LIST, results=len(self._slots))
