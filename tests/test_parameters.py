"""Parameters of commands are those that typer makes of the same signature, option by option."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest
import typer
from typer.main import get_click_param
from typer.models import ParamMeta

from gradcli.cli.known import COMMANDS, find
from gradcli.cli.parameters import Annotated, Said, argument, made, one_of, option, valued


class Size(Enum):
    """Words that Python has an enumeration for."""

    SMALL = "small"
    LARGE = "large"


DECLARED: dict[str, tuple[Any, Any]] = {
    "a word": (Annotated[str | None, valued("--name", "NAME", "A name.")], None),
    "several": (Annotated[list[str] | None, valued("--names", "NAMES", "Names.")], None),
    "a whole number": (Annotated[int | None, valued("--order", "N", "The order.")], None),
    "with a default": (Annotated[int, option("--seed", metavar="N", text="Another one.")], 0),
    "a number": (Annotated[float, valued("--tol", "LENGTH", "How long.")], 1e-8),
    "a switch": (Annotated[bool, option("--full", text="All of it.")], False),
    "on, off or neither": (Annotated[bool | None, option("--bias/--no-bias", text="One.")], None),
    "two names": (Annotated[str | None, option("--output", "-o", text="A file.")], None),
    "an enumeration": (Annotated[Size, valued("--size", "SIZE", "How large.")], Size.SMALL),
    "or none of it": (Annotated[Size | None, valued("--size", "SIZE", "How large.")], None),
    "one of ours": (Annotated[str, one_of("--way", "WAY", ("fail", "drop"))], "fail"),
    "an argument": (Annotated[str | None, argument("DATA", "The file.")], None),
    "that shows its default": (
        Annotated[str, argument("NAME", "The name.", shows_default=True)],
        "eval",
    ),
}


def by_typer(name: str, annotated: Any, default: Any) -> tuple[Any, Callable[[Any], Any] | None]:
    """The same, made of all that typer can be told of a parameter."""
    said: Said = annotated.said
    known: dict[str, Any] = {
        "help": said.help,
        "metavar": said.metavar,
        "show_default": said.shows_default,
    }
    if said.names:  # of variables of the environment, which ours have none of, nothing is shown
        info = typer.Option(default, *said.names, show_envvar=False, **known)
    else:
        info = typer.Argument(default, **known)
    return get_click_param(ParamMeta(name=name, default=info, annotation=annotated.type))


def facts(param: Any) -> dict[str, Any]:
    """All that typer keeps of a parameter; of its type what that is, of choices the words."""
    kept = {name: value for name, value in vars(param).items() if "complete" not in name}
    choices = getattr(param.type, "choices", None)
    kept["type"] = type(param.type).__name__
    kept["choices"] = choices and [getattr(each, "value", each) for each in choices]
    return kept


@pytest.mark.parametrize("kind", DECLARED)
def test_a_parameter_is_the_one_that_typer_makes(kind: str) -> None:
    ours, _ = made("given", *DECLARED[kind])
    theirs, _ = by_typer("given", *DECLARED[kind])
    assert type(ours) is type(theirs)
    assert facts(ours) == facts(theirs)


READ: list[tuple[str, Any, Any]] = [
    ("a word", "x", "x"),
    ("a word", None, None),
    ("several", (), None),
    ("several", ("x", "y"), ["x", "y"]),
    ("an enumeration", "large", Size.LARGE),
    ("or none of it", None, None),
    ("a number", 0.5, 0.5),
]


@pytest.mark.parametrize(("kind", "read", "value"), READ, ids=str)
def test_what_typer_reads_becomes_the_value_that_typer_would_give(
    kind: str, read: Any, value: Any
) -> None:
    for make in (made, by_typer):
        _, convertor = make("given", *DECLARED[kind])
        assert (convertor(read) if convertor else read) == value


@pytest.mark.parametrize("command", COMMANDS)
def test_so_is_every_parameter_of_every_command(command: str) -> None:
    for name, annotated, default in find(command)._parameters():
        ours, theirs = (facts(make(name, annotated, default)[0]) for make in (made, by_typer))
        if annotated.said.choices:  # typer has enumerations only for these
            assert ours.pop("choices") == list(annotated.said.choices)
            assert ours.pop("type") == "TyperChoice"
            theirs = {key: theirs[key] for key in ours}
        assert ours == theirs, name
