"""What is wrong with the names that have values: the errors, each with a way out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from gradcli.errors import GradcliError, InputError, Note, Option, Sentence, apart
from gradcli.evaluation.elements import Value, elements
from gradcli.evaluation.questions import MOST, asked_for, has_order, order_of
from gradcli.graph.model import Model
from gradcli.graph.naming import OUTPUT
from gradcli.graph.node import Node
from gradcli.graph.rules import CONSTANTS
from gradcli.graph.run_together import written_out
from gradcli.graph.shapes import Form, shown
from gradcli.hints import did_you_mean, likely, listed, nearest, shortened
from gradcli.syntax.numerals import badly_grouped
from gradcli.syntax.over_ranges import with_index
from gradcli.syntax.spelling import array_name, indices_of, is_element, is_name, plain

MOST_WRITTEN = 12
"""An array of more entries is not written out as an example."""


def unfit(
    model: Model, name: str, names: Collection[str], values: Mapping[str, Value]
) -> InputError:
    """The error for a value that is for no input, or an array that is for a single number."""
    node = next((each for each in model.inputs if each.name == name), None)
    if node is not None and node.shape:
        return InputError(
            "value",
            f"'{name}' is {shown(node.form)} in the program, and its value is a single number",
            hint=Sentence("give its elements: ", Option(name, _example(node.form) or "…")),
            names=(name,),
        )
    if name in names:
        return InputError(
            "value",
            f"'{name}' is a single number in the program, and its value is an array",
            hint=f"give one number, or use its elements in the program: {name}[1]",
        )
    if any(node.label == name for node in model.steps):
        return InputError(
            "not-an-input",
            f"'{name}' is a step of the program, not an input",
            hint=f"remove its definition to give {name} a value",
        )
    items = [each for each in names if is_element(each, name)]
    if items:
        return InputError(
            "value",
            f"'{name}' is an array in the program, and its value is a single number",
            hint=Sentence(
                "give its elements as a list: ", Option(name, _as_list(items, values[name]))
            ),
            names=(name,),
        )
    missing = [each for each in names if each not in values and array_name(each) not in values]
    steps = [node.name for node in model.steps]
    hint = _run_together(name, missing, {*values, *steps})
    hint = hint or with_index(model.source, [each for each in names if each.startswith(f"{name}_")])
    hint = hint or did_you_mean(name, missing) or did_you_mean(name, names)
    if hint is None:
        hint = nearest(name, names, "inputs")
        if not missing:
            hint = f"leave '{shortened(name)}' out: {hint}"
    return InputError(
        "unknown-value", f"the program has no input '{shortened(name)}'", hint=hint, names=(name,)
    )


def _as_list(labels: Sequence[str], value: Value) -> str:
    """How an array is typed of which one element is known: ``"[3, …]"``, ``"[[3, …], …]"``."""
    indices = [indices_of(label) for label in labels]
    axes = len(indices[0])
    sizes = [max(places[axis] for places in indices if len(places) == axes) for axis in range(axes)]
    typed = "1.5"
    with suppress(Exception):  # an object of somebody else's may raise anything, a long number does
        typed = re.sub(r"^\((.*)\)$", r"\1", str(value).strip())
    if "," in typed:  # all that was meant, as in 3,4
        return f'"[{typed}]"'
    for size in reversed(sizes):
        typed = f"[{typed}, …]" if size > 1 else f"[{typed}]"
    return f'"{typed}"'


def _run_together(name: str, missing: Sequence[str], values: Collection[str]) -> str | None:
    """A hint if a name without a value is a product of what has one: ``x1x2``, ``sinx``, ``ab``.

    Steps of the program have one, too, and are no letters that a name is taken apart into.
    """
    constants = CONSTANTS if len(name) == 1 else ()  # --rat may be a slip for rate
    factors = {*values, *constants}
    for other in [other for other in missing if name in other][:100]:
        text = written_out(other, factors)
        if text:
            return f"'{other}' is one name; did you mean {text}?"
        if other.isalpha() and len(name) == 1 and len(other) < 6:
            rest = dict.fromkeys(letter for letter in other if letter not in values)
            has = "has a value" if len(rest) == 1 else "have values"
            return f"'{other}' is the product {'*'.join(other)} if {listed(rest)} {has}, too"
    return None


def no_query(query: str, name: str, known: Collection[str], output: str) -> InputError:
    """The error for a question that no number answers: what a program has no node for.

    Args:
        query: the question, such as ``d/dq``.
        name: what in it is no name of a node.
        known: the names of nodes.
        output: that of the output.
    """
    asked = [part.strip() for part in query.split(",")]
    slash = "/" in query
    if slash and has_order(query):
        return _no_order(query, known, output)
    message = f"there is no node '{shortened(name)}'"
    families = dict.fromkeys(array_name(other) for other in known)
    names = [*known, *(each for each in families if each not in known)]
    hint, instead = nearest(name, names, "nodes"), {name: likely(name, names)}
    if not name:
        message, hint = f"a name is missing in '{query}'", f"write {output}, or d/dx"
        instead = {query: (output,)}
    elif len(asked) > 1 and "[" not in query:
        each = apart(Option("get", one) for one in asked)
        hint = Sentence("ask for each by itself, as in ", *each)
    elif name[0] in "d∂" and name[1:] in known and not slash:
        hint, instead = f"for the derivative by {name[1:]} write d/{name}", {query: (f"d/{name}",)}
    elif not is_name(array_name(name)):
        hint = f"a question is {output}, d/dx, or the name of a node, and no formula"
        instead = {query: (output,)}
    elif name.lower() in {"gradient", "grad", "value", "result", "output", "derivative"}:
        hint = f"write {output} for the value, d/dx for a derivative"
        instead = {name: (output,)}
    return InputError("unknown-node", message, hint=hint, names=(name,), instead=instead)


def _no_order(query: str, known: Collection[str], output: str) -> InputError:
    """The error for a derivative of higher order that is none: a name is unknown, or its order."""
    read = asked_for(query, lambda name: is_name(array_name(name)))
    if read is not None:
        of = [read.of] if read.of not in {"", output, OUTPUT} else []
        for name in [*of, *read.by]:
            if plain(name) not in known:
                return no_query(f"d/d{name}", name, known, output)
    message = f"'{shortened(query)}' is no derivative of this program"
    second = f"d2{output}/d{next(iter(known))}^2"
    hint = f"one of second order is {second}"
    if not 0 < (order_of(query) or 0) <= MOST:
        hint = f"orders are 1 to {MOST}: {second}"
    return InputError(
        "unknown-node", message, hint=hint, names=(query,), instead={query: (second,)}
    )


def missing_values(
    model: Model, missing: Sequence[str], values: Mapping[str, Value]
) -> GradcliError:
    """The error for inputs without a value; ``missing`` are their names, ``values`` the others."""
    lacking = set(missing)
    nodes = [node for node in model.inputs if node.label in lacking]
    for place in filter(None, map(model.spans.get, nodes)):
        if error := badly_grouped(model.source, place):
            return error
    node = next(node for node in nodes if node.label == missing[0])
    span = model.spans.get(node)
    if index := with_index(model.source, missing):
        return InputError(
            "missing-value",
            f"no value for {listed(missing)}",
            span=span,
            hint=index,
            source=model.source,
        )
    typed, examples = _typed(model, missing)
    values_of = {
        name: examples.get(name) or ("…" if name in missing else '"[…]"') for name in typed
    }
    options = apart(Option(shortened(name), values_of[name]) for name in typed[:6])
    them = "it" if len(missing) == 1 else "them"
    hint: str = Sentence(f"give {them} a value: ", *options)
    is_used = node in model.nodes
    together = [name for name in missing if len(name) > 1 and name.isalpha() and len(name) < 6]
    text = written_out(missing[0], {*values, *CONSTANTS})
    if text and any(name in text for name in values):
        hint = f"'{shortened(missing[0])}' is one name; did you mean {text}?"
    elif node.shape and not is_used:
        hint = f"the program does not use '{node.name}': leave its shape out"
    elif "T" in missing and _is_transposed(model):
        hint = Sentence(hint, "; x^T is a power here, and the transpose of an array is x'")
    elif together and _are_letters(together[0], model, {*values, *missing}):
        product = "*".join(together[0])
        hint = f"for the product {product}, give every letter of '{together[0]}' a value"
    message = f"no value for {listed(missing)}"
    read_otherwise = (note for note in model.notes if _is_about(note, missing, values))
    for note in islice(read_otherwise, 1):
        message += f"; {note.message}"
    return InputError(
        "missing-value",
        message,
        span=span,
        hint=hint,
        source=model.source,
        names=tuple(typed),
        examples=examples,
    )


def _are_letters(name: str, model: Model, known: Collection[str]) -> bool:
    """Whether values for all letters of a name make it a product: a step has none to be given."""
    steps = {step.label for step in model.steps}
    return steps.isdisjoint(name) and not {*known}.isdisjoint(name)


def _typed(model: Model, missing: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The names that values are typed for, an array for all its elements, and examples of some."""
    examples = _arrays(model, missing)
    elements: dict[str, list[str]] = {}
    for node in model.inputs:
        elements.setdefault(array_name(node.name), []).append(node.name)
    names: list[str] = []
    lacking = set(missing)
    forms: dict[str, Form | None] = {}  # found once: an array has many elements
    for name in missing:
        base = array_name(name)
        if base not in forms:
            is_lost = base != name and lacking.issuperset(elements[base])
            forms[base] = _whole([*map(indices_of, elements[base])]) if is_lost else None
        form = forms[base]
        if form is None:
            names.append(name)
        elif base not in examples:
            names.append(base)
            examples[base] = _example(form)
    return names, examples


def _whole(places: Sequence[tuple[int, ...]]) -> Form | None:
    """The form of an array that has its elements at these places, none left out; else None."""
    if len({*map(len, places)}) > 1 or not places[0]:
        return None
    form = Form(tuple(map(max, zip(*places, strict=True))))
    is_full = min(map(min, places)) > 0 and form.size == len({*places})
    return form if is_full else None


def _arrays(model: Model, missing: Sequence[str]) -> dict[str, str]:
    """A value for each of these names that is an array: one with few entries is written out."""
    forms = {node.name: node.form for node in model.inputs if node.shape and node.name in missing}
    return {name: _example(form) for name, form in forms.items()}


def _example(form: Form) -> str:
    size = form.size
    if not 0 < size <= MOST_WRITTEN or form.is_open:
        return ""
    entries = [str(number) for number in range(1, size + 1)]
    for length in reversed(form.shape):
        rows = range(0, len(entries), length)
        entries = [f"[{','.join(entries[first : first + length])}]" for first in rows]
    return f'"{entries[0]}"'


def _is_about(note: Note, missing: Sequence[str], values: Mapping[str, Value]) -> bool:
    """Whether a note says why a value is missing: of one name, or of a letter in a run."""
    if note.names[:1] == (missing[0],):
        return True
    run = "".join(note.names) if note.kind == "letters" and values else ""
    return any(letter in missing for letter in run)


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _is_transposed(model: Model) -> bool:
    """Whether T is an exponent somewhere, as in the transpose of a matrix."""
    nodes = model.nodes
    return any(node.op == "pow" and node.args[1].label == "T" for node in nodes)


def outside(model: Model, node: Node, base: str, values: Mapping[str, Value]) -> InputError | None:
    """The error for an element that an array was given for, but that the array does not have.

    It is another one for the name of the array itself, where that is a single number as well.
    """
    items = elements(values[base], base)
    if items is None:
        return None
    if node.name == base and items:
        label, value = next(iter(items.items()))
        kind = "value"
        message = (
            f"'{base}' is an array and a single number in the program, and its value is an array"
        )
        both = Option(base, "…"), Option("set", f'"{label}={value}"')
        hint: str = Sentence("give each by its name: ", *apart(both))
    else:
        kind = "index"
        message, hint = _out_of_range(node.name, base, [*items])
    span = model.spans.get(node)
    return InputError(kind, message, span=span, hint=hint, source=model.source)


def _out_of_range(name: str, base: str, items: Sequence[str]) -> tuple[str, str]:
    """What is said of an element that is none of those of an array, and the way out."""
    if not items:
        message = f"'{name}' is out of range: the value of '{base}' has no elements"
        return message, "give a list with elements, as [1, 2]"
    axes, wanted = len(indices_of(items[0])), len(indices_of(name))
    if axes == wanted:
        is_before = min(indices_of(name)) < 1
        end = f"begins at {items[0]}" if is_before else f"ends at {items[-1]}"
        message = f"'{name}' is out of range: the value of '{base}' {end}"
        last = f"; the last one is {base}[end]" if indices_of(name) == (-1,) else ""
        return message, f"indices count from 1{last}"
    message = (
        f"'{name}' has {_counted(wanted, 'index', 'indices')}, and the value of '{base}' "
        f"{_counted(axes, 'axis', 'axes')}"
    )
    if wanted < axes:
        return message, f"an axis is taken whole by a colon: {name[:-1]}{',:' * (axes - wanted)}]"
    return message, "a value such as [1, 2] has one axis, [[1, 2], [3, 4]] has two"
