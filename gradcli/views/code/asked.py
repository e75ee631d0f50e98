"""What the code of a program is to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.views.code.wrapping import WIDTH, said

if TYPE_CHECKING:
    from gradcli.graph.node import Node
    from gradcli.views.code.program import Body, Program


class Loss(NamedTuple):
    """A loss.

    Attributes:
        both: the prediction and the label.
        settings: the values of all other inputs.
    """

    both: tuple[Node, Node]
    settings: Mapping[Node, float]


class Function(NamedTuple):
    """A function that is asked for.

    Attributes:
        name: what it is called.
        says: what a comment says of it.
        body: its lines.
        order: how many derivatives it gives back.
    """

    name: str
    says: str
    body: Body
    order: int


ENDINGS = ("", "_grad", "_hess")
"""What the names of functions end in, by the order of derivatives."""

SAYS = (
    "The value.",
    "The value, and its derivative by each input.",
    "The value, the gradient, and the second derivatives, a row for each input.",
)
"""What is said of a function, likewise."""


class Wanted(NamedTuple):
    """What code is to have.

    Attributes:
        target: the name of the target.
        is_gradient: whether the function for the gradient alone is asked for.
        is_hessian: whether one for second derivatives is.
        loss: what is known of it, of a target that is given one.
    """

    target: str
    is_gradient: bool
    is_hessian: bool
    loss: Loss | None = None

    @property
    def has_value(self) -> bool:
        """Whether there is a function for the value."""
        return not self.is_gradient

    @property
    def order(self) -> int:
        """The highest order of derivatives."""
        return 2 if self.is_hessian or self.loss else 1

    def results(self, program: Program) -> int:
        """How many results there are, all derivatives among them."""
        return _results(program)[self.order]

    def called(self, program: Program) -> str:
        """The name of the function that has all of them."""
        return f"{program.name}{ENDINGS[self.order]}"

    def functions(self, program: Program) -> Iterator[Function]:
        """The functions, one after another."""
        results = _results(program)
        for order in range(0 if self.has_value else 1, self.order + 1):
            body = program.body(results[order])
            is_along = order == 2 and program.directions
            ending = "_hvp" if is_along else ENDINGS[order]
            says = PRODUCTS if is_along else SAYS[order]
            yield Function(f"{program.name}{ending}", says, body, order)

    def remarks(self, program: Program, mark: str, width: int = WIDTH) -> list[str]:
        """What the file says of itself, as comments."""
        what = "the gradient by the backward pass" + (
            ", and second derivatives" if self.order == 2 else ""
        )
        if self.loss:
            one, other = (node.name for node in self.loss.both)
            what = f"its derivatives by the prediction {one}; the label is {other}"
        texts = [program.title, "", f"The value, and {what}. Written by gradcli."]
        return [line for text in texts for line in said(text, mark, width)]


PRODUCTS = "The value, the gradient, and the products of the Hessian with a direction."
"""What is said of the function for second derivatives of a program with arrays."""


def _results(program: Program) -> Sequence[int]:
    """How many results a function has, by the order of derivatives."""
    count = len(program.by)
    second = len(program.directions) or count * count
    return 1, 1 + count, 1 + count + second
