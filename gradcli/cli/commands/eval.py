"""`gradcli eval`: value and derivatives of an expression."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

import typer

from gradcli.cli import output
from gradcli.cli.arguments import FLAGS, ProgramCommand
from gradcli.cli.context import Environment
from gradcli.cli.options import (
    AllNodes,
    Assert,
    Expression,
    File,
    Get,
    Json,
    NoColor,
    Output,
    Precision,
    Set,
    Strict,
    Trace,
    Tree,
    Vars,
    Wrt,
)
from gradcli.cli.program import read_program
from gradcli.cli.remarks import (
    check_precision,
    not_defined,
    remark,
    split_names,
    suggest_option,
    warnings_of,
)
from gradcli.cli.values import read_values
from gradcli.errors import CheckError, GradcliError, InputError, UsageError

if TYPE_CHECKING:
    from gradcli.cli.assertion import Claim
    from gradcli.evaluation.solution import Solution

EXAMPLES = """\
Examples:

\b
gradcli eval "3*(a+b*c)" --a 1 --b 2 --c 3
gradcli eval "J(a,b,c)=3(a+bc)" --a 1 --b 2 --c 3 --tree
gradcli eval "v=b*c; u=a+v; J=3u" --a 1 --b 2 --c 3 --trace
gradcli eval "sin(x)^2" --x pi/6 --get d/dx
gradcli eval "x^3" --x=-2 --assert "d/dx == 12 ± 1e-9"
echo "x*y" | gradcli eval - --x 2 --y 3 --json

Exit codes: 0 done, 1 unforeseen, 2 usage or syntax, 3 a name or a value is missing or unknown,
4 the value is not finite, 5 an assertion failed, 130 interrupted.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=ProgramCommand, epilog=EXAMPLES, options_metavar="[OPTIONS] [--NAME VALUE]...")
def evaluate(
    context: typer.Context,
    *,
    expression: Expression = None,
    file: File = None,
    assignments: Set = None,
    files: Vars = None,
    wrt: Wrt = None,
    queries: Get = None,
    assertions: Assert = None,
    json: Json = False,
    tree: Tree = False,
    trace: Trace = False,
    all_nodes: AllNodes = False,
    precision: Precision = None,
    strict: Strict = False,
    target: Output = None,
    no_color: NoColor = False,
) -> None:
    """Value of EXPRESSION, and its partial derivative by every node.

    Any variable is a flag: --a 1, --a=-1, --a pi/2. It prints a table unless another view is
    asked for.
    """
    del no_color  # run has seen it, before anything could fail
    environment: Environment = context.obj
    check_precision(precision)
    view = _only_view(json=json, tree=tree, trace=trace, get=bool(queries))
    if target is not None:
        output.check_target(target)
    source = read_program(environment, expression, file)
    values = read_values(environment, context.meta[FLAGS], assignments or (), files or ())
    claims = _read_claims(assertions or ())
    solution = _solve(context, source, values, wrt=split_names(wrt or ()), strict=strict)
    if view == "get":
        text = _numbers(solution, queries or (), precision)
    else:
        stream = environment.stdout if target is None else None
        text = _view(view, solution, environment, stream, precision, all_nodes=all_nodes)
    failure = _failure(solution, claims)
    remark(environment, source, solution.notes)
    if target is None or failure is None:
        output.deliver(environment, text, target)
    remark(environment, source, warnings_of(solution.problems))
    if failure is not None:
        raise failure


def _only_view(**asked: bool) -> str:
    """The view that is asked for; the table, if none is."""
    views = [name for name, wanted in asked.items() if wanted]
    if len(views) > 1:
        raise UsageError(
            "usage", f"--{views[0]} and --{views[1]} cannot go together", hint="leave one out"
        )
    return views[0] if views else "table"


def _read_claims(texts: Sequence[str]) -> list[Claim]:
    if not texts:
        return []
    from gradcli.cli.assertion import read_claim  # noqa: PLC0415  (seldom needed)

    return [read_claim(text) for text in texts]


def _solve(
    context: typer.Context,
    source: str,
    values: dict[str, object],
    *,
    wrt: list[str] | None,
    strict: bool,
) -> Solution:
    from gradcli.evaluation.solve import solve  # noqa: PLC0415  (`--help` needs no engine)

    try:
        return solve(source, values, wrt=wrt, strict=strict)
    except InputError as error:
        suggest_option(context, error)
        raise


def _view(
    name: str,
    solution: Solution,
    environment: Environment,
    stream: TextIO | None,
    precision: int | None,
    *,
    all_nodes: bool,
) -> str:
    view = import_module(f"gradcli.views.{name}")  # only the one that is asked for
    if name == "json":
        return str(view.render(solution))
    display = environment.display(stream, precision=precision, all_rows=all_nodes)
    return environment.text(view.render(solution, display), stream)


def _numbers(solution: Solution, queries: Sequence[str], precision: int | None) -> str:
    from gradcli.views.lines.number import exact, number  # noqa: PLC0415  (as above)

    show = exact if precision is None else partial(number, precision=precision)
    return "\n".join([show(solution.get(query)) for query in queries])


def _failure(solution: Solution, claims: Sequence[Claim]) -> GradcliError | None:
    """Why the exit code is not 0: a value that is not finite, or claims that do not hold."""
    undefined = not_defined(solution.problems, solution.source)
    if undefined is not None:
        return undefined
    failures = [failure for claim in claims if (failure := claim.failure(solution))]
    return CheckError("assertion", "; ".join(failures)) if failures else None
