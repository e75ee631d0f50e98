"""The commands there are, by name: what each is for, and each loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcli.cli.command import Command

COMMANDS = {
    "eval": "Value of an expression, and its partial derivative by every node.",
    "paths": "The chain rule along every path to the output, factored and counted.",
    "diff": "Derivatives in symbols, simplified, with the rules that lead to them.",
    "graph": "The computation graph as a picture: text, SVG, PNG, DOT or Mermaid.",
    "page": "A page for a browser: the graph, both passes step by step, values to move.",
    "code": "Source code of it: Python, NumPy, PyTorch, JAX, C, JavaScript, SQL, and more.",
    "quiz": "The backward pass as questions, at a prompt or on paper.",
    "jac": "All first derivatives of one or several outputs, as a matrix.",
    "hess": "All second derivatives, as a matrix, and what the point is.",
    "implicit": "dy/dx where an equation ties y to x, in symbols and numbers.",
    "net": "A net of fully connected layers as a program, and values for its weights.",
    "nudge": "A small step: the change that the gradient predicts, and the true one.",
    "budget": "Uncertainties: what those of the inputs come to, and which of them matters.",
    "descend": "Gradient descent on any program: methods, orders of updates, the backward pass.",
    "map": "Value and derivatives of each row of a file: CSV, JSON lines, Parquet, Arrow.",
    "check": "Every derivative against the same in many digits, without any rule.",
    "why": "Why something is nan, infinite, 0, huge or without digits, and a way out.",
    "same": "Whether two formulas are the same, or a point at which they are not.",
    "functions": "The functions of the language with their derivatives.",
    "schema": "The JSON schemas of what is printed as JSON.",
}

OPTIONS = ("--version", "--help", "-h", "--install-completion", "--show-completion")
"""What gradcli itself takes, and none of its commands but the help."""

EVAL = "eval"
"""What is done with a formula that no command stands before."""

HELP = "help"
"""The word that asks for a page about the next one."""


def find(name: str) -> Command:
    """The command of that name: its views and what it takes."""
    found: Command = import_module(f"gradcli.cli.commands.{name}").command
    return found


def load(name: str) -> Any:
    """The command of that name as typer has it."""
    return find(name).load()
