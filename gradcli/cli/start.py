"""`gradcli` alone where there is no terminal for a prompt: what to begin with."""

from __future__ import annotations

from gradcli.cli import output
from gradcli.cli.context import Environment
from gradcli.cli.status import Status

START = """\
gradcli: a formula goes in, its value and every derivative come out.

  gradcli "3(a+b*c)" a=1 b=2 c=3            every node: value and derivative
  gradcli eval "x^2*sin(x)" --x 2 --trace   both passes, step by step
  gradcli diff "x^2*sin(x)"                 derivatives in symbols
  gradcli graph "sin(x*y) + x"              the computation graph
  echo "x*y" | gradcli x=2 y=3 --json       for scripts
  gradcli help eval                         one command; --help names all
  gradcli functions                         the functions of the language
  gradcli                                   on a terminal: a prompt"""
"""Ten lines to start with."""


def start(environment: Environment) -> int:
    """Show what to begin with.

    Raises:
        ClosedOutputError: nobody reads it.
        GradcliError: it cannot be written.
    """
    output.write(environment, START)
    return Status.DONE
