"""What is known of a program's arrays before its names are looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from gradcli.base.record import Record
from gradcli.graph.shapes import Arrays, Form
from gradcli.syntax import ast


class KnownArrays(Record):
    """What is known of arrays before a program is read.

    Attributes:
        forms: the forms of those inputs that the program uses whole.
        elements: the forms of those that are declared and whose elements are inputs.
        letters: the lengths that letters stand for.
        unused: those that are declared and do not occur; they are among the whole ones.
    """

    forms: Mapping[str, Form]
    elements: Mapping[str, Form]
    letters: Mapping[str, int]
    unused: Collection[str] = ()


_NOTHING = KnownArrays({}, {}, {})

MOST_INPUTS = 1000
"""An array of more entries is no list of inputs, even if only entries of it are used."""


def known(program: ast.Program, arrays: Arrays) -> KnownArrays:
    """The arrays among the inputs: those that are given and those that are declared."""
    last = program.statements[-1]
    lengths = last.lengths if isinstance(last, ast.Declaration) else {}
    forms = arrays.forms
    if not (forms or lengths or arrays.lengths):
        return _NOTHING
    from gradcli.graph.whole import mentioned, used_whole  # noqa: PLC0415  (only arrays need it)

    names: AbstractSet[str] = frozenset()
    letters: Mapping[str, int] = {}
    if lengths or arrays.lengths:
        from gradcli.graph.arrays.lengths import declared  # noqa: PLC0415  (few programs declare any)

        forms, letters, names = declared(program, arrays)
    whole = used_whole(program, forms.keys(), letters)
    # Elements can only be inputs of their own if it is known how many there are.
    whole |= {name for name in names if forms[name].is_open or forms[name].size > MOST_INPUTS}
    unused = names - mentioned(program) if names else frozenset()
    whole |= unused
    return KnownArrays(
        {name: form for name, form in forms.items() if name in whole},
        {name: forms[name] for name in names if name not in whole},
        letters,
        unused,
    )
