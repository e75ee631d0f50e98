"""The Hessian of a program at a point: its pattern, its entries, and what the point is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from gradcli.errors import Problem
from gradcli.evaluation.elements import Value
from gradcli.graph.shapes import no_gradient
from gradcli.programs import colouring, pattern, sweeps
from gradcli.programs.begin import Begun, begin
from gradcli.programs.passes import ALONG_VECTOR
from gradcli.programs.pattern import Rows
from gradcli.programs.result import Direction, Hessian
from gradcli.syntax.ast import Lengths


def hessian(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    along: Mapping[str, Value] | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
    is_sparse: bool = False,
) -> Hessian:
    """The second derivatives of a program at a point.

    Args:
        source: the program.
        values: a value for each input.
        of: the name of the output, if it is another than that of the program.
        wrt: names of inputs that rows and columns are for; None for all.
        along: a direction: a number or a list for inputs, 0 for all others.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.
        is_sparse: whether JSON has triplets of it.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice; the output is an array.
        UsageError: there are too many numbers.
    """
    begun = begin(source, values, of=of, wrt=wrt, strict=strict, shapes=shapes)
    model = begun.model
    if model.output.shape:
        raise no_gradient(model.output.form)
    structure = pattern.structure_of(model.graph, [model.output], begun.solution.value_of)
    rows = pattern.hessian(structure, model.output, begun.columns.nodes)
    found, count, problems = _entries(begun, rows)
    gradient, told = _first(begun)
    direction = None
    if along is not None:
        vector = begun.columns.vector(along)
        product = sweeps.times(rows, found, vector)
        direction = _along(begun.columns.names, vector, gradient, product)
        if problems or begun.solution.is_beside:
            direction, told = _at_kink(begun, vector, direction)
            problems += told
    return Hessian(
        begun.solution.output,
        float(begun.solution.value),
        begun.columns.names,
        gradient,
        rows,
        found,
        count,
        direction,
        model.notes,
        _once([*told, *problems]),
        begun.solution.value_problems,
        is_sparse,
    )


def _first(begun: Begun) -> tuple[list[float], Sequence[Problem]]:
    """The gradient, and what there is to say of it and of the value.

    The pass that the Hessian is made of has it. Only where there may be anything to say, which a 0
    that is too small for a float is, too, the derivatives by all nodes are made.
    """
    outcome = begun.program.first(begun.point)
    gradient = begun.numbers(outcome.parts)
    if not outcome.problems and all(isfinite(each) and each for each in (outcome.value, *gradient)):
        return gradient, []
    slopes = {node: begun.solution.grad_of(node) for node in begun.columns.nodes}
    return begun.columns.numbers(slopes), begun.problems


def _entries(begun: Begun, rows: Rows) -> tuple[sweeps.Entries, int, list[Problem]]:
    """The entries of the Hessian, how many sweeps they took, and what there is to say of them."""
    program, point = begun.program, begun.point
    problems: list[Problem] = []

    def times(vector: list[float]) -> list[float]:
        outcome = program.second_along(point, begun.tangent(vector))
        problems.extend(map(_second, outcome.problems))
        return begun.numbers(outcome.parts)

    colours = colouring.symmetric(rows)
    return sweeps.symmetric(rows, colours, times), colouring.count_of(colours), problems


def _along(
    names: Sequence[str],
    vector: Sequence[float],
    gradient: Sequence[float],
    product: Sequence[float],
) -> Direction:
    """What is asked of a direction."""
    return Direction(
        dict(zip(names, vector, strict=True)),
        _dot(gradient, vector),
        _dot(product, vector),
        dict(zip(names, product, strict=True)),
    )


def _at_kink(
    begun: Begun, vector: Sequence[float], direction: Direction
) -> tuple[Direction, list[Problem]]:
    """The same where something is tied: slope and curvature of the whole function on the line."""
    solution = begun.in_numbers
    if solution is None or not isfinite(solution.value):
        return direction, []
    from gradcli.evaluation.beside import higher, kinks  # noqa: PLC0415  (few points are at a kink)

    rates = {node: x for node, x in zip(begun.entries, vector, strict=True) if x}
    problems: list[Problem] = []
    words = "along the direction"
    if solution.whole is not None:
        found = kinks.along(solution, rates, words)
        direction = replace(direction, slope=found.slope)
        problems += [found.problem] if found.problem else []
    curvature = higher.Higher(solution.model, solution.value_of).along(rates, words)
    if curvature is not None:
        direction = replace(direction, curvature=curvature[0])
        problems += curvature[1]
    return direction, problems


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    """The sum of products; nothing comes from where a direction does not go."""
    return sum((x * y for x, y in zip(a, b, strict=True) if y), 0.0)


def _second(problem: Problem) -> Problem:
    """What is said of a product with the Hessian, said of the derivatives in it."""
    name = problem.node.removesuffix(f" {ALONG_VECTOR}")
    if name == problem.node:
        return problem
    message = f"a second derivative by {name} is {problem.what} there"
    return problem._replace(node=name, message=message)


def _once(problems: Sequence[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
