"""The options of commands, each declared once.

Here and not in the signatures, where typer would evaluate each of them three times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from gradcli.cli.complete import complete_expression

Expression = Annotated[
    str | None,
    typer.Argument(
        metavar="EXPRESSION",
        help="The formula; - reads it from the standard input.",
        show_default=False,
        autocompletion=complete_expression,
    ),
]
File = Annotated[
    str | None,
    typer.Option("-f", metavar="FILE", help="Read the program from a file.", show_default=False),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A value for a variable of any name, also one that is an option here.",
        show_default=False,
    ),
]
Vars = Annotated[
    list[str] | None,
    typer.Option(
        "--vars", metavar="FILE", help="Values from a JSON object in a file.", show_default=False
    ),
]
Wrt = Annotated[
    list[str] | None,
    typer.Option(
        "--wrt",
        metavar="NAMES",
        help="The gradient by these only: inputs or steps, as b,c.",
        show_default=False,
    ),
]
Get = Annotated[
    list[str] | None,
    typer.Option(
        "--get",
        metavar="WHAT",
        help="Only this number in full precision: J, v, dJ/db.",
        show_default=False,
    ),
]
Assert = Annotated[
    list[str] | None,
    typer.Option(
        "--assert",
        metavar="CLAIM",
        help="Exit with 5 unless it holds: 'dJ/db == 9 ± 1e-9'; == without ± compares 12 digits; "
        "also != < <= > >=.",
        show_default=False,
    ),
]
Precision = Annotated[
    int | None,
    typer.Option(
        "--precision",
        metavar="N",
        help="Show N significant digits, 1 to 17.",
        show_default=False,
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Make every note on how the text was read an error.")
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours.")]


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
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"{', '.join(names[:-1])} or {names[-1]}, whatever the file's name.",
            show_default=False,
            autocompletion=lambda: list(names),
        ),
    ]
