"""The inputs of a function, and what it is called with: by position, by name, or as a mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.errors import InputError
from gradcli.evaluation import arguments
from gradcli.evaluation.elements import number
from gradcli.evaluation.inputs import spelled
from gradcli.hints import listed, no_input

Point = Sequence[float] | Mapping[str, float]


class Signature:
    """The names of a function's inputs, in order."""

    def __init__(self, inputs: Sequence[str]) -> None:
        self.inputs = tuple(inputs)
        self._places = {name: place for place, name in enumerate(inputs)}

    def place(self, name: str) -> int:
        """The place of an input.

        Raises:
            InputError: there is no such input.
        """
        if name not in self._places:
            raise no_input(name, self.inputs)
        return self._places[name]

    def given(self, point: Point) -> list[float]:
        """A point, or a vector, in the order of the inputs; raises as `point`."""
        if isinstance(point, Mapping):
            return self.point((), arguments.values(point, "a point"))
        return self.point(arguments.items(point, "a point", "for instance [1, 2.5]"), {})

    def point(self, args: Sequence[float], named: Mapping[str, float]) -> list[float]:
        """The arguments of a call in the order of the inputs.

        Raises:
            InputError: they are too many, one is missing, given twice or no number, or there is
                no such input.
        """
        if len(args) > len(self.inputs):
            raise InputError(
                "arguments",
                f"the function takes {len(self.inputs)} arguments, not {len(args)}",
                hint=f"they are {listed(self.inputs)}" if self.inputs else None,
            )
        if not named and len(args) == len(self.inputs):
            return [number(value, name) for name, value in zip(self.inputs, args, strict=True)]
        given = dict(zip(self.inputs, args, strict=False))
        for name, value in spelled(named).items():
            self.place(name)
            if name in given:
                raise InputError("given-twice", f"'{name}' is given twice")
            given[name] = value
        missing = [name for name in self.inputs if name not in given]
        if missing:
            raise InputError(
                "missing-value",
                f"no value for {listed(missing)}",
                hint="give each input a value",
            )
        return [number(given[name], name) for name in self.inputs]
