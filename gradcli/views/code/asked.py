"""What the code of a program is to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

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

    @property
    def most(self) -> int:
        """The same, as far as a table or a test has it."""
        return self.order

    @property
    def endings(self) -> Sequence[str]:
        """What the names of the functions end in."""
        return [*[""] * self.has_value, "_grad", *["_hess"] * self.is_hessian]

    def functions(self, program: Program) -> Iterator[tuple[str, Body, int]]:
        """The functions: the name of each, its lines, and how many derivatives it gives back."""
        count = len(program.inputs)
        if self.has_value:
            yield program.name, program.body(1), 0
        yield f"{program.name}_grad", program.body(1 + count), 1
        if program.directions:
            yield f"{program.name}_hvp", program.body(1 + 2 * count), 2
        elif self.order == 2:
            yield f"{program.name}_hess", program.body(1 + count + count * count), 2

    def remarks(self, program: Program) -> list[str]:
        """What the file says of itself, a line each."""
        what = "the gradient by the backward pass" + (
            ", and second derivatives" if self.order == 2 else ""
        )
        if self.loss:
            one, other = (node.name for node in self.loss.both)
            what = f"its derivatives by the prediction {one}; the label is {other}"
        return [program.title, "", f"The value, and {what}. Written by gradcli."]
