"""NumPy, JAX and PyTorch: functions that work on numbers and on arrays of numbers alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from gradcli.engine.printers.python import TESTS
from gradcli.engine.targets.bundle import Vectorized
from gradcli.engine.targets.hosted import Hosted
from gradcli.engine.targets.python import DECIMAL, LONGEST, NUMBERS, WORDS, helper_of
from gradcli.engine.targets.target import ARITHMETIC, Target

_SAME = (
    *("abs", "sin", "cos", "tan", "sinh", "cosh", "exp", "exp2", "expm1", "log", "log2", "log10"),
    *("log1p", "sqrt", "floor", "ceil", "trunc", "round", "hypot"),
)

_INVERSES = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
}


_HELPER = helper_of(NUMBERS)


def _of_numpy(module: str, own: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Forms and functions of NumPy and of what is called like it."""
    tests = TESTS
    forms = {
        **ARITHMETIC,
        **{op: f"{module}.where({test}, 1.0, 0.0)" for op, test in tests.items()},
    }
    functions = {op: f"{module}.{op}" for op in _SAME}
    functions |= {op: f"{module}.{name}" for op, name in _INVERSES.items()}
    functions |= {"pow": f"{module}.power", "max": f"{module}.maximum", "min": f"{module}.minimum"}
    functions |= {"rem": f"{module}.fmod", "sign": f"{module}.sign", "mod": f"{module}.mod"}
    return forms, {**functions, **own}


def _target(
    name: str, called: str, module: str, own: Mapping[str, str], more: frozenset[str] = frozenset()
) -> Target:
    forms, functions = _of_numpy(module, own)
    return Target(
        name,
        called,
        forms,
        functions,
        TESTS,
        f"{module}.where({{0}}, {{1}}, {{2}})",
        "{0} != 0.0",
        DECIMAL,
        _HELPER,
        words=WORDS | more,
        longest=LONGEST,
        is_library_first=False,
    )


NUMPY = _target("numpy", "NumPy", "np", {"cbrt": "np.cbrt"})
NUMPY = NUMPY._replace(library=Vectorized)

JAX = _target(
    "jax",
    "JAX",
    "jnp",
    {
        "cbrt": "jnp.cbrt",
        "erf": "special.erf",
        "erfc": "special.erfc",
        "lgamma": "special.gammaln",
        "gamma": "special.gamma",
        "digamma": "special.digamma",
    },
    frozenset(("jax", "jnp", "special")),
)

_LOSING = frozenset(("expm1", "log1p", "exp2", "sinh", "cosh", "atanh"))
"""Functions of XLA that are off by many units in the last place."""

# Its own polygamma is of another sign and size at most numbers below 0.
JAX = JAX._replace(
    functions={op: name for op, name in JAX.functions.items() if op not in _LOSING},
    library=partial(Hosted, "jax"),
    is_library_last=True,
)


def _of_tensors(
    name: str, parameters: Sequence[str], statements: Sequence[tuple[str, str]], result: str
) -> list[str]:
    """A function of tensors, of which it may be given numbers."""
    given = [(each, f"double({each})") for each in parameters]
    return _OF_TENSORS(name, parameters, [*given, *statements], result)


_OF_TENSORS = helper_of(NUMBERS, "torch.Tensor")


TORCH = Target(
    "torch",
    "PyTorch",
    {
        **ARITHMETIC,
        **{op: f"double({test})" for op, test in TESTS.items()},
        **{op: f"torch.{op}(double({{0}}), double({{1}}))" for op in ("atan2", "hypot", "fmod")},
        "rem": "torch.fmod(double({0}), double({1}))",
        "pow": "double({0})**{1}",
        "polygamma": "torch.special.polygamma(int({0}), double({1}))",
    },
    {
        **{op: f"torch.{op}" for op in _SAME if op != "hypot"},
        **{op: f"torch.{op}" for op in _INVERSES if op != "atan2"},
        "sign": "torch.sign",
        "erf": "torch.special.erf",
        "erfc": "torch.special.erfc",
        "lgamma": "torch.special.gammaln",
        "digamma": "torch.special.digamma",
    },
    TESTS,
    "where({0}, {1}, {2})",
    "{0} != 0.0",
    DECIMAL,
    _of_tensors,
    words=WORDS | {"torch", "double", "where"},
    longest=LONGEST,
    library=partial(Hosted, "torch"),
    is_library_last=True,
)
