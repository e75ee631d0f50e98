"""The door `gradcli.paths`: the chain rule along every path."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from gradcli.chains.follow import follow_paths
from gradcli.chains.result import PathSums
from gradcli.errors import UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together


def paths(
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: str | None = None,
    most: int = 20,
    strict: bool = False,
    **named: Value,
) -> PathSums:
    """The derivative by one node as the sum over all paths from it to the output.

    Args:
        program: the program.
        values: a value for each input.
        wrt: the name of an input or a step; may be left out if there is only one input.
        most: how many paths are listed; the sum is over all of them.
        strict: make every note on how the text was read an error.
        named: more values.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: it is not said where the paths begin.

    >>> paths("x*y + x", x=1, y=2, wrt="x").gradient
    3.0
    """
    count = arguments.whole(most, "most")
    if count is None or count < 0:
        raise UsageError("max-paths", "most is a whole number from 0 on", hint="20 by default")
    return follow_paths(
        arguments.program(program),
        together(arguments.values(values), named),
        None if wrt is None else arguments.text(wrt, "wrt"),
        most=min(count, sys.maxsize),
        strict=arguments.flag(strict, "strict"),
    )
