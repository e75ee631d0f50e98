"""Words where a command must stand that are none: what others call it, and what is typed here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from gradcli.cli.ways_out import typed_line
from gradcli.errors import Sentence, Typed

COMMANDS: Mapping[str, Collection[str]] = {
    "diff": ("derivative", "derive", "differentiate", "grad", "gradient"),
    "hess": ("hessian", "second", "curvature"),
    "jac": ("jacobian", "jvp", "vjp"),
    "graph": ("draw", "dot", "picture", "show", "svg"),
    "quiz": ("ask", "exam", "exercise", "practice", "worksheet"),
    "code": ("export", "generate", "codegen", "compile", "lambdify"),
    "page": ("browser", "html", "play", "web"),
    "check": ("gradcheck", "test", "verify"),
    "eval": ("calc", "calculate", "compute", "evaluate", "value"),
    "map": ("apply", "batch", "columns", "csv", "frame", "rows", "table", "vectorize"),
    "descend": ("descent", "fit", "minimise", "minimize", "optimise", "optimize", "train"),
    "functions": ("list", "rules"),
    "why": ("debug", "diagnose", "explain", "nan", "trace-nan"),
    "same": ("compare", "equal", "equals", "equivalent"),
    "budget": ("error", "errors", "propagate", "uncertainties", "uncertainty"),
}
"""What others call what a command does."""

_ROOT = 'a root is found inside a formula: gradcli eval "findroot(x^2 - 2, x, 1)"'
_FORM = 'formulas are not rewritten; gradcli same "x + x" "2x" compares two'
_INTEGRAL = (
    'there are no integrals; gradcli same "diff(x^3/3, x)" "x^2" tells whether a formula is one'
)
_SERIES = 'the derivatives at a point are those of gradcli eval "exp(x)" --x 0 --order 4'
_LIMIT = (
    "what a formula goes to where it has no value is said by gradcli eval and why; beside a "
    'value of its own: gradcli eval "sin(x)/x if x != 0 else 0" --x 0'
)

INSTEAD: Mapping[str, str] = {
    **dict.fromkeys(("solve", "root", "roots", "zero", "zeros", "fsolve", "nsolve"), _ROOT),
    **dict.fromkeys(("findroot", "fzero", "newton", "bisect"), _ROOT),
    **dict.fromkeys(("simplify", "expand", "factor", "collect", "rewrite", "reduce"), _FORM),
    **dict.fromkeys(("integrate", "integral", "int", "antiderivative", "quad"), _INTEGRAL),
    **dict.fromkeys(("taylor", "series", "maclaurin"), _SERIES),
    **dict.fromkeys(("limit", "lim"), _LIMIT),
    **dict.fromkeys(
        ("plot", "curve", "curves"),
        'for a curve write gradcli eval "x^2" --x 0..3:0.1 --plot; gradcli graph draws the graph',
    ),
    "subs": 'values stand beside a formula: gradcli eval "x^2" --x 3',
    "version": "write gradcli --version",
    "completion": "write gradcli --install-completion",
    "prompt": "gradcli alone is a prompt",
    "repl": "gradcli alone is a prompt",
    "shell": "gradcli alone is a prompt",
}
"""What there is instead of what others have as a command."""


def meant(
    word: str, rest: Sequence[str], commands: Iterable[tuple[str, Any]], ours: Collection[str]
) -> str | None:
    """A hint for a word that is no command, if it is known what it is meant for.

    Args:
        word: the word.
        rest: what stands behind it.
        commands: the name of each command, and what typer has of it.
        ours: the options of gradcli itself.
    """
    if f"--{word}" in ours:
        return f"write gradcli --{word}"
    if word in INSTEAD:
        return INSTEAD[word]
    for command, words in COMMANDS.items():
        if word in words:
            return f"did you mean {command}?"
    having: list[str] = []
    for command, loaded in commands:
        options = [each for each in loaded.params if f"--{word}" in each.opts]
        if any(getattr(each, "is_flag", False) for each in options):
            otherwise = f"write gradcli {command} FORMULA --{word}"
            if typed_line(rest):
                typed = Typed((command, *rest, f"--{word}"), "write ", otherwise)
                return Sentence(typed)
            return otherwise
        having += [command] if options else []
    return f"--{word} is an option of gradcli {', '.join(having)}" if having else None


_EXAMPLES = {
    ("if", "else"): 'gradcli "x^2 if x > 0 else 3x" x=2',
    ("for", "in"): 'gradcli "a[i] = i*x for i in 1..3; sum(a)" x=2',
    ("and", "or", "not"): 'gradcli "x^2 if x > 0 and not x > 9 else 0" x=2',
}
"""How the words of the language are used."""


def of_language(word: str) -> str | None:
    """A hint for a word that is one of the language, and none for gradcli."""
    from gradcli.graph.rules import is_constant  # noqa: PLC0415  (few ask)

    if is_constant(word):
        return f"{word} is a constant; its value: gradcli {word}"
    found = (example for words, example in _EXAMPLES.items() if word in words)
    return next((f"'{word}' stands in formulas: {each}" for each in found), None)
