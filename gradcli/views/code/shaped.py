"""Operations on whole arrays as NumPy, JAX and PyTorch write them, a form for each node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradcli.engine.schedule import Schedule
from gradcli.errors import Option, Sentence, UsageError
from gradcli.graph.shapes import ROW, SHAPED, Letter
from gradcli.views.code.libraries import WORDS, Words, called_in, helpers, nested

if TYPE_CHECKING:
    from gradcli.engine.lowering import Part
    from gradcli.graph.node import Graph, Node
    from gradcli.graph.shapes import Form, Place, Shape

MOST_LISTED = 1_000
"""A constant array of more entries is not written out."""


class ArraySchedule(Schedule):
    """A schedule in which an operation on whole arrays has a name and a form of its own.

    Args:
        graph: the graph of all nodes.
        inputs: those that are given.
        outputs: those that are asked for.
        target: the name of the library.
        called: what people call it.

    Attributes:
        forms: how these operations are written.
        helpers: the functions of ours that they call.

    Raises:
        UsageError: the library is given no form for one of them, or a length is not known.
    """

    def __init__(
        self,
        graph: Graph,
        inputs: Sequence[Node],
        outputs: Iterable[Node],
        target: str,
        called: str,
    ) -> None:
        self._words = WORDS[target]
        self._called = called
        self._known: dict[tuple[Any, ...], str] = {}
        self.forms: dict[str, str] = {}
        self.helpers: dict[str, str] = {}
        super().__init__(graph, inputs, outputs)

    def _append(self, node: Node | Part) -> int:
        if node.op not in SHAPED:
            return super()._append(node)
        assert not isinstance(node, tuple)  # noqa: S101  (parts are numbers)
        places = tuple(self.slots[arg] for arg in node.args)
        self.steps.append((self._named(node), places))
        return self._first + len(self.steps) - 1

    def _named(self, node: Node) -> str:
        """The name of an operation, whose form is known then."""
        key = (node.op, node.params, node.form, *(arg.form for arg in node.args))
        if key not in self._known:
            write = _FORMS.get(node.op)
            if write is None:
                raise UsageError(
                    "unsupported",
                    f"{self._called} is given no form for {node.op} of arrays",
                    hint="write it in other functions, or call gradcli.function where it is used",
                )
            name = self._known[key] = f"@{node.op} {len(self._known)}"
            self.forms[name] = write(self._words, node)
            for own in called_in(self.forms[name]):
                self.helpers |= helpers(own, self._words)
        return self._known[key]


def check_lengths(inputs: Sequence[Node]) -> None:
    """Refuse arrays of which a length is not known.

    Raises:
        UsageError: there is one.
    """
    for node in inputs:
        if any(isinstance(length, Letter) for length in node.shape):
            lengths = ",".join("3" for _ in node.shape)
            raise UsageError(
                "shape",
                f"the lengths of {node.name} are not known",
                hint=Sentence(
                    "give them, as ", Option("shape", f"{node.name}={lengths}"), ", or a value"
                ),
            )


def _axes(node: Node) -> tuple[int, ...]:
    """The axes that an array has and its reduction has not, or with length 1."""
    return _without(node.args[0].shape, node.form)


def _without(shape: Shape, to: Form) -> tuple[int, ...]:
    """The axes of an array that an array of another form has not, or has with length 1."""
    from gradcli.engine.reductions import axes_without  # noqa: PLC0415  (it needs NumPy)

    return axes_without(shape, to)


def _reshaped(text: str, node: Node, axes: Sequence[int]) -> str:
    """A reduction in the shape that it is to have."""
    left = len(node.args[0].shape) - len(axes)
    return text if left == len(node.shape) else f"{text}.reshape({_tuple(node.shape)})"


def _tuple(shape: Shape | Sequence[int]) -> str:
    return repr(tuple(map(int, shape)))


def _reduction(word: str) -> Callable[[Words, Node], str]:
    def write(words: Words, node: Node) -> str:
        axes = _axes(node)
        if not axes:
            return _as_it_is(words, node)
        name = {"max": words.largest, "min": words.least}.get(word, word)
        text = f"{words.module}.{name}({{0}}, {words.axis}={_tuple(axes)})"
        return _reshaped(text, node, axes)

    return write


def _as_it_is(words: Words, node: Node) -> str:
    return f"{words.module}.reshape({words.array}, {_tuple(node.shape)})"


def _product(words: Words, node: Node) -> str:
    """Along one axis after another, as PyTorch takes one at a time."""
    text = "{0}"
    axes = _axes(node)
    for axis in sorted(axes, reverse=True):
        text = f"{words.module}.prod({text}, {words.axis}={axis})"
    return _reshaped(text, node, axes) if axes else _as_it_is(words, node)


def _norm(words: Words, node: Node) -> str:
    axes = _axes(node)
    if not axes:
        return f"{words.module}.abs({{0}})"
    return _reshaped(f"norm_along({{0}}, {_tuple(axes)})", node, axes)


def _logsumexp(words: Words, node: Node) -> str:
    axes = _axes(node)
    if not axes:
        return _as_it_is(words, node)
    name = {"np": "np.logaddexp.reduce", "jnp": "special.logsumexp"}.get(
        words.module, "torch.logsumexp"
    )
    return _reshaped(f"{name}({{0}}, {words.axis}={_tuple(axes)})", node, axes)


def _spread(words: Words, node: Node) -> str:
    return f"{words.module}.broadcast_to({words.array}, {_tuple(node.shape)})"


def _contract(words: Words, node: Node) -> str:
    of_a, of_b, result = map(str, node.params)
    labels = f"{of_a},{of_b}->{result.removesuffix(ROW)}"
    if words.module == "torch":
        return f'torch.einsum("{labels}", double({{0}}), double({{1}}))'
    return f'{words.module}.einsum("{labels}", {{0}}, {{1}})'


def _transpose(words: Words, node: Node) -> str:
    if len(node.args[0].shape) < 2:
        return _as_it_is(words, node)
    return f"{words.module}.swapaxes({{0}}, -1, -2)"


def _take(words: Words, node: Node) -> str:
    """One axis after another from the last on, so that the places of others stay."""
    del words
    text = "{0}"
    places: Sequence[Place] = node.params[0]
    for axis in range(len(places) - 1, -1, -1):
        item = _item(places[axis])
        if item != ":":
            text += f"[{':, ' * axis}{item}]"
    return text if text != "{0}" else "({0})"


def _item(place: Place) -> str:
    if isinstance(place, int):
        return str(place)
    points = _points(place)
    if len(place) == 3 and place[1] > 0 and points:
        first, step, count = place
        return f"{first}:{first + step * (count - 1) + 1}" + (f":{step}" if step != 1 else "")
    return f"np.array({points}, dtype=int)"


def _points(place: Any) -> list[int]:
    if len(place) == 3:
        first, step, count = place
        return [int(first + step * at) for at in range(count)]
    return [int(each) for each in place[0]]


def _put(words: Words, node: Node) -> str:
    del words
    places: Sequence[Place] = node.params[0]
    listed = sum(not isinstance(place, int) for place in places)
    key: list[str] = []
    axis = 0
    for place in places:
        if isinstance(place, int):
            key.append(str(place))
            continue
        key.append(_nested(_points(place), listed, axis))
        axis += 1
    return f"put({{0}}, ({', '.join(key)},), {_tuple(node.shape)})"


def _nested(points: Sequence[int], rank: int, axis: int) -> str:
    """Points as an array of a rank whose only length is along an axis."""
    shape = [1] * rank
    shape[axis] = len(points)
    return f"np.array({[*points]}, dtype=int).reshape({_tuple(shape)})"


def _of_others(words: Words, node: Node) -> str:
    del words
    to: Any = node.params[0]
    axes = _tuple(_without(node.shape, to))
    if len(node.args) > 1:
        return f"of_others_along({axes}, {_all(node)})"
    return f"of_others({{0}}, {axes})"


def _all(node: Node) -> str:
    """The arguments of a node behind commas."""
    return ", ".join(f"{{{place}}}" for place in range(len(node.args)))


def _place(words: Words, node: Node) -> str:
    del words
    return f"place({{0}}, {{1}}, {_tuple(node.shape)}, {node.params[1]})"


def _cofactors(words: Words, node: Node) -> str:
    del words
    return f"cofactors_along({_all(node)})" if len(node.args) > 1 else "cofactors({0})"


def _windows(words: Words, node: Node) -> str:
    del words
    sizes: Any = node.params[0]
    return f"{node.op}({{0}}, {_tuple(sizes)})"


def _stack(words: Words, node: Node) -> str:
    parts = [words.array.replace("{0}", f"{{{place}}}") for place in range(len(node.args))]
    return f"{words.module}.stack([{', '.join(parts)}])"


def _concat(words: Words, node: Node) -> str:
    return f"{words.module}.{words.joined}([{_all(node)}], {words.axis}={node.params[0]})"


def _cumsum(words: Words, node: Node) -> str:
    return f"{words.module}.cumsum({{0}}, {words.axis}={node.params[0]})"


def _cumsum_back(words: Words, node: Node) -> str:
    m, axis = words.module, node.params[0]
    inner = f"{m}.cumsum({m}.flip({{0}}, ({axis},)), {words.axis}={axis})"
    return f"{m}.flip({inner}, ({axis},))"


def _constant(words: Words, node: Node) -> str:
    entries: Any = node.params[0]
    if node.form.size > MOST_LISTED:
        raise UsageError(
            "too-large",
            f"the program has a constant array of {node.form.size:,} entries",
            hint="make it an input",
        )
    if not node.form.size:
        return f"{words.module}.zeros({_tuple(node.shape)}{words.double})"
    numbers = repr(nested([*entries.numbers()], node.shape))
    for word in ("inf", "nan"):
        numbers = numbers.replace(word, f'float("{word}")')
    return words.array.replace("{0}", numbers)


def _eye(words: Words, node: Node) -> str:
    return f"{words.module}.eye({node.params[0]}{words.double})"


def _tril(words: Words, node: Node) -> str:
    return f"{words.module}.tril({{0}}, {node.params[0]})"


def _linear(form: str) -> Callable[[Words, Node], str]:
    return lambda words, _: form.replace("{m}", words.module)


_FORMS: Mapping[str, Callable[[Words, Node], str]] = {
    "sum_to": _reduction("sum"),
    "max_to": _reduction("max"),
    "min_to": _reduction("min"),
    "prod_to": _product,
    "norm_to": _norm,
    "logsumexp_to": _logsumexp,
    "spread": _spread,
    "contract": _contract,
    "transpose": _transpose,
    "reshape": _as_it_is,
    "take": _take,
    "put": _put,
    "prod_others": _of_others,
    "gather": lambda _, node: f"gather({{0}}, {{1}}, {node.params[0]})",
    "place": _place,
    "onehot": lambda _, node: f"onehot({{0}}, {node.params[0]})",
    "window": _windows,
    "unwindow": _windows,
    "cofactors": _cofactors,
    "stack": _stack,
    "concat": _concat,
    "cumsum": _cumsum,
    "cumsum_back": _cumsum_back,
    "array": _constant,
    "eye": _eye,
    "tril": _tril,
    "inv": _linear("{m}.linalg.inv({0})"),
    "cholesky": _linear("{m}.linalg.cholesky(({0} + {m}.swapaxes({0}, -1, -2))/2.0)"),
    "det": _linear("{m}.linalg.det({0})"),
    "logdet": _linear("{m}.linalg.slogdet({0})[1]"),
    "solve": _linear("{m}.linalg.solve({0}, {1})"),
}
"""How an operation is written, of the words of a library and a node."""
