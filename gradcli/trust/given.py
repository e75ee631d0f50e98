"""Somebody's own gradient: as formulas in the names of the program, as values, or as a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gradcli.engine.beyond import Beyond
from gradcli.errors import GradcliError, InputError, UsageError
from gradcli.evaluation.elements import Value, number
from gradcli.evaluation.forms import forms_of, value_of
from gradcli.evaluation.questions import looks_like_derivative
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.node import Node
from gradcli.graph.shapes import SCALAR
from gradcli.hints import no_node
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.spelling import element_name, plain
from gradcli.syntax.tokens import Tokens

Gradient = str | Mapping[str, Value] | Callable[..., Any]
"""Formulas, values by name, or a function of the inputs that returns these."""

ORIGIN = "the gradient"

LONG = 60
"""Longer formulas are not written out in hints."""

HINT = 'write it as "dJ/dw = (y - a)*x; dJ/db = y - a"'


class Formula(NamedTuple):
    """What is claimed of one derivative: its name, and the text of its formula."""

    name: str
    text: str


class Given:
    """A gradient that can be asked for at a point.

    Attributes:
        is_everywhere: whether it is known at any point, and not at one alone.

    Raises:
        ParseError: it is a text and no formulas.
        UsageError: it says nothing.
    """

    def __init__(self, gradient: Gradient) -> None:
        self._gradient = gradient
        self.is_everywhere = not isinstance(gradient, Mapping)
        self._formulas = list(formulas(gradient)) if isinstance(gradient, str) else []

    def at(self, solution: Solution) -> dict[Node, Any]:
        """The derivative by each node of which something is said.

        Raises:
            InputError: there is no such node, or what is said of it is no number.
            UsageError: the function cannot be called, or returns something else.
        """
        if isinstance(self._gradient, str):
            found: Mapping[str, Any] = _computed(self._formulas, solution)
        elif isinstance(self._gradient, Mapping):
            found = self._gradient
            nested = found.get("gradient")
            found = nested if isinstance(nested, Mapping) else found
        else:
            found = _called(self._gradient, solution)
        if not found:
            raise UsageError("against", "the gradient is empty", hint=HINT)
        known = {name: node for node, name in solution.names.items()}
        return dict(_by_node(found, known, solution))


def formulas(text: str) -> Iterator[Formula]:
    """The formulas of a text ``dJ/dw = (y - a)*x; dJ/db = y - a``.

    Raises:
        UsageError: it is none.
    """
    source = text.replace("∂", "d").strip()
    try:
        program = parse(source, Tokens(is_quotient=looks_like_derivative))
    except GradcliError as error:
        raise UsageError(
            "against",
            f"the gradient cannot be read: {error.message}",
            span=error.span,
            hint=HINT if error.kind == "empty" else error.hint,
            source=source,
            origin=ORIGIN,
        ) from None
    for statement in program.statements:
        name = _named(statement)
        if name is None:
            formula = source[slice(*statement.value.span)]
            raise UsageError(
                "against",
                "the gradient does not say which derivative it is",
                span=statement.value.span,
                hint=f'write which it is: "dJ/dw = {formula}"' if len(formula) < LONG else HINT,
                source=source,
                origin=ORIGIN,
            )
        yield Formula(name, source[slice(*statement.value.span)])


def _named(statement: ast.Statement) -> str | None:
    """``dJ/dw``, or ``dJ/dw[1]`` of an element of a family; None of anything else."""
    if isinstance(statement, ast.Step):
        return statement.name
    if isinstance(statement, ast.Family) and not statement.ranges:
        places = [each.value for each in statement.indices if isinstance(each, ast.Number)]
        if len(places) == len(statement.indices):
            return element_name(statement.name, tuple(int(place) for place in places))
    return None


def _computed(given: Sequence[Formula], solution: Solution) -> dict[str, Any]:
    """The values of formulas at a point, in which the steps of the program are names, too."""
    values = {name: solution.value_of(node) for node, name in solution.names.items()}
    found: dict[str, Any] = {}
    functions = _functions(solution.source)
    for name, formula in given:
        text = functions + formula
        try:
            model = read_model(text, values, arrays=arrays_of(values))
            unknown = [node.name for node in model.inputs if node.name not in values]
            if unknown:
                known = solution.names.values()
                raise no_node(unknown[0], known, "the program has no '{}'")
            used = {node.name: values[node.name] for node in model.inputs}
            found[name] = differentiated(model).at(used).value
        except GradcliError as error:
            error.source, error.origin = text, ORIGIN
            raise
    return found


def _functions(source: str) -> str:
    """The functions that a program defines, to stand before a formula."""
    statements = parse(source).statements[:-1]
    defined = [each for each in statements if isinstance(each, ast.Declaration)]
    return "".join(f"{source[slice(*each.span)]}; " for each in defined)


def _called(function: Callable[..., Any], solution: Solution) -> Mapping[str, Any]:
    """What a function of somebody's own returns, called with the inputs by name.

    Raises:
        UsageError: it raises, or returns something else than derivatives.
    """
    inputs = [*solution.inputs]
    called = getattr(function, "__name__", "the function")
    try:
        found = function(**solution.inputs)
    except Exception as error:  # noqa: BLE001  (it is somebody else's)
        raise UsageError(
            "against",
            f"{called} raised {type(error).__name__}: {error}",
            hint=f"it is called with the inputs by name: {called}({', '.join(inputs)})",
        ) from None
    if isinstance(found, Mapping):
        return found
    parts = [found] if len(inputs) == 1 else found
    if isinstance(parts, list | tuple) and len(parts) == len(inputs):
        return dict(zip(inputs, parts, strict=True))
    raise UsageError(
        "against",
        f"{called} returned no derivative by each of {', '.join(inputs)}",
        hint="return a dict by name, or a tuple in the order of the inputs",
    )


def _by_node(
    given: Mapping[str, Any], known: Mapping[str, Node], solution: Solution
) -> Iterator[tuple[Node, Any]]:
    for written, value in given.items():
        name = name_of(str(written), solution.output)
        if name not in known:
            error = no_node(name, [*known], "there is no '{}' to differentiate by")
            if name.removeprefix("d") in known:
                error.hint = f"write d{solution.output}/{name}"
            raise error
        yield known[name], _numbers(value, name)


def name_of(written: str, output: str) -> str:
    """The node of ``dJ/dw``, ``d/dw`` or ``w``.

    Raises:
        InputError: it is the derivative of something else.
    """
    top, slash, bottom = (part.strip() for part in written.replace("∂", "d").partition("/"))
    if not slash:
        return plain(written)
    if top[1:] not in {"", "out", output}:
        raise InputError(
            "query",
            f"'{written}' is no derivative of the output, which is {output}",
            hint=f"write d{output}/{bottom}",
        )
    return plain(bottom.removeprefix("d"))


def _numbers(value: Any, name: str) -> Any:
    """A number as a float, or an array of NumPy.

    Raises:
        InputError: it is neither.
    """
    if type(value) in {int, float, str}:
        return number(value, name)
    if type(value) is Beyond:  # of a formula, and no float holds it
        return float(value)
    try:
        given = None if isinstance(value, bool) else value
        return value_of(given, name, forms_of({name: given}).get(plain(name), SCALAR))
    except InputError:
        raise InputError(
            "value",
            f"the derivative by '{name}' is no number and no array of numbers",
            hint="give a number, or lists of numbers",
            names=(name,),
        ) from None
