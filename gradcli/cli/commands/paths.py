"""`gradcli paths`: the chain rule written out along every path from a node to the output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from gradcli.chains.limits import DEFAULT_PATHS, MOST_LAYERS, check_most
from gradcli.cli.command import Command
from gradcli.cli.options import OfOne, Shape
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.remarks import not_defined, split_names
from gradcli.cli.sizes import layer_sizes
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, PICTURES, View, draw, pictures
from gradcli.errors import CheckError, GradcliError, UsageError

if TYPE_CHECKING:
    from gradcli.chains.result import PathSums
    from gradcli.cli.view import Call
    from gradcli.evaluation.solution import Solution
    from gradcli.syntax.ast import Lengths
    from gradcli.views.lines.page import Page

EXAMPLES = """\
Examples:

\b
gradcli paths "3*(a+b*c)" --a 1 --b 2 --c 3 --wrt b
gradcli paths "h = tanh(w*x); h*sin(h)" --w 0.5 --x 2 --wrt w
gradcli paths "x*(1+x*(1+x))" --x 2 --json
gradcli paths "h[1]=x; h[i]=h[i-1]+h[i-1]^2 for i in 2..61; h[61]" --wrt x --count
gradcli paths "h = tanh(w*x); h*sin(h)" --w 0.5 --x 2 --wrt w -o paths.svg
gradcli paths --count --layers 784,128,64,10
gradcli paths --count --layers 512x8
"""


class _Followed(NamedTuple):
    """The paths, and what draws them: the program at its point, if there is one."""

    sums: PathSums
    solution: Callable[[], Solution]


def _page(followed: _Followed, call: Call) -> Page:
    """The list of paths, or their number."""
    sums = followed.sums
    module = import_module(f"gradcli.views.{'array_paths' if sums.is_of_arrays else 'paths'}")
    page: Page = (module.render if sums.is_list else module.render_counts)(sums, call.display)
    return page


def _json(followed: _Followed, call: Call) -> str:
    return str(JSON.made(followed.sums, call))


def _picture(followed: _Followed, call: Call) -> Page | str | bytes:
    """The graph, with each path in a colour of its own."""
    return draw(followed.solution(), call, followed.sums.source)


VIEWS = {
    "page": View(_page, has_table=True),
    "json": JSON._replace(write=_json),
    **pictures(_picture),
}

command = Command(VIEWS, EXAMPLES, everything="The factored form to its end, however long.")


@command
def show_paths(
    task: Task,
    *,
    wrt: Annotated[
        list[str] | None,
        valued(
            "--wrt",
            "NAME",
            "Where the paths begin: an input or a step. The only input, if there is one.",
        ),
    ] = None,
    count: Annotated[
        bool,
        option(
            "--count",
            text="Only how many paths there are, and what they cost against one backward pass; "
            "exact for any size. Needs no values.",
        ),
    ] = False,
    layers: Annotated[
        str | None,
        valued("--layers", "SIZES", "Count for a net of such layers: 784,128,64,10 or 512x8."),
    ] = None,
    most: Annotated[
        int | None,
        valued("--max-paths", "N", "List the N paths with the largest products. [default: 20]"),
    ] = None,
    full: Annotated[
        bool,
        option(
            "--full",
            text="Through every operation, also inside of the program's functions.",
        ),
    ] = False,
    of: OfOne = None,
    shape: Shape = None,
) -> None:
    """The derivative of EXPRESSION by one node as a sum over all paths.

    Each path is a product of local partials, in symbols and in numbers. Then all of them are
    factored into what they share, outside, and brackets with a term for each branch; and their
    sum is compared with backpropagation.
    """
    task.manner = {"full": full}
    if layers is not None:
        if task.has_program or wrt or of or shape:
            raise UsageError(
                "usage",
                "--layers counts for a net of that shape: it takes no expression, name or value",
                hint="leave out --layers to count the paths of a program",
            )
        source, sums = "", _count_layers(layers)
    else:
        source = task.source
        # JSON has every operation, as that of all commands.
        goes_through = full or task.view == "json"
        listed = _most(most, count=count)
        sums = _follow(task, _one_name(wrt), listed, of, shape, full=goes_through)
    if task.view in PICTURES and not sums.is_list:
        message = "a picture has paths, and --count lists none"
        instead = "" if layers is not None else "leave out --count, or "
        raise UsageError("usage", message, hint=f"{instead}let the name end in .txt or .json")
    followed = _Followed(sums, lambda: _solution(task, of, shape))
    task.finish(followed, notes=sums.notes, problems=sums.problems, failure=_failure(sums, source))


class _Asked(TypedDict):
    """What lists and counts are asked for alike."""

    of: str | None
    strict: bool
    shapes: Mapping[str, Lengths] | None
    full: bool


def _follow(
    task: Task,
    wrt: str | None,
    most: int | None,
    of: str | None,
    shape: list[str] | None,
    *,
    full: bool,
) -> PathSums:
    source, values, strict, shapes = task.source, task.values, task.strict, task.shapes(shape)
    asked = _Asked(of=of, strict=strict, shapes=shapes, full=full)
    from gradcli.chains.follow import count_paths_of, follow_paths  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        if most is None:
            return count_paths_of(source, values, wrt, **asked)
        return follow_paths(source, values, wrt, most=most, **asked)


def _solution(task: Task, of: str | None, shape: list[str] | None) -> Solution:
    """The program at its point, to be drawn."""
    from gradcli.views.picture.draw import program  # noqa: PLC0415  (`--help` needs no engine)

    return program(task.source, task.values, of=of, shapes=task.shapes(shape))


def _count_layers(text: str) -> PathSums:
    """The counts for ``784,128,64,10``; ``512x8`` stands for eight layers of 512."""
    from gradcli.chains.follow import count_paths_of_layers  # noqa: PLC0415  (likewise)

    example = "784,128,64,10, or 512x8 for eight layers of 512"
    return count_paths_of_layers(layer_sizes(text, MOST_LAYERS, example))


def _one_name(lists: list[str] | None) -> str | None:
    names = split_names(lists or (), joined=" or --wrt ")
    if names is None:
        return None
    if len(names) > 1:
        raise UsageError(
            "wrt",
            f"paths begin at one node, and --wrt has {len(names)}",
            hint=f"write --wrt {' or --wrt '.join(names)}",
        )
    return names[0]


def _most(asked: int | None, *, count: bool) -> int | None:
    """How many paths to list; None if they are only to be counted."""
    if asked is not None:
        check_most(asked, "--max-paths")
    if count and asked is not None:
        raise UsageError("usage", "--count lists no paths", hint="leave out --max-paths")
    if count:
        return None
    return DEFAULT_PATHS if asked is None else asked


def _failure(sums: PathSums, source: str) -> GradcliError | None:
    undefined = not_defined(sums.problems, source)
    if undefined is not None:
        return undefined
    if sums.agrees is False:
        return CheckError("paths", "the paths and backpropagation do not give the same")
    return None
