"""gradcli: the gradient calculator for the terminal, as a library.

>>> import gradcli
>>> gradcli.evaluate("3*(a+b*c)", a=1, b=2, c=3).gradient
{'a': 3.0, 'b': 9.0, 'c': 6.0}
>>> f = gradcli.function("J(a,b,c) = 3(a+bc)")
>>> f.value_and_grad(a=1, b=2, c=3)
(21.0, {'a': 3.0, 'b': 9.0, 'c': 6.0})
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing for this would double the time that Python takes to start
if TYPE_CHECKING:
    from gradcli.errors import (
        CheckError,
        DerivativeWarning,
        GradcliError,
        InputError,
        Note,
        ParseError,
        Problem,
        Span,
        UsageError,
    )
    from gradcli.evaluation.nodes import NodeReport
    from gradcli.evaluation.solution import Solution
    from gradcli.library.budget import budget
    from gradcli.library.check import check
    from gradcli.library.code import code
    from gradcli.library.derive import derive
    from gradcli.library.descend import compare_updates, descend
    from gradcli.library.draw import draw
    from gradcli.library.evaluate import evaluate
    from gradcli.library.function import Function, function
    from gradcli.library.functions import functions
    from gradcli.library.hess import hess
    from gradcli.library.html_page import page
    from gradcli.library.implicit import implicit
    from gradcli.library.jac import jac
    from gradcli.library.net import net
    from gradcli.library.nudge import nudge
    from gradcli.library.orders import orders
    from gradcli.library.paths import count_layers, paths
    from gradcli.library.quiz import quiz
    from gradcli.library.rules import rules
    from gradcli.library.same import same
    from gradcli.library.schema import schema
    from gradcli.library.show import show
    from gradcli.library.tape import Tape, tape
    from gradcli.library.why import why

__version__ = "0.1.0"

_HOME = {
    "CheckError": "errors",
    "DerivativeWarning": "errors",
    "Function": "library.function",
    "GradcliError": "errors",
    "InputError": "errors",
    "NodeReport": "evaluation.nodes",
    "Note": "errors",
    "ParseError": "errors",
    "Problem": "errors",
    "Solution": "evaluation.solution",
    "Span": "errors",
    "Tape": "library.tape",
    "UsageError": "errors",
    "budget": "library.budget",
    "check": "library.check",
    "code": "library.code",
    "compare_updates": "library.descend",
    "count_layers": "library.paths",
    "derive": "library.derive",
    "descend": "library.descend",
    "draw": "library.draw",
    "evaluate": "library.evaluate",
    "function": "library.function",
    "functions": "library.functions",
    "hess": "library.hess",
    "implicit": "library.implicit",
    "jac": "library.jac",
    "net": "library.net",
    "nudge": "library.nudge",
    "orders": "library.orders",
    "page": "library.html_page",
    "paths": "library.paths",
    "quiz": "library.quiz",
    "rules": "library.rules",
    "same": "library.same",
    "schema": "library.schema",
    "show": "library.show",
    "tape": "library.tape",
    "why": "library.why",
}

__all__ = [
    "CheckError",
    "DerivativeWarning",
    "Function",
    "GradcliError",
    "InputError",
    "NodeReport",
    "Note",
    "ParseError",
    "Problem",
    "Solution",
    "Span",
    "Tape",
    "UsageError",
    "__version__",
    "budget",
    "check",
    "code",
    "compare_updates",
    "count_layers",
    "derive",
    "descend",
    "draw",
    "evaluate",
    "function",
    "functions",
    "hess",
    "implicit",
    "jac",
    "net",
    "nudge",
    "orders",
    "page",
    "paths",
    "quiz",
    "rules",
    "same",
    "schema",
    "show",
    "tape",
    "why",
]


def __getattr__(name: str) -> object:
    # Everything is imported when it is first used: the command line's `--help` needs none of it.
    if name not in _HOME:
        raise AttributeError(f"module 'gradcli' has no attribute '{name}'")
    from importlib import import_module  # noqa: PLC0415  (`--help` needs none)

    value: object = getattr(import_module(f"gradcli.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
