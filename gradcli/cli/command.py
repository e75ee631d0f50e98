"""A command from a table: its views, what every command takes, and what is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from inspect import Parameter, Signature, signature
from typing import Any

import typer
from typer.main import get_command

from gradcli.cli import options
from gradcli.cli.arguments import ProgramCommand
from gradcli.cli.pages import ASKED_FOR_BY, PageCommand
from gradcli.cli.task import Given, Task
from gradcli.cli.view import Views, endings, formats

Function = Callable[..., None]


class Command:
    """A command of gradcli: a function of a task and of options of its own.

    Every command takes the options of its views, ``--output``, ``--quiet`` and ``--color``; one
    that works on a program takes that, values for its variables, ``--precision`` and ``--strict``
    as well.

    Attributes:
        views: its views by name.
        takes_program: whether it works on a program.
    """

    def __init__(
        self,
        views: Views,
        examples: str,
        *,
        takes_program: bool = True,
        everything: str | None = None,
    ) -> None:
        """Describe a command.

        Args:
            views: its views; the first one is shown by default.
            examples: what its help ends with.
            takes_program: whether it works on a program.
            everything: what ``--all`` does; None if nothing is left out anyway.
        """
        self.views = views
        self.takes_program = takes_program
        self._examples = examples
        self._everything = everything
        self._function: Function | None = None

    def __call__(self, function: Function) -> Function:
        """Say what the command does: a decorator."""
        self._function = function
        return function

    def load(self) -> Any:
        """The command as typer makes it, once; its classes are private, hence ``Any``."""
        return self._loaded

    @cached_property
    def _loaded(self) -> Any:
        assert self._function is not None, "a command has no function"  # noqa: S101  (ours)

        def callback(**given: Any) -> None:
            self._run(given)

        callback.__name__ = self._function.__name__
        callback.__doc__ = self._function.__doc__
        callback.__signature__ = Signature(list(self._parameters()))  # type: ignore[attr-defined]  # typer reads it
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        settings: dict[str, Any] = {
            "epilog": self._examples,
            "cls": PageCommand,
            "context_settings": ASKED_FOR_BY,  # whoever calls it first: a rehearsal, completion
        }
        if self.takes_program:
            settings |= {"cls": ProgramCommand, "options_metavar": "[OPTIONS] [--NAME VALUE]..."}
        app.command(**settings)(callback)
        return get_command(app)

    def _parameters(self) -> Iterator[Parameter]:
        """All parameters in the order of the help page."""
        yield Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context)
        if self.takes_program:
            yield _parameter("expression", options.Expression)
            yield _parameter("file", options.File)
            yield _parameter("assignments", options.Set)
            yield _parameter("files", options.Vars)
            yield _parameter("rules", options.Rules)
        if self._function is not None:  # its first parameter is the task
            yield from list(signature(self._function, eval_str=True).parameters.values())[1:]
        for name, view in self.views.items():
            if view.option is not None:
                yield _parameter(f"{_VIEW}{name}", view.option)
            elif view.help is not None:
                yield _parameter(f"{_VIEW}{name}", options.switch(f"--{name}", view.help))
        if any(view.is_format for view in self.views.values()):
            yield _parameter("form", options.format_of(formats(self.views)))
        if self._everything is not None:
            yield _parameter("everything", options.switch("--all", self._everything))
        if self.takes_program:
            yield _parameter("precision", options.Precision)
            yield _parameter("strict", options.Strict)
        yield _parameter("target", options.output(endings(self.views)))
        yield _parameter("quiet", options.Quiet)
        yield _parameter("color", options.Color)
        yield _parameter("no_color", options.NoColor)

    def _run(self, given: dict[str, Any]) -> None:
        for name in ("quiet", "color", "no_color"):
            del given[name]  # run has seen it, before anything could fail
        views = [key for key in given if key.startswith(_VIEW)]
        asked = {key.removeprefix(_VIEW): given.pop(key) for key in views}
        common = Given(**{key: given.pop(key) for key in Given._fields if key in given})
        task = Task(given.pop("context"), self.views, asked, given.pop("form", None), common)
        assert self._function is not None  # noqa: S101  (or there would be no callback)
        self._function(task, **given)


_VIEW = "view_"
"""What the names of parameters begin with that ask for a view."""


def _parameter(name: str, annotation: Any) -> Parameter:
    default = False if annotation.__origin__ is bool else None
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
