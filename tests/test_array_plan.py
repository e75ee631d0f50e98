"""Plans of arrays against the same nodes one after another, and whose memory values are in."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import hvp
from gradcli.engine.array_plan import Plan
from gradcli.engine.arrays import evaluate
from gradcli.engine.chains import chain
from gradcli.engine.contractions import contraction, summed_contraction, summed_product
from gradcli.evaluation.solve import arrays_of, read_model
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import Form, TooLargeError
from tests.random_arrays import Maker
from tests.test_arrays import point_of

nan, inf = math.nan, math.inf


def assert_alike(found: Any, expected: Any, about: object) -> None:
    """NaN where and only where it is expected, and else the same to a few units of the greatest."""
    expected = np.asarray(expected)
    ordinary = np.isfinite(expected)
    scale = 1 + np.max(np.abs(expected[ordinary]), initial=0.0)
    np.testing.assert_allclose(
        found, expected, rtol=1e-13, atol=1e-14 * scale, equal_nan=True, err_msg=str(about)
    )


def assert_own(values: Sequence[Any], given: Sequence[Any]) -> None:
    """No array shares its memory with another, or with what was given, and may be written to."""
    arrays = [value for value in values if np.ndim(value)]
    others = [value for value in given if np.ndim(value)]
    for place, one in enumerate(arrays):
        assert one.flags.writeable
        assert one.dtype == float
        for other in (*arrays[:place], *others):
            assert not np.shares_memory(one, other)


def check(graph: Graph, outputs: Sequence[Node], inputs: Sequence[Node], point: list[Any]) -> None:
    """A plan against its nodes one by one."""
    before = [np.array(value) for value in point]
    plan = Plan(graph, inputs, outputs)
    found = plan.run(point)
    for one, other in zip(before, point, strict=True):
        np.testing.assert_array_equal(one, other)
    assert_own(found, point)
    for node, expected in zip(outputs, evaluate(outputs, inputs, point), strict=True):
        value = found[plan.slots[node]]
        assert np.shape(value) == node.shape
        assert node.shape or type(value) is float
        assert_alike(value, expected, node)


def is_tied(
    outputs: Sequence[Node], inputs: Sequence[Node], point: list[Any], graph: Graph
) -> bool:
    """Whether a comparison is decided by rounding: then values differ by more than that."""
    compared = [
        node.args for node in graph.ancestors(outputs)
        if node.op in {"lt", "ge"} and node.args[0] is not node.args[1]
    ]  # fmt: skip
    for pair in compared:
        a, b = map(np.asarray, evaluate(pair, inputs, point))
        if np.isclose(a, b, rtol=1e-12, atol=1e-12).any():
            return True
    return False


def everything(maker: Maker) -> tuple[list[Node], list[Node], list[Any]]:
    """Value, gradient, second derivative and steps of a random program; its inputs at a point."""
    graph, inputs, output = maker.graph, maker.inputs, maker.output
    vectors = [graph.input(f"t{each}", node.form) for each, node in enumerate(inputs)]
    outputs = [
        output,
        *gradient(graph, output, inputs),
        *hvp(graph, output, dict(zip(inputs, vectors, strict=True))),
    ]
    steps = [node for node in graph.ancestors(outputs) if not node.is_const]
    point = point_of(maker)
    along = [np.cos(np.asarray(value) * 3.0) if np.ndim(value) else 0.7 for value in point]
    return [*outputs, *steps[::3]], [*inputs, *vectors], [*point, *along]


@pytest.mark.parametrize("seeds", [range(first, first + 25) for first in range(0, 75, 25)])
def test_a_plan_gives_what_its_nodes_give_one_by_one(seeds: range) -> None:
    for seed in seeds:
        maker = Maker(seed)
        outputs, inputs, point = everything(maker)
        if not is_tied(outputs, inputs, point, maker.graph):
            check(maker.graph, outputs, inputs, point)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(first, first + 250) for first in range(1000, 4000, 250)])
def test_a_plan_gives_what_its_nodes_give_one_by_one_in_thousands(seeds: range) -> None:
    for seed in seeds:
        maker = Maker(seed, operations=14)
        outputs, inputs, point = everything(maker)
        if not is_tied(outputs, inputs, point, maker.graph):
            check(maker.graph, outputs, inputs, point)


def test_numbers_that_are_not_finite_go_the_same_way() -> None:
    for seed in range(60):
        maker = Maker(seed)
        outputs, inputs, point = everything(maker)
        edges = itertools.cycle([nan, inf, 0.5, -inf, 0.0, -0.0, 1e300, 5e-324])
        odd = [
            np.array([next(edges) for _ in range(node.form.size)]).reshape(node.shape)
            if node.shape else next(edges)
            for node in inputs
        ]  # fmt: skip
        plan = Plan(maker.graph, inputs, outputs)
        found = plan.run(odd)
        expected = evaluate(outputs, inputs, odd)
        values = [found[plan.slots[node]] for node in outputs]
        for node, one, other in zip(outputs, values, expected, strict=True):
            assert_alike(one, other, (seed, node))
        assert point is not odd


def small_shapes() -> Iterator[tuple[int, ...]]:
    """Shapes that are stretched to (2, 3): with axes missing, of length 1, and whole."""
    yield from [(), (1,), (3,), (1, 1), (1, 3), (2, 1), (2, 3)]


def test_sums_of_products_of_all_shapes() -> None:
    numbers = np.random.default_rng(5)
    found = 0
    for one, other in itertools.product(small_shapes(), repeat=2):
        a, b = numbers.normal(size=one), numbers.normal(size=other)
        products = a * b
        for to in [(), (1,), (3,), (1, 1), (1, 3), (2, 1)]:
            whole = products.shape
            is_part = len(to) <= len(whole) and all(
                length in {1, own} for length, own in zip(to[::-1], whole[::-1], strict=False)
            )
            function = summed_product(one, other, whole, to, 1000) if is_part else None
            if function is None:
                continue
            axes = tuple(
                axis for axis in range(len(whole))
                if axis < len(whole) - len(to) or to[axis - len(whole)] == 1
            )  # fmt: skip
            expected = products.sum(axis=axes).reshape(to)
            assert_alike(np.reshape(function(a, b), to), expected, (one, other, to))
            found += 1
    assert found > 20


def test_contractions_of_all_labels() -> None:
    numbers = np.random.default_rng(6)
    lengths = {"a": 2, "b": 3, "c": 1, "d": 4}
    labels = ["".join(each) for count in range(4) for each in itertools.permutations("abcd", count)]
    for of_a, of_b in itertools.product(labels[::2], labels[1::3]):
        alone = "".join(sorted({*of_a} ^ {*of_b}))
        shared = "".join(sorted({*of_a} & {*of_b}))
        for kept in {shared[:1], "", shared}:
            result = (kept + alone)[::-1]
            a = numbers.normal(size=[lengths[each] for each in of_a])
            b = numbers.normal(size=[lengths[each] for each in of_b])
            expected = np.einsum(f"{of_a},{of_b}->{result}", a, b)
            assert_alike(contraction(of_a, of_b, result)(a, b), expected, (of_a, of_b, result))


def test_sums_of_contractions_sum_before_they_multiply() -> None:
    numbers = np.random.default_rng(8)
    for labels in itertools.product(
        ["abc", "cab", "b"], ["cdb", "bd"], ["acd", "da", "bda", "dbca"]
    ):
        of_a, of_b, result = labels
        if not ({*of_a} ^ {*of_b} <= {*result} <= {*of_a} | {*of_b}):
            continue
        lengths = dict(zip("abcd", (2, 3, 4, 5), strict=True))
        a = numbers.normal(size=[lengths[each] for each in of_a])
        b = numbers.normal(size=[lengths[each] for each in of_b])
        whole = np.einsum(f"{of_a},{of_b}->{result}", a, b)
        for count in range(whole.ndim + 1):
            for axes in itertools.combinations(range(whole.ndim), count):
                to = tuple(1 if axis in axes else each for axis, each in enumerate(whole.shape))
                for kept in (to, whole.shape[count:] if axes == tuple(range(count)) else to):
                    function = summed_contraction(labels, whole.shape, kept)
                    assert (function is None) == (not axes)
                    if function is not None:
                        expected = whole.sum(axis=axes).reshape(kept)
                        assert_alike(function(a, b), expected, (labels, axes))


CHAIN_PROGRAMS = {
    "x'@(A@B@C@D)@y": True,
    "A@B@C@D@y": True,
    "(A@B)@(C@(D@D'))": True,
    "((B'@A')'@C@D)'": False,
    "(x'@A@B@C)@(D@D'@(D@y))": True,
    "(A@B@(C@D))'@x": False,
    "x'@A@B@(C@D)": False,
}
"""Products, and whether another order is much cheaper."""


@pytest.mark.parametrize("poison", [0.0, inf])
def test_chains_of_products_are_the_same_in_any_order(poison: float) -> None:
    numbers = np.random.default_rng(9)
    shapes = {"A": (60, 50), "B": (50, 2), "C": (2, 40), "D": (40, 30), "x": (60,), "y": (30,)}
    values = {name: numbers.normal(size=shape) for name, shape in shapes.items()}
    values["B"][0, 0] += poison
    for program, is_improved in CHAIN_PROGRAMS.items():
        used = {name: value for name, value in values.items() if name in program}
        model = read_model(program, used, arrays=arrays_of(used))
        uses = Counter(arg for node in model.graph.nodes for arg in node.args)
        uses.update([model.output])
        assert (chain(model.output, uses) is not None) == is_improved, program
        inputs, outputs = [*model.inputs], [model.output]
        if not model.output.shape:
            outputs += gradient(model.graph, model.output, inputs)
        point = [used[node.name] for node in inputs]
        if not poison:
            check(model.graph, outputs, inputs, point)
        plan = Plan(model.graph, inputs, outputs)
        found = plan.run(point)
        with np.errstate(all="ignore"):
            expected = evaluate(outputs, inputs, point)
        for node, other in zip(outputs, expected, strict=True):
            value = found[plan.slots[node]]
            np.testing.assert_array_equal(np.isnan(value), np.isnan(other), err_msg=program)


def long_program() -> tuple[Graph, list[Node], list[Node]]:
    """Chains of long arrays, with choices, stretched rows and columns, and sums."""
    graph = Graph()
    x, row = graph.input("x", Form((700, 60))), graph.input("row", Form((60,)))
    column = graph.input("column", Form((700, 1)))
    u = graph.node("tanh", (graph.node("mul", (x, row)),))
    v = graph.node("add", (graph.node("exp", (graph.node("neg", (u,)),)), column))
    condition = graph.node("lt", (u, graph.const(0.25)))
    w = graph.node("where", (condition, v, graph.node("pow", (u, graph.const(2.0)))))
    total = graph.node("sum_to", (graph.node("mul", (w, v)),), (Form(),))
    output = graph.node("add", (total, graph.node("logsumexp_to", (w,), (Form(),))))
    inputs = [x, row, column]
    return graph, inputs, [output, w, condition, *gradient(graph, output, inputs)]


def long_point(seed: int) -> list[Any]:
    """Values for its inputs."""
    numbers = np.random.default_rng(seed)
    return [numbers.normal(size=shape) for shape in ((700, 60), (60,), (700, 1))]


def test_long_arrays_lend_their_memory() -> None:
    graph, inputs, outputs = long_program()
    check(graph, outputs, inputs, long_point(1))


def test_a_plan_may_be_run_from_several_threads_at_once() -> None:
    graph, inputs, outputs = long_program()
    plan = Plan(graph, inputs, outputs)
    points = [long_point(seed) for seed in range(8)]
    expected = [plan.run(point) for point in points]
    with ThreadPoolExecutor(4) as threads:
        for one, other in zip(threads.map(plan.run, points), expected, strict=True):
            for value, same in zip(one, other, strict=True):
                np.testing.assert_array_equal(value, same)


def test_what_is_given_comes_back_as_a_copy() -> None:
    graph = Graph()
    x = graph.input("x", Form((2, 3)))
    turned = graph.node("transpose", (x,))
    spread = graph.node("spread", (graph.const(1.0),), (Form((2,)),))
    largest = graph.node("max", (turned,))
    part = graph.node("take", (x,), (((0, 1, 2), (0, 1, 2)),))
    flat = graph.node("reshape", (x,), (Form((6,)),))
    check(graph, [x, turned, spread, largest, part, flat], [x], [np.arange(6.0).reshape(2, 3)])


def test_an_array_of_another_shape_is_refused_and_whole_numbers_are_numbers() -> None:
    graph = Graph()
    x = graph.input("x", Form((2,)))
    plan = Plan(graph, [x], [graph.node("div", (x, graph.const(2.0)))])
    assert plan.run([np.array([1, 2])])[0].tolist() == [0.5, 1.0]
    with pytest.raises(ValueError, match="x has the shape"):
        plan.run([np.ones((2, 1))])


def test_numbers_beyond_floats_on_the_way_are_no_zeros() -> None:
    graph = Graph()
    x, a = graph.input("x", Form((2,))), graph.input("a")
    small = graph.node("mul", (a, a))
    ratio = graph.node("div", (graph.node("mul", (small, graph.const(3.0))), small))
    plan = Plan(graph, [x, a], [ratio, graph.node("mul", (x, ratio))])
    value, array = plan.run([np.array([1.0, 2.0]), 1e-200])
    assert value == 3.0
    assert array.tolist() == [3.0, 6.0]


def test_too_large_an_array_is_refused_before_it_is_made() -> None:
    graph = Graph()
    x = graph.input("x", Form((100_000,)))
    with pytest.raises(TooLargeError):
        graph.node("contract", (x, x), ("a", "b", "ab"))


def test_long_chains_take_linear_time() -> None:
    """Nothing is looked at again and again: ten thousand products are planned as they are."""
    graph = Graph()
    node, matrix = graph.input("x", Form((2,))), graph.input("A", Form((2, 2)))
    product = matrix
    for _ in range(10_000):
        product = graph.node("contract", (product, matrix), ("ab", "bc", "ac"))
    whole = graph.node("contract", (product, node), ("ab", "b", "a"))
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    (found,) = Plan(graph, [node, matrix], [whole]).run([np.array([1.0, 2.0]), turn])
    assert found.tolist() == [-2.0, 1.0]
