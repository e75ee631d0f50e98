"""`gradcli code`: every node is gradcli's to two units in the last place, in every target."""

from __future__ import annotations

import math
import random

import pytest
from code_cases import LANGUAGES, MORE_PROGRAMS, PROGRAMS, RUN
from running_targets import program_of, runs, values

from gradcli import UsageError
from gradcli.engine.lowering import Part, lowered
from gradcli.engine.scalar import operation

ULP = 2

OF_A_PART_OF_1 = (
    *("gamma", "lgamma", "digamma", "gamma_sum", "lgamma_sum", "digamma_sum"),
    *("polygamma", "polygamma_sum", "polygamma_rise", "log_normal_cdf", "erfcx"),
    *("beta", "beta_slope_x", "beta_slope_y", "sinc_derivative"),
    *("sinc_derivative_of_product", "erf", "erfc", "normal_cdf", "gelu"),
    *("erfinv", "erfcinv", "normal_quantile", "exp_square_of_erfinv", "exp_square_of_erfcinv"),
    *("normal_pdf_of_quantile", "gegenbauer", "laguerre", "hermite", "chebyshevt"),
    *("binomial", "binomial_slope_n", "permutations", "permutations_slope_n"),
)
"""What has zeros, or parts that cancel, and is a formula of its own or of the library there."""

LOOSE = {
    ("*", "logsumexp_from"): "where its terms cancel, the result is right to 1e-16 only",
    ("numpy", "csch"): "its exponentials are off by a unit where those of C are not",
    ("torch", "csch"): "likewise",
    ("torch", "erfcx_derivative"): "PyTorch's exponentials, in a difference",
    ("jax", "erfcx_derivative"): "XLA's exponentials, in a difference",
    ("jax", "polylog"): "the host is given another last digit of tanh than is handed back",
    ("numpy", "tanh"): "NumPy's expm1 on vectors",
    ("jax", "tanh"): "XLA's exponentials, which are off by up to a unit, and more beyond 100",
    ("jax", "sinh"): "likewise",
    ("jax", "csch"): "likewise",
    ("jax", "acosh"): "likewise",
    ("jax", "exp_share"): "likewise",
    ("jax", "normal_pdf"): "likewise",
    ("jax", "gaussian"): "likewise",
    **{
        ("js", op): "V8's exponentials and waves, others by a unit, in sums of which little is left"
        for op in (
            *("lgamma", "digamma", "beta", "beta_slope_x", "beta_slope_y", "polygamma"),
            *("lgamma_sum", "digamma_sum", "gamma_sum", "polygamma_sum", "polygamma_rise"),
            *("binomial", "binomial_slope_n", "binomial_slope_k", "zeta", "zeta_derivative"),
            *("dawson_derivative", "lambertw", "lambertw_slope", "sinc_derivative", "erfcx"),
            *("log_normal_cdf", "sinc_derivative_of_product", "sinc_of_product", "gelu"),
            *("double_factorial", "normal_pdf_of_quantile", "Ei", "E1", "li", "Ci"),
            *("polylog", "polylog_slope"),
        )
    },
    ("c", "sinc_derivative_of_product"): "its series, of which little is left at a zero",
    **{
        (target, op): "a formula of its own, or the library's: parts of 1 count"
        for target in ("sql", "polars", "torch", "jax")
        for op in OF_A_PART_OF_1
    },
    ("numpy", "sinc_derivative_of_product"): "likewise",
    ("python", "sinc_derivative_of_product"): "likewise",
}
"""Where a node may be off by more than 2 units in the last place of gradcli's, and why."""

AT_MOST = 1e-9
"""No number is off by more than that share of 1 or of its size, but where XLA loses it."""


def ulps(found: float, wanted: float) -> float:
    if found == wanted or (math.isnan(found) and math.isnan(wanted)):
        return 0.0
    return abs(found - wanted) / math.ulp(wanted)


def columns(count: int, points: int) -> list[list[float]]:
    draw = random.Random(1)  # noqa: S311  (no secrets)
    ranges = [(0, 1), (-1, 1), (-5, 5), (0.5, 20), (-40, 40)]
    rows = [
        [draw.uniform(low, high) for _ in range(count)]
        for low, high in [draw.choice(ranges) for _ in range(points)]
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def off(source: str, target: str, points: int | list, folder, by: str | None = None) -> list[tuple]:
    """The nodes that are not what gradcli makes of the same arguments, to 2 ulp."""
    program, nodes = program_of(source, target)
    if not (nodes and program.inputs):
        return []
    count = len(program.inputs)
    given = columns(count, points) if isinstance(points, int) else points
    rows = values(program, given, folder, by)
    found = []
    for point, row in zip(zip(*given, strict=True), rows, strict=True):
        if row is None:
            continue
        known = dict(zip([*program.inputs, *nodes], [*point, *row], strict=True))

        def value(node, known=known):
            if isinstance(node, Part):
                return operation(node.op)(*map(value, node.args))
            return node.value if node.is_const else known[node]

        for node, number in zip(nodes, row, strict=True):
            op, args = lowered(node)
            numbers = [*map(value, args)]
            if not all(map(math.isfinite, numbers)):
                continue
            wanted = float(operation(op)(*numbers))
            if not 1e-300 < abs(wanted) < 1e300:
                continue
            loose = {(target, op), ("*", op)} & {*LOOSE}
            near = abs(number - wanted) <= AT_MOST * max(1.0, abs(wanted))
            # A part is computed in the code, too, and off by as much.
            room = ULP * (1 + sum(isinstance(arg, Part) for arg in args))
            if not (near if loose else ulps(number, wanted) <= room):
                found.append((op, numbers, number, wanted))
    return found


@pytest.mark.parametrize("target", RUN)
def test_every_node_is_gradclis_to_two_units(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    for source in PROGRAMS:
        assert not off(source, target, 40, tmp_path)


NASTY = {
    "tanh(x)": [0.23435719388275605, 0.23239316010039723, 0.2344],
    "sigmoid(x)": [-40.0, 40.0, -745.0, 1e-17],
    "softplus(x)": [-40.0, 40.0, -745.0, 800.0],
    "log1p(x)": [1e-17, -1e-9, 1e-5],
    "expm1(x)": [1e-17, -1e-9, 1e-5, 0.5],
    "log(1 + exp(x))": [-40.0, 40.0, -700.0, 800.0],
    "logsumexp(x, 1, -x)": [-40.0, 700.0, 1e-9],
    "sqrt(x^2 + 1) - 1": [1e-9, 1e-4, 300.0],
    "root(x, 5) + elu(x) + leaky_relu(x)": [2.0, 0.001, 40.0],
}
"""Where accurate forms matter, a library is off by 3 units, or functions have defaults."""


@pytest.mark.parametrize("target", RUN)
def test_accurate_forms_keep_their_digits(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    for source, points in NASTY.items():
        assert not off(source, target, [points], tmp_path), source


@pytest.mark.slow
@pytest.mark.parametrize("target", LANGUAGES)
def test_every_node_of_many_programs_is_gradclis_at_a_thousand_points(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    done = 0
    for source in MORE_PROGRAMS:
        try:
            assert not off(source, target, 1000, tmp_path), source
        except UsageError:
            continue
        done += 1
    assert done > 25


@pytest.mark.slow
def test_every_node_of_many_programs_is_gradclis_in_duckdb(tmp_path):
    pytest.importorskip("duckdb")
    done = 0
    for source in MORE_PROGRAMS:
        try:
            assert not off(source, "sql", 1000, tmp_path, "duckdb"), source
        except UsageError:
            continue
        done += 1
    assert done > 25


@pytest.mark.parametrize("target", RUN)
def test_a_sigmoid_at_40_keeps_its_digits(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    program, nodes = program_of("sigmoid(x)", target)
    (row,) = values(program, [[40.0]], tmp_path)
    assert ulps(row[-1], 4.248354255291589e-18) <= 3  # s(1 - s), where 1 - s as it stands is 0
    assert nodes


@pytest.mark.parametrize("target", RUN)
@pytest.mark.parametrize(
    ("source", "point", "exact"),
    [
        ("root(x, 5)", [1024.0], 4.0),
        ("root(x, 5)", [-16807.0], -7.0),
        ("root(x, 34)", [float(192**34)], 192.0),
        ("cot(x*deg)", [45.0], 1.0),
        ("cot(x*deg)", [135.0], -1.0),
        ("tan(x*deg)", [-45.0], -1.0),
    ],
)
def test_what_is_exact_here_is_exact_there(source, point, exact, target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    program, nodes = program_of(source, target)
    (row,) = values(program, [[each] for each in point], tmp_path)
    assert row[nodes.index(program.solution.model.output)] == exact
