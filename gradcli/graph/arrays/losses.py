"""Losses of arrays, and the layer that brings rows to mean 0 and variance 1.

A loss of arrays is one number. What every entry has for itself is averaged over all of them; a
cross-entropy is summed over the classes on the last axis and averaged over the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from gradcli.graph.arrays.called import Called, mean
from gradcli.graph.form_rules import form_of
from gradcli.graph.node import Node
from gradcli.graph.rules import table

EPSILON = 1e-5
"""What is added to a variance, so that equal entries are not divided by 0."""


def layer_norm(called: Called, x: Node, epsilon: Node | None = None) -> Node:
    """``(x - mean(x))/sqrt(var(x) + 1e-5)``, along the last axis unless another is asked for."""
    called = along_last(called, x)
    node = called.node
    centred = node("sub", x, mean(called, x))
    variance = mean(called, node("pow", centred, 2.0))
    return node("div", centred, node("sqrt", node("add", variance, epsilon or EPSILON)))


def along_last(called: Called, x: Node) -> Called:
    """The call, which goes along the last axis if it names none."""
    axes = called.numbers or ((len(x.shape),) if x.shape else ())
    return called._replace(numbers=axes)


def log_softmax(called: Called, x: Node) -> Node:
    """``x - logsumexp(x)`` along the last axis, unless another one is asked for."""
    return called.node("sub", x, along_last(called, x).reduced("logsumexp_to", x))


def averaged(called: Called, *args: Node) -> Node | None:
    """The mean of a loss that every entry has for itself."""
    terms = _terms(called, args)
    return terms and mean(called, terms)


def cross_entropy(called: Called, *args: Node) -> Node | None:
    """``-t*log(p)`` summed over the classes, and its mean over the others."""
    terms = _terms(called, args)
    return terms and _over_classes(called, terms)


def _terms(called: Called, args: tuple[Node, ...]) -> Node | None:
    """What the table of functions of numbers says, entry by entry.

    Raises:
        FormError: the arguments do not fit together.
    """
    form_of(called.name, [arg.form for arg in args])
    return table().call(called.graph, called.name, args)


def cross_entropy_logits(called: Called, logits: Node, target: Node) -> Node:
    """The same of the softmax of logits, which is not computed."""
    form_of(called.name, [logits.form, target.form])
    certain = called.node("mul", target, log_softmax(called, logits))
    return _over_classes(called, called.node("neg", certain))


def _over_classes(called: Called, terms: Node) -> Node:
    total = called.reduced("sum_to", terms)
    rows = math.prod(terms.shape[:-1])
    return total if len(terms.shape) < 2 else called.node("div", total, called.graph.count(rows))


LOSSES: Mapping[str, Callable[..., Node | None]] = {
    **dict.fromkeys(
        ("mse", "huber", "hinge", "binary_cross_entropy", "binary_cross_entropy_logits"), averaged
    ),
    "cross_entropy": cross_entropy,
}
"""Losses that numbers have as well."""
