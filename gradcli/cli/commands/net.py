"""`gradcli net`: a network of fully connected layers as a program."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from gradcli.cli import output
from gradcli.cli.context import Environment
from gradcli.cli.options import Output
from gradcli.errors import UsageError
from gradcli.learn.names import ACTIVATIONS, LOSSES, SCHEMES

MOST_LAYERS = 1_000

EXAMPLES = """\
Examples:

\b
gradcli net 2-2-2-1 --act sigmoid --loss mse
gradcli net 2-8-8-3 --act relu --loss cross-entropy
gradcli net 2-8-8-3 --act relu --loss cross-entropy --init he --seed 1
gradcli net 3-4-1 --act tanh,none --loss mse --no-bias
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def write_net(
    context: typer.Context,
    *,
    shape: Annotated[
        str,
        typer.Argument(
            metavar="SIZES",
            help="Neurons of each layer, the inputs first: 2-2-2-1; 8x3 stands for 8-8-8.",
            show_default=False,
        ),
    ],
    activations: Annotated[
        str | None,
        typer.Option(
            "--act",
            metavar="NAMES",
            help="A function for all layers, or one for each with the output's last: "
            "tanh,relu,none. [default: sigmoid]",
            show_default=False,
            autocompletion=lambda: list(ACTIVATIONS),
        ),
    ] = None,
    loss: Annotated[
        str,
        typer.Option(
            "--loss",
            metavar="LOSS",
            help=f"One of {', '.join(LOSSES)}.",
            autocompletion=lambda: list(LOSSES),
        ),
    ] = "mse",
    has_bias: Annotated[
        bool, typer.Option("--bias/--no-bias", help="Whether neurons have biases.")
    ] = True,
    scheme: Annotated[
        str | None,
        typer.Option(
            "--init",
            metavar="SCHEME",
            help="Print values for the parameters instead of the program: "
            f"{', '.join(SCHEMES)}. --vars reads them.",
            show_default=False,
            autocompletion=lambda: list(SCHEMES),
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Another number, other values.")
    ] = 0,
    target: Output = None,
) -> None:
    """A net of fully connected layers as a program, for any other command."""
    environment: Environment = context.obj
    if target is not None:
        output.check_target(target)
    from gradcli.learn.net import make_net  # noqa: PLC0415  (`--help` needs no rules)

    if seed < 0:
        raise UsageError("seed", "--seed is a number from 0 on")
    names = None if activations is None else activations.split(",")
    net = make_net(_sizes(shape), names, loss, has_bias=has_bias)
    if scheme is None:
        text = net.program()
    else:
        from gradcli.learn import initial  # noqa: PLC0415  (only for values)

        text = initial.to_json(initial.initial_values(net, scheme, seed))
    output.deliver(environment, text, target)


def _sizes(text: str) -> list[int]:
    """The layers of ``2-8x3-1``."""
    sizes: list[int] = []
    for part in text.split("-"):
        match = re.fullmatch(r"\s*([0-9]{1,9})\s*(?:[x*×]\s*([0-9]{1,6})\s*)?", part)
        times = int(match[2] or 1) if match else 0
        if match is None or not 0 < times <= MOST_LAYERS - len(sizes):
            raise UsageError(
                "layers",
                f"'{text}' is not a list of layers" if len(text) < 60 else "too many layers",
                hint=f"for instance 2-2-2-1, or 2-8x3-1 for 2-8-8-8-1; at most {MOST_LAYERS:,} "
                "layers",
            )
        sizes += [int(match[1])] * times
    return sizes
