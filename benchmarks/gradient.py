"""The cheap gradient: value and whole gradient beside the value alone, both compiled.

    python benchmarks/gradient.py [--rounds 30] [--quick]

Programs of a hundred operations and more: terms of two neighbours, a product of sines, a net of
sigmoids, sums of powers. Theory allows four to five times the value. Beside them stands the same
ratio of jax, where it is installed. Of each engine from a list to numbers; with ``fast`` also a
row of many, where nothing but the work is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from measuring import Call, medians, parser, tell

import gradcli

GOAL = 2.0
"""Times the value alone."""

ROWS = 20_000

PROGRAMS: Mapping[str, str] = {
    "Rosenbrock of 100": " + ".join(
        f"100*(x{k + 1} - x{k}^2)^2 + (1 - x{k})^2" for k in range(1, 100)
    ),
    "sines of 40": " + ".join(f"sin(x{k}*x{k + 1})*x{k}" for k in range(1, 40)),
    "chain of sines": "; ".join(
        ["v0 = x1*x2", *(f"v{k} = sin(v{k - 1} + x3)" for k in range(1, 60)), "v59*x1"]
    ),
    "net 10-10-3": gradcli.net([10, 10, 3]).program(),
    "sums of powers": " + ".join(f"sqrt(x{k}^2 + x{k + 1}^2)/x{k}" for k in range(1, 40)),
}


def compare(name: str, text: str, count: int, least: float) -> None:
    """Print the ratio of each engine, and whether it is what is wanted."""
    function = gradcli.function(text)
    nodes = sum(bool(node.args) for node in function.graph.ancestors([function.output]))
    names = function.inputs
    point = [0.3 + 0.6 * (place * 0.618 % 1) for place in range(len(names))]
    compiled = function.compile(engine="source")
    value, both = compiled.value, compiled.numbers
    calls: dict[str, Call] = {
        "source, value": lambda: value(*point),
        "source, both": lambda: both(*point),
    }
    kinds = {"source": "source"}
    if find_spec("llvmlite"):
        by_rows = _rows(text, point)
        calls |= by_rows
        kinds |= {"fast": "rows of machine code"} if by_rows else {}
    if find_spec("jax") and "[" not in text:
        calls |= _jax(text, names, point)
        kinds["jax"] = "jax"
    times = medians(calls, count, least)
    print(f"{name}: {nodes} operations of {len(names)} inputs")
    for kind, said in kinds.items():
        alone, together = times[f"{kind}, value"], times[f"{kind}, both"]
        ratio = together / alone
        print(f"  {said:22} {alone * 1e6:9.2f} µs {together * 1e6:9.2f} µs {ratio:6.2f} × value")
        if kind != "jax":
            tell(f"value and gradient, {name}, {said}", ratio, "× value", GOAL)


def _rows(text: str, point: list[float]) -> dict[str, Call]:
    """Many rows by machine code; the value alone is made of the program, as no door has it."""
    passes = gradcli.function(text)
    program = passes.compile(engine="fast")._program  # noqa: SLF001  (the value alone has no door)
    chance = np.random.default_rng(0)
    columns = [each * chance.uniform(0.9, 1.1, ROWS) for each in point]
    outs = [np.empty(ROWS) for _ in range(len(columns) + 1)]
    both = program.passed.machine(program.numbers, is_asked=True)
    alone = program.valued.machine(lambda row: [program.value(row)], is_asked=True)
    if both is None or alone is None:
        return {}
    return {
        "fast, value": lambda: alone.run(columns, outs[:1]),
        "fast, both": lambda: both.run(columns, outs),
    }


def _jax(text: str, names: tuple[str, ...], point: list[float]) -> dict[str, Call]:
    """The same text as Python, traced by jax."""
    jax: Any = import_module("jax")
    jax.config.update("jax_enable_x64", val=True)
    *steps, last = [each.replace("^", "**") for each in text.split(";")]
    code = compile("\n".join([*map(str.strip, steps), f"result = {last.strip()}"]), "text", "exec")

    def value(at: Any) -> Any:
        known = {"sin": jax.numpy.sin, "sqrt": jax.numpy.sqrt}
        known |= {name: at[place] for place, name in enumerate(names)}
        exec(code, known)  # noqa: S102  (texts of this file)
        return known["result"]

    given = jax.numpy.array(point)
    alone, both = jax.jit(value), jax.jit(jax.value_and_grad(value))
    return {
        "jax, value": lambda: jax.block_until_ready(alone(given)),
        "jax, both": lambda: jax.block_until_ready(both(given)),
    }


def main() -> None:
    """Compare the programs."""
    made = parser(__doc__)
    made.add_argument("--rounds", type=int, default=30)
    given = made.parse_args()
    count, least = (7, 0.003) if given.quick else (given.rounds, 0.01)
    for name, text in PROGRAMS.items():
        compare(name, text, count, least)


if __name__ == "__main__":
    main()
