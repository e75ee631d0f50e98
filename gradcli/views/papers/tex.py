r"""A page as LaTeX to be put into a document: ``align*`` for equations, ``tabular`` for tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from gradcli.views.lines.blocks import Block, Equation, Prose, Table
from gradcli.views.lines.latex_names import in_text
from gradcli.views.lines.page import Page
from gradcli.views.papers.mathematics import Mathematics, names_in
from gradcli.views.papers.sections import Section, sections

HEAD = r"""% \usepackage{amsmath} in the preamble of the document that this is put into
\allowdisplaybreaks"""
"""What a file begins with; long equations go on on the next page."""

MOST_ALIGNED = 50
"""So many equations stand in one ``align*``: TeX keeps all of it in memory."""

MOST_ROWS = 40
"""So many rows stand in one ``tabular``, which has to fit a page."""

_NUMBER = re.compile(r"-?(?:\d[\d.]*(?:e[-+]?\d+)?|inf|nan)")


def render(page: Page) -> str:
    """The text of a LaTeX file, without a final newline."""
    parts = list(sections(page))
    texts = [text for part in parts for each in part.blocks for text in _texts(each)]
    mathematics = Mathematics(names_in(texts))
    written = ["\n".join(_section(part, mathematics)) for part in parts]
    return "\n\n".join([HEAD, *filter(None, written)])


def formulas(page: Page) -> list[str]:
    """The equations and tables of a page as lines for mathematical mode, with no word beside."""
    parts = list(sections(page))
    mathematics = Mathematics(
        names_in([text for part in parts for each in part.blocks for text in _texts(each)])
    )
    made: list[list[str]] = []
    for part in parts:
        equations = [each for each in part.blocks if isinstance(each, Equation)]
        rows = [row for each in equations for row in _equation(each, mathematics)]
        if rows:
            made.append(_within("aligned", " \\\\\n".join(_sides(rows))))
        made += [_array(each, mathematics) for each in part.blocks if isinstance(each, Table)]
    if len(made) < 2:
        return [line for lines in made for line in lines]
    return _within("gathered", " \\\\[1ex]\n".join("\n".join(lines) for lines in made))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    r"""Equations below each other, each a left side and what it is equal to, as LaTeX."""
    return _within("align*", " \\\\\n".join(_sides(rows)))


def _sides(rows: Sequence[Sequence[str]]) -> list[str]:
    """The two sides of equations, a line for each member."""
    lines = []
    for left, *members in rows:
        first, *more = members or [""]
        lines.append(f"  {left} &= {first}" if members else f"  & {left}")
        lines += [f"  &= {member}" for member in more]
    return lines


def _within(environment: str, text: str) -> list[str]:
    return [rf"\begin{{{environment}}}", text, rf"\end{{{environment}}}"]


def _array(table: Table, mathematics: Mathematics) -> list[str]:
    """A table in mathematical mode, where a notebook has no other."""
    kinds = {**dict.fromkeys(range(len(table.titles)), "r"), **dict.fromkeys(_left(table), "l")}
    cells = [[_cell(each, mathematics, is_formula=False) for each in table.titles]]
    cells = cells if any(table.titles) else []
    cells += [
        [_cell(cell, mathematics, is_formula=at in _formulas(table)) for at, cell in enumerate(row)]
        for row in table.rows[:MOST_ROWS]
    ]
    rows = [" & ".join(map(_inside, row)) for row in cells]
    first, *body, last = _within("array", " \\\\\n".join(rows))
    return [f"{first}{{{''.join(kinds.values())}}}", *body, last]


def _inside(cell: str) -> str:
    """A cell of a table inside of mathematical mode."""
    if cell.startswith("$"):
        return cell[1:-1]
    return rf"\text{{{cell}}}" if cell else ""


def _formulas(table: Table) -> Collection[int]:
    """The columns whose cells are formulas."""
    return table.formulas if table.is_of_words else {0, *table.formulas}


def _left(table: Table) -> Collection[int]:
    """The columns that begin at the left."""
    return {0, *table.formulas, *table.prose}


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Equation):
        yield from (block.left, *block.members)
    elif isinstance(block, Table):
        formulas = {0, *block.formulas}
        yield from (cell for row in block.rows for at, cell in enumerate(row) if at in formulas)


def _section(section: Section, mathematics: Mathematics) -> Iterator[str]:
    title = section.title
    first = section.blocks[0] if section.blocks else None
    if title is not None:
        yield rf"\medskip\noindent\textbf{{{in_text(title)}}}\par"
    elif isinstance(first, Prose):
        yield rf"\noindent {in_text(first.text)}\par"
    elif isinstance(first, Table):
        yield from _table(first, mathematics)
    elif first is not None:
        found = [each for each in section.blocks if isinstance(each, Equation)]
        rows = [row for each in found for row in _equation(each, mathematics)]
        for begin in range(0, len(rows), MOST_ALIGNED):
            yield from aligned(rows[begin : begin + MOST_ALIGNED])
    else:
        yield r"\begin{flushleft}\ttfamily"
        yield " \\\\\n".join(_kept(line) for line in section.text.split("\n"))
        yield r"\end{flushleft}"


def _equation(equation: Equation, mathematics: Mathematics) -> Iterator[Sequence[str]]:
    """The equation, below its label if it has one."""
    if equation.label:
        yield [rf"\text{{{in_text(equation.label)}:}}"]
    if equation.latex is not None:
        yield list(equation.latex())
    else:
        *steps, left = equation.left.split("; ")  # of the line with the program several
        for step in steps:
            yield list(map(mathematics.write, step.split(" = ")))
        members = [*left.split(" = "), *equation.members]
        if len(members) == 1:
            return  # a formula without a left side, which is said to be nothing
        # What is read back may come to the same as what is before it.
        yield list(dict.fromkeys(map(mathematics.write, members)))


def _kept(line: str) -> str:
    """A line of a terminal with its blanks."""
    blanks = len(line) - len(line.lstrip(" "))
    return "~" * blanks + in_text(line.lstrip(" ")).replace("  ", "~~")


def _table(table: Table, mathematics: Mathematics) -> Iterator[str]:
    """The table, in pieces that fit a page, each below the titles."""
    formulas = _formulas(table)
    kinds = {**dict.fromkeys({0, *table.formulas}, "l"), **dict.fromkeys(table.prose, "p{6cm}")}
    columns = "".join(kinds.get(at, "r") for at in range(len(table.titles)))
    for begin in range(0, max(len(table.rows), 1), MOST_ROWS):
        yield r"\begin{center}"
        yield rf"\begin{{tabular}}{{{columns}}}"
        if any(table.titles):
            yield " & ".join(_cell(each, mathematics, is_formula=False) for each in table.titles)
            yield r"\\ \hline"
        for row in table.rows[begin : begin + MOST_ROWS]:
            cells = [
                _cell(cell, mathematics, is_formula=at in formulas) for at, cell in enumerate(row)
            ]
            yield " & ".join(cells) + r" \\"
        yield r"\end{tabular}"
        yield r"\end{center}"


def _cell(text: str, mathematics: Mathematics, *, is_formula: bool) -> str:
    """A formula or a number in mathematical mode, all other text as it is."""
    text = text.strip()
    if not text:
        return ""
    is_formula = is_formula and "…" not in text
    if is_formula or "∂" in text or "∇" in text or _NUMBER.fullmatch(text):
        return f"${mathematics.write(text)}$"
    return in_text(text)
