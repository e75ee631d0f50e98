"""The names of what can be chosen in learning: for the command line, its help and the views.

It imports nothing, so that `--help` and completion need no engine.
"""

METHODS = {
    "gd": 0.1,
    "momentum": 0.01,
    "nesterov": 0.01,
    "adagrad": 0.01,
    "rmsprop": 0.001,
    "adam": 0.001,
}
"""The methods of descent, each with its learning rate unless one is given."""

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

SCHEMES = ("xavier", "he", "normal")
"""The ways to choose the weights that a network begins with."""

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "none")
"""The activations that completion proposes; any function of one argument is one."""
