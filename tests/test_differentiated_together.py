"""Second derivatives that would cancel if they were taken part by part, by every door."""

import pytest
from mpmath import mp, mpf
from test_code_arrays import ready_array_code

import gradcli
from gradcli.calculus.reverse import gradient
from gradcli.calculus.together import MOST
from gradcli.engine import interpreter
from gradcli.graph.node import Graph
from gradcli.graph.rules import table


def _share(x, y):
    return 1 / (1 + mp.exp(y - x))


def _bend(x, y):
    """The second derivative of log(exp(x) + exp(y)) by x."""
    return _share(x, y) * _share(y, x)


def _curves(x, y):
    cube = (x * x + y * y) ** mpf(1.5)
    return y * y / cube, -x * y / cube, x * x / cube


CURVED = {
    **dict.fromkeys(("hypot(x, y)", "norm(x, y)"), _curves),
    "x - 3*norm(x, y)": lambda x, y: [-3 * each for each in _curves(x, y)],
    **dict.fromkeys(
        ("logsumexp(x, y)", "logaddexp(x, y) - y", "softplus(x - y)"),
        lambda x, y: (_bend(x, y), -_bend(x, y), _bend(x, y)),
    ),
    "3*logsumexp(x, y) - x*y": lambda x, y: (
        3 * _bend(x, y),
        -3 * _bend(x, y) - 1,
        3 * _bend(x, y),
    ),
    "asin(x*1e-30)*y": lambda x, y: (mpf(1e-30) ** 3 * x * y, mpf(1e-30), 0),
    "atanh(x*1e-30) + 2*sigmoid(y*1e-30)": lambda x, y: (
        2 * mpf(1e-30) ** 3 * x,
        0,
        -(mpf(1e-30) ** 3) * y / 4,
    ),
}
"""Second derivatives by x twice, by x and y, and by y twice."""

POINTS = [(47.0, 10.0), (-10.0, 47.0), (3.0, -600.0), (1.0, 1e-9), (1e-12, -1e3), (2.0, 2.0)]

BY = [("x", "x"), ("x", "y"), ("y", "y")]


def _hessian(text, point):
    found = gradcli.function(text).hessian(**point)
    return [found[one][other] for one, other in BY]


def _compiled(text, point):
    function = gradcli.function(text)
    for _ in range(120):
        found = function.hessian(**point)
    return [found[one][other] for one, other in BY]


def _products(text, point):
    function = gradcli.function(text)
    by_x, by_y = (
        function.hvp(point, {"x": float(name == "x"), "y": float(name == "y")}) for name in "xy"
    )
    return [by_x["x"], by_x["y"], by_y["y"]]


def _columns(text, point):
    found = gradcli.hess(text, **point).to_dict()["hessian"]
    return [found["xy".index(one)]["xy".index(other)] for one, other in BY]


def _orders(text, point):
    found = gradcli.orders(text, order=2, **point).partials
    return [found[names] for names in BY]


@pytest.mark.parametrize("door", [_hessian, _compiled, _products, _columns, _orders])
@pytest.mark.parametrize("text", CURVED)
def test_second_derivatives_keep_their_digits(text, door):
    for x, y in POINTS:
        with mp.workdps(400):
            exact = [float(each) for each in CURVED[text](mpf(x), mpf(y))]
        got = door(text, {"x": x, "y": y})
        assert got == [pytest.approx(each, rel=3e-15, abs=1e-320) for each in exact], (x, y)


TINY = [1e-320, -1e-300, 1e-160, -1e-20, 1e-8, -1e-3]

ODD = {
    "asin": (2, lambda x: x / (1 - x * x) ** mpf(1.5)),
    "acos": (2, lambda x: -x / (1 - x * x) ** mpf(1.5)),
    "atanh": (2, lambda x: 2 * x / (1 - x * x) ** 2),
    "sigmoid": (2, lambda x: -mp.tanh(x / 2) * mp.sech(x / 2) ** 2 / 4),
    "softplus": (3, lambda x: -mp.tanh(x / 2) * mp.sech(x / 2) ** 2 / 4),
    "silu": (3, lambda x: mp.diff(lambda t: t / (1 + mp.exp(-t)), x, 3, h=x * mpf(10) ** -30)),
}
"""Functions one of whose derivatives is 0 at 0, and which: it is as small as its argument."""


@pytest.mark.parametrize("name", ODD)
def test_a_derivative_that_is_0_at_0_is_as_small_as_its_argument_beside_0(name):
    order, exact = ODD[name]
    graph = Graph()
    x = graph.input("x")
    node = table().call(graph, name, (x,))
    for _ in range(order):
        (node,) = gradient(graph, node, [x])
    for at in TINY:
        with mp.workdps(700):
            expected = float(exact(mpf(at)))
        (got,) = interpreter.evaluate(graph, [node], [x], [at])
        assert got == pytest.approx(expected, rel=3e-15, abs=1e-323)
        series = gradcli.function(f"{name}(x)").along({"x": at}, {"x": 1.0}, order)
        assert series[order] == pytest.approx(expected, rel=3e-15, abs=2e-323)


def test_the_slope_of_chances_is_0_at_one_half_alone():
    for p in (0.5, 0.5 + 2**-53, 0.5 - 2**-54):
        found = gradcli.function("logit(p)").hessian(p=p)["p"]["p"]
        assert found == pytest.approx(16 * (2 * p - 1), rel=1e-15, abs=0)


ENTRIES = [
    [1.0, 1e-9, 1e-5],
    [47.0, 10.0, 3.0],
    [1e-200, -1e-190, 2e-195],
    [-600.0, 2.0, 1e-3],
    [0.3, 0.3, 0.3],
]


def _of_norm(v):
    size = mp.sqrt(mp.fsum(x * x for x in v))
    for i, x in enumerate(v):
        others = mp.fsum(y * y for j, y in enumerate(v) if j != i)
        yield [(others if i == j else -x * y) / size**3 for j, y in enumerate(v)]


def _of_logarithm(v):
    shares = [mp.exp(x) / mp.fsum(map(mp.exp, v)) for x in v]
    for i, p in enumerate(shares):
        others = mp.fsum(q for j, q in enumerate(shares) if j != i)
        yield [p * (others if i == j else -q) for j, q in enumerate(shares)]


@pytest.mark.parametrize("text", ["norm(v)", "3*norm(v) - sum(v)", "logsumexp(v)/2 + v[1]"])
@pytest.mark.parametrize("v", ENTRIES, ids=str)
def test_second_derivatives_by_arrays_keep_their_digits(text, v):
    rows, scale = (_of_norm, 1) if "norm" in text else (_of_logarithm, 0.5)
    scale = 3 if "3" in text else scale
    with mp.workdps(900):
        exact = [[float(scale * each) for each in row] for row in rows([mpf(x) for x in v])]
    function = gradcli.function(text)
    found = function.hessian(v=v)["v"]["v"]
    units = [[float(i == j) for j in range(3)] for i in range(3)]
    products = [function.hvp({"v": v}, {"v": unit})["v"] for unit in units]
    for got in (found, products, gradcli.hess(text, v=v).to_dict()["hessian"]):
        for row, expected in zip(got, exact, strict=True):
            assert [*row] == pytest.approx(expected, rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("factor", ["", "3*"])
def test_one_share_of_many_is_more_than_half(factor):
    names = [f"x{place}" for place in range(MOST + 5)]
    point = {name: 50.0 if name == "x0" else 0.1 for name in names}
    text = f"{factor}logsumexp({', '.join(names)})"
    function = gradcli.function(text)
    unit = {name: float(name == "x0") for name in names}
    one = (3 if factor else 1) * float(mp.exp(mpf(0.1) - 50))
    exact = [one * len(names[1:]), *[-one] * len(names[1:])]
    products = function.hvp(point, unit)
    for row in (
        [function.hessian(**point)["x0"][name] for name in names],
        [products[name] for name in names],
        gradcli.hess(text, **point).to_dict()["hessian"][0],
        [row[0] for row in gradcli.hess(text, **point).to_dict()["hessian"]],
    ):
        assert row == pytest.approx(exact, rel=1e-14, abs=0)


@pytest.mark.parametrize("count", [MOST, MOST + 1])
def test_shares_of_many_numbers_have_the_derivatives_that_shares_of_few_have(count):
    names = [f"x{place}" for place in range(count)]
    point = {name: 0.3 * place for place, name in enumerate(names)}
    for text in (f"norm({', '.join(names)})", f"logsumexp({', '.join(names)})"):
        few = gradcli.hess(f"x0 + {text}", **point).to_dict()["hessian"]
        many = gradcli.function(text).hessian(**point)
        for row, name in zip(few, names, strict=True):
            assert row == pytest.approx([many[name][other] for other in names], rel=1e-13)


@pytest.mark.parametrize("at", [0.0, 1.0, 3.7, 100.1, 710.3, 1000.0, 12345.6, 1e7])
def test_two_shares_that_are_half_each_are_not_both_most_of_the_whole(at):
    """Of shares both of which are rounded to more than a half nothing would be left."""
    slack = 1e-9 * max(1, at)  # what the rounding of the exponent makes of the shares
    few = gradcli.function("logsumexp(v)", shapes={"v": 2}).hessian(v=[at, at])["v"]["v"]
    assert few[0][0] == pytest.approx(0.25, rel=slack)
    names = [f"x{place}" for place in range(MOST + 3)]
    many = gradcli.function(f"logsumexp({', '.join(names)})")
    values = dict.fromkeys(names, at - 1e3) | {"x0": at, "x1": at}
    assert many.hvp(values, dict.fromkeys(names, 0.0) | {"x0": 1.0})["x0"] == pytest.approx(
        0.25, rel=slack
    )
    space = ready_array_code("logsumexp(v)", {"v": [at, at]}, target="numpy")
    assert space["out_hess"]([at, at])[2][0][0] == pytest.approx(0.25, rel=slack)
    unit = gradcli.function("norm(v)", shapes={"v": 2}).hessian(v=[at + 1, at + 1])["v"]["v"]
    assert unit[0][0] == pytest.approx(0.5 / (2**0.5 * (at + 1)), rel=1e-14)
