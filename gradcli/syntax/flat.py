"""Trees as flat lists and back: pickle and copy recurse, and trees may be of any depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gradcli.syntax.walk import bottom_up


class _Place(NamedTuple):
    """Stands for a part that comes earlier in the list."""

    place: int


def flattened(root: object, kinds: tuple[type, ...]) -> list[tuple[type, dict[str, Any]]]:
    """A tree as the class and the fields of each of its parts, each after those that it has.

    Args:
        root: an object with slots; its fields are parts, tuples of parts, or anything else.
        kinds: the classes of parts.
    """

    def inside(value: object) -> Iterator[object]:
        if isinstance(value, kinds):
            yield value
        elif type(value) is tuple:
            yield from (part for part in value if isinstance(part, kinds))

    def parts(each: object) -> list[object]:
        return [part for value in _fields(each).values() for part in inside(value)]

    def number(_: object, made: Mapping[object, _Place]) -> _Place:
        return _Place(len(made))

    order = bottom_up(root, parts, number)

    def placed(value: object) -> object:
        if type(value) is tuple:
            return tuple([placed(part) for part in value])
        return order[value] if isinstance(value, kinds) else value

    return [
        (type(each), {name: placed(value) for name, value in _fields(each).items()})
        for each in order
    ]


def restored(parts: list[tuple[type, dict[str, Any]]]) -> object:
    """The tree of such a list."""
    made: list[object] = []

    def found(value: object) -> object:
        if isinstance(value, _Place):
            return made[value.place]
        return tuple([found(part) for part in value]) if type(value) is tuple else value

    for kind, fields in parts:
        each: object = object.__new__(kind)
        for name, value in fields.items():
            setattr(each, name, found(value))
        made.append(each)
    return made[-1]


def _fields(each: object) -> dict[str, Any]:
    """The fields of an object with slots, by name."""
    names = [name for kind in type(each).__mro__ for name in getattr(kind, "__slots__", ())]
    return {name: getattr(each, name) for name in names}
