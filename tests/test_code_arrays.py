"""`gradcli code`: programs with arrays, and their second derivatives."""

from __future__ import annotations

import re

import numpy as np
import pytest
import test_array_programs
from code_cases import SECOND
from running_targets import runs

import gradcli
from gradcli import GradcliError, UsageError

INDEXED = [
    ("x[k]^2*sum(x)", {"x": [1, 2, 3], "k": 2}),
    ("sum(x[k]*[2, 3])", {"x": [1, 2, 3], "k": [3, 3]}),
    ("sum(W[k,:]*x)", {"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 2, 3], "k": 2}),
    ("sum(onehot(k; 3)*x)", {"x": [1, 2, 3], "k": 2}),
    ("v = W[:,[1,3]]; sum(v*v) + sum(W[2,1..2]*[1,2])", {"W": [[1, 2, 3], [4, 5, 6]]}),
    ("v = W[[2,1,1],[1,3]]; sum(v*v)", {"W": [[1, 2, 3], [4, 5, 6]]}),
    ("v = logsumexp(A; 1); logsumexp(A) + sum(v*v) + norm(A)", {"A": [[1, 2], [3, 5]]}),
    ("sum(sin(pi*x)*x) + sum(x^2.5)", {"x": [0.5, 1.25]}),
    ("sum(conv(A, B)*conv(A, B))", {"A": [[1, 2, 4], [3, 5, 9]], "B": [[1, 2], [3, -1]]}),
    ("sum(sin(window(A; 2, 1)))", {"A": [[1, 2, 4], [3, 5, 9]]}),
    ("det(A)", {"A": [[1, 2, 3], [2, 4, 6], [1, 0, 1]]}),
    ("det(A)^2", {"A": [[2]]}),
]
"""Places, and what gathers several axes."""

NO_CODE = ("the output is an array", "is no finite number")
"""What is refused with arrays, and values at which there is nothing to compare."""


@pytest.mark.parametrize(
    "target", ["numpy", *[pytest.param(each, marks=pytest.mark.slow) for each in ("torch", "jax")]]
)
def test_code_of_arrays_gives_gradclis_numbers(target):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    done, refused = 0, []
    for source, given, *_ in [*test_array_programs.PROGRAMS, *INDEXED]:
        try:
            text = gradcli.code(source, given, target=target, test=True)
        except UsageError as error:
            refused.append(error)
            continue
        space: dict = {"__name__": "code"}
        exec(text, space)  # noqa: S102  (what is tested)
        space["test"]()
        done += 1
    assert done >= 84
    assert all(error.hint for error in refused)
    others = [error for error in refused if not any(word in error.message for word in NO_CODE)]
    assert not others


def ready_array_code(source: str, given: dict, **more) -> dict:
    space: dict = {"__name__": "code"}
    exec(gradcli.code(source, given, hess=True, **more), space)  # noqa: S102  (what is tested)
    return space


@pytest.mark.parametrize(("source", "given"), SECOND)
def test_second_derivatives_of_arrays_are_differences_of_gradients(source, given):
    space = ready_array_code(source, given, target="numpy", test=True)
    space["test"]()
    point = [np.array(each, float) for each in space["KNOWN"][0][0]]
    flat, ends = np.concatenate([*map(np.ravel, point)]), np.cumsum([each.size for each in point])

    def slopes(entries):
        parts = [*map(np.reshape, np.split(entries, ends[:-1]), map(np.shape, point))]
        return np.concatenate([*map(np.ravel, space["out_grad"](*parts)[1].values())])

    step = 1e-5
    wanted = [
        (slopes(flat + step * e) - slopes(flat - step * e)) / step / 2 for e in np.eye(len(flat))
    ]
    _, _, found = space["out_hess"](*point)
    assert np.allclose(found, np.transpose(wanted), rtol=1e-7, atol=1e-6)
    along = [*map(np.ones_like, point)]
    products = space["out_hvp"](*point, *along)[2].values()
    assert np.allclose(np.concatenate([*map(np.ravel, products)]), found @ np.ones(len(flat)))


@pytest.mark.slow
@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_second_derivatives_of_arrays_are_gradclis_numbers(target):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    done, programs = 0, [*test_array_programs.PROGRAMS, *INDEXED, *SECOND]
    for source, given, *_ in programs[:: 5 if target == "jax" else 1]:  # which compiles each
        try:
            space = ready_array_code(source, given, target=target, test=True)
        except GradcliError as error:
            assert any(word in error.message for word in NO_CODE)  # noqa: PT017
            continue
        space["test"]()
        done += 1
    assert done >= (18 if target == "jax" else 90)


@pytest.mark.slow
def test_second_derivatives_of_arrays_are_those_that_jax_finds():
    """JAX differentiates the value that is written for it, at random points without kinks."""
    jax = pytest.importorskip("jax")
    done = 0
    for source, given, *_ in [*test_array_programs.PROGRAMS[::6], *SECOND]:
        try:
            space = ready_array_code(source, given, target="numpy", test=True)
        except UsageError:
            continue
        name = next((each[:-4] for each in space if each.endswith("_hvp")), None)
        if name is None:
            continue
        value = ready_array_code(source, given, target="jax")[name]
        point = [jax.numpy.asarray(each, dtype=float) for each in space["KNOWN"][-1][0]]
        blocks = jax.hessian(value, argnums=tuple(range(len(point))))(*point)
        sizes = [each.size for each in point]
        rows = [
            np.hstack(
                [np.reshape(each, (one, size)) for each, size in zip(row, sizes, strict=True)]
            )
            for row, one in zip(blocks, sizes, strict=True)
        ]
        found = np.asarray(space[f"{name}_hess"](*point)[2])
        assert np.allclose(found, np.vstack(rows), rtol=1e-7, atol=1e-9 * max(1, abs(found).max()))
        done += 1
    assert done >= 15


@pytest.mark.parametrize(
    ("source", "more", "message"),
    [
        (
            "sum(x^2)",
            {"target": "c", "shapes": {"x": 3}},
            "this program has arrays, and C has none",
        ),
        ("sum(x^2)", {"target": "numpy", "shapes": {"x": "n"}}, "the lengths of x are not known"),
        ("x^2 + x", {"target": "numpy", "shapes": {"x": 3}}, "the output is an array"),
        ("sum(x^2)", {"target": "xgboost", "shapes": {"x": 3}}, "this program has arrays"),
    ],
)
def test_arrays_that_have_no_code_are_refused_with_a_way_out(source, more, message):
    with pytest.raises(UsageError, match=re.escape(message)) as refused:
        gradcli.code(source, **more)
    assert refused.value.hint
