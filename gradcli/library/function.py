"""The door `gradcli.function`: a program that is read once and called often."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from warnings import warn

from gradcli.base.shown import Shown
from gradcli.errors import DerivativeWarning, Problem, UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.outcome import Outcome
from gradcli.evaluation.solve import read_model
from gradcli.graph.unparse import Unparser
from gradcli.programs.by_shapes import ByShapes
from gradcli.programs.numbers import NumberProgram
from gradcli.programs.signature import Point
from gradcli.syntax.spelling import plain
from gradcli.syntax.text import text

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gradcli.programs.arrays import ArrayProgram
    from gradcli.programs.block import Block
    from gradcli.programs.compiled import Compiled
    from gradcli.programs.sparse import Sparse

Result = Any
"""A float; an array of NumPy, of floats, for what has axes."""

LONGEST = 10_000_000
"""A program whose text would be longer is not written without its steps."""


def function(
    program: str,
    *,
    inputs: Sequence[str] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
) -> Function:
    """Read a program once, to be called often.

    Args:
        program: the program; a declaration ``J(a, b, c) = …`` fixes the order of the inputs.
        inputs: names that are declared without one, or one name; runs of letters may be products
            of them. They come first in the order of arguments.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``, which arguments must
            have; without them those of the arguments count.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, or used before it is defined.
    """
    return Function(program, inputs, shapes=shapes, strict=strict)


def _again(source: str, inputs: Sequence[str], shapes: Mapping[str, Shape]) -> Function:
    """A function that was pickled."""
    return Function(source, inputs, shapes=shapes)


def _compiled_again(function: Function, engine: str | None) -> Compiled:
    """Compiled functions that were pickled."""
    return function.compile(engine=engine)


def _asking_again(function: Function, name: str | None, queries: tuple[str, ...]) -> Compiled:
    """The same of questions."""
    return function._asking(name, queries)  # noqa: SLF001  (its own)


def _step_again(function: Function, name: str | None) -> Compiled:
    """The same of a step of a program."""
    return function._of(name)  # noqa: SLF001  (its own)


class Function(ByShapes, Shown):
    """A program as a function of its inputs, with its derivatives.

    Arguments are numbers or arrays, by position in the order of ``inputs`` or by name; what is
    only used by its elements takes a list by its name. For each set of shapes there is a graph,
    made at the first call. Results are floats, or arrays of NumPy in the shape of what they are
    by. A function may be called from several threads at once.

    Attributes:
        source: the program as given.
        inputs: the names of the inputs.
    """

    @cached_property
    def _steps(self) -> dict[str | None, Compiled]:
        """The functions of steps that were asked for."""
        return {}

    @cached_property
    def _sparse(self) -> dict[NumberProgram | ArrayProgram, Sparse]:
        """The sparse derivatives that were asked for."""
        return {}

    def __repr__(self) -> str:
        return f"<gradcli function of {', '.join(self.inputs)}: {self.source[:60]}>"

    def __call__(self, /, *args: Value, **named: Value) -> Result:
        """The value; infinite or NaN where it is not defined."""
        numbers = self._numbers
        point = numbers.plain(args, named) if numbers else None
        if numbers and point is not None:
            return numbers.value(point)
        program = self._called(args, named)
        return program.value(program.point(args, named))

    def value_and_grad(self, /, *args: Value, **named: Value) -> tuple[Result, dict[str, Result]]:
        """The value and ∂output/∂input for each input."""
        outcome, names = self._first(args, named)
        return outcome.value, self._told(outcome, names)

    def grad(self, /, *args: Value, **named: Value) -> dict[str, Result]:
        """∂output/∂input for each input."""
        outcome, names = self._first(args, named)
        return self._told(outcome, names)

    def _first(
        self, args: Sequence[Value], named: Mapping[str, Value]
    ) -> tuple[Outcome, Sequence[str]]:
        """The derivatives by the inputs, and the names of these."""
        numbers = self._numbers
        point = numbers.plain(args, named) if numbers else None
        if numbers and point is not None:
            return numbers.first(point), numbers.inputs
        program = self._called(args, named)
        return program.first(program.point(args, named)), program.inputs

    def jacobian(self, /, *args: Value, **named: Value) -> dict[str, Result]:
        """∂output/∂input for each input: of arrays the output's axes first, then the input's.

        For a scalar output the Jacobian is the gradient.
        """
        program = self._called(args, named)
        return self._told(program.jacobian(program.point(args, named)), program.inputs)

    def jvp(self, point: Point, tangent: Point) -> tuple[Result, Result]:
        """The value, and its derivative along a tangent: Σ ∂output/∂x · tangent_x.

        Nothing comes from an input whose tangent is 0, whatever the derivative by it is.
        """
        program = self._at(point)
        outcome = program.along(program.given(point), program.given(tangent))
        self._told(outcome, ["along the tangent"])
        return outcome.value, outcome.parts[0]

    def along(self, point: Point, direction: Point, order: int = 1) -> list[float]:
        """The value, and the derivatives along a direction up to an order.

        Raises:
            InputError: the output is an array.
            UsageError: the order is none, or there are so many numbers in arrays that only
                `gradcli.orders` knows these derivatives.
        """
        from gradcli.programs.up_to import check_order  # noqa: PLC0415  (only for those who ask)

        highest = check_order(arguments.whole(order, "order"))
        program = self._at(point)
        outcome = program.up_to(highest, program.given(point), program.given(direction))
        if outcome.problems:
            warn(DerivativeWarning(outcome.problems), stacklevel=2)
        return [outcome.value, *outcome.parts]

    def vjp(self, point: Point, cotangent: Value = 1.0) -> tuple[Result, dict[str, Result]]:
        """The value, and a cotangent of the output, in its shape, pulled back to the inputs.

        A cotangent of 0 gives 0, whatever the derivatives are.
        """
        program = self._at(point)
        outcome = program.back(program.given(point), cotangent)
        return outcome.value, self._told(outcome, program.inputs)

    def hvp(self, point: Point, vector: Point) -> dict[str, Result]:
        """The Hessian times a vector, without the Hessian: the gradient's derivative along it."""
        program = self._at(point)
        return self._told(
            program.second_along(program.given(point), program.given(vector)), program.inputs
        )

    def hessian(self, /, *args: Value, **named: Value) -> dict[str, dict[str, Result]]:
        """∂²output/∂x∂y for each pair of inputs: of arrays the axes of x first, then those of y."""
        program = self._called(args, named)
        rows = self._told(program.hessian(program.point(args, named)), program.inputs)
        return {name: dict(zip(rows, row, strict=True)) for name, row in rows.items()}

    def compile(self, *, engine: str | None = None) -> Compiled:
        """The program as functions of Python that cost no more than their work.

        Args:
            engine: ``source``, straight-line Python made of the program; ``fast``, the same with
                machine code for columns and for `at` of long programs, which needs llvmlite;
                ``interpreter``; None for what is quickest.

        Raises:
            UsageError: there is no such engine, llvmlite is not installed, or a value is an array.
        """
        from gradcli.programs.compiled import ENGINES, Compiled  # noqa: PLC0415  (few ask)

        if engine is not None:
            arguments.choice(engine, "engine", ENGINES)
        if self._numbers is None:
            raise UsageError(
                "unsupported",
                "only programs of numbers are compiled",
                hint="a program of arrays is run by NumPy as it is: call the function itself",
            )
        return Compiled(self._numbers, engine, (_compiled_again, (self, engine)))

    def map(  # noqa: PLR0913  (what can be asked of a frame)
        self,
        frame: Any,
        /,
        *,
        of: str | None = None,
        wrt: str | Sequence[str] | None = None,
        keep: bool | Sequence[str] = False,
        threads: int = 1,
        executor: Executor | None = None,
        **constants: float,
    ) -> Any:
        """The value and the derivatives of each row of a frame, whose columns are the inputs.

        Args:
            frame: of pandas, polars, PyArrow or what else narwhals knows; a lazy one of polars; a
                mapping of columns; or a structured array of NumPy.
            of: the step that is the output, if it is not that of the program.
            wrt: the inputs whose derivatives are asked for; None for all.
            keep: the columns of the frame that stay, or True for all of them.
            threads: how many blocks of rows are worked on at once.
            executor: who works on them: a pool of `concurrent.futures`, that of a cluster, or what
                is like one; None for threads of this process.
            constants: inputs that are one number for all rows.

        Returns:
            A frame of the same kind with the columns ``value`` and ``d_NAME`` of floats; of a lazy
            one a plan. A row in which an input is missing has nothing there; what is at a kink or
            not finite is the number that `grad` gives, without a warning.

        Raises:
            InputError: a column is missing or holds no numbers, or a name is none of the program.
            UsageError: it is no frame, narwhals is not installed, or a value is an array.
        """
        from gradcli.programs.frames import Question, mapped  # noqa: PLC0415  (few have frames)

        kept = keep if isinstance(keep, bool) else arguments.names(keep, "keep") or []
        block = self.block(of=of, wrt=wrt, get=None, **constants)
        return mapped(frame, Question(block, kept, threads, executor))

    def block(
        self,
        /,
        *,
        of: str | None = None,
        wrt: str | Sequence[str] | None = None,
        get: str | Sequence[str] | None = None,
        **constants: float,
    ) -> Block:
        """What `map` does with columns, ``block({"x": array, …})``, to be done wherever it is sent.

        It can be pickled: a task of a process pool, of Dask or of Ray is a call of it.

        Args:
            of: the step that is the output, if it is not that of the program.
            wrt: the inputs whose derivatives are asked for; None for all.
            get: what is asked for instead of value and gradient: ``["v", "dJ/dv"]``.
            constants: inputs that are one number for all rows.

        Raises:
            InputError: a name is none of the program.
            UsageError: a constant is no number, or a value is an array.
        """
        from gradcli.programs.block import asked_block, gradient_block  # noqa: PLC0415  (likewise)

        name = None if of is None else plain(arguments.text(of, "of"))
        queries = arguments.names(get, "get")
        if queries:
            return asked_block(self._asking(name, tuple(queries)), queries, constants)
        return gradient_block(self._of(name), constants, arguments.names(wrt, "wrt"))

    def _asking(self, name: str | None, queries: tuple[str, ...]) -> Compiled:
        """What computes the answers to questions about the program, or about one of its steps."""
        from gradcli.programs.asked import AskedProgram  # noqa: PLC0415  (few ask)
        from gradcli.programs.compiled import Compiled  # noqa: PLC0415  (likewise)

        self.compile()  # says so where that cannot be
        model = read_model(self.source, self._declared or self.inputs, of=name)
        by_name = {node.name: node for node in model.inputs}
        nodes = [by_name[each] for each in self.inputs]
        program = AskedProgram(model, nodes, self._lock, queries)
        return Compiled(program, None, (_asking_again, (self, name, queries)))

    def _of(self, name: str | None) -> Compiled:
        """The program, or one of its steps, compiled for columns."""
        with self._lock:
            if name not in self._steps:
                made = self.compile()
                if name is not None:
                    from gradcli.programs.compiled import Compiled  # noqa: PLC0415  (few ask)

                    model = read_model(self.source, self._declared or self.inputs, of=name)
                    by_name = {node.name: node for node in model.inputs}
                    nodes = [by_name[each] for each in self.inputs]
                    program = NumberProgram(model, nodes, self._lock)
                    made = Compiled(program, None, (_step_again, (self, name)))
                self._steps[name] = made
            return self._steps[name]

    def sparse_jacobian(self, /, *args: Value, **named: Value) -> Any:
        """The Jacobian as a ``csr_array`` of SciPy, in as few passes as its pattern allows.

        A row for each entry of the output, a column for each input, or for each entry of one.

        Raises:
            UsageError: SciPy is not installed.
        """
        program = self._called(args, named)
        return self._sparsely(*self._sparse_of(program).jacobian(program.point(args, named)))

    def sparse_hessian(self, /, *args: Value, **named: Value) -> Any:
        """The Hessian, likewise: a row and a column for each input, or for each entry of one.

        Raises:
            InputError: the output is an array.
            UsageError: SciPy is not installed.
        """
        program = self._called(args, named)
        return self._sparsely(*self._sparse_of(program).hessian(program.point(args, named)))

    def _sparse_of(self, program: NumberProgram | ArrayProgram) -> Sparse:
        """What has the pattern of a program."""
        if program not in self._sparse:
            from gradcli.programs.sparse import Sparse  # noqa: PLC0415  (only for those who ask)

            by_name = {node.name: node for node in program.model.inputs}
            nodes = [by_name[name] for name in program.inputs]
            self._sparse[program] = Sparse(program, nodes)
        return self._sparse[program]

    @staticmethod
    def _sparsely(matrix: Any, problems: Sequence[Problem]) -> Any:
        """A matrix, with a warning where its entries are not ordinary."""
        if problems:
            warn(DerivativeWarning([*dict.fromkeys(problems)]), stacklevel=3)
        return matrix

    def derivative(self, *names: str) -> str:
        """A partial derivative as ``gradcli diff`` gives it, as text that the language reads back.

        Args:
            names: the names that it is by, one after another; none at all for the program itself.

        Raises:
            InputError: a name is not an input.
            UsageError: the text would be too long, or there are too many names.

        >>> function("3*a*b^2").derivative("b", "b")
        '6*a'
        """
        wanted = [self.inputs[self._place(plain(arguments.text(name, "a name")))] for name in names]
        if wanted:
            from gradcli.library.derive import derive  # noqa: PLC0415  (only for those who ask)

            found = derive(self.source, wrt=[wanted], inputs=self.inputs, shapes=self._shapes)
            return found.text(found.partials[0])
        writer = Unparser({}, self.inputs)
        if writer.length(self.output) > LONGEST:
            raise UsageError(
                "limit",
                f"the program is longer than {LONGEST:,} characters without its steps",
                hint="evaluate(…).expression is its text with them",
            )
        return text(writer.definition(self.output))

    def __reduce__(self) -> tuple[Callable[..., Function], tuple[Any, ...]]:
        # Read again where it is unpickled: a graph may be deeper than pickle can go.
        return _again, (self.source, self._declared, self._lengths)

    def _told(self, outcome: Outcome, names: Sequence[str]) -> dict[str, Any]:
        """The derivatives by name; with a warning where they are not ordinary."""
        if outcome.problems:
            warn(DerivativeWarning(outcome.problems), stacklevel=3)
        return dict(zip(names, outcome.parts, strict=True))
