"""The way out where a name is an array that is taken for a number: a value for it, or its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from math import prod

from gradcli.errors import Option, Sentence, apart
from gradcli.graph.shapes import Form
from gradcli.syntax import ast

LETTERS = "mnkpqrst"
"""What stands for lengths that nothing is known of."""

MOST_IN_EXAMPLE = 9
"""So many entries has a value that is written out at most."""

Lengths = Sequence[int | str]
"""The lengths of an array's axes, in numbers or letters."""


def declare(arrays: Mapping[str, Lengths], *, by_option: bool = True) -> str:
    """What to type for some arrays: values, lengths as an option, or in the program's head.

    Args:
        arrays: by name, each with its lengths.
        by_option: whether there is an option for lengths.
    """
    examples = [_example(lengths) for lengths in arrays.values()]
    heads = {name: ",".join(map(str, lengths)) for name, lengths in arrays.items()}
    options = apart(Option("shape", f"{name}={lengths}") for name, lengths in heads.items())
    head = ", ".join(f"{name}[{lengths}]" for name, lengths in heads.items())
    one = len(arrays) == 1
    value = ("a value" if one else "values") + (
        f" such as {' and '.join(examples)}" if all(examples) else ""
    )
    shape = "its shape" if one else "their shapes"
    return Sentence(
        f"give {' and '.join(arrays)} {value}, or declare {shape}: ",
        *((*options, ", or ") if by_option else ()),
        f"J({head}) = …",
    )


def factors(product: ast.Expression, forms: tuple[Form, Form] | None = None) -> dict[str, Lengths]:
    """The names in a product of matrices that must be arrays, each with lengths that fit.

    Args:
        product: the product, as it stands.
        forms: those of its sides; None if both are numbers.
    """
    left, right = product.children
    first, second = forms or (Form(()), Form(()))
    if not (first.shape or second.shape):
        same = set(_names(left)) & set(_names(right))
        return dict.fromkeys(_names(left), ("n", "n") if same else ("m", "n")) | {
            name: ("n", "n") if name in same else ("n",) for name in _names(right)
        }
    known = [str(length) for length in (*first.shape, *second.shape)]
    fresh = next(letter for letter in LETTERS if letter not in known)
    if not second.shape and (len(first.shape) > 1 or first.is_row):
        return dict.fromkeys(_names(right), known[-1:])
    if not first.shape:
        return {name: [fresh] if second.is_row else [fresh, known[0]] for name in _names(left)}
    return {}


def _names(side: ast.Expression) -> Iterator[str]:
    """What of a side has its shape, if that is a name, or made of some entry by entry."""
    waiting = [side]
    while waiting:
        match waiting.pop():
            case ast.Name(name=name):
                yield name
            case ast.Group(children=parts) | ast.Binary(op="add" | "sub", children=parts):
                waiting += reversed(parts)


def _example(lengths: Lengths) -> str:
    """A value with such lengths, where a letter is 2; empty if it would be long."""
    sizes = [length if isinstance(length, int) else _number(length) for length in lengths]
    if prod(sizes) > MOST_IN_EXAMPLE:
        return ""
    numbers = count(1)

    def written(rest: Sequence[int]) -> str:
        if not rest:
            return str(next(numbers))
        return f"[{','.join([written(rest[1:]) for _ in range(rest[0])])}]"

    return f'"{written(sizes)}"'


def _number(length: str) -> int:
    return int(length) if length.isdecimal() else 2
