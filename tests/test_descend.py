"""Descent against plain Python written out by hand, and what the command makes of it."""

from __future__ import annotations

import io
import itertools
import json
import math
import os
import re
import subprocess
import sys

import pytest
from command_line import ROOT, Terminal, call
from exact_tutorial import PROGRAM, VALUES, by_hand
from exact_tutorial import f as logistic

import gradcli
from gradcli.cli import progress
from gradcli.cli.context import Environment
from gradcli.cli.run import run
from gradcli.learn import methods, updates
from gradcli.learn.descend import MOST_KEPT, Descender, compare_updates
from gradcli.learn.lists import nested
from gradcli.learn.names import CONSTANTS, METHODS, UPDATES
from gradcli.learn.net import make_net
from gradcli.learn.settings import Settings
from gradcli.views import descend as view
from gradcli.views import schema
from gradcli.views.lines import curve
from gradcli.views.lines.page import Display, Page

TUTORIAL = ("-f", str(ROOT / "examples/tutorial.grad"), "--vars")
TUTORIAL += (str(ROOT / "examples/tutorial.json"), "--fix", "x,y")

ROSENBROCK = "(1-x)^2 + 100*(y-x^2)^2"


def close(a: float, b: float, tolerance: float = 1e-14) -> bool:
    return abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-6)


# Each method, three steps on 2(x - 1)² + y²/2, from x = 3, y = -2 --------------------------------


def slopes(x, y):
    return 4 * (x - 1), y


def gd_by_hand(x, y):
    for _ in range(3):
        gx, gy = slopes(x, y)
        x, y = x - 0.1 * gx, y - 0.1 * gy
    return x, y


def momentum_by_hand(x, y, momentum=0.9):
    """As the heavy ball: w' = w - 0.1 g + 0.9 (w - w before)."""
    before_x, before_y = x, y
    for _ in range(3):
        gx, gy = slopes(x, y)
        new_x = x - 0.1 * gx + momentum * (x - before_x)
        new_y = y - 0.1 * gy + momentum * (y - before_y)
        before_x, before_y, x, y = x, y, new_x, new_y
    return x, y


def nesterov_by_hand(x, y, momentum=0.9):
    """By its two sequences: a step from the point ahead, then the next point ahead."""
    last_x, last_y = x, y
    for step in range(3):
        gx, gy = slopes(x, y)
        here_x, here_y = x - 0.1 * gx, y - 0.1 * gy
        if step == 0:
            last_x, last_y = 3.0, -2.0
        x = here_x + momentum * (here_x - last_x)
        y = here_y + momentum * (here_y - last_y)
        last_x, last_y = here_x, here_y
    return x, y


def adagrad_by_hand(x, y, eps=1e-8):
    sum_x = sum_y = 0.0
    for _ in range(3):
        gx, gy = slopes(x, y)
        sum_x, sum_y = sum_x + gx**2, sum_y + gy**2
        x, y = x - 0.1 * gx / (sum_x**0.5 + eps), y - 0.1 * gy / (sum_y**0.5 + eps)
    return x, y


def rmsprop_by_hand(x, y, beta2=0.9, eps=1e-8):
    mean_x = mean_y = 0.0
    for _ in range(3):
        gx, gy = slopes(x, y)
        mean_x = beta2 * mean_x + (1 - beta2) * gx**2
        mean_y = beta2 * mean_y + (1 - beta2) * gy**2
        x, y = x - 0.1 * gx / (mean_x**0.5 + eps), y - 0.1 * gy / (mean_y**0.5 + eps)
    return x, y


def adam_by_hand(x, y, beta1=0.9, beta2=0.999, eps=1e-8):
    """With the moments as the weighted means that they are, instead of by recursion."""
    point, past = [x, y], []
    for t in (1, 2, 3):
        past.append(slopes(*point))
        for axis in (0, 1):
            first = [beta1 ** (t - 1 - k) * g[axis] for k, g in enumerate(past)]
            second = [beta2 ** (t - 1 - k) * g[axis] ** 2 for k, g in enumerate(past)]
            m = sum(first) / sum(beta1**k for k in range(t))
            v = sum(second) / sum(beta2**k for k in range(t))
            point[axis] -= 0.1 * m / (v**0.5 + eps)
    return tuple(point)


BY_HAND = {
    "gd": gd_by_hand,
    "momentum": momentum_by_hand,
    "nesterov": nesterov_by_hand,
    "adagrad": adagrad_by_hand,
    "rmsprop": rmsprop_by_hand,
    "adam": adam_by_hand,
}


def test_every_method_is_worked_by_hand():
    assert tuple(BY_HAND) == tuple(METHODS) == tuple(methods.TABLE)
    assert tuple(UPDATES) == tuple(updates.ORDERS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("update", UPDATES)
def test_three_steps_of_each_method(method, update):
    # x and y do not meet, so that the order of updates makes no difference.
    descender = Descender("2*(x-1)^2 + y^2/2", {"x": 3, "y": -2})
    result = descender.run(Settings(method, lr=0.1, steps=3, update=update))
    x, y = BY_HAND[method](3.0, -2.0)
    assert close(result.parameters["x"], x, 1e-12)
    assert close(result.parameters["y"], y, 1e-12)
    assert close(result.value, 2 * (x - 1) ** 2 + y**2 / 2, 1e-12)
    assert [each.step for each in result.steps] == [0, 1, 2, 3]
    assert result.steps[0].value == 10
    assert close(result.steps[0].gradient_norm, math.sqrt(68))


OTHER = {"momentum": 0.5, "beta1": 0.25, "beta2": 0.75, "eps": 0.125}


@pytest.mark.parametrize("method", METHODS)
def test_the_constants_of_a_method_are_options(method):
    own = {name: value for name, value in OTHER.items() if name in METHODS[method]}
    words = [word for name, value in own.items() for word in (f"--{name}", str(value))]
    words += ["--method", method, "--lr", "0.1", "--steps", "3", "--json"]
    called = call("descend", "2*(x-1)^2 + y^2/2", "--x", "3", "--y=-2", *words)
    parameters = json.loads(called.out)["parameters"]
    x, y = BY_HAND[method](3.0, -2.0, **own)
    assert close(parameters["x"], x, 1e-12)
    assert close(parameters["y"], y, 1e-12)
    for name in OTHER.keys() - own.keys():
        refused = call("descend", "x", "--x", "1", "--method", method, f"--{name}", "0.5")
        assert refused.code == 2
        assert f"--{name} is a constant of " in refused.err
        assert f"not of {method}" in refused.err
        other = re.search(r"choose --method (\w+)", " ".join(refused.err.split()))[1]
        assert not call("descend", "x", "--x", "1", "--method", other, f"--{name}", "0.5").code


def test_every_constant_is_tried():
    assert OTHER.keys() == CONSTANTS.keys()
    assert all(own.keys() <= {"lr", *CONSTANTS} for own in METHODS.values())


@pytest.mark.parametrize("constant", CONSTANTS)
@pytest.mark.parametrize("value", ["nan", "inf", "-0.1", "1", "0"])
def test_the_range_of_a_constant(constant, value):
    method = next(name for name, own in METHODS.items() if constant in own)
    called = call("descend", "x^2", "--x", "1", "--method", method, f"--{constant}={value}")
    fine = {"eps": {"1"}}.get(constant, {"0"})
    assert called.code == (0 if value in fine else 2)
    assert (called.err == "") == (value in fine)


@pytest.mark.parametrize(("method", "own"), METHODS.items())
def test_the_learning_rate_by_default_is_that_of_the_help_page(method, own):
    result = Descender("x^2", {"x": 1}).run(Settings(method, steps=1))
    assert result.settings.rate == own["lr"]
    page = " ".join(call("descend", "--help").out.split())
    assert (
        "[default: 0.1 for gd, 0.01 for momentum, nesterov and adagrad, 0.001 for rmsprop" in page
    )


# The three orders of updates on the tutorial's network --------------------------------------

ETA = 1.5


def forward(w1, w2, w3, x, y):
    a = [logistic(w1[0][j] * x[0] + w1[1][j] * x[1]) for j in (0, 1)]
    b = [logistic(w2[0][k] * a[0] + w2[1][k] * a[1]) for k in (0, 1)]
    o = logistic(w3[0][0] * b[0] + w3[1][0] * b[1])
    return a, b, o, (o - y) ** 2 / 2


def simultaneous_by_hand():
    gradient = by_hand(VALUES).gradient
    result = {}
    for name, g in gradient.items():
        array, i, j = name[:2], int(name[3]) - 1, int(name[5]) - 1
        result[name] = VALUES[array][i][j] - ETA * g
    return result


def in_place_by_hand():
    """Going back by the lesson: each layer's deltas pass through weights that are new already."""
    (x1, x2), y = VALUES["x"], VALUES["y"]
    w1, w2, w3 = VALUES["w1"], VALUES["w2"], VALUES["w3"]
    (a1, a2), (b1, b2), o, _ = forward(w1, w2, w3, (x1, x2), y)
    d_o = (o - y) * o * (1 - o)
    u1 = w3[0][0] - ETA * d_o * b1
    u2 = w3[1][0] - ETA * d_o * b2
    d_b1 = d_o * u1 * b1 * (1 - b1)
    d_b2 = d_o * u2 * b2 * (1 - b2)
    v11, v21 = w2[0][0] - ETA * d_b1 * a1, w2[1][0] - ETA * d_b1 * a2
    v12, v22 = w2[0][1] - ETA * d_b2 * a1, w2[1][1] - ETA * d_b2 * a2
    d_a1 = (d_b1 * v11 + d_b2 * v12) * a1 * (1 - a1)
    d_a2 = (d_b1 * v21 + d_b2 * v22) * a2 * (1 - a2)
    return {
        "w1[1,1]": w1[0][0] - ETA * d_a1 * x1,
        "w1[2,1]": w1[1][0] - ETA * d_a1 * x2,
        "w1[1,2]": w1[0][1] - ETA * d_a2 * x1,
        "w1[2,2]": w1[1][1] - ETA * d_a2 * x2,
        "w2[1,1]": v11,
        "w2[2,1]": v21,
        "w2[1,2]": v12,
        "w2[2,2]": v22,
        "w3[1,1]": u1,
        "w3[2,1]": u2,
    }


REFRESH_ORDER = [
    "w3[1,1]",
    "w3[2,1]",
    "w2[1,1]",
    "w2[2,1]",
    "w2[1,2]",
    "w2[2,2]",
    "w1[1,1]",
    "w1[2,1]",
    "w1[1,2]",
    "w1[2,2]",
]


def refresh_by_hand():
    values = json.loads(json.dumps(VALUES))
    for name in REFRESH_ORDER:
        array, i, j = name[:2], int(name[3]) - 1, int(name[5]) - 1
        values[array][i][j] -= ETA * by_hand(values).gradient[name]
    return {name: values[name[:2]][int(name[3]) - 1][int(name[5]) - 1] for name in REFRESH_ORDER}


ORDERS_BY_HAND = {
    "simultaneous": simultaneous_by_hand,
    "in-place": in_place_by_hand,
    "refresh": refresh_by_hand,
}


@pytest.mark.parametrize("update", ORDERS_BY_HAND)
def test_one_step_of_the_tutorials_network(update):
    descender = Descender(PROGRAM, VALUES, fix=["x", "y"])
    result = descender.run(Settings(lr=ETA, steps=1, update=update))
    expected = ORDERS_BY_HAND[update]()
    assert len(expected) == 10
    assert set(result.parameters) == set(expected)
    for name, value in expected.items():
        assert close(result.parameters[name], value), name
    weights = nested(expected)
    value = forward(weights["w1"], weights["w2"], weights["w3"], VALUES["x"], VALUES["y"])[3]
    assert close(result.value, value)


def test_the_three_orders_are_three_results():
    results = [order() for order in ORDERS_BY_HAND.values()]
    for name in ("w1[1,1]", "w2[1,1]"):
        assert len({result[name] for result in results}) == 3
    # The layer of the output is moved by the same gradients, but for what refresh refreshes.
    assert results[0]["w3[2,1]"] == pytest.approx(results[1]["w3[2,1]"], rel=1e-15)
    assert results[0]["w3[2,1]"] != pytest.approx(results[2]["w3[2,1]"], rel=1e-4)


def test_the_layers_and_the_order_of_the_backward_pass():
    result = Descender(PROGRAM, VALUES, wrt=["w1", "w2", "w3"]).run(
        Settings(steps=1, update="refresh")
    )
    assert [sorted({name[:2] for name in names}) for names in result.layers] == [
        ["w3"],
        ["w2"],
        ["w1"],
    ]
    assert [result.name_of(update) for update in result.first] == REFRESH_ORDER


LAYERS = {
    # a bias is in the layer of its weights: no derivative passes through it
    "J = (u*tanh(w*x + b) + c - y)^2": [["u", "c"], ["w", "b"]],
    # a weight that is shared is known when the backward pass has passed its first use
    "h = tanh(w*x); (w*h + c)^2": [["c"], ["w"]],
    # what multiplies each other in one place lies in one layer
    "p*q": [["p", "q"]],
    "(1-x)^2 + 100*(y-x^2)^2": [["x", "y"]],
    # an input that the output does not depend on
    "f(x,y,w,z) = x*w": [["x", "y", "w", "z"]],
    "a*exp(b*exp(c*exp(d)))": [["a"], ["b"], ["c"], ["d"]],
}


@pytest.mark.parametrize("program", LAYERS)
def test_layers(program):
    names = {name: 0.5 for layer in LAYERS[program] for name in layer}
    others = {name: 0.25 for name in "xy" if name in re.findall(r"\w+", program)}
    others = {name: value for name, value in others.items() if name not in names}
    descender = Descender(program, names | others, fix=list(others))
    result = descender.run(Settings(steps=1))
    assert [sorted(layer) for layer in result.layers] == [sorted(x) for x in LAYERS[program]]


def test_in_place_through_a_shared_weight_uses_what_is_known_to_be_new():
    """(v*tanh(w*tanh(w*x)) - 1)^2: v is new when the backward pass passes it, w never is."""
    v, w, x, eta = 0.7, 0.4, 0.9, 0.1
    inner = math.tanh(w * x)
    outer = math.tanh(w * inner)
    error = 2 * (v * outer - 1)
    new_v = v - eta * error * outer
    d_outer = error * new_v * (1 - outer**2)
    d_inner = d_outer * w * (1 - inner**2)
    new_w = w - eta * (d_outer * inner + d_inner * x)
    descender = Descender("(v*tanh(w*tanh(w*x)) - 1)^2", {"v": v, "w": w, "x": x}, fix=["x"])
    result = descender.run(Settings(lr=eta, steps=1, update="in-place"))
    assert close(result.parameters["v"], new_v)
    assert close(result.parameters["w"], new_w)


@pytest.mark.parametrize("update", ["simultaneous", "in-place", "refresh"])
def test_a_branch_that_is_not_taken_stops_nothing(update):
    descender = Descender("w*where(x > 0, x*log(x), x^2)", {"w": 1, "x": -1})
    result = descender.run(Settings(lr=0.1, steps=1, update=update))
    assert math.isfinite(result.value)
    if update != "refresh":
        step = -0.2 * (1.0 if update == "simultaneous" else 0.9)
        assert close(result.parameters["w"], 0.9)
        assert close(result.parameters["x"], -1 - step) or update == "in-place"


NETS = {
    "softmax": make_net([3, 4, 3, 2], ["tanh", "relu"], "cross-entropy"),
    "bce": make_net([2, 3, 3, 1], ["gelu", "silu"], "bce"),
    "mse": make_net([2, 2, 2, 2, 2], ["sigmoid", "softplus", "elu", "none"], "mse"),
}


@pytest.mark.parametrize("name", NETS)
def test_the_backward_pass_through_weights_that_stay_gives_the_gradient(name):
    net = NETS[name]
    values = net.values("xavier", seed=3)
    values |= {"x": [0.3, -0.8, 0.5][: net.sizes[0]], "y": [1.0, 0.0][: net.sizes[-1]]}
    values = {
        key: each[0] if key == "y" and len(each) == 1 else each for key, each in values.items()
    }
    descender = Descender(net.program(), values, fix=["x", "y"])
    layers = [
        sorted({label.partition("[")[0] for label in names})
        for names in descender.run(Settings(steps=1)).layers
    ]
    assert layers == [[f"b{n}", f"w{n}"] for n in range(len(net.sizes) - 1, 0, -1)]
    # A rate so small that the weights hardly change: what moves them is the gradient.
    one, two, three = (
        result.first for result in compare_updates(descender, Settings(steps=1, lr=1e-12)).values()
    )
    expected = {update.parameter: update.gradient for update in one}
    assert len(expected) == sum(math.prod(shape) for shape in net.shapes.values())
    for update in (*two, *three):
        assert abs(update.gradient - expected[update.parameter]) < 1e-10


def test_in_place_without_layers_is_simultaneous():
    descender = Descender(ROSENBROCK, {"x": -1, "y": 2})
    one, two, three = compare_updates(descender, Settings(lr=1e-3, steps=5)).values()
    assert one.parameters == pytest.approx(two.parameters, rel=1e-13)
    assert one.parameters != pytest.approx(three.parameters, rel=1e-6)


# When it stops -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "lr", "steps"),
    [
        ("gd", 1e-3, 100_000),
        ("momentum", 1e-3, 20_000),
        ("nesterov", 1e-3, 20_000),
        ("adagrad", 0.5, 50_000),
        ("adam", 0.1, 5_000),
    ],
)
def test_rosenbrock_converges(method, lr, steps):
    descender = Descender(ROSENBROCK, {"x": -1.2, "y": 1})
    result = descender.run(Settings(method, lr, steps, tol=1e-9))
    assert result.stopped == "converged"
    assert result.steps[-1].gradient_norm <= 1e-9
    assert abs(result.parameters["x"] - 1) < 1e-8
    assert abs(result.parameters["y"] - 1) < 1e-8


def test_it_is_the_same_every_time():
    runs = [
        Descender(PROGRAM, VALUES, fix=["x", "y"]).run(Settings("adam", 0.1, 50, update=update))
        for update in ("in-place", "in-place")
    ]
    assert runs[0].steps == runs[1].steps
    assert runs[0].parameters == runs[1].parameters


@pytest.mark.parametrize("update", UPDATES)
def test_a_step_builds_nothing(update):
    descender = Descender(PROGRAM, VALUES, fix=["x", "y"])
    size = len(descender.objective.model.graph)
    descender.run(Settings(steps=5, update=update))
    assert len(descender.objective.model.graph) == size


def test_a_long_run_is_thinned_out_and_keeps_its_ends():
    taken = 4 * MOST_KEPT + 3
    result = Descender("x", {"x": 0}).run(Settings(lr=1e-4, steps=taken))
    numbers = [each.step for each in result.steps]
    assert numbers[0] == 0
    assert numbers[-1] == result.taken == taken
    assert len(numbers) <= MOST_KEPT + 2
    strides = {b - a for a, b in itertools.pairwise(numbers[:-1])}
    assert len(strides) == 1
    assert result.stopped == "steps"


@pytest.mark.parametrize(
    ("program", "words", "message"),
    [
        (
            "x^4",
            ("--x", "2", "--lr", "1"),
            "it diverged after 2 steps: out is 1.35898e20, after 16",
        ),
        ("1e308*(x+y)+1e308*(x+y)", ("--x=0", "--y=0"), "there is no descent from here"),
        ("exp(x^2)", ("--x", "2", "--lr", "1"), "it diverged after 1 step: exp(x^2) overflows"),
        ("x^2", ("--x", "1", "--lr", "1e300"), "it diverged after 1 step"),
        (
            "log(x)",
            ("--x", "1", "--lr", "1"),
            "diverged after 1 step: log(x) is -Infinity at x = 0",
        ),
        ("sqrt(x)", ("--x", "0"), "there is no descent from here: out is defined for x >= 0 only"),
        ("log(x)", ("--x=-1",), "there is no descent from here: log(x) is not defined at x = -1"),
        ("a*b", ("--a", "1", "--b", "-2", "--lr", "9", "--steps", "999"), "it diverged after"),
    ],
)
def test_divergence_is_said(program, words, message, tmp_path):
    target = tmp_path / "weights.json"
    called = call("descend", program, *words, "--save", str(target))
    assert called.code == 4
    assert message in " ".join(called.err.split())
    assert "Diverged after" in called.out
    assert not target.exists()
    printed = call("descend", program, *words, "--json")
    assert printed.code == 4
    assert json.loads(printed.out)["stopped"] == "diverged"


# Interruption ---------------------------------------------------------------------------------


class Impatient(Terminal):
    """A terminal whose user presses Ctrl-C at the third line of progress."""

    shown = 0

    def write(self, text: str) -> int:
        if "step" in text and "Ctrl-C" in text:
            self.shown += 1
            if self.shown == 3:
                raise KeyboardInterrupt
        return super().write(text)


@pytest.mark.parametrize("form", ["page", "json", "file"])
def test_ctrl_c_keeps_what_was_reached(form, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "INTERVAL", 0)
    out, err, saved = io.StringIO(), Impatient(), tmp_path / "weights.json"
    target = tmp_path / "result.txt"
    words = ["descend", *TUTORIAL, "--lr", "1", "--steps", "1000000", "--save", str(saved)]
    words += {"page": [], "json": ["--json"], "file": ["-o", str(target)]}[form]
    code = run(words, Environment(None, out, err, {"COLUMNS": "80"}))
    assert code == 130
    weights = json.loads(saved.read_text())
    expected = Descender(PROGRAM, VALUES, fix=["x", "y"]).run(Settings(lr=1, steps=3))
    assert weights == nested(expected.inputs)
    text = target.read_text() if form == "file" else out.getvalue()
    if form == "json":
        assert json.loads(text)["stopped"] == "interrupted"
        assert json.loads(text)["steps"][-1]["step"] == 3
    else:
        assert "Interrupted after 3 steps" in text
    assert "interrupted after 3 steps" in err.getvalue()
    assert "Traceback" not in err.getvalue()


def test_ctrl_c_while_three_are_compared(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "INTERVAL", 0)
    out, err = io.StringIO(), Impatient()
    words = ["descend", *TUTORIAL, "--lr", "1", "--steps", "100000", "--compare-updates"]
    assert run(words, Environment(None, out, err, {"NO_COLOR": "1"})) == 130
    assert err.getvalue().endswith("error: interrupted\n")


INTERRUPTED = """
import os, signal
from gradcli.cli.main import main
from gradcli.learn.descend import _Run

def watch(step, value):
    if step == 100:
        os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have had it ignored
descend = _Run.descend
_Run.descend = lambda self, progress: descend(self, watch)
main()
"""


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_real_ctrl_c(tmp_path):
    saved = tmp_path / "weights.json"
    words = ["descend", "x", "--x", "0", "--lr", "1e-9", "--steps", "9999999", "--save", str(saved)]
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 130, done.stderr
    assert b"Interrupted after" in done.stdout
    assert b"Traceback" not in done.stderr
    assert json.loads(saved.read_text())["x"] < 0


def test_progress_is_shown_to_somebody_and_wiped(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "INTERVAL", 0)
    words = ("descend", "x^2", "--x", "1", "--steps", "3")
    seen = call(*words, terminal=True).err
    assert "\rstep 3 of 3: 0.262144 (Ctrl-C ends it)" in seen
    assert seen.rpartition("\r")[2] == ""
    assert seen.rstrip("\r").rpartition("\r")[2].strip() == ""
    assert not call(*words).err
    assert not call(*words, terminal=True, variables={"TERM": "dumb"}).err


# Going on from where it ended ------------------------------------------------------------------


def test_what_is_saved_is_read_to_go_on(tmp_path):
    saved = tmp_path / "weights.json"
    program = TUTORIAL[:2]
    one = call("descend", *TUTORIAL, "--lr", "1", "--steps", "4", "--save", str(saved))
    assert one.code == 0
    assert list(json.loads(saved.read_text())) == ["w1", "x", "w2", "w3", "y"]
    again = ("--vars", str(saved), "--fix", "x,y", "--lr", "1", "--steps", "3", "--json")
    two = call("descend", *program, *again)
    whole = call("descend", *TUTORIAL, "--lr", "1", "--steps", "7", "--json")
    assert json.loads(two.out)["parameters"] == json.loads(whole.out)["parameters"]
    value = call("eval", *program, "--vars", str(saved), "--get", "J")
    assert float(value.out) == json.loads(two.out)["steps"][0]["value"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": 1.0, "w[1]": 2.0, "w[2]": 3.0}, {"a": 1.0, "w": [2.0, 3.0]}),
        ({"w[2]": 2.0, "w[3]": 3.0}, {"w[2]": 2.0, "w[3]": 3.0}),
        ({"w[1,1]": 1.0, "w[2,2]": 2.0}, {"w[1,1]": 1.0, "w[2,2]": 2.0}),
        ({"w[0]": 1.0, "w[1]": 2.0}, {"w[0]": 1.0, "w[1]": 2.0}),
        (
            {"w[2,1]": 3.0, "w[1,1]": 1.0, "w[1,2]": 2.0, "w[2,2]": 4.0},
            {"w": [[1.0, 2.0], [3.0, 4.0]]},
        ),
        ({"t[1,1,1]": 1.0, "t[1,2,1]": 2.0}, {"t": [[[1.0], [2.0]]]}),
    ],
)
def test_arrays_are_saved_whole_where_they_are(given, expected):
    assert nested(given) == expected


# What cannot be done ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--method", "adm"), 2, "there is no method 'adm'\ndid you mean adam?"),
        (("--method", "newton"), 2, "the methods are gd, momentum"),
        (("--lr", "fast"), 2, "'fast' is not a number"),
        (("--lr", "0"), 2, "--lr is a number above 0"),
        (("--lr=-1",), 2, "--lr is a number above 0"),
        (("--lr", "nan"), 2, "--lr is a number above 0"),
        (("--lr", "inf"), 2, "--lr is a number above 0"),
        (("--steps", "0"), 2, "--steps is a number from 1 to 10,000,000"),
        (("--steps=-5",), 2, "--steps is a number from 1"),
        (("--steps", "1000000000000000000000"), 2, "--steps is a number from 1"),
        (("--steps", "1.5"), 2, "'1.5' is not a whole number"),
        (("--tol", "nan"), 2, "--tol is a number from 0 on"),
        (("--tol=-1",), 2, "--tol is a number from 0 on"),
        (("--update", "inplace"), 2, "did you mean in-place?"),
        (("--wrt", "z"), 3, "the program has no input 'z'"),
        (("--fix", "z"), 3, "the program has no input 'z'"),
        (("--wrt", "u"), 3, "'u' is a step of the program"),
        (("--wrt", "x", "--fix", "x"), 2, "'x' is both to be moved and to be fixed"),
        (("--fix", "x,w"), 2, "every input is fixed"),
        (("--fix", "x,"), 2, "a name is missing in --fix"),
        (("--y", "1"), 3, "'y'"),
        (("--save", "/no/such/folder/w.json"), 2, "its folder does not exist"),
        (("--save", "-"), 2, "both go to the standard output"),
        (("-o", "/no/such/folder/w.txt"), 2, "its folder does not exist"),
        (("--compare-updates", "--update", "refresh"), 2, "cannot go together"),
        (("--compare-updates", "--save", "w.json"), 2, "cannot go together"),
        (("--compare-updates", "--trace"), 2, "cannot go together"),
        (("--step", "5"), 3, "did you mean --steps?"),
    ],
)
def test_what_cannot_be_done_is_said(words, code, message):
    called = call("descend", "u = (w[1] + w[2])*x; u^2", "--x", "1", "--w", "[1,2]", *words)
    assert called.code == code
    assert message in called.err
    assert not called.out


def test_one_file_for_two_results_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "both")
    (tmp_path / "both").write_text("old", encoding="utf-8")
    (tmp_path / "twin").hardlink_to(tmp_path / "both")
    name = str(tmp_path / "both")
    for other in (name, str(tmp_path / "." / "both"), str(tmp_path / "link"), f"{tmp_path}/twin"):
        called = call("descend", "x^2", "--x", "1", "--save", name, "-o", other)
        assert called.code == 2
        assert "cannot hold both" in called.err
        assert "give another name, as in --save values.json" in called.err
        assert (tmp_path / "twin").read_text(encoding="utf-8") == "old"


def test_a_program_without_inputs():
    called = call("descend", "1 + 2")
    told = "error: the program has no input that could be moved\n"
    told += "write a formula with a variable, such as 3*x\n"
    assert (called.code, called.err) == (2, told)


def test_missing_values_are_named():
    called = call("descend", "x*y", "--x", "1")
    assert called.code == 3
    assert "y" in called.err


# Views -----------------------------------------------------------------------------------------


def test_json_has_what_it_promises():
    validator = pytest.importorskip("jsonschema").Draft202012Validator(
        json.loads(schema.text("descend"))
    )
    called = call("descend", *TUTORIAL, "--lr", "1", "--steps", "2", "--json")
    content = json.loads(called.out)
    validator.validate(content)
    assert list(content) == [
        "schema",
        "method",
        "lr",
        "constants",
        "update",
        "steps",
        "value",
        "parameters",
        "stopped",
        "point",
        "notes",
        "problems",
    ]
    assert content["stopped"] == "steps"
    assert len(content["parameters"]) == 10
    compared = json.loads(call("descend", *TUTORIAL, "--compare-updates", "--json").out)
    validator.validate(compared)
    assert list(compared["updates"]) == list(UPDATES)
    assert compared["updates"]["simultaneous"]["parameters"] == compared["parameters"]
    broken = json.loads(call("descend", "exp(x^2)", "--x", "2", "--lr", "1", "--json").out)
    validator.validate(broken)
    assert broken["value"] is None
    assert broken["problems"][0]["kind"] == "value"


@pytest.mark.parametrize("update", UPDATES)
def test_the_trace_says_what_was_done(update):
    called = call("descend", *TUTORIAL, "--lr", "1", "--steps", "1", "--trace", "--update", update)
    page = called.out
    assert called.code == 0
    assert page.index("Layer 3 of 3") < page.index("Layer 2 of 3") < page.index("Layer 1 of 3")
    assert "∂J/∂w3[1,1] = -0.0679507" in page
    assert "w3[1,1] ← 0.9 - 1·(-0.0679507) = 0.967951" in page
    assert ("forward again: J = 0.145329" in page) == (update == "refresh")
    at_once = page.index("w3[1,1] ←") > page.index("Layer 1 of 3")
    assert at_once == (update == "simultaneous")


@pytest.mark.parametrize("columns", [40, 80, 132])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_pages_keep_to_their_width(columns, encoding):
    display = Display(columns, encoding)
    descender = Descender(PROGRAM, VALUES, fix=["x", "y"])
    settings = Settings(lr=1, steps=60, update="refresh")
    pages = [
        view.render(descender.run(settings), display, trace=True),
        view.render_comparison(compare_updates(descender, settings), display),
    ]
    for page in pages:
        text = str(page)
        assert max(map(len, text.splitlines())) <= columns
        text.encode(encoding)


def test_all_shows_every_step():
    words = ("descend", *TUTORIAL, "--steps", "60")
    short, long = call(*words).out, call(*words, "--all").out
    assert "46 more; --all shows them" in short
    assert "more; --all" not in long
    assert all(f"\n{step:>4}   " in long for step in range(61))


@pytest.mark.parametrize(
    ("points", "rows"),
    [
        ([(0, 1.0)], 0),
        ([(0, 1.0), (1, 1.0)], 0),
        ([(0, math.nan), (1, math.inf)], 0),
        ([(0, 1.0), (1, 2.0)], 12),
        ([(0, 1.0), (1, math.inf), (2, 5.0)], 12),
        ([(0, 1e308), (1, -1e308)], 12),
        ([(0, 5e-324), (1, 1e308)], 13),
        ([(n, 1 / (n + 1)) for n in range(500)], 13),
    ],
)
def test_curves(points, rows):
    lines = curve.render(points, Display(60))
    assert len(lines) == rows
    texts = ["".join(fragment.text for fragment in line) for line in lines]
    assert all(len(text) <= 60 for text in texts)


def test_the_axis_that_is_logarithmic_says_so():
    for width in (25, 60):
        lines = curve.render([(n, 10.0**-n) for n in range(9)], Display(width))
        first, *_, last = ["".join(fragment.text for fragment in line) for line in lines]
        assert first.strip() == "logarithmic axis"
        assert last.split() == ["0", "step", "8"]
        assert len(first) <= width


PICTURE = """\
    8 ┤ ╭╮
      ┤ ││
      ┤ ││
      ┤ ││    ╭
      ┤ ││    │
3.556 ┤ │╰─╮  │
      ┤ │  ╰╮ │
      ┤ │   │ │
      ┤ │   ╰╮│
    0 ┤─╯    ╰╯
      └────────
       0 step 9"""


def test_a_curve_is_drawn_as_it_goes():
    points = list(enumerate([0.0, 8.0, 4.0, 4.0, 4.0, 3.0, 1.0, 0.0, 0.0, 5.0]))
    assert str(Page(curve.render(points, Display(15)))) == PICTURE
    plain = str(Page(curve.render(points, Display(15, "ascii"))))
    assert plain.splitlines()[0] == "    8 | **"
    assert plain.isascii()


OF = "r = w*x - y; J = r^2; J + 100*w^2"


def test_a_step_of_the_program_may_be_what_is_made_small():
    values = {"w": 0, "x": 2, "y": 1}
    found = Descender(OF, values, wrt=["w"], of="J").run(Settings())
    assert found.output == "J"
    assert found.parameters["w"] == pytest.approx(0.5)
    answer = call("descend", OF, "--of", "J", "--wrt", "w", "--w", "0", "--x", "2", "--y", "1")
    assert "Descent of J by 1 parameter" in answer.out
    wrong = call("descend", OF, "--of", "K", "--w", "0", "--x", "2", "--y", "1")
    assert wrong.code == 3
    assert "there is no 'K'" in wrong.err


def test_a_fall_that_goes_far_takes_no_more_steps_than_asked():
    """Beyond the bound of what diverges it is looked whether it falls for ever, and no further."""
    source = "s = (c + c)*(c + c); 2 - cot(sinc(s))*s"
    found = gradcli.descend(source, {"c": 37.579951021425984}, lr=0.001, steps=1)
    assert [step.step for step in found.steps] == [0, 1]
    assert found.stopped == "steps"
