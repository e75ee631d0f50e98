"""The forms of the parts of a formula, for a notation that tells x ⊙ y from c x."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.graph.arrays import calls, losses
from gradcli.graph.arrays.products import product_form
from gradcli.graph.form_rules import form_of
from gradcli.graph.shapes import SCALAR, Form, FormError, Letter, Shape, along
from gradcli.syntax import ast
from gradcli.syntax.text import text
from gradcli.syntax.walk import bottom_up

Known = Form | None
"""A form, or None if it is not known: then it is some array."""

_NUMBERS = frozenset(
    ("sum", "mean", "prod", "max", "min", "norm", "logsumexp", "var", "std", "tr", "trace",
     "det", "logdet", "dot", "len")
)  # fmt: skip
"""What makes one number of one array, or two."""

_LOSSES = frozenset((*losses.LOSSES, "cross_entropy_logits"))

_SAME = frozenset(
    (
        "inv",
        "cofactors",
        "adjugate",
        "adj",
        "cholesky",
        "tril",
        "triu",
        "softmax",
        "log_softmax",
        "cumsum",
        "cumsum_back",
        "layer_norm",
    )
)
"""What has the form of its argument."""


def forms(
    root: ast.Expression,
    shapes: Mapping[str, Shape],
    known: dict[ast.Expression, Known] | None = None,
) -> Mapping[ast.Expression, Known]:
    """The form of every part of a formula.

    Args:
        root: the formula.
        shapes: the lengths of the axes of each name that is an array.
        known: what is known already; it is added to.
    """
    letters = {
        str(length): length
        for shape in shapes.values()
        for length in shape
        if isinstance(length, Letter)
    }

    def form(part: ast.Expression, made: Mapping[ast.Expression, Known]) -> Known:
        if isinstance(part, ast.Name):
            return Form(shapes[part.name]) if shapes.get(part.name) else SCALAR
        try:
            return _form(part, [made[each] for each in part.children], made, letters)
        except (FormError, IndexError):
            return None

    return bottom_up(root, lambda part: part.children, form, known)


def _form(
    part: ast.Expression,
    args: Sequence[Known],
    made: Mapping[ast.Expression, Known],
    letters: Mapping[str, int],
) -> Known:
    match part:
        case ast.Number():
            return SCALAR
        case ast.Unary(op="transpose"):
            return None if args[0] is None else form_of("transpose", (args[0],))
        case ast.Binary(op="matmul"):
            known = _known(args)
            return None if known is None else product_form(*known)
        case ast.Call():
            own = [made[each] for each in part.arguments]
            return _called(part, own, letters)
        case ast.Index(indices=indices):
            is_entry = all(isinstance(each, ast.Number) for each in indices)
            return SCALAR if is_entry else None
        case ast.Array():
            return None
    known = _known(args)
    return None if known is None else form_of("add", known)


def _called(call: ast.Call, args: Sequence[Known], letters: Mapping[str, int]) -> Known:
    name = ast.bare(call.function)
    numbers = _numbers(call.parameters, letters)
    known = _known(args)
    if name in {"ones", "zeros", "eye"}:
        lengths = _numbers(call.arguments, letters)
        return Form(lengths * 2 if name == "eye" else lengths)
    if name in {"scatter", "reshape"}:
        return Form(numbers)
    if name in _LOSSES or (name in _NUMBERS and not numbers and (len(args) == 1 or name == "dot")):
        return SCALAR
    if known is None:
        return None
    if name in _NUMBERS and numbers:
        return along(known[0], [axis - 1 for axis in numbers])
    if name == "onehot":
        return Form((*known[0].shape, *numbers))
    return _same_or_other(name, known)


def _same_or_other(name: str, known: Sequence[Form]) -> Known:
    """The form of what a function makes of arrays, without parameters."""
    first, *others = known
    match name:
        case "solve":
            return others[0]
        case "vec":
            return Form((first.size,))
        case "diag":
            return Form(first.shape * 2 if len(first.shape) == 1 else first.shape[:1])
        case "matmul":
            return product_form(*known)
    if name in _SAME:
        return first
    return None if calls.is_known(name) and name not in _NUMBERS else form_of("add", known)


def _known(args: Sequence[Known]) -> list[Form] | None:
    known = [each for each in args if each is not None]
    return known if len(known) == len(args) else None


def _numbers(args: Sequence[ast.Expression], letters: Mapping[str, int]) -> tuple[int, ...]:
    """Lengths or axes, in numbers or letters; of others the text is read as one length."""
    return tuple(
        [
            int(each.value) if isinstance(each, ast.Number) else letters.get(text(each), 0)
            for each in args
        ]
    )
