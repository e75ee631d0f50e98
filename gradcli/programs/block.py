"""What is computed of each row of some columns: `block(columns)` is a column for each result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradcli.errors import InputError, UsageError
from gradcli.evaluation.elements import is_number, number
from gradcli.hints import listed, nearest, no_input
from gradcli.syntax.spelling import plain

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gradcli.programs.compiled import Compiled

VALUE = "value"
"""The column of values; that of the derivatives by ``x`` is ``d_x``."""


ROWS = 2**17
"""So many rows are a task, if nothing else is said."""


class Block:
    """Some results of a program for each row of columns, in this process or in another one.

    Args:
        compiled: the program.
        places: for each result that is asked for, its name and which one of the program's it is.
        constants: the inputs that are one number for all rows.

    Attributes:
        inputs: the names of the inputs.
        constants: the same.
        names: the names of the results.
        needed: the inputs that are columns.
    """

    def __init__(
        self, compiled: Compiled, places: Mapping[str, int], constants: Mapping[str, float]
    ) -> None:
        self.inputs = compiled.inputs
        self.constants = constants
        self.names = [*places]
        self.needed = [name for name in self.inputs if name not in constants]
        self.compiled = compiled
        self.places = [*places.values()]

    def __call__(
        self, columns: Mapping[str, Any], *, rows: int | None = None, threads: int = 1
    ) -> dict[str, Any]:
        """The results of each row.

        Args:
            columns: for each input that is needed an array with a number for each row.
            rows: how many there are; None for as many as the columns have.
            threads: how many parts are worked on at once.

        Returns:
            An array of NumPy for each result, by its name.

        Raises:
            InputError: a column is missing, no array of numbers, or of another length.
        """
        given = {**columns, **self.constants}
        missing = [name for name in self.inputs if name not in given]
        if missing:
            hint = "give each input that is needed a column"
            raise InputError("missing-value", f"no value for {listed(missing)}", hint=hint)
        found = self.compiled.columns(*[given[name] for name in self.inputs], threads=threads)
        wanted = [found[place] for place in self.places]
        if not columns and rows is not None:  # one number for all rows
            import numpy as np  # noqa: PLC0415  (a row alone needs none)

            wanted = [np.repeat(column, rows) for column in wanted]
        return dict(zip(self.names, wanted, strict=True))

    def by(
        self, executor: Executor, columns: Mapping[str, Any], rows: int = ROWS
    ) -> dict[str, Any]:
        """The same by whoever takes tasks: threads, processes, or a cluster.

        Args:
            executor: any of `concurrent.futures`, or what is like one.
            columns: for each input that is needed an array with a number for each row.
            rows: so many of them are a task.

        Raises:
            InputError: as of a call.
            Exception: what a task raises.
        """
        import numpy as np  # noqa: PLC0415  (a row alone needs none)

        given = {name: np.asanyarray(column) for name, column in columns.items()}
        count = min((len(each) for each in given.values() if each.ndim), default=0)
        if count <= rows or any(each.shape != (count,) for each in given.values()):
            return executor.submit(self, columns).result()
        starts = range(0, count, rows)
        tasks = [
            executor.submit(self, {name: each[at : at + rows] for name, each in given.items()})
            for at in starts
        ]
        found = [task.result() for task in tasks]
        return {name: np.concatenate([each[name] for each in found]) for name in self.names}

    def fast(self) -> Block:
        """The same by machine code, where that can be."""
        places = dict(zip(self.names, self.places, strict=True))
        return Block(self.compiled.fast(), places, self.constants)

    def row(self, point: Sequence[float]) -> list[float]:
        """The results of one row.

        Args:
            point: a number for each input that is needed, in this order.
        """
        found = self.compiled.results(self.point(point))
        return [found[place] for place in self.places]

    def point(self, numbers: Sequence[float]) -> list[float]:
        """A number for each input, of one for each that is needed."""
        if not self.constants:
            return [*numbers]
        given = dict(zip(self.needed, numbers, strict=True))
        return [given[each] if each in given else self.constants[each] for each in self.inputs]

    def sources(
        self, columns: Sequence[Any], what: str = "frame", instead: str = "map(frame, {}=1.5)"
    ) -> dict[str, str]:
        """The column of each input that is needed.

        Args:
            columns: the names of those that there are.
            what: what messages call that which has them.
            instead: how an input is one number for all rows.

        Raises:
            InputError: there is none.
        """
        # pandas has columns whose names are no texts; no input has such a name.
        texts = [column for column in columns if isinstance(column, str)]
        known = {plain(column): column for column in texts} | {each: each for each in texts}
        missing = [name for name in self.needed if name not in known]
        if missing:
            raise InputError(
                "missing-value",
                f"the {what} has no column for {listed(missing)}",
                hint=f"{nearest(missing[0], texts, 'columns')}; "
                f"for one number in all rows: {instead.format(missing[0])}",
                names=tuple(missing),
            )
        return {name: known[name] for name in self.needed}

    def kept(
        self,
        keep: bool | Sequence[str],  # noqa: FBT001  (a list of names as well)
        columns: Sequence[str],
        instead: str = "keep=[…]",
    ) -> list[str]:
        """The columns that stay beside the results.

        Args:
            keep: their names, or True for all of them.
            columns: those that there are.
            instead: how columns that stay are listed.

        Raises:
            InputError: one is not there, or has the name of one that is computed.
        """
        if isinstance(keep, bool):
            found = [*columns] if keep else []
        else:
            found = [*keep]
            for name in found:
                if name not in columns:
                    hint = nearest(name, [*map(str, columns)], "columns")
                    raise InputError("unknown-value", f"there is no column '{name}'", hint=hint)
        for name in found:
            if name in self.names:
                raise InputError(
                    "given-twice",
                    f"there is a column '{name}' already",
                    hint=f"rename it, or list the columns that stay without it: {instead}",
                )
        return found


def gradient_block(
    compiled: Compiled, constants: Mapping[str, Any], wrt: Collection[str] | None
) -> Block:
    """The value and the derivatives by some inputs, or by all.

    Raises:
        InputError: a name is no input.
        UsageError: a constant is no number.
    """
    wanted = [*compiled.inputs] if wrt is None else [plain(name) for name in wrt]
    return Block(
        compiled,
        {VALUE: 0} | {f"d_{name}": 1 + _place(name, compiled.inputs) for name in wanted},
        checked(constants, compiled.inputs),
    )


def asked_block(compiled: Compiled, queries: Sequence[str], constants: Mapping[str, Any]) -> Block:
    """The answers to some questions, each under its own words; raises as above."""
    names = {plain(query): place for place, query in enumerate(queries)}
    return Block(compiled, names, checked(constants, compiled.inputs))


def checked(constants: Mapping[str, Any], inputs: Sequence[str]) -> dict[str, float]:
    """The inputs that are one number for all rows, by their plain names; raises as above."""
    found = {}
    for each, value in constants.items():
        name = plain(each)
        _place(name, inputs)
        if not is_number(value):
            message = f"'{name}' is one number for all rows, and not a column"
            raise UsageError("type", message, hint="give one number, or a column of that name")
        found[name] = number(value, name)
    return found


def no_numbers(column: str, kind: Any) -> InputError:
    """The error for a column of a frame whose type is none of numbers."""
    return InputError(
        "value",
        f"the column '{column}' holds no numbers: it is of the type {kind}",
        hint="convert it first, for instance to floats",
    )


def _place(name: str, inputs: Sequence[str]) -> int:
    if name not in inputs:
        raise no_input(name, inputs)
    return inputs.index(name)
