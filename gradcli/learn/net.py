"""Networks of fully connected layers, written as programs of the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcli.base.shown import Shown
from gradcli.chains.limits import check_layers
from gradcli.errors import InputError, Option, Sentence, UsageError
from gradcli.evaluation import arguments
from gradcli.graph.build import MOST_ELEMENTS
from gradcli.graph.rules import table
from gradcli.hints import did_you_mean, nearest
from gradcli.learn.names import LOSSES, MANNERS
from gradcli.syntax.spelling import element_name

if TYPE_CHECKING:
    from gradcli.learn.initial import Values

NONE = "none"
"""The activation that is none: the neuron is its weighted sum."""

SOFTMAX = "softmax"

_LAST = {"bce": "sigmoid", "cross-entropy": SOFTMAX}
"""The activation of the output that a loss implies; it is written so that it cannot overflow."""


@dataclass(frozen=True, slots=True)
class Net(Shown):
    """A network.

    Attributes:
        sizes: how many neurons each layer has, the inputs first.
        activations: a function's name, or "none", for each layer after the inputs.
        loss: one of `LOSSES`.
        has_bias: whether each neuron adds a bias to its sum.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    has_bias: bool

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter, layer by layer."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in range(1, len(self.sizes)):
            shapes[f"w{layer}"] = (self.sizes[layer - 1], self.sizes[layer])
            if self.has_bias:
                shapes[f"b{layer}"] = (self.sizes[layer],)
        return shapes

    def program(self, *, matrix: bool = False, like: str | None = None) -> str:
        """The network as a program.

        Args:
            matrix: a layer is one product of a matrix and a vector, and not a sum for each neuron.
            like: one of `gradcli.learn.names.MANNERS`, for its names and formulas.

        Raises:
            UsageError: it cannot be written like that.
        """
        is_matrix = arguments.flag(matrix, "matrix")
        if like is not None:
            return self._like(arguments.choice(like, "manner", MANNERS), matrix=is_matrix)
        lines = [*self._comment(), *self._hidden(matrix=is_matrix), *self._output(matrix=is_matrix)]
        return "\n".join(lines)

    def values(self, scheme: str, seed: int = 0) -> Values:
        """A value for every weight, by a scheme; every bias is 0.

        Args:
            scheme: one of `gradcli.learn.names.SCHEMES`.
            seed: a whole number from 0 on; the same one gives the same values.

        Raises:
            UsageError: there is no such scheme or seed, or there are too many parameters.
        """
        from gradcli.learn.initial import initial_values  # noqa: PLC0415  (only for values)

        chance = arguments.whole(seed, "seed")
        return initial_values(self.shapes, arguments.text(scheme, "scheme"), chance or 0)

    def _like(self, manner: str, *, matrix: bool) -> str:
        from gradcli.learn import lesson  # noqa: PLC0415  (seldom asked for)

        if matrix:
            message = f"a net like that of the {manner} has no matrices"
            raise UsageError(
                "like",
                message,
                hint=Sentence("leave out ", Option("matrix"), ", or ", Option("like")),
            )
        lesson.check(self)
        return lesson.program(self)

    def _comment(self) -> list[str]:
        shapes = " ".join(element_name(name, shape) for name, shape in self.shapes.items())
        target = "" if self.loss == "none" else f", target {self._indexed('y')}"
        sizes, functions = "-".join(map(str, self.sizes)), ", ".join(self.activations)
        return [
            f"# {sizes}, {functions}; {LOSSES[self.loss]}",
            f"# input x[{self.sizes[0]}]{target}, parameters {shapes}",
        ]

    def _indexed(self, name: str) -> str:
        return name if self.sizes[-1] == 1 else element_name(name, self.sizes[-1:])

    def _hidden(self, *, matrix: bool) -> list[str]:
        return [
            f"h{layer} = {_applied(function, self._product(layer))}"
            if matrix
            else f"h{layer}[j] = {_applied(function, self._sum(layer, 'j'))} "
            f"for j in 1..{self.sizes[layer]}"
            for layer, function in enumerate(self.activations[:-1], start=1)
        ]

    def _sum(self, layer: int, index: str) -> str:
        terms = f"w{layer}[i,{index}]*{_before(layer)}[i]"
        bias = f" + b{layer}[{index}]" if self.has_bias else ""
        return f"sum({terms} for i in 1..{self.sizes[layer - 1]}){bias}"

    def _product(self, layer: int, column: str = "", place: str = "") -> str:
        """The same for all neurons of a layer at once, or for the one of a column and a place."""
        bias = f" + b{layer}{place}" if self.has_bias else ""
        return f"w{layer}{column}' @ {_before(layer)}{bias}"

    def _output(self, *, matrix: bool) -> list[str]:
        last, count = len(self.sizes) - 1, self.sizes[-1]
        one = count == 1
        index, loop = ("k", f" for k in 1..{count}") if not (one or matrix) else ("1", "")
        o, y, z = ("o[k]", "y[k]", "z[k]") if loop else ("o", "y", "z")
        whole = self._sum(last, index)
        if matrix:
            whole = self._product(last, "[:,1]", "[1]") if one else self._product(last)
        if self.loss not in _LAST:
            output = f"{o} = {_applied(self.activations[-1], whole)}{loop}"
            return [output, *self._loss(f"({o} - {y})^2", loop)]
        start = f"{z} = {whole}{loop}"
        if self.loss == "bce":
            # Not softplus(z) - y*z, which is a difference of equal numbers where z is large.
            term = f"{y}*softplus(-{z}) + (1 - {y})*softplus({z})"
            average = term if one else f"mean({term}{loop})"
            return [start, f"{o} = sigmoid({z}){loop}", f"J = {average}"]
        return [
            start,
            f"s = logsumexp({z}{loop})",
            f"{o} = exp({z} - s){loop}",
            f"J = sum({y}*(s - {z}){loop})",
        ]

    def _loss(self, square: str, loop: str) -> list[str]:
        one = self.sizes[-1] == 1
        if self.loss == "none":
            return []
        if self.loss == "mse":
            return [f"J = {square}" if one else f"J = mean({square}{loop})"]
        return [f"J = {square}/2" if one else f"J = sum({square}{loop})/2"]


def make_net(
    sizes: Sequence[int],
    activations: Sequence[str] | None = None,
    loss: str = "mse",
    *,
    has_bias: bool = True,
) -> Net:
    """A network, checked.

    Args:
        sizes: how many neurons each layer has, the inputs first.
        activations: a function of one argument, or "none", for all layers after the inputs or
            for each of them; with a loss that implies the last one, it may be left out. By
            default sigmoid.
        loss: one of `LOSSES`.
        has_bias: whether each neuron adds a bias to its sum.

    Raises:
        UsageError: the sizes, the number of activations and the loss do not go together.
        InputError: an activation is not a function of one argument.
    """
    check_layers(sizes, MOST_ELEMENTS, "gradcli net 2-3-1")
    if loss not in LOSSES:
        raise UsageError(
            "loss",
            f"there is no loss '{loss}'",
            hint=nearest(loss, LOSSES, "losses"),
        )
    names = _activations(activations, len(sizes) - 1, loss)
    if loss == "cross-entropy" and sizes[-1] == 1:
        raise UsageError(
            "loss",
            "cross-entropy needs at least two outputs, one for each class",
            hint=Sentence("for one output use ", Option("loss", "bce")),
        )
    if loss == "none" and sizes[-1] > 1:
        raise UsageError(
            "loss",
            f"a program has one output, and without a loss the net has {sizes[-1]}",
            hint=Sentence("choose a loss, such as ", Option("loss", "mse")),
        )
    return Net(tuple(sizes), tuple(names), loss, has_bias)


def _activations(given: Sequence[str] | None, layers: int, loss: str) -> list[str]:
    """The activation of each layer, that of the output last."""
    implied = _LAST.get(loss)
    hidden = layers - 1
    if given is None:
        return ["sigmoid"] * hidden + [implied or "sigmoid"]
    names = [name.strip() for name in given]
    if len(names) == 1 and hidden:
        # One for all, but for an output whose activation the loss implies.
        names = names * (hidden if implied else layers)
    if implied and len(names) == hidden:
        names.append(implied)
    if len(names) != layers:
        raise UsageError(
            "act",
            f"the net has {layers} {'layer' if layers == 1 else 'layers'} after the inputs, "
            f"and there are {len(names)} activations",
            hint="give one for all of them, or one for each, the last for the output",
        )
    if implied and names[-1] != implied:
        raise UsageError(
            "act",
            Sentence("with ", Option("loss"), f" {loss} the output is {implied}, not {names[-1]}"),
            hint="leave out the last activation",
        )
    for name in names[: -1 if implied else None]:
        _check(name)
    return names


def _check(name: str) -> None:
    """Refuse what is no function of one argument."""
    rules = table()
    if name == NONE or 1 in rules.arities(name):
        return
    if name == SOFTMAX:
        raise UsageError(
            "act",
            "softmax is of the output, and goes with cross-entropy",
            hint=Sentence("write ", Option("loss", "cross-entropy"), " and leave out softmax"),
        )
    known = [each for each in rules.names() if 1 in rules.arities(each)]
    raise InputError(
        "unknown-function",
        f"'{name}' is not a function of one argument",
        hint=did_you_mean(name, [*known, NONE])
        or "for instance sigmoid, tanh, relu, gelu, silu, or none",
    )


def _before(layer: int) -> str:
    """What goes into a layer."""
    return "x" if layer == 1 else f"h{layer - 1}"


def _applied(function: str, text: str) -> str:
    return text if function == NONE else f"{function}({text})"
