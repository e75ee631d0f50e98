"""The inputs of a function, and what it is called with: by position, by name, or as a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gradcli.errors import InputError
from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value, number
from gradcli.evaluation.inputs import bind_given
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.hints import listed, no_input, shortened

_FLOATS, _NUMBERS = {float}, {float, int}
"""The types of what nearly all arguments are."""

Point = Sequence[Value] | Mapping[str, Value]
"""Values in the order of the inputs, or by name; by the name of an array a list."""


def by_position(names: Sequence[str], args: Sequence[Value]) -> Iterable[tuple[str, Value]]:
    """The arguments that are given by position, with the names of their inputs.

    Raises:
        InputError: they are too many.
    """
    if len(args) > len(names):
        raise InputError(
            "arguments",
            f"the function takes {len(names)} arguments, not {len(args)}",
            hint=f"they are {listed(names)}" if names else None,
        )
    return zip(names, args, strict=False)


def _is_large(value: Value) -> bool:
    """Whether a number may be too large for a float."""
    return type(value) is int and value.bit_length() > 1000


class Signature:
    """The inputs of a function, in order.

    Args:
        model: the program.
        nodes: its inputs in the order of arguments.
    """

    def __init__(self, model: Model, nodes: Sequence[Node]) -> None:
        self.inputs = tuple(node.name for node in nodes)
        self._model = model
        self._nodes = nodes
        self._places = {name: place for place, name in enumerate(self.inputs)}

    def plain(self, args: Sequence[Value], named: Mapping[str, Value]) -> Sequence[float] | None:
        """The arguments of a call where each input gets a float or an int in one way; else None.

        It raises nothing and reads nothing: what is not so plain is for `point`.
        """
        if named:
            if args or len(named) != len(self.inputs):
                return None
            try:
                args = [named[name] for name in self.inputs]
            except KeyError:
                return None
        elif len(args) != len(self.inputs):
            return None
        kinds = {*map(type, args)}
        if kinds == _FLOATS:
            return args
        return None if not kinds <= _NUMBERS or any(map(_is_large, args)) else [*map(float, args)]

    def place(self, name: str) -> int:
        """The place of an input.

        Raises:
            InputError: there is no such input.
        """
        if name not in self._places:
            raise self._no_input(no_input(name, self.inputs), name)
        return self._places[name]

    def given(self, point: Point) -> list[float]:
        """A point, or a vector, in the order of the inputs; raises as `point`."""
        if isinstance(point, Mapping):
            return self.point((), arguments.values(point, "a point"))
        return self.point(arguments.items(point, "a point", "for instance [1, 2.5]"), {})

    def point(self, args: Sequence[Value], named: Mapping[str, Value]) -> list[float]:
        """The arguments of a call in the order of the inputs.

        Raises:
            InputError: they are too many, one is missing, given twice or no number, or there is
                no such input.
        """
        numbers = [_one(value, name) for name, value in by_position(self.inputs, args)]
        if len(numbers) == len(self.inputs) and not named:
            return numbers
        given = dict(zip(self._nodes, numbers, strict=False))
        for node, value in self._by_name(named).items() if named else ():
            if node in given:
                raise InputError(
                    "given-twice", f"'{node.name}' is given twice", hint="leave one out"
                )
            given[node] = value
        missing = [node.name for node in self._nodes if node not in given]
        if missing:
            raise InputError(
                "missing-value",
                f"no value for {listed(missing)}",
                hint="give each input a value",
            )
        return [given[node] for node in self._nodes]

    def _by_name(self, named: Mapping[str, Value]) -> Mapping[Node, float]:
        """The arguments that are given by name, lists to their elements."""
        try:
            return bind_given(self._model, named)
        except InputError as error:
            for name in error.names:
                raise self._no_input(error, name) from None
            raise

    def _no_input(self, error: InputError, name: str) -> InputError:
        """The error for what is no input, with the way out where it is read as a product."""
        if any(note.kind == "letters" and name in note.names for note in self._model.notes):
            error.hint = (
                f"'{shortened(name)}' is read as a product; "
                f'inputs=["{shortened(name)}"] makes it one name'
            )
        return error


def _one(value: Value, name: str) -> float:
    """An argument by its place; a mapping there has the values of all."""
    if isinstance(value, Mapping):
        message = f"the value of '{shortened(name)}' is not a number"
        hint = "values with their names are given as **values"
        raise InputError("value", message, hint=hint)
    return number(value, name)
