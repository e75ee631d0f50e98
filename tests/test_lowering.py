"""By which operation a node is computed: angles that have a unit are told from all others."""

import pytest

from gradcli.engine.lowering import lowered
from gradcli.evaluation.solve import read_model

ANGLES = {
    "sin(pi)": "sin_of_product",
    "sin(-pi)": "neg",
    "sin(pi*x)": "sin_of_product",
    "sin(-(pi*x))": "neg",
    "sin(x*(-pi))": "neg",
    "cos(x*(y*tau))": "cos_of_product",
    "tan(pi*x/y)": "tan_of_quotient",
    "sin(x*sin(y)*deg)": "sin_of_product",
    "sin(x)": "sin",
    "sin(-x)": "sin",
    "sin(x*y)": "sin",
    "sin(2*x)": "sin",
    "sin(x/pi)": "sin",
    "sin(x + pi)": "sin",
    "sin(sin(pi*x)*y)": "sin",
    "sin(exp(x)*sqrt(y))": "sin",
}
"""Programs, and the operation that gives their value."""


@pytest.mark.parametrize("text", ANGLES)
def test_an_angle_has_a_unit_wherever_a_product_in_it_has_one(text: str) -> None:
    operation, _ = lowered(read_model(text, ["x", "y"]).output)
    assert operation == ANGLES[text]
