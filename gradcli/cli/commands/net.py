"""`gradcli net`: a network of fully connected layers as a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.cli.command import Command
from gradcli.cli.parameters import Annotated, among, argument, one_of, option, valued
from gradcli.cli.sizes import layer_sizes
from gradcli.cli.task import Task
from gradcli.cli.view import View
from gradcli.errors import UsageError
from gradcli.learn.names import ACTIVATIONS, LOSSES, MANNERS, SCHEMES

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.learn.net import Net

MOST_LAYERS = 1_000

EXAMPLES = """\
Examples:

\b
gradcli net 2-2-2-1 --act sigmoid --loss mse
gradcli net 2-8-8-3 --act relu --loss cross-entropy
gradcli net 2-8-8-3 --act relu --loss cross-entropy --init he --seed 1
gradcli net 3-4-1 --act tanh,none --loss mse --no-bias
gradcli net 784-128-10 --act relu --loss cross-entropy --matrix
gradcli net --like lesson
"""

Init = Annotated[
    str | None,
    valued(
        "--init",
        "SCHEME",
        "Print values for the parameters instead of the program: "
        f"{', '.join(SCHEMES)}. --vars reads them.",
        completes=among(SCHEMES),
    ),
]


class _Made(NamedTuple):
    """A net, what its values are chosen by, and how it is to be written."""

    net: Net
    seed: int
    matrix: bool
    like: str | None


def _program(made: _Made, call: Call) -> str:
    del call
    return made.net.program(matrix=made.matrix, like=made.like)


def _values(made: _Made, call: Call) -> str:
    from gradcli.views.json import to_text  # noqa: PLC0415  (only for values)

    return to_text(made.net.values(call.asked["init"], made.seed), split=())


VIEWS = {
    "program": View(_program, None, (".grad",)),
    "init": View(_values, None, (".json",), option=Init, example=next(iter(SCHEMES))),
}

command = Command(VIEWS, EXAMPLES, takes_program=False)


@command
def write_net(
    task: Task,
    *,
    shape: Annotated[
        str | None,
        argument(
            "SIZES",
            "Neurons of each layer, the inputs first: 2-2-2-1; 8x3 stands for 8-8-8.",
        ),
    ] = None,
    activations: Annotated[
        str | None,
        valued(
            "--act",
            "NAMES",
            "A function for all layers, or one for each with the output's last: "
            "tanh,relu,none. [default: sigmoid]",
            completes=among(ACTIVATIONS),
        ),
    ] = None,
    loss: Annotated[str | None, one_of("--loss", "LOSS", LOSSES, "mse")] = None,
    has_bias: Annotated[
        bool | None,
        option(
            "--bias/--no-bias",
            text="Whether neurons have biases. [default: bias]",
            shows_default=False,
        ),
    ] = None,
    like: Annotated[
        str | None,
        valued(
            "--like",
            "NAME",
            "In the letters of the lesson: lesson. SIZES is 2-2-2-1 by default, the loss half, "
            "without biases.",
            completes=among(MANNERS),
        ),
    ] = None,
    matrix: Annotated[
        bool, option("--matrix", text="Layers as products: h1 = tanh(w1' @ x + b1).")
    ] = False,
    seed: Annotated[int, option("--seed", metavar="N", text="Another number, other values.")] = 0,
) -> None:
    """A net of fully connected layers as a program, for any other command."""
    from gradcli.learn.net import make_net  # noqa: PLC0415  (`--help` needs no rules)

    if seed < 0:
        raise UsageError("seed", "--seed is a number from 0 on")
    names = None if activations is None else activations.split(",")
    if like is not None:
        from gradcli.learn import lesson  # noqa: PLC0415  (seldom asked for)

        shape = shape or "-".join(map(str, lesson.SIZES))
        loss, has_bias = loss or lesson.LOSS, bool(has_bias)
    if shape is None:
        raise UsageError("usage", "there are no sizes", hint="for instance: gradcli net 2-2-2-1")
    sizes = layer_sizes(shape, MOST_LAYERS, "2-2-2-1, or 2-8x3-1 for 2-8-8-8-1")
    net = make_net(sizes, names, loss or "mse", has_bias=has_bias is not False)
    task.finish(_Made(net, seed, matrix, like))
