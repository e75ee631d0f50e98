"""A program with its derivative by every node that is shown, as nodes: no number is needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from gradcli.calculus.reverse import Derivative, differentiate
from gradcli.evaluation.ties import conditions
from gradcli.graph.model import Model
from gradcli.graph.naming import Symbols, name_nodes, output_name
from gradcli.graph.node import Graph, Node


class WithDerivative:
    """Names, texts and derivative of a program, each computed when it is asked for.

    Attributes:
        model: the program as a graph, to which the nodes of the derivative are added.

    Args:
        model: the same.
        names: the names of nodes, if not those that the program gives them.
    """

    def __init__(self, model: Model, names: Mapping[Node, str] | None = None) -> None:
        self.model = model
        if names is not None:
            self.names, self.output = names, names[model.output]

    @cached_property
    def names(self) -> Mapping[Node, str]:
        """The name of every node that is shown, inputs first, then in order."""
        return name_nodes(self.model)

    @cached_property
    def output(self) -> str:
        """The name of the output: a value needs those of no others."""
        return output_name(self.model)

    @cached_property
    def symbols(self) -> Symbols:
        """The texts of nodes and of derivatives."""
        return Symbols(self.model, self.names)

    @cached_property
    def derivative(self) -> Derivative:
        """The derivative of the output by every node, with all local partials."""
        model = self.model
        return differentiate(model.graph, model.output, list(self.names), every_local=True)

    @property
    def is_differentiated(self) -> bool:
        """Whether somebody has asked for that: then nothing of it is made anew."""
        return "derivative" in self.__dict__

    @cached_property
    def masked(self) -> Derivative:
        """The same where entries of arrays that are not used must not be multiplied."""
        model = self.model
        return differentiate(
            model.graph, model.output, list(self.names), every_local=True, masked=True
        )

    @cached_property
    def ties(self) -> Mapping[Node, Node]:
        """For each node that may be tied, where a derivative is not unique, the condition for it.

        What depends on no input and no step has no derivative that could be another one.
        """
        return conditions(self.draft, [*self.names], self.names.keys(), self.model.steps)

    @cached_property
    def draft(self) -> Graph:
        """Where nodes are made that are looked at and nothing else, as no part of the program.

        The partials of what may be tied are made of the conditions for that.
        """
        return self.model.graph.draft()
