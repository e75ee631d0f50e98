"""What commands that draw a graph have in common beside their options of the program."""

from __future__ import annotations

from gradcli.cli.parameters import Annotated, among, valued
from gradcli.layout.direction import Direction

Toward = Annotated[
    Direction | None,
    valued(
        "--direction",
        "NAME",
        "Where edges lead: right or down. [default: whichever fits a slide]",
        completes=among([each.value for each in Direction]),
    ),
]
