"""A program as one file: what it shows, what it computes, and nothing that it would have to fetch.

A policy in its head names the one script and the one style sheet that may work in it, by their
hashes, so nothing that a program or a value says becomes script or markup, and nothing leaves it.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from itertools import chain
from typing import TYPE_CHECKING, Any

from gradcli.engine.targets.javascript import Script
from gradcli.views.html.drawing import HEIGHT, drawing
from gradcli.views.html.files import text
from gradcli.views.html.program import described
from gradcli.views.lines.number import DIGITS as LONG_DIGITS
from gradcli.views.lines.text import visible
from gradcli.views.picture.foot import SMALL
from gradcli.views.picture.model import Kind, Role
from gradcli.views.picture.svg import FONT, LEADING
from gradcli.views.picture.theme import DARK, LIGHT, Theme
from gradcli.views.picture.wording import DIGITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.errors import Note
    from gradcli.views.html.wanted import Wanted

MOST_TEXT, FEW_NODES = 10_000, 100
"""So many characters a page of few nodes has for all derivatives in symbols, of which it shows
none; one of more has no such text."""


def render(wanted: Wanted, notes: Sequence[Note] = ()) -> str:
    """The text of the page, without a final newline.

    Args:
        wanted: what it is to show.
        notes: what is to be known of the values besides.

    Raises:
        UsageError: a page has no value for one of the program's functions.
    """
    from gradcli.views import json as objects  # noqa: PLC0415  (imports what it writes)

    solution, vertices = wanted.solution, wanted.vertices
    manner = wanted.manner
    graph = drawing(solution, vertices, manner)
    program = described(solution, vertices, wanted.learning)
    program |= {"labels": list(chain.from_iterable(graph.labels)), "room": graph.room}
    program |= {"rate": manner.rate, "digits": _digits(manner.precision)}
    program |= {"leading": LEADING, "base": 0.36 * SMALL}
    style = _STYLE_BLANKS.sub(r"\1", _colours() + text("page.css"))
    script = _bare(_operations(program["steps"]) + text("page.js"))
    title = visible(manner.title or f"The gradient of {solution.output}")
    return _fill(
        text("page.html"),
        {
            "policy": escape(_policy(style, script)),
            "title": escape(title),
            "style": style,
            "graph": graph.svg,
            "start": _data(_without_long(json.loads(objects.render(solution, notes)))),
            "program": _data(program),
            "script": script,
        },
    ).rstrip("\n")


def _without_long(start: dict[str, Any]) -> dict[str, Any]:
    """An object of `gradcli.eval/1` without the longer ones of very many derivatives in symbols."""
    count = len(start["nodes"])
    most = MOST_TEXT // count if count <= FEW_NODES else 0
    for node in start["nodes"]:
        if node["derivative"] is not None and len(node["derivative"]) > most:
            node["derivative"] = None
    return start


def _operations(steps: str) -> str:
    """The functions that a program's operations are, and nothing that it does not call."""
    script = Script(frozenset(), is_table=True)
    for step in filter(None, steps.split(";")):
        script.function(step.partition(" ")[0])
    return "\n".join(script.lines() or ["const OPERATIONS = {};", ""])


def _digits(precision: int | None) -> list[int]:
    """The significant digits of numbers in boxes, and of those elsewhere."""
    return [DIGITS, LONG_DIGITS] if precision is None else [precision, precision]


def _policy(style: str, script: str) -> str:
    """What the page may do: run its own script, use its own style, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _colours() -> str:
    """The colours of a picture as variables: light ones, and dark ones for who asks for them."""
    light, dark = map(_variables, (LIGHT, DARK))
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _variables(theme: Theme) -> str:
    colours = {"paper": theme.paper, "line": theme.line}
    colours |= {"font": f"{FONT:g}px", "small": f"{SMALL:g}px", "height": f"{HEIGHT}px"}
    colours |= {role.value: theme.text[role] for role in Role}
    for kind in (Kind.INPUT, Kind.STEP, Kind.OUTPUT):
        colours |= {
            f"{kind.value}-fill": theme.fill[kind],
            f"{kind.value}-border": theme.border[kind],
        }
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def _hash(source: str) -> str:
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode()}"


def _data(found: Any) -> str:
    """JSON for a script element, which would end at the first ``</script``."""
    written = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", r"\u003c")


def _bare(script: str) -> str:
    """A script without its indents, needless blanks, and remarks on lines of their own."""
    lines = (line.strip() for line in script.splitlines())
    text = "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
    return _BLANKS.sub(lambda found: found[1] or found[2], text)


_BLANKS = re.compile(r"""("[^"\n]*"|`[^`]*`)| ?([=*/<>?:,(){}&|]) ?""")
"""Strings, and signs of JavaScript beside which no blank is needed."""

_STYLE_BLANKS = re.compile(r"\s*([{};,>]|:(?= ))\s*")
"""Signs of a style sheet beside which no blank is needed."""


def _fill(template: str, parts: dict[str, str]) -> str:
    """A template with its ``{{name}}`` filled in, each once; what is put in is not looked at."""
    before, *others = template.split("{{")
    pieces = [before]
    for other in others:
        name, _, after = other.partition("}}")
        pieces += [parts[name], after]
    return "".join(pieces)
