"""The numbers of every node of a program at a point: values, derivatives, local partials."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from gradcli.base.shown import Shown
from gradcli.calculus.reverse import Derivative
from gradcli.engine.interpreter import Values
from gradcli.evaluation.cancelled import MOST, MOST_NODES, cancelled
from gradcli.evaluation.objects import are_ordinary, is_finite, is_ordinary
from gradcli.evaluation.with_derivative import WithDerivative
from gradcli.graph.naming import Symbols
from gradcli.graph.node import INPUT, Graph, Node

if TYPE_CHECKING:
    from gradcli.calculus.totals import Locals
    from gradcli.evaluation.beside.whole import Whole
    from gradcli.evaluation.sweep import Sweep

MANY = 5_000
"""Of so many nodes the derivative is numbers, not nodes, unless it is shown as a formula."""


class NodeNumbers(Shown):
    """The numbers of a program at one point, each computed when it is asked for.

    Args:
        program: the program with its derivative.
        point: the value of each input; None for no point, at which every number is NaN.
    """

    is_of_arrays = False
    """Whether values may be arrays."""

    is_quick = False
    """Whether this is one point of many."""

    _make_values: type[Values] = Values

    def __init__(self, program: WithDerivative, point: Sequence[float] | None) -> None:
        self._program = program
        self._local_slopes: dict[Node, tuple[float | None, ...]] = {}
        self._values = None if point is None else self._make_values(program.model.inputs, point)
        self.model = program.model

    @property
    def has_values(self) -> bool:
        """Whether there is a point; without one, every number is NaN."""
        return self._values is not None

    @property
    def value(self) -> float:
        """The value of the output."""
        return self.value_of(self.model.output)

    @cached_property
    def names(self) -> Mapping[Node, str]:
        """The name of every node that is shown, inputs first, then in order."""
        return self._program.names

    @cached_property
    def symbols(self) -> Symbols:
        """The texts of nodes and of derivatives."""
        return self._program.symbols

    @cached_property
    def shown(self) -> Symbols:
        """The texts for people, without conditions of rules that need no word."""
        return Symbols(self.model, self.names, self._holds)

    def _holds(self, condition: Node) -> bool:
        return not self.has_values or bool(self.slope_value(condition))

    @cached_property
    def derivative(self) -> Derivative:
        """The derivative by every node, as nodes."""
        return self._program.derivative

    @cached_property
    def locals(self) -> Locals:
        """The partials of every node; of a large program only those that are asked for."""
        if self.is_differentiated:
            return self.derivative.locals
        from gradcli.calculus.asked import AskedLocals  # noqa: PLC0415  (most programs are small)

        return AskedLocals(self.draft, self.names)

    @cached_property
    def is_differentiated(self) -> bool:
        """Whether the derivative is there as nodes, or is to be made: not where it is numbers."""
        return self._program.is_differentiated or self._sweep is None

    @cached_property
    def draft(self) -> Graph:
        """Where nodes are made that are no part of the program, nor of its derivative."""
        if not self.is_differentiated:
            return self._program.draft
        _ = self.derivative  # its nodes are before the draft, and not among those of it
        return self.model.graph.draft()

    def is_behind(self, node: Node) -> bool:
        """Whether the output may have another derivative by a node than 0."""
        if self.is_differentiated:
            return node in self.derivative.adjoints
        return node in self.behind

    @cached_property
    def behind(self) -> Collection[Node]:
        """The nodes that the output is computed from, itself among them."""
        sweep, model = self._sweep, self.model
        return frozenset(model.graph.ancestors([model.output]) if sweep is None else sweep.order)

    @property
    def ties(self) -> Mapping[Node, Node]:
        """For each node that may be tied, the condition for that."""
        return self._program.ties

    @cached_property
    def value_of(self) -> Values:
        """The value of a node, of the program or of its derivative."""
        return self._values or _NoValues((), ())

    def derivative_by(self, node: Node) -> Node | None:
        """The derivative by a node as a node; None where it is 0, or only a number."""
        return self.derivative.adjoints.get(node) if self._sweep is None else None

    def cancels(self, targets: Sequence[Node]) -> bool:
        """Whether derivatives by inputs may have lost their digits in a sum."""
        inputs = [node for node in targets if node.op == INPUT]
        # Only of what is differentiated, and short, is a pass made for this.
        if not inputs or self.is_of_arrays or len(self.model.graph) > MOST_NODES:
            return False
        if self._sweep is not None or len(self.behind) > MOST or not is_finite(self.value):
            return False
        found = map(self.derivative_by, inputs)
        known: dict[Node, float] = {}
        return any(each is not None and cancelled(each, self.value_of, known) for each in found)

    def grad_of(self, node: Node) -> float:
        """∂output/∂node: of the whole function, and where it has none what is used instead."""
        whole = self.whole
        return self.plain_of(node) if whole is None else whole.grad(node)

    def plain_of(self, node: Node) -> float:
        """The same by the convention of each operation by itself."""
        return self._slopes.get(node, 0.0) if self._sweep is None else self._sweep.by(node)

    @cached_property
    def _slopes(self) -> Mapping[Node, float]:
        """The same of every node that has a derivative at all."""
        return self.derivative.adjoints.numbers(self.value_of)

    @cached_property
    def _sweep(self) -> Sweep | None:
        """The same of a large program, without nodes for a derivative that is asked for once.

        None where only nodes tell: of arrays, of roots of equations, and of what is not finite.
        """
        model = self.model
        is_small = len(self.names) < MANY
        if is_small or self.is_of_arrays or not (self.has_values and is_finite(self.value)):
            return None
        if any(type(node.op) is not str for node in self.names):
            return None
        from gradcli.evaluation.sweep import Sweep  # noqa: PLC0415  (most programs are small)

        found = Sweep(model.graph, model.output, self.value_of)
        return found if found.is_finite else None

    def beside_of(self, node: Node) -> float:
        """The same on the side that is shown, where products of the chain rule are those."""
        whole = self.whole
        return self.plain_of(node) if whole is None else whole.shown(node)

    @cached_property
    def whole(self) -> Whole | None:
        """The function beside the point, where something is tied or not finite there."""
        if not self.has_values or self._is_plain or not is_finite(self.value):
            return None
        from gradcli.evaluation.beside.whole import Whole  # noqa: PLC0415  (most need none)

        found = Whole(self, is_quick=self.is_quick)
        return found if found.active else None

    def towards(self, rates: Mapping[Node, Any]) -> Mapping[Node, Any] | None:
        """The derivative by inputs that move, on the side that they move to.

        Args:
            rates: how fast each moves.

        Returns:
            None where it is the same on all sides.
        """
        whole = self.whole
        if whole is None or not any(map(whole.has_sides, rates)):
            return None
        beside = whole.towards(rates)
        return {node: beside.grad(node) for node in rates}

    def entries_of(self, node: Node) -> Sequence[Node]:
        """The nodes of a node's entries there, one after another."""
        return [node]

    @property
    def is_beside(self) -> bool:
        """Whether derivatives are those beside the point, since something is tied there."""
        return self.whole is not None

    @property
    def slope_value(self) -> Callable[[Node], float]:
        """The value of a node of the derivative, on the side that is shown."""
        return self.value_of if self.whole is None else self.whole.beside

    def local_of(self, node: Node) -> tuple[float | None, ...]:
        """The partial of a node by each argument; None for a constant argument."""
        known = self._local_slopes
        found = known.get(node)
        if found is None:
            found = known[node] = self.locals.values_of(node, self.slope_value)
        return found

    def local_at(self, node: Node, place: int) -> float | None:
        """The same by one argument: of a maximum of many each has many."""
        known = self._local_slopes.get(node)
        if known is not None:
            return known[place] if known else None
        return self.locals.value_at(node, place, self.slope_value)

    def slopes_of(self, node: Node) -> tuple[float | None, ...]:
        """The same, None also where nothing comes along: in a branch that is not taken."""
        from gradcli.evaluation.edge import slopes  # noqa: PLC0415  (`eval` needs none)

        return slopes(self.locals.get(node, ()), self.slope_value)

    def shares_of(self, node: Node) -> tuple[float | None, ...]:
        """What comes along from a node to each argument, None for nothing."""
        from gradcli.evaluation.edge import along  # noqa: PLC0415  (`eval` needs none)

        arriving = self._arriving.get(node) if self._sweep is None else self._sweep.at(node)
        return tuple([along(arriving, slope) for slope in self.slopes_of(node)])

    @cached_property
    def _arriving(self) -> Mapping[Node, float]:
        """What comes from the output to every node that lies in a branch that is taken."""
        from gradcli.evaluation.edge import carry  # noqa: PLC0415  (`eval` needs none)

        order = sorted(self.derivative.locals, key=lambda node: -node.index)
        edges = (
            (node, arg, slope)
            for node in order
            for arg, slope in zip(node.args, self.slopes_of(node), strict=True)
        )
        return carry({self.model.output: 1.0}, edges)

    @cached_property
    def is_regular(self) -> bool:
        """Whether there is nothing to say of the value and the derivatives."""
        if self._sweep is None:
            has_ordinary = are_ordinary(self._slopes.values())
        else:
            has_ordinary = self._sweep.is_ordinary
        return is_ordinary(self.value) and has_ordinary and not self._is_tied

    @cached_property
    def _is_tied(self) -> bool:
        """Whether a derivative is a convention."""
        return any(map(self.value_of, self.ties.values()))

    @property
    def _is_plain(self) -> bool:
        """Whether every derivative is one, if only so small that no float holds it."""
        if self.is_regular:
            return True
        is_finite = self._sweep is not None or all(map(math.isfinite, self._slopes.values()))
        return is_finite and not self._is_tied

    @cached_property
    def _is_ordinary_inside(self) -> bool:
        """Whether there is nothing to say of the values of nodes and their local partials."""
        names: Collection[Node] = self.names
        if self._sweep is not None:  # it has those of all but few, without a node for each partial
            if not self._sweep.is_ordinary_inside:
                return False
            names = [node for node in names if node not in self.behind]
        partials = chain.from_iterable(map(self.local_of, names))
        return are_ordinary(map(self.value_of, names)) and are_ordinary(filter(None, partials))


class _NoValues(Values):
    """The values at no point."""

    def __call__(self, node: Node) -> float:
        del node
        return math.nan
