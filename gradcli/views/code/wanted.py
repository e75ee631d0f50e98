"""What code is to be written, and the one door to all that write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.engine.targets.by_name import target_of
from gradcli.errors import Option, Sentence, UsageError, apart
from gradcli.evaluation.inputs import bind_given
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.hints import did_you_mean
from gradcli.views.code import boosting
from gradcli.views.code.asked import Loss, Wanted
from gradcli.views.code.known import known
from gradcli.views.code.libraries import HELPERS, WORDS, listed
from gradcli.views.code.program import Program
from gradcli.views.code.shaped import check_lengths

if TYPE_CHECKING:
    from gradcli.evaluation.elements import Value
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.syntax.ast import Lengths
    from gradcli.views.code.known import Known

BOOSTING = ("lightgbm", "xgboost")
"""The targets that are given a loss."""


class Form(NamedTuple):
    """How a target is written.

    Attributes:
        table: whose table of words and forms it has, by name.
        writer: the module and the name of what lays it out.
        ending: what the name of a file with it ends in.
        words: the names that a layout uses itself.
    """

    table: str
    writer: tuple[str, str]
    ending: str
    words: tuple[str, ...]


_TYPES = ("Any", "ArrayLike", "Callable", "NDArray", "Numbers", "Sequence")

_PYTHON_WORDS = ("KNOWN", "test", "gradient", "hessian", "value", *_TYPES)

_ARRAY_WORDS = (*HELPERS, "along", "products", "itertools")

_SQL_WORDS = (
    *("known", "nothing", "test"),
    *(f"{word}_{place}" for word in ("expected", "given", "lines") for place in range(1000)),
)

_LAYOUT = ("python", "render")

TARGETS: Mapping[str, Form] = {
    "python": Form("python", _LAYOUT, ".py", _PYTHON_WORDS),
    "numpy": Form("numpy", _LAYOUT, ".py", _PYTHON_WORDS),
    "torch": Form("torch", _LAYOUT, ".py", _PYTHON_WORDS),
    "jax": Form("jax", _LAYOUT, ".py", _PYTHON_WORDS),
    "c": Form("c", ("c", "render"), ".c", ("known", "gradient", "hessian")),
    "js": Form(
        "js",
        ("javascript", "render"),
        ".js",
        ("KNOWN", "test", "gradient", "hessian", "value"),
    ),
    "sql": Form("sql", ("sql", "render"), ".sql", _SQL_WORDS),
    "polars": Form("polars", ("polars", "render"), ".py", _PYTHON_WORDS),
    "lightgbm": Form("numpy", ("boosting", "render"), ".py", (*boosting.WORDS, *_TYPES)),
    "xgboost": Form("numpy", ("boosting", "render"), ".py", (*boosting.WORDS, *_TYPES)),
}


class Coded(NamedTuple):
    """Code, and the program that it is of.

    Attributes:
        text: the code, without a final newline.
        solution: the program.
    """

    text: str
    solution: Solution


def coded(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    target: str,
    *,
    is_gradient: bool = False,
    is_hessian: bool = False,
    is_tested: bool = False,
    prediction: str | None = None,
    label: str | None = None,
    of: str | None = None,
    shapes: Mapping[str, Lengths] | None = None,
    strict: bool = False,
) -> Coded:
    """The code of a program for a target.

    Args:
        source: the program.
        values: values for inputs: of a loss for its settings; else for a point of the test.
        target: the name of the target.
        is_gradient: whether it is to have nothing but the function for value and gradient.
        is_hessian: whether it is to have second derivatives.
        is_tested: whether it is to have a test with gradcli's numbers.
        prediction: the name of the input that is the prediction of a loss.
        label: that of its label.
        of: the name of the output, if it is another than that of the program.
        shapes: the lengths of arrays that are declared beside the program.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, or a value is missing or wrong.
        UsageError: there is no such target, or the target has no such function.
    """
    form = _form(target)
    is_boosting = target in BOOSTING
    if is_boosting:
        boosting.check_order(is_gradient=is_gradient, is_hessian=is_hessian)
    else:
        _check_roles(prediction, label, target)
    arrays = arrays_of(values, shapes)
    model = read_model(source, values, strict=strict, arrays=arrays, of=of)
    solution = differentiated(model).without_values(values)
    if solution.is_of_arrays:
        _check_arrays(solution, target, form)
    given = bind_given(model, values)
    loss, by = None, None
    if is_boosting:
        both = boosting.roles(solution, prediction, label)
        loss, by = Loss(both, boosting.settings(solution, both, given)), [both[0]]
    wanted = Wanted(target, is_gradient, is_hessian, loss)
    program = _program(form, solution, wanted, by)
    points = _points(program, loss, given) if is_tested else []
    write: Callable[[Program, Wanted, Sequence[Known]], str] = getattr(
        import_module(f"gradcli.views.code.{form.writer[0]}"), form.writer[1]
    )
    return Coded(write(program, wanted, points), solution)


def _program(form: Form, solution: Solution, wanted: Wanted, by: Sequence[Node] | None) -> Program:
    target = target_of(form.table)
    words = (*form.words, *_ARRAY_WORDS) if solution.is_of_arrays else form.words
    program = Program(solution, target, words, wanted.order, by)
    if target.name == "python" and program.has_choices:
        from gradcli.engine.targets.python import TOTAL  # noqa: PLC0415  (only where it pays)

        return Program(solution, TOTAL, form.words, wanted.order, by)
    return program


def _points(program: Program, loss: Loss | None, given: Mapping[Node, float]) -> Sequence[Known]:
    point: list[Any] | None = None
    if any(node in given for node in program.inputs):
        point = [listed(given[node]) if node in given else None for node in program.inputs]
    return known(program, point, {} if loss is None else loss.settings)


def _form(target: str) -> Form:
    if target not in TARGETS:
        raise UsageError(
            "target",
            f"there is no target '{target}'",
            hint=did_you_mean(target, TARGETS) or f"the targets are {', '.join(TARGETS)}",
        )
    return TARGETS[target]


def _check_roles(prediction: str | None, label: str | None, target: str) -> None:
    if prediction is not None or label is not None:
        option = Option("label" if prediction is None else "prediction")
        raise UsageError(
            "usage",
            Sentence(option, f" is for the loss of a booster, and {target} is none"),
            hint=Sentence(
                "leave it out, or write ",
                *apart((Option("target", name) for name in BOOSTING), " or "),
            ),
        )


def _check_arrays(solution: Solution, target: str, form: Form) -> None:
    """Refuse what cannot be written of a program with arrays.

    Raises:
        UsageError: the target has none, the output is one, or a length is not known.
    """
    if target not in WORDS:
        called = target if target in BOOSTING else target_of(form.table).called
        raise UsageError(
            "unsupported",
            f"this program has arrays, and {called} has none",
            hint=Sentence(
                "numpy, torch and jax have them: ",
                Option("target", "numpy"),
                "; or name the entries one by one, as x[1]",
            ),
        )
    if solution.model.output.shape:
        raise UsageError(
            "unsupported", "the output is an array, and has no gradient", hint="sum(...) of it has"
        )
    check_lengths(solution.model.inputs)
