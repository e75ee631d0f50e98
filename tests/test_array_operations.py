"""An operation on whole arrays is known wherever it has to be, and a new one is missed there."""

from __future__ import annotations

import numpy as np
import pytest
import test_shapes
from registries_of_arrays import REGISTRIES, SQUARE, forgotten, operations

from gradcli.engine.kernels import SHAPED_KERNELS
from gradcli.evaluation.entries import written_out
from gradcli.evaluation.entries.written_matrices import determinant
from gradcli.graph import form_rules
from gradcli.graph.arrays import linear, pullbacks
from gradcli.graph.entry import read_entries
from gradcli.graph.shapes import Form, FormError


@pytest.mark.parametrize("name", operations())
def test_every_operation_is_known_everywhere(name):
    assert forgotten(name) == {}


def square(form):
    if form.shape[:1] != form.shape[1:]:
        raise FormError("permanent", [form])
    return Form()


TESTS = {"tried", "random programs"}

NEW = {
    "a line of the table alone": (
        "flipped(x) <- flipped(g)",
        {},
        {"forms", "examples", "values", "numbers", "code", "structure"},
    ),
    "a form alone": (
        "",
        {"form": lambda form: form},
        {"examples", "values", "rules", "numbers", "code"},
    ),
    "what moves entries and says more than it does": (
        "flipped(x) <- flipped(g) + 0*x",
        {
            "form": lambda form: form,
            "cases": [Form((3,)), Form((2, 3))],
            "value": lambda: lambda x: x[::-1],
        },
        {"numbers", "code", "texts", "memory", "moves", "lines"},
    ),
    "a sum of minors that is called by no name": (
        "flipped(A) <- where(A > 0, g, 0)",
        {
            "form": square,
            "cases": [SQUARE],
            "value": lambda: np.linalg.det,
            "numbers": determinant,
        },
        {"code", "texts", "kinks", "squares", "costs"},
    ),
}
"""New operations: a line, what else is known of each, and the registries that have to name it."""


@pytest.mark.parametrize(("line", "known", "registries"), NEW.values(), ids=NEW)
def test_every_registry_that_has_forgotten_a_new_operation_names_it(
    line, known, registries, monkeypatch
):
    name = "flipped"
    entries = read_entries(line)
    installed = [*linear._installed(), *entries]
    monkeypatch.setattr(linear, "_installed", lambda: installed)
    if "value" in known:
        monkeypatch.setitem(SHAPED_KERNELS, name, known["value"])
    if "numbers" in known:
        monkeypatch.setitem(written_out._WRITTEN_OUT, name, known["numbers"])
    cases = [(name, [form], (), form) for form in known.get("cases", ())]
    monkeypatch.setattr(test_shapes, "OTHERS", [*test_shapes.OTHERS, *cases])
    linear._linear.cache_clear()
    for entry in entries:
        pullbacks.lines().add(entry)
    if "form" in known:
        form_rules.add(name, known["form"])
    try:
        assert forgotten(name).keys() == registries | TESTS
    finally:
        linear._linear.cache_clear()
        for entry in entries:
            pullbacks.lines().remove(entry)
        if "form" in known:
            form_rules.remove(name)


def test_every_registry_is_asked_of_a_new_operation():
    assert set().union(TESTS, *(registries for *_, registries in NEW.values())) == {*REGISTRIES}
