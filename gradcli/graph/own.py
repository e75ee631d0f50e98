"""Rules that a program brings along: a value and a derivative in one line, put into the tables.

- ``softclip(x) = x/(1 + abs(x)) : 1/(1 + abs(x))^2``, a partial by each parameter;
- ``ramp(x) = max(x, 0) : x > 0 | x == 0``, and where it is not unique;
- ``energy(A[n,n], x[n]) = x'@A@x <- g*(x @ x'), g*((A + A')@x)``, what each gets of g, the adjoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from gradcli.errors import GradcliError, InputError, ParseError, Span
from gradcli.graph import entry, form_rules
from gradcli.graph.arrays import calls, pullbacks
from gradcli.graph.arrays.lengths import of_forms
from gradcli.graph.build import build
from gradcli.graph.entry import Entry
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import is_constant, table
from gradcli.graph.shapes import Form, FormError
from gradcli.hints import nearest, shortened
from gradcli.syntax import ast
from gradcli.syntax.ast import NOWHERE
from gradcli.syntax.parse import parse

HINT = "write name(x) = value : derivative, or name(A) = value <- what A gets of g"


class OwnRule(NamedTuple):
    """One line.

    Attributes:
        entry: what the tables get.
        value: the formula of its value.
        source: the line.
        function: its head, which may declare lengths.
        number: which line it is.
    """

    entry: Entry
    value: str
    source: str
    function: ast.Declaration
    number: int

    @property
    def name(self) -> str:
        """The function."""
        return self.entry.name

    @property
    def is_of_arrays(self) -> bool:
        """Whether it hands an adjoint back."""
        return self.entry.kind == "pullback"


_KNOWN: dict[str, OwnRule] = {}
"""The rules that have been put into the tables."""


def read_own(text: str) -> Iterator[OwnRule]:
    """The rules of a text, a line each; each is to be put into the tables before the next is read.

    Raises:
        ParseError: a line is none.
    """
    for number, line in enumerate(text.splitlines(), 1):
        content = line.partition("#")[0].rstrip()
        if content.strip():
            try:
                yield _read(content, number)
            except GradcliError as error:
                raise placed(error, content, number) from None


def placed(error: GradcliError, line: str, number: int) -> GradcliError:
    """An error with the line that it is about."""
    if error.source is None or error.span is None:
        error.source, error.span = line, Span(0, len(line))
    error.origin = f"line {number} of the rules"
    return error


def _read(line: str, number: int) -> OwnRule:
    head, value, sign, rule = _parts(line)
    function = _head(head, line)
    name, parameters = function.name, tuple([each.name for each in function.parameters])
    rule, _, kink = rule.partition("|")
    if not rule.strip():
        raise _refused(
            "rule",
            f"there is no derivative for '{name}'",
            "a function without a rule of its own is defined in the program itself",
            line,
        )
    is_of_arrays = sign == "<-"
    made = Entry(
        name,
        parameters,
        "pullback" if is_of_arrays else "rule",
        rule.strip(),
        kink.strip() or None,
        "Of the program",
    )
    own = OwnRule(made, value, line, function, number)
    _refuse_taken(own, line)
    _refuse_unlike(own, parameters, line)
    return own


def _refuse_taken(own: OwnRule, line: str) -> None:
    """Refuse a rule of a name that is a function already."""
    name = own.name
    known = _KNOWN.get(name)
    if known is not None and known.source != own.source:
        raise _refused("rule", f"'{name}' has another rule already", "give it another name", line)
    if known is None and (table().is_function(name) or calls.is_known(name)):
        raise _refused(
            "rule", f"the language has a function '{name}'", "give it another name", line
        )


def _refuse_unlike(own: OwnRule, parameters: Sequence[str], line: str) -> None:
    """Refuse formulas that are not one for each parameter, or not made of these alone."""
    made = own.entry
    if len(made.formulas) != len(parameters):
        count = len(made.formulas)
        raise _refused(
            "rule",
            f"{_counted(count, 'formula')} for {_counted(len(parameters), 'parameter')}",
            f"write one for each of {', '.join(parameters)}, separated by commas",
            line,
        )
    allowed = {*parameters, "g"} if own.is_of_arrays else {*parameters}
    for part, names in ((own.value, {*parameters}), *[(each, allowed) for each in made.formulas]):
        _check_names(part, names, line)
    if made.kink:
        _check_names(made.kink, {*parameters}, line)


def _parts(line: str) -> tuple[str, str, str, str]:
    """Head, value, the sign before the rule, and the rule; the last two may be empty."""
    head, equals, rest = line.partition("=")
    if not equals or line[0].isspace():
        raise _refused("rule", "this is no rule", HINT, line)
    depth = 0
    for place, character in enumerate(rest):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and (character == ":" or rest[place : place + 2] == "<-"):
            sign = ":" if character == ":" else "<-"
            return head.strip(), rest[:place].strip(), sign, rest[place + len(sign) :].strip()
    return head.strip(), rest.strip(), "", ""


def _head(head: str, line: str) -> ast.Declaration:
    """The function and its parameters, read as those of a program's own function."""
    try:
        statement = parse(f"{head} = 0").statements[0]
    except ParseError as error:
        error.source = line
        raise
    if not isinstance(statement, ast.Declaration) or not statement.parameters:
        raise _refused("rule", "this is no rule", HINT, line)
    for parameter in statement.parameters:
        if is_constant(parameter.name) or parameter.name == pullbacks.ADJOINT:
            message = f"'{parameter.name}' is no parameter"
            raise _refused("rule", message, "write name(x, y); g is the adjoint", line)
    return statement


def _check_names(formula: str, names: set[str], line: str) -> None:
    """Ask for a formula of parameters and constants.

    Raises:
        ParseError: it is none.
    """
    offset = line.find(formula)
    try:
        expressions = [each.value for each in parse(formula).statements]
    except ParseError as error:
        if error.span is not None:
            error.span = Span(error.span.start + offset, error.span.end + offset)
        error.source = line
        raise
    for item in ast.walk(expressions):
        if isinstance(item, ast.Name) and item.name not in names and not is_constant(item.name):
            span = Span(item.span.start + offset, item.span.end + offset)
            hint = nearest(item.name, names, "names here")
            message = f"'{shortened(item.name)}' is no parameter"
            raise ParseError("rule", message, span=span, hint=hint, source=line)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _refused(kind: str, message: str, hint: str, line: str) -> ParseError:
    return ParseError(kind, message, hint=hint, source=line, span=Span(0, len(line)))


def known() -> list[OwnRule]:
    """The rules that are in the tables, in the order in which they came."""
    return [*_KNOWN.values()]


def put(own: OwnRule) -> bool:
    """Put a rule into the tables; False if it is there already."""
    if own.name in _KNOWN:
        return False
    _KNOWN[own.name] = own
    if own.is_of_arrays:
        pullbacks.lines().add(own.entry)
        calls.add(own.name, len(own.entry.params))
        form_rules.add(own.name, lambda *forms: form_of(own.name, forms))
    else:
        entry.lines().add(own.entry)
    return True


def take_back(own: OwnRule) -> None:
    """Take a rule out of the tables that turned out to be wrong."""
    del _KNOWN[own.name]
    if own.is_of_arrays:
        pullbacks.lines().remove(own.entry)
        calls.remove(own.name)
        form_rules.remove(own.name)
        pullbacks.forget()
    else:
        entry.lines().remove(own.entry)
        table().forget(own.entry)
    written_out.cache_clear()


def trial(own: OwnRule) -> None:
    """Make the value once, so that what it calls is known to be there.

    Raises:
        ParseError: it calls what there is not, or itself.
    """
    if own.is_of_arrays:
        return  # whether it can be made is seen with the forms
    names = [
        each.function
        for each in ast.walk([parse(own.value).statements[0].value])
        if isinstance(each, ast.Call)
    ]
    if own.name in names:
        raise _refused("rule", f"the value of '{own.name}' calls itself", HINT, own.source)
    written_out(own.name, (Form(),) * len(own.entry.params))


def form_of(name: str, forms: Sequence[Form]) -> Form:
    """The form of the value of a rule of arrays.

    Raises:
        FormError: its formula cannot be applied to arguments of these forms.
    """
    _, _, output = written_out(name, tuple(forms))
    return output.form


@lru_cache(256)
def written_out(name: str, forms: tuple[Form, ...]) -> tuple[Graph, tuple[Node, ...], Node]:
    """The value of a rule as a graph: the graph, its inputs in these forms, and its output.

    Raises:
        FormError: the formula cannot be applied to arguments of these forms.
        ParseError: it calls what there is not.
    """
    own = _KNOWN[name]
    try:
        of_forms(own.function, dict(zip(own.entry.params, forms, strict=True)), NOWHERE)
    except InputError as error:
        raise FormError(name, forms) from error
    scope = pullbacks.Scope(own.entry, ())
    inputs = tuple(map(scope.graph.input, own.entry.params, forms))
    try:
        output = build(parse(own.value).statements[0].value, scope)
    except ParseError as error:
        if error.kind in {"shape", "axis", "index", "array"}:
            raise FormError(name, forms) from error
        raise
    return scope.graph, inputs, output
