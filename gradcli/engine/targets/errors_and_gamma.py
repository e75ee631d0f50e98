"""The error and gamma functions and their slopes, for targets that have none: no loops, no tables.

Targets compute both sides of every choice, so that each definition is straight-line. Where gradcli
itself has a library's function these come second: they give some 14 digits, of 1 or of the size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from gradcli.engine.expanding import Expansion
from gradcli.engine.functions.gamma import (
    HALF_LOG_TWO_PI_OVER_E,
    ONE_MINUS_EULER,
    ONE_OVER_E,
    PI_LOW,
    SQRT_TWO_PI_OVER_E,
    STIRLING_FROM,
    STIRLING_FROM_LAST,
    TAYLOR_FROM_LAST,
)
from gradcli.engine.targets.terms import (
    Definition,
    Term,
    cos,
    exp,
    expm1,
    floor,
    function,
    log,
    log1p,
    made,
    power,
    same,
    sin,
    two_product,
    where,
)

# --- The error function ---------------------------------------------------------------------------

_SCALED = (
    4.2514714447963895e-10, 3.1114333809799254e-10, -5.1739902140113095e-09, -3.744210080962018e-09,
    3.8675334242222354e-08, 2.3263508708859124e-08, -2.5866850716155884e-07,
    -5.7218230603224086e-08, 1.751637648849062e-06, -9.73559896736775e-07,
    -1.1444146237700524e-05, 2.238423915508223e-05,
    5.164909889268241e-05, -0.0002901540805408417, 0.0002937136655913448, 0.0017556258528952954,
    -0.009746579558029276, 0.028362277418956406, -0.05869339858963677, 0.09230432116037748,
    -0.10880393014174886, 0.0822767384901452, 0.0035854154854644293, -0.14024059858554697,
    1.2375126308378275,
)  # fmt: skip
"""(1 + 2x)*erfcx(x) for x >= 0 in powers of t = (x - 3.75)/(x + 3.75), the last first.

M. M. Shepherd and J. G. Laframboise, Chebyshev approximation of (1 + 2x)exp(x^2)erfc x, Mathematics
of Computation 36 (1981); these coefficients were computed in 50 digits.
"""

_SERIES = (
    7.273284987597545e-11, -1.195859744565615e-09, 1.4776652643513666e-08, -1.636401575799176e-07,
    1.6462040102289036e-06, -1.4925648283463333e-05, 0.00012055332942057125, -0.0008548327022940633,
    0.00522397762543798, -0.026866170645131044, 0.11283791670955125, -0.37612638903183754,
)  # fmt: skip
"""(erf(x)/x - 2/sqrt(pi))/x^2 in powers of x^2, the last first, for abs(x) < 3/4."""

_TWO_OVER_SQRT_PI = (1.1283791670955126, 1.533545961316588e-17)
_SERIES_BELOW = 0.75
_VANISHED = 40.0
_SQRT_HALF = 0.7071067811865476


def _horner(coefficients: Sequence[float], x: Term) -> Term:
    """A polynomial by its coefficients, the first that of the highest power; at least two."""
    total = coefficients[0] * x + coefficients[1]
    for each in coefficients[2:]:
        total = total * x + each
    return total


def scaled(size: Term) -> Term:
    """The function erfcx of a number that is not negative."""
    t = where(size < 1e300, (size - 3.75) / (size + 3.75), 1.0)
    return _horner(_SCALED, t) / (1.0 + 2.0 * size)


def beside_zero(x: Term) -> Term:
    """The error function of a number that is less than 3/4."""
    square = x * x
    rest = _TWO_OVER_SQRT_PI[1] + square * _horner(_SERIES, square)
    return x * _TWO_OVER_SQRT_PI[0] + x * rest


def _far_erfc(size: Term) -> Term:
    nothing = 0.0 * (1.0 / size)  # NaN of NaN, which to Polars is more than any number
    return where(size < _VANISHED, made("gaussian", size) * scaled(size), nothing)


def _erf(x: Term) -> Term:
    size = abs(x)
    far = 1.0 - _far_erfc(size)
    found = where(size < _SERIES_BELOW, beside_zero(x), where(x < 0.0, -far, far))
    return where(same(x, x), found, x)


def _erfc(x: Term) -> Term:
    size = abs(x)
    far = _far_erfc(size)
    found = where(size < 0.5, 1.0 - beside_zero(x), where(x < 0.0, 2.0 - far, far))
    return where(same(x, x), found, x)


def _erfcx(x: Term) -> Term:
    found = scaled(abs(x))
    return where(x < 0.0, 2.0 * made("exp_square", x) - found, found)


def _log_normal_cdf(x: Term) -> Term:
    size = abs(x)
    tail = log(0.5 * scaled(size * _SQRT_HALF)) - 0.5 * x * x
    return where(x < 0.0, tail, log1p(-made("normal_cdf", -size)))


# --- The gamma function ---------------------------------------------------------------------------

_LARGEST = 171.7
_STEPS = 8


def _half_turns(x: Term) -> tuple[Term, Term]:
    """The sine and cosine of pi*x but for their common sign, and whether that is a minus."""
    nearest = floor(x + 0.5)
    angle, low = two_product(x - nearest, math.pi)
    low = low + (x - nearest) * PI_LOW
    sine, cosine = sin(angle), cos(angle)
    is_odd = made("ne", nearest - 2.0 * floor(0.5 * nearest), 0.0)
    sign = where(is_odd, -1.0, 1.0)
    return sign * (sine + cosine * low), sign * (cosine - sine * low)


def _no_number(x: Term) -> Term:
    return (x - x) / (x - x)


def _is_pole(x: Term) -> Term:
    return made("and", x < 0.0, same(x, floor(x)))


def _stirling(x: Term) -> Term:
    inverse = 1.0 / x
    series = _horner(STIRLING_FROM_LAST, inverse * inverse)
    return series * inverse


def _taylor(z: Term) -> Term:
    series = _horner(TAYLOR_FROM_LAST, z)
    return z * (ONE_MINUS_EULER + z * series)


def _descend(x: Term) -> tuple[Term, Term]:
    """Return gamma(x)/gamma(b) and b in [1.5, 2.5), for x in [1.5, 10)."""
    product = x - x + 1.0
    for _ in range(_STEPS):
        is_above = x >= 2.5
        product = where(is_above, product * (x - 1.0), product)
        x = where(is_above, x - 1.0, x)
    return product, x


def _parts(s: Term) -> tuple[Term, Term, Term, Term]:
    """Of s in [-0.5, 10): z with gamma(2 + z) beside it, the product above, and what is below."""
    moderate = where(s < STIRLING_FROM, s, 2.0)
    product, base = _descend(moderate)
    is_large, is_middle = s >= 1.5, s >= 0.5
    z = where(is_large, base - 2.0, where(is_middle, s - 1.0, s))
    return z, where(is_large, product, 1.0), is_large, is_middle


def _gamma_above(s: Term) -> Term:
    """The gamma function of a number of at least -1/2."""
    z, product, is_large, is_middle = _parts(s)
    below = where(is_large, 1.0, where(is_middle, s, s + s * s))
    near = exp(_taylor(z)) * product / below
    x = where(made("and", s >= STIRLING_FROM, s < _LARGEST), s, STIRLING_FROM)
    high, low = two_product(x, ONE_OVER_E[0])
    exponent = x - 0.5
    change = (
        SQRT_TWO_PI_OVER_E[1] / SQRT_TWO_PI_OVER_E[0] + exponent * (low + x * ONE_OVER_E[1]) / high
    )
    half = power(high, 0.5 * exponent)
    far = half * SQRT_TWO_PI_OVER_E[0] * half
    far = far + far * expm1(change + _stirling(x))
    return where(s < STIRLING_FROM, near, where(s < _LARGEST, far, s * math.inf))


def _gamma(x: Term) -> Term:
    is_reflected = x < -0.5
    s = where(is_reflected, -x, x)
    value = _gamma_above(s)
    sine, _ = _half_turns(s)
    found = where(is_reflected, -math.pi / (s * sine * value), value)
    found = where(same(x, 0.0), 1.0 / x, found)
    return where(same(x, x), where(_is_pole(x), _no_number(x), found), x)


def _lgamma(x: Term) -> Term:
    is_reflected = x < -0.5
    s = where(is_reflected, -x, x)
    z, product, is_large, is_middle = _parts(s)
    small = -log1p(where(is_middle, 0.0, s)) - log(abs(s))
    near = _taylor(z) + where(is_large, log(product), where(is_middle, -log(abs(s)), small))
    far = where(s < 1e300, (s - 0.5) * (log(abs(s)) - 1.0), s * (log(abs(s)) - 1.0))
    far = far + (HALF_LOG_TWO_PI_OVER_E + _stirling(where(s < STIRLING_FROM, STIRLING_FROM, s)))
    value = where(s < STIRLING_FROM, near, far)
    sine, _ = _half_turns(s)
    found = where(is_reflected, log(math.pi / abs(s * sine)) - value, value)
    is_end = made("or", same(x, 0.0), _is_pole(x))
    return where(same(x, x), where(is_end, math.inf, found), x)


_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
)  # fmt: skip

_SHIFT = 16
"""So far the recurrence goes up: from there on the series below is exact."""

MOST_ORDER = 4
"""The highest order of polygamma that is written."""


def _above_half(n: int, s: Term) -> Term:
    """The n-th derivative of digamma at s >= 1/2: the recurrence, and Stirling's series."""
    y = s + float(_SHIFT)
    inverse = 1.0 / y
    square = inverse * inverse
    terms = [
        each * math.factorial(2 * k + n - 1) / math.factorial(2 * k)
        for k, each in enumerate(_BERNOULLI, 1)
    ]
    series = square * _horner(terms[::-1], square)
    recurrence: Term | None = None
    for k in reversed(range(_SHIFT)):
        part = _power(1.0 / (s + float(k)), n + 1)
        recurrence = part if recurrence is None else recurrence + part
    assert recurrence is not None  # noqa: S101  (there is a step)
    if n == 0:
        return log(y) - (0.5 * inverse + series) - recurrence
    ahead = math.factorial(n - 1) + 0.5 * math.factorial(n) * inverse
    total = math.factorial(n) * recurrence + _power(inverse, n) * (ahead + series)
    return total if n % 2 else -total


def _power(x: Term, n: int) -> Term:
    found = x
    for _ in range(n - 1):
        found = found * x
    return found


def _polygamma(n: int) -> Definition:
    """The n-th derivative of digamma; left of 1/2 it is reflected, by that of the cotangent."""
    slope = [0.0, 1.0]  # of cot(x) by x, in powers of itself: each is -(1 + c^2) times that before
    for _ in range(n):
        inner = [place * each for place, each in enumerate(slope)][1:]
        slope = [-(a + b) for a, b in zip([*inner, 0.0, 0.0], [0.0, 0.0, *inner], strict=True)]

    def definition(x: Term) -> Term:
        is_left = x < 0.5
        value = _above_half(n, where(is_left, 1.0 - x, x))
        sine, cosine = _half_turns(x)
        far = math.pi ** (n + 1) * _horner(slope[::-1], cosine / sine)
        left = (-value if n % 2 else value) - far
        beside_0 = math.inf if n % 2 else -1.0 / x
        pole = x - x + math.inf if n % 2 else _no_number(x)
        found = where(is_left, left, value)
        found = where(same(x, 0.0), beside_0, where(_is_pole(x), pole, found))
        return where(same(x, x), found, x)

    return definition


_whole, _logarithm = function("gamma"), function("lgamma")


def _beta(x: Term, y: Term) -> Term:
    """By the gamma functions where these are moderate, else by their logarithms."""
    total = x + y
    near = _whole(x) * (_whole(y) / _whole(total))
    sign = _sign(x) * _sign(y) * _sign(total)
    far = sign * exp(_logarithm(x) + _logarithm(y) - _logarithm(total))
    sizes = [abs(each) < 100.0 for each in (x, y, total)]
    is_near = made("and", sizes[0], made("and", sizes[1], sizes[2]))
    return where(is_near, near, far)


def _sign(x: Term) -> Term:
    """The sign of the gamma function."""
    whole = floor(x)
    is_odd = made("ne", whole - 2.0 * floor(0.5 * whole), 0.0)
    return where(made("and", x < 0.0, is_odd), -1.0, 1.0)


def _psi(x: Term) -> Term:
    return made("digamma", x)


def _beta_slope_x(x: Term, y: Term) -> Term:
    return made("beta", x, y) * (_psi(x) - _psi(x + y))


def _beta_slope_y(x: Term, y: Term) -> Term:
    return made("beta", x, y) * (_psi(y) - _psi(x + y))


def _beta_slope_xx(x: Term, y: Term) -> Term:
    difference = _psi(x) - _psi(x + y)
    rise = made("polygamma", 1.0, x + y) - made("polygamma", 1.0, x)
    return made("beta", x, y) * (difference * difference - rise)


def _beta_slope_xy(x: Term, y: Term) -> Term:
    psi = _psi(x + y)
    both = (_psi(x) - psi) * (_psi(y) - psi)
    return made("beta", x, y) * (both - made("polygamma", 1.0, x + y))


DEFINITIONS: Mapping[str, Definition] = {
    "erf": _erf,
    "erfc": _erfc,
    "erfcx": _erfcx,
    "log_normal_cdf": _log_normal_cdf,
    "gamma": _gamma,
    "lgamma": _lgamma,
    "digamma": _polygamma(0),
    **{f"polygamma_{n}": _polygamma(n) for n in range(1, MOST_ORDER + 1)},
    "beta": _beta,
    "beta_slope_x": _beta_slope_x,
    "beta_slope_y": _beta_slope_y,
    "beta_slope_xx": _beta_slope_xx,
    "beta_slope_xy": _beta_slope_xy,
}
"""What defines an operation, by its name; libraries that have it are asked first."""


def _order(to: Expansion, n: int) -> str | None:
    """The operation for an order that is known, and is none of the high ones."""
    value = to.value(n)
    if value == 0.0:
        return "digamma"
    is_known = value is not None and 0.0 < value <= MOST_ORDER and value == math.floor(value)
    return f"polygamma_{value:g}" if is_known else None


def polygamma(to: Expansion, n: int, x: int) -> int | None:
    """Polygamma of a known order, as a function of its own."""
    op = _order(to, n)
    return to.made(op, x) if op and to.value(x) is None else None


def polygamma_sum(to: Expansion, n: int, x: int, y: int) -> int | None:
    """The same of a sum."""
    return to.made("polygamma", n, to.made("add", x, y)) if _order(to, n) else None


def polygamma_rise(to: Expansion, n: int, x: int, y: int) -> int | None:
    """What it is more at x + y than at x."""
    if not _order(to, n):
        return None
    above, below = to.made("add", x, y), x
    return to.made("sub", to.made("polygamma", n, above), to.made("polygamma", n, below))


OF_KNOWN_ORDER: Mapping[str, Callable[..., int | None]] = {
    "polygamma": polygamma,
    "polygamma_sum": polygamma_sum,
    "polygamma_rise": polygamma_rise,
}
"""What takes operations apart whose first argument has to be known."""
