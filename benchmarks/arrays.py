"""Programs of arrays: value and gradient beside autograd, torch and jax, in the same run.

    python benchmarks/arrays.py [--rounds 30] [--profile] [--only mlp]

The Gaussian mixture of ADBench (d = 2 and K = 5, d = 10 and K = 25, 1000 points) and a network
64-64-10 on a batch of 64, every library on one thread, the rounds interleaved: the median of
each counts, in time of the processor, and their ratios, which are what a busy machine leaves
untouched. All compute the same formula in doubles, and have to agree. A library that is not
installed is left out
(`pip install autograd torch jax`). Where a goal is
missed, or with ``--profile``, the time of every primitive of the plan is printed.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from measuring import medians, on_one_thread, parser, tell

from gradcli.calculus.reverse import gradient
from gradcli.engine.array_plan import Plan
from gradcli.evaluation.solve import arrays_of, read_model

GOALS = {
    "gmm": {"torch": 1.0, "autograd": 0.5, "jax": 2.0},
    "mlp": {"torch": 1.0, "autograd": 0.5, "jax": 1.3},
}
"""The greatest ratio to each library."""

Run = Callable[[], tuple[Any, Sequence[Any]]]
"""Gives the value and the gradients."""


class Problem(NamedTuple):
    """A program and the same function for other libraries.

    Attributes:
        name: what it is called, which begins with the name of its goals.
        program: the program.
        values: a value for each input.
        wrt: the inputs of the gradient, which come first in the function.
        function: of a library, and of the values in their order.
    """

    name: str
    program: str
    values: Mapping[str, Any]
    wrt: int
    function: Callable[..., Any]


NETWORK = """
h = tanh(X@W1 + b1)
J = -sum(Y*log_softmax(h@W2 + b2; 2))/64
"""


def network() -> Problem:
    """Cross-entropy of 64 inputs, 64 hidden neurons with tanh and 10 classes, on a batch of 64."""
    numbers = np.random.default_rng(0)

    def function(lib: Any, *values: Any) -> Any:
        w1, b1, w2, b2, x, y = values
        z = lib.tanh(x @ w1 + b1) @ w2 + b2
        return -lib.sum(y * (z - lib.logsumexp(z, 1)[:, None])) / 64

    values = {
        "W1": numbers.normal(size=(64, 64)) / 8,
        "b1": numbers.normal(size=64) / 8,
        "W2": numbers.normal(size=(64, 10)) / 8,
        "b2": numbers.normal(size=10) / 8,
        "X": numbers.normal(size=(64, 64)),
        "Y": np.eye(10)[numbers.integers(0, 10, 64)],
    }
    return Problem("mlp 64-64-10, batch 64", NETWORK, values, 4, function)


MIXTURE = """
q = icf[:,1..{d}]
rest = icf[:,{d} + 1..end]
Q = einsum(exp(q), D; kp, pij, kij) + einsum(rest, S; kp, pij, kij)
y = einsum(Q, reshape(x; {n}, 1, {d}) - means; kij, nkj, nki)
inner = alphas + reshape(sum(q; 2); {K}) - reshape(sum(y*y; 3); {n}, {K})/2
prior = (sum(exp(2*q)) + sum(rest*rest))/2 - sum(q)
J = sum(logsumexp(inner; 2)) - {n}*logsumexp(alphas) + prior
"""


def mixture(d: int, count: int, points: int) -> Problem:
    """The log-likelihood of a mixture of Gaussians, with the Wishart prior (ADBench)."""
    numbers = np.random.default_rng(1)
    below = [(i, j) for j in range(d) for i in range(j + 1, d)]
    diagonal, lower = np.zeros((d, d, d)), np.zeros((len(below), d, d))
    for i in range(d):
        diagonal[i, i, i] = 1.0
    for place, (i, j) in enumerate(below):
        lower[place, i, j] = 1.0

    def function(lib: Any, *values: Any) -> Any:
        alphas, means, icf, x, on_diagonal, below_it = values
        q, rest = icf[:, :d], icf[:, d:]
        roots = lib.einsum("kp,pij->kij", lib.exp(q), on_diagonal)
        roots = roots + lib.einsum("kp,pij->kij", rest, below_it)
        y = lib.einsum("kij,nkj->nki", roots, x[:, None, :] - means)
        inner = alphas + lib.sum(q, 1) - lib.sum(y * y, 2) / 2
        prior = (lib.sum(lib.exp(2 * q)) + lib.sum(rest * rest)) / 2 - lib.sum(q)
        return lib.sum(lib.logsumexp(inner, 1)) - points * lib.logsumexp(alphas, 0) + prior

    values = {
        "alphas": numbers.normal(size=count),
        "means": numbers.normal(size=(count, d)),
        "icf": numbers.normal(size=(count, d + len(below))) / 2,
        "x": numbers.normal(size=(points, d)),
        "D": diagonal,
        "S": lower,
    }
    program = MIXTURE.format(d=d, n=points, K=count)
    return Problem(f"gmm d={d} K={count} n={points}", program, values, 3, function)


def by_gradcli(problem: Problem) -> Run:
    """The plan of value and gradient."""
    plan, point, slots = planned(problem)

    def run() -> tuple[Any, Sequence[Any]]:
        values = plan.run(point)
        value, *slopes = [values[slot] for slot in slots]
        return value, slopes

    return run


def planned(problem: Problem, around: Any = None) -> tuple[Plan, list[Any], list[int]]:
    """The plan of value and gradient, a point, and where they are found."""
    values = problem.values
    model = read_model(problem.program, values, arrays=arrays_of(values))
    inputs = {node.name: node for node in model.inputs}
    wanted = [inputs[name] for name in [*values][: problem.wrt]]
    outputs = [model.output, *gradient(model.graph, model.output, wanted)]
    plan = Plan(model.graph, [*inputs.values()], outputs, around=around)
    return plan, [values[name] for name in inputs], [plan.slots[node] for node in outputs]


class Numpy:
    """The functions of a library that is called as NumPy is."""

    def __init__(self, module: Any, logsumexp: Callable[..., Any]) -> None:
        self.exp, self.tanh, self.einsum = module.exp, module.tanh, module.einsum
        self.sum, self.logsumexp = module.sum, logsumexp


def by_autograd(problem: Problem) -> Run:
    """The gradient of the function by tracing NumPy."""
    lib = Numpy(
        importlib.import_module("autograd.numpy"),
        importlib.import_module("autograd.scipy.special").logsumexp,
    )
    values = [*problem.values.values()]
    places = tuple(range(problem.wrt))
    both = importlib.import_module("autograd").value_and_grad(
        lambda *given: problem.function(lib, *given), places
    )
    return lambda: both(*values)


def by_jax(problem: Problem) -> Run:
    """The compiled gradient of the function."""
    jax = importlib.import_module("jax")
    lib = Numpy(
        importlib.import_module("jax.numpy"),
        importlib.import_module("jax.scipy.special").logsumexp,
    )
    values = [jax.numpy.asarray(value) for value in problem.values.values()]
    places = tuple(range(problem.wrt))
    both = jax.jit(jax.value_and_grad(lambda *given: problem.function(lib, *given), argnums=places))
    return lambda: jax.block_until_ready(both(*values))


def by_torch(problem: Problem) -> Run:
    """The gradient of the function by torch's tape."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    lib = Numpy(torch, torch.logsumexp)
    values = [torch.tensor(value) for value in problem.values.values()]
    moved = values[: problem.wrt]
    for each in moved:
        each.requires_grad_()

    def run() -> tuple[Any, Sequence[Any]]:
        value = problem.function(lib, *values)
        return value.detach(), torch.autograd.grad(value, moved)

    return run


LIBRARIES: Mapping[str, Callable[[Problem], Run]] = {
    "gradcli": by_gradcli,
    "autograd": by_autograd,
    "torch": by_torch,
    "jax": by_jax,
}


def compare(problem: Problem, rounds: int) -> bool:
    """Print the best times and their ratios; whether every goal is met."""
    print(f"\n{problem.name}")
    runs: dict[str, Run] = {}
    for name, make in LIBRARIES.items():
        try:
            runs[name] = make(problem)
        except ImportError:
            print(f"  {name} is not installed")
    value, slopes = runs["gradcli"]()
    for name, run in runs.items():
        other, others = run()
        np.testing.assert_allclose(float(other), value, rtol=1e-9, err_msg=name)
        for one, two in zip(slopes, others, strict=True):
            np.testing.assert_allclose(np.asarray(two), one, rtol=1e-7, atol=1e-9, err_msg=name)
    times = medians(runs, rounds, 0.01)
    goals = GOALS[problem.name.split()[0]]
    is_met = True
    for name, seconds in times.items():
        print(f"  {name:9}{1e6 * seconds:9.0f} µs")
        if name in goals:
            met = tell(
                f"arrays, {problem.name}", times["gradcli"] / seconds, f"× {name}", goals[name]
            )
            is_met = is_met and met
    return is_met


def profile(problem: Problem, rounds: int = 300) -> None:
    """Print how long every primitive takes in the plan."""
    took: defaultdict[str, float] = defaultdict(float)
    calls: Counter[str] = Counter()

    def around(op: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            begin = time.perf_counter()
            result = function(*args)
            took[op] += time.perf_counter() - begin
            calls[op] += 1
            return result

        return call

    plan, point, _ = planned(problem, around)
    for _ in range(rounds):
        plan.run(point)
    for op, seconds in sorted(took.items(), key=lambda item: -item[1]):
        print(f"    {op:14}{1e6 * seconds / rounds:9.1f} µs in {calls[op] // rounds} calls")


def main() -> None:
    """Compare all problems."""
    made = parser(__doc__)
    made.add_argument("--rounds", type=int, default=30)
    made.add_argument("--profile", action="store_true", help="print it although goals are met")
    made.add_argument("--only", default="", help="the problems with this in their name")
    given = made.parse_args()
    if given.quick:
        given.rounds = 5
    on_one_thread()
    for problem in (mixture(2, 5, 1000), mixture(10, 25, 1000), network()):
        if given.only in problem.name and (not compare(problem, given.rounds) or given.profile):
            profile(problem)


if __name__ == "__main__":
    main()
