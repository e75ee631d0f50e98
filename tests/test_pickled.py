"""Everything that the library gives can be pickled and copied, however deep its program is."""

from __future__ import annotations

import copy
import pickle
import traceback
from importlib import import_module

import pytest

import gradcli
from gradcli import GradcliError
from gradcli.graph.node import Graph
from gradcli.views.lines.page import Display

ERRORS = {
    "text": lambda: gradcli.evaluate("x +", x=1),
    "value": lambda: gradcli.evaluate("x", x="1 +"),
    "missing": lambda: gradcli.evaluate("x*y", x=1),
    "usage": lambda: gradcli.draw("x*y", format="jpg"),
}


@pytest.mark.parametrize("call", ERRORS.values(), ids=ERRORS)
def test_errors_can_be_pickled_and_copied(call) -> None:
    with pytest.raises(GradcliError) as caught:
        call()
    error = caught.value
    error.add_note("in row 3")
    pickled = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own bytes)
    for again in (pickled, copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert vars(again) == vars(error)
        assert str(again) == str(error)
        assert again.__notes__ == ["in row 3"]


@pytest.mark.parametrize("call", ERRORS.values(), ids=ERRORS)
def test_a_traceback_ends_in_all_that_is_known_of_an_error_once(call) -> None:
    with pytest.raises(GradcliError) as caught:
        call()
    error = caught.value
    error.add_note("in row 3")
    text = "".join(traceback.format_exception_only(error))
    assert text.endswith("\nin row 3\n")
    way_out = error.hint.partition(":")[0]  # behind it Python's words may stand for options
    assert text.count(error.message) == text.count(way_out) == 1
    assert ("^" in text) == (error.span is not None)


LONG = "+".join(["sin(x*y)"] * 700)
DEEP = "sin(" * 400 + "x*y" + ")" * 400
SHORT = "f(z) = z^2; u = x*y if x < 9 else 3!; f(u) + relu(u)*x"


def _recorded() -> gradcli.Tape:
    tape = gradcli.tape()
    node = tape.input("x")
    for _ in range(700):
        node = tape.sin(node) + 1
    return tape


RESULTS = {
    # every class that a door gives, or that is part of what it gives
    "Solution": lambda source: gradcli.evaluate(source, x=0.5, y=2),
    "Nodes": lambda source: gradcli.evaluate(source, x=0.5, y=2).nodes,
    "NodeReport": lambda source: gradcli.evaluate(source, x=0.5, y=2).nodes[-1],
    "SymbolicDerivatives": lambda source: gradcli.derive(source, x=0.5),
    "Partial": lambda source: gradcli.derive(source, wrt="x").partials[0],
    "Differentiation": lambda source: (
        gradcli.derive(source, wrt="x", steps=True).partials[0].ways[0]
    ),
    "PathSums": lambda source: gradcli.paths(source, x=0.5, y=2, wrt="x", most=3),
    "Path": lambda source: gradcli.paths(source, x=0.5, y=2, wrt="x", most=3).paths[0],
    "Jacobian": lambda source: gradcli.jac(source, {"x": 0.5, "y": 2}),
    "Implicit": lambda source: gradcli.implicit(source, ["y", "x"]),
    "Hessian": lambda source: gradcli.hess(source, {"x": 0.5, "y": 2}),
    "Nudge": lambda source: gradcli.nudge(source, {"x": 0.5, "y": 2}, {"x": 0.1}),
    "Budget": lambda source: gradcli.budget(source, {"x": "0.5±0.1", "y": 2}),
    "Entry": lambda source: gradcli.budget(source, {"x": "0.5±0.1", "y": 2}).entries[0],
    "Second": lambda source: gradcli.budget(source, {"x": "0.5±0.1", "y": 2}).second,
    "Check": lambda source: gradcli.check(source, at={"x": 0.5, "y": 2}),
    "Descent": lambda source: gradcli.descend(source, {"x": 0.5, "y": 2}, steps=2),
    "Comparison": lambda source: gradcli.compare_updates(source, {"x": 0.5, "y": 2}, steps=2),
    "Net": lambda _: gradcli.net([2, 3, 1]),
    "Why": lambda source: gradcli.why(source, {"x": 0.5, "y": 2}),
    "Same": lambda source: gradcli.same(source, source),
    "Orders": lambda _: gradcli.orders(SHORT, {"x": 0.5, "y": 2}, order=2),
    "Text": gradcli.code,
    "Site": lambda _: gradcli.page(SHORT, {"x": 0.5, "y": 2}),
    "Picture": lambda _: gradcli.draw(SHORT, {"x": 0.5, "y": 2}),
    "Expression": lambda _: gradcli.tape().input("x") * 2,
    "Graph": lambda source: gradcli.function(source).graph,
    "Function": gradcli.function,
    "Tape": lambda _: _recorded(),
    "DerivativeWarning": lambda _: gradcli.DerivativeWarning(
        gradcli.evaluate("abs(x)", x=0).problems
    ),
}  # fmt: skip


def facts(result):
    """What a result says, as plain data."""
    if isinstance(result, gradcli.Function):
        return result.inputs, result.value_and_grad(0.5, 2)
    if isinstance(result, gradcli.Tape):
        return [repr(node) for node in result.graph.nodes]
    if isinstance(result, str):
        return str(result), getattr(result, "_repr_html_", str)()
    if isinstance(result, Graph):
        return [repr(node) for node in result.nodes]
    if hasattr(result, "to_dict"):
        return result.to_dict()
    if type(result).__name__ == "Nodes":
        return [node.to_dict() for node in result]
    if isinstance(result, Warning):
        return str(result), result.problems
    known = ("wrt", "value", "steps", "nodes", "factors", "formula")
    plain = [getattr(result, name) for name in known if hasattr(result, name)]
    return [len(each) if isinstance(each, list) else each for each in plain]


@pytest.mark.parametrize(
    "source",
    [SHORT, LONG, pytest.param(DEEP, marks=pytest.mark.slow)],
    ids=["short", "long", "deep"],
)
@pytest.mark.parametrize("kind", RESULTS)
def test_every_result_can_be_pickled_and_copied(kind, source) -> None:
    result = RESULTS[kind](source)
    assert type(result).__name__ == kind
    pickled = pickle.loads(pickle.dumps(result))  # noqa: S301  (our own bytes)
    for again in (pickled, copy.copy(result), copy.deepcopy(result)):
        assert type(again) is type(result)
        assert facts(again) == facts(result)


def test_conditions_within_each_other_can_be_pickled() -> None:
    result = gradcli.evaluate("relu(" * 700 + "x*y" + ")" * 700, x=0.5, y=2)
    gradient = dict(result.gradient)
    again = pickle.loads(pickle.dumps(result))  # noqa: S301  (our own bytes)
    assert again.gradient == gradient == {"x": 2.0, "y": 0.5}
    assert again.to_dict() == result.to_dict()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", RESULTS)
def test_every_protocol_of_pickle_will_do(kind, protocol) -> None:
    result = RESULTS[kind](SHORT)
    again = pickle.loads(pickle.dumps(result, protocol))  # noqa: S301  (our own bytes)
    assert facts(again) == facts(result)


def test_the_table_of_results_is_complete() -> None:
    classes = {name for name in gradcli.__all__ if isinstance(getattr(gradcli, name), type)}
    tuples = {name for name in classes if issubclass(getattr(gradcli, name), tuple)}
    errors = {name for name in classes if issubclass(getattr(gradcli, name), GradcliError)}
    assert classes - tuples - errors <= RESULTS.keys()


@pytest.mark.parametrize("view", ["diff", "paths", "table", "trace", "descend", "nudge"])
def test_what_was_pickled_looks_the_same(view) -> None:
    made = {
        "diff": lambda: gradcli.derive(SHORT, steps=True, x=1),
        "paths": lambda: gradcli.paths(SHORT, x=0.5, y=2, wrt="x"),
        "descend": lambda: gradcli.descend(SHORT, {"x": 0.5, "y": 2}, steps=2),
        "nudge": lambda: gradcli.nudge(SHORT, {"x": 0.5, "y": 2}, {"x": 0.1}),
    }.get(view, lambda: gradcli.evaluate(SHORT, x=0.5, y=2))()
    render = import_module(f"gradcli.views.{view}").render
    again = pickle.loads(pickle.dumps(made))  # noqa: S301  (our own bytes)
    assert str(render(again, Display())) == str(render(made, Display()))
