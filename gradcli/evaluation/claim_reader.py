"""The expressions of a claim, read and computed in the names of a program at a point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.engine.interpreter import evaluate
from gradcli.errors import GradcliError, InputError, Note, UsageError
from gradcli.evaluation.elements import OUTSIDE
from gradcli.evaluation.objects import exact, is_array
from gradcli.evaluation.questions import looks_like_derivative
from gradcli.graph.read import Claimed, read
from gradcli.graph.resolve import resolve
from gradcli.hints import shortened
from gradcli.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from gradcli.graph.model import Model
    from gradcli.graph.node import Node

    class Point(Protocol):
        """A program at a point, which a `Solution` is."""

        source: str

        @property
        def inputs(self) -> Mapping[str, float]: ...
        @property
        def names(self) -> Mapping[Node, str]: ...
        @property
        def output(self) -> str: ...
        def get_all(self, query: str) -> list[Any]: ...


ORIGIN = "the assertion"

HINT = "write 'dJ/db == 9 ± 1e-9', or use < <= > >= !="

ENTRY = "give the index of one of them, as in h[1]"


class Side(NamedTuple):
    """One side of a comparison."""

    text: str
    value: float
    is_constant: bool


class Reader:
    """Reads and computes expressions in the names of a solution and its derivatives."""

    def __init__(self, solution: Point) -> None:
        self._solution = solution
        inputs = list(solution.inputs)
        self._names = {"out", *solution.names.values()}
        *statements, last = read(solution.source, inputs).statements
        self._functions = [each for each in statements if isinstance(each, ast.Declaration)]
        self._declared = last.name if isinstance(last, ast.Declaration) else None

    def expression(self, text: str) -> ast.Expression:
        """The syntax tree of a text."""
        return self._read(text)[0]

    def notes(self, text: str) -> list[Note]:
        """How a text is read, as far as somebody might have meant it otherwise."""
        expression, notes = self._read(text)
        known = {note.message for note in self._resolved(ast.Number(0.0), text).notes}
        found = [*notes, *self._resolved(expression, text).notes]
        return [note for note in found if note.message not in known]

    def _read(self, text: str) -> tuple[ast.Expression, Sequence[Note]]:
        claimed = Claimed(self._functions, self._is_derivative)
        with _told_of_claim(text):
            program = read(text, self._names, claimed)
            self._refuse_diff(program)
            self._refuse_elsewhere(program)
            for note in program.notes:
                if note.kind in OUTSIDE:
                    message = "the assertion has a number that no float is near"
                    hint = OUTSIDE[note.kind]
                    raise UsageError("assert", message, span=note.span, hint=hint)
            return program.statements[-1].value, program.notes

    def _refuse_diff(self, program: ast.Program) -> None:
        """Refuse ``diff(J, x)``: what is behind J is not known to a claim, and dJ/dx is a name."""
        own = {each.name for each in self._functions}
        for item in program.mentions:
            if isinstance(item, ast.Call) and item.function == ast.DIFF and ast.DIFF not in own:
                of, *by = (program.source[slice(*each.span)] for each in item.arguments)
                of = of if of in self._names else self._solution.output
                message = "a derivative in an assertion is a name"
                hint = f"write d{of}/d{by[0] if by else 'x'}"
                raise UsageError("assert", message, span=item.span, hint=hint)

    def _refuse_elsewhere(self, program: ast.Program) -> None:
        """Refuse ``J(3)`` of ``J(x) = x^2``: J is a value there, and no product is meant."""
        for item in program.mentions:
            if isinstance(item, ast.Call) and item.function == self._declared:
                name = shortened(item.function)
                message = f"'{name}' is the value at the point in an assertion, and no function"
                inside = ", ".join(program.source[slice(*each.span)] for each in item.arguments)
                hint = f"write {name} for that value, {name}*({shortened(inside)}) for a product"
                raise UsageError("assert", message, span=item.span, hint=hint)

    def _resolved(self, expression: ast.Expression, source: str) -> Model:
        program = ast.Program((*self._called(expression), ast.Step(expression)), source)
        with _told_of_claim(source):
            return resolve(program, self._names)

    def _called(self, expression: ast.Expression) -> list[ast.Declaration]:
        """The functions that an expression needs; others may be of arrays, as no claim is."""
        found: list[ast.Declaration] = []
        waiting = [expression]
        while waiting:
            parts = ast.walk([waiting.pop()])
            names = {ast.bare(part.function) for part in parts if isinstance(part, ast.Call)}
            more = [each for each in self._functions if each.name in names and each not in found]
            found += more
            waiting += [each.value for each in more]
        return [each for each in self._functions if each in found]

    def side(self, expression: ast.Expression, source: str) -> Side:
        """The value of an expression.

        Raises:
            InputError: it uses a name that the program does not have.
        """
        model = self._resolved(expression, source)
        if model.graph.has_arrays:
            raise refused("an assertion compares single numbers, not arrays", ENTRY)
        names = [node.name for node in model.inputs]
        values = [self._number(name) for name in names]
        text = source[slice(*expression.span)]
        (value,) = evaluate(model.graph, [model.output], model.inputs, values)
        return Side(text, value, not names)

    def _number(self, query: str) -> float:
        """The number behind a name; raises if there is none, or are several."""
        numbers = self._solution.get_all(query)
        number: float = numbers[0]
        if is_array(number) or len(numbers) > 1:
            count = numbers[0].size if is_array(number) else len(numbers)
            hint = f"give the index of one of them: {query}[1]"
            raise InputError("query", f"'{query}' is {count} numbers", hint=hint)
        return number

    def width(self, tolerance: str) -> tuple[str, float, bool]:
        """A tolerance's text, its value, and whether it is relative."""
        number = tolerance.removesuffix("%")
        value = self.side(self.expression(number), number).value
        if not value >= 0:
            raise refused(f"the tolerance {tolerance} is not a number from 0 on")
        if number == tolerance:
            return exact(value), value, False
        return f"{exact(value)}%", value / 100, True

    def _is_derivative(self, top: str, bottom: str) -> bool:
        """Whether ``dJ/db`` is a derivative, and no quotient of two names."""
        if not looks_like_derivative(top, bottom):
            return False
        is_quotient = {top, bottom} <= self._names
        return top[1:] in {"", "out", self._solution.output} or not is_quotient


@contextmanager
def _told_of_claim(text: str) -> Iterator[None]:
    """An error in a claim says that its place is there, and not in the program."""
    try:
        yield
    except GradcliError as error:
        error.source, error.origin = text, ORIGIN
        raise


def refused(message: str, hint: str = HINT) -> UsageError:
    """The error for a claim that cannot be read."""
    return UsageError("assert", message, hint=hint)
