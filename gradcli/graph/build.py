"""Expression to nodes: the one walk over syntax trees, for programs and for the rule table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gradcli.base.record import Record
from gradcli.errors import ParseError
from gradcli.graph import operations
from gradcli.graph.makers import MAKERS, Args, binary, call, unsupported
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import FormError
from gradcli.graph.template import template
from gradcli.syntax import ast
from gradcli.syntax.spelling import element_name

if TYPE_CHECKING:
    from gradcli.graph.scope import Scope

Indices = Mapping[str, int | Node]
"""The numbers that indices stand for here, and the node of what a findroot around looks for."""

NO_INDICES: Indices = {}

MOST_ELEMENTS = 1_000_000
"""How many elements a family, a sum or a product may have, with those of ranges in its own."""

BOUND = "? "
"""What the input begins with that stands for the unknown of an equation, and no name."""

MOST_INDEX = 2**53
"""Indices are below this in size."""


class Unrolled:
    """Counts the elements of ranges as they are made, with those of all ranges inside of them.

    Args:
        is_around: whether all that is counted is inside of a family; else each range that is in no
            other one is counted by itself.

    Attributes:
        count: how many there are so far.
    """

    def __init__(self, *, is_around: bool = True) -> None:
        self.count = 0
        self._outside = -1 if is_around else math.inf

    def add(self, count: int, ranges: Sequence[ast.Range]) -> None:
        """Count the elements of ranges.

        Raises:
            ParseError: there are more than `MOST_ELEMENTS` now.
        """
        self.count += count
        if self.count > MOST_ELEMENTS:
            raise _too_many(ranges[-1])

    def spread(
        self, item: ast.Comprehension, indices: Indices, scope: Scope, waiting: int
    ) -> list[Indices]:
        """Every combination of the indices of a comprehension, which is counted.

        Args:
            item: the comprehension.
            indices: the numbers of the indices around it.
            scope: knows the arrays whose lengths its ranges may ask for.
            waiting: how much is still to be read: as long as that is more than it was when a range
                was begun, what is read is inside of that.

        Raises:
            ParseError: there are too many, or a range is not constant.
        """
        is_outermost = waiting <= self._outside
        if is_outermost:
            refuse_many(item)
            self.count, self._outside = 0, waiting
        found = spread(item.ranges, indices, scope)
        # Inside of another range they stand in the place of one of its elements.
        self.add(len(found) if is_outermost else max(len(found) - 1, 0), item.ranges)
        return found


class NeededError(Exception):
    """Said inside the resolver: an element is asked for that a statement below defines."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


def build(
    expression: ast.Expression,
    scope: Scope,
    indices: Indices = NO_INDICES,
    around: Unrolled | None = None,
) -> Node:
    """The node of an expression, as written.

    Args:
        expression: what is read.
        scope: what names mean.
        indices: the numbers that indices stand for.
        around: counts the elements of the family that it is in.

    Raises:
        ParseError: an index or a range is not a whole constant, or the language has more than
            graphs can hold yet (arrays).
        InputError: whatever ``scope`` raises for a name.
    """
    results: list[Node] = []
    item: _Item | None = None
    try:
        for item in reversed(_backwards(expression, indices, scope, around)):
            if isinstance(item, ast.Binary):
                right = results.pop()
                results[-1] = binary(scope, item, (results[-1], right))
            elif isinstance(item, ast.Name):
                at = indices.get(item.name)
                if at is None:
                    results.append(scope.name(item))
                else:
                    results.append(at if isinstance(at, Node) else scope.graph.const(float(at)))
            elif isinstance(item, ast.Number):
                label = None if item.value < math.inf else "inf"
                results.append(scope.graph.const(item.value, label))
            elif isinstance(item, ast.Call):
                first = len(results) - len(item.arguments)
                results[first:] = [call(scope, item, tuple(results[first:]))]
                _refuse_axes(results[-1], item, scope)
            elif isinstance(item, ast.Index):
                results.append(_element(scope, item, indices))
            elif isinstance(item, _Border):
                indices = item.after
            else:
                count = item.operands if isinstance(item, _COUNTED) else len(item.children)
                first = len(results) - count
                results[first:] = [_operation(scope, item, tuple(results[first:]), indices)]
                _refuse_axes(results[-1], item, scope)
    except FormError as error:
        from gradcli.graph.arrays.mismatch import explained  # noqa: PLC0415  (only an error needs it)

        raise explained(error, _expression(item), scope.of_arrays) from None
    return results[0]


def _refuse_axes(node: Node, item: _Item, scope: Scope) -> None:
    """Refuse an array of too many axes: a list in lists, or what is made of one.

    Raises:
        ParseError: it has.
    """
    axes = len(node.form.shape)
    if axes > scope.most_axes:
        raise ParseError(
            "limit",
            f"this is an array of {axes} axes, and an array has at most {scope.most_axes}",
            span=_expression(item).span,
            hint="leave out brackets, or take a part of it: x[1] has an axis fewer",
        )


def _expression(item: _Item | None) -> ast.Expression:
    """What an item stands for."""
    if isinstance(item, _Spread):
        return item.expression
    if isinstance(item, _Taken):
        return item.item
    if not isinstance(item, ast.Expression):
        raise TypeError(type(item).__name__)
    return item


class _Spread(Record):
    """A comprehension, and how many operands it has: its body once for each of its indices."""

    expression: ast.Comprehension
    operands: int


class _Taken(Record):
    """An index on what comes before it, or among whose indices are values of the program.

    Attributes:
        item: the index.
        operands: how many operands it has: what it is on, and the indices that are values.
        base: what it is on if that is a name.
    """

    item: ast.Index
    operands: int
    base: Node | None = None


class _Border(Record):
    """Where the indices change, as seen from the end of an expression: from these to those."""

    before: Indices
    after: Indices


_COUNTED = (_Spread, _Taken)

_PLAIN = (ast.Name, ast.Number)

_Item = ast.Expression | _Spread | _Taken | _Border


def _backwards(
    expression: ast.Expression, indices: Indices, scope: Scope, around: Unrolled | None = None
) -> list[_Item]:
    """Each expression before its operands, of which the last comes first: to be taken from the end.

    The operands of a comprehension are its body, once for each combination of the indices.
    """
    order: list[_Item] = []
    unrolled = around or Unrolled(is_around=False)
    waiting: list[ast.Expression | _Border] = [expression]
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.Binary):
            order.append(item)
            waiting.append(item.left)
            waiting.append(item.right)
        elif isinstance(item, _PLAIN):
            order.append(item)
        elif isinstance(item, ast.Call):
            order.append(item)
            waiting += _arguments(item, indices, scope)
        elif isinstance(item, ast.Index):
            taken, operands = _operands(item, indices, scope) or (item, [])
            order.append(taken)
            waiting += operands
        elif isinstance(item, ast.Group):
            waiting.append(item.inner)
        elif isinstance(item, _Border):
            order.append(item)
            indices = item.before
        elif isinstance(item, ast.Comprehension):
            combinations = unrolled.spread(item, indices, scope, len(waiting))
            order.append(_Spread(item, len(combinations)))
            for each in combinations:
                waiting += [_Border(indices, each), item.body, _Border(each, indices)]
        else:
            order.append(item)
            waiting += item.children
    return order


def _arguments(
    item: ast.Call, indices: Indices, scope: Scope
) -> Sequence[ast.Expression | _Border]:
    """What is built before a call; in the first argument a name may mean what only it does."""
    unknown = None if ast.unknown(item) is None else scope.bound(item)
    if unknown is None:
        return item.arguments  # as of most
    within = {**indices, unknown.name: scope.graph.input(BOUND + unknown.name)}
    body, name, start = item.arguments
    return [_Border(indices, within), body, name, _Border(within, indices), start]


def _operands(
    item: ast.Index, indices: Indices, scope: Scope
) -> tuple[_Taken, list[ast.Expression | _Border]] | None:
    """An index and what is built before it; None if that is nothing."""
    base = None
    operands: list[ast.Expression | _Border] = []
    if not isinstance(item.base, ast.Name):
        operands.append(item.base)
    elif all(
        isinstance(each, ast.Number) or (isinstance(each, ast.Name) and each.name in indices)
        for each in item.indices
    ):
        return None  # as most are
    are_values = _are_values(item, indices, scope)
    if isinstance(item.base, ast.Name):
        base = scope.array(item.base, whole=True) if any(are_values) else None
        if base is None:
            return None
    for axis, (index, is_one) in enumerate(zip(item.indices, are_values, strict=True)):
        if is_one:
            within = indices
            if base is not None and axis < len(base.shape):
                within = {**indices, ast.END: base.shape[axis]}
            operands += [_Border(indices, within), index, _Border(within, indices)]
    return _Taken(item, sum(are_values) + (base is None), base), operands


def _are_values(item: ast.Index, indices: Indices, scope: Scope) -> list[bool]:
    """Which indices are values of the program."""
    from gradcli.graph.arrays.indexing import is_value  # noqa: PLC0415  (few programs index by values)

    def is_number(name: str) -> bool:
        return isinstance(indices.get(name), int) or scope.length(name) is not None

    return [is_value(index, is_number) for index in item.indices]


def whole(expression: ast.Expression, indices: Indices, around: Scope | None = None) -> int:
    """The integer that an index or the end of a range stands for.

    Args:
        expression: an expression of numbers, indices, and lengths of arrays.
        indices: the numbers that indices stand for.
        around: knows the arrays whose lengths may be asked for.

    Raises:
        ParseError: it is not a constant, or not a whole number.
    """
    at = indices.get(expression.name) if isinstance(expression, ast.Name) else None
    if isinstance(at, int):
        return at  # as most are
    if isinstance(expression, ast.Number) and _is_whole(expression.value):
        return int(expression.value)  # as most ends of ranges are
    from gradcli.graph.index_scope import Constants, closed  # noqa: PLC0415  (most have none)

    if isinstance(expression, ast.Name) and around is not None:
        length = around.length(expression.name)
        if length is not None:
            return closed(length, expression.span)
    scope = Constants(around)
    numbers = {name: value for name, value in indices.items() if isinstance(value, int)}
    index = build(expression, scope, numbers)
    node = template(scope.graph, (), index).instantiate(Graph(), (), operations.make)
    if not (node.is_const and _is_whole(node.value)):
        raise ParseError(
            "index",
            "an index must be a whole number",
            span=expression.span,
            hint="indices count from 1, and ranges are written 1..3",
        )
    return int(node.value)


def _is_whole(value: float) -> bool:
    return abs(value) < MOST_INDEX and value == int(value)


def spread(
    ranges: Sequence[ast.Range], indices: Indices, scope: Scope | None = None
) -> list[Indices]:
    """Every combination of the indices, the last one running fastest.

    Raises:
        ParseError: a range is not constant, or there are more than `MOST_ELEMENTS`.
    """
    combinations: list[Indices] = [indices]
    for each in ranges:
        if (
            combinations
            and isinstance(each.first, ast.Number)
            and isinstance(each.last, ast.Number)
        ):
            # Counted before they are made: the limit is answered at once.
            count = whole(each.last, indices) - whole(each.first, indices) + 1
            if len(combinations) * count > MOST_ELEMENTS:
                raise _too_many(each)
        longer: list[Indices] = []
        for names in combinations:
            first, last = (whole(end, names, scope) for end in (each.first, each.last))
            if len(longer) + last - first >= MOST_ELEMENTS:
                raise _too_many(each)
            longer.extend({**names, each.index: value} for value in range(first, last + 1))
        combinations = longer
    return combinations


def refuse_many(expression: ast.Expression, times: int = 1) -> None:
    """Refuse ranges in ranges whose numbers alone say that they are too many: before any is made.

    Args:
        expression: what has ranges in it.
        times: how often it is made.

    Raises:
        ParseError: there would be more than `MOST_ELEMENTS`.
    """
    waiting = [(expression, times)]
    while waiting:
        item, times = waiting.pop()
        if not isinstance(item, ast.Comprehension):
            waiting += [(each, times) for each in item.children]
            continue
        for each in item.ranges:
            times *= _plain_length(each)
            if times > MOST_ELEMENTS:
                raise _too_many(each)
        if times:
            waiting.append((item.body, times))


def _plain_length(each: ast.Range) -> int:
    """The length of a range between numbers; 0 of any other, which may have none."""
    if not (isinstance(each.first, ast.Number) and isinstance(each.last, ast.Number)):
        return 0
    return max(0, whole(each.last, NO_INDICES) - whole(each.first, NO_INDICES) + 1)


def counted(expression: ast.Expression, scope: Scope) -> int:
    """The length that an expression stands for, which may be an open one; raises as `whole`."""
    if isinstance(expression, ast.Name):
        length = scope.length(expression.name)
        if length is not None:
            return length
    return whole(expression, NO_INDICES, scope)


def _too_many(each: ast.Range) -> ParseError:
    return ParseError(
        "limit",
        f"this unrolls into more than {MOST_ELEMENTS:,} elements",
        span=each.span,
        hint="make the range shorter",
    )


def _element(scope: Scope, item: ast.Index, names: Indices) -> Node:
    base = item.base
    if not isinstance(base, ast.Name):
        raise TypeError(type(base).__name__)
    array = scope.array(base)
    if array is not None:
        return _taken(scope, item, array, names)
    if any(isinstance(index, ast.Slice | ast.Array) for index in item.indices):
        from gradcli.graph.declaring import declare  # noqa: PLC0415  (only an error needs it)

        arrays = {base.name: (3,) * len(item.indices)}
        raise unsupported("a part of what is no array", item.span, declare(arrays), arrays)
    try:
        places = tuple(whole(index, names, scope) for index in item.indices)
    except ParseError as error:
        if any(_are_values(item, names, scope)):
            lengths = ",".join("ijklmn"[-len(item.indices) :])
            error.hint = f"{error.hint}; of an array it is any value: J({base.name}[{lengths}]) = …"
        raise
    return scope.element(base, places, item.span)


def references(expression: ast.Expression, names: Indices, scope: Scope) -> Iterator[str]:
    """The elements that an expression refers to, as ``y[3]``; raises as `whole`."""
    for item in reversed(_backwards(expression, names, scope)):
        if isinstance(item, _Border):
            names = item.after
        elif isinstance(item, ast.Index) and isinstance(item.base, ast.Name):
            is_plain = not any(isinstance(each, ast.Slice | ast.Array) for each in item.indices)
            if is_plain and scope.array(item.base) is None:
                places = [whole(index, names, scope) for index in item.indices]
                yield element_name(item.base.name, tuple(places))


def _taken(
    scope: Scope, item: ast.Index, array: Node, names: Indices, values: Sequence[Node] = ()
) -> Node:
    """The entries of an array at the places that an index says; some of them are values."""
    from gradcli.graph.arrays.gathering import chosen, taken  # noqa: PLC0415  (only arrays need it)
    from gradcli.graph.arrays.places import place, refuse_other_rank  # noqa: PLC0415  (likewise)

    def number(each: ast.Expression, length: int) -> int:
        return whole(each, {**names, ast.END: length}, scope)

    refuse_other_rank(item, array.form)
    given = iter(values)
    are_values = _are_values(item, names, scope) if values else [False] * len(item.indices)
    on_axes = [
        chosen(next(given), length, index.span) if is_one else place(index, length, number)
        for index, length, is_one in zip(item.indices, array.shape, are_values, strict=True)
    ]
    return taken(scope.graph, array, on_axes, lambda node: scope.made(node, item))


def _of_values(scope: Scope, item: _Taken, operands: Args, names: Indices) -> Node:
    """An index that has operands."""
    if item.base is not None:
        return _taken(scope, item.item, item.base, names, operands)
    array, *values = operands
    return _taken(scope, item.item, array, names, values)


def _operation(
    scope: Scope, item: ast.Expression | _Spread | _Taken, args: Args, indices: Indices
) -> Node:
    if isinstance(item, _Taken):
        return _of_values(scope, item, args, indices)
    if isinstance(item, _Spread):
        if isinstance(item.expression, ast.ArrayOf):
            return _array_of(scope, item.expression, args, indices)
        return MAKERS[ast.Comprehension](scope, item.expression, args)  # its call has a place
    node = MAKERS[type(item)](scope, item, args)
    scope.made(node, item)
    return node


def _array_of(scope: Scope, item: ast.ArrayOf, args: Args, indices: Indices) -> Node:
    """One axis for each range, whose ends must not depend on one another."""
    from gradcli.graph.arrays.literals import array, in_axes  # noqa: PLC0415  (likewise)

    lengths = [len(spread([each], indices, scope)) for each in item.ranges]
    node = in_axes(scope.graph, array(scope.graph, args, item.span), lengths)
    scope.made(node, item)
    return node
