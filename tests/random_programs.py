"""Random expressions and points, with a liking for the borders of domains."""

from hypothesis import strategies as st

from gradcli.graph.rules import table

NAMES = "xyz"

LEFT_OUT = {
    "id": "nobody can write it",
    **dict.fromkeys(
        (
            *("not", "neg", "add", "sub", "mul", "div", "pow", "and", "or"),
            *("lt", "le", "gt", "ge", "eq", "ne"),
        ),
        "an operator",
    ),
    **dict.fromkeys(("gcd", "lcm"), "of whole numbers"),
    **dict.fromkeys(
        (
            *(
                f"{function}{partial}"
                for function in ("binomial", "permutations")
                for partial in ("", *(f"_slope_{by}" for by in ("n", "k", "nn", "nk", "kk")))
            ),
            *("beta", "beta_slope_x", "beta_slope_y", "beta_slope_xx", "beta_slope_xy"),
        ),
        "leave the range of floats at once",
    ),
    **dict.fromkeys(
        (
            *("sinc_derivative", "erfcx_derivative", "dawson_derivative", "zeta_derivative"),
            "lambertw_derivative",
            *("beta_derivative", "binomial_derivative", "permutations_derivative"),
            *("polygamma", "polylog", "polylog_slope", "chebyshevt", "hermite"),
        ),
        "of whole orders",
    ),
    "gamma": "its values leave the range of floats at once",
    "digamma": "its value in mpmath is slow beside a pole",
    "ceil": "like floor",
    "round": "like floor",
    **dict.fromkeys(("fresnels_slope", "fresnelc_slope"), "a sine and a cosine"),
    "gaussian": "normal_pdf is nearly the same",
    **dict.fromkeys(
        (
            *("sinc", "sinc_pi", "log_normal_cdf", "normal_quantile", "erfinv", "erfcinv", "erfcx"),
            *("erfi", "dawson", "exp_square", "trigamma", "factorial", "double_factorial", "zeta"),
            *("Ei", "E1", "li", "Si", "Ci", "lambertw"),
        ),
        "slow in mpmath",
    ),
    **dict.fromkeys(
        (
            *("airyai", "airybi", "airyaiprime", "airybiprime", "gammainc", "gammaincc"),
            "gammainc_slope",
            *("besselj", "bessely", "besseli", "besselk"),
            *("ellipk", "ellipe", "fresnels", "fresnelc"),
        ),
        "needs SciPy",
    ),
}
"""Functions of one or two arguments that random expressions do not have, and why."""

FUNCTIONS = [
    entry.name
    for entry in table().entries()
    if len(entry.params) == 1 and entry.name not in LEFT_OUT
]

PAIRS = (
    *("max", "min", "hypot", "atan2", "xlogy", "xlog1py", "huber", "norm", "logsumexp", "mod"),
    *("rem", "root", "leaky_relu", "elu"),
)

_EXPONENTS = ("2", "3", "-1", "-2", "1/2", "3/2", "-1/2", "1/3", "0.5", "2.5", "x", "y")

_LEAVES = st.sampled_from(
    ["x", "x", "x", "y", "y", "z", "0", "1", "2", "3", "4", "-1", "-2", "1/2", "2/3", "0.5", "0.1"]
)


def _arithmetic(inner):
    signs = st.sampled_from([" + ", " + ", " - ", "*", "*", "*", "/", "/"])
    return [
        st.tuples(inner, signs, inner).map(lambda parts: f"({''.join(parts)})"),
        st.tuples(inner, st.sampled_from(_EXPONENTS)).map(lambda parts: "({})^({})".format(*parts)),
    ]


def _larger(inner):
    return st.one_of(
        *_arithmetic(inner),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda parts: "{}({})".format(*parts)),
        st.tuples(st.sampled_from(PAIRS), inner, inner).map(lambda p: "{}({}, {})".format(*p)),
        st.tuples(inner, st.sampled_from(["<", ">=", "==", "!="]), inner, inner, inner).map(
            lambda parts: "where({} {} {}, {}, {})".format(*parts)
        ),
    )


def _smooth(inner):
    names = [name for name in FUNCTIONS if name not in _STEPS]
    return st.one_of(
        *_arithmetic(inner),
        st.tuples(st.sampled_from(names), inner).map(lambda parts: "{}({})".format(*parts)),
    )


_STEPS = frozenset(("abs", "sign", "floor", "step", "relu", "selu", "elu", "leaky_relu"))

EXPRESSIONS = st.recursive(_LEAVES, _larger, max_leaves=9)

PLAIN = st.recursive(_LEAVES, _smooth, max_leaves=9)
"""Formulas without conditions."""

_COORDINATES = st.one_of(
    st.sampled_from(["0", "1", "-1", "0.5", "-0.5", "2", "-2", "3", "4", "0.1", "0.001"]),
    st.decimals(-4, 4, places=3).map(str),
)

POINTS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, _COORDINATES)), min_size=8, max_size=8)

DIFFICULT = st.lists(
    st.sampled_from(
        [
            *["d", "dx", "dd", "du", "u", "v", "w", "c", "k", "p", "t1", "delta", "x_", "_x", "x1"],
            *["x̂", "tau̇", "θ", "pi", "tau", "e", "π", "x[1]", "sin", "sqrt", "out", "v1", "np"],
        ]
    ),
    min_size=3,
    max_size=3,
    unique=True,
).map(lambda names: dict(zip(NAMES, names, strict=True)))
"""Other names for x, y and z: those that a writer of formulas could take for its own letters."""
