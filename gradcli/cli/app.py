"""The application: its commands by name, each loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

import gradcli
from gradcli.cli import output
from gradcli.errors import UsageError
from gradcli.hints import nearest

if TYPE_CHECKING:
    from gradcli.cli.command import Command

COMMANDS = {
    "eval": "Value of an expression, and its partial derivative by every node.",
    "paths": "The chain rule along every path to the output, factored and counted.",
    "diff": "Derivatives in symbols, simplified, with the rules that lead to them.",
    "graph": "The computation graph as a picture: text, SVG, PNG, DOT or Mermaid.",
    "jac": "All first derivatives of one or several outputs, as a matrix.",
    "hess": "All second derivatives, as a matrix, and what the point is.",
    "implicit": "dy/dx where an equation ties y to x, in symbols and numbers.",
    "net": "A net of fully connected layers as a program, and values for its weights.",
    "nudge": "A small step: the change that the gradient predicts, and the true one.",
    "budget": "Uncertainties: what those of the inputs come to, and which of them matters.",
    "descend": "Gradient descent on any program: methods, orders of updates, the backward pass.",
    "check": "Every derivative against the same in many digits, without any rule.",
    "why": "Why something is nan, infinite, 0, huge or without digits, and a way out.",
    "same": "Whether two formulas are the same, or a point at which they are not.",
    "functions": "The functions of the language with their derivatives.",
    "schema": "The JSON schemas of what is printed as JSON.",
}

OTHER_WORDS = {
    "diff": ("derivative", "derive", "differentiate", "grad", "gradient"),
    "hess": ("hessian", "second", "curvature"),
    "jac": ("jacobian", "jvp", "vjp"),
    "graph": ("draw", "dot", "picture", "plot", "show", "svg"),
    "check": ("gradcheck", "test", "verify"),
    "eval": ("calc", "calculate", "compute", "evaluate", "value"),
    "descend": ("descent", "fit", "minimise", "minimize", "optimise", "optimize", "train"),
    "functions": ("list", "rules"),
    "why": ("debug", "diagnose", "explain", "nan", "trace-nan"),
    "same": ("compare", "equal", "equals", "equivalent"),
    "budget": ("error", "errors", "propagate", "uncertainties", "uncertainty"),
}
"""What others call what a command does."""

EXAMPLES = """\
Examples:

\b
gradcli eval "3*(a+b*c)" --a 1 --b 2 --c 3
gradcli eval "J(a,b,c)=3(a+bc)" --a 1 --b 2 --c 3 --tree
gradcli functions sin
"""


def find(name: str) -> Command:
    """The command of that name: its views and what it takes."""
    found: Command = import_module(f"gradcli.cli.commands.{name}").command
    return found


def load(name: str) -> Any:
    """The command of that name as typer has it."""
    return find(name).load()


class Commands(TyperGroup):
    """A group whose commands are only names and summaries until one is called.

    Typer hands around classes of the click inside it, which are private: hence ``Any``.
    """

    def __init__(self, **settings: Any) -> None:
        summaries = {name: TyperCommand(name, short_help=text) for name, text in COMMANDS.items()}
        super().__init__(**settings | {"commands": summaries})

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse words that typer would leave unread once completion is installed, and none."""
        if not [word for word in args if word != "--"] and not ctx.resilient_parsing:
            from gradcli.cli.remarks import example  # noqa: PLC0415  (only where it is missing)

            hint = f"for instance: {example(ctx)}"
            raise UsageError("usage", "there is no command", hint=hint)
        for option in ("--install-completion", "--show-completion"):
            if option in args and len(args) > 1 and not ctx.resilient_parsing:
                raise UsageError(
                    "option",
                    f"{option} takes no value and goes with nothing else",
                    hint=f"it is for the shell that calls it: gradcli {option}",
                )
        return list(super().parse_args(ctx, args))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that is called."""
        name, *rest = args
        if name in COMMANDS:
            return name, load(name), rest
        if ctx.resilient_parsing:
            return None, None, rest
        raise _unknown_command(name, rest)


def _unknown_command(name: str, rest: list[str]) -> UsageError:
    hint = nearest(name, COMMANDS, "commands")
    meant = [command for command, words in OTHER_WORDS.items() if name in words]
    if meant:
        hint = f"did you mean {meant[0]}?"
    if name in {"help", "version"}:
        about = "".join(f"{command} " for command in rest[:1] if command in COMMANDS)
        hint = f"write gradcli {about}--{name}"
    if not name.isidentifier():
        hint = f'for a formula: gradcli eval "{name}"' if len(name) < 60 else "gradcli eval …"
    return UsageError(
        "usage",
        f"there is no command '{name}'",
        hint=hint,
    )


app = typer.Typer(cls=Commands, rich_markup_mode=None, epilog=EXAMPLES)


def _show_version(context: typer.Context, wanted: bool) -> None:  # noqa: FBT001  (typer's way)
    if wanted and not context.resilient_parsing:
        output.write(context.obj, f"gradcli {gradcli.__version__}")
        raise typer.Exit


@app.callback()
def group(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """The gradient calculator: a formula goes in, its value and every derivative come out."""
    del version
