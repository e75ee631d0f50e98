"""Which operations are computed together with their arguments; how, few formulas need to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.graph.node import Node

FUSED: Mapping[str, str] = {
    "pow": "power",
    "exp": "exponential",
    "log": "logarithm",
    "sub": "difference",
    "mul": "product",
    "logsumexp": "logsumexp",
    **dict.fromkeys(("gamma", "lgamma", "digamma", "polygamma"), "beside_pole"),
    **dict.fromkeys(("exp_square", "normal_pdf"), "of_inverse"),
    **dict.fromkeys(("sin", "cos", "tan", "sinc", "sinc_derivative"), "of_angle"),
}
"""The operations that may be, by the rule of `gradcli.engine.lowering` that says how."""

SELDOM = frozenset(("mul",))
"""Those that are mostly computed as they are written: most of a program may be products."""

_FACTORS = frozenset(("sub", "sqrt"))


def is_exception(args: Sequence[Node]) -> bool:
    """Whether an operation that seldom is computed together with its arguments may be here."""
    return args[0].op in _FACTORS
