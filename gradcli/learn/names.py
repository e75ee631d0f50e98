"""The names of what can be chosen in learning: for the command line, its help and the views.

It imports nothing, so that `--help` and completion need no engine.
"""

METHODS = {
    "gd": {"lr": 0.1},
    "momentum": {"lr": 0.01, "momentum": 0.9},
    "nesterov": {"lr": 0.01, "momentum": 0.9},
    "adagrad": {"lr": 0.01, "eps": 1e-8},
    "rmsprop": {"lr": 0.001, "beta2": 0.9, "eps": 1e-8},
    "adam": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
}
"""The methods of descent, each with its learning rate and its constants unless others are given."""

CONSTANTS = {
    "momentum": "how much of the last direction is kept",
    "beta1": "how much of the mean of gradients is kept",
    "beta2": "how much of the mean of their squares is kept",
    "eps": "what keeps a quotient of two zeros from being one",
}
"""The constants of the methods, each an option of its own."""

UPDATES = {
    "simultaneous": "all gradients first, then all updates",
    "in-place": "each layer is updated before the backward pass goes on through it",
    "refresh": "forward and backward pass again after every update",
}
"""The orders of updates, each in one sentence."""

LOSSES = {
    "mse": "the mean of (o - y)^2",
    "half": "(o - y)^2/2, as in the lesson; the sum of it over the outputs",
    "bce": "binary cross-entropy of sigmoid outputs",
    "cross-entropy": "cross-entropy of softmax outputs",
    "none": "no loss: the output itself, which must be one",
}
"""The loss functions of a network."""

MANNERS = ("lesson",)
"""Whose names and formulas a network may be written in."""

SCHEMES = ("xavier", "he", "normal")
"""The ways to choose the weights that a network begins with."""

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "none")
"""The activations that completion proposes; any function of one argument is one."""


def together(names: list[str]) -> str:
    """Names in a sentence: ``momentum, nesterov and adagrad``."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
