"""`gradcli code`: losses for LightGBM and XGBoost."""

from __future__ import annotations

import numpy as np
import pytest

import gradcli
from gradcli import GradcliError
from gradcli.views.code.wanted import BOOSTING


@pytest.mark.parametrize(
    ("source", "both"),
    [
        ("softplus(z) - t*z", "z, t"),
        ("(y - t)^2", "y, t"),
        ("(pred - y)^2", "pred, y"),
        ("(label - y_hat)^2", "y_hat, label"),
        ("-t*log(p)", "p, t"),
    ],
)
def test_names_say_what_is_predicted(source, both):
    for target in BOOSTING:
        given = ", ".join(f"{name}: ArrayLike" for name in both.split(", "))
        assert f"def out_grad({given})" in gradcli.code(source, target=target)


@pytest.mark.parametrize(
    ("source", "more", "message"),
    [
        ("(u - v)^2", {}, "do not say which is predicted"),
        ("(z - t)^2 + k", {}, "k of the loss has no value"),
        ("(u - v)^2", {"prediction": "w", "label": "v"}, "there is no input 'w'"),
        ("(u - v)^2", {"prediction": "u", "label": "u"}, "do not say which"),
        ("(z - t)^2", {"hess": True}, "has gradient and Hessian anyway"),
        ("z^2", {}, "do not say which"),
    ],
)
def test_what_is_no_loss_is_refused_with_a_way_out(source, more, message):
    with pytest.raises(GradcliError, match=message) as refused:
        gradcli.code(source, target="xgboost", **more)
    assert refused.value.hint


def data():
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(300, 3))
    return rows, (rows[:, 0] + rows[:, 1] > 0).astype(float)


def loss_of(target: str) -> dict:
    space: dict = {"__name__": "loss"}
    exec(gradcli.code("softplus(z) - t*z", target=target), space)  # noqa: S102  (what is tested)
    return space


@pytest.mark.slow
def test_lightgbm_learns_as_with_its_own_loss():
    lightgbm = pytest.importorskip("lightgbm")
    rows, labels = data()
    own = loss_of("lightgbm")
    common = {"verbose": -1, "boost_from_average": False, "num_threads": 1}
    ours = lightgbm.train(
        {**common, "objective": own["objective"]}, lightgbm.Dataset(rows, labels), 20
    )
    theirs = lightgbm.train({**common, "objective": "binary"}, lightgbm.Dataset(rows, labels), 20)
    raw = theirs.predict(rows, raw_score=True)
    assert np.corrcoef(ours.predict(rows), raw)[0, 1] > 0.99


@pytest.mark.slow
def test_xgboost_learns_as_with_its_own_loss():
    xgboost = pytest.importorskip("xgboost")
    rows, labels = data()
    own, table = loss_of("xgboost"), xgboost.DMatrix(rows, labels)
    ours = xgboost.train({"base_score": 0.0, "nthread": 1}, table, 20, obj=own["objective"])
    settings = {"objective": "binary:logistic", "base_score": 0.5, "nthread": 1}
    raw = xgboost.train(settings, table, 20).predict(table, output_margin=True)
    assert np.allclose(ours.predict(table), raw, atol=1e-3)


def test_weights_of_rows_are_in_gradient_and_hessian():
    for target in BOOSTING:
        slope = loss_of(target)["sklearn_objective"]
        plain = slope(np.array([1.0, 0.0]), np.array([0.5, 2.0]))
        twice = slope(np.array([1.0, 0.0]), np.array([0.5, 2.0]), np.array([2.0, 3.0]))
        assert np.allclose(np.array(plain) * [2.0, 3.0], twice)
