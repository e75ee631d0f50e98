"""A program at a point, by the rules of its operations alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gradcli.calculus.reverse import Derivative
from gradcli.engine.interpreter import Values
from gradcli.graph.model import Model
from gradcli.graph.node import Node


class Point(Protocol):
    """Values and derivatives of nodes, and what may be tied."""

    @property
    def model(self) -> Model:
        """The program as a graph."""

    @property
    def derivative(self) -> Derivative:
        """The derivative by every node."""

    @property
    def ties(self) -> Mapping[Node, Node]:
        """The condition under which a node is tied, and its derivative may not be unique."""

    @property
    def value_of(self) -> Values:
        """The values of nodes, of the program or of its derivative."""

    def plain_of(self, node: Node) -> float:
        """∂output/∂node by the convention of each operation by itself."""
