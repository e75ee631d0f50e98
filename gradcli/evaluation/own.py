"""Rules that a program brings along: loaded, given values, and checked against differences."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from gradcli.engine import scalar
from gradcli.engine.interpreter import Plan, evaluate
from gradcli.errors import GradcliError
from gradcli.evaluation.differences import difference, refused
from gradcli.graph import own as rules
from gradcli.graph.node import Graph
from gradcli.graph.own import OwnRule
from gradcli.graph.rules import table
from gradcli.graph.shapes import Form

POINTS = 400
"""At how many points a rule is tried at most."""

ENOUGH = 24
"""How many points with a value are enough."""


def load(text: str) -> list[str]:
    """Put rules into the tables, each after it has been checked.

    Args:
        text: the rules, a line each; see `gradcli.graph.own`.

    Returns:
        The names of their functions.

    Raises:
        ParseError: a line is no rule, or its derivative is another one than differences show.
    """
    names: list[str] = []
    for rule in rules.read_own(text):
        names.append(rule.name)
        if rules.put(rule):
            _accept(rule)
    return names


def _accept(rule: OwnRule) -> None:
    """Check a rule that is in the tables; it is taken out again if it is wrong."""
    is_right = False
    try:
        _check(rule)
        is_right = True
    except GradcliError as error:
        raise rules.placed(error, rule.source, rule.number) from None
    finally:
        if not is_right:
            _forget(rule)


def forget() -> None:
    """Take all rules that were loaded out of the tables: nothing may use them any more."""
    for rule in rules.known():
        _forget(rule)


def _forget(rule: OwnRule) -> None:
    rules.take_back(rule)
    scalar.OPERATIONS.pop(rule.name, None)


def _check(rule: OwnRule) -> None:
    """Give a rule its value, and compare its derivative with differences."""
    rules.trial(rule)
    if rule.is_of_arrays:
        from gradcli.engine.kernels import SHAPED_KERNELS  # noqa: PLC0415  (it needs NumPy)
        from gradcli.evaluation.own_arrays import check, value_of  # noqa: PLC0415  (likewise)

        SHAPED_KERNELS[rule.name] = lambda: value_of(rule)
        check(rule)
    else:
        scalar.OPERATIONS[rule.name] = _function(rule)
        _check_numbers(rule)


def _function(rule: OwnRule) -> Callable[..., float]:
    """The value on floats."""
    graph, inputs, output = rules.written_out(rule.name, (Form(),) * len(rule.entry.params))
    plan = Plan(graph, list(inputs), [output])
    slot = plan.slots[output]
    return lambda *args: plan.run(args)[slot]


def _check_numbers(rule: OwnRule) -> None:
    """Compare every partial with central differences, at points where both have a value."""
    graph = Graph()
    inputs = [graph.input(name) for name in rule.entry.params]
    node = graph.node(rule.name, tuple(inputs))
    partials = [table().partial(graph, node, place) for place in range(len(inputs))]
    function = scalar.operation(rule.name)
    chance = random.Random(rule.name)  # noqa: S311  (to be the same again)
    compared = [0] * len(inputs)
    for _ in range(POINTS):
        point = [_number(chance) for _ in inputs]
        slopes = evaluate(graph, partials, inputs, point)
        for place, slope in enumerate(slopes):
            if compared[place] < ENOUGH:
                compared[place] += _agrees(rule, function, point, place, slope)
    if not min(compared):
        name = rule.entry.params[compared.index(0)]
        raise refused(rule, f"the derivative by {name} could not be compared: no value was found")


def _number(chance: random.Random) -> float:
    return chance.choice([chance.uniform(-3, 3), chance.uniform(0, 1), chance.uniform(1, 9)])


def _agrees(
    rule: OwnRule, function: Callable[..., float], point: Sequence[float], place: int, slope: float
) -> bool:
    """Whether a partial could be compared at a point; it is an error if it is another one."""

    def at(distance: float) -> float:
        return function(*point[:place], point[place] + distance, *point[place + 1 :])

    found = difference(at, 1 + abs(point[place]))
    if found is None:
        return False
    if not found.agrees(slope):
        shown = ", ".join(
            f"{name} = {value:.6g}" for name, value in zip(rule.entry.params, point, strict=True)
        )
        by = rule.entry.params[place]
        raise refused(
            rule,
            f"the derivative by {by} is {slope:.6g} at {shown}; differences are {found.value:.6g}",
        )
    return True
