"""What is asked of a program at a point about one of its nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from gradcli.errors import Problem
from gradcli.evaluation.point import Point
from gradcli.graph.naming import Symbols
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.calculus.totals import Locals
    from gradcli.evaluation.beside.whole import Whole
    from gradcli.evaluation.handed import Handed


class LookUp(Point, Protocol):
    """A program at a point, looked at node by node."""

    @property
    def names(self) -> Mapping[Node, str]:
        """The name of every node that is shown, in order."""

    @property
    def symbols(self) -> Symbols:
        """The texts of nodes."""

    @property
    def shown(self) -> Symbols:
        """The texts for people."""

    @property
    def targets(self) -> Sequence[Node]:
        """The nodes whose derivative is asked for."""

    @property
    def whole(self) -> Whole | None:
        """The function beside the point, where something is tied or not finite there."""

    @property
    def limit_beside(self) -> str:
        """What the output goes to where it is NaN, as the end of a sentence; "" for nothing."""

    @property
    def most_kinks(self) -> int:
        """How many kinks are told one by one."""

    @property
    def value_problems(self) -> Sequence[Problem]:
        """Why the output's value is not finite, if it is not."""

    @property
    def locals(self) -> Locals:
        """The partials of every node, some made only when they are asked for."""

    @property
    def handed(self) -> Handed:
        """What comes back along edges of arrays, which have no partials."""

    def derivative_by(self, node: Node) -> Node | None:
        """The derivative by a node as a node; None where it is 0, or only a number."""

    def cancels(self, targets: Sequence[Node]) -> bool:
        """Whether derivatives by inputs may have lost their digits in a sum."""

    def grad_of(self, node: Node) -> float:
        """∂output/∂node, as it is used."""

    def beside_of(self, node: Node) -> float:
        """The same on the side that is shown."""

    def local_of(self, node: Node) -> tuple[float | None, ...]:
        """The partial of a node by each argument; None for a constant argument."""

    def local_at(self, node: Node, place: int) -> float | None:
        """The same by one argument."""

    def shares_of(self, node: Node) -> tuple[float | None, ...]:
        """What comes along from a node to each argument, None for nothing."""
