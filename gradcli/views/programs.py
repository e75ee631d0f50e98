"""A program that is not at any point yet: its statements, and the inputs that it takes."""

from __future__ import annotations

from typing import Protocol

from gradcli.graph.model import Model
from gradcli.graph.naming import Statement, Symbols, name_nodes, statement
from gradcli.views.lines.page import Display, Fragment, Line, Page


class Asked(Protocol):
    """A function of a program."""

    source: str
    inputs: tuple[str, ...]

    @property
    def model(self) -> Model | None:
        """The program as a graph; None before there is one, since no shapes are known."""


def render(function: Asked, display: Display | None = None) -> Page:
    """Return a statement a line, as they are read, and the names of the inputs."""
    display = display or Display()
    model = function.model
    if model is None:
        told = function.source.strip().splitlines()
    else:
        told = [statement(each) for each in statements(model)]
        told[-1] = f"{model.output.name or 'out'} = {told[-1]}"
    lines: list[Line] = [(Fragment(display.show(each)),) for each in told]
    names = ", ".join(map(display.name, function.inputs)) or "none"
    return Page([*lines, *display.paragraph(f"inputs: {names}", style="dim")])


def statements(model: Model) -> list[Statement]:
    """Return the statements of a program, each with the name that it defines; the output last."""
    return [*Symbols(model, name_nodes(model)).statements()]
