"""Functions of x at points where something is tied, singular or at an end, and what they are there.

The answers that stand here are by hand: slope to the left and to the right, and where the second
derivative is the point, that on both sides as well. All are compared with values in 400 digits.
"""

from math import inf, nan
from typing import NamedTuple


class Case(NamedTuple):
    """A function of x, a point, what it is there, and derivatives on both sides; nan: undefined."""

    source: str
    point: float
    kind: str
    slopes: tuple[float, float]
    curvatures: tuple[float, float] | None = None


CASES = [
    Case(*case)
    for case in [
        # Conditions: the formula at the point says nothing of the sides.
        ("where(x^2 > 0, x, 2*x)", 0, "smooth", (1, 1)),
        ("x if x == 0 else 2*x", 0, "smooth", (2, 2)),
        ("where(x, x, 2*x)", 0, "smooth", (1, 1)),
        ("x if x >= 0 else 2*x", 0, "kink", (2, 1)),
        ("x if x > 0 else 2*x", 0, "kink", (2, 1)),
        ("where(sqrt(x) >= 0, x, 2*x)", 0, "kink", (2, 1)),
        ("where(not x, 5, x)", 0, "jump", (1, 1)),
        ("where(x > 0 and x < 1, x, -x)", 0, "kink", (-1, 1)),
        ("where(x > 0 or log(x) > 0, x, -x)", 0, "kink", (-1, 1)),
        ("where(x != 0 and 1/x > 0, x, 3*x)", 0, "kink", (3, 1)),
        ("where(x < 0, log(x), x)", 0, "one-sided", (nan, 1)),
        ("where(abs(x) > 1, x, 1/x)", 1, "kink", (-1, 1)),
        ("where(x - x >= 0, x, 2*x)", 0, "smooth", (1, 1)),
        ("where(x + 1 > 1, 3, 4)", 0, "jump", (0, 0)),
        # Kinks that cancel, and those that do not.
        ("relu(x) - relu(-x)", 0, "smooth", (1, 1)),
        ("relu(x) + relu(-x)", 0, "kink", (-1, 1)),
        ("abs(x) - abs(-x)", 0, "smooth", (0, 0)),
        ("abs(x)*abs(sin(x))", 0, "smooth", (0, 0), (2, 2)),
        ("abs(x)^2", 0, "smooth", (0, 0), (2, 2)),
        ("abs(x)^3", 0, "smooth", (0, 0), (0, 0)),
        ("x*abs(x)", 0, "smooth", (0, 0), (-2, 2)),
        ("max(x, 0) + min(x, 0)", 0, "smooth", (1, 1)),
        ("max(x, -x, 2*x)", 0, "kink", (-1, 2)),
        ("min(abs(x), x)", 0, "smooth", (1, 1)),
        ("max(0.1*x + 0.2*x, 0.3*x)", 0, "smooth", (0.3, 0.3)),
        ("abs(x - 1) + abs(x + 1)", 1, "kink", (0, 2)),
        ("leaky_relu(x) + 0.99*min(0, -x)", 0, "smooth", (0.01, 0.01)),
        ("relu(abs(x) - x)", 0, "kink", (-2, 0)),
        ("relu(relu(x) - x^2)", 0, "kink", (0, 1), (0, -2)),
        ("selu(x)/selu(1)", 0, "kink", (1.6732632423543772, 1)),
        ("elu(x, 2)", 0, "kink", (2, 1), (2, 0)),
        # Roots and fractional powers, where Taylor is not enough.
        ("cbrt(x)^3", 0, "smooth", (1, 1)),
        ("sqrt(x^2)", 0, "kink", (-1, 1)),
        ("asin(sqrt(x/x))", 1, "smooth", (0, 0)),
        ("floor(x/x) + x", 2, "smooth", (1, 1)),
        ("acos(relu(sin(x)/sin(x)))*x", 1, "smooth", (0, 0)),
        ("(x^2)^0.5", 0, "kink", (-1, 1)),
        ("abs(x)^(1/3)*abs(x)^(2/3)", 0, "kink", (-1, 1)),
        ("cbrt(x)", 0, "smooth", (inf, inf)),
        ("sqrt(abs(x))", 0, "kink", (-inf, inf)),
        ("sqrt(x)", 0, "one-sided", (nan, inf)),
        ("sqrt(x^9)", 0, "one-sided", (nan, 0)),
        ("root(x, 3)*root(x, 3)*root(x, 3)", 0, "smooth", (1, 1)),
        ("sqrt(x^2 + x^3)", 0, "kink", (-1, 1), (-1, 1)),
        ("sqrt(1 - cos(x))", 0, "kink", (-(0.5**0.5), 0.5**0.5), (0, 0)),
        ("norm(x, x)", 0, "kink", (-(2**0.5), 2**0.5)),
        ("norm(x, x)^2", 0, "smooth", (0, 0), (4, 4)),
        ("hypot(x, x^2)", 0, "kink", (-1, 1)),
        ("acos(cos(x))", 0, "kink", (-1, 1)),
        ("acosh(cosh(x))", 0, "kink", (-1, 1)),
        ("asin(x)", 1, "one-sided", (inf, nan)),
        # The sine of a float beside pi/2 has a slope of 6e-17, times an infinite one.
        ("sin(asin(x))", 1, "one-sided", (1, nan), (0, nan)),
        ("sin(asin(x))", -1, "one-sided", (nan, 1), (nan, 0)),
        ("sin(asin(x) + sqrt(x - x))", 1, "one-sided", (1, nan)),
        ("sin(sqrt(x) + pi/2)", 0, "one-sided", (nan, -1 / 2)),
        ("cos(pi + sqrt(x))", 0, "one-sided", (nan, 1 / 2), (nan, -1 / 12)),
        ("cos(acos(x) + pi)", 1, "one-sided", (-1, nan)),
        ("acos(x)", -1, "one-sided", (nan, -inf)),
        ("acos(1 - x^2)", 0, "kink", (-(2**0.5), 2**0.5)),
        ("acosh(1 + x^2)", 0, "kink", (-(2**0.5), 2**0.5)),
        ("asec(1 + x^2)", 0, "kink", (-(2**0.5), 2**0.5)),
        ("asech(1 - x^2)", 0, "kink", (-(2**0.5), 2**0.5)),
        ("abs(x)^1.5", 0, "smooth", (0, 0), (inf, inf)),
        ("abs(x)^2.5", 0, "smooth", (0, 0), (0, 0)),
        ("cos(sqrt(abs(x)))", 0, "kink", (0.5, -0.5), (1 / 12, 1 / 12)),
        # Logarithms.
        ("xlogy(x^2, abs(x))", 0, "smooth", (0, 0), (-inf, -inf)),
        ("xlogy(x, abs(x))", 0, "smooth", (-inf, -inf)),
        ("1/log(abs(x)) if x != 0 else 0", 0, "kink", (inf, -inf)),
        ("x^x", 0, "one-sided", (nan, -inf)),
        ("exp(log(abs(x)))", 0, "kink", (-1, 1)),
        ("exp(3*log(abs(x)))", 0, "smooth", (0, 0), (0, 0)),
        ("x^2*log(abs(x)) if x != 0 else 0", 0, "smooth", (0, 0), (-inf, -inf)),
        ("log(x)*x if x > 0 else 0", 0, "kink", (0, -inf)),
        # Steps and remainders.
        ("floor(x)*(x - 2)", 2, "kink", (1, 2)),
        ("floor(x) + x", 2, "jump", (1, 1)),
        ("round(x) + mod(x + 0.5, 1)", 0.5, "jump", (1, 1)),
        ("ceil(x)*(x - 2)", 2, "kink", (2, 3)),
        ("trunc(x)*(x - 1)", 1, "kink", (0, 1)),
        ("x*sign(x)", 0, "kink", (-1, 1)),
        ("x*step(x)", 0, "kink", (0, 1)),
        ("step(x)", 0, "jump", (0, 0)),
        ("sign(x)^2", 0, "jump", (0, 0)),
        ("mod(x, 3)", 6, "jump", (1, 1)),
        ("mod(x, -3)", 6, "jump", (1, 1)),
        ("mod(x, 3)*(x - 6)", 6, "kink", (3, 0)),
        ("rem(x, 3)", 0, "smooth", (1, 1)),
        ("rem(x, 3)", -6, "jump", (1, 1)),
        ("frac(x) + floor(x)", 3, "smooth", (1, 1)),
        ("floor(x^2)", 0, "smooth", (0, 0)),
        ("floor(-x^2)", 0, "jump", (0, 0)),
        # Quotients that are 0/0, poles, ends at infinity.
        ("sin(x)/x if x != 0 else 1", 0, "smooth", (0, 0), (-1 / 3, -1 / 3)),
        ("sin(x)/x", 0, "removable", (0, 0), (-1 / 3, -1 / 3)),
        ("(exp(x) - 1)/x", 0, "removable", (0.5, 0.5), (1 / 3, 1 / 3)),
        ("(1 - cos(x))/x^2 if x != 0 else 0.5", 0, "smooth", (0, 0), (-1 / 12, -1 / 12)),
        ("sin(abs(x))/x", 0, "jump", (0, 0)),
        ("sqrt(x^3)/x if x > 0 else 0", 0, "kink", (0, inf)),
        ("1/x", 0, "pole", (nan, nan)),
        ("x/abs(x)", 0, "jump", (0, 0)),
        ("tanh(1/x)", 0, "jump", (0, 0)),
        ("atan(1/x)", 0, "jump", (-1, -1)),
        ("x*atan(1/x)", 0, "kink", (-1.5707963267948966, 1.5707963267948966)),
        ("exp(-1/x^2) if x != 0 else 0", 0, "smooth", (0, 0), (0, 0)),
        ("x*sigmoid(1/x) if x != 0 else 0", 0, "kink", (0, 1), (0, 0)),
        ("gamma(x)*x", 0, "removable", (-0.5772156649015329, -0.5772156649015329)),
        ("1/gamma(x) if x != -1 else 0", -1, "smooth", (-1, -1)),
        ("csch(x)*x", 0, "removable", (0, 0), (-1 / 3, -1 / 3)),
        ("atanh(x)*(1 - x)", 1, "removable", (-inf, nan)),
        # Second derivatives.
        ("elu(x)", 0, "smooth", (1, 1), (1, 0)),
        ("huber(x, 0)", 1, "smooth", (1, 1), (1, 0)),
        ("max(x, x + x^2)", 0, "smooth", (1, 1), (2, 2)),
        ("gelu(abs(x))", 0, "kink", (-0.5, 0.5)),
        ("softplus(abs(x))", 0, "kink", (-0.5, 0.5), (0.25, 0.25)),
        ("relu(x)^2", 0, "smooth", (0, 0), (0, 2)),
        ("max(sin(x), x)", 0, "smooth", (1, 1), (0, 0)),
        ("max(cos(x), 1)", 0, "smooth", (0, 0), (0, 0)),
        ("min(cos(x), 1)", 0, "smooth", (0, 0), (-1, -1)),
        ("max(sin(x)^2 + cos(x)^2, 1)", 0, "smooth", (0, 0)),
        ("x^2 if x < 0 else x^3", 0, "smooth", (0, 0), (2, 0)),
        # No tie of floats, so no kink.
        ("relu(sin(x))", 3.141592653589793, "smooth", (-1, -1)),
        ("max(x, 0.3)", 0.1 + 0.2, "smooth", (1, 1)),
        # Functions of several arguments.
        ("beta(x + 1, x + 1)", 0, "smooth", (-2, -2)),
        ("atan2(x, x)", 0, "jump", (0, 0)),
        ("atan2(x, -1)", 0, "jump", (-1, -1)),
        ("atan2(x, 1)", 0, "smooth", (1, 1), (0, 0)),
        ("logsumexp(x, 2*x)", 0, "smooth", (1.5, 1.5), (0.25, 0.25)),
        ("logsumexp(abs(x), -abs(x))", 0, "smooth", (0, 0), (1, 1)),
        ("(1 + x)^(2 + x)", 0, "smooth", (2, 2), (4, 4)),
        ("binomial(5 + x, 2)", 0, "smooth", (4.5, 4.5), (1, 1)),
    ]
]

BY_HAND = {
    "where(sqrt(x) >= 0, x, 2*x)": "mpmath compares nothing that has no value",
    "where(x > 0 or log(x) > 0, x, -x)": "mpmath compares nothing that has no value",
    "1/log(abs(x)) if x != 0 else 0": "its limit is far away at any distance",
    **dict.fromkeys(
        ["tanh(1/x)", "exp(-1/x^2) if x != 0 else 0", "x*sigmoid(1/x) if x != 0 else 0"],
        "its values beside 0 leave the range of the reader",
    ),
}
"""Cases that are not compared with values nearby, and why."""

UNDECIDED = [
    ("x*sin(1/x)", 0),
    ("x^2*sin(1/x)", 0),
    ("exp(1/x)", 0),
    ("log(-log(abs(x)))", 0),
    ("softplus(1/x)", 0),
    ("where(sin(x)^2 + cos(x)^2 >= 1, x, 2*x)", 0),
]
"""What no germ tells."""
