"""The door `gradcli.show`: what a command prints for people, of what a door gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gradcli.chains.arrays import ArrayPathSums
from gradcli.chains.result import PathSums
from gradcli.errors import UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.nodes import Nodes
from gradcli.evaluation.nudge import Nudge
from gradcli.evaluation.solution import Solution
from gradcli.learn.net import Net
from gradcli.learn.result import Comparison, Descent
from gradcli.library.function import Function
from gradcli.library.functions import Functions
from gradcli.library.page import display
from gradcli.programs.orders import Orders
from gradcli.programs.result import Hessian, Jacobian
from gradcli.symbolic.implicit import Implicit
from gradcli.symbolic.result import SymbolicDerivatives
from gradcli.trust.causes import Why
from gradcli.trust.result import Check
from gradcli.trust.sameness import Same
from gradcli.uncertainty.result import Budget
from gradcli.views import (
    array_paths,
    budget,
    check,
    descend,
    diff,
    formulas,
    frameworks,
    functions,
    gradient,
    hess,
    implicit,
    jac,
    nudge,
    orders,
    paths,
    programs,
    same,
    spy,
    table,
    trace,
    tree,
    why,
)
from gradcli.views import json as objects
from gradcli.views.lines.page import Display, Page
from gradcli.views.papers import write as papers
from gradcli.views.picture import draw as pictures
from gradcli.views.picture.look import Format, Look

Layout = Callable[[Any, Display], Page | str]


def _without_display(write: Callable[[Any], str]) -> Layout:
    """A text that depends on no display."""
    return lambda result, _: write(result)


def _of_paths(sums: PathSums, laid_out: Display) -> Page:
    """The list of paths, or their number."""
    if isinstance(sums, ArrayPathSums):
        return (array_paths.render if sums.is_list else array_paths.render_counts)(sums, laid_out)
    return (paths.render if sums.is_list else paths.render_counts)(sums, laid_out)


def _of_nodes(nodes: Nodes, laid_out: Display) -> Page:
    """The table of every operation."""
    return table.render(nodes.solution, laid_out._replace(full=True))


VIEWS: Mapping[type, Mapping[str, Layout]] = {
    Solution: {
        "table": table.render,
        "tree": tree.render,
        "grad": gradient.render,
        "trace": trace.render,
        "frameworks": frameworks.render,
    },
    SymbolicDerivatives: {
        "page": diff.render,
        "plain": _without_display(formulas.to_plain),
        "latex": _without_display(formulas.to_latex),
    },
    PathSums: {"page": _of_paths},
    Nudge: {"page": nudge.render},
    Implicit: {
        "page": implicit.render,
        "steps": partial(implicit.render, steps=True),
        "latex": _without_display(implicit.to_latex),
    },
    Jacobian: {"page": jac.render, "spy": spy.of_jacobian},
    Orders: {"page": orders.render},
    Hessian: {"page": hess.render, "spy": spy.of_hessian},
    Check: {"page": check.render},
    Why: {"page": why.render},
    Same: {"page": same.render},
    Budget: {"page": budget.render, "latex": _without_display(budget.to_latex)},
    Descent: {"page": descend.render, "trace": partial(descend.render, trace=True)},
    Comparison: {"page": descend.render_comparison},
    Function: {"page": programs.render},
    Functions: {"page": lambda found, laid_out: functions.render(found.entries, laid_out)},
    Net: {"page": _without_display(Net.program)},
    Nodes: {"table": _of_nodes},
}
"""The views of what each door gives; the first one is that which its command shows by default."""

JSON: Mapping[str, Layout] = {"json": _without_display(objects.render)}
"""That of all of them."""


PAPERS = ("md", "html", "tex", "csv")
PICTURES = ("svg", "png", "pdf")
DOCUMENTS = ("txt", "json", *PAPERS, *PICTURES)
"""What the name of a file may end in, as after ``-o``."""


def show(  # noqa: PLR0913  (what a command line can ask)
    result: object,
    view: str | None = None,
    *,
    width: int = 80,
    precision: int | None = None,
    everything: bool = False,
    full: bool = False,
    only: str | None = None,
    document: str | None = None,
) -> str | bytes:
    """What a command prints, of what its door gives, as text.

    Args:
        result: what ``evaluate``, ``orders``, ``derive``, ``jac``, ``hess``, ``implicit``,
            ``paths``, ``nudge``, ``budget``, ``check``, ``why``, ``same``,
            ``descend`` or ``compare_updates`` gave.
        view: ``"table"``, ``"tree"``, ``"grad"``, ``"trace"`` or ``"frameworks"`` of a `Solution`;
            ``"page"``, ``"plain"`` or ``"latex"`` of derivatives; ``"page"`` or ``"spy"`` of a
            Jacobian or a Hessian; ``"page"``, ``"steps"`` or ``"latex"`` of an equation;
            ``"page"`` or ``"latex"`` of a budget; ``"page"`` or ``"trace"`` of a descent;
            ``"page"`` of any other; ``"json"`` of each. None for the one that the command shows
            by default.
        width: in columns.
        precision: significant digits.
        everything: leave nothing out for being long, as with ``--all``.
        full: take the functions apart that a program defines, in the views of a `Solution` and in
            paths.
        only: ``"inputs"`` or ``"steps"``: of a table these alone.
        document: ``"md"``, ``"html"``, ``"tex"``, ``"csv"``, ``"svg"``, ``"png"`` or ``"pdf"``:
            the same as such a file holds it, instead of lines of some width, the graph as a picture
            where the view is the table of a `Solution`; ``"txt"`` and ``"json"`` as without it.

    Returns:
        Text; bytes of ``"png"`` and ``"pdf"``.

    Raises:
        UsageError: there is no such view, or nothing to be shown.

    >>> from gradcli.library.derive import derive
    >>> show(derive("x^2"), "plain")
    '2*x'
    """
    known = next((views for kind, views in VIEWS.items() if isinstance(result, kind)), None)
    if known is None:
        message = f"there is no page of a value of type {type(result).__name__}"
        raise UsageError("type", message, hint="give what evaluate, derive, … returned")
    known = {**known, **JSON} if hasattr(result, "to_dict") else known
    name = next(iter(known)) if view is None else arguments.choice(view, "view", list(known))
    document = None if document is None else arguments.choice(document, "document", DOCUMENTS)
    if document == "json" and name != "json":
        if view is not None:
            message = f'a file of JSON holds the result, and no view "{view}" of it'
            raise UsageError("usage", message, hint=f'leave out view, or document="{PAPERS[0]}"')
        name = arguments.choice("json", "view", list(known))
    whole = arguments.flag(everything, "everything")
    laid_out = display(width, precision)
    kind = None if document in {None, "txt", "json"} else f".{document}"
    if kind is not None:
        laid_out = papers.display(kind, laid_out.precision, all_rows=whole)
    if whole:
        laid_out = laid_out._replace(limit=None)
    laid_out = laid_out._replace(full=arguments.flag(full, "full"))
    if only is not None:
        if name != "table":
            raise UsageError("usage", "only narrows the table", hint="leave it out")
        laid_out = laid_out._replace(only=arguments.choice(only, "only", ["inputs", "steps"]))
    if isinstance(result, Solution) and name == "table" and document in PICTURES and only is None:
        return _drawn(result, laid_out, document)
    made = known[name](result, laid_out)
    if kind is None:
        return str(made)
    written = papers.write(made, kind)
    return written if isinstance(written, bytes) else str(written)


def _drawn(solution: Solution, laid_out: Display, form: str | None) -> str | bytes:
    """The graph as a picture, as ``-o`` has it of a table."""
    made = pictures.draw(solution, Look(full=laid_out.full), Format(form), laid_out)
    return made if isinstance(made, bytes) else str(made)
