"""Named tuples of which no code is generated: they are made when a program starts.

A class by `typing.NamedTuple` is written as source and compiled when its module is loaded, which
takes as long as all else in most modules; a formula on the command line meets some forty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

__all__ = ["Record"]

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    from typing import NamedTuple

    _new = tuple.__new__

    # What reads the fields of a named tuple knows only their place, and is twice as quick as a
    # property: those of one are those of all records.
    _MOST = NamedTuple("_MOST", [(f"field{place}", Any) for place in range(12)])
    _READERS = [vars(_MOST)[name] for name in _MOST._fields]

    class _Fields(type):
        """Makes a class of the annotations in its body, which are the fields of its tuples."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            body["__slots__"] = ()
            fields = tuple(body.get("__annotations__", ()))
            if fields:
                defaults = {field: body[field] for field in fields if field in body}
                body |= {"_fields": fields, "__match_args__": fields, "_field_defaults": defaults}
                body.update(zip(fields, _READERS[: len(fields)], strict=True))
            return super().__new__(cls, name, bases, body)

    class Record(tuple, metaclass=_Fields):
        """What `typing.NamedTuple` is, of 12 fields at most; to type checkers that very class."""

        __slots__ = ()

        def __new__(cls, *values: Any, **named: Any) -> Self:
            if named or len(values) != len(cls._fields):
                values = cls._all(values, named)
            return _new(cls, values)

        @classmethod
        def _all(cls, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
            """A value for each field: those that are given, and what the others are by default.

            Raises:
                TypeError: a field has none, or a value no field.
            """
            default = cls._field_defaults
            try:
                others = [
                    named.pop(name) if name in named else default[name]
                    for name in cls._fields[len(values) :]
                ]
            except KeyError as error:
                raise TypeError(f"{cls.__name__} needs {error}") from None
            if named or len(values) > len(cls._fields):
                raise TypeError(f"{cls.__name__} has no place for {[*named] or values}")
            return (*values, *others)

        def _replace(self, **named: Any) -> Self:
            """The same with other values in some fields."""
            values = map(named.pop, self._fields, self)
            made = _new(type(self), values)
            if named:
                raise ValueError(f"{type(self).__name__} has no {', '.join(named)}")
            return made

        def _asdict(self) -> dict[str, Any]:
            """The fields by name."""
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def __repr__(self) -> str:
            shown = (f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({', '.join(shown)})"
