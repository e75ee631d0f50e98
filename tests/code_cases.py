"""What tests of `gradcli code` share: targets, programs, and how the test in a file is run."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
from running_targets import STRICT

from gradcli.views.code.wanted import BOOSTING, TARGETS

LANGUAGES = [target for target in TARGETS if target not in BOOSTING]

HEAVY = {"torch", "jax", "xgboost"}

RUN = [
    pytest.param(target, marks=pytest.mark.slow) if target in HEAVY else target
    for target in LANGUAGES
]
"""Those that are run: what takes long to load where much time is."""

PROGRAMS = [
    "J(a,b,c) = 3(a+b*c)",
    "h=tanh(w*x); J=(h-y)^2",
    "softplus(z)-t*z",
    "exp(a)/(exp(a)+exp(b))",
    "where(x>0 and y>0, log(x)*y, x^2)",
    "max(a,b,c)*min(x,y)",
]
"""What is run each time."""

MORE_PROGRAMS = [
    *PROGRAMS,
    "sigmoid(x)*y",
    "x^y",
    "x^2.5*exp(a-b)",
    "log(1+exp(-y*x))",
    "logsumexp(a,b,c)",
    "abs(x)*sign(y)",
    "relu(x)+elu(x)+selu(x)+silu(x)",
    "gelu(x)",
    "hypot(x,y)",
    "norm(x,y,z)",
    "sin(pi*x)+cos(2*pi*x/3)+tan(deg*x)",
    "cbrt(x)+root(x,5)",
    "atan2(y,x)",
    "mod(x,y)",
    "rem(x,y)",
    "round(x)*floor(y)*ceil(x)+trunc(y)",
    "erf(x)+erfc(x)+normal_cdf(x)*normal_pdf(y)",
    "asinh(x)+acosh(1+x^2)+atanh(tanh(x))",
    "xlogy(x^2,y^2)",
    "sqrt(x) if x > 0 else -x",
    "exp2(x)+exp10(x)+log2(x^2+1)+log10(x^2+1)+log1p(x^2)+expm1(x)",
    "sec(x)+csc(x)+cot(x)+sech(x)+csch(x)+coth(x)",
    "asec(2+x^2)+acsc(2+x^2)+acot(x)+acsch(x)+acoth(2+x^2)+asech(sigmoid(x))",
    "logit(sigmoid(x))",
    "sinc(x)",
    "gamma(x^2+1)+lgamma(x^2+1)",
    "digamma(x^2+1)",
    "gamma(x)",
    "lgamma(x+y)*gamma(x+1)+beta(x^2+1,y)",
    "lgamma(x) + digamma(y)",
    "trigamma(x) + polygamma(2, y) + polygamma(4, x)",
    "erfcx(x) + log_normal_cdf(y)",
    "sinc_derivative(1, x) + sinc_derivative(2, y)",
    "sinc(x)^2 + sinc(pi*y)",
    "beta(x, y)",
    "binomial(n,k)",
    "binomial(n,3)*permutations(n,2)",
    "legendre(5,x)+chebyshevt(4,y)+hermite(3,x)*laguerre(4,1/2,y)",
    "legendre(-3,x)+chebyshevu(-4,y)*gegenbauer(-6,2,x)+chebyshevt(60,tanh(y))",
    "normal_quantile(sigmoid(x))+erfcinv(1+tanh(y))",
    "Ei(x)+E1(y)+Si(x)*Ci(y^2)+li(y^2)",
    "double_factorial(n)",
    "besselj(0,x)*bessely(1,y^2)+besseli(2,x/5)*besselk(1,y^2)",
    "gammainc(2,x^2)+betainc(2,3,sigmoid(y))",
    "airyai(x/4)+fresnels(y)+ellipk(sigmoid(x))",
    "polylog(2,tanh(x))",
    "beta(x^2+1,y^2+1)",
    "zeta(x^2+2)",
    "lambertw(x^2)",
    "erfinv(tanh(x))",
    "sinh(x)*cosh(y)",
    "erfi(x)+dawson(y)+erfcx(x)",
    "hinge(y,t)+huber(y,t)",
    "x",
    "2",
]

SECOND = [
    ("prod(x)*sum(x) + prod(prod(A; 1))", {"x": [0, 2, 3], "A": [[1, 2], [3, 5]]}),
    ("sum(cofactors(A)*B)", {"A": np.eye(4) + 0.25, "B": [[1, 2, 3, 4]] * 4}),
    ("s*sum(exp(W@x)) + x'@x*t", {"W": [[1, 2], [3, 4]], "x": [0.5, -1], "s": 2, "t": 3}),
    ("sum(v*put) + sum(u*along)", {each: [1, 2] for each in ("v", "put", "u", "along")}),
]
"""What has second derivatives of its own: products, cofactors, numbers beside arrays; names."""


def run_test(text: str, target: str, folder) -> tuple[bool, str]:
    """Whether the test in a file passes, run with the target alone, and what it says."""
    if target == "sql":
        query = "WITH" + text.rpartition("\nWITH")[2]
        with closing(sqlite3.connect(":memory:")) as base:
            rows = base.execute(query).fetchall()
        return all(row == ("agrees",) for row in rows), str(rows)
    form = TARGETS[target]
    file = folder / f"code{form.ending}"
    file.write_text(text + "\n", encoding="utf-8")
    if target == "c":
        program = folder / "code"
        subprocess.run(["cc", *STRICT, file, "-o", program, "-lm"], check=True)  # noqa: S607
        words = [program]
    else:
        words = ["node", file] if target == "js" else [sys.executable, "-W", "error", file]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder)
    return done.returncode == 0, done.stdout + done.stderr


STARTED = ("c", "js")
"""Targets whose code is a program that is started; all other is run here."""


def run_here(text: str, target: str, folder) -> tuple[bool, str]:
    """The same without a new process, if the target is Python; of a loss all that it has."""
    if TARGETS[target].ending != ".py":
        return run_test(text, target, folder)
    space: dict = {"__name__": "code"}
    try:
        exec(compile(text, target, "exec"), space)  # noqa: S102  (what is tested)
        space["test"]()
        if target in BOOSTING:
            check_loss(space, re.sub(r"\n# ", " ", text.partition("\n#\n")[0]))
    except Exception as error:  # noqa: BLE001  (whatever it is, the code is wrong)
        return False, repr(error)
    return True, ""


class Rows:
    """Rows of data as boosters hand them over."""

    def get_label(self):
        return np.array([1.0, 0.0, 1.0])

    def get_weight(self):
        return np.array([1.0, 2.0, 0.5])


def check_loss(space: dict, title: str) -> None:
    """The functions for a booster agree, and the metric has the name of the program's output."""
    rows, at = Rows(), np.array([0.25, -0.5, 1.0])
    slopes = space["objective"](at, rows)
    of_learn = space["sklearn_objective"](rows.get_label(), at, rows.get_weight())
    assert np.array_equal(slopes, of_learn)
    called, mean, *_ = space["metric"](at, rows)
    assert np.isfinite(mean)
    assert f" {called} = " in title
