"""What can be looked at where it was made: at the Python prompt, in a notebook, in a message.

How it looks is known by rooms further on, so they are called by name, and only when somebody looks.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing for this takes as long as reading a formula
if TYPE_CHECKING:
    from typing import Any

_LOOKS = "gradcli.library.looks"


def look(name: str, shown: object, *more: object) -> Any:
    """What ``gradcli.library.looks`` makes of something."""
    from importlib import import_module  # noqa: PLC0415  (only where somebody looks)

    return getattr(import_module(_LOOKS), name)(shown, *more)


def str_of(name: str, shown: object, *more: object) -> str:
    """The same, of what is a text."""
    found: str = look(name, shown, *more)
    return found


class Shown:
    """What a door gives: its page is its representation, in Python as text and in notebooks.

    Text of the user is never markup in any of them.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return str(look("text", self))

    def _repr_html_(self) -> str:
        return str(look("html", self))

    def _repr_latex_(self) -> str | None:
        found: str | None = look("latex", self)
        return found
