"""Machine code for one point: whatever comes in and wherever it goes, numbers are those of `at`."""

from __future__ import annotations

import pickle
import threading
import warnings
from array import array

import numpy as np
import pytest
from test_engines import compare, of_text

import gradcli
from gradcli import DerivativeWarning, GradcliError
from gradcli.engine import native
from gradcli.engine.printers import llvm_point

pytestmark = pytest.mark.skipif(not native.is_there(), reason="llvmlite is not installed")

COUNT = 30

TEXT = " + ".join(
    f"100*(x{k + 1} - x{k}^2)^2 + exp(-x{k}^2)*sin(x{k + 1})" for k in range(1, COUNT)
)


@pytest.fixture(scope="module")
def f() -> gradcli.Function:
    return gradcli.function(TEXT)


@pytest.fixture(scope="module")
def fast(f: gradcli.Function):
    made = f.compile(engine="fast")
    assert made._machine is not None
    return made


POINT = np.random.default_rng(4).normal(size=COUNT)


def test_arrays_lists_and_places(f: gradcli.Function, fast) -> None:
    expected = f.compile(engine="source").at(POINT)
    for point in (POINT, POINT.tolist(), tuple(POINT.tolist()), array("d", POINT)):
        out = np.zeros(COUNT + 1)
        assert fast.at(point, out) is out
        np.testing.assert_allclose(out, expected, rtol=1e-13)
        found = fast.at(point)
        assert isinstance(found, np.ndarray if point is POINT else list)
        np.testing.assert_allclose(found, expected, rtol=1e-13)


def arrays(point: np.ndarray) -> dict[str, np.ndarray]:
    """The same numbers, or nearly, as arrays that machine code does not take as they are."""
    apart = np.zeros(2 * len(point))
    apart[::2] = point
    shifted = np.zeros(8 * len(point) + 1, dtype=np.uint8)[1:].view(float)
    shifted[:] = point
    return {
        "apart": apart[::2],
        "not aligned": shifted,
        "other bytes": point.astype(">f8"),
        "read only": np.frombuffer(point.tobytes()),
        "whole": np.round(point).astype(int),
        "short floats": point.astype(np.float32),
        "objects": point.astype(object),
    }


@pytest.mark.parametrize("kind", arrays(POINT))
def test_other_arrays_are_taken_as_well(f: gradcli.Function, fast, kind: str) -> None:
    point = arrays(POINT)[kind]
    expected = f.compile(engine="source").at(point.tolist())
    np.testing.assert_allclose(fast.at(point), expected, rtol=1e-13)


PLACES = {
    "list": lambda: [0.0] * (COUNT + 1),
    "apart": lambda: np.zeros(2 * COUNT + 2)[::2],
    "short floats": lambda: np.zeros(COUNT + 1, dtype=np.float32),
    "array of Python": lambda: array("d", bytes(8 * (COUNT + 1))),
}


@pytest.mark.parametrize("kind", PLACES)
def test_other_places_are_filled_as_well(fast, kind: str) -> None:
    out = PLACES[kind]()
    assert fast.at(POINT, out) is out
    np.testing.assert_allclose([*out], fast.at(POINT), rtol=1e-6)


def test_a_place_may_be_where_the_point_is(fast) -> None:
    expected = fast.at(POINT)
    for first in (0, 1):
        memory = np.zeros(COUNT + 2)
        point = memory[first : first + COUNT]
        point[:] = POINT
        out = memory[: COUNT + 1]
        assert fast.at(point, out) is out
        np.testing.assert_allclose(out, expected, rtol=1e-13)


@pytest.mark.parametrize(
    "point",
    [POINT[:-1], np.append(POINT, 1.0), POINT[:, None], np.array(["x"] * COUNT), [1.0], 5.0, "x"],
    ids=["short", "long", "two axes", "texts", "list", "number", "text"],
)
def test_what_is_no_point_is_refused(fast, point: object) -> None:
    with pytest.raises((GradcliError, TypeError, ValueError)):
        fast.at(point)


def test_a_place_of_another_length_is_refused_or_written_as_python_does(fast) -> None:
    with pytest.raises(ValueError, match="broadcast"):
        fast.at(POINT, np.zeros(COUNT))
    with pytest.raises(ValueError, match="read-only"):
        fast.at(POINT, np.frombuffer(bytes(8 * (COUNT + 1))))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e200, 1e-300])
def test_what_plain_floats_do_not_do_is_left_to_the_interpreter(
    f: gradcli.Function, fast, value: float
) -> None:
    point = POINT.copy()
    point[3] = value
    with warnings.catch_warnings(record=True, action="always") as expected:
        numbers = [f(*point), *f.grad(*point).values()]
    with warnings.catch_warnings(record=True, action="always") as caught:
        found = fast.at(point)
    np.testing.assert_allclose(found, numbers, rtol=1e-12)
    kinds = [each.category for each in caught]
    assert kinds == [DerivativeWarning] * bool(expected)


def test_kinks_are_told() -> None:
    text = TEXT + " + abs(x1)"
    point = POINT.copy()
    fast = gradcli.function(text).compile(engine="fast")
    fast.at(point)
    point[fast.inputs.index("x1")] = 0.0
    with pytest.warns(DerivativeWarning):
        fast.at(point)


@pytest.mark.parametrize("chunk", [1, 7, 100])
@pytest.mark.parametrize("long", [0, 10**9])
@pytest.mark.parametrize("stack", [0, 10**9])
def test_chunks_of_any_size_give_the_same(monkeypatch, chunk: int, long: int, stack: int) -> None:
    """With Python's lock or without, and with memory of either kind."""
    monkeypatch.setattr(llvm_point, "CHUNK", chunk)
    monkeypatch.setattr(llvm_point, "OF_A_MODULE", 5)
    monkeypatch.setattr(llvm_point, "LONG", long)
    monkeypatch.setattr(llvm_point, "ON_STACK", stack)
    each = of_text("tanh(a*b + c)*exp(-a^2) + sigmoid(b*c)*log(1 + c^2) + a")
    assert each is not None
    runner = each.runner()
    for point in ([0.5, -1.5, 2.0], [1.0, 2.0, 3.0], [-0.1, 0.2, 0.7]):
        assert compare(runner, runner.point().numbers, point)


def test_several_threads_may_call_it(fast) -> None:
    expected, found = fast.at(POINT).tolist(), []

    def work() -> None:
        found.extend(fast.at(POINT).tolist() for _ in range(300))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [expected] * 1200


def test_it_is_pickled_as_a_program(fast) -> None:
    again = pickle.loads(pickle.dumps(fast))  # noqa: S301  (written a moment ago)
    assert again.engine == "fast"
    assert again.at(POINT).tolist() == fast.at(POINT).tolist()


def test_short_programs_and_other_functions_are_left_as_they_are() -> None:
    assert gradcli.function("x*y").compile(engine="fast")._machine is None
    special = gradcli.function(TEXT + " + gamma(x1)").compile(engine="fast")
    assert special._machine is None
    point = abs(POINT)
    expected = special.value_and_grad(*point.tolist())
    np.testing.assert_allclose(special.at(point), [expected[0], *expected[1].values()], rtol=1e-12)
