"""`gradcli eval`: value and derivatives of an expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from gradcli.cli.command import Command
from gradcli.cli.options import Assert, Get, Of, Shape, Wrt
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.remarks import not_defined, refuse_numbers, split_names
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, PICTURES, View, draw, page, pictures
from gradcli.errors import GradcliError, Note, UsageError

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.evaluation.claims import Claim
    from gradcli.evaluation.solution import Solution
    from gradcli.syntax.ast import Lengths
    from gradcli.views.lines.page import Page

EXAMPLES = """\
Examples:

\b
gradcli eval "3*(a+b*c)" --a 1 --b 2 --c 3
gradcli eval "J(a,b,c)=3(a+bc)" --a 1 --b 2 --c 3 --tree
gradcli eval "v=b*c; u=a+v; J=3u" --a 1 --b 2 --c 3 --trace
gradcli eval "3*(a+b*c)" --a 1 --b 2 --c 3 --grad
gradcli eval -f examples/neuron.grad --vars examples/neuron.json --only steps
gradcli eval "sin(x)^2" --x pi/6 --get d/dx
gradcli eval "abs(x) + max(x, y)" --x 0 --y 0 --frameworks
gradcli eval "u = x*y; v = x^2; u + v" --of u,v --x 1 --y 2
gradcli eval "exp(x)*sin(y)" --x 1 --y 2 --order 3
gradcli eval "x^2*y" --x 1 --y 2 --along "x=1,y=-2" --order 4
gradcli eval "x^2*sin(x)" --x 0..3:0.5
gradcli eval "x^2*sin(x)" --x 0..3:0.1 --plot
gradcli eval "x^3" --x=-2 --assert "d/dx == 12 ± 1e-9"
echo "x*y" | gradcli eval - --x 2 --y 3 --json

Exit codes: 0 done, 1 unforeseen, 2 usage or syntax, 3 a name or a value is missing or unknown,
4 the value is not finite, 5 an assertion failed, 130 interrupted.
"""


def _numbers(solution: Solution, call: Call) -> str:
    """The numbers that are asked for, a line each; of several questions with what they are."""
    from gradcli.evaluation.objects import exact  # noqa: PLC0415  (`--help` needs no engine)
    from gradcli.views.lines.number import number  # noqa: PLC0415  (likewise)

    show = exact if call.precision is None else partial(number, precision=call.precision)
    queries = call.asked["get"]
    if len(queries) == 1:
        return "\n".join(map(show, solution.get_all(queries[0])))
    return "\n".join(
        f"{label} = {show(value)}"
        for query in queries
        for label, value in zip(solution.labels(query), solution.get_all(query), strict=True)
    )


def _json(solution: Solution, call: Call) -> str:
    """The object of a program at a point, or the numbers that are asked for in one."""
    from gradcli.views import json  # noqa: PLC0415  (`--help` needs no views)

    queries = call.asked["get"]
    if not queries:
        return json.render(solution, call.notes)
    from gradcli.views.answers import Answers  # noqa: PLC0415  (only with --get)

    return json.render(Answers(solution, queries), call.notes)


_TABLES = {"Jacobian": "jac", "Orders": "orders", "Grid": "grid"}
"""What is a table of another kind than the nodes of a program, and the file that writes it."""

_WHOLE = frozenset(("table", "json", *PICTURES))
"""The views that these have."""


def _table(result: Any, call: Call) -> Page:
    """The nodes of a program at a point; of several outputs or of higher order the derivatives."""
    return page(_TABLES.get(type(result).__name__, "table"))(result, call)  # type: ignore[return-value]  # of `page`


def _curve(grid: Any, call: Call) -> Page:
    """The columns of a table over a range as curves, or those that are asked for."""
    from gradcli.views.grid import plot  # noqa: PLC0415  (`--help` needs no views)

    return plot(grid, call.display, everything=bool(call.asked["get"]))


KINDS = ("inputs", "steps")
"""The nodes of a table that may be shown without all others."""


def _picture(result: Any, call: Call) -> Page | str | bytes:
    """The graph of a program at a point; of what has no graph the page as a picture."""
    if type(result).__name__ not in _TABLES:
        return draw(result, call)
    from gradcli.views.papers.write import write  # noqa: PLC0415  (seldom needed)

    return write(_table(result, call), f".{call.view}")


VIEWS = {
    "table": View(_table, has_table=True),
    "json": JSON._replace(write=_json, also=("get",)),
    "tree": View(page("tree"), "The graph as a tree."),
    "grad": View(page("gradient"), "The derivatives by the inputs, a line each.", has_table=True),
    "trace": View(page("trace"), "Forward and backward pass, step by step.", has_table=True),
    "plot": View(
        _curve,
        "The curves over a range: --x 0..3:0.1.",
        also=("get",),
    ),
    "frameworks": View(
        page("frameworks"), "What other frameworks give at this point.", has_table=True
    ),
    **pictures(_picture),
    "get": View(_numbers, option=Get, example="d/dx"),
}

command = Command(VIEWS, EXAMPLES, everything="Every node, however many.")


@command
def evaluate(
    task: Task,
    *,
    of: Of = None,
    wrt: Wrt = None,
    order: Annotated[
        int | None, valued("--order", "N", "The derivatives up to the N-th, mixed ones, too.")
    ] = None,
    along: Annotated[
        list[str] | None,
        valued(
            "--along",
            "VECTOR",
            "Instead the derivatives in a direction: x=1,y=-2, and 0 for all other inputs.",
        ),
    ] = None,
    only: Annotated[
        str | None,
        valued(
            "--only",
            "|".join(KINDS),
            "Of the table only these: inputs, or the named steps.",
            choices=KINDS,
        ),
    ] = None,
    full: Annotated[
        bool,
        option("--full", text="The program's own functions taken apart, not one node each."),
    ] = False,
    assertions: Assert = None,
    shape: Shape = None,
) -> None:
    """Value of EXPRESSION, and its partial derivative by every node.

    Any variable is a flag: --a 1, --a=-1, --a pi/2, --a 0..3:0.5 for a table over a range, or
    with --plot its curves. It prints a table unless another view is asked for.
    """
    refuse_numbers(task.asked["get"] or (), "--get")
    names = split_names(wrt or ())
    task.manner = {"full": full, "only": only}
    if only is not None and task.view != "table":
        hint = f"leave out --{task.view}, or --only"
        raise UsageError("usage", "--only narrows the table", hint=hint)
    outputs = split_names(of or (), "--of") or []
    source = task.source
    axes, values = task.ranges()
    if axes:
        alone = not (order or along or assertions or shape or only)
        _refuse_beside_range(task, outputs, alone=alone)
        _show_grid(task, axes, values, outputs[0] if outputs else None, names)
        return
    if task.view == "plot":
        hint = "give one of the variables a range, as in --x 0..3:0.1"
        raise UsageError("range", "a curve is over a range of values", hint=hint)
    shapes = task.shapes(shape)
    if order is not None or along is not None:
        from gradcli.cli.assignments import assignments  # noqa: PLC0415  (few ask for these)

        _refuse_beside(task, outputs, has_claims=bool(assertions))
        direction = assignments(along, "--along")
        _show_orders(task, 1 if order is None else order, direction, outputs, names, shapes)
        return
    if len(outputs) > 1:
        _show_several(task, outputs, names, shapes, has_claims=bool(assertions))
        return
    claims = _read_claims(assertions or ())
    from gradcli.evaluation.solve import solve  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        solution = solve(source, values, wrt=names, strict=task.strict, shapes=shapes)
        solution = solution.of(outputs[0]) if outputs else solution
    for claim in claims:
        task.tell(claim.notes(solution, strict=task.strict))
    notes: Sequence[Note] = solution.notes
    if task.asked["get"]:
        claimed = (query for claim in claims for query in claim.queries(solution))
        problems = solution.warnings_behind([*task.asked["get"], *claimed])
        # Who asks for a number is not told what a table would not have.
        notes = [note for note in notes if note.kind != "array-output"]
    else:
        problems = solution.warnings
    task.finish(solution, notes=notes, problems=problems, failure=_failure(solution, claims))


def _show_grid(
    task: Task,
    axes: Mapping[str, str],
    constants: Mapping[str, object],
    of: str | None,
    names: Sequence[str] | None,
) -> None:
    """A table, or a curve, over the ranges that are given to inputs."""
    from gradcli.programs import ranges  # noqa: PLC0415  (seldom needed)
    from gradcli.programs.grid import grid  # noqa: PLC0415  (seldom needed)

    points = {name: ranges.points(text, name) for name, text in axes.items()}
    if task.view == "plot" and len(axes) > 1:
        message = f"a curve is over one range, and there are {len(axes)}"
        first, *others = axes
        hint = f"give {', '.join(f'--{name}' for name in others)} one number and keep --{first}"
        raise UsageError("range", message, hint=hint)
    source, queries = task.source, task.asked["get"] or ()
    with task.hints():
        found = grid(
            source, points, constants, of=of, wrt=names, queries=queries, strict=task.strict
        )
    if task.view != "plot" and not queries:
        found.refuse_alike()
    # Poles in a table are no failure: what is finite is what was asked for.
    problems = [problem._replace(kind="derivative") for problem in found.problems]
    task.finish(found, notes=found.notes, problems=problems)


def _refuse_beside_range(task: Task, outputs: Sequence[str], *, alone: bool) -> None:
    """Refuse what cannot go together with a range."""
    queries = task.asked["get"] or ()
    shown = task.view in _WHOLE and not queries
    shown = shown or task.view == "plot" or (task.view == "get" and len(queries) == 1)
    if not (shown and alone and len(outputs) < 2):
        message = "a range of values makes a table, a curve, JSON, or one column by --get"
        hint = "beside it go --of NAME, --wrt NAMES, --plot, --json, -o FILE.csv and a single --get"
        raise UsageError("range", message, hint=hint)


def _refuse_beside(task: Task, outputs: Sequence[str], *, has_claims: bool) -> None:
    """Refuse what cannot go together with derivatives of higher order."""
    if task.view not in _WHOLE or has_claims:
        message = "derivatives of higher order, and along a direction, are a table or JSON"
        raise UsageError("order", message, hint="for a single number: --get d3J/dx3")
    if len(outputs) > 1:
        message = "derivatives of higher order are of one output"
        raise UsageError("of", message, hint=f"ask for one of them: --of {outputs[0]}")


def _show_orders(  # noqa: PLR0917  (what is asked for)
    task: Task,
    order: int,
    along: Mapping[str, Any] | None,
    outputs: Sequence[str],
    names: Sequence[str] | None,
    shapes: Mapping[str, Lengths],
) -> None:
    """The derivatives up to some order."""
    from gradcli.programs.orders import orders  # noqa: PLC0415  (seldom needed)

    with task.hints():
        found = orders(
            task.source,
            task.values,
            order=order,
            along=along,
            of=outputs[0] if outputs else None,
            wrt=names,
            strict=task.strict,
            shapes=shapes,
        )
    failure = not_defined(found.value_problems, task.source)
    task.finish(found, notes=found.notes, problems=found.problems, failure=failure)


def _show_several(
    task: Task,
    outputs: Sequence[str],
    names: Sequence[str] | None,
    shapes: Mapping[str, Lengths],
    *,
    has_claims: bool,
) -> None:
    """The derivatives of several outputs, as `gradcli jac` shows them."""
    if task.view not in _WHOLE or has_claims:
        raise UsageError(
            "of",
            "several outputs are a table or JSON",
            hint=f"ask for one of them: --of {outputs[0]}",
        )
    from gradcli.programs.jacobian import jacobian  # noqa: PLC0415  (seldom needed)

    with task.hints():
        found = jacobian(
            task.source, task.values, of=outputs, wrt=names, strict=task.strict, shapes=shapes
        )
    failure = not_defined(found.value_problems, task.source)
    task.finish(found, notes=found.notes, problems=found.problems, failure=failure)


def _read_claims(texts: Sequence[str]) -> list[Claim]:
    if not texts:
        return []
    from gradcli.evaluation.claims import read_claim  # noqa: PLC0415  (seldom needed)

    return [read_claim(text) for text in texts]


def _failure(solution: Solution, claims: Sequence[Claim]) -> GradcliError | None:
    """Why the exit code is not 0: a value that is not finite, or claims that do not hold."""
    undefined = not_defined(solution.value_problems, solution.source)
    if undefined is not None:
        return undefined
    if not claims:
        return None
    from gradcli.evaluation.claims import refutation  # noqa: PLC0415  (seldom needed)

    return refutation(claims, solution)
