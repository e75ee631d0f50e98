"""What is written here instead of functions and equations that are none: errors with these."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradcli.errors import InputError, Option, ParseError, Sentence
from gradcli.graph import listing
from gradcli.graph.arrays import calls
from gradcli.graph.arrays.fitting import example
from gradcli.graph.refusals import LONG, arity
from gradcli.graph.rules import SPELLINGS, is_constant, table
from gradcli.graph.run_together import letters_before
from gradcli.hints import did_you_mean, itself, shortened
from gradcli.syntax import ast, elsewhere, phrases, templates
from gradcli.syntax.operands import ONE, Operand, operand_of, put_in
from gradcli.syntax.over_ranges import over_range
from gradcli.syntax.spelling import letters_of
from gradcli.syntax.tex import GREEK


def equation(statement: ast.Declaration, source: str) -> InputError:
    """The error for ``sin(x) = x*y + 1``, which would give sin another meaning."""
    left = shortened(source[statement.span.start : statement.value.span.start].rstrip(" ="))
    right = operand_of(statement.value, source)
    sides = {"x": Operand(left, ONE), "y": right._replace(text=shortened(right.text))}
    return InputError(
        "equation",
        f"this looks like an equation, and it would define '{statement.name}' anew",
        span=statement.span,
        hint=f"for an equation write its difference: {put_in('x - y', sides)}; "
        "for a function choose another name",
        names=(statement.name,),
    )


def unknown_function(
    function: str,
    call: ast.Call | ast.Comprehension,
    count: int,
    own: Collection[str],
    source: str,
) -> ParseError | InputError:
    """Why a name cannot be called with so many arguments.

    Args:
        function: the name, without ``np.``.
        call: where it is called.
        count: how many arguments it is given.
        own: the functions of the program.
        source: the program.
    """
    rules = table()
    if function == ast.DOUBLE_FACTORIAL and not rules.is_function(function):
        return ParseError(
            "factorial",
            "the double factorial !! is not in the language",
            span=call.span,
            hint="write (x!)! for the factorial of x!",
        )
    if rules.is_function(function):
        other = templates.of_call(function, count)
        hint = _put_in(other, _arguments(function, call), source) if other else None
        return arity(function, rules.arities(function), count, call.span, hint)
    if calls.is_known(function):
        return _of_arrays(function, call, source)
    if not elsewhere.DERIVATIVES.isdisjoint({function, function.lower()}):
        hint = _itself(call, source)
    else:
        hint = did_you_mean(function, own) or _here(function, call, count, source)
    return InputError(
        "unknown-function",
        f"unknown function '{shortened(function)}'",
        span=call.name_span,
        hint=hint,
        names=(function,),
    )


def _of_arrays(function: str, call: ast.Call | ast.Comprehension, source: str) -> ParseError:
    """The error for a function of arrays that is given numbers, or too many arguments."""
    names = [each.name for each in call.children if isinstance(each, ast.Name)]
    known = calls.arities(function)
    if (known or not call.children) and len(call.children) not in known:
        wrong = arity(function, known, len(call.children), call.span)
        wrong.hint = example(
            function,
            known,
            lambda graph, name, args, item: calls.call(graph, name, args, item, _told),
            is_told=calls.is_told_numbers(function),
        )
        return wrong
    way = "give it a list: [1, 2]"
    if names:
        way = Sentence(f"give {names[0]} a list: ", Option(names[0], '"[1, 2]"'))
    return ParseError(
        "array",
        f"'{function}' is a function of arrays, and this is a number",
        span=call.span,
        hint=way,
        source=source,
    )


def _here(function: str, call: ast.Call | ast.Comprehension, count: int, source: str) -> str:
    """What is written here for a function that is not in the language."""
    constant = function.lower() if count == 0 else ""
    if is_constant(constant):
        return f"write {SPELLINGS.get(constant, constant)}"
    base = phrases.base_of(function)
    if base is not None and count == 1:
        given = _arguments(function, call)
        return f"write {_put_in('log(x, y)', given, source, y=Operand(base, ONE))}"
    ranged = over_range(call, source)
    if ranged is not None:
        return f"write {ranged[1]}"
    other = _templated(_known(function), call, count, source)
    if other is not None:
        return other
    power = function.rstrip("23")
    if count == 1 and len(function) - len(power) == 1 and table().takes(power, 1):
        return f"write {_put_in(f'{power}(x)^{function[-1]}', _arguments('', call), source)}"
    if not elsewhere.NOT_HERE.isdisjoint({function, function.lower()}):
        return "to see all of them: gradcli functions"
    near = None if function in GREEK else did_you_mean(function, listing.names())
    product = letters_before(function, count) or _letters_inside(function, call)
    if product is not None:
        arguments = source[call.name_span.end : call.span.end]
        written = product + (arguments if len(arguments) < LONG else "(…)")
        return f"for a product write {written}" + (f"; or {near}" if near else "")
    if near is None and count == 1:
        return f"for a product write {function}*(…), or give {function} a value"
    return near or "to see all of them: gradcli functions"


def _templated(
    function: str, call: ast.Call | ast.Comprehension, count: int, source: str
) -> str | None:
    """The hint of a function's template; None if it has none."""
    given = _arguments(function, call)
    written = templates.of_call(function, len(given) or count)
    if elsewhere.FUNCTIONS.get(function) == elsewhere.CHOICE and len(given) > 3:
        chosen = _chosen(call, source)
        return f"write {chosen or elsewhere.CHOICE}"
    if written is not None:
        return f"write {_put_in(written, given, source)}"
    return templates.usage(function) if templates.is_known(function) else None


def _known(function: str) -> str:
    """A function as it is known elsewhere, in capitals as well: ``AVERAGE`` is average."""
    small = function.lower()
    is_other = templates.is_known(function) or table().is_function(small)
    return small if not is_other and templates.is_known(small) else function


def _arguments(function: str, call: ast.Call | ast.Comprehension) -> Sequence[ast.Expression]:
    """The arguments of a call, or the items of its one list if it is of several."""
    match call:
        case ast.Call(arguments=(ast.Array(items=items),)) if templates.is_of_several(function):
            return items  # concatenate([x, y])
        case ast.Call(arguments=arguments):
            return arguments
    return ()


def _chosen(call: ast.Call | ast.Comprehension, source: str) -> str | None:
    """Conditions, each with a value behind it, as choices: ``Which(x > 0, 1, x < 0, 2)``."""
    parts = [operand_of(each, source).text for each in call.children]
    if len(parts) < 4 or sum(map(len, parts)) >= LONG:
        return None
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    last = parts[-1] if len(parts) % 2 else "…"
    if last == "…" and pairs[-1][0] in {"True", "true", "1"}:
        last = pairs.pop()[1]
    for condition, value in reversed(pairs):
        last = f"where({condition}, {value}, {last})"
    return last


def _letters_inside(function: str, call: ast.Call | ast.Comprehension) -> str | None:
    """A run of letters that all are names in its own bracket, as those of ``ab(a + b)`` are."""
    letters = letters_of(function)
    are_names = len(letters) > 1 and ast.names(call.children).issuperset(letters)
    return "*".join(letters) + "*" if are_names else None


def _put_in(
    written: str, arguments: Sequence[ast.Expression], source: str, **others: Operand
) -> str:
    """What is written for a call, of its own arguments where these are short."""
    given = [operand_of(argument, source) for argument in arguments]
    if arguments and isinstance(arguments[0], ast.Comparison):
        written = written.replace("where(x > 0,", "where(x,")
    if sum(len(each.text) for each in given) >= LONG:
        given = []
    return templates.filled(written, given, **others)


def _itself(call: ast.Call | ast.Comprehension, source: str) -> str:
    """The way out of taking a derivative inside a formula."""
    inner = source[slice(*call.children[0].span)] if call.children else ""
    return itself(inner)


def _told(number: ast.Expression) -> int:
    """The number behind the semicolon of an example."""
    return int(number.value) if isinstance(number, ast.Number) else 1
