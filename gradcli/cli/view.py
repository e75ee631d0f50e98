"""The views of a command as a table: which there are, and which of them a command line asks for.

A view is asked for by an option of its own, by ``--format``, or by what the name of the file ends
in; the first view of a table is the one that is shown if nothing is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gradcli.base.record import Record
from gradcli.cli.context import show_name
from gradcli.errors import InputError, UsageError

if TYPE_CHECKING:
    from typing import Protocol

    from gradcli.errors import Note
    from gradcli.evaluation.solution import Solution
    from gradcli.views.lines.page import Display, Page

    class Call(Protocol):
        """What a view can know of the call of a command."""

        view: str
        """The name of the view."""
        asked: Mapping[str, Any]
        """What the option of each view was given."""
        notes: Sequence[Note]
        """What is to be known of the values that were given."""

        @property
        def precision(self) -> int | None:
            """Significant digits."""

        @property
        def display(self) -> Display:
            """Where a page goes."""


IMAGES = (".svg", ".png", ".pdf")
"""What a page as a picture ends in, where its command draws no graph."""

PAPERS = (".md", ".html", ".tex", ".csv", *IMAGES)
"""What the name of a file may end in that holds a page as a document; see `views.papers`."""

_SAME = {".htm": ".html"}
"""Other ways to write these."""

Writer = Callable[[Any, "Call"], "Page | str | bytes"]
"""What makes a view of a command's result."""


class View(Record):
    """One way to show the result of a command.

    Attributes:
        write: makes it of the result; None where the command itself writes it, bit by bit.
        help: what its option does; None if it has no option of its own.
        endings: of the names of files that ask for it; the first one is its own.
        option: its option, where that takes a value; else it is a switch.
        example: a value for that option.
        is_format: whether ``--format`` asks for it by its name.
        is_text: whether a file that ends in ``.txt`` may hold it.
        also: the names of other views whose options may be given beside its own.
        has_table: whether there is a table on its page, which a ``.csv`` could hold.
        unfit: the endings of documents that its page cannot be set as, as it is a picture.
    """

    write: Writer | None
    help: str | None = None
    endings: tuple[str, ...] = (".txt",)
    option: Any = None
    example: str | None = None
    is_format: bool = False
    is_text: bool = True
    also: tuple[str, ...] = ()
    has_table: bool = False
    unfit: tuple[str, ...] = ()

    def made(self, result: Any, call: Call) -> Page | str | bytes:
        """The result in this view."""
        assert self.write is not None, "its command writes it"  # noqa: S101  (no user gets here)
        return self.write(result, call)

    @property
    def papers(self) -> tuple[str, ...]:
        """The endings of documents that may hold it beside its own: those of a page."""
        if self.endings[0] != ".txt":
            return ()
        unfit = self.unfit if self.has_table else (".csv", *self.unfit)
        return tuple(each for each in PAPERS if each not in unfit)


Views = Mapping[str, View]
"""The views of a command by name; the first one is shown by default."""


def page(module: str, function: str = "render") -> Writer:
    """What lays a result out for a display, in a module of views that is loaded when asked for."""

    def write(result: Any, call: Call) -> Page:
        made: Page = getattr(import_module(f"gradcli.views.{module}"), function)(
            result, call.display
        )
        return made

    return write


def text(module: str, function: str = "render") -> Writer:
    """What writes a result as text that depends on no display: JSON, LaTeX, a program."""

    def write(result: Any, call: Call) -> str:
        del call
        return str(getattr(import_module(f"gradcli.views.{module}"), function)(result))

    return write


def _json(result: Any, call: Call) -> str:
    """A result as JSON, with the notes of its command."""
    from gradcli.views import json  # noqa: PLC0415  (only what is asked for)

    return json.render(result, call.notes)


JSON = View(_json, "One JSON object and nothing else.", (".json",))


def spy(function: str) -> View:
    """The view of the pattern of a matrix, which a function of `gradcli.views.spy` draws."""
    return View(
        page("spy", function),
        "Where entries can be other than 0, as a picture.",
        unfit=(".tex",),  # dots that fonts of LaTeX lack
    )


def choose(views: Views, asked: Iterable[str], form: str | None, target: str | None) -> str:
    """The view that a command line asks for.

    Args:
        views: those that there are.
        asked: the names of those whose options are given.
        form: what ``--format`` says, or None.
        target: the file that the result goes into, or None.

    Raises:
        UsageError: they contradict each other, or the file's name ends in what none of them is.
    """
    asked = list(asked)
    beside = {name for each in asked for name in views[each].also}
    asked = [name for name in asked if name not in beside]
    refuse_together({**{f"--{name}": True for name in asked}, "--format": form is not None})
    if form is not None:
        asked = [_by_format(views, form)]
    if target is None:
        return asked[0] if asked else next(iter(views))
    from gradcli.cli.destination import is_named  # noqa: PLC0415  (seldom needed)

    ending = ending_of(target)
    if not is_named(target) and not any(_may_hold(view, ending) for view in views.values()):
        return asked[0] if asked else next(iter(views))
    if not asked:
        return _by_ending(views, target, ending)
    view = views[asked[0]]
    if ending and not _may_hold(view, ending) and not (ending == ".txt" and view.is_text):
        if not any(_may_hold(each, ending) for each in views.values()):
            if form is not None:
                return asked[0]  # the name says nothing else
            raise _unknown_ending(views, target)
        option = f"--{asked[0]}" if form is None else f"--format {form}"
        raise UsageError(
            "format",
            f"{option} does not write what a name that ends in {ending} stands for",
            hint=f"leave out {option}, or let the name end in {_one_of(_held(view))}",
        )
    return asked[0]


def ending_of(target: str) -> str:
    """What the name of a file ends in, in one spelling."""
    ending = os.path.splitext(target)[1].lower()
    return _SAME.get(ending, ending)


def paper(view: View, target: str | None) -> str | None:
    """The document that a file is to hold instead of the view itself, by its ending; or None."""
    if target is None:
        return None
    ending = ending_of(target)
    return ending if ending in view.papers else None


def _may_hold(view: View, ending: str) -> bool:
    """Whether a file that ends so may hold a view."""
    return ending in view.endings or ending in view.papers


def _held(view: View) -> list[str]:
    """The endings that a view may be in, its own first."""
    return list(dict.fromkeys([view.endings[0], *view.papers]))


def _one_of(known: Sequence[str]) -> str:
    *others, last = known
    return f"{', '.join(others)} or {last}" if others else last


def formats(views: Views) -> list[str]:
    """The names that ``--format`` takes."""
    return [name for name, view in views.items() if view.is_format]


def endings(views: Views) -> list[str]:
    """What the name of a file may end in, once for each view."""
    first = [view.endings[0] for view in views.values()]
    # Documents are of the view that is shown by default, and of every other page.
    papers = [each for view in views.values() for each in view.papers]
    return list(dict.fromkeys([*first, *papers]))


def _by_format(views: Views, form: str) -> str:
    known = formats(views)
    if form not in known:
        from gradcli.hints import nearest  # noqa: PLC0415  (only an error needs it)

        hint = nearest(form, known, "formats")
        raise UsageError("format", f"there is no format '{form}'", hint=hint)
    return form


def _by_ending(views: Views, target: str, ending: str) -> str:
    """The first view that a file of that name holds.

    A name without an ending says nothing, except where there are formats to choose from.
    """
    for name, view in views.items():
        own = view.endings[0]
        is_ending = _may_hold(view, f".{target}")
        own = f".{target}" if is_ending else own
        if is_ending or (target == name and own != ".txt"):
            raise UsageError(
                "format",
                f"-o takes the name of a file, and '{target}' is what some hold",
                hint=f"write -o result{own}, or -o ./{target} for that name",
            )
    if not ending and not next(iter(views.values())).is_format:
        return next(iter(views))
    # A picture of the graph comes before one of a page.
    is_image = ending in IMAGES
    ordered = sorted(views.items(), key=lambda item: is_image and ending not in item[1].endings)
    for name, view in ordered:
        if _may_hold(view, ending):
            if view.option is None:
                return name
            message = f"{show_name(target)} would hold what --{name} writes"
            raise UsageError("format", message, hint=f"give --{name} {view.example} as well")
    raise _unknown_ending(views, target)


def _unknown_ending(views: Views, target: str) -> UsageError:
    return UsageError(
        "format",
        f"the name {show_name(target)} does not say what to write",
        hint=f"let it end in {_one_of(endings(views))}"
        + (", or give --format" if formats(views) else ""),
    )


def refuse_together(options: Mapping[str, bool]) -> None:
    """Refuse more than one of some options.

    Raises:
        UsageError: two of them are given.
    """
    given = [name for name, is_given in options.items() if is_given]
    if len(given) > 1:
        message = f"{given[0]} and {given[1]} cannot go together"
        raise UsageError("usage", message, hint="leave one out")


PICTURES = ("svg", "png", "pdf")
"""The formats, as the name of a file ends."""


def pictures(write: Callable[[Any, Call], Page | str | bytes]) -> dict[str, View]:
    """The views of a command that draws its result by this function."""
    return {
        name: View(write, None, (f".{name}",), is_format=True, is_text=False) for name in PICTURES
    }


def draw(solution: Solution, call: Call, highlight: str | None = None) -> Page | str | bytes:
    """The graph of a program in the format that is asked for.

    Args:
        solution: the program at a point, or at none.
        call: of the command.
        highlight: the node whose paths have a colour of their own.

    Raises:
        UsageError: nobody could read it.
    """
    from gradcli.views.picture.draw import draw as drawn  # noqa: PLC0415  (`--help` needs none)
    from gradcli.views.picture.look import Format, Look  # noqa: PLC0415  (likewise)

    look, form = Look(highlight=highlight), Format(call.view)
    try:
        return drawn(solution, look, form, call.display)
    except InputError:  # the node is drawn inside of another box
        return drawn(solution, look._replace(full=True), form, call.display)
    except UsageError as error:
        if error.kind == "too-large":
            more = "" if highlight is None else f" --highlight '{highlight}'"
            error.hint = f"gradcli graph{more} --depth N draws a part of it"
        raise
