"""Random tests draw the same examples each time; HYPOTHESIS_PROFILE=explore draws new ones.

A run of everything is spread over all cores; a single file runs in this process, which is quicker
than to start others.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import mpmath
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "same",
    derandomize=True,
    database=None,
    deadline=None,  # no test is timed
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

_USUAL_PRECISION = 53


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """No other processes for the tests of one file; else as many as there are cores."""
    files = {str(argument).partition("::")[0] for argument in config.args}
    return 0 if len(files) == 1 and min(files).endswith(".py") else None


@pytest.fixture(autouse=True)
def _precision_of_references() -> Iterator[None]:
    """Whoever computes in more digits says so where it does: no test may leave them to the others.

    A module that has many such lines computes in a context of its own, ``mpmath.mp.clone()``.
    """
    assert mpmath.mp.prec == _USUAL_PRECISION, "a module left mpmath its precision"
    yield
    left, mpmath.mp.prec = mpmath.mp.prec, _USUAL_PRECISION
    assert left == _USUAL_PRECISION, "this test left mpmath its precision"


def pytest_configure() -> None:
    """The garbage is looked through less often: the tests alone are a million objects."""
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """And what is there once all tests are known is no garbage."""
    gc.freeze()
