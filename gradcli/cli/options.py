"""The options of commands, each declared once.

Here and not in the signatures, where typer would evaluate each of them three times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from gradcli.cli.appearance import When

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


def _complete(function: str, *given: Any) -> Any:
    """What a function of `gradcli.cli.complete` finds, which is loaded when a shell asks."""
    return getattr(import_module("gradcli.cli.complete"), function)(*given)


def _completing(metavar: str) -> Callable[[Any, str], Any] | None:
    """What completes a value; without annotations, which typer would evaluate each time."""
    function = _COMPLETED.get(metavar)
    return None if function is None else completing(function)


def completing(function: str) -> Callable[[Any, str], Any]:
    """What completes a value by a function of `gradcli.cli.complete`."""
    return lambda ctx, incomplete: _complete(function, ctx, incomplete)


def valued(name: str, metavar: str, help_: str, **more: Any) -> Any:
    """An option with a value: what is said of one, to stand beside its type."""
    more.setdefault("autocompletion", _completing(metavar))
    return typer.Option(name, metavar=metavar, help=help_, show_default=False, **more)


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
    return typer.Option(
        name,
        metavar=metavar,
        help=f"One of {', '.join(names)}.{said}",
        autocompletion=lambda: names,
        show_default=default is None,
    )


Expression = Annotated[
    str | None,
    typer.Argument(
        metavar="EXPRESSION",
        help="The formula, or its file; - reads it from the standard input.",
        show_default=False,
        autocompletion=lambda incomplete: _complete("complete_expression", incomplete),
    ),
]
File = Annotated[
    str | None,
    valued("-f", "FILE", "Read the program from a file."),
]
Set = Annotated[
    list[str] | None,
    valued(
        "--set",
        "NAME=VALUE",
        "A value for a variable of any name, also one that is an option here.",
    ),
]
Vars = Annotated[
    list[str] | None,
    valued("--vars", "FILE", "Values from a file of JSON, TOML, .npz or .csv; - is a pipe."),
]
Rules = Annotated[
    str | None,
    valued("--rules", "FILE", "Functions with derivatives of your own, a line each; checked."),
]
Shape = Annotated[
    list[str] | None,
    valued("--shape", "NAME=M,N", "The shape of an array: W=2,3 or W=m,n; once for each."),
]
Wrt = Annotated[
    list[str] | None,
    valued("--wrt", "NAMES", "The gradient by these only: inputs or steps, as b,c."),
]
WrtInputs = Annotated[
    list[str] | None,
    valued("--wrt", "NAMES", "By these inputs only, as b,c."),
]
Of = Annotated[
    list[str] | None,
    valued("--of", "NAMES", "Derivatives of these: steps of the program, as u,v."),
]
OfOne = Annotated[
    str | None,
    valued("--of", "NAME", "Of this step of the program, and not of its output."),
]
Along = Annotated[
    list[str] | None,
    valued(
        "--along",
        "VECTOR",
        "Also the derivative in a direction: x=1,y=-2, and 0 for all other inputs.",
    ),
]
Sparse = Annotated[
    bool,
    typer.Option("--sparse", help="In JSON only entries that can be other than 0, as triplets."),
]
Get = Annotated[
    list[str] | None,
    valued("--get", "WHAT", "Only this number in full precision: J, v, dJ/db."),
]
Assert = Annotated[
    list[str] | None,
    valued(
        "--assert",
        "CLAIM",
        "Exit with 5 unless it holds: 'dJ/db == 9 ± 1e-9'; == without ± compares 12 digits; "
        "also != < <= > >=.",
    ),
]
Precision = Annotated[
    int | None,
    valued("--precision", "N", "Show N significant digits, 1 to 17."),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Make every note on how the text was read an error.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No notes and no warnings, only errors.")]
Color = Annotated[
    When | None,
    typer.Option(
        "--color",
        metavar="WHEN",
        help="auto, always or never; auto is on a terminal. Also NO_COLOR and FORCE_COLOR.",
        show_default=False,
    ),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="The same as --color never.")]


def switch(name: str, text: str) -> Any:
    """An option that is there or not."""
    return Annotated[bool, typer.Option(name, help=text)]


def output(endings: Sequence[str]) -> Any:
    """The file for the result, of a command that writes names with these endings."""
    help_ = (
        f"Write the result to a file, whole or not at all; its name says how: {', '.join(endings)}."
    )
    return Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help=help_, show_default=False),
    ]


def format_of(names: Sequence[str]) -> Any:
    """The format of the result, of a command that can write it in these."""
    return Annotated[
        str | None,
        valued(
            "--format",
            "NAME",
            f"{', '.join(names[:-1])} or {names[-1]}, as the name of a file ends.",
            autocompletion=lambda: list(names),
        ),
    ]
