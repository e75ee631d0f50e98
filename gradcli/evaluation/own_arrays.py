"""Rules of arrays that a program brings along: their values, and the check against differences."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.calculus.reverse import handed_back
from gradcli.engine.arrays import evaluate
from gradcli.evaluation.differences import difference, refused
from gradcli.graph import own as rules
from gradcli.graph.node import Graph
from gradcli.graph.own import OwnRule
from gradcli.graph.shapes import Form, FormError, shown

FORMS = (Form((3,)), Form((3, 3)), Form((2, 3)), Form((3, 2)), Form((2,)), Form())
"""The forms that a rule is tried with."""

ENOUGH = 6
"""How many choices of forms are enough."""

TRIES = 5
"""How many points are tried for each."""


def value_of(rule: OwnRule) -> Callable[..., Any]:
    """The value of a rule on arrays."""

    def value(*arrays: Any) -> Any:
        # Whether a vector is a row makes no difference to its entries here.
        forms = tuple([Form(np.shape(each)) for each in arrays])
        _, inputs, output = rules.written_out(rule.name, forms)
        (result,) = evaluate([output], inputs, arrays)
        return result

    return value


def check(rule: OwnRule) -> None:
    """Compare what each argument gets of an adjoint with differences, for several forms.

    Raises:
        ParseError: it is something else, or there are no forms that fit.
    """
    tried = 0
    right: tuple[Form, ...] | None = None
    for forms in itertools.product(FORMS, repeat=len(rule.entry.params)):
        try:
            rules.form_of(rule.name, forms)
        except FormError:
            continue
        if _agrees(rule, forms, right):
            tried, right = tried + 1, right or forms
        if tried == ENOUGH:
            return
    if not tried:
        raise refused(rule, "it could not be compared: no arrays were found that have a value")


def _agrees(rule: OwnRule, forms: tuple[Form, ...], right: tuple[Form, ...] | None) -> bool:
    """Whether a rule could be compared for arguments of these forms.

    Raises:
        ParseError: it is wrong for them; where it is right for others, that is said.
    """
    graph = Graph(has_arrays=True)
    inputs = [graph.input(*each) for each in zip(rule.entry.params, forms, strict=True)]
    node = graph.node(rule.name, tuple(inputs))
    adjoint = graph.input(" g", node.form)
    handed = [handed_back(graph, node, place, adjoint) for place in range(len(inputs))]
    chance = np.random.default_rng(7)
    compared = False
    for _ in range(TRIES):
        point = [chance.uniform(-1.5, 1.5, form.shape) for form in forms]
        weights = chance.uniform(-1, 1, node.shape)
        found = evaluate(handed, [*inputs, adjoint], [*point, weights])
        for place, form in enumerate(forms):
            along = chance.uniform(-1, 1, form.shape)

            def at(distance: float, place: int = place, along: Any = along) -> float:
                moved = [*point]  # noqa: B023  (called at once)
                moved[place] = moved[place] + distance * along
                (value,) = evaluate([node], inputs, moved)
                return float(np.sum(weights * value))  # noqa: B023  (likewise)

            slopes = difference(at, 1.0)
            if slopes is None:
                continue
            compared = True
            slope = float(np.sum(found[place] * along))
            if not slopes.agrees(slope):
                with_forms = ", ".join(
                    f"{name} {shown(each)}"
                    for name, each in zip(rule.entry.params, forms, strict=True)
                )
                raise refused(
                    rule,
                    f"with {with_forms}, what {rule.entry.params[place]} gets is {slope:.6g} along "
                    f"a direction where differences are {slopes.value:.6g}",
                    "" if right is None else _declared(rule, right),
                )
    return compared


def _declared(rule: OwnRule, right: tuple[Form, ...]) -> str:
    """How to say which arrays a rule is for, that is right for these and wrong for others."""
    lengths = dict.fromkeys(length for form in right for length in form.shape)
    letters = dict(zip(lengths, "nmk", strict=False))
    heads = [
        f"{name}[{','.join([letters[length] for length in form.shape])}]" if form.shape else name
        for name, form in zip(rule.entry.params, right, strict=True)
    ]
    return f", or declare which arrays it is for: {rule.name}({', '.join(heads)})"
