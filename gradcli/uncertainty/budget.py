"""How uncertain a result is, and which input makes it so: the law of propagation of uncertainty.

Source: JCGM 100:2008, Guide to the expression of uncertainty in measurement (GUM), chapter 5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from gradcli.calculus.second import hessian, vjp
from gradcli.engine.beyond import Beyond, compute, is_number, product
from gradcli.engine.functions.sums import sum_of
from gradcli.engine.interpreter import evaluate
from gradcli.errors import InputError, Option, Sentence, UsageError
from gradcli.evaluation.elements import Value, number
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.model import Model
from gradcli.graph.naming import by_name, name_nodes
from gradcli.graph.node import Node
from gradcli.hints import no_input, no_node
from gradcli.syntax.spelling import plain
from gradcli.uncertainty import coverage
from gradcli.uncertainty.correlations import Pair, check, coefficients
from gradcli.uncertainty.result import Budget, Entry, Second
from gradcli.uncertainty.worst import worst_case
from gradcli.uncertainty.written import apart

MOST_WORK = 1_000_000
"""Terms of second order are taken while uncertain inputs times nodes are no more than this."""

FORMULA = 1_000
"""About so many characters of a program stand above its budget."""

Matrix = Sequence[Sequence[float]]


class Asked(NamedTuple):
    """What is asked for beside values.

    Attributes:
        of: the names of outputs or steps; none for the output of the program.
        correlations: coefficients by pairs of inputs: ``{"V,I": -0.36}``.
        freedoms: degrees of freedom by inputs.
        factor: the coverage factor; None for 2, or for that of the level.
        level: the level of confidence, such as 0.95.
    """

    of: Sequence[str] = ()
    correlations: Mapping[str, Value] = {}
    freedoms: Mapping[str, Value] = {}
    factor: float | None = None
    level: float | None = None

    def factor_for(self, freedom: float) -> float:
        """The coverage factor, where the result has these degrees of freedom."""
        if self.level is not None:
            return coverage.factor_of(self.level, freedom)
        return coverage.USUAL if self.factor is None else self.factor


class Inputs(NamedTuple):
    """What is known of the inputs, each in the order of the program.

    Attributes:
        places: where each name stands in that order.
        uncertainties: standard uncertainties.
        freedoms: degrees of freedom.
        pairs: the coefficients that were given, by both orders of a pair.
    """

    places: Mapping[str, int]
    uncertainties: Sequence[float]
    freedoms: Sequence[float]
    pairs: Mapping[Pair, float]

    def applied(self, vector: Sequence[float]) -> list[float]:
        """The matrix of coefficients times a vector; there is a 1 on its diagonal."""
        found = list(vector)
        for (first, second), r in self.pairs.items():
            found[self.places[first]] += _times(r, vector[self.places[second]])
        return found

    def matrix(self, places: Sequence[int]) -> Matrix:
        """The coefficients of some of the inputs."""
        names = [*self.places]
        return [
            [1.0 if i == j else self.pairs.get((names[i], names[j]), 0.0) for j in places]
            for i in places
        ]

    def rows(self, parts: Sequence[float]) -> list[float]:
        """What each input gives to the variance, its part of the covariances included."""
        return list(map(_times, parts, self.applied(parts)))


def budget(
    source: str, values: Mapping[str, Value], asked: Asked | None = None, *, strict: bool = False
) -> Budget:
    """The uncertainty of an output of a program, and the part that each input has in it.

    Args:
        source: the program.
        values: a value for each input, with its standard uncertainty or without: a number, a text
            such as ``0.742±0.005``, ``0.742(5)`` or ``0.742±1%``, or a list of these.
        asked: what is asked for besides.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name, a value or an uncertainty is missing, unknown, given twice or wrong.
        UsageError: what is asked for contradicts itself.

    >>> budget("a*b", {"a": "3±0.1", "b": 4}).uncertainty
    0.4
    """
    asked = asked or Asked()
    if asked.factor is not None and asked.level is not None:
        raise UsageError(
            "coverage",
            "a coverage factor and a level of confidence cannot go together",
            hint="leave one out",
        )
    coverage.check(asked.factor, asked.level)
    exact, uncertainties = apart(values)
    model = read_model(source, exact, strict=strict, arrays=arrays_of(exact))
    models = _with_outputs(model, asked.of)
    # Values are checked before what is said of them.
    solutions = [_numbers(differentiated(each).at(exact)) for each in models]
    names = [node.name for node in solutions[0].model.inputs]
    pairs = coefficients(asked.correlations, names)
    us = [uncertainties.get(name, 0.0) for name in names]
    check(pairs, {name for name, u in zip(names, us, strict=True) if not u})
    freedoms = _freedoms(asked.freedoms, names, pairs)
    places = {name: place for place, name in enumerate(names)}
    inputs = Inputs(places, us, freedoms, pairs)
    found = [
        _budget(solution, inputs, asked, is_whole=each.output is model.output)
        for each, solution in zip(models, solutions, strict=True)
    ]
    problems = tuple(dict.fromkeys(each for solution in solutions for each in solution.warnings))
    if len(found) == 1:
        return replace(found[0], problems=problems)
    correlations = {
        f"{a.output},{b.output}": _correlation(a, b, inputs) for a, b in combinations(found, 2)
    }
    first, *others = found
    return replace(first, others=others, correlations=correlations, problems=problems)


def _with_outputs(model: Model, of: Sequence[str]) -> list[Model]:
    """The program once for each output that is asked for.

    Raises:
        InputError: there is no such node.
        UsageError: one is asked for twice.
    """
    if not of:
        return [model]
    known = by_name(name_nodes(model), model.output)
    found: list[Model] = []
    for name in map(plain, of):
        if name not in known:
            raise no_node(name, [*known], "there is no '{}' to give a budget of")
        node = known[name]
        if any(each.output is node for each in found):
            raise UsageError("of", f"'{name}' is asked for twice", hint="leave one out")
        found.append(model.ending_with(node))
    return found


def _numbers(solution: Solution) -> Solution:
    """The program at the point with a node for each entry of an array: each has its own share."""
    if not solution.is_of_arrays:
        return solution
    from gradcli.evaluation.entries.in_numbers import in_numbers  # noqa: PLC0415  (loads NumPy)

    return in_numbers(solution)


def _freedoms(
    given: Mapping[str, Value], names: Sequence[str], pairs: Mapping[Pair, float]
) -> list[float]:
    """The degrees of freedom of each input.

    Raises:
        InputError: a name is unknown, a number is not above 0, or inputs are correlated.
    """
    found = dict.fromkeys(names, math.inf)
    for key, value in given.items():
        name = plain(key)
        if name not in found:
            raise no_input(name, names)
        freedom = number(value, name)
        if not freedom > 0:
            message = f"the degrees of freedom of '{name}' are {freedom:g}, not above 0"
            raise InputError("dof", message, hint="of n observations they are n - 1")
        found[name] = freedom
    if given and pairs:
        raise InputError(
            "dof",
            "degrees of freedom are combined for independent inputs only, and some are correlated",
            hint=Sentence(
                "leave out ",
                Option("dof"),
                ", and give the coverage factor: ",
                Option("coverage", "2"),
            ),
        )
    return list(found.values())


class _Variance:
    """The square of the uncertainty of an output, beside the square of its largest part.

    Attributes:
        parts: the derivative by each input, times its uncertainty.
        scale: the largest of them in size.
        rows: what each input adds to the variance, correlations included.
        whole: the variance.
        uncertainty: the uncertainty of the output.
    """

    def __init__(self, inputs: Inputs, parts: Sequence[float]) -> None:
        self.parts = parts
        self.scale = scale = _largest(parts)
        self.rows = inputs.rows([_quotient(part, scale) if part else 0.0 for part in parts])
        self.whole = max(sum_of(self.rows), 0.0)  # what is below 0 is the rounding of coefficients
        self.uncertainty = _times(scale, math.sqrt(self.whole)) if is_number(scale) else scale


def _entries(
    solution: Solution,
    inputs: Inputs,
    variance: _Variance,
    slopes: Sequence[float],
    size: float,
) -> list[Entry]:
    """What is told of each input."""
    return [
        Entry(
            name=name,
            value=value,
            uncertainty=u,
            freedom=each,
            derivative=slope,
            contribution=abs(part),
            share=_quotient(row, variance.whole),
            elasticity=_quotient(_times(slope, value), size),
            halved=_halved(variance.scale, variance.whole, row, part)
            if part
            else variance.uncertainty,
        )
        for (name, value), u, each, slope, part, row in zip(
            solution.inputs.items(), inputs.uncertainties, inputs.freedoms, slopes,
            variance.parts, variance.rows, strict=True,
        )
    ]  # fmt: skip


def _budget(solution: Solution, inputs: Inputs, asked: Asked, *, is_whole: bool) -> Budget:
    """The budget of one output, without what is said of several."""
    is_known = is_number(solution.value)
    size = solution.value if is_known else 0.0
    slopes = [solution.gradient[name] for name in solution.inputs]
    parts = [
        _times(slope, u) if is_known else math.nan
        for slope, u in zip(slopes, inputs.uncertainties, strict=True)
    ]
    variance = _Variance(inputs, parts)
    uncertainty = variance.uncertainty
    freedom = coverage.effective_freedom(parts, inputs.freedoms)
    return Budget(
        source=solution.source,
        output=solution.output,
        is_whole=is_whole,
        formula=solution.beginning(FORMULA),
        value=solution.value,
        uncertainty=uncertainty,
        second=_second(solution, inputs, parts),
        worst_case=worst_case(
            solution.model, [*solution.inputs.values()], inputs.uncertainties, [*map(float, slopes)]
        ),
        freedom=freedom,
        factor=asked.factor_for(freedom),
        level=asked.level,
        entries=_entries(solution, inputs, variance, slopes, size),
        coefficients=inputs.pairs,
        others=(),
        correlations={},
        notes=solution.notes,
        problems=(),
    )


def _largest(parts: Sequence[float]) -> float:
    """The size of the largest; NaN if one is."""
    if any(map(math.isnan, parts)):
        return math.nan
    return max(map(abs, parts), default=0.0)


def _halved(scale: float, variance: float, row: float, part: float) -> float:
    """The uncertainty if that of one input were half of it, its correlations being the same."""
    left = variance - row + _quotient(part, scale) ** 2 / 4
    return _times(scale, math.sqrt(max(left, 0.0)))


def _correlation(a: Budget, b: Budget, inputs: Inputs) -> float:
    """The correlation coefficient of two outputs, GUM H.2.3."""
    parts = [
        [
            _quotient(_times(entry.derivative, entry.uncertainty), each.uncertainty)
            for entry in each.entries
        ]
        for each in (a, b)
    ]
    return sum_of(list(map(_times, parts[0], inputs.applied(parts[1]))))


def _second(solution: Solution, inputs: Inputs, parts: Sequence[float]) -> Second | None:
    """Value and uncertainty with the terms of second order, for inputs that are normal.

    With H the Hessian, c the gradient and S the covariances, the mean is f + tr(H·S)/2, and the
    variance c·S·c + tr(H·S·H·S)/2 + c·S·∇tr(H·S): for independent inputs that is the formula of
    the note in GUM 5.1.2.
    """
    us = inputs.uncertainties
    places = [place for place, u in enumerate(us) if u]
    if not places:
        return Second(solution.value, 0.0)
    size = len(solution.model.graph.ancestors([solution.model.output]))
    if len(places) ** 2 * size > MOST_WORK:
        return None
    if Beyond in map(type, (solution.value, *solution.gradient.values())):
        return Second(math.nan, math.nan)  # these terms are taken in floats
    r = inputs.matrix(places)
    u = [us[i] for i in places]
    h, slopes = _curvature(solution, [solution.model.inputs[i] for i in places], r, u)
    # Everything is in units of the inputs' uncertainties, so S is the matrix of coefficients.
    curved = [[_times(u[i] * u[j], each) for j, each in enumerate(row)] for i, row in enumerate(h)]
    hs = [_applied(r, row) for row in curved]
    shift = sum_of([row[i] for i, row in enumerate(hs)]) / 2
    twice = [_times(each, hs[j][i]) / 2 for i, row in enumerate(hs) for j, each in enumerate(row)]
    p = [parts[i] for i in places]
    first = map(_times, p, _applied(r, p))
    third = map(_times, _applied(r, p), map(_times, u, slopes))
    variance = sum_of([*first, *twice, *third])
    return Second(solution.value + shift, math.sqrt(variance) if variance >= 0 else math.nan)


def _curvature(
    solution: Solution, nodes: Sequence[Node], r: Matrix, u: Sequence[float]
) -> tuple[list[list[float]], list[float]]:
    """The Hessian by some inputs, and the gradient of tr(H·S), which is of third order."""
    model = solution.model
    graph = model.graph.draft()
    rows = hessian(graph, model.output, nodes)
    weights: dict[Node, float] = {}
    for i, row in enumerate(rows):
        for j, node in enumerate(row):
            weights[node] = weights.get(node, 0.0) + r[i][j] * u[i] * u[j]
    cotangents = {node: graph.const(weight) for node, weight in weights.items() if weight}
    wanted = [node for row in rows for node in row] + vjp(graph, cotangents, nodes)
    found = evaluate(graph, wanted, model.inputs, list(solution.inputs.values()))
    size = len(nodes)
    return [found[i * size : (i + 1) * size] for i in range(size)], found[size * size :]


def _applied(rows: Matrix, vector: Sequence[float]) -> list[float]:
    """A matrix times a vector."""
    return [sum_of(list(map(_times, row, vector))) for row in rows]


def _times(a: float, b: float) -> float:
    """A product in which 0 is none of it: an input without uncertainty, or without influence."""
    return product(a, b) if a and b else 0.0


def _quotient(a: float, b: float) -> float:
    """A part of a whole; NaN of nothing."""
    return float(compute("div", a, b)) if b else math.nan
