"""Python, with NumPy, JAX or PyTorch or without: functions, and a test that runs with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.views.code.known import TOLERANCE
from gradcli.views.code.layout import WIDTH
from gradcli.views.code.libraries import WORDS, helpers
from gradcli.views.code.module import module

if TYPE_CHECKING:
    from gradcli.views.code.asked import Function, Wanted
    from gradcli.views.code.known import Known
    from gradcli.views.code.program import Body, Program

_DOUBLE = '''\
Numbers = torch.Tensor | float  # what is computed with


def double(x: Numbers) -> torch.Tensor:
    """A tensor of doubles, of whatever is given."""
    return torch.as_tensor(x, dtype=torch.float64)


def where(condition: torch.Tensor | bool, x: Numbers, y: Numbers) -> torch.Tensor:
    """One of two where a condition holds, else the other."""
    return torch.where(torch.as_tensor(condition), double(x), double(y))
'''

IMPORTS = {
    "python": ["import math"],
    "numpy": [
        "import numpy as np",
        "from numpy.typing import ArrayLike",
        "from numpy.typing import NDArray",
    ],
    "jax": [
        "import jax",
        "import jax.numpy as jnp",
        "import numpy as np",
        "from jax.scipy import special",
        "from jax.typing import ArrayLike",
    ],
    "torch": ["import numpy as np", "import torch"],
}
"""What may have to be imported."""

SET_UP = {
    "numpy": ["Numbers = NDArray[np.float64] | float  # what is computed with", "", ""],
    "jax": [
        'jax.config.update("jax_enable_x64", True)  # else numbers have 7 digits',
        "",
        "Numbers = jax.Array | float  # what is computed with",
        "",
        "",
    ],
    "torch": [*_DOUBLE.split("\n"), ""],
}
"""What stands between the imports and the functions."""

_CONVERTED = {
    "numpy": "np.asarray({0}, dtype=float)",
    "jax": "jnp.asarray({0}, dtype=float)",
    "torch": "double({0})",
}


def render(program: Program, wanted: Wanted, known: Sequence[Known]) -> str:
    """The text of a module."""
    functions = [line for each in wanted.functions(program) for line in _function(program, each)]
    if program.directions:
        functions += second(program)
    tests = [*_test(program, wanted, known)] if known else []
    target = program.target.name
    helpers = program.writing.helpers()
    for text in program.array_helpers.values():
        helpers += [*text.split("\n"), "", ""]
    imports = [*IMPORTS[target], "import itertools", "from typing import Any"]
    rest = [*functions, *tests]
    return module(
        wanted.remarks(program, "#", WIDTH), imports, SET_UP.get(target, ()), helpers, rest
    )


def _function(program: Program, function: Function) -> Iterator[str]:
    name, says, body, order = function
    if program.target.name == "numpy":
        yield '@np.errstate(all="ignore")  # of a choice, both sides are computed'
    parameters = [*program.parameters, *(program.steering if order == 2 else ())]
    yield _head(program, name, parameters, order)
    yield f'    """{says}"""'
    convert = _CONVERTED.get(program.target.name)
    if convert:
        for each in parameters:
            yield f"    {each} = {convert.format(each)}"
    yield from statements(body)
    value, *slopes = body.results
    keys = [ascii(program.solution.names[node]) for node in program.inputs]
    if order == 0:
        yield f"    return {value}"
    else:
        by_input, rows = ": dict[str, Numbers]", ": list[list[Numbers]]"
        if program.target.name == "python":  # what is not empty shows its type
            by_input, rows = ("", "") if keys else (": dict[str, float]", ": list[list[float]]")
        yield f"    gradient{by_input} = {_keyed(keys, slopes)}"
        if order == 2 and program.directions:
            yield f"    products{by_input} = {_keyed(keys, slopes[len(keys) :])}"
            yield f"    return {value}, gradient, products"
        elif order == 2:
            yield f"    hessian{rows} = ["
            yield from (f"        [{', '.join(row)}]," for row in body.hessian(len(keys)))
            yield "    ]"
            yield f"    return {value}, gradient, hessian"
        else:
            yield f"    return {value}, gradient"
    yield ""
    yield ""


def second(program: Program) -> Iterator[str]:
    """The function for all second derivatives of a program with arrays, from products."""
    name, given = program.name, ", ".join(program.parameters)
    shapes = [(*map(int, node.shape),) for node in program.inputs]
    program.array_helpers |= helpers("second_derivatives", WORDS[program.target.name])
    taken, made = KINDS[program.target.name]
    typed = ", ".join(f"{each}: {taken}" for each in program.parameters)
    yield f"def {name}_hess({typed}) -> tuple[{made}, dict[str, {made}], {made}]:"
    yield f'    """{MATRIX}"""'
    yield f"    value, gradient = {name}_grad({given})"
    yield "    hessian = second_derivatives("
    yield f"        lambda *along: {name}_hvp({given}, *along)[2].values(), {shapes}"
    yield "    )"
    yield "    return value, gradient, hessian"
    yield ""
    yield ""


MATRIX = "The value, the gradient, and the second derivatives, a row for each entry of the inputs."


def _head(program: Program, name: str, parameters: Sequence[str], order: int) -> str:
    """The line that a function begins with."""
    taken, made = KINDS[program.target.name]
    given = ", ".join(f"{each}: {taken}" for each in parameters)
    slopes = f"dict[str, {made}]"
    results = (made, slopes, slopes if program.directions else f"list[list[{made}]]")
    back = made if order == 0 else f"tuple[{', '.join(results[: order + 1])}]"
    return f"def {name}({given}) -> {back}:"


KINDS = {
    "python": ("float", "float"),
    "numpy": ("ArrayLike", "Numbers"),
    "jax": ("ArrayLike", "Numbers"),
    "torch": ("Numbers", "Numbers"),
}
"""What functions are given, and what they give back."""


def statements(body: Body) -> Iterator[str]:
    """The lines of a function, with a word before those of the backward pass."""
    for text, remark in body.statements("    {name} = {text}", "#"):
        yield text + (f"  # {remark}" if remark else "")


def _keyed(keys: Sequence[str], texts: Sequence[str]) -> str:
    pairs = [f"{key}: {text}" for key, text in zip(keys, texts, strict=False)]
    return f"{{{', '.join(pairs)}}}"


def _test(program: Program, wanted: Wanted, known: Sequence[Known]) -> Iterator[str]:
    """A test with gradcli's numbers, which runs with pytest and by itself."""
    typed = ": list[tuple[list[Any], list[Any]]]" if program.solution.is_of_arrays else ""
    yield from rows_of(known, None, typed)
    yield "def test() -> None:"
    yield '    """Every number is that of gradcli."""'
    yield "    for point, numbers in KNOWN:"
    name = program.name
    if wanted.order == 2:
        yield f"        value, gradient, hessian = {name}_hess(*point)"
        if program.directions:
            yield "        found: list[Any] = [value, *gradient.values(), hessian]"
        else:
            yield "        rows = [each for row in hessian for each in row]"
            yield "        found = [value, *gradient.values(), *rows]"
    else:
        yield f"        value, gradient = {name}_grad(*point)"
        typed = ": list[Any]" if program.solution.is_of_arrays else ""
        yield f"        found{typed} = [value, *gradient.values()]"
    if program.solution.is_of_arrays:  # an entry may be what is left of larger numbers
        yield "        most = max(np.max(np.abs(each), initial=1.0) for each in numbers)"
    yield "        for one, other in zip(found, numbers):"
    if program.solution.is_of_arrays:
        yield "            one, other = np.asarray(one), np.asarray(other)"
        yield f"            room = {TOLERANCE!r} * np.max(np.abs(other), initial=1e-3 * most)"
        yield "            near = one.shape == other.shape and np.all(np.abs(one - other) <= room)"
        yield "            assert near, (point, one, other)"
    else:
        yield f"            near = abs(float(one) - other) <= {TOLERANCE!r} * max(abs(other), 1e-3)"
        yield "            assert near, (point, float(one), other)"
    yield from CLOSING


def rows_of(known: Sequence[Known], results: int | None, typed: str = "") -> Iterator[str]:
    """The table of points, and of so many numbers there; None for all."""
    yield "# Points, and gradcli's numbers there."
    if not typed and any(not point for point, _ in known):
        typed = ": list[tuple[list[float], list[float]]]"
    yield f"KNOWN{typed} = ["
    for point, numbers in known:
        yield f"    ({[*point]}, {[*numbers[:results]]}),"
    yield "]"
    yield ""
    yield ""


CLOSING = (
    "",
    "",
    'if __name__ == "__main__":',
    "    test()",
    '    print(f"{len(KNOWN)} points agree with gradcli")',
)
"""Runs a test where its file is started by itself."""
