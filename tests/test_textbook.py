"""Derivatives of arrays as formulas: the text of a textbook, and its value by differences."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

import gradcli
from tests.textbook import IDENTITIES, Identity

DIGITS = 90
"""Second differences with steps of 1e-20 keep 50 of them."""

BY_PROGRAM = [pytest.param(each, id=each.program) for each in IDENTITIES]


def values_of(identity: Identity) -> dict[str, Any]:
    """Values in the shapes of an identity."""
    numbers = np.random.default_rng(11)
    return {
        name: numbers.uniform(-1.5, 1.5, shape) if shape else 0.75
        for name, shape in identity.shapes.items()
    }


class Reference:
    """An identity at a point, in many digits."""

    def __init__(self, identity: Identity, values: Mapping[str, Any]) -> None:
        self._identity = identity
        self._values = values

    def _at(self, moves: Mapping[tuple[str, tuple[int, ...]], Any]) -> Any:
        args = []
        for name, value in self._values.items():
            if not np.shape(value):
                args.append(mpf(value) + moves.get((name, ()), 0))
                continue
            rows = np.atleast_2d(value.T).T if value.ndim == 1 else value
            matrix = mp.matrix(rows.tolist())
            for (moved, place), step in moves.items():
                if moved == name:
                    matrix[(*place, 0)[:2]] += step
            args.append(matrix)
        return self._identity.reference(*args)

    def derivative(self, *entries: tuple[str, tuple[int, ...]]) -> float:
        """The derivative by one or two entries of inputs, by central differences."""
        with mp.workdps(DIGITS):
            step = mpf(10) ** -20
            total = mpf(0)
            for signs in itertools.product((1, -1), repeat=len(entries)):
                moves: dict[tuple[str, tuple[int, ...]], Any] = {}
                for entry, sign in zip(entries, signs, strict=True):
                    moves[entry] = moves.get(entry, 0) + sign * step
                total += int(np.prod(signs)) * self._at(moves)
            return float(total / (2 * step) ** len(entries))


def places(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every place in an array."""
    return list(itertools.product(*map(range, shape)))


def expected(identity: Identity, values: Mapping[str, Any], wrt: str, along: Any) -> Any:
    """A derivative by differences; one of second order along a direction, if one is given."""
    reference = Reference(identity, values)
    first, *second = wrt.split(",")
    shape = identity.shapes[first]
    if not second:
        found = [reference.derivative((first, place)) for place in places(shape)]
        return np.array(found).reshape(shape)
    other = identity.shapes[second[0]]
    matrix = np.array(
        [
            [reference.derivative((first, one), (second[0], two)) for two in places(other)]
            for one in places(shape)
        ]
    )
    if along is None:
        return matrix.reshape(*shape, *other)
    return (matrix @ np.ravel(along)).reshape(shape)


@pytest.mark.parametrize("identity", BY_PROGRAM)
def test_a_formula_is_that_of_a_textbook(identity: Identity) -> None:
    wrt = [tuple(each.split(",")) for each in identity.derivatives]
    declared = {name: shape for name, shape in identity.shapes.items() if shape}
    found = gradcli.derive(identity.program, wrt=wrt, shapes=declared, textbook=True).to_dict()
    assert found["derivatives"] == identity.derivatives


@pytest.mark.parametrize("identity", BY_PROGRAM)
def test_it_has_the_value_that_differences_have(identity: Identity) -> None:
    values = values_of(identity)
    for wrt, text in identity.derivatives.items():
        derived = gradcli.derive(identity.program, values, wrt=[tuple(wrt.split(","))])
        (partial,) = derived.partials
        along = {name: np.full(shape, 0.5) + np.eye(*shape) if len(shape) == 2
                 else np.arange(1.0, shape[0] + 1)
                 for name, shape in partial.directions.items()}  # fmt: skip
        known = {**values, **along}
        used = {name: known[name] for name in known if name in _names(text)}
        shown = gradcli.evaluate(text, used).value
        (direction,) = along.values() or (None,)
        by_differences = expected(identity, values, wrt, direction)
        np.testing.assert_allclose(shown, by_differences, rtol=1e-9, atol=1e-10, err_msg=wrt)
        if not along:
            np.testing.assert_allclose(
                partial.value, by_differences, rtol=1e-9, atol=1e-10, err_msg=wrt
            )


def _names(text: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in text).split())
