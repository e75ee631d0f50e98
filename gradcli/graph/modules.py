"""Functions of a module or an object: ``math.sqrt(x)``, ``nn.ReLU()(x)``, ``x.sin()``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from gradcli.errors import Span
from gradcli.graph import listing
from gradcli.graph.arrays import calls
from gradcli.graph.refusals import arity
from gradcli.graph.rules import is_constant, table
from gradcli.hints import ITSELF, did_you_mean, shortened
from gradcli.syntax import ast, elsewhere, signs, templates
from gradcli.syntax.extent import CLOSING, Extents, bracket_end, statement_text
from gradcli.syntax.lexer import Token
from gradcli.syntax.operands import ONE, SUM, Operand
from gradcli.syntax.parse import tokens_of
from gradcli.syntax.spelling import at_outer_commas

LONG = 80
"""A longer statement is not written out: only the part of it with the point."""


_LABELS = re.compile(r"""\s*["'](\w+), ?(\w+) ?-> ?(\w*)["']\s*,""")
"""The labels of einsum as others write them."""

MOST = 20
"""So many points of one statement are written anew for its hint."""


class _Attribute(NamedTuple):
    """A name behind a point, and what is called.

    Attributes:
        span: where all of it stands, its arguments too.
        before: what stands before the last point, or of a value the operand there.
        name: what stands behind it.
        inside: the arguments without their bracket; None if nothing is called.
        is_instance: whether two empty brackets stood before these, as in ``nn.ReLU()(x)``.
    """

    span: Span
    before: str
    name: str
    inside: str | None
    is_instance: bool

    @property
    def is_of_module(self) -> bool:
        """Whether a module is known by this name."""
        return self.before.partition(".")[0] in elsewhere.MODULES

    @property
    def is_symbolic(self) -> bool:
        """Whether it is a module of formulas, whose functions are those here."""
        return self.before.partition(".")[0] in elsewhere.SYMBOLIC

    @property
    def other(self) -> str | None:
        """What is written for a function that is another one here than that of its name."""
        dotted = elsewhere.DOTTED.get(f"{self.before}.{self.name}")
        if dotted is not None or self.is_symbolic or not self.is_of_module:
            return dotted
        known = elsewhere.OF_PYTHON if self.before == "math" else {}
        return known.get(self.name, elsewhere.OF_MODULES.get(self.name))


def without_module(source: str, position: int) -> str:
    """The hint for a point that stands at a place in a text."""
    tokens = tokens_of(source)
    found = _attributes(source, tokens)
    here = next((each for each in found if each.span.start <= position < each.span.end), None)
    if here is None:
        return "there are no attributes; a product is written *"
    written = _written(here)
    if written is None:
        return _unknown(here)
    return f"write {_rewritten(statement_text(source, here.span, tokens)) or written}"


def _rewritten(text: str) -> str | None:
    """A statement without a point in it, the inner ones first; None if that cannot be."""
    if len(text) > LONG:
        return None
    for _ in range(MOST):
        found = list(_attributes(text, tokens_of(text)))
        if not found:
            return signs.positional(" ".join(text.split()))
        inner = next(each for each in found if not _has_point(each.inside or ""))
        written = _written(inner)
        if written is None:
            return None
        text = text[: inner.span.start] + written + text[inner.span.end :]
    return None


def _has_point(text: str) -> bool:
    return any(_attributes(text, tokens_of(text)))


def _written(attribute: _Attribute) -> str | None:
    """What is written for a function or constant of a module, or for a method of an object."""
    _, before, name, inside, is_instance = attribute
    if inside is None:
        if is_constant(name):
            return name
        return _spelled(name) if attribute.is_of_module else None
    other = attribute.other
    if other is not None:
        return _with(other, at_outer_commas(inside))
    if name in {"reshape", "view"} and not attribute.is_of_module:
        return f"reshape({before.strip()}; {inside.strip('() ')})"
    function = _spelled(name)
    arguments, axes = _without_axes(inside)
    of_itself = [before.strip(), *arguments]
    if not (is_instance or attribute.is_of_module) and (
        not arguments or (function and len(of_itself) in (_arities(function) or [len(of_itself)]))
    ):
        arguments = of_itself  # a method
    if function == ast.DIFF and len(arguments) < 2:
        return None  # differences of neighbours
    if function is None:
        return None
    texts = _spread(function, arguments)
    if not templates.is_known(function) and _takes(function, texts):
        return f"{function}({', '.join(texts)}{axes})"
    written = templates.of_call(function, len(texts))
    return None if written is None else _with(written, texts)


def _spread(function: str, arguments: Sequence[str]) -> list[str]:
    """The arguments of a call, or the items of its one list if it is of several."""
    texts = [each.strip() for each in arguments]
    is_list = len(texts) == 1 and texts[0][:1] + texts[0][-1:] == "[]"
    if is_list and templates.is_of_several(function):
        return at_outer_commas(texts[0][1:-1])
    return texts


def _with(written: str, arguments: Sequence[str]) -> str:
    """What is written for a call, with its arguments."""
    texts = [each.strip() for each in arguments]
    levels = (ONE if re.fullmatch(r"[\w.]+", each) else SUM for each in texts)
    return templates.filled(written, list(map(Operand, texts, levels)))


def _without_axes(inside: str) -> tuple[list[str], str]:
    """Arguments without axes and labels, and these as they stand behind a semicolon here."""
    labels = _LABELS.match(inside)
    told = f"; {labels[1]}, {labels[2]}, {labels[3] or 0}" if labels else ""
    plain: list[str] = []
    inside = inside[labels.end() :] if labels else inside
    for each in at_outer_commas(inside) if inside.strip() else ():
        argument = each.strip()
        name, sign, value = argument.partition("=")
        if sign and name.strip() in {"axis", "dim"} and value.strip().isdecimal():
            told = f"; {int(value) + 1}"
        elif not (sign and name.strip() in {"axis", "dim", "keepdims", "keepdim"}):
            plain.append(argument)
    return plain, told


def _unknown(attribute: _Attribute) -> str:
    name = shortened(attribute.name)
    if attribute.inside is not None:
        if attribute.name in elsewhere.DERIVATIVES and attribute.name != ast.DIFF:
            return ITSELF
        function = _spelled(attribute.name)
        if function is not None and function != ast.DIFF:
            return _told(function, _without_axes(attribute.inside)[0])
        is_known = attribute.name in elsewhere.NOT_HERE
        near = None if is_known else did_you_mean(attribute.name, listing.names())
        return near or f"the language has no '{name}'; to see all functions: gradcli functions"
    if attribute.is_of_module:
        return f"the language has no '{name}'; without the module it is a name of the program"
    inside = shortened(attribute.before)
    of_arrays = {
        "T": f"the transpose of an array is written {inside}'",
        "shape": f"the length of the first axis is len({inside})",
        "size": f"the number of entries is len(vec({inside}))",
    }
    if attribute.name in of_arrays:
        return of_arrays[attribute.name]
    whole = f"{attribute.before}_{attribute.name}".replace(".", "_")
    return f"there are no attributes: write {shortened(whole)} for a name, * for a product"


def _told(function: str, arguments: Sequence[str]) -> str:
    """The hint for a function that is given too many or too few arguments."""
    if templates.is_known(function):
        return templates.usage(function)
    error = arity(function, _arities(function), len(arguments), ast.NOWHERE)
    return f"{error.message}; {error.hint}"


def _takes(function: str, arguments: Sequence[str]) -> bool:
    """Whether a function of the language takes so many arguments; those with names may be any."""
    known = [] if calls.is_known(function) else _arities(function)
    return not known or len(arguments) in known or any("=" in each for each in arguments)


def _spelled(name: str) -> str | None:
    """How a function is spelled here whose name has capitals, a prefix or a suffix elsewhere."""
    if _is_function(name):
        return name
    for other in (name, name.removeprefix("reduce_"), name.removesuffix("Loss")):
        found = _folded().get(_fold(other.removesuffix("_loss")))
        if found is not None:
            return found
    return None


@cache
def _folded() -> dict[str, str]:
    names = [*elsewhere.FUNCTIONS, *elsewhere.ARRAYS, *reversed(listing.names())]
    return {_fold(name): name for name in names}


def _is_function(name: str) -> bool:
    return table().is_function(name) or calls.is_known(name)


def _arities(function: str) -> list[int]:
    return table().arities(function) if table().is_function(function) else calls.arities(function)


def _fold(name: str) -> str:
    return name.lower().replace("_", "")


def _attributes(source: str, tokens: Sequence[Token]) -> Iterator[_Attribute]:
    """The names with points in a text, in their order."""
    place = 0
    extents = Extents(source, tokens, lambda _: False)
    while place < len(tokens):
        end = place + 1
        is_value = tokens[place].type in CLOSING
        while (is_value or tokens[place].type == "NAME") and _is_point(tokens, end):
            end += 2
            if is_value:
                break
        if end > place + 1:
            before = extents.before(place + 1, is_product=False) if is_value else None
            yield _attribute(
                source, tokens, before.start if before else place, end, is_value=is_value
            )
        place = end


def _attribute(
    source: str, tokens: Sequence[Token], place: int, end: int, *, is_value: bool
) -> _Attribute:
    """What begins with one token, and has its name before another."""
    first = end
    after = _call_end(tokens, first)
    is_instance = after == first + 2 and _call_end(tokens, after) > after
    if is_instance:
        first, after = after, _call_end(tokens, after)
    start, stop = tokens[place].start, tokens[after - 1].end
    before = ast.bare(source[start : tokens[end - 2].start])
    if is_value and tokens[place].type == "LPAR":
        before = before[1:-1]
    inside = source[tokens[first].end : tokens[after - 1].start] if after > first else None
    name = tokens[end - 1].text.rpartition(".")[2]  # jax.numpy.sin, as numpy.sin is one name
    return _Attribute(Span(start, stop), before, name, inside, is_instance)


def _call_end(tokens: Sequence[Token], start: int) -> int:
    """Behind which token the bracket of a call ends; the same place if there is none."""
    end = bracket_end(tokens, start) if tokens[start].type == "LPAR" else None
    return end or start


def _is_point(tokens: Sequence[Token], place: int) -> bool:
    """Whether a point and a name follow without a blank."""
    if place + 1 >= len(tokens):
        return False
    point, name = tokens[place : place + 2]
    touches = tokens[place - 1].end == point.start and point.end == name.start
    return touches and point.text == "." and name.type == "NAME"
