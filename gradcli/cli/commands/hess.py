"""`gradcli hess`: the Hessian of an expression at a point, and what the point is."""

from __future__ import annotations

from gradcli.cli.assignments import assignments
from gradcli.cli.command import Command
from gradcli.cli.options import Along, OfOne, Shape, Sparse, WrtInputs
from gradcli.cli.remarks import not_defined, split_names
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page, spy

EXAMPLES = """\
Examples:

\b
gradcli hess "(1-x)^2 + 100*(y-x^2)^2" --x 1 --y 1
gradcli hess "x^2*y + exp(x*z)" --x 1 --y 2 --z 0 --wrt x,z
gradcli hess "x^2*y" --x 1 --y 2 --along "x=1,y=-1"
gradcli hess "sum((x[2..9] - x[1..8]^2)^2)" --x "[1,2,3,4,5,6,7,8,9]" --spy
"""

VIEWS = {
    "page": View(page("hess"), has_table=True),
    "json": JSON,
    "spy": spy("of_hessian"),
}

command = Command(VIEWS, EXAMPLES, everything="Every entry, however many.")


@command
def show_hessian(
    task: Task,
    *,
    of: OfOne = None,
    wrt: WrtInputs = None,
    along: Along = None,
    shape: Shape = None,
    sparse: Sparse = False,
) -> None:
    """All second derivatives of EXPRESSION at a point, and what the point is.

    A minimum, a maximum, a saddle, flat or not stationary, by the gradient and the eigenvalues.
    Entries that cannot be other than 0 are found first, so a large Hessian costs few passes.
    """
    source, values, shapes = task.source, task.values, task.shapes(shape)
    names, direction = split_names(wrt or ()), assignments(along, "--along")
    from gradcli.programs.hessian import hessian  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        found = hessian(
            source,
            values,
            of=of,
            wrt=names,
            along=direction,
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
