"""A record is what a class by `typing.NamedTuple` is, made without generated code."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from gradcli.base.record import Record


class Kept(Record):
    """Two fields that must be given and two that need not."""

    first: int
    second: str
    third: tuple[int, ...] = ()
    fourth: float | None = None

    @property
    def both(self) -> str:
        """A property beside the fields."""
        return f"{self.first}{self.second}"


class Tuple(NamedTuple):
    """The same by Python."""

    first: int
    second: str
    third: tuple[int, ...] = ()
    fourth: float | None = None

    @property
    def both(self) -> str:
        return f"{self.first}{self.second}"


MADE: dict[str, Callable[[Any], Any]] = {
    "by place": lambda kind: kind(1, "a"),
    "in full": lambda kind: kind(1, "a", (2,), 0.5),
    "by name": lambda kind: kind(second="a", first=1),
    "both": lambda kind: kind(1, "a", fourth=2.0),
    "replaced": lambda kind: kind(1, "a")._replace(second="b", third=(1, 2)),
    "copied": lambda kind: copy.deepcopy(kind(1, "a", (3,))),
    "pickled": lambda kind: pickle.loads(pickle.dumps(kind(1, "a", (3,), 1.5))),  # noqa: S301  (our own)
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_it_has_the_fields_of_a_named_tuple(made: Callable[[Any], Any]) -> None:
    own, known = made(Kept), made(Tuple)
    assert type(own) is Kept
    assert own == known == tuple(own)
    assert hash(own) == hash(known)
    assert repr(own) == repr(known).replace("Tuple", "Kept")
    assert own._asdict() == known._asdict()
    for name in (*Tuple._fields, "both"):
        assert getattr(own, name) == getattr(known, name)
    match own:
        case Kept(first, second, third, fourth):
            assert (first, second, third, fourth) == known
    with pytest.raises(AttributeError):
        own.first = 2
    with pytest.raises(AttributeError):
        own.fifth = 2


WRONG: dict[str, Callable[[Any], Any]] = {
    "one missing": lambda kind: kind(1),
    "one too many": lambda kind: kind(1, "a", (), None, 2),
    "an unknown name": lambda kind: kind(1, "a", fifth=2),
    "given twice": lambda kind: kind(1, "a", first=2),
}


@pytest.mark.parametrize("made", WRONG.values(), ids=WRONG)
def test_it_refuses_what_a_named_tuple_refuses(made: Callable[[Any], Any]) -> None:
    for kind in (Kept, Tuple):
        with pytest.raises(TypeError):
            made(kind)
    for kind in (Kept, Tuple):
        with pytest.raises(ValueError, match="fifth"):
            kind(1, "a")._replace(fifth=1)
