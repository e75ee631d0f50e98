"""A net as the lesson on backpropagation writes it: layers a, b, …, and the function f spelled out.

f(z) = 1/(1 + exp(-z))
a[j] = f(sum(w1[i,j]*x[i] for i in 1..2)) for j in 1..2
o    = f(sum(w2[j,1]*a[j] for j in 1..2))
J    = (o - y)^2/2
"""

from __future__ import annotations

from typing import Protocol

from gradcli.errors import Option, Sentence, UsageError
from gradcli.syntax.over_ranges import COUNTERS

SIZES = (2, 2, 2, 1)
"""The net of the lesson."""

LOSS = "half"

_LAYERS = "abcdghpqrstuv"
"""The letters of hidden layers; none of them is an index, or stands for something else."""

_SPELLED = {"sigmoid": "1/(1 + exp(-z))", "none": "z"}
"""Functions that are not written by their names."""


class Net(Protocol):
    """What has to be known of a net: `gradcli.learn.net.Net`."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many neurons each layer has, the inputs first."""

    @property
    def activations(self) -> tuple[str, ...]:
        """A function's name for each layer after the inputs."""

    @property
    def loss(self) -> str:
        """The loss."""

    @property
    def has_bias(self) -> bool:
        """Whether neurons have biases."""


def check(net: Net) -> None:
    """Refuse a net that the lesson has no spelling for.

    Raises:
        UsageError: it has biases, too many layers, several functions, or another loss.
    """
    if net.has_bias:
        raise UsageError(
            "like",
            "the nets of the lesson have no biases",
            hint=Sentence("leave out ", Option("bias")),
        )
    if net.loss != LOSS:
        raise UsageError(
            "like",
            f"the loss of the lesson is (o - y)^2/2, and not {net.loss}",
            hint=Sentence("leave out ", Option("loss"), ", or ", Option("like")),
        )
    if len({*net.activations}) > 1:
        raise UsageError(
            "like",
            f"the nets of the lesson have one function, not {', '.join(net.activations)}",
            hint=Sentence("give one to ", Option("act")),
        )
    if len(net.sizes) - 2 > len(_LAYERS):
        raise UsageError(
            "like",
            f"the lesson has letters for {len(_LAYERS)} hidden layers, not {len(net.sizes) - 2}",
            hint=Sentence("leave out ", Option("like")),
        )


def program(net: Net) -> str:
    """The program of a net that `check` lets pass, without a final newline."""
    hidden = _LAYERS[: len(net.sizes) - 2]
    names = ["x", *hidden, "o"]
    function = net.activations[0]
    lines = [
        f"f(z) = {_SPELLED.get(function, f'{function}(z)')}",
        *(_layer(net, layer, *names[layer - 1 : layer + 1]) for layer in range(1, len(net.sizes))),
    ]
    if net.sizes[-1] == 1:
        return "\n".join([*lines, "J    = (o - y)^2/2"])
    index = _index(len(net.sizes) - 1)
    count = net.sizes[-1]
    return "\n".join(
        [*lines, f"J    = sum((o[{index}] - y[{index}])^2 for {index} in 1..{count})/2"]
    )


def _layer(net: Net, layer: int, before: str, name: str) -> str:
    source, target = _index(layer - 1), _index(layer)
    count = net.sizes[layer]
    is_one = layer == len(net.sizes) - 1 and count == 1
    left, column, loop = f"{name}[{target}]", target, f" for {target} in 1..{count}"
    if is_one:
        left, column, loop = name, "1", ""
    terms = f"w{layer}[{source},{column}]*{before}[{source}]"
    return f"{left:4} = f(sum({terms} for {source} in 1..{net.sizes[layer - 1]})){loop}"


def _index(layer: int) -> str:
    """The letter of an index, one for each layer and then from the first one again."""
    return COUNTERS[layer % len(COUNTERS)]
