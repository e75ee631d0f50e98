"""JavaScript: functions for Node and for browsers, and a test that Node runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.views.code.known import TOLERANCE
from gradcli.views.code.wrapping import broken, remarked, wrapped

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
        *wanted.remarks(program, "//"),
        '"use strict";',
        "",
        *wrapped(program.writing.helpers()),
        *functions,
        *broken(f'if (typeof module !== "undefined") module.exports = {{ {", ".join(names)} }};'),
        *(_test(program, wanted, known) if known else []),
    ]
    return "\n".join(lines).rstrip("\n")


def _function(program: Program, function: Function) -> Iterator[str]:
    name, says, body, order = function
    yield f"// {says}"
    yield from broken(f"function {name}({', '.join(program.parameters)}) {{")
    for text, remark in body.statements("  const {name} = {text};", "//"):
        yield from remarked(text, remark, "//")
    value, *slopes = body.results
    keys = [_key(program.solution.names[node]) for node in program.inputs]
    if order == 0:
        yield from broken(f"  return {value};")
    else:
        pairs = [f"{key}: {text}" for key, text in zip(keys, slopes, strict=False)]
        yield from broken(f"  const gradient = {{ {', '.join(pairs)} }};")
        more = ""
        if order == 2:
            yield "  const hessian = ["
            yield from wrapped(f"    [{', '.join(row)}]," for row in body.hessian(len(keys)))
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
    parts, found = "{ value, gradient }", "[value, ...Object.values(gradient)]"
    if wanted.order == 2:
        parts = "{ value, gradient, hessian }"
        found = "[value, ...Object.values(gradient), ...hessian.flat()]"
    yield ""
    yield "// Points, and gradcli's numbers there."
    yield "const KNOWN = ["
    for point, numbers in known:
        yield from broken(f"  [{json.dumps([*point])}, {json.dumps([*numbers])}],")
    yield "];"
    yield "function test() {"
    yield "  for (const [point, numbers] of KNOWN) {"
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
