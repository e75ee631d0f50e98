"""How other languages and textbooks write things, and what is written here instead."""

from __future__ import annotations

FUNCTIONS = {
    "acot": "atan(1/x)",
    "acoth": "atanh(1/x)",
    "acsc": "asin(1/x)",
    "acsch": "asinh(1/x)",
    "arccot": "atan(1/x)",
    "arccsc": "asin(1/x)",
    "arcosh": "acosh(x)",
    "arcsec": "acos(1/x)",
    "arctg": "atan(x)",
    "arsinh": "asinh(x)",
    "artanh": "atanh(x)",
    "asec": "acos(1/x)",
    "asech": "acosh(1/x)",
    "average": "mean(x, y)",
    "avg": "mean(x, y)",
    "binom": "x!/(y!*(x - y)!)",
    "binomial": "x!/(y!*(x - y)!)",
    "ch": "cosh(x)",
    "choose": "x!/(y!*(x - y)!)",
    "clamp": "clip(x, lo, hi)",
    "comb": "x!/(y!*(x - y)!)",
    "cosd": "cos(x*deg)",
    "cosec": "1/sin(x)",
    "cot": "1/tan(x)",
    "cotan": "1/tan(x)",
    "coth": "1/tanh(x)",
    "csc": "1/sin(x)",
    "csch": "1/sinh(x)",
    "ctg": "1/tan(x)",
    "cube": "x^3",
    "deg2rad": "x*deg",
    "degrees": "x/deg",
    "exp10": "10^x",
    "expit": "sigmoid(x)",
    "fact": "x!",
    "factorial": "x!",
    "fma": "x*y + z",
    "fmod": "mod(x, y), which has the sign of y",
    "frac": "x - floor(x)",
    "heaviside": "step(x)",
    "ifelse": "where(x > 0, y, z)",
    "lb": "log2(x)",
    "lg": "log10(x), or log2(x)",
    "log_sigmoid": "-softplus(-x)",
    "logaddexp": "logsumexp(x, y)",
    "logsigmoid": "-softplus(-x)",
    "logsubexp": "x + log1p(-exp(y - x))",
    "nCr": "x!/(y!*(x - y)!)",
    "nPr": "x!/(x - y)!",
    "ncr": "x!/(y!*(x - y)!)",
    "npr": "x!/(x - y)!",
    "perm": "x!/(x - y)!",
    "rad2deg": "x/deg",
    "radians": "x*deg",
    "reciprocal": "1/x",
    "rem": "mod(x, y), which has the sign of y",
    "remainder": "mod(x, y), which has the sign of y",
    "root": "x^(1/n)",
    "sec": "1/cos(x)",
    "sgn": "sign(x)",
    "sh": "sinh(x)",
    "sigm": "sigmoid(x)",
    "sigma": "sigmoid(x)",
    "sinc": "sin(x)/x, or sin(pi*x)/(pi*x) for NumPy's",
    "sind": "sin(x*deg)",
    "sqr": "x^2",
    "square": "x^2",
    "tand": "tan(x*deg)",
    "tg": "tan(x)",
    "th": "tanh(x)",
    "trigamma": "polygamma(1, x)",
    "trunc": "sign(x)*floor(abs(x))",
    "xor": "(x != 0) != (y != 0)",
    "Φ": "normal_cdf(x)",
    "Phi": "normal_cdf(x)",
    "σ": "sigmoid(x)",
}
"""Functions, and what is written here; a name near to them would be another one."""

# fmt: off
NOT_HERE = frozenset((
    "airy", "arg", "bessel", "besseli", "besselj", "besselk", "bessely", "conj", "dawson",
    "det", "dirac", "elliptic", "erfinv", "expint", "fibonacci", "gcd", "hermite", "im",
    "imag", "int", "integral", "integrate", "inv", "jacobi", "laguerre", "lambertw", "lcm",
    "legendre", "lim", "limit", "median", "polylog", "probit", "quad", "rand", "random",
    "re", "real", "roots", "series", "simplify", "solve", "std", "taylor", "transpose",
    "var", "zeta",
))
# fmt: on
"""Functions that have no short form here, so that a name near to them would lead astray."""

# fmt: off
DERIVATIVES = frozenset((
    "D", "deriv", "derivative", "diff", "differentiate", "grad", "gradient", "hessian",
    "jacobian", "nabla",
))
# fmt: on
"""Functions that take derivatives of formulas."""

ARITIES = {
    ("atan", 2): "atan2(x, y)",
    ("hypot", 1): "abs(x)",
    ("hypot", 3): "norm(x, y, z)",
    ("mod", 1): "mod(x, y)",
    ("round", 2): "round(x*10^y)/10^y",
}
"""Functions with another number of arguments."""

WORDS = {
    "choose": "{0}!/({1}!*({0} - {1})!)",
    "div": "floor({0}/{1})",
    "mod": "mod({0}, {1})",
    "nCr": "{0}!/({1}!*({0} - {1})!)",
    "nPr": "{0}!/({0} - {1})!",
    "nand": "not ({0} and {1})",
    "ncr": "{0}!/({1}!*({0} - {1})!)",
    "nor": "not ({0} or {1})",
    "npr": "{0}!/({0} - {1})!",
    "over": "{0}/{1}",
    "rem": "mod({0}, {1})",
    "times": "{0}*{1}",
    "xnor": "({0} != 0) == ({1} != 0)",
    "xor": "({0} != 0) != ({1} != 0)",
}
"""Words between two operands that are operators elsewhere."""

# fmt: off
MODULES = frozenset((
    "Math", "cmath", "F", "jax", "jnp", "keras", "lax", "linalg", "math", "mpmath", "nn",
    "np", "numpy", "optax", "scipy", "sp", "special", "std", "sympy", "tensorflow", "tf",
    "torch",
))
# fmt: on
"""What other languages write before the name of a function, with a point."""
