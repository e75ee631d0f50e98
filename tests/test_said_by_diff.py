"""What `diff` says of a point is what `eval` says of it: values, ends of domains, jumps, kinks."""

import pytest

import gradcli

POINTS = [
    ("x*log(x)", 0),
    ("log(x)", 0),
    ("log(x)", -1),
    ("sqrt(x)", 0),
    ("sqrt(x)", -1),
    ("1/x", 0),
    ("x^(1/3)", -8),
    ("x^(1/3)", 0),
    ("abs(x)", 0),
    ("sin(x)/x", 0),
    ("(1 - cos(x))/x^2", 0),
    ("sqrt(x^2)", 0),
    ("asin(x)", 1),
    ("acos(x)", -1),
    ("acosh(x)", 1),
    ("atanh(x)", 1),
    ("x^x", 0),
    ("exp(1/x)", 0),
    ("floor(x)", 1),
    ("max(x, 2*x)", 0),
    ("x/abs(x)", 0),
    ("x^2*log(x)", 0),
    ("gamma(x)", 0),
    ("gamma(x)", -1),
    ("log(x^2)", 0),
    ("sqrt(x^2 - 1)", 1),
    ("log(log(x))", 1),
    ("atan(1/x)", 0),
    ("x^2/x", 0),
    ("(x^2 - 1)/(x - 1)", 1),
    ("lgamma(x)", 0),
    ("sqrt(x^3)", 0),
    ("sqrt(x)^2", 0),
    ("x*sqrt(x)", 0),
    ("cos(acos(x))", 1),
    ("exp(log(x))", 0),
    ("cosh(acosh(x))", 1),
]


@pytest.mark.parametrize(("source", "x"), POINTS)
def test_diff_says_what_eval_says(source: str, x: float) -> None:
    told = {"value", "kink", "derivative"}
    of_eval = [p.message for p in gradcli.evaluate(source, x=x).problems if p.kind in told]
    of_diff = [p.message for p in gradcli.derive(source, {"x": x}).problems if p.kind in told]
    assert of_eval
    for message in of_eval:
        assert any(message in other for other in of_diff), (message, of_diff)
    assert len(of_diff) == len(of_eval)


def test_the_reason_is_told_once() -> None:
    found = gradcli.derive("log(x*y)", {"x": 0, "y": 1}).problems
    assert sum("log(x*y) is -Infinity" in problem.message for problem in found) == 1
