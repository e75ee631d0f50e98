"""The door `gradcli.net`: a network of fully connected layers as a program."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.evaluation import arguments
from gradcli.learn.net import Net, make_net


def net(
    sizes: Sequence[int],
    *,
    act: str | Sequence[str] | None = None,
    loss: str = "mse",
    bias: bool = True,
) -> Net:
    """A network of fully connected layers, whose ``program()`` any other door takes.

    Args:
        sizes: how many neurons each layer has, the inputs first.
        act: a function for all layers, or one for each with the output's last; sigmoid by default.
        loss: ``"mse"``, ``"half"``, ``"bce"``, ``"cross-entropy"`` or ``"none"``.
        bias: whether neurons have biases.

    Raises:
        UsageError: the sizes, the functions and the loss do not go together.
        InputError: there is no such function of one argument.

    ``values("xavier", seed=1)`` has a value for each of its weights, as ``--init`` prints them.

    >>> net([1, 1], act="tanh", loss="half").program().splitlines()[-1]
    'J = (o - y)^2/2'
    """
    return make_net(
        arguments.wholes(sizes, "sizes", "for instance [2, 3, 1]"),
        arguments.names(act, "act"),
        arguments.text(loss, "loss"),
        has_bias=arguments.flag(bias, "bias"),
    )
