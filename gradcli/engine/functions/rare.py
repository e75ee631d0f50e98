"""Functions whose values are SciPy's, which is imported when the first of them is used."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from math import inf, log, nan
from typing import TYPE_CHECKING, Any

from gradcli.engine.functions import bessel
from gradcli.engine.functions.airy import FAR as AIRY_FAR
from gradcli.engine.functions.airy import far_airy
from gradcli.engine.functions.fresnel import FAR, far_fresnelc, far_fresnels
from gradcli.engine.functions.gamma import gamma
from gradcli.engine.functions.incomplete import beta_tail, lower_tail, upper_tail
from gradcli.engine.functions.polygamma import digamma
from gradcli.engine.scalar import power
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

_BESSEL = {
    "besselj": bessel.besselj,
    "bessely": bessel.bessely,
    "besseli": bessel.besseli,
}
"""Those that are SciPy's only where these are right."""

_TAILS: dict[str, Callable[..., float]] = {
    "gammainc": lower_tail,
    "gammaincc": upper_tail,
    "betainc": beta_tail,
}
"""The incomplete functions where they are small."""

_SMALL_TAIL, _LEAST_TAIL, _LARGE_ORDER = 1e-3, 1e-290, 1e8
"""Below that SciPy's have fewer digits, up to that order the sums in a tail are short."""

_MODERATE, _SMALL = 100.0, 1e-100
"""The sizes of the parameters that hyp2f1 is called with."""

_FAR, _FAR_TERMS = -1000.0, 8
"""From where on hyp2f1 is a series in 1/x, of so many terms."""

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
        return lambda a, b, c, x: _hypergeometric(function, a, b, c, x)
    if name in _TAILS:
        return lambda *args: _with_tail(function, _TAILS[name], *args)
    if name in _BESSEL:
        own = _BESSEL[name]
        return lambda n, x: own(n, x, lambda n, x: float(function(n, x)))
    return lambda *args: float(function(*args))


def _with_tail(function: Callable[..., float], tail: Callable[..., float], *args: float) -> float:
    """A function of SciPy's, but where it is small: there it loses digits."""
    value = float(function(*args))
    *orders, x = args
    are_moderate = min(orders) > _SMALL and max(orders) < _LARGE_ORDER
    if not (value < _SMALL_TAIL and are_moderate and 0.0 < x < inf):
        return value
    found = tail(*args)
    return found if found > _LEAST_TAIL or not value else value


def _hypergeometric(function: Callable[..., float], *args: float) -> float:
    a, b, c, x = args
    if not all(abs(each) <= _MODERATE and (not each or abs(each) >= _SMALL) for each in (a, b, c)):
        return nan  # of parameters far apart SciPy's recursion has no end
    if a == b and -inf < x < _FAR and (c - a) % 1.0:
        return _far_hypergeometric(a, c, x)
    return float(function(a, b, c, x))


def _far_hypergeometric(a: float, c: float, x: float) -> float:
    """Return hyp2f1(a, a, c, x) for a large -x, where SciPy's has fewer and fewer digits.

    M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 15.3.13; c - a is not whole.
    """
    factor, total = 1.0, 0.0
    for n in range(_FAR_TERMS):
        psi = 2.0 * digamma(n + 1.0) - digamma(a + n) - digamma(c - a - n)
        total += factor * (log(-x) + psi)
        factor *= (a + n) * (1.0 - c + a + n) / ((n + 1.0) ** 2 * x)
    return power(-x, -a) * gamma(c) / (gamma(a) * gamma(c - a)) * total


def _part(scipy_name: str, place: int, name: str) -> Callable[..., float]:
    function = getattr(_special(name), scipy_name)
    if scipy_name == "fresnel":
        # Far out SciPy's are off by what pi/2*x^2 is rounded by.
        far = (far_fresnels, far_fresnelc)[place]
        return lambda x: far(x) if FAR <= abs(x) < inf else float(function(x)[place])
    return lambda x: far_airy(x, place) if abs(x) >= AIRY_FAR else float(function(x)[place])


@cache
def _special(name: str) -> Any:
    try:
        return import_module("scipy.special")
    except Exception as error:  # one that was built for another NumPy raises what it likes
        is_missing = isinstance(error, ModuleNotFoundError)
        reason = "is not installed" if is_missing else f"cannot be imported: {error}"
        raise UsageError(
            "extra",
            f"the values of {name} are SciPy's, which {reason}",
            hint="pip install 'gradcli[special]'",
        ) from error
