"""A small step: prediction and truth against closed forms, and values told from steps."""

from __future__ import annotations

import json
import math

import pytest
from command_line import call
from exact_tutorial import PROGRAM, VALUES, by_hand
from mpmath import mp

from gradcli.cli.commands.nudge import split_steps
from gradcli.cli.words import Flag
from gradcli.engine.functions.sums import sum_of
from gradcli.engine.interpreter import Plan
from gradcli.errors import InputError, UsageError
from gradcli.evaluation.nudge import FURTHEST, nudge
from gradcli.views import nudge as view
from gradcli.views.lines.page import Display


def reach(program, values, steps):
    return [each.scale for each in nudge(program, values, steps).reaches]


def expm1_is(ratio):
    """Where (exp(d) - 1)/d comes to this."""
    return float(mp.findroot(lambda d: mp.expm1(d) / d - ratio, ratio - 1))


# Of x^2 the error is Δ²/(2xΔ) = Δ/2x, of x^3 it is Δ/x + Δ²/3x², of 1/x it is Δ/(x + Δ) of the
# prediction, and of exp(x) it is (exp(Δ) - 1)/Δ - 1: where that is 1 % and 10 %.
CURVED = [
    ("x^2", 3.0, [0.06, 0.6]),
    ("x^2", -3.0, [0.06, 0.6]),
    ("x^3", 1.0, [(math.sqrt(9 + 12 * t) - 3) / 2 for t in (0.01, 0.1)]),
    ("1/x", 2.0, [2 * t / (1 - t) for t in (0.01, 0.1)]),
    (
        "exp(x)",
        0.0,
        [float(mp.findroot(lambda d, t=t: mp.expm1(d) / d - 1 - t, t)) for t in (0.01, 0.1)],
    ),
]


@pytest.mark.parametrize(("program", "x", "expected"), CURVED)
@pytest.mark.parametrize("step", [1e-6, 1e-3, 0.05, 1.0, 7.0])
def test_how_far_the_line_holds_does_not_depend_on_the_step(program, x, expected, step):
    signed = math.copysign(step, x)
    found = [scale * step for scale in reach(program, {"x": x}, {"x": signed})]
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("step", [1e-3, 1.0, -20.0])
def test_a_line_is_straight(step):
    found = nudge("3*(a + b*c)", {"a": 1, "b": 2, "c": 3}, {"b": step})
    assert found.predicted == 9 * step
    assert found.actual == pytest.approx(9 * step, rel=1e-12)
    assert all(each.is_all and each.scale is None for each in found.reaches)


def test_several_moves_are_one_direction():
    found = nudge("x*y", {"x": 2, "y": 3}, {"x": 0.5, "y": -0.25})
    assert found.predicted == 3 * 0.5 + 2 * -0.25
    assert found.actual == 2.5 * 2.75 - 6
    # The error is t²·|Δx·Δy|, the prediction t·1.
    assert [each.scale for each in found.reaches] == pytest.approx([0.08, 0.8])


def test_the_tutorials_first_row():
    hand = by_hand(VALUES)
    found = nudge(PROGRAM, VALUES, {"w1[1,1]": "1/8"})
    moved = by_hand(VALUES | {"w1": [[0.1 + 0.125, -0.2], [0.3, 0.4]]})
    assert found.before == pytest.approx(hand.loss, rel=1e-14)
    assert found.after == pytest.approx(moved.loss, rel=1e-14)
    assert found.predicted == pytest.approx(0.125 * hand.gradient["w1[1,1]"], rel=1e-13)


def test_an_array_moves_by_an_array():
    whole = nudge(PROGRAM, VALUES, {"w3": [[0.1], [0]]})
    single = nudge(PROGRAM, VALUES, {"w3[1,1]": 0.1})
    assert (whole.after, whole.predicted) == (single.after, single.predicted)


@pytest.mark.parametrize(
    ("program", "x", "step"),
    [("x^2", 0, 0.1), ("x*abs(x)", 0, 1), ("log(x)", 1, -2), ("sqrt(x)", 0, 1), ("x^3", 0, 1e300)],
)
def test_where_nothing_can_be_compared_no_reach_is_given(program, x, step):
    assert nudge(program, {"x": x}, {"x": step}).reaches == []


@pytest.mark.parametrize(
    ("program", "values", "steps", "predicted"),
    [
        ("abs(x)", {"x": 0}, {"x": 0.5}, 0.5),
        ("abs(x)", {"x": 0}, {"x": -0.5}, 0.5),
        ("max(x, y)", {"x": 1, "y": 1}, {"y": 0.25}, 0.25),
        ("max(x, y)", {"x": 1, "y": 1}, {"y": -0.25}, 0),
        ("x if x >= 0 else 2*x", {"x": 0}, {"x": -1}, -2),
        ("norm(x, y)", {"x": 0, "y": 0}, {"x": 3, "y": 4}, 5),
        ("relu(x) - relu(-x)", {"x": 0}, {"x": -2}, -2),
    ],
)
def test_at_a_kink_the_line_is_that_of_the_side_of_the_step(program, values, steps, predicted):
    found = nudge(program, values, steps)
    assert found.predicted == pytest.approx(predicted, abs=1e-12)
    assert found.actual == pytest.approx(predicted, abs=1e-12)


def test_no_multiple_is_tried_twice(monkeypatch):
    """Both tolerances begin with the same ones, and of a line all are the same."""
    tried = []
    run = Plan.run
    monkeypatch.setattr(Plan, "run", lambda plan, point: tried.append(point) or run(plan, point))
    found = nudge("3*x + 1", {"x": 1.0}, {"x": 1e-3})
    assert [each.is_all for each in found.reaches] == [True, True]
    assert len(tried) == len(set(map(tuple, tried)))


def test_a_prediction_that_is_never_right_has_no_reach():
    found = nudge("0.001*x + 1e-300*floor(x*1e300)", {"x": 0.0}, {"x": 1.0})
    assert [each.scale for each in found.reaches] == [None, None]
    assert not any(each.is_all for each in found.reaches)
    assert FURTHEST > 1e12


BEYOND = [
    # a program, values, steps, and what is written: what is predicted, what comes, by how much off
    ("x + z", {"x": 1, "z": 1}, {"x": "1e308", "z": "1e308"}, "2e308", "2e308", "is exact."),
    ("-x - z", {"x": 1, "z": 1}, {"x": "1e308", "z": "1e308"}, "-2e308", "-2e308", "is exact."),
    ("x + y + z", dict.fromkeys("xyz", 1), {"x": "1e308", "y": "1e308", "z": "-1e308"}, "1e308",
     "1e308", "is exact."),
    ("x + y + z", dict.fromkeys("xyz", 1), {"x": "1e308", "y": "1e308", "z": "-1.5e308"}, "5e307",
     "5e307", "is exact."),
    ("x*1e300", {"x": 1}, {"x": "1e300"}, "1e600", "1e600", "is exact."),
    ("x*z", {"x": 1e200, "z": 1e100}, {"x": "1e200", "z": "1e250"}, "1e450", "2e450",
     "off by 1e450, 100 % of it."),
    ("exp(x)", {"x": 700}, {"x": "10"}, "1.01423e305", "2.23389e308",
     "off by 2.23288e308, 2.2e5 % of it."),
    ("exp(x)", {"x": 710}, {"x": "-10"}, "-2.23399e309", "-2.23389e308",
     "off by 2.01061e309, 90 % of it."),
    ("x^2", {"x": 1e154}, {"x": "1e200"}, "2e354", "1e400", "off by 1e400, 5e47 % of it."),
    ("x^2", {"x": 1e-200}, {"x": "1e-200"}, "2e-400", "3e-400", "off by 1e-400, 50 % of it."),
    ("x + z", {"x": 1e308, "z": 1e308}, {"x": "1"}, "1", "0", "off by 1, which is rounding."),
]  # fmt: skip


NO_VALUE = [
    # a program, values, steps, and why there is no value after the step
    ("x*y", {"x": 1e308, "y": 1}, {"x": "1e308"}, "x is Infinity after the step, and so out is "),
    ("-x", {"x": -1e308}, {"x": "-1e308"}, "x is -Infinity after the step, and so out is Infinity"),
    ("sum(x)", {"x": [1e308, 1]}, {"x": [1e308, 0]}, "x is Infinity in 1 of 2 entries after the "),
    ("log(x)", {"x": 1}, {"x": "-2"}, "log(x) is not defined at x = -1"),
    ("x*y", {"x": 1e200, "y": 1}, {"y": "1e200"}, "x*y overflows at x = 1e200, y = 1e200"),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("program", "values", "steps", "said"), NO_VALUE)
def test_why_there_is_no_value_after_the_step(program, values, steps, said):
    (problem,) = nudge(program, values, steps).problems
    assert problem.message.startswith(said)


@pytest.mark.parametrize("case", BEYOND, ids=str)
def test_numbers_beyond_the_range_of_floats(case):
    program, values, steps, *written, off = case
    found = nudge(program, values, steps)
    assert [Display().number(each) for each in (found.predicted, found.actual)] == written
    words = [word for name, value in values.items() for word in (f"--{name}", str(value))]
    words += [word for name, step in steps.items() for word in ("--by", f"{name}={step}")]
    called = call("nudge", program, *words)
    assert called.code in {0, 4}
    out = " ".join(called.out.split())
    assert f"The prediction {off if off.startswith('is') else f'is {off}'} " in out
    told = "cannot be said: not all of these numbers are in the range of floats."
    is_inside = all(map(math.isfinite, (found.predicted, found.after))) and float(found.predicted)
    assert (told in out) is not bool(is_inside)
    called = call("nudge", program, *words, "--json")
    assert called.code in {0, 4}
    assert "internal error" not in called.err


SUMS = [
    ([], 0.0),
    ([0.1] * 10, 1.0),
    ([1e308, 1e308, -1e308], 1e308),
    ([1e308, 1e308, -1e308, -1e308, 5e-324], 5e-324),
    ([1e308, 1e308], math.inf),
    ([-1e308] * 3, -math.inf),
    ([math.inf, 1.0], math.inf),
    ([math.inf, -1e308, -1e308], math.inf),
]


@pytest.mark.parametrize(("values", "expected"), SUMS)
def test_a_sum_is_rounded_once(values, expected):
    assert sum_of(values) == expected


def test_a_sum_of_opposite_infinities_is_no_number():
    assert math.isnan(sum_of([math.inf, -math.inf]))


# Values and steps on one command line -----------------------------------------------------------

SPLIT = [
    ("b=2;b=+0.1", "", "b=2", "b=+0.1"),
    ("b=+0.1;b=2", "", "b=2", "b=+0.1"),
    ("b=2;b=-0.1", "", "b=2", "b=-0.1"),
    ("b=-0.1;b=2", "", "b=2", "b=-0.1"),
    ("b=-2;b=-0.1", "", "b=-2", "b=-0.1"),
    ("b=-2;b=+0.1", "", "b=-2", "b=+0.1"),
    ("b=-2", "", "b=-2", ""),
    ("b=-2", "b", "", "b=-2"),
    ("b=+2", "", "", "b=+2"),
    ("b=2", "b", "b=2", ""),
    ("w[1,1]=-2", "w", "", "w[1,1]=-2"),
    ("w[1, 1]=-2;w=[[1]]", "", "w=[[1]]", "w[1, 1]=-2"),
    ("a=1;b=-1;a=+1;b=-2", "", "a=1;b=-1", "a=+1;b=-2"),
]


def flags(text):
    return [Flag(*part.partition("=")[::2]) for part in text.split(";") if part]


@pytest.mark.parametrize(("given", "known", "values", "steps"), SPLIT)
def test_values_are_told_from_steps(given, known, values, steps):
    assert split_steps(flags(given), known.split()) == (flags(values), flags(steps))


def test_the_commands_example():
    called = call("nudge", "3*(a+b*c)", "--a", "1", "--b", "2", "--c", "3", "--b", "+0.1", "--json")
    assert called.code == 0
    content = json.loads(called.out)
    assert list(content) == [
        "schema",
        "before",
        "after",
        "predicted",
        "actual",
        "notes",
        "problems",
    ]
    assert content["before"] == 21.0
    assert content["predicted"] == pytest.approx(0.9)
    assert content["actual"] == content["after"] - content["before"]


SAME = [
    ["--b", "2", "--by", "b=0.1"],
    ["--b", "2", "--by", "b=+0.1"],
    ["--b=+0.1", "--set", "b=2"],
    ["--b", "+1/10", "--b", "2"],
]


@pytest.mark.parametrize("words", SAME, ids=" ".join)
def test_every_way_to_say_it_is_the_same(words):
    first = call("nudge", "3*(a+b*c)", "--a", "1", "--c", "3", "--b", "2", "--b", "+0.1")
    assert call("nudge", "3*(a+b*c)", "--a", "1", "--c", "3", *words) == first


REFUSED = [
    (["x", "--x", "1"], 2, "nothing is nudged\nwrite --x +0.1 beside the values, or --by x=0.1"),
    (["1 + 2"], 2, "the program has no input that could be nudged\nwrite a formula with"),
    (["x*y", "--y", "2", "--x", "1", "--x", "0.1"], 3, "a step has a sign, as in --x +0.1"),
    (["x", "--x", "+1"], 3, "--x +… moves it; give it a value as well"),
    (["x", "--x", "1", "--x", "2", "--x", "+1"], 3, "'x' is given a value twice"),
    (["x", "--x", "1", "--set", "x=2", "--x", "+1"], 3, "'x' is given a value twice"),
    (["x", "--x", "1", "--x", "+2", "--x", "+1"], 3, "'x' is nudged twice"),
    (["x", "--x", "1", "--by", "x=2", "--x", "+1"], 3, "'x' is nudged twice"),
    (["x", "--x", "1", "--by", "y=2"], 3, "the program has no input 'y'"),
    (
        ["v=2x; v^2", "--x", "1", "--by", "v=2"],
        3,
        "follows from its inputs\nonly inputs can be nudged: x",
    ),
    (["x", "--x", "1", "--by", "x"], 2, "'x' is not a step"),
    (["x", "--x", "1", "--by", "=1"], 2, "'=1' is not a step"),
    (["x", "--x", "1", "--by", "x="], 2, "the step of 'x' is empty"),
    (["x", "--x", "1", "--x", "+"], 2, "the step of 'x' is empty"),
    (["x", "--x", "1", "--by", "x=q"], 3, "uses the unknown name 'q'"),
    (["log(x)", "--x", "-1", "--x", "+1"], 4, "log(x) is not defined at x = -1"),
    (["log(x)", "--x", "1", "--x", "-2"], 4, "log(x) is not defined at x = -1"),
]


@pytest.mark.parametrize(("words", "code", "message"), REFUSED, ids=str)
def test_what_cannot_be_done_is_said(words, code, message):
    called = call("nudge", *words)
    assert called.code == code
    assert message in called.err


def test_the_library_raises_what_the_command_says():
    with pytest.raises(UsageError, match="nothing is nudged"):
        nudge("x", {"x": 1}, {})
    with pytest.raises(InputError, match="no input 'y'"):
        nudge("x", {"x": 1}, {"y": 1})
    with pytest.raises(InputError, match="nudged twice"):
        nudge("x[1]", {"x": [1]}, {"x": [1], "x[1]": 1})


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_pages_keep_to_their_width(columns, encoding):
    found = nudge(PROGRAM, VALUES, {"w1": [[1e-3, -1 / 3], [2e7, 0]], "x[1]": 0.1})
    text = str(view.render(found, Display(columns, encoding)))
    assert max(map(len, text.splitlines())) <= columns
    text.encode(encoding)


def test_of_many_moves_the_largest_shares_are_shown():
    values = {"w": list(range(1, 101)), "x": 2}
    program = "sum(w[i]*i for i in 1..100)*x"
    found = nudge(program, values, {"w": [1] * 100})
    shown = str(view.render(found, Display()))
    assert "w[100]" in shown
    assert "w[1] " not in shown
    assert "80 with smaller shares" in shown
    assert "w[1] " in str(view.render(found, Display(limit=None)))


ARRAYS = [
    # program, values, steps, the entries that are moved, the change
    ("sum((W@x)^2)", {"W": [[1, 2], [3, 4]], "x": [1, 2]}, {"x": [0.5, 0]}, ["x[1]"], 186.5 - 146),
    ("sum(x*x)", {"x": [1, 2]}, {"x[2]": 1, "x[1]": "1/2"}, ["x[1]", "x[2]"], 1.25 + 5),
    ("a*sum(x)", {"a": 2, "x": [1, 2]}, {"a": 1, "x": [1, 0]}, ["a", "x[1]"], 12 - 6),
    ("x[1]*x[2]", {"x": [1, 2]}, {"x": [1, 0]}, ["x[1]", "x[2]"], 2),
]


@pytest.mark.parametrize(("program", "values", "steps", "moved", "change"), ARRAYS)
def test_arrays_are_moved_whole_or_by_their_entries(program, values, steps, moved, change) -> None:
    """The prediction is gradient times step, over all entries."""
    found = nudge(program, values, steps)
    assert [move.name for move in found.moves] == moved
    assert found.predicted == sum_of([move.slope * move.delta for move in found.moves])
    assert found.actual == pytest.approx(change, rel=1e-12)
    tenth = {
        name: [each / 1e3 for each in step] if isinstance(step, list) else f"({step})/1e3"
        for name, step in steps.items()
    }
    near = nudge(program, values, tenth)
    assert near.actual == pytest.approx(near.predicted, rel=1e-2)
    assert json.loads(json.dumps(near.to_dict()))["predicted"] == near.predicted


@pytest.mark.parametrize(
    ("program", "steps", "message"),
    [
        ("sum(x)", {"x": 1}, "its step is a single number"),
        ("sum(x)", {"x": [1]}, "a vector of 2 in the program, and here a vector of 1"),
        ("sum(x)", {"x[3]": 1}, "there is no x[3]"),
        ("sum(x)", {"x[1]": 1, "x": [1, 2]}, "is nudged besides"),
        ("2*x", {"x": [1, 2]}, "has no gradient"),
    ],
)
def test_steps_that_do_not_fit_an_array(program, steps, message) -> None:
    with pytest.raises(InputError) as refused:
        nudge(program, {"x": [1, 2]}, steps)
    assert message in refused.value.message


# --- Steps in per cent ---------------------------------------------------------------------------

PARTS = [
    ("10%", 3.0, 0.3),
    ("+10%", 3.0, 0.3),
    ("-5%", 3.0, -0.15),
    (" -5 % ", 3.0, -0.15),
    ("+10%", -3.0, -0.3),
    ("1/3%", 3.0, 0.01),
    ("0%", 3.0, 0.0),
    ("200%", 0.5, 1.0),
]


@pytest.mark.parametrize(("step", "x", "delta"), PARTS)
def test_a_step_in_per_cent_is_a_part_of_what_it_moves(step, x, delta):
    (move,) = nudge("x^2", {"x": x}, {"x": step}).moves
    assert move.delta == pytest.approx(delta, rel=1e-15)


@pytest.mark.parametrize("sign", ["+", "-"])
@pytest.mark.parametrize("before", [True, False])
def test_a_flag_in_per_cent_is_a_step_wherever_it_stands(sign, before):
    flags = ["--x", "4"], ["--x", f"{sign}25%"]
    called = call("nudge", "x", *(word for flag in flags[:: 1 if before else -1] for word in flag))
    assert called.code == 0, called.err
    assert f"{sign}1 " in called.out


def test_parts_of_elements_and_of_arrays():
    family = nudge("x[1]*x[2]", {"x": [2, 5]}, {"x": "10%"})
    assert [move.delta for move in family.moves] == pytest.approx([0.2, 0.5])
    whole = nudge("sum(W@x)", {"W": [[1, 2], [0, 4]], "x": [1, 1]}, {"W": "+10%"})
    assert {move.name: move.delta for move in whole.moves} == pytest.approx(
        {"W[1,1]": 0.1, "W[1,2]": 0.2, "W[2,2]": 0.4}
    )
    entry = nudge("sum(W@x)", {"W": [[1, 2], [3, 4]], "x": [1, 1]}, {"W[2,1]": "-50%", "x": "1%"})
    assert {move.name: move.delta for move in entry.moves} == pytest.approx(
        {"W[2,1]": -1.5, "x[1]": 0.01, "x[2]": 0.01}
    )
