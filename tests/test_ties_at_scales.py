"""What hangs on a tie is seen at every scale, and what only rounding tells apart is not."""

import pytest
from graphs import model_of

from gradcli.engine.interpreter import Values
from gradcli.evaluation.ties import hanging, is_same, size_of
from gradcli.symbolic.derive import derive

SCALES = [1e-200, 1e-100, 1e-12, 1.0, 1e12, 1e100, 1e200]


def hangs(source, point):
    model = model_of(source)
    graph, values = model.graph, [point[node.name] for node in model.inputs]
    return hanging(graph, [model.output], Values(model.inputs, values))


def problems(source, order, **point):
    return [each.message for each in derive(source, order=order, values=point).problems]


@pytest.mark.parametrize("scale", SCALES)
def test_a_second_derivative_that_hangs_on_a_tie_is_told_of_at_every_scale(scale):
    (message,) = problems("c*x*max(x, 2*x)", 2, x=0.0, c=scale)[:1]
    assert "to the left of x = " in message


@pytest.mark.parametrize("scale", SCALES)
def test_a_value_on_both_sides_is_told_apart_at_every_scale(scale):
    assert hangs("c*step(x)", {"c": scale, "x": 0.0}) == ["not unique"]
    assert hangs("where(x < y, c, 2*c)", {"c": scale, "x": 1.0, "y": 1.0}) == ["not unique"]
    assert hangs("mod(x, c)", {"x": 2 * scale, "c": scale}) == ["not unique"]
    assert hangs("max(x, c)", {"x": scale, "c": scale}) == [""]
    assert hangs("abs(x)*c", {"x": 0.0, "c": scale}) == [""]


@pytest.mark.parametrize("scale", SCALES)
def test_what_cancels_is_no_difference(scale):
    """(c + d) - c is d with the rounding errors of c, on both sides of the tie."""
    source = "where(x > 0, (c + 1e-13*c) - c, 1e-13*c)"
    assert hangs(source, {"x": 0.0, "c": scale}) == [""]


@pytest.mark.parametrize("scale", SCALES)
def test_numbers_are_the_same_beside_what_they_are_sums_of(scale):
    assert is_same(scale, scale * (1 + 1e-12), 0.0)
    assert not is_same(scale, 2 * scale, 0.0)
    assert is_same(0.0, scale * 1e-12, scale)
    assert not is_same(0.0, scale, 0.0)


@pytest.mark.parametrize("scale", SCALES)
def test_the_size_of_a_sum_is_that_of_its_terms(scale):
    model = model_of("3*(x - y)/2 + 0*y")
    at = Values(model.inputs, [scale, scale])
    assert size_of(model.output, at, {}) == pytest.approx(1.5 * scale)
