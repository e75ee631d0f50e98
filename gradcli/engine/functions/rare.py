"""Functions whose values are SciPy's, which is imported when the first of them is called."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from math import inf
from typing import TYPE_CHECKING, Any

from gradcli.engine.functions.airy import FAR as AIRY_FAR
from gradcli.engine.functions.airy import far_airy
from gradcli.engine.functions.bessel import first_kind, modified, modified_second, second_kind
from gradcli.engine.functions.bessel_beside_order import first_kind_beside, modified_beside
from gradcli.engine.functions.fresnel import FAR, far_fresnelc, far_fresnels
from gradcli.engine.functions.hypergeometric import hypergeometric
from gradcli.engine.functions.incomplete import beta_tail, lower_tail, upper_tail
from gradcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_SMALL_TAIL, _LEAST_TAIL = 1e-3, 1e-290
"""Below that SciPy's have fewer digits; below that those of the sums are lost."""

_LEAST_ORDER, _LARGE_ORDER = 1e-100, 1e8
"""Between these orders the sums in a tail are short."""


def besselj(n: float, x: float) -> float:
    """Return the Bessel function of the first kind."""
    return first_kind(n, x, scipy_special("besselj").jv)


def besselj_beside(n: float, k: float, x: float) -> float:
    """Return the same of the order n + k, which is not rounded."""
    return first_kind_beside(n, k, x, besselj, bessely)


def bessely(n: float, x: float) -> float:
    """Return the Bessel function of the second kind."""
    return second_kind(n, x, scipy_special("bessely").yv)


def besseli(n: float, x: float) -> float:
    """Return the modified Bessel function of the first kind."""
    return modified(n, x, scipy_special("besseli").iv)


def besseli_beside(n: float, k: float, x: float) -> float:
    """Return the same of the order n + k, which is not rounded."""
    return modified_beside(n, k, x, besseli, besselk)


def besselk(n: float, x: float) -> float:
    """Return the modified Bessel function of the second kind."""
    # No name for the module: code to take home has its own there.
    return modified_second(n, x, scipy_special("besselk").kv, scipy_special("besselk").kve)


def airyai(x: float) -> float:
    """Return the Airy function Ai."""
    return _airy(x, 0, "airyai")


def airyaiprime(x: float) -> float:
    """Return its slope."""
    return _airy(x, 1, "airyaiprime")


def airybi(x: float) -> float:
    """Return the Airy function Bi."""
    return _airy(x, 2, "airybi")


def airybiprime(x: float) -> float:
    """Return its slope."""
    return _airy(x, 3, "airybiprime")


def _airy(x: float, place: int, name: str) -> float:
    """One of the four that SciPy computes together."""
    is_far = abs(x) >= AIRY_FAR
    return far_airy(x, place) if is_far else float(scipy_special(name).airy(x)[place])


def fresnels(x: float) -> float:
    """Return the integral of sin(pi/2*t^2) over t from 0 to x."""
    # Far out SciPy's is off by what pi/2*x^2 is rounded by.
    is_far = FAR <= abs(x) < inf
    return far_fresnels(x) if is_far else float(scipy_special("fresnels").fresnel(x)[0])


def fresnelc(x: float) -> float:
    """Return the integral of cos(pi/2*t^2) over t from 0 to x."""
    is_far = FAR <= abs(x) < inf
    return far_fresnelc(x) if is_far else float(scipy_special("fresnelc").fresnel(x)[1])


def ellipk(m: float) -> float:
    """Return the complete elliptic integral of the first kind."""
    return float(scipy_special("ellipk").ellipk(m))


def ellipe(m: float) -> float:
    """Return the complete elliptic integral of the second kind."""
    return float(scipy_special("ellipe").ellipe(m))


def gammainc(a: float, x: float) -> float:
    """Return the lower incomplete gamma function over gamma(a)."""
    value = float(scipy_special("gammainc").gammainc(a, x))
    return _with_tail(value, lower_tail, a, x)


def gammaincc(a: float, x: float) -> float:
    """Return the upper incomplete gamma function over gamma(a)."""
    value = float(scipy_special("gammaincc").gammaincc(a, x))
    return _with_tail(value, upper_tail, a, x)


def betainc(a: float, b: float, x: float) -> float:
    """Return the incomplete beta function over beta(a, b)."""
    if a == b == 0.5 and 0.5 < x <= 1.0:  # 2/pi*asin(sqrt(x)) of SciPy has lost half of its digits
        return 1.0 - betainc(b, a, 1.0 - x)
    value = float(scipy_special("betainc").betainc(a, b, x))
    return _with_tail(value, beta_tail, a, b, x)


def _with_tail(value: float, tail: Callable[..., float], *args: float) -> float:
    """A value of SciPy's, but where it is small: there it loses digits."""
    *orders, x = args
    are_moderate = min(orders) > _LEAST_ORDER and max(orders) < _LARGE_ORDER
    if not (value < _SMALL_TAIL and are_moderate and 0.0 < x < inf):
        return value
    found = tail(*args)
    return found if found > _LEAST_TAIL or not value else value


def hyp2f1(a: float, b: float, c: float, x: float) -> float:
    """Return the hypergeometric function of Gauss."""
    value = hypergeometric(a, b, c, x)
    return float(scipy_special("hyp2f1").hyp2f1(a, b, c, x)) if value is None else value


@cache
def scipy_special(name: str) -> Any:
    """The module of SciPy; code that is written imports it.

    Raises:
        UsageError: it is not installed.
    """
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
