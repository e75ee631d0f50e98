"""How other languages and textbooks write things, and what is written here instead."""

from __future__ import annotations

FUNCTIONS = {
    "arcosh": "acosh(x)",
    "arctg": "atan(x)",
    "arsinh": "asinh(x)",
    "artanh": "atanh(x)",
    "average": "mean(x, y)",
    "avg": "mean(x, y)",
    "ch": "cosh(x)",
    "cosec": "csc(x)",
    "cotan": "cot(x)",
    "ctg": "cot(x)",
    "fact": "factorial(x)",
    "fma": "x*y + z",
    "ifelse": "where(x > 0, y, z)",
    "lb": "log2(x)",
    "lg": "log10(x), or log2(x)",
    "logsubexp": "x + log1p(-exp(y - x))",
    "remainder": "mod(x, y), which has the sign of y, or rem(x, y)",
    "sh": "sinh(x)",
    "sigm": "sigmoid(x)",
    "sigma": "sigmoid(x)",
    "sqr": "x^2",
    "tg": "tan(x)",
    "th": "tanh(x)",
    "xor": "(x != 0) != (y != 0)",
    "Φ": "normal_cdf(x)",
    "Phi": "normal_cdf(x)",
    "σ": "sigmoid(x)",
}
"""Functions, and what is written here; a name near to them would be another one."""

# fmt: off
NOT_HERE = frozenset((
    "airy", "arg", "bessel", "conj", "det", "dirac", "elliptic", "fibonacci", "im",
    "imag", "int", "integral", "integrate", "inv", "jacobi", "lim", "limit", "median",
    "quad", "rand", "random", "re", "real", "roots", "series", "simplify",
    "solve", "std", "taylor", "transpose", "var",
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
    "choose": "binomial({0}, {1})",
    "div": "floor({0}/{1})",
    "mod": "mod({0}, {1})",
    "nCr": "binomial({0}, {1})",
    "nPr": "permutations({0}, {1})",
    "nand": "not ({0} and {1})",
    "ncr": "binomial({0}, {1})",
    "nor": "not ({0} or {1})",
    "npr": "permutations({0}, {1})",
    "over": "{0}/{1}",
    "rem": "rem({0}, {1})",
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
