"""JavaScript: functions for Node and for browsers, and a test that Node runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.views.code.known import TOLERANCE

if TYPE_CHECKING:
    from gradcli.views.code.asked import Function, Wanted
    from gradcli.views.code.known import Known
    from gradcli.views.code.program import Program


def render(program: Program, wanted: Wanted, known: Sequence[Known]) -> str:
    """The text of a script."""
    wanted_functions = [*wanted.functions(program)]
    functions = [line for each in wanted_functions for line in _function(program, each)]
    names = [each.name for each in wanted_functions]
    lines = [
        *(f"// {line}".rstrip() for line in wanted.remarks(program)),
        '"use strict";',
        "",
        *program.writing.helpers(),
        *functions,
        f'if (typeof module !== "undefined") module.exports = {{ {", ".join(names)} }};',
        *(_test(program, wanted, known) if known else []),
    ]
    return "\n".join(lines).rstrip("\n")


def _function(program: Program, function: Function) -> Iterator[str]:
    name, says, body, order = function
    yield f"// {says}"
    yield f"function {name}({', '.join(program.parameters)}) {{"
    yield from body.statements("  const {name} = {text};", "//")
    value, *slopes = body.results
    keys = [_key(program.solution.names[node]) for node in program.inputs]
    if order == 0:
        yield f"  return {value};"
    else:
        pairs = [f"{key}: {text}" for key, text in zip(keys, slopes, strict=False)]
        yield f"  const gradient = {{ {', '.join(pairs)} }};"
        more = ""
        if order == 2:
            yield "  const hessian = ["
            yield from (f"    [{', '.join(row)}]," for row in body.hessian(len(keys)))
            yield "  ];"
            more = ", hessian"
        yield f"  return {{ value: {value}, gradient{more} }};"
    yield "}"
    yield ""


def _key(name: str) -> str:
    """A name as that of a property; one of them would be the prototype if it were not computed."""
    return f"[{json.dumps(name)}]" if name == "__proto__" else json.dumps(name)


def _test(program: Program, wanted: Wanted, known: Sequence[Known]) -> Iterator[str]:
    """A test with gradcli's numbers, which runs where the script is started by itself."""
    call = f"{wanted.called(program)}(...point)"
    found = [
        f"[{call}]",
        "[value, ...Object.values(gradient)]",
        "[value, ...Object.values(gradient), ...hessian.flat()]",
    ][wanted.order]
    yield ""
    yield "// Points, and gradcli's numbers there."
    yield "const KNOWN = ["
    for point, numbers in known:
        yield f"  [{json.dumps([*point])}, {json.dumps([*numbers])}],"
    yield "];"
    yield "function test() {"
    yield "  for (const [point, numbers] of KNOWN) {"
    if wanted.order:
        parts = ["", "{ value, gradient }", "{ value, gradient, hessian }"][wanted.order]
        yield f"    const {parts} = {call};"
    yield f"    {found}.forEach((one, at) => {{"
    yield "      const other = numbers[at];"
    yield f"      const room = {TOLERANCE!r} * Math.max(Math.abs(other), 1e-3);"
    yield "      if (!(Math.abs(one - other) <= room)) {"
    yield "        throw new Error(`at ${point}: ${one}, and not ${other}`);"
    yield "      }"
    yield "    });"
    yield "  }"
    yield "  console.log(`${KNOWN.length} points agree with gradcli`);"
    yield "}"
    yield 'if (typeof require !== "undefined" && require.main === module) test();'
