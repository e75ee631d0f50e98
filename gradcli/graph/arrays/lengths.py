"""The lengths that are declared for arrays, ``J(W[m,n], x[n]) = …``, beside the given ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import product
from typing import NamedTuple

from gradcli.errors import InputError, ParseError, Span
from gradcli.graph.node import Node
from gradcli.graph.shapes import MOST_ENTRIES, Arrays, Form, Letter, Shape, shown
from gradcli.syntax import ast

FIRST = 211
"""What the first letter computes as that nothing gives a number."""


class Declared(NamedTuple):
    """What is known of the arrays of a program before it is read.

    Attributes:
        forms: the form of each array.
        letters: the number that each letter stands for; a `Letter` if it stands for any.
        names: the arrays that are declared; the others are only given.
    """

    forms: Mapping[str, Form]
    letters: Mapping[str, int]
    names: AbstractSet[str]


def declared(program: ast.Program, given: Arrays) -> Declared:
    """The lengths that are declared and the forms that are given, brought together.

    Args:
        program: a program, whose last statement may declare lengths.
        given: the forms of values, and the lengths that are declared beside the program.

    Raises:
        InputError: they contradict each other.
        ParseError: an array is too large.
    """
    forms, outside = given
    last = program.statements[-1]
    own = last.lengths if isinstance(last, ast.Declaration) else {}
    parameters = last.parameters if isinstance(last, ast.Declaration) else ()
    places = {name.name: name.span for name in parameters}
    for name in own.keys() & outside.keys():
        if own[name] != outside[name]:
            raise _contradiction(
                name, own[name], f"elsewhere as {name}[{_listed(outside[name])}]", places.get(name)
            )
    lengths = {**own, **outside}
    match = _Match("its value")
    for name, axes in lengths.items():
        if name in forms:
            match(name, axes, forms[name].shape, places.get(name))
    letters = match.letters
    free = [each for each in dict.fromkeys(_letters(lengths.values())) if each not in letters]
    numbered = enumerate(free, FIRST)
    letters.update({each: Letter(number, [(each, number)]) for number, each in numbered})
    found = {
        name: Form(tuple([letters[each] if isinstance(each, str) else each for each in each_one]))
        for name, each_one in lengths.items()
    }
    for name, form in found.items():
        if form.size > MOST_ENTRIES and not form.is_open:
            raise ParseError(
                "shape",
                f"'{name}' has {form.size:,} entries, and an array at most {MOST_ENTRIES:,}",
                span=places.get(name),
                hint="declare a smaller array",
            )
    return Declared({**forms, **found}, letters, lengths.keys())


def of_arguments(
    function: ast.Declaration, args: Mapping[str, Node], span: Span
) -> Mapping[str, int]:
    """What the letters of a function's parameters stand for in one call; raises as `of_forms`."""
    return of_forms(function, {name: node.form for name, node in args.items()}, span)


def of_forms(function: ast.Declaration, forms: Mapping[str, Form], span: Span) -> Mapping[str, int]:
    """What the letters of a function's parameters stand for where these have some forms.

    Raises:
        InputError: an argument has another form than is declared.
    """
    match = _Match("its argument")
    for name, lengths in function.lengths.items():
        match(name, lengths, forms[name].shape, span)
    return match.letters


class _Match:
    """Compares forms with the declared ones, and keeps what they say of letters.

    Args:
        what: what has these forms.

    Attributes:
        letters: what each letter stands for.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self.letters: dict[str, int] = {}

    def __call__(self, name: str, lengths: ast.Lengths, shape: Shape, span: Span | None) -> None:
        """Compare the shape of one array.

        Raises:
            InputError: it is another one than is declared.
        """
        found = f"{self._what} is {shown(Form(shape))}"
        if len(shape) != len(lengths):
            raise _contradiction(name, lengths, found, span)
        for length, number in zip(lengths, shape, strict=True):
            if isinstance(length, int):
                known, where = length, ""
            else:
                known = self.letters.setdefault(length, number)
                where = f", where {length} = {known}"
            if known != number:
                raise _contradiction(name, lengths, found + where, span)


def places(form: Form, span: Span) -> Iterator[tuple[int, ...]]:
    """The indices of every entry, the last one running fastest, counted from 1.

    Raises:
        ParseError: a length has no number yet.
    """
    for length in form.shape:
        refuse_open(length, span)
    return product(*[range(1, length + 1) for length in form.shape])


def refuse_open(length: int, span: Span) -> None:
    """Refuse what needs the number of a length that only has a letter.

    Raises:
        ParseError: it has none.
    """
    if isinstance(length, Letter):
        name = length.letters[0][0]
        raise ParseError(
            "shape",
            f"this needs the number that the length '{name}' stands for",
            span=span,
            hint=f"declare it as a number, as in J(x[3]) = …, or give a value of length {name}",
        )


def _letters(lengths: Iterable[ast.Lengths]) -> Iterable[str]:
    return [each for axes in lengths for each in axes if isinstance(each, str)]


def _listed(lengths: ast.Lengths) -> str:
    return ",".join(map(str, lengths))


def _contradiction(name: str, lengths: ast.Lengths, what: str, span: Span | None) -> InputError:
    """The error for an array that is another one than is declared."""
    return InputError(
        "shape",
        f"'{name}' is declared as {name}[{_listed(lengths)}], and {what}",
        span=span,
        hint="change the declaration, or the value",
        names=(name,),
    )
