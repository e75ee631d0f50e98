"""`gradcli jac`: the Jacobian of an expression, or of several outputs of it, at a point."""

from __future__ import annotations

from gradcli.cli.assignments import assignments
from gradcli.cli.command import Command
from gradcli.cli.options import Along, Of, Shape, Sparse, WrtInputs
from gradcli.cli.parameters import Annotated, valued
from gradcli.cli.remarks import not_defined, split_names
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page, spy

EXAMPLES = """\
Examples:

\b
gradcli jac "u = x*y; v = x^2; u + v" --of u,v --x 1 --y 2
gradcli jac "W@x" --W "[[1,2],[3,4]]" --x "[5,6]" --json
gradcli jac "[r*cos(t), r*sin(t)]" --r 2 --t pi/6 --along "r=1,t=0.5"
gradcli jac "x[2..9] - x[1..8]^2" --x "[1,2,3,4,5,6,7,8,9]" --spy
"""

VIEWS = {
    "page": View(page("jac"), has_table=True),
    "json": JSON,
    "spy": spy("of_jacobian"),
}

command = Command(VIEWS, EXAMPLES, everything="Every entry, however many.")


@command
def show_jacobian(
    task: Task,
    *,
    of: Of = None,
    wrt: WrtInputs = None,
    along: Along = None,
    back: Annotated[
        list[str] | None,
        valued(
            "--back",
            "VECTOR",
            "Also a vector of outputs times the Jacobian: u=1,v=-2, and 0 for all others.",
        ),
    ] = None,
    shape: Shape = None,
    sparse: Sparse = False,
) -> None:
    """All first derivatives at a point: a row for each output, a column for each input.

    The output may be an array, or there are several: --of u,v. Entries that cannot be other than
    0 are found first, so that passes are as few as these allow.
    """
    source, values, shapes = task.source, task.values, task.shapes(shape)
    names, outputs = split_names(wrt or ()), split_names(of or (), "--of")
    forward, backward = assignments(along, "--along"), assignments(back, "--back")
    from gradcli.programs.jacobian import jacobian  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        found = jacobian(
            source,
            values,
            of=outputs,
            wrt=names,
            along=forward,
            back=backward,
            strict=task.strict,
            shapes=shapes,
            is_sparse=sparse,
        )
    task.finish(
        found,
        notes=found.notes,
        problems=found.problems,
        failure=not_defined(found.value_problems, source),
    )
