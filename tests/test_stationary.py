"""What a descent says of the point where it ends: known functions, and random quadratic ones."""

from __future__ import annotations

import json
import math
import random
import re

import pytest
from command_line import call

from gradcli.learn.curvature import spectrum
from gradcli.learn.descend import Descender
from gradcli.learn.result import CONVERGED, DIVERGED, STATIONARY, STEPS
from gradcli.learn.settings import Settings
from gradcli.learn.stationary import FALLING, FLAT, INFLECTION, MAXIMUM, MINIMUM, SADDLE, UNBOUNDED

DEEP = "h[k] = v[k]*tanh(u[k]*tanh(w[k]*x)) for k in 1..2; (h[1] + h[2] - 1)^2"
TWO = "(w[1]^2 + w[2]^2)^2 - (w[1] - w[2])^2"
FIT = "((w[1]*x + w[2])*v - 1)^2 + ((w[1]*2*x + w[2])*v - 3)^2"

POINTS = [
    # the ordinary case, and minima that are flatter, on an edge, along a valley, or far away
    ("(x-3)^2 + 1", "x=0", "--lr 0.3", MINIMUM),
    ("x^4", "x=1", "--lr 0.3 --steps 1000000", MINIMUM),
    ("1 + x^4", "x=0", "", MINIMUM),
    ("x^10", "x=0", "", MINIMUM),
    ("1 + x^10", "x=0", "", MINIMUM),
    ("abs(x)", "x=0", "", MINIMUM),
    ("relu(x) + relu(-x) + y^2", "x=0 y=1", "", MINIMUM),
    ("x^2 + abs(y)", "x=1 y=0", "", MINIMUM),
    ("(a*b - 1)^2", "a=2 b=1", "", MINIMUM),
    ("(a*b - 1)^2", "a=2 b=1", "--tol 0.01", MINIMUM),
    ("(a*b*c - 1)^2", "a=2 b=1 c=0.7", "--lr 0.01 --steps 10000", MINIMUM),
    ("(1-x)^2 + 100*(y-x^2)^2", "x=-1.2 y=1", "--method adam --lr 0.1 --steps 9999", MINIMUM),
    ("x^2 + 1e-4*y^2", "x=1 y=1", "--tol 1e-3", MINIMUM),
    ("x^2 + y^4", "x=1 y=0", "", MINIMUM),
    ("(x - 1e7)^2 - 1e14", "x=0", "--steps 1000", MINIMUM),
    ("1e-6*x^2", "x=1", "--tol 1e-5", MINIMUM),
    ("x^2 + 1e6", "x=1", "", MINIMUM),
    ("sin(x)", "x=0", "--steps 1000", MINIMUM),
    ("relu(x)^2", "x=0.41", "", MINIMUM),
    ("x^2", "x=0.4", "--tol 1", MINIMUM),
    ("abs(z*x) + x^2 + z^2", "x=-2e-10 z=9e-9", "--tol 1e-7", MINIMUM),
    ("x^2*y", "x=0.66 y=1.5", "--lr 0.2", MINIMUM),
    ("x^2 + y^2 + 12*y^3", "x=1e-8 y=1.5e-8", "--tol 1e-7", MINIMUM),
    ("(x + y)^2*y*exp(y)", "x=-0.74 y=0.46", "--method adam --lr 0.05 --steps 2000", MINIMUM),
    ("cosh(x - y) + (x + y)^2", "x=1 y=0", "--steps 999", MINIMUM),
    ("f(x, y) = x^2", "x=1 y=2", "", MINIMUM),
    ("(v*relu(w) + b - 1)^2", "v=1 w=-1 b=0", "", MINIMUM),
    # saddles: by the Hessian, by higher orders, by kinks, near and exactly at them
    ("x^2 - y^2", "x=1 y=0", "", SADDLE),
    ("x^2 - y^2", "x=0 y=0", "", SADDLE),
    ("x^2 - 1e-8*y^2", "x=1 y=0", "", SADDLE),
    ("1e3*x^2 - 1e-3*y^2", "x=1 y=0", "--lr 4e-4", SADDLE),
    ("x*y", "x=0 y=0", "", SADDLE),
    ("x*y + z^2", "x=0 y=0 z=1", "", SADDLE),
    ("x^2 + y^3", "x=1 y=0", "", SADDLE),
    ("x^4 - y^4", "x=0 y=0", "", SADDLE),
    ("(y + x)*abs(x) + 0.818*x^2 + 0.877*y^2", "x=-1.4e-10 y=4.6e-9", "", SADDLE),
    ("abs(y)*x + 0.372*x^2 + 0.565*y^2", "x=7.5e-9 y=-2e-10", "", SADDLE),
    ("x^2 - abs(y)", "x=1 y=0", "", SADDLE),
    ("relu(x) - relu(y)", "x=0 y=0", "", SADDLE),
    ("x^3 - 3*x*y^2", "x=0 y=0", "", SADDLE),
    # all-zero starts
    ("(a*b - 1)^2", "a=0 b=0", "", SADDLE),
    ("(a*b*c - 1)^2", "a=0 b=0 c=0", "", SADDLE),
    ("(a*b*c*d - 1)^2", "a=0 b=0 c=0 d=0", "", SADDLE),
    (DEEP, "x=0.5 u=[0,0] v=[0,0] w=[0,0]", "--fix x", SADDLE),
    (FIT, "x=1 v=0 w=[0,0]", "--fix x", SADDLE),
    # copies of one neuron
    (TWO, "w=[0.5,0.5]", "--steps 100000 --lr 0.1 --tol 1e-4", SADDLE),
    # of one input what is neither a minimum nor a maximum is an inflection
    ("x^3", "x=0", "", INFLECTION),
    ("-x^5", "x=0", "", INFLECTION),
    ("x^3", "x=1.1e-3", "--tol 1e-4", INFLECTION),
    ("x^3", "x=-1e-4", "--tol 1e-3", INFLECTION),
    ("x - sin(x)", "x=6.283", "--tol 1e-3", INFLECTION),
    ("tanh(x)^3", "x=1e-5", "", INFLECTION),
    ("x^3 + y^2", "x=0 y=1", "--fix y", INFLECTION),
    # near a saddle and near a maximum, beside which the value rises at first
    ("x^2 - y^2", "x=1e-6 y=1e-6", "--tol 1e-3", SADDLE),
    ("x^2 - 3*y^2 - z^2", "x=1e-7 y=-1e-7 z=1e-7", "--tol 1e-3", SADDLE),
    ("sin(x) + cos(y)", "x=1.5707 y=3.1416", "--tol 1e-3", SADDLE),
    ("x^3 - 3*x*y^2", "x=1e-6 y=1e-7", "--tol 1e-3", SADDLE),
    ("x^2 + y^3", "x=1e-5 y=1e-5", "--tol 1e-3", SADDLE),
    ("(x + y)^3", "x=0 y=0", "", SADDLE),
    ("sin(x)", "x=1.5707", "--tol 1e-3", MAXIMUM),
    ("-x^2", "x=1e-4", "--tol 1e-3", MAXIMUM),
    ("-x^4", "x=1e-4", "--tol 1e-3", MAXIMUM),
    ("sin(x)*sin(y)", "x=1.5707 y=1.5709", "--tol 1e-3", MAXIMUM),
    ("-(x^2 + 5*y^2 + z^2)", "x=1e-7 y=1e-6 z=-1e-7", "--tol 1e-3", MAXIMUM),
    ("-x^2 - y^4", "x=1e-6 y=1e-3", "--tol 1e-3", MAXIMUM),
    # maxima
    ("-x^2", "x=0", "", MAXIMUM),
    ("1 - x^4", "x=0", "", MAXIMUM),
    ("cos(x)", "x=0", "", MAXIMUM),
    ("-abs(x)", "x=0", "", MAXIMUM),
    ("(x^2 - 1)^2", "x=0", "", MAXIMUM),
    ("(x^2 - 1e-4)^2", "x=0", "", MAXIMUM),
    ("-(x^2 + y^2 + x*y)", "x=0 y=0", "", MAXIMUM),
    # flat
    ("(v*relu(w) - 1)^2", "v=1 w=-1", "", FLAT),
    ("relu(x)", "x=-1", "", FLAT),
    ("floor(x)", "x=0.5", "", FLAT),
    ("step(w*x + b)", "w=1 x=1 b=1", "--fix x", FLAT),
    ("tanh(x)", "x=-40", "", FLAT),
    ("0*x + 1", "x=2", "", FLAT),
    # flat, with a jump nearby
    ("step(w*x + b)", "w=1 x=1 b=-0.95", "--fix x", FLAT),
    ("step(w*x + b)^2 + step(v)", "w=0.5 x=1 b=-0.45 v=0.02", "--fix x", FLAT),
    ("-floor(x)", "x=0.95", "", FLAT),
    ("sign(x) - round(y)", "x=0.01 y=0.49", "", FLAT),
    ("x^2 - floor(y)", "x=0 y=0.95", "", MINIMUM),
    ("x^2 - y^4 - floor(z)", "x=0 y=0 z=0.95", "", SADDLE),
    # flat, with a kink nearby
    ("-relu(x - 0.01)", "x=0", "", FLAT),
    ("1e3 - relu(x - 1e-6)", "x=0", "", FLAT),
    ("-relu(abs(x) - 0.01)", "x=0", "", FLAT),
    ("relu(x - 0.01)", "x=0", "", FLAT),
    ("sign(x)*relu(abs(x) - 0.01)^2", "x=0", "", FLAT),
    ("-x*exp(-1/x^2)", "x=0", "", FLAT),
    ("y^2 - relu(x - 0.01)", "x=0 y=0", "", MINIMUM),
    ("-relu(x - 0.01) - relu(x)^3", "x=0", "", INFLECTION),
    # slopes that go on
    ("exp(-x)", "x=18.5", "", FALLING),
    ("exp(-x) + y^2", "x=18.5 y=1e-9", "", FALLING),
    ("3 + exp(-x)", "x=19", "", FALLING),
    ("softplus(-w*x)", "w=19 x=1", "--fix x", FALLING),
    ("1/x", "x=20000", "", FALLING),
    # gradients whose squares are too small for floats
    ("1e-300*x^2", "x=3", "", MINIMUM),
    ("1e-200*(x^2 + y^2)", "x=3 y=-1", "", MINIMUM),
    ("1e-200*(x^2 - y^2)", "x=1e-3 y=0", "", SADDLE),
    ("(x - 2)^2/(1 + (x - 2)^2)", "x=-1e4", "", FALLING),
]


def words_of(values):
    return [f"--{word}" for word in values.split()]


@pytest.mark.parametrize(("program", "values", "options", "kind"), POINTS)
def test_what_the_point_is(program, values, options, kind):
    called = call("descend", program, *words_of(values), *options.split(), "--json")
    assert called.code == 0, called.err
    content = json.loads(called.out)
    assert content["point"] == kind
    assert content["stopped"] == (CONVERGED if kind == MINIMUM else STATIONARY)
    page = call("descend", program, *words_of(values), *options.split()).out
    assert ("Converged after" in page) == (kind == MINIMUM)
    assert ("not at a minimum" in page) == (kind not in {MINIMUM, FLAT})


@pytest.mark.parametrize("kind", [SADDLE, MAXIMUM])
def test_what_is_proposed_leads_away(kind):
    """Where a value is proposed to begin at, the descent from there ends lower."""
    tried = 0
    for program, values, options, found in POINTS:
        if found != kind:
            continue
        words = [program, *words_of(values), *options.split()]
        page = " ".join(call("descend", *words).out.split())
        proposed = re.search(r"such as at (\w+) = (\S+)\.", page)
        if proposed is None:
            assert "egin at other values" in page or "begin with other values" in page
            continue
        name, value = proposed.groups()
        moved = [f"--{name}={value}" if word.startswith(f"--{name}=") else word for word in words]
        before, after = (
            json.loads(call("descend", *each, "--json").out)["value"] for each in (words, moved)
        )
        assert after is None or after < before
        tried += 1
    assert tried > 3


BOTTOMLESS = [
    ("x", "x=0", "", STEPS),
    ("-x^2", "x=1", "", DIVERGED),
    ("-x^2", "x=1", "--steps 3", STEPS),
    ("x^3", "x=-1", "", DIVERGED),
    ("x*y", "x=1 y=-2", "--lr 0.5", DIVERGED),
    ("-log(x)", "x=1", "", STEPS),
    ("x - y^2", "x=0 y=1", "--method adam", STEPS),
    ("-exp(x)", "x=1", "--lr 1", DIVERGED),
    ("2*x + sin(x)", "x=1", "", STEPS),
    ("log(x)", "x=1", "", DIVERGED),
    ("log(5 - x)", "x=0.9", "", DIVERGED),
    ("-log(1 + 1/x)", "x=1", "--steps 5", STEPS),  # at 0
    ("atanh(x)", "x=0.9", "", DIVERGED),
    ("log(x*y)", "x=0.9 y=0.02", "", DIVERGED),
    ("-1/sqrt(x)", "x=1", "", DIVERGED),
]


@pytest.mark.parametrize(("program", "values", "options", "stopped"), BOTTOMLESS)
def test_a_value_that_falls_without_bound_has_no_minimum(program, values, options, stopped):
    words = ("descend", program, *words_of(values), *options.split())
    called = call(*words)
    assert "without bound: it has no minimum" in " ".join(called.out.split())
    assert called.code == (4 if stopped == DIVERGED else 0)
    assert "--lr" not in called.err
    content = json.loads(call(*words, "--json").out)
    assert (content["stopped"], content["point"]) == (stopped, UNBOUNDED)


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("x^2", "x=1"),
        ("exp(-x)", "x=0"),
        ("1/x", "x=1"),
        ("x^2 - 1e300", "x=1"),
        ("-tanh(x)", "x=0"),
        ("(x - 1e9)^2", "x=0"),
        ("x^4 - 100*x^2", "x=0.01"),
        ("-1/(1 + x^2)", "x=1"),
        ("log(1 + x^2)", "x=1"),
        ("-log(1 + 1/x)", "x=-3"),
        ("sqrt(x)", "x=0.9"),
        ("asin(x)", "x=0.9"),
        ("log(x)*x^0.1", "x=0.9"),
        ("log(x) + 1/(100*x)", "x=0.9"),
        ("x*sin(x)", "x=3"),
        ("log(x)", "x=-1"),
        ("sqrt(x)", "x=0"),
    ],
)
def test_a_value_with_a_bound_is_not_said_to_have_none(program, values):
    found = call("descend", program, *words_of(values), "--lr", "0.001", "--steps", "5", "--json")
    assert json.loads(found.out)["point"] != UNBOUNDED


RATES = [
    ("x^4", "x=2", "--lr 1"),
    ("x^2", "x=1", "--lr 1e300"),
    ("100*x^2 + y^2", "x=1 y=1", "--lr 0.5"),
    ("exp(x^2)", "x=2", "--lr 1"),
    ("(1-x)^2 + 100*(y-x^2)^2", "x=-1.2 y=1", ""),
    ("(1-x)^2 + 100*(y-x^2)^2", "x=-1.2 y=1", "--method momentum --lr 0.1"),
    ("x^4 + y^4", "x=3 y=2", "--lr 5 --update refresh"),
    ("x^6", "x=9", "--lr 1 --compare-updates"),
    ("x*log(x)", "x=1", "--lr 3"),
    ("100*x^2 + y^2", "x=1 y=1", "--lr 0.1"),
    ("x^2 + 1e4*y^2", "x=1 y=1", "--lr 0.01 --steps 2000"),
    # Only rates that are small beside 2/curvature let it fall.
    ("1e9*x^2", "x=1", ""),
    ("1e12*x^2 + y^2", "x=1 y=1", ""),
    ("x^10", "x=100", ""),
    ("exp(50*x) + exp(-50*x)", "x=1", ""),
    ("1e8*(x-1)^4", "x=9", ""),
    ("1/x + 1e14*x^2", "x=1", ""),
    ("1e300*x^2", "x=1", "--method momentum"),
    ("1e9*sum(x^2)", "x=[1,2]", ""),
]


@pytest.mark.parametrize(("program", "values", "options"), RATES)
def test_a_rate_that_is_proposed_was_tried(program, values, options):
    words = ["descend", program, *words_of(values), *options.split()]
    called = call(*words)
    assert called.code == 4
    hint = re.search(r"try --lr (\S+): with it \w+ is (\S+) after (\d+) step", called.err)
    assert hint is not None, called.err
    if "--lr" in words:
        place = words.index("--lr")
        del words[place : place + 2]
    if "--compare-updates" in words:
        order = re.search(r"with (\S+) updates", called.err)[1]
        words[words.index("--compare-updates") :] = ["--update", order]
    again = call(*words, "--lr", hint[1], "--json")
    assert again.code == 0
    content = json.loads(again.out)
    assert content["value"] < content["steps"][0]["value"]
    assert content["value"] == pytest.approx(float(hint[2]), rel=1e-4)
    assert content["steps"][-1]["step"] == int(hint[3])


@pytest.mark.parametrize("x", ["[1e-249,668.4]", "[1e200,1]", "[709,-709]", "[1e-320,700]"])
def test_what_overflows_where_a_rate_is_looked_for_is_no_internal_error(x: str) -> None:
    called = call("descend", "sum(cosh(x)*[1, 2])", "--x", x, "--steps", "2")
    assert called.code == 4
    assert "internal" not in called.err


TO_AND_FRO = [
    # of the first rate that does not diverge the value hardly falls: a parameter changes its sign
    ("100*x^2 + y^2", "x=1 y=1", "--lr 0.1", "0.001"),
    ("50*x^2 + y^2/9", "x=-2 y=3", "--lr 2", "0.002"),
    ("x^2 + 1e4*y^2", "x=1 y=1", "--lr 0.01 --steps 2000", "1e-5"),
    ("x^2", "x=1", "--lr 10", "0.1"),
    ("x^2", "x=1", "--lr 3", "0.3"),
]


@pytest.mark.parametrize(("program", "values", "options", "rate"), TO_AND_FRO)
def test_no_rate_is_proposed_that_only_goes_to_and_fro(program, values, options, rate):
    called = call("descend", program, *words_of(values), *options.split())
    assert f"try --lr {rate}: " in called.err


KINKS = [
    ("abs(x)", "x=0", "", "at the start, out has a kink at x = 0: slope -1 to the left, 1"),
    ("abs(x)", "x=1", "--lr 0.5", "after step 2, out has a kink at x = 0: slope -1 to the left, 1"),
    ("(relu(w*x) - 1)^2", "w=0 x=1", "--fix x", "at the start, out has a kink at w = 0: slope"),
    ("max(x, y)", "x=1 y=1", "--steps 1", "at the start, out has a kink at x = 1, y = 1"),
    ("abs(x)", "x=0", "--update in-place", "at the start"),
    ("x^2 + abs(y)", "x=1 y=0", "--wrt x", None),
    ("floor(2)*x^2 + abs(0)", "x=1", "", None),
    ("where(x > 5, abs(x), x^2)", "x=0", "", None),
    ("abs(x)^2 + 0*abs(y)", "x=1 y=0", "", None),
]


@pytest.mark.parametrize(("program", "values", "options", "message"), KINKS)
def test_derivatives_on_the_way_that_are_not_unique(program, values, options, message):
    words = ("descend", program, *words_of(values), *options.split())
    called = call(*words)
    assert called.code == 0
    content = json.loads(call(*words, "--json").out)
    if message is None:
        assert not called.err
        assert not content["problems"]
    else:
        assert message in " ".join(called.err.split())
        assert message in content["problems"][0]["message"]
        assert content["problems"][0]["kind"] == "kink"


def test_where_no_rate_helps_none_is_proposed():
    called = call("descend", "where(x > 0.9999999999999, x, 0/0)", "--x", "1", "--lr", "1")
    assert called.code == 4
    assert "--lr" not in called.err
    assert "begin at other values" in called.err


def test_the_copies_of_a_neuron_are_named():
    program, values, options, _ = next(point for point in POINTS if point[0] == TWO)
    page = call("descend", program, *words_of(values), *options.split()).out
    assert "w[1] and w[2] were equal all the way" in " ".join(page.split())
    apart = call("descend", program, "--w=[0.5,0.4]", *options.split()).out
    assert "Converged after" in apart


@pytest.mark.parametrize(
    ("program", "values", "unmoved"),
    [
        ("(v*relu(w) + b - 1)^2", "v=1 w=-1 b=0", "v and w never moved"),
        ("f(x, y) = x^2", "x=1 y=2", "y never moved: the derivative by it is 0"),
        ("x^2 + sum(0*w[i] for i in 1..9)", "x=1 w=[1,2,3,4,5,6,7,8,9]", "w[4] and 5 more never"),
    ],
)
def test_what_never_moved_is_named(program, values, unmoved):
    page = " ".join(call("descend", program, *words_of(values)).out.split())
    assert unmoved in page
    assert "Converged after" in page


@pytest.mark.parametrize("seed", range(30))
def test_random_quadratic_functions(seed):
    """sum(e_i (q_i·x)²) with known curvatures e and directions q that are orthogonal."""
    chance = random.Random(seed)  # noqa: S311  (to be the same again)
    count = chance.randint(2, 5)
    directions: list[list[float]] = []
    while len(directions) < count:
        vector = [chance.gauss(0, 1) for _ in range(count)]
        for other in directions:
            share = math.fsum(a * b for a, b in zip(vector, other, strict=True))
            vector = [a - share * b for a, b in zip(vector, other, strict=True)]
        length = math.hypot(*vector)
        directions.append([part / length for part in vector])
    kind = chance.choice([MINIMUM, SADDLE])
    curvatures = [10 ** chance.uniform(-1, 1) for _ in range(count)]
    if kind == SADDLE:
        curvatures[chance.randrange(count)] *= -1
    terms = [
        f"{curvature!r}*({' + '.join(f'{q!r}*x[{i}]' for i, q in enumerate(direction, 1))})^2"
        for curvature, direction in zip(curvatures, directions, strict=True)
    ]
    start = [0.0] * count
    for curvature, direction in zip(curvatures, directions, strict=True):
        if curvature > 0:
            start = [a + 1e-9 * b for a, b in zip(start, direction, strict=True)]
    result = Descender(" + ".join(terms), {"x": start}).run(Settings(lr=0.04, tol=1e-6))
    assert result.finding is not None
    assert result.finding.kind == kind
    if kind == SADDLE:
        (down,) = [q for e, q in zip(curvatures, directions, strict=True) if e < 0]
        along = abs(math.fsum(a * b for a, b in zip(down, result.finding.downhill, strict=True)))
        assert along == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 20])
def test_the_spectrum_of_a_known_matrix(size):
    """Second differences have the eigenvalues 2 - 2 cos(kπ/(n + 1))."""

    def times(vector):
        padded = [0.0, *vector, 0.0]
        return [2 * padded[n] - padded[n - 1] - padded[n + 1] for n in range(1, len(vector) + 1)]

    chance = random.Random(size)  # noqa: S311  (as above)
    found = spectrum(times, [chance.gauss(0, 1) for _ in range(size)], size)
    expected = [2 - 2 * math.cos(k * math.pi / (size + 1)) for k in range(1, size + 1)]
    assert found.curvatures == pytest.approx(expected, abs=1e-12)
    assert math.hypot(*found.shares) == pytest.approx(1)
    for place, curvature in enumerate(found.curvatures):
        direction = found.direction(place)
        assert times(direction) == pytest.approx(
            [curvature * part for part in direction], abs=1e-10
        )


def test_a_matrix_that_is_not_finite_has_no_spectrum():
    assert spectrum(lambda vector: [math.nan], [1.0], 1) is None
    assert spectrum(lambda vector: vector, [0.0], 1) is None


def test_ten_thousand_steps_keep_their_rows():
    called = call("descend", "x", "--x", "0", "--lr", "1e-5", "--steps", "10000", "--json")
    steps = [each["step"] for each in json.loads(called.out)["steps"]]
    assert steps == list(range(10_001))
