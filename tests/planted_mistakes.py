"""Programs with their gradients written by hand, right ones and ones with a planted mistake.

Each kind has a few makers; a maker draws functions, names of nodes, sizes and values, so that no
two programs are alike. The gradients are formulas as a textbook has them, or arrays by NumPy:
nothing of ours takes part.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

FUNCTIONS = {
    "tanh": "(1 - tanh({0})^2)",
    "sigmoid": "(sigmoid({0})*(1 - sigmoid({0})))",
    "sin": "cos({0})",
    "exp": "exp({0})",
    "softplus": "sigmoid({0})",
    "atan": "(1/(1 + ({0})^2))",
    "cos": "(-sin({0}))",
    "log1p": "(1/(1 + {0}))",
}
"""Functions with their derivatives."""


class Planted(NamedTuple):
    """A program and somebody's gradient of it.

    Attributes:
        program: its text.
        values: values, or none.
        right: the gradient as it should be.
        wrong: the same with a mistake.
    """

    program: str
    values: dict[str, Any]
    right: Any
    wrong: Any


Maker = Callable[[random.Random], Planted]


def _slope(name: str, argument: str) -> str:
    return FUNCTIONS[name].format(argument)


def _names(chance: random.Random, count: int) -> list[str]:
    return chance.sample(["w", "x", "y", "b", "k", "s", "p", "q", "t", "m"], count)


def _number(chance: random.Random) -> float:
    return round(chance.choice((-1, 1)) * chance.uniform(0.3, 2.5), 2)


def _array(chance: random.Random, *shape: int) -> Any:
    count = int(np.prod(shape))
    return np.array([_number(chance) for _ in range(count)]).reshape(shape)


def _formulas(**by: str) -> str:
    return "; ".join(f"d/d{name} = {text}" for name, text in by.items())


# --- Pieces that several kinds are planted in ----------------------------------------------------


def neuron(chance: random.Random) -> tuple[str, dict[str, str]]:
    """A neuron and its error, and its derivatives."""
    w, x, b, y = _names(chance, 4)
    f = chance.choice(["tanh", "sigmoid", "sin", "atan", "softplus"])
    scale = chance.choice(["/2", "", "/3"])
    factor = {"/2": "", "": "2*", "/3": "2/3*"}[scale]
    program = f"z = {w}*{x} + {b}; h = {f}(z); C = (h - {y})^2{scale}"
    error = f"{factor}(h - {y})"
    slope = _slope(f, "z")
    return program, {
        w: f"{error}*{slope}*{x}",
        b: f"{error}*{slope}",
        x: f"{error}*{slope}*{w}",
        y: f"-{error}",
    }


def branches(chance: random.Random) -> tuple[str, dict[str, list[str]], list[str]]:
    """A number that the output depends on along three ways, term by term."""
    x, y, k = _names(chance, 3)
    f, g = chance.sample(list(FUNCTIONS), 2)
    n = chance.choice([3, 4, 5])
    program = f"u = {f}({k}*{x}); v = {g}({x}*{y}); J = u*v + {x}^{n}"
    terms = [
        f"{_slope(f, f'{k}*{x}')}*{k}*v",
        f"u*{_slope(g, f'{x}*{y}')}*{y}",
        f"{n}*{x}^{n - 1}",
    ]
    return program, {x: terms}, [x, y, k]


# --- The kinds -----------------------------------------------------------------------------------


def sign_of_all(chance: random.Random) -> Planted:
    program, by = neuron(chance)
    kept = dict(chance.sample(sorted(by.items()), chance.randint(1, 4)))
    return Planted(
        program, {}, _formulas(**kept), _formulas(**{n: f"-({t})" for n, t in kept.items()})
    )


def sign_of_one(chance: random.Random) -> Planted:
    program, by = neuron(chance)
    one = chance.choice(sorted(by))
    return Planted(program, {}, _formulas(**by), _formulas(**by | {one: f"-({by[one]})"}))


def sign_of_a_term(chance: random.Random) -> Planted:
    program, by, _ = branches(chance)
    ((x, terms),) = by.items()
    place = chance.randrange(3)
    wrong = [f"-{t}" if at == place else t for at, t in enumerate(terms)]
    return Planted(
        program,
        {},
        _formulas(**{x: " + ".join(terms)}),
        _formulas(**{x: " + ".join(f"({t})" for t in wrong)}),
    )


def factor_of_all(chance: random.Random) -> Planted:
    program, by = neuron(chance)
    factor = chance.choice(["2", "0.5", "3", "1/4"])
    kept = dict(chance.sample(sorted(by.items()), chance.randint(1, 3)))
    return Planted(
        program, {}, _formulas(**kept), _formulas(**{n: f"{factor}*({t})" for n, t in kept.items()})
    )


def factor_of_mean(chance: random.Random) -> Planted:
    n, m = chance.randint(3, 6), chance.randint(2, 3)
    values = {"X": _array(chance, n, m), "w": _array(chance, m), "y": _array(chance, n)}
    r = values["X"] @ values["w"] - values["y"]
    right = 2 * values["X"].T @ r / n
    wrong = chance.choice([right * n, right / n, right / 2])
    return Planted("mean((X@w - y)^2)", values, {"w": right}, {"w": wrong})


def missing_term(chance: random.Random) -> Planted:
    program, by, _ = branches(chance)
    ((x, terms),) = by.items()
    left = [*terms]
    left.pop(chance.randrange(3))
    return Planted(
        program, {}, _formulas(**{x: " + ".join(terms)}), _formulas(**{x: " + ".join(left)})
    )


def shared_weight(chance: random.Random) -> Planted:
    """A weight that is used in two layers, of which one is forgotten, or counted twice."""
    w, x = _names(chance, 2)
    f, g = chance.sample(["tanh", "sigmoid", "sin", "atan"], 2)
    program = f"a = {w}*{x}; h = {f}(a); c = {w}*h; J = {g}(c)"
    outer = _slope(g, "c")
    terms = [f"{outer}*h", f"{outer}*{w}*{_slope(f, 'a')}*{x}"]
    right = _formulas(**{w: " + ".join(terms)})
    return Planted(program, {}, right, _formulas(**{w: terms[chance.randrange(2)]}))


def twice_term(chance: random.Random) -> Planted:
    program, by, _ = branches(chance)
    ((x, terms),) = by.items()
    wrong = [*terms, terms[chance.randrange(3)]]
    return Planted(
        program, {}, _formulas(**{x: " + ".join(terms)}), _formulas(**{x: " + ".join(wrong)})
    )


def twice_shared(chance: random.Random) -> Planted:
    made = shared_weight(chance)
    kept = made.wrong.partition(" = ")[2]
    return made._replace(wrong=f"{made.right} + {kept}")


def inner_of_function(chance: random.Random) -> Planted:
    """f(g(x)*y) without the derivative of g."""
    x, y = _names(chance, 2)
    f, g = chance.sample(["tanh", "sigmoid", "sin", "exp", "softplus", "atan"], 2)
    program = f"u = {g}({x}); J = {f}(u)*{y}"
    outer = f"{_slope(f, 'u')}*{y}"
    return Planted(
        program,
        {},
        _formulas(**{x: f"{outer}*{_slope(g, x)}", y: f"{f}(u)"}),
        _formulas(**{x: outer, y: f"{f}(u)"}),
    )


def inner_of_power(chance: random.Random) -> Planted:
    x, k = _names(chance, 2)
    f = chance.choice(["sin", "exp", "tanh", "cos"])
    n = chance.choice([2, 3, 4])
    inner = f"{x}^{n}*{k}" if chance.random() < 0.5 else f"{k}*{x}"
    slope = f"{n}*{x}^{n - 1}*{k}" if "^" in inner else k
    program = f"J = {f}({inner})"
    outer = _slope(f, inner)
    wrong = f"{outer}*{k}" if "^" in inner else outer
    return Planted(program, {}, _formulas(**{x: f"{outer}*{slope}"}), _formulas(**{x: wrong}))


def inner_of_activation(chance: random.Random) -> Planted:
    program, by = neuron(chance)
    f = program.partition("h = ")[2].partition("(")[0]
    wrong = {name: text.replace(f"*{_slope(f, 'z')}", "") for name, text in by.items()}
    return Planted(program, {}, _formulas(**by), _formulas(**wrong))


def transposed_square(chance: random.Random) -> Planted:
    n = chance.randint(2, 4)
    values = {"W": _array(chance, n, n), "x": _array(chance, n), "y": _array(chance, n)}
    r = values["W"] @ values["x"] - values["y"]
    right = {"W": np.outer(r, values["x"]), "x": values["W"].T @ r}
    wrong = chance.choice([right | {"W": right["W"].T}, right | {"x": values["W"] @ r}])
    return Planted("sum((W@x - y)^2)/2", values, right, wrong)


def transposed_oblong(chance: random.Random) -> Planted:
    n, m = chance.sample([2, 3, 4], 2)
    values = {"W": _array(chance, n, m), "x": _array(chance, m)}
    z = values["W"] @ values["x"]
    right = np.outer(1 - np.tanh(z) ** 2, values["x"])
    return Planted("sum(tanh(W@x))", values, {"W": right}, {"W": right.T})


def axis_of_bias(chance: random.Random) -> Planted:
    """A bias of each column gets the sums of the rows."""
    n, m = chance.choice([(3, 3), (2, 2), (4, 4), (2, 3), (4, 2)])
    values = {"X": _array(chance, n, m), "b": _array(chance, m)}
    g = np.cos(values["X"] + values["b"])
    return Planted("sum(sin(X + b))", values, {"b": g.sum(0)}, {"b": g.sum(1)})


def axis_of_mean(chance: random.Random) -> Planted:
    """What comes back to the sums of rows is handed to columns."""
    n = chance.randint(2, 4)
    values = {"A": _array(chance, n, n), "c": _array(chance, n)}
    sums = values["A"].sum(1)
    back = 2 * sums * values["c"]
    right = np.repeat(back[:, None], n, axis=1)
    return Planted(f"r = A @ ones({n}); sum(r^2 * c)", values, {"A": right}, {"A": right.T})


def unsummed_bias(chance: random.Random) -> Planted:
    n, m = chance.sample([2, 3, 4, 5], 2)
    values = {"X": _array(chance, n, m), "b": _array(chance, m), "k": _number(chance)}
    g = np.cos(values["X"] * values["k"] + values["b"])
    wrong = chance.choice([g, g[0], g[-1]])
    return Planted("sum(sin(X*k + b))", values, {"b": g.sum(0)}, {"b": wrong})


def unsummed_number(chance: random.Random) -> Planted:
    n = chance.randint(3, 5)
    values = {"x": _array(chance, n), "b": _number(chance)}
    g = 1 - np.tanh(values["x"] * 0.5 + values["b"]) ** 2
    return Planted(
        "sum(tanh(x/2 + b))", values, {"b": g.sum()}, {"b": chance.choice([g, g[0], g[-1]])}
    )


def after_update(chance: random.Random) -> Planted:
    """Gradients after all, or one, of the weights have made their step."""
    v, w, x, y = (_number(chance) for _ in range(4))
    rate = chance.choice([0.1, 0.01, 0.5, 0.05])

    def gradient(v: float, w: float) -> dict[str, float]:
        h = np.tanh(w * x)
        return {"v": float((v * h - y) * h), "w": float((v * h - y) * v * (1 - h * h) * x)}

    first = gradient(v, w)
    moved = [v - rate * first["v"], w - rate * first["w"]]
    if chance.random() < 0.5:
        moved[1] = w
    later = gradient(*moved)
    wrong = later if moved[1] != w else {"v": first["v"], "w": later["w"]}
    values = {"v": v, "w": w, "x": x, "y": y}
    return Planted("h = tanh(w*x); C = (v*h - y)^2/2", values, first, wrong)


def side_of_kink(chance: random.Random) -> Planted:
    """At the kink, or with the condition the wrong way round."""
    x, y = abs(_number(chance)), _number(chance)
    kind = chance.choice(["abs", "relu", "max", "where", "leaky"])
    if kind == "abs":
        values = {"x": -x, "y": y}
        return Planted("abs(x)*y + x^2", values, {"x": -y - 2 * x}, {"x": y - 2 * x})
    if kind == "relu":
        at = chance.choice([0.0, -x])
        values = {"x": at, "y": y}
        return Planted("relu(x)*y + x*y^2", values, {"x": y * y}, {"x": y * y + y})
    if kind == "leaky":
        values = {"x": -x, "y": y}
        return Planted("leaky_relu(x, 0.1)*y", values, {"x": 0.1 * y}, {"x": y})
    if kind == "max":
        values = {"x": x, "y": x + 1.0}
        return Planted(
            "max(x, y)^2", values, {"x": 0.0, "y": 2 * x + 2}, {"x": 2 * x + 2, "y": 0.0}
        )
    values = {"x": x, "y": y}
    return Planted(
        "x^2*y if x > 0 else y^3", values, {"x": 2 * x * y, "y": x * x}, {"x": 0.0, "y": 3 * y * y}
    )


def off_in_power(chance: random.Random) -> Planted:
    x, y = _names(chance, 2)
    n = chance.choice([3, 4, 5, 6])
    f = chance.choice(["sin", "exp", "tanh"])
    program = f"J = {x}^{n}*{f}({y})"
    power = chance.choice(
        [f"{n}*{x}^{n}", f"{n}*{x}^{n - 2}", f"{n - 1}*{x}^{n - 2}", f"{n + 1}*{x}^{n}"]
    )
    right = {x: f"{n}*{x}^{n - 1}*{f}({y})", y: f"{x}^{n}*{_slope(f, y)}"}
    return Planted(program, {}, _formulas(**right), _formulas(**right | {x: f"{power}*{f}({y})"}))


def off_in_index(chance: random.Random) -> Planted:
    n = chance.randint(4, 6)
    values = {"w": _array(chance, n), "x": _array(chance, n)}
    right = values["x"] * np.cos(values["w"] * values["x"])
    by = chance.choice([1, -1])
    wrong = np.roll(right, by)
    wrong[0 if by == 1 else -1] = chance.choice([0.0, wrong[0 if by == 1 else -1]])
    return Planted("sum(sin(w*x))", values, {"w": right}, {"w": wrong})


def off_in_sum(chance: random.Random) -> Planted:
    n = chance.randint(4, 7)
    values = {"x": _array(chance, n), "k": _number(chance)}
    terms = values["x"] * np.exp(values["k"] * values["x"])
    wrong = chance.choice([terms[1:].sum(), terms[:-1].sum()])
    return Planted("sum(exp(k*x))", values, {"k": terms.sum()}, {"k": wrong})


MAKERS: dict[str, list[Maker]] = {
    "sign": [sign_of_all, sign_of_one, sign_of_a_term],
    "factor": [factor_of_all, factor_of_mean],
    "missing path": [missing_term, shared_weight],
    "path twice": [twice_term, twice_shared],
    "inner derivative": [inner_of_function, inner_of_power, inner_of_activation],
    "transposed": [transposed_square, transposed_oblong],
    "wrong axis": [axis_of_bias, axis_of_mean],
    "not summed": [unsummed_bias, unsummed_number],
    "update": [after_update],
    "other side": [side_of_kink],
    "off by one": [off_in_power, off_in_index, off_in_sum],
}
"""What makes a program with a mistake of each kind."""


def planted(kind: str, seed: int, count: int) -> Iterator[Planted]:
    """So many programs with a mistake of a kind."""
    for number in range(count):
        makers = MAKERS[kind]
        chance = random.Random(f"{kind} {seed} {number}")  # noqa: S311  (to be the same again)
        yield makers[number % len(makers)](chance)
