"""What results and errors look like at the Python prompt and in a notebook: text, HTML, LaTeX, SVG.

Every view is a page of fragments with styles, and becomes HTML here as it becomes text in a
terminal: escaped, with the same colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from html import escape
from typing import Any, Self

from gradcli.errors import GradcliError, UsageError
from gradcli.evaluation.objects import is_array
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import read_model
from gradcli.graph.naming import name_nodes
from gradcli.learn.net import Net
from gradcli.library import show
from gradcli.library.function import Function
from gradcli.library.in_python import in_python
from gradcli.symbolic.result import SymbolicDerivatives
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.views import error as errors
from gradcli.views.lines.latex import Latex
from gradcli.views.lines.latex_names import in_text
from gradcli.views.lines.page import Display, Fragment, Line, Page
from gradcli.views.papers import tex
from gradcli.views.papers import write as papers
from gradcli.views.picture import draw
from gradcli.views.picture.look import Format, Look
from gradcli.views.picture.theme import STYLES
from gradcli.views.programs import statements

WIDTH = 100
"""Columns of a page in a notebook."""

MOST_LINES = 12
"""So many derivatives are written in LaTeX."""

_WORDS = {"inf", "nan"}
"""Numbers that are written as words."""

_CSS = {
    "bold": "font-weight:bold",
    "dim": "opacity:0.6",
    **{name: f"color:{colour}" for name, colour in STYLES.items()},
}
"""The styles of fragments, in the colours of pictures."""

_PRE = (
    "font-family:var(--jp-code-font-family,ui-monospace,monospace);line-height:1.3;white-space:pre"
)
"""What keeps columns below each other: notebooks set preformatted text in the font of prose."""


_FRAME = "width:100%;height:720px;border:0"


class Text(str):
    """A page as text, which the Python prompt shows as it is, and a notebook in colour."""

    __slots__ = ("_html",)
    _html: str

    def __new__(cls, page: Page | str) -> Self:
        made = super().__new__(cls, str(page))
        made._html = _preformatted(page)
        return made

    def __repr__(self) -> str:
        return str(self)

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)

    def __getstate__(self) -> object:
        # The first two protocols of pickle know of slots only where this is defined.
        return object.__getstate__(self)

    def _repr_html_(self) -> str:
        return self._html


class Markdown(str):
    """A document as text, which a notebook sets."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return str(self)


class Picture(str):
    """An SVG as text, which a notebook draws."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<gradcli picture, an SVG of {len(self):,} characters>"

    def _repr_svg_(self) -> str:
        return str(self)


class Site(str):
    """A page for browsers as text, which a notebook shows in a frame of its own."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<gradcli page, an HTML file of {len(self):,} characters>"

    def _repr_html_(self) -> str:
        # In the frame scripts run, and reach nothing of the notebook.
        return f'<iframe sandbox="allow-scripts" style="{_FRAME}" srcdoc="{escape(self)}"></iframe>'


def text(result: object) -> str:
    """The page of a result as text, as its command shows it by default."""
    return str(_page(result, Display()))


def html(result: object) -> str:
    """The same for a notebook."""
    return _preformatted(_page(result, Display(WIDTH)))


def view(result: object, name: str) -> Text:
    """One of the views of a result."""
    return Text(_page(result, Display(), name))


def svg(solution: Solution) -> Picture:
    """The graph of a solution as a picture.

    Raises:
        UsageError: it is too large for anybody to read.
    """
    return Picture(draw.draw(solution, Look(), Format.SVG, Display()))


def svg_if_readable(solution: Solution) -> Picture | None:
    """The same, None where it is too large."""
    try:
        return svg(solution)
    except UsageError:
        return None


def latex(result: object) -> str | None:
    r"""What a result says, as LaTeX between dollar signs; None if it has no such form."""
    known = _views(result)
    if isinstance(result, Solution):
        lines = _of_solution(result)
    elif isinstance(result, SymbolicDerivatives) or "latex" in known:
        lines = str(known["latex"](result, Display())).split("\n")
    elif getattr(result, "factored", None) is not None:
        lines = _of_paths(result)
    elif isinstance(result, Function | Net):
        lines = _of_program(result)
    elif isinstance(result, list):  # of functions of the language, with a sentence on each
        return None
    else:
        return _of_page(result)
    if not lines:
        return None
    rows = [line.replace(" = ", " &= ", 1) for line in lines if line]
    return _displayed([r"\begin{aligned}", " \\\\\n".join(rows), r"\end{aligned}"])


def _displayed(lines: Sequence[str]) -> str:
    """Formulas as a notebook sets them on a line of their own."""
    return "\n".join([r"$\displaystyle", *lines]) + "$"


def _of_page(result: object) -> str | None:
    """What is an equation or a table of formulas on the page of any other result."""
    if not _views(result):
        return None
    made = _page(result, papers.display(".tex", None, all_rows=False))
    if isinstance(made, str):
        return None
    lines = tex.formulas(made)
    return _displayed(lines) if lines else None


def message(error: GradcliError) -> str:
    """An error with its place and the way out, as text."""
    shown = copy(error)
    shown.message = in_python(error.message)
    shown.hint = error.hint and in_python(error.hint)
    return str(errors.render(shown))


def _views(result: object) -> dict[str, Any]:
    found = (views for kind, views in show.VIEWS.items() if isinstance(result, kind))
    return dict(next(found, {}))


def _page(result: object, display: Display, name: str | None = None) -> Page | str:
    known = _views(result)
    made: Page | str = known[name or next(iter(known))](result, display)
    return made


def _preformatted(page: Page | str) -> str:
    """A page as HTML, a line a line, in which no text is markup."""
    lines = None if isinstance(page, str) else _lines(page)
    shown = escape(str(page)) if lines is None else "\n".join("".join(map(_span, x)) for x in lines)
    return f'<pre style="{_PRE}">{shown}</pre>'


def _lines(page: Page) -> list[Line] | None:
    """The lines of a page; None where it has parts that are none."""
    lines = [part for part in page.parts if isinstance(part, tuple | list)]
    return lines if len(lines) == len(page.parts) else None


def _span(fragment: Fragment) -> str:
    shown = escape(fragment.text)
    style = ";".join(_CSS[word] for word in fragment.style.split())
    return f'<span style="{style}">{shown}</span>' if style else shown


def _of_program(program: Function | Net) -> list[str]:
    """Its statements, a line each; none of one that is too long, or has no graph yet."""
    model = program.model if isinstance(program, Function) else read_model(program.program(), {})
    if model is None or len(model.steps) > MOST_LINES:
        return []
    names = name_nodes(model)
    writer = Latex([*names.values()])
    return [
        f"{writer.name(name or names[model.output])} = {writer.write(tree)}"
        for name, tree in statements(model)
    ]


def _of_solution(solution: Solution) -> list[str]:
    """The value and the gradient, a line each."""
    writer, display = Latex([*solution.names.values()]), Display()
    names = [*solution.gradient][:MOST_LINES]
    lines = []
    if solution.has_values and not is_array(solution.value):
        lines = [f"{writer.name(solution.output)} = {_number(solution.value, display)}"]
    nodes = {node.name: node for node in solution.nodes if node.name in names}
    for name in names:
        left = writer.derivative(solution.output, [name], single=False)
        tree = nodes[name].shown_derivative()
        parts = [] if tree is None else [writer.write(tree)]
        if solution.has_values and not is_array(nodes[name].grad):
            parts.append(_number(nodes[name].grad, display))
        if parts:
            lines.append(" = ".join([left, *dict.fromkeys(parts)]))
    return lines


def _of_paths(sums: Any) -> list[str]:
    """The sum over all paths in its factored form."""
    writer = Latex([sums.source, sums.output])
    left = writer.derivative(sums.output, [sums.source], single=False)
    try:
        statement = parse(sums.factored).statements[-1]
    except GradcliError:  # with f'(z) for calls of the program's functions
        return [rf"{left} = \texttt{{{in_text(sums.factored)}}}"]
    parts = [writer.write(statement.value)]
    if sums.total is not None and not is_array(sums.total):
        parts.append(_number(sums.total, Display()))
    return [" = ".join([left, *parts])]


def _number(value: float, display: Display) -> str:
    written = display.number(value)
    if written.removeprefix("-") in _WORDS:
        return written.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
    (statement,) = parse(written).statements
    assert isinstance(statement, ast.Step)  # noqa: S101  (a number is an expression)
    return Latex().write(statement.value)
