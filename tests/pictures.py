"""Pictures for tests: programs as they are drawn, text that could break a file, and a browser."""

from __future__ import annotations

import contextlib
import html
import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from gradcli.evaluation.solve import differentiated, read_model
from gradcli.views.picture.caption import Style, caption
from gradcli.views.picture.crop import crop
from gradcli.views.picture.model import Box, Kind, Link, Picture, Role, Word
from gradcli.views.picture.network import network
from gradcli.views.picture.sketch import sketch

TUTORIAL = """\
f(z) = 1/(1 + exp(-z))
a[j] = f(sum(w1[i,j]*x[i] for i in 1..2)) for j in 1..2
b[k] = f(sum(w2[j,k]*a[j] for j in 1..2)) for k in 1..2
o    = f(sum(w3[k,1]*b[k] for k in 1..2))
J    = (o - y)^2/2
"""
TUTORIAL_VALUES = {
    "x": [1, 0.5], "y": 1, "w1": [[0.3, 0.5], [0.4, 0.6]], "w2": [[0.1, -0.1], [0.4, 0.2]],
    "w3": [[0.4], [-0.6]],
}  # fmt: skip


def layer_net(inputs: int, hidden: int, outputs: int) -> tuple[str, dict[str, object]]:
    """A net with one hidden layer, and values that repeat themselves."""
    source = (
        f"h[j] = tanh(sum(w1[i,j]*x[i] for i in 1..{inputs}) + b1[j]) for j in 1..{hidden}\n"
        f"o[k] = sum(w2[j,k]*h[j] for j in 1..{hidden}) + b2[k] for k in 1..{outputs}\n"
        f"J = sum((o[k] - y[k])^2 for k in 1..{outputs})\n"
    )
    wave = iter(range(10**6))

    def numbers(count: int) -> list[float]:
        return [round((next(wave) * 37 % 101 - 50) / 60, 3) for _ in range(count)]

    return source, {
        "x": numbers(inputs), "y": numbers(outputs), "b1": numbers(hidden), "b2": numbers(outputs),
        "w1": [numbers(hidden) for _ in range(inputs)],
        "w2": [numbers(outputs) for _ in range(hidden)],
    }  # fmt: skip


def chain(count: int) -> tuple[str, dict[str, object]]:
    """One operation after the other."""
    steps = "; ".join(f"t[{i}] = sin(t[{i - 1}])" for i in range(1, count))
    return f"t[0] = sin(x); {steps}; t[{count - 1}]", {"x": 1}


PROGRAMS: dict[str, tuple[str, dict[str, object]]] = {
    "lesson": ("J(a,b,c) = 3(a + b*c)", {"a": 1, "b": 2, "c": 3}),
    "waves": ("sin(x*y)*exp(-x^2/2)+log(1+y^2)", {"x": 1, "y": 2}),
    "tutorial": (TUTORIAL, TUTORIAL_VALUES),
    "net": layer_net(3, 4, 2),
    "sixty": layer_net(3, 3, 2),
    "large": layer_net(5, 7, 4),
    "chain": chain(60),
    "sum": ("sum(x[i] for i in 1..30)", {"x": [i / 10 for i in range(30)]}),
    "products": ("sum(w[i]*x[i] for i in 1..30)", {"x": list(range(30)), "w": [0.5] * 30}),
    "square": ("x*x", {"x": 3}),
    "input": ("x", {"x": 3}),
    "constant": ("2 + 3", {}),
    "constants": ("k = 2; 2^3*log(3)*x + k", {"x": 1}),
    "difference": ("a - b + c - (d - a)", {"a": 1, "b": 2, "c": 3, "d": 4}),
    "unused": ("u = x*y; v = x + 1; v", {"x": 1, "y": 2}),
    "branch": ("where(x > 0, sqrt(x), x^2)", {"x": -2}),
    "undefined": ("log(x)/x", {"x": -1}),
    "greek": ("α₁*β + 日本^2", {"α1": 1, "β": 2, "日本": 3}),
    "long names": (f"{'abcdefghij' * 8}*{'z' * 90}", {"abcdefghij" * 8: 1, "z" * 90: 2}),
}


def picture(
    source: str, point: dict[str, Any], /, *, full: bool = False, **options: Any
) -> Picture:
    """What is drawn of a program; ``options`` are those of a style, and ``depth`` and ``focus``."""
    solution = differentiated(read_model(source, point)).at(point)
    vertices = network(solution) if options.get("layers") else sketch(solution, full=full)
    part = crop(solution, vertices, options.pop("depth", None), options.pop("focus", None))
    return caption(solution, part, Style(**options))


EVIL = [
    "end", "class", "graph", "subgraph x", "click", '"', "'", "`md`", "**bold**", "_it_", "#35;",
    "&lt;", "&", "<b>x</b>", "<script>alert(1)</script>", "<!-- -->", "]]>", "<![CDATA[", "]]",
    'a"]; evil', "1. list", "- item", "\\N \\l \\", "{a}", "[b]", "(c)", "((d))", "|e|", "%% no",
    "-->", "---", "é日本α", "a\u0301", "x" * 200,
]  # fmt: skip
"""Text that means something in one format or the other."""


def evil_picture() -> Picture:
    """All of it as names, formulas, values, labels and details."""
    boxes = tuple(
        Box(
            Kind.STEP,
            ((Word(text, Role.NAME), Word(" = " + text, Role.FORMULA)), (Word(text, Role.VALUE),)),
            text,
        )
        for text in EVIL
    )
    links = tuple(
        Link(place, place + 1, ((Word(text, Role.GRADIENT),),), text)
        for place, text in enumerate(EVIL[:-1])
    )
    return Picture(" ".join(EVIL), boxes, links)


BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--no-first-run", "--disable-sync", "--allow-file-access-from-files", "--dump-dom",
    "--virtual-time-budget=20000",
]  # fmt: skip


def browse(page: str, *flags: str) -> Any:
    """What a page leaves as JSON in its element ``result``, in a new browser without a network."""
    for _ in range(2):  # a machine under load starts a browser too slowly now and then
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            found = _dump(Path(folder), page, flags)
        if found:
            return json.loads(html.unescape(found))
    raise AssertionError("the browser shows no result")


def _dump(folder: Path, page: str, flags: tuple[str, ...]) -> str:
    """The text of the element ``result``, empty if it is not there in time."""
    assert BROWSER
    file, dump = folder / "page.html", folder / "dump.html"
    file.write_text(f'<!doctype html><meta charset="utf-8">{page}', encoding="utf-8")
    command = [BROWSER, *_FLAGS, *flags, f"--user-data-dir={folder}/profile", file.as_uri()]
    # A file, not a pipe, and a session of its own: processes of the browser outlive their parent.
    with dump.open("wb") as output:
        browser = subprocess.Popen(
            command, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            browser.wait(timeout=120)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
    text = dump.read_text(encoding="utf-8", errors="replace")
    return text.partition('<pre id="result">')[2].partition("</pre>")[0]
