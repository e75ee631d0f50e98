"""The options that several commands have, each declared once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.cli.appearance import WHEN
from gradcli.cli.parameters import Annotated, among, argument, completing, option, valued

Expression = Annotated[
    str | None,
    argument(
        "EXPRESSION",
        "The formula, or its file; - reads it from the standard input.",
        completes=completing("complete_expression", takes_context=False),
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
    bool, option("--sparse", text="In JSON only entries that can be other than 0, as triplets.")
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
    bool, option("--strict", text="Make every note on how the text was read an error.")
]
Quiet = Annotated[bool, option("--quiet", text="No notes and no warnings, only errors.")]
Color = Annotated[
    str | None,
    valued(
        "--color",
        "WHEN",
        "auto, always or never; auto is on a terminal. Also NO_COLOR and FORCE_COLOR.",
        choices=WHEN,
    ),
]
NoColor = Annotated[bool, option("--no-color", text="The same as --color never.")]


def output(endings: Sequence[str]) -> Any:
    """The file for the result, of a command that writes names with these endings."""
    text = (
        f"Write the result to a file, whole or not at all; its name says how: {', '.join(endings)}."
    )
    return Annotated[
        str | None,
        option("--output", "-o", text=text, metavar="FILE", shows_default=False),
    ]


def format_of(names: Sequence[str]) -> Any:
    """The format of the result, of a command that can write it in these."""
    return Annotated[
        str | None,
        valued(
            "--format",
            "NAME",
            f"{', '.join(names[:-1])} or {names[-1]}, as the name of a file ends.",
            completes=among(names),
        ),
    ]
