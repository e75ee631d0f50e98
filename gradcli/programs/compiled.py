"""Functions that are made of a program: generated code itself, with nothing around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from warnings import warn

from gradcli.errors import DerivativeWarning
from gradcli.evaluation.answer import Answer
from gradcli.programs.numbers import NumberProgram

if TYPE_CHECKING:
    from gradcli.engine.choose import Runner
    from gradcli.engine.source import Entry

Made = Callable[..., Any]

ENGINES = ("interpreter", "source")
"""The engines that can be asked for."""


class Compiled:
    """A program as functions that cost no more than their work.

    Each function is made when it is first asked for, and is a function of Python with the inputs
    as its parameters: a call that does not fit them is Python's own TypeError. Numbers are those
    of a `gradcli.Function`, to a unit or two in the last place, and so are warnings.

    Args:
        program: the program.
        engine: ``source`` or ``interpreter``.
        origin: a function that makes all this again, and its arguments: for pickling.

    Attributes:
        inputs: the names of the inputs, in the order of arguments.
        engine: what computes single points.
    """

    def __init__(
        self,
        program: NumberProgram,
        engine: str,
        origin: tuple[Callable[..., Compiled], tuple[Any, ...]],
    ) -> None:
        self.inputs = program.inputs
        self.engine = engine
        self._program = program
        self._origin = origin

    def __repr__(self) -> str:
        return f"<gradcli {self.engine} of {', '.join(self.inputs)}>"

    def __reduce__(self) -> tuple[Callable[..., Compiled], tuple[Any, ...]]:
        # Code is made again where it is unpickled: it belongs to a version of Python.
        return self._origin

    @cached_property
    def value(self) -> Made:
        """``value(a, b, …)``, by position or by name: the value."""
        return self._function("value", "{0}", self._value, self._program.valued)

    @cached_property
    def grad(self) -> Made:
        """``grad(a, b, …)``: ∂output/∂input by name."""
        return self._function("grad", "{keyed}", self._grad)

    @cached_property
    def value_and_grad(self) -> Made:
        """``value_and_grad(a, b, …)``: the value, and ∂output/∂input by name."""
        return self._function("value_and_grad", "({0}, {keyed})", self._value_and_grad)

    @cached_property
    def numbers(self) -> Made:
        """``numbers(a, b, …)``: a list of the value and of ∂output/∂input for each input."""
        return self._function("numbers", "[{all}]", self._numbers)

    @cached_property
    def at(self) -> Made:
        """``at(point, out=None)``: the same of a sequence of numbers.

        The result is a list, of an array of NumPy an array; or ``out``, with the numbers put in.
        """
        from gradcli.engine.source import Entry  # noqa: PLC0415  (only where it is compiled)

        entry = Entry("at", "[{all}]", point=True, takes_out=True)
        return self._made(self._program.passed, entry, self._at)

    def _function(
        self, name: str, result: str, otherwise: Made, runner: Runner | None = None
    ) -> Made:
        from gradcli.engine.source import Entry  # noqa: PLC0415  (only where it is compiled)

        return self._made(runner or self._program.passed, Entry(name, result), otherwise)

    def _made(self, runner: Runner, entry: Entry, otherwise: Made) -> Made:
        if self.engine == "interpreter":
            return otherwise
        return runner.function(entry, self.inputs, otherwise)

    # --- Where plain floats do not do ---------------------------------------------------------

    def _value(self, *args: Any, **named: Any) -> float:
        program = self._program
        return program.value(program.point(args, named))

    def _grad(self, *args: Any, **named: Any) -> dict[str, float]:
        return self._keyed(self._answer(args, named))

    def _value_and_grad(self, *args: Any, **named: Any) -> tuple[float, dict[str, float]]:
        answer = self._answer(args, named)
        return answer.value, self._keyed(answer)

    def _numbers(self, *args: Any, **named: Any) -> list[float]:
        answer = self._answer(args, named)
        return [answer.value, *answer.parts]

    def _at(self, point: Sequence[Any], out: Any = None) -> Any:
        if hasattr(point, "tolist"):
            import numpy as np  # noqa: PLC0415  (its arrays alone need it)

            found = self.at(point.tolist())
            if out is None:
                return np.array(found)
        else:
            found = self._numbers(*point)
            if out is None:
                return found
        out[:] = found
        return out

    def _answer(self, args: Sequence[Any], named: Mapping[str, Any]) -> Answer:
        program = self._program
        answer = program.first(program.point(args, named))
        if answer.problems:
            warn(DerivativeWarning(answer.problems), stacklevel=4)
        return answer

    def _keyed(self, answer: Answer) -> dict[str, float]:
        return dict(zip(self.inputs, answer.parts, strict=True))
