"""The parameters of commands: what is said of one beside its type, and what typer makes of it.

They are declared as typer has it, ``of: Annotated[str | None, option("--of", …)] = None``. But
typer reads a signature twice, and goes through some thirty settings of each parameter, hardly any
of which is ever set; with `typing.Annotated` that is a tenth of what a short formula takes. Here is
no more than what is needed, and it goes to typer's own classes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from importlib import import_module
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal

from typer.core import TyperArgument, TyperOption

from gradcli.base.record import Record

__all__ = ["Annotated"]

if TYPE_CHECKING:
    from typing import Annotated
else:

    class Annotated(Record):
        """The type of a parameter, and what is said of it."""

        type: Any
        said: Said

        def __class_getitem__(cls, both: tuple[Any, Said]) -> Annotated:
            """The same, as an annotation is written."""
            return cls(*both)


Completes = Callable[[Any, str], Iterable[Any]]
"""What a value can go on with, from typer's context and what there is of it."""


class Said(Record):
    """What is said of a parameter.

    Attributes:
        names: those of an option, with what turns it off behind a slash; an argument has none.
        help: what its help page says.
        metavar: what stands there for its value.
        shows_default: whether the page names its default.
        completes: what completes its value.
        choices: the words that there are for it; none if there are others.
    """

    names: tuple[str, ...]
    help: str
    metavar: str | None = None
    shows_default: bool = True
    completes: Completes | None = None
    choices: tuple[str, ...] = ()


def argument(
    metavar: str, text: str, *, shows_default: bool = False, completes: Completes | None = None
) -> Any:
    """An argument, to stand beside its type."""
    return Said((), text, metavar, shows_default, completes)


def option(*names: str, text: str, **more: Any) -> Any:
    """An option, to stand beside its type."""
    return Said(names, text, **more)


def valued(
    name: str,
    metavar: str,
    text: str,
    *,
    completes: Completes | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """An option with a value, to stand beside its type."""
    completes = completes or _by_metavar(metavar)
    return Said((name,), text, metavar, shows_default=False, completes=completes, choices=choices)


def one_of(name: str, metavar: str, names: Iterable[str], default: str | None = None) -> Any:
    """An option whose value is one of our names, to stand beside its type.

    Args:
        name: of the option.
        metavar: what stands for its value.
        names: those that there are.
        default: which one it is if none is given, where typer cannot say that.
    """
    names = list(names)
    said = "" if default is None else f" [default: {default}]"
    text = f"One of {', '.join(names)}.{said}"
    return Said((name,), text, metavar, default is None, among(names))


def switch(name: str, text: str) -> Any:
    """An option that is there or not, with its type."""
    return Annotated[bool, option(name, text=text)]


_COMPLETED = {
    "NAME": "complete_nodes",
    "NAMES": "complete_nodes",
    "NAME=VALUE": "complete_assignment",
    "NAME=STEP": "complete_assignment",
    "NAME=M,N": "complete_assignment",
    "NAME=N": "complete_assignment",
    "WHAT": "complete_query",
}
"""What completes the value of an option, by what its help page calls the value."""


def _by_metavar(metavar: str) -> Completes | None:
    function = _COMPLETED.get(metavar)
    return None if function is None else completing(function)


def completing(function: str, *, takes_context: bool = True) -> Completes:
    """What completes a value by a function of `gradcli.cli.complete`, loaded when a shell asks."""

    def completes(*asked: Any) -> Iterable[Any]:
        found = getattr(import_module("gradcli.cli.complete"), function)
        names: Iterable[Any] = found(*asked[0 if takes_context else 1 :])
        return names

    return completes


def among(names: Iterable[str]) -> Completes:
    """What completes a value that is one of some names."""
    return lambda _, __: names


def made(name: str, annotated: Any, default: Any) -> tuple[Any, Callable[[Any], Any] | None]:
    """A parameter as typer has it, and what turns what typer reads into its value, if anything.

    Typer's classes are those of the click inside it, which is private: hence ``Any``.

    Args:
        name: of the parameter.
        annotated: its type, which may be without None, a list of one, and what is said of it.
        default: its value where none is given.
    """
    said: Said = annotated.said
    kind, is_list = _kind(annotated.type)
    is_enum = issubclass(kind, Enum)
    words: Any = kind if is_enum else said.choices
    settings: dict[str, Any] = {
        "param_decls": [name, *said.names],
        "type": _choice(words) if words else kind,
        "default": default,
        "help": said.help,
        "metavar": said.metavar,
        "show_default": said.shows_default,
        "autocompletion": said.completes and _without_words(said.completes),
    }
    if not said.names:
        return TyperArgument(**settings), None
    if kind is bool:
        settings |= {"type": None, "is_flag": True}
    convertor = _listed if is_list else _chosen(kind) if is_enum else None
    return TyperOption(multiple=is_list, **settings), convertor


def _kind(type_: Any) -> tuple[type, bool]:
    """The type of one value, and whether there may be several."""
    parts: tuple[Any, ...] = getattr(type_, "__args__", ())
    kind = parts[0] if NoneType in parts else type_
    return (kind.__args__[0], True) if getattr(kind, "__origin__", None) is list else (kind, False)


def _listed(values: Any) -> list[Any] | None:
    return [*values] if values else None


def _chosen(kind: type[Enum]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else kind(value)


def _choice(words: type[Enum] | tuple[str, ...]) -> Any:
    """What typer takes some words by."""
    from typer.main import get_click_type  # noqa: PLC0415  (few options have one)
    from typer.models import ParameterInfo  # noqa: PLC0415  (likewise)

    kind = Literal[words] if isinstance(words, tuple) else words
    return get_click_type(annotation=kind, parameter_info=ParameterInfo())


def _without_words(completes: Completes) -> Callable[[Any, list[str], str], Iterable[Any]]:
    return lambda context, _, incomplete: completes(context, incomplete)
