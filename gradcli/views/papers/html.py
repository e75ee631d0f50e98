"""A page as HTML: one file, nothing to fetch, no script, and all text escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from string import Template

from gradcli.views.lines.blocks import Equation, Prose, Table
from gradcli.views.lines.page import Fragment, Line, Page
from gradcli.views.papers.sections import Section, sections

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; --rule: #cbd5e1; --value: #0e7490; --derivative: #15803d;
  --wrong: #dc2626; --paper: #fff; --ink: #0f172a; }
@media (prefers-color-scheme: dark) { :root { --rule: #475569; --value: #67e8f9;
  --derivative: #86efac; --wrong: #f87171; --paper: #0f172a; --ink: #f8fafc; } }
body { font: 16px/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink);
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; }
th, td.number, td.formula { white-space: nowrap; }
th, td { padding: .25rem .8rem; border-bottom: 1px solid var(--rule); text-align: right; }
th:first-child, td:first-child, td.formula { text-align: left; }
pre, td { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .9rem; }
td.words { font-family: inherit; text-align: left; }
svg { max-width: 100%; height: auto; }
@media print { pre { white-space: pre-wrap; } }
.bold { font-weight: bold } .dim { opacity: .65 } .cyan { color: var(--value) }
.green { color: var(--derivative) } .red { color: var(--wrong) }$fixed
</style>
</head>
<body>
<main>
$body
</main>
</body>
</html>""")


_FIXED = Template("""
@media all { :root { --paper: $paper; --ink: $ink; } }""")


def render(page: Page) -> str:
    """The text of an HTML file, without a final newline."""
    parts = list(sections(page))
    first = parts[0].text.split("\n")[0].strip() if parts else ""
    return document(first, "\n".join(map(_section, parts)))


def document(title: str, body: str, colours: tuple[str, str] | None = None) -> str:
    """The text of a file with this body.

    Args:
        title: in words; it is escaped here.
        body: markup, in which all text is escaped already.
        colours: of the paper and of what is written on it; None for what the reader prefers.
    """
    fixed = "" if colours is None else _FIXED.substitute(paper=colours[0], ink=colours[1])
    return _PAGE.substitute(title=escape(title or "gradcli"), body=body, fixed=fixed)


def preformatted(lines: Sequence[Line]) -> str:
    """Lines as they are in a terminal, with the classes of their styles."""
    shown = "\n".join("".join(map(_span, line)).rstrip() for line in lines)
    return f'<pre class="wide">{shown}</pre>'


def _section(section: Section) -> str:
    title = section.title
    first = section.blocks[0] if section.blocks else None
    if title is not None:
        return f"<h2>{escape(title)}</h2>"
    if isinstance(first, Prose):
        return f'<p class="{escape(first.style)}">{escape(first.text)}</p>'
    if isinstance(first, Table):
        return "\n".join(_table(first))
    assert first is None or isinstance(first, Equation)  # noqa: S101  (there is nothing else)
    return preformatted(section.lines)


def _table(table: Table) -> Iterator[str]:
    yield '<div class="wide"><table>'
    if any(table.titles):
        heads = "".join(f"<th>{escape(title)}</th>" for title in table.titles)
        yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        cells = [
            f'<td class="{_kind(table, place)}">{escape(cell.strip())}</td>'
            for place, cell in enumerate(row)
        ]
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _kind(table: Table, place: int) -> str:
    if (place == 0 and table.is_of_words) or place in table.prose:
        return "words"
    return "formula" if place == 0 or place in table.formulas else "number"


def _span(fragment: Fragment) -> str:
    shown = escape(fragment.text)
    return f'<span class="{fragment.style}">{shown}</span>' if fragment.style else shown
