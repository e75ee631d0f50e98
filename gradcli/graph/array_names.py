"""The names of the functions of arrays, known before what makes arrays is loaded."""

# fmt: off
NAMES = frozenset((
    "adj", "adjugate", "cholesky", "cofactors", "concat", "conv", "cross_entropy_logits", "cumsum",
    "cumsum_back", "det", "diag", "dot", "einsum", "eye", "inv", "kron", "layer_norm", "len",
    "log_softmax", "logdet", "matmul", "onehot", "ones", "outer", "prod_others", "reshape",
    "scatter", "softmax", "solve", "std", "tr", "trace", "transpose", "tril", "triu", "unwindow",
    "var", "vec", "window", "zeros",
))
# fmt: on
"""Those that are no functions of numbers as well."""
