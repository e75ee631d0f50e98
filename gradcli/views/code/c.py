"""C: functions of doubles, and a `main` that compares them with gradcli's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.views.code.known import TOLERANCE
from gradcli.views.code.wrapping import broken, remarked, said, wrapped

if TYPE_CHECKING:
    from gradcli.views.code.asked import Function, Wanted
    from gradcli.views.code.known import Known
    from gradcli.views.code.program import Program


def render(program: Program, wanted: Wanted, known: Sequence[Known]) -> str:
    """The text of a file of C99."""
    functions = [line for each in wanted.functions(program) for line in _function(program, each)]
    test = [*_main(program, wanted, known)] if known else []
    lines = [
        *wanted.remarks(program, "//"),
        "// Compile it without -ffast-math, and with -ffp-contract=off where products are fused.",
        "",
        "#include <math.h>",
        *(["#include <stdio.h>"] if known else []),
        "",
        *wrapped(program.writing.helpers()),
        *functions,
        *test,
    ]
    return "\n".join(lines).rstrip("\n")


_SAYS = (
    "The value.",
    "The value; gradient has the derivatives by {}.",
    "The same; hessian has the second derivatives, a row for each input.",
)
"""What is said of a function, by the order of derivatives: where it leaves them, too."""


def _listed(program: Program) -> str:
    return ", ".join(program.parameters) or "nothing"


def _function(program: Program, function: Function) -> Iterator[str]:
    name, _, body, order = function
    count = len(program.inputs)
    given = [f"double {each}" for each in program.parameters]
    given += ["double *gradient"] if order else []
    given += ["double *hessian"] if order == 2 else []
    yield from said(_SAYS[order].format(_listed(program)), "//")
    yield from broken(f"double {name}({', '.join(given) or 'void'}) {{")
    if order and not count:
        yield "    (void)gradient;" + " (void)hessian;" * (order == 2)
    for text, remark in body.statements("    const double {name} = {text};", "//"):
        yield from remarked(text, remark, "//")
    value, *slopes = body.results
    for place, text in enumerate(slopes):
        array, at = ("gradient", place) if place < count else ("hessian", place - count)
        yield from broken(f"    {array}[{at}] = {text};")
    yield from broken(f"    return {value};")
    yield "}"
    yield ""


def _main(program: Program, wanted: Wanted, known: Sequence[Known]) -> Iterator[str]:
    """A test with gradcli's numbers: exit code 1 where one differs."""
    count = len(program.inputs)
    results = wanted.results(program)
    rows = [[*point, *numbers[:results]] for point, numbers in known]
    width = count + results
    arguments = [f"row[{place}]" for place in range(count)]
    arguments.append("found + 1")
    arguments += [f"found + {1 + count}"] if wanted.order == 2 else []
    function = wanted.called(program)
    yield "// Points, and gradcli's numbers there."
    yield f"static const double known[{len(rows)}][{width}] = {{"
    yield from wrapped(f"    {{{', '.join(map(repr, row))}}}," for row in rows)
    yield "};"
    yield ""
    yield "int main(void) {"
    yield f"    for (int place = 0; place < {len(rows)}; place++) {{"
    yield "        const double *row = known[place];"
    yield f"        double found[{results}];"
    yield from broken(f"        found[0] = {function}({', '.join(arguments)});")
    yield f"        for (int at = 0; at < {results}; at++) {{"
    yield f"            const double other = row[{count} + at];"
    yield f"            const double room = {TOLERANCE!r} * fmax(fabs(other), 1e-3);"
    yield "            if (!(fabs(found[at] - other) <= room)) {"
    yield '                printf("point %d, number %d: %.17g, and not %.17g\\n", place, at,'
    yield "                       found[at], other);"
    yield "                return 1;"
    yield "            }"
    yield "        }"
    yield "    }"
    yield f'    printf("{len(rows)} points agree with gradcli\\n");'
    yield "    return 0;"
    yield "}"
