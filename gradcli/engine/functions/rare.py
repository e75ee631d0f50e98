"""Functions whose values are SciPy's, which is imported when the first of them is used."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from math import nan
from typing import TYPE_CHECKING, Any

from gradcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = {
    "besselj": "jv",
    "bessely": "yv",
    "besseli": "iv",
    "besselk": "kv",
    "gammainc": "gammainc",
    "gammaincc": "gammaincc",
    "betainc": "betainc",
    "hyp2f1": "hyp2f1",
    "ellipk": "ellipk",
    "ellipe": "ellipe",
}
"""The functions that are one of SciPy's, by its name there."""

_MODERATE, _SMALL = 100.0, 1e-100
"""The sizes of what hyp2f1 is called with."""

_PARTS = {
    "airyai": ("airy", 0),
    "airyaiprime": ("airy", 1),
    "airybi": ("airy", 2),
    "airybiprime": ("airy", 3),
    "fresnels": ("fresnel", 0),
    "fresnelc": ("fresnel", 1),
}
"""The functions that are one of several that SciPy computes together."""


def __getattr__(name: str) -> Callable[..., float]:
    """The function of that name on floats.

    Raises:
        AttributeError: there is none.
        UsageError: SciPy is not installed.
    """
    if name in _NAMES:
        return _whole(_NAMES[name], name)
    if name in _PARTS:
        return _part(*_PARTS[name], name)
    raise AttributeError(name)


def _whole(scipy_name: str, name: str) -> Callable[..., float]:
    function = getattr(_special(name), scipy_name)
    if name == "hyp2f1":
        # Of parameters far apart SciPy's recursion has no end.
        return lambda *args: float(function(*args)) if _are_moderate(*args) else nan
    return lambda *args: float(function(*args))


def _are_moderate(*args: float) -> bool:
    return all(abs(arg) <= _MODERATE and (arg == 0.0 or abs(arg) >= _SMALL) for arg in args)


def _part(scipy_name: str, place: int, name: str) -> Callable[..., float]:
    function = getattr(_special(name), scipy_name)
    return lambda *args: float(function(*args)[place])


@cache
def _special(name: str) -> Any:
    try:
        return import_module("scipy.special")
    except ModuleNotFoundError as error:
        raise UsageError(
            "extra",
            f"the values of {name} are SciPy's, which is not installed",
            hint="pip install 'gradcli[special]'",
        ) from error
