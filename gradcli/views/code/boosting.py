"""LightGBM and XGBoost: gradient and Hessian of a custom loss, in the signatures of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gradcli.errors import InputError, Option, Sentence, UsageError
from gradcli.hints import no_node
from gradcli.syntax.spelling import plain
from gradcli.views.code.known import TOLERANCE
from gradcli.views.code.layout import WIDTH
from gradcli.views.code.module import module
from gradcli.views.code.python import CLOSING, IMPORTS, SET_UP, statements

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.views.code.asked import Wanted
    from gradcli.views.code.known import Known
    from gradcli.views.code.program import Body, Program

LABELS = ("label", "labels", "target", "targets", "y_true", "t")
"""An input of one of these names is the label, if nothing else is said."""

PREDICTIONS = (
    *("prediction", "predictions", "pred", "preds", "predt", "y_pred", "y_hat", "yhat", "ŷ"),
    *("score", "raw", "margin", "logit", "z", "f", "p"),
)
"""An input of one of these is the prediction."""

EITHER = "y"
"""What is the label beside a prediction, and the prediction beside a label."""

WORDS = frozenset(
    (
        *("objective", "metric", "sklearn_objective", "test", "KNOWN"),
        *("prediction", "data", "weight", "losses"),  # where the loss is called
        *("point", "numbers", "found", "one", "other", "near"),
    )
)
"""The names of what stands beside the loss, and of what its functions have beside a call of it."""


def roles(solution: Solution, prediction: str | None, label: str | None) -> tuple[Node, Node]:
    """Which inputs are the prediction and the label.

    Raises:
        InputError: there is no input of that name, or names do not tell.
    """
    inputs = {node.name: node for node in solution.model.inputs}
    for name in (prediction, label):
        if name is not None and plain(name) not in inputs:
            raise no_node(name, list(inputs), "there is no input '{}'", "inputs")
    one = None if prediction is None else inputs[plain(prediction)]
    other = None if label is None else inputs[plain(label)]
    other = other or _by_name(inputs, LABELS, one)
    one = one or _by_name(inputs, PREDICTIONS, other)
    either = inputs.get(EITHER)
    if either is not None:
        other = other or (either if one is not either and one is not None else None)
        one = one or (either if other is not either and other is not None else None)
    if one is None or other is None or one is other:
        names = ", ".join(inputs) or "none"
        raise InputError(
            "query",
            f"the names of the inputs ({names}) do not say which is predicted, and which the label",
            hint=Sentence(
                "write ",
                Option("prediction", "z"),
                " ",
                Option("label", "t"),
                ", with the names of yours",
            ),
        )
    return one, other


def _by_name(inputs: Mapping[str, Node], names: Sequence[str], other: Node | None) -> Node | None:
    found = [inputs[name] for name in map(plain, names) if name in inputs]
    found = [node for node in dict.fromkeys(found) if node is not other]
    return found[0] if len(found) == 1 else None


def settings(
    solution: Solution, both: Sequence[Node], given: Mapping[Node, float]
) -> Mapping[Node, float]:
    """The values of all other inputs.

    Raises:
        InputError: one has no value.
    """
    others = [node for node in solution.model.inputs if node not in both]
    missing = [node.name for node in others if node not in given]
    if missing:
        raise InputError(
            "missing-value",
            f"{', '.join(missing)} of the loss has no value"
            if len(missing) == 1
            else f"{', '.join(missing)} of the loss have no values",
            hint=Sentence("give it, as ", Option(missing[0], "0.5")),
        )
    return {node: given[node] for node in others}


def render(program: Program, wanted: Wanted, known: Sequence[Known]) -> str:
    """The text of a module."""
    assert wanted.loss is not None  # noqa: S101  (only a loss gets here)
    name = program.name
    value, slopes = program.body(1), program.body(3).without_value()
    own = _LIGHTGBM if wanted.target == "lightgbm" else _XGBOOST
    put = {"LOSS_NAME": ascii(program.solution.output), "LOSS_grad": f"{name}_grad", "LOSS": name}
    rest = [
        *_function(program, wanted, name, "The loss of each row.", value),
        *_function(program, wanted, f"{name}_grad", _SAYS, slopes),
        *_PLACE.sub(lambda found: put[found[0]], own).split("\n"),
        *(_test(program, known) if known else []),
    ]
    imports = [*IMPORTS["numpy"], "from typing import Any"]
    remarks = wanted.remarks(program, "#", WIDTH)
    return module(remarks, imports, SET_UP["numpy"], program.writing.helpers(), rest)


_SAYS = "First and second derivative of the loss by the prediction, for each row."


def _function(program: Program, wanted: Wanted, name: str, says: str, body: Body) -> Iterator[str]:
    assert wanted.loss is not None  # noqa: S101  (likewise)
    names = dict(zip(program.inputs, program.parameters, strict=True))
    both = [names[node] for node in wanted.loss.both]
    more = [f"{names[node]}: Numbers = {value!r}" for node, value in wanted.loss.settings.items()]
    yield '@np.errstate(all="ignore")  # of a choice, both sides are computed'
    given = ", ".join([*(f"{each}: ArrayLike" for each in both), *more])
    back = "Numbers" if len(body.results) == 1 else "tuple[Numbers, Numbers]"
    yield f"def {name}({given}) -> {back}:"
    yield f'    """{says}"""'
    for each in both:
        yield f"    {each} = np.asarray({each}, dtype=float)"
    yield from statements(body)
    for_each = ", ".join(f"{text} + 0.0*{both[0]}" for text in body.results)
    yield f"    return {for_each}"
    yield ""
    yield ""


_PLACE = re.compile(r"\bLOSS(?:_NAME|_grad)?\b")
"""Where names of the program stand in the texts below."""

_COMMON = '''\
def sklearn_objective(
    y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
) -> tuple[Numbers, Numbers]:
    """The same for the classes that follow scikit-learn: objective=sklearn_objective."""
    return _weighted(LOSS_grad(y_pred, y_true), sample_weight)


def _weighted(slopes: tuple[Numbers, Numbers], weight: ArrayLike | None) -> tuple[Numbers, Numbers]:
    if weight is None or np.size(weight) == 0:
        return slopes
    first, second = slopes
    return np.asarray(weight) * first, np.asarray(weight) * second

'''

_LIGHTGBM = (
    '''\
def objective(prediction: ArrayLike, data: Any) -> tuple[Numbers, Numbers]:
    """Gradient and Hessian: lightgbm.train({**params, "objective": objective}, data)."""
    return _weighted(LOSS_grad(prediction, data.get_label()), data.get_weight())


def metric(prediction: ArrayLike, data: Any) -> tuple[str, float, bool]:
    """The mean loss: lightgbm.train(..., feval=metric)."""
    losses = LOSS(prediction, data.get_label())
    return LOSS_NAME, float(np.average(losses, weights=data.get_weight())), False


'''
    + _COMMON
)

_XGBOOST = (
    '''\
def objective(prediction: ArrayLike, data: Any) -> tuple[Numbers, Numbers]:
    """Gradient and Hessian: xgboost.train(params, data, obj=objective)."""
    return _weighted(LOSS_grad(prediction, data.get_label()), data.get_weight())


def metric(prediction: ArrayLike, data: Any) -> tuple[str, float]:
    """The mean loss: xgboost.train(..., custom_metric=metric)."""
    weight = data.get_weight()
    losses = LOSS(prediction, data.get_label())
    return LOSS_NAME, float(np.average(losses, weights=weight if len(weight) else None))


'''
    + _COMMON
)


def _test(program: Program, known: Sequence[Known]) -> Iterator[str]:
    yield "# Points as keywords, and gradcli's numbers there: loss, first and second derivative."
    yield "KNOWN: list[tuple[dict[str, float], list[float]]] = ["
    for point, results in known:
        named = dict(zip(program.parameters, point, strict=True))
        yield f"    ({named!r}, {[*results]}),"
    yield "]"
    yield ""
    yield ""
    yield "def test() -> None:"
    yield '    """Every number is that of gradcli."""'
    yield "    for point, numbers in KNOWN:"
    yield f"        found = [{program.name}(**point), *{program.name}_grad(**point)]"
    yield "        for one, other in zip(found, numbers):"
    yield f"            near = abs(float(one) - other) <= {TOLERANCE!r} * max(abs(other), 1e-3)"
    yield "            assert near, (point, float(one), other)"
    yield from CLOSING


def check_order(*, is_gradient: bool, is_hessian: bool) -> None:
    """Refuse what such a loss always has.

    Raises:
        UsageError: it is asked for.
    """
    if is_gradient or is_hessian:
        raise UsageError(
            "usage",
            "a custom loss has gradient and Hessian anyway",
            hint=Sentence("leave out ", Option("grad" if is_gradient else "hess")),
        )
