"""A command from a table: its views, what every command takes, and what is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from inspect import get_annotations, getdoc
from typing import Any

from gradcli.cli import options
from gradcli.cli.arguments import ProgramCommand
from gradcli.cli.pages import ASKED_FOR_BY, PageCommand
from gradcli.cli.parameters import made, switch
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
        """The command as typer has it, made once; its classes are private, hence ``Any``."""
        return self._loaded

    @cached_property
    def _loaded(self) -> Any:
        found = [made(*each) for each in self._parameters()]

        def callback(context: Any, **given: Any) -> None:
            # In their own order, in which errors name them; typer has what was typed first.
            for param, convertor in found:
                value = given.pop(param.name)
                given[param.name] = convertor(value) if convertor else value
            self._run(context, given)

        settings: dict[str, Any] = {}
        if self.takes_program:
            settings["options_metavar"] = "[OPTIONS] [--NAME VALUE]..."
        return (ProgramCommand if self.takes_program else PageCommand)(
            self._does.__name__,
            callback=callback,
            params=[param for param, _ in found],
            help=getdoc(self._does),
            epilog=self._examples,
            context_settings=ASKED_FOR_BY,  # whoever calls it first: a rehearsal, completion
            rich_markup_mode=None,
            **settings,
        )

    @property
    def _does(self) -> Function:
        assert self._function is not None, "a command has no function"  # noqa: S101  (ours)
        return self._function

    def _parameters(self) -> Iterator[tuple[str, Any, Any]]:
        """Name, type and default of all parameters, in the order of the help page."""
        if self.takes_program:
            yield _parameter("expression", options.Expression)
            yield _parameter("file", options.File)
            yield _parameter("assignments", options.Set)
            yield _parameter("files", options.Vars)
            yield _parameter("rules", options.Rules)
        defaults = self._does.__kwdefaults__ or {}
        for name, annotation in get_annotations(self._does, eval_str=True).items():
            if name in defaults:
                yield name, annotation, defaults[name]
        for name, view in self.views.items():
            if view.option is not None:
                yield _parameter(f"{_VIEW}{name}", view.option)
            elif view.help is not None:
                yield _parameter(f"{_VIEW}{name}", switch(f"--{name}", view.help))
        if any(view.is_format for view in self.views.values()):
            yield _parameter("form", options.format_of(formats(self.views)))
        if self._everything is not None:
            yield _parameter("everything", switch("--all", self._everything))
        if self.takes_program:
            yield _parameter("precision", options.Precision)
            yield _parameter("strict", options.Strict)
        yield _parameter("target", options.output(endings(self.views)))
        yield _parameter("quiet", options.Quiet)
        yield _parameter("color", options.Color)
        yield _parameter("no_color", options.NoColor)

    def _run(self, context: Any, given: dict[str, Any]) -> None:
        for name in ("quiet", "color", "no_color"):
            del given[name]  # run has seen it, before anything could fail
        views = [key for key in given if key.startswith(_VIEW)]
        asked = {key.removeprefix(_VIEW): given.pop(key) for key in views}
        common = Given(**{key: given.pop(key) for key in Given._fields if key in given})
        task = Task(context, self.views, asked, given.pop("form", None), common)
        self._does(task, **given)


_VIEW = "view_"
"""What the names of parameters begin with that ask for a view."""


def _parameter(name: str, annotated: Any) -> tuple[str, Any, Any]:
    return name, annotated, False if annotated.type is bool else None
