"""The door `gradcli.paths`: the chain rule along every path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.chains.follow import count_paths_of, count_paths_of_layers, follow_paths
from gradcli.chains.limits import DEFAULT_PATHS, check_most
from gradcli.chains.result import PathSums
from gradcli.errors import UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.library.noted import noted


def paths(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: str | None = None,
    most: int | None = None,
    count: bool = False,
    of: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    **named: Value,
) -> PathSums:
    """The derivative by one node as the sum over all paths from it to the output.

    Args:
        program: the program.
        values: a value for each input; nothing at all is enough to count.
        wrt: the name of an input or a step; may be left out if there is only one input.
        most: how many paths are listed, 20 by default; the sum is over all of them. They go
            through every operation; those of the `outlined` result, and what is shown of it, have
            a call of a function of the program as one node.
        count: only count them, and what they cost: any number of paths can be counted.
        of: the name of the output, if it is another than that of the program.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``, which values must have.
        strict: make every note on how the text was read an error.
        named: more values.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: it is not said where the paths begin, or they are too many for a list.

    >>> paths("x*y + x", x=1, y=2, wrt="x").gradient
    3.0
    >>> paths("x*y + x", wrt="x", count=True).counts.paths
    2
    """
    listed = arguments.whole(most, "most")
    if listed is not None:
        check_most(listed, "most")
    source = arguments.program(program)
    given = together(arguments.values(values), named)
    begin = None if wrt is None else arguments.text(wrt, "wrt")
    end = None if of is None else arguments.text(of, "of")
    lengths = arguments.shapes(shapes)
    is_strict = arguments.flag(strict, "strict")
    if not arguments.flag(count, "count"):
        listed = DEFAULT_PATHS if listed is None else listed
        found = follow_paths(
            source, given, begin, most=listed, of=end, strict=is_strict, shapes=lengths
        )
        return noted(found, given, strict=is_strict)
    if listed is not None:
        raise UsageError("usage", "count lists no paths", hint="leave out most, or count")
    counted = count_paths_of(source, given, begin, of=end, strict=is_strict, shapes=lengths)
    return noted(counted, given, strict=is_strict)


def count_layers(sizes: Sequence[int]) -> PathSums:
    """How many paths lead from one weight of a net's first layer to all of its outputs.

    Args:
        sizes: how many neurons each layer has, the inputs first.

    Raises:
        UsageError: there are fewer than two layers or too many, or one has no neurons or too many.

    >>> count_layers([784, 128, 64, 10]).counts.paths
    640
    """
    return count_paths_of_layers(arguments.wholes(sizes, "sizes", "for instance [784, 128, 10]"))
