"""Functions that are made of a program: generated code itself, with nothing around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from warnings import warn

from gradcli.errors import DerivativeWarning, InputError, UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.outcome import Outcome
from gradcli.programs.numbers import NumberProgram

if TYPE_CHECKING:
    from gradcli.engine.blocks import Blocks
    from gradcli.engine.choose import Runner
    from gradcli.engine.machine import MachineCode
    from gradcli.engine.machine_point import MachinePoint
    from gradcli.engine.printers.polars import Expressions
    from gradcli.engine.source import Entry

Made = Callable[..., Any]

ENGINES = ("interpreter", "source", "fast")
"""The engines that can be asked for."""

MANY = 100_000
"""Of so many rows machine code is made without being asked for."""

MANY_OF_LONG = 2_000_000
"""The same of programs of more than `SHORT` operations: compiling each takes as long."""

SHORT = 1000

LONG = 100
"""Shorter programs are not worth machine code for one point: a call of it costs as much."""

_LISTS = frozenset((list, tuple))


class Compiled:
    """A program as functions that cost no more than their work.

    Each function is made when it is first asked for, and is a function of Python with the inputs
    as its parameters: a call that does not fit them is Python's own TypeError. Numbers are those
    of a `gradcli.Function`, to a unit or two in the last place, and so are warnings.

    Args:
        program: the program.
        engine: that which was asked for; None for the quickest.
        origin: a function that makes all this again, and its arguments: for pickling.

    Attributes:
        inputs: the names of the inputs, in the order of arguments.
        engine: ``interpreter``, ``source``, or ``fast``, which has machine code for columns, and
            for `at` of long programs.

    Raises:
        UsageError: ``fast`` is asked for, and llvmlite is not installed.
    """

    def __init__(
        self,
        program: NumberProgram,
        engine: str | None,
        origin: tuple[Callable[..., Compiled], tuple[Any, ...]],
    ) -> None:
        self.inputs = program.inputs
        self.engine = engine or "source"
        self._program = program
        self._origin = origin
        self._is_left_to_us = engine is None
        if engine == "fast":
            self._fast  # noqa: B018  (what is missing is said at once)

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
        made = self._made(self._program.passed, entry, self._at)
        return self._by_machine(made) if self._machine else made

    def columns(
        self, *columns: Any, out: Sequence[Any] | None = None, threads: int = 1, **named: Any
    ) -> Sequence[Any]:
        """The value and ∂output/∂input for each row of data.

        Args:
            columns: for each input an array with a number for each row, or one number for all.
            out: where the results go: an array of floats for each, or their rows in one array.
            threads: how many blocks of rows are worked on at once.
            named: columns by the names of inputs.

        Returns:
            Arrays of NumPy: the values, and the derivatives by each input; ``out`` if it is given.
            What is at a kink or not finite is the number that `grad` gives, without a warning.

        Raises:
            InputError: a column is missing, given twice, no array of numbers, or of another length.
            UsageError: ``out`` has no place for the results, or there are no threads.
        """
        from gradcli.programs.rows import apart, columns_of, places_for  # noqa: PLC0415  (need NumPy)

        given, rows = columns_of(self.inputs, columns, named)
        places = places_for(out, self._program.count, rows)
        self._by(rows).run(apart(given, places), places, _several(threads))
        return places if out is None else out

    def rows(self, points: Any, out: Any = None, threads: int = 1) -> Any:
        """The same of an (n, k) array of n points: an (n, 1 + k) array; raises as `columns`."""
        from gradcli.programs.rows import apart, table_for, table_of  # noqa: PLC0415  (need NumPy)

        given = table_of(points, len(self.inputs))
        table = table_for(out, (len(given), self._program.count))
        self._by(len(given)).run(apart([*given.T], [table]), [*table.T], _several(threads))
        return table if out is None else out

    def results(self, point: Sequence[float]) -> list[float]:
        """What `columns` has for one row, of a float for each input; nothing is said of it."""
        return self._program.numbers(point)

    def fast(self) -> Compiled:
        """The same by machine code, where llvmlite is there and knows the operations."""
        program = self._program
        can = self.engine == "fast" or program.passed.machine(program.numbers, is_asked=False)
        return Compiled(program, "fast", self._origin) if can else self

    def expressions(self) -> Expressions | None:
        """What `columns` computes as expressions of Polars; None if that lacks something."""
        return self._program.passed.expressions()

    def _by(self, rows: int) -> Blocks | MachineCode:
        """What computes so many rows: machine code only where it is asked for, or pays."""
        if self.engine == "fast" or (self._is_left_to_us and rows >= MANY and self._pays(rows)):
            return self._fast or self._blocks
        return self._blocks

    def _pays(self, rows: int) -> bool:
        """Whether machine code is worth its making for so many rows."""
        return rows >= MANY_OF_LONG or len(self._program.passed.code.steps) <= SHORT

    @cached_property
    def _fast(self) -> MachineCode | None:
        program = self._program
        return program.passed.machine(program.numbers, is_asked=self.engine == "fast")

    @cached_property
    def _blocks(self) -> Blocks:
        return self._program.passed.blocks(self._program.numbers)

    @cached_property
    def _machine(self) -> MachinePoint | None:
        """Machine code for one point, where that was asked for and pays."""
        runner = self._program.passed
        if self.engine != "fast" or len(runner.code.steps) < LONG:
            return None
        return runner.point()

    def _by_machine(self, otherwise: Made) -> Made:
        """``at`` by machine code; what is no array of floats is left to another."""
        from numpy import empty, ndarray  # noqa: PLC0415  (its arrays alone need it)

        machine = self._machine
        if machine is None:
            return otherwise
        run, numbers, size = machine.run, machine.numbers, len(self.inputs) + 1
        inputs, floats = len(self.inputs), {float}

        def at(point: Any, out: Any = None) -> Any:
            if type(point) is ndarray:
                place = empty(size) if out is None else out
                return otherwise(point, out) if run(point, place) else place
            if type(point) in _LISTS and len(point) == inputs and {*map(type, point)} == floats:
                found = numbers(point)
                if found is not None and out is None:
                    return found
                if found is not None:
                    out[:] = found
                    return out
            return otherwise(point, out)

        return at

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
        return self._keyed(self._outcome(args, named))

    def _value_and_grad(self, *args: Any, **named: Any) -> tuple[float, dict[str, float]]:
        outcome = self._outcome(args, named)
        return outcome.value, self._keyed(outcome)

    def _numbers(self, *args: Any, **named: Any) -> list[float]:
        outcome = self._outcome(args, named)
        return [outcome.value, *outcome.parts]

    def _at(self, point: Sequence[Any], out: Any = None) -> Any:
        if hasattr(point, "tolist"):
            import numpy as np  # noqa: PLC0415  (its arrays alone need it)

            found = self.at(point.tolist())
            if out is None:
                return np.array(found)
        else:
            if not isinstance(point, Iterable):
                kind = type(point).__name__
                message = f"a point is a sequence of numbers, not a value of type {kind}"
                hint = f"give a list of {len(self.inputs)} numbers"
                raise InputError("value", message, hint=hint)
            found = self._numbers(*point)
            if out is None:
                return found
        out[:] = found
        return out

    def _outcome(self, args: Sequence[Any], named: Mapping[str, Any]) -> Outcome:
        program = self._program
        point = program.point(args, named)
        # What is too long for Python's compiler is not for LLVM.
        quick = self._machine and self._machine.numbers(point)
        if quick:
            return Outcome(quick[0], quick[1:])
        outcome = program.first(point)
        if outcome.problems:
            warn(DerivativeWarning(outcome.problems), stacklevel=4)
        return outcome

    def _keyed(self, outcome: Outcome) -> dict[str, float]:
        return dict(zip(self.inputs, outcome.parts, strict=True))


def _several(threads: int) -> int:
    """A number of threads.

    Raises:
        UsageError: it is none, or none at all.
    """
    count = arguments.whole(threads, "threads")
    if count is None or count < 1:
        raise UsageError("usage", f"there cannot be {threads} threads", hint="give 1 or more")
    return count
