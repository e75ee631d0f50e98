"""What is asked of a program at a point about one of its nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gradcli.calculus.reverse import Derivative
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.graph.model import Model
from gradcli.graph.naming import Symbols
from gradcli.graph.node import Node


class LookUp(Protocol):
    """A program at a point, looked at node by node."""

    @property
    def model(self) -> Model:
        """The program as a graph."""

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
    def derivative(self) -> Derivative:
        """The derivative by every node."""

    @property
    def ties(self) -> Mapping[Node, Node]:
        """The condition under which a node is tied, and its derivative may not be unique."""

    @property
    def targets(self) -> Sequence[Node]:
        """The nodes whose derivative is asked for."""

    @property
    def value_of(self) -> Values:
        """The values of nodes, of the program or of its derivative."""

    @property
    def value_problems(self) -> Sequence[Problem]:
        """Why the output's value is not finite, if it is not."""

    def grad_of(self, node: Node) -> float:
        """∂output/∂node."""

    def local_of(self, node: Node) -> tuple[float | None, ...]:
        """The partial of a node by each argument; None for a constant argument."""

    def shares_of(self, node: Node) -> tuple[float | None, ...]:
        """What comes along from a node to each argument, None for nothing."""
