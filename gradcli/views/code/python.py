"""Python, with NumPy, JAX or PyTorch or without: functions, and a test that runs with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.views.code.known import TOLERANCE
from gradcli.views.code.layout import laid
from gradcli.views.code.libraries import WORDS, helpers

if TYPE_CHECKING:
    from gradcli.views.code.asked import Function, Wanted
    from gradcli.views.code.known import Known
    from gradcli.views.code.program import Body, Program

_DOUBLE = '''\
def double(x):
    """A tensor of doubles, of whatever is given."""
    return torch.as_tensor(x, dtype=torch.float64)


def where(condition, x, y):
    """One of two where a condition holds, else the other."""
    return torch.where(torch.as_tensor(condition), double(x), double(y))
'''

IMPORTS = {
    "python": ["import math"],
    "numpy": ["import numpy as np"],
    "jax": [
        "import jax",
        "import jax.numpy as jnp",
        "import numpy as np",
        "from jax.scipy import special",
    ],
    "torch": ["import numpy as np", "import torch"],
}
"""What may have to be imported."""

SET_UP = {
    "jax": ["", 'jax.config.update("jax_enable_x64", True)  # else numbers have 7 digits', "", ""],
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
    imports, helpers = _parted(program.writing.helpers())
    for text in program.array_helpers.values():
        helpers += [*text.split("\n"), "", ""]
    rest = [*SET_UP.get(target, ()), *helpers, *functions, *tests]
    asked = [*IMPORTS[target], "import itertools", *imports]
    lines = [
        *(f"# {line}".rstrip() for line in wanted.remarks(program)),
        "",
        *imported(asked, "\n".join(rest)),
        *rest,
    ]
    return laid("\n".join(lines).rstrip("\n"))


def _parted(helpers: Sequence[str]) -> tuple[list[str], list[str]]:
    """The imports that functions begin with, and the functions."""
    count = next((at for at, line in enumerate(helpers) if not line.startswith(_IMPORT)), 0)
    rest = [*helpers[count:]]
    while rest and not rest[0]:
        del rest[0]
    return [*helpers[:count]], rest


_IMPORT = ("import ", "from ")


def imported(asked: Sequence[str], text: str) -> list[str]:
    """The imports that a text needs, those of the standard library first."""
    words = frozenset(re.findall(r"\w+", text))
    used = {line for line in asked if line.split()[-1].rpartition(".")[2] in words}
    found: list[str] = []
    for is_own in (True, False):
        group = sorted(
            (line for line in used if (line.split()[1] in _STANDARD) is is_own),
            key=lambda line: (line.startswith("from"), line),
        )
        found += [*group, ""] if group else []
    is_configured = text.startswith("\njax.config")
    return found[:-1] if is_configured else [*found, ""]


_STANDARD = frozenset(("math", "itertools", "functools", "fractions", "decimal", "collections"))


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
        yield f"    gradient = {_keyed(keys, slopes)}"
        if order == 2 and program.directions:
            yield f"    products = {_keyed(keys, slopes[len(keys) :])}"
            yield f"    return {value}, gradient, products"
        elif order == 2:
            yield "    hessian = ["
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
    yield f"def {name}_hess({given}):"
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
    """The line that a function begins with; one of floats alone says so."""
    if program.target.name != "python":
        return f"def {name}({', '.join(parameters)}):"
    given = ", ".join(f"{each}: float" for each in parameters)
    return f"def {name}({given}) -> {_RETURNS[order]}:"


_RETURNS = (
    "float",
    "tuple[float, dict[str, float]]",
    "tuple[float, dict[str, float], list[list[float]]]",
)
"""What a function of floats gives back, by the order of derivatives."""


def statements(body: Body) -> Iterator[str]:
    """The lines of a function, with a word before those of the backward pass."""
    return body.statements("    {name} = {text}", "#")


def _keyed(keys: Sequence[str], texts: Sequence[str]) -> str:
    pairs = [f"{key}: {text}" for key, text in zip(keys, texts, strict=False)]
    return f"{{{', '.join(pairs)}}}"


def _test(program: Program, wanted: Wanted, known: Sequence[Known]) -> Iterator[str]:
    """A test with gradcli's numbers, which runs with pytest and by itself."""
    yield "# Points, and gradcli's numbers there."
    yield "KNOWN = ["
    for point, results in known:
        yield f"    ({[*point]}, {[*results]}),"
    yield "]"
    yield ""
    yield ""
    yield "def test() -> None:"
    yield '    """Every number is that of gradcli."""'
    yield "    for point, numbers in KNOWN:"
    name = program.name
    if wanted.order == 2:
        yield f"        value, gradient, hessian = {name}_hess(*point)"
        if program.directions:
            yield "        found = [value, *gradient.values(), hessian]"
        else:
            yield "        rows = [each for row in hessian for each in row]"
            yield "        found = [value, *gradient.values(), *rows]"
    else:
        yield f"        value, gradient = {name}_grad(*point)"
        yield "        found = [value, *gradient.values()]"
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


CLOSING = (
    "",
    "",
    'if __name__ == "__main__":',
    "    test()",
    '    print(f"{len(KNOWN)} points agree with gradcli")',
)
"""Runs a test where its file is started by itself."""
