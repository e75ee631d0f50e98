"""Operations as a function of Python: straight-line source of ours, compiled.

This is the only file that compiles text as code. The text is written here and in `printers` from
slots, operations and floats alone; names of a user's inputs become those of parameters, and keys of
results, after it has been compiled.

The function computes in plain floats and looks only at what could leave their range (`ranges`).
Where that happens, where Python raises, or where something that is watched holds, it calls
``otherwise``, which has the interpreter. An exception that is not raised costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from gradcli.engine import exponents, underflow
from gradcli.engine.compiled import compiled
from gradcli.engine.expanding import Code
from gradcli.engine.printers import python
from gradcli.engine.printers.expressions import Lines
from gradcli.engine.ranges import WIDE, Looks, looks

_MANY = 20
"""More terms are added by `sum`."""

_KINDS = 4
"""Of so many arguments it is looked at that they are floats, of more only at both ends."""

_FEW = 5
"""So many numbers are compared with a bound one by one; more by their `hypot`."""

_ONE_BY_ONE = 16
"""So many are handed over by name; of more the sequence is, which makes a tuple of it first."""

_PACKED = 12
"""From so many numbers on their exponents are looked at all at once."""

MOST_STEPS = 30_000
"""Longer programs take longer to compile than they are worth, and much memory."""

Function = Callable[..., Any]


class Entry(NamedTuple):
    """How a function is called, and what it gives.

    Attributes:
        name: that of the function.
        result: what it returns; ``{0}``, ``{1}`` … stand for the results, ``{all}`` for all of
            them with commas, ``{keyed}`` for those after the first by the names of the inputs.
        point: whether its first argument is a sequence; else it has one for each input.
        is_checked: whether its arguments may be anything, which is seen and left to
            ``otherwise``; else they are floats.
        takes_out: whether it takes a place for the results, ``out``, and gives that back.
    """

    name: str
    result: str
    point: bool = False
    is_checked: bool = True
    takes_out: bool = False


LIST = Entry("results", "[{all}]", point=True, is_checked=False)
"""All results as a list, of a sequence of floats."""


def function(
    code: Code,
    entry: Entry,
    otherwise: Function | None = None,
    *,
    names: Sequence[str] = (),
    results: int | None = None,
) -> Function | None:
    """The function that computes some operations; None if it could never do without another.

    Args:
        code: the operations; of the outputs those after the results are watched: where one of them
            is not 0, ``otherwise`` is called.
        entry: how it is called.
        otherwise: what is called, with the same arguments, where plain floats do not do; None is
            returned if it is None.
        names: those of the inputs.
        results: how many of the outputs there are before those that are watched; None for all.
    """
    if not code.inputs or len(code.steps) > MOST_STEPS:
        return None
    found = looks(code.inputs, code.constants, code.steps, code.outputs)
    if found is None:
        return None
    results = len(code.outputs) if results is None else results
    less = underflow.looks(code, results) if found.bound else None
    if less is None or _work(code, less) > _LESS * _work(code, found):
        return _made(code, entry, found, otherwise, names, results)

    def careful(*args: Any) -> Any:
        """What looks at more, made when it is first needed, and in the place of this then."""
        made = _made(code, entry, found, otherwise, names, results)
        quick.__globals__["otherwise"] = made
        return made(*args)

    quick = _made(code, entry, less, careful, names, results)
    return quick


def _is_packed(code: Code, found: Looks) -> bool:
    """Whether the exponents of all inputs are looked at at once."""
    return bool(found.bound) and not found.products and code.inputs >= _PACKED


def _work(code: Code, found: Looks) -> float:
    """How long it takes to look; inputs are looked at in one call if only a bound is asked for."""
    products = sum(1.0 + 0.4 * len(group) for group, _ in found.products)
    at_once = (2.0 if found.products else 9.0) + code.inputs / 4.0
    return len(found.numbers) + products + min(at_once, code.inputs)


_LESS = 0.7
"""So much less has to be looked at for it to pay, as it may have been in vain."""


def _made(  # noqa: PLR0913, PLR0917  (what `function` is given, and what is looked at)
    code: Code,
    entry: Entry,
    found: Looks,
    otherwise: Function | None,
    names: Sequence[str],
    results: int,
) -> FunctionType:
    errors = (*python.ERRORS, exponents.ERROR)
    known: dict[str, object] = {"otherwise": otherwise, "errors": errors, "type": type}
    known |= {"float": float, "sum": sum, "hypot": math.hypot}
    known |= exponents.known(code.inputs, found.bound) if _is_packed(code, found) else {}
    written = compiled(_Writer(code, entry, found, known, results).written())
    keys = tuple(names[: code.inputs])
    return FunctionType(
        _named(written, entry, keys), known, entry.name, (None,) if entry.takes_out else None
    )


class _Writer:
    """The text of one function."""

    def __init__(
        self, code: Code, entry: Entry, found: Looks, known: dict[str, object], results: int
    ) -> None:
        self._code, self._entry, self._looks, self._known = code, entry, found, known
        self._results, self._watched = code.outputs[:results], code.outputs[results:]
        named = [*found.numbers, *(slot for group, _ in found.products for slot in group)]
        named += [] if found.bound else dict.fromkeys(self._results)
        steps = [slot for slot in named if slot >= code.first]
        if entry.result.count("{0}") + entry.result.count("{all}") > 1:
            steps += self._results
        self._lines: Lines = python.lines(code, known, tuple(steps))
        self._inputs = [f"v{place}" for place in range(code.inputs)]
        self._whole = _whole(code)

    def written(self) -> str:
        """The source: a definition, whose body stands in a `try`."""
        given = "point" if self._entry.point else ", ".join(self._inputs)
        if self._entry.takes_out:
            given += ", out"
        instead = f"return otherwise({given})" if self._known["otherwise"] else "return None"
        lines = [
            f"def {self._entry.name}({given}):",
            " try:",
            *(f"  {line}" for line in self._body(instead)),
            " except errors:",
            "  pass",
            f" {instead}",
        ]
        return "\n".join(lines) + "\n"

    def _body(self, instead: str) -> list[str]:
        body = [f"{', '.join(self._inputs)}, = point"] if self._entry.point else []
        given = self._given()
        if given:
            body.append(f"if not ({' and '.join(given)}): {instead}")
        at = {slot: place for place, slot in enumerate(self._looks.numbers)}
        for slot, text in self._lines.statements:
            body.append(f"v{slot} = {text}")
            if slot in at:
                body.append(f"if {self._outside(slot)}: {instead}")
        rest = self._rest()
        if rest:
            body.append(f"if {rest}: {instead}")
        result = self._result()
        if self._entry.takes_out:
            return [*body, f"if out is None: return {result}", f"out[:] = {result}", "return out"]
        return [*body, f"return {result}"]

    def _given(self) -> list[str]:
        """What has to hold of the arguments."""
        found = []
        if self._looks.bound and self._entry.is_checked:
            # Many numbers are mostly of one kind.
            ends = (
                self._inputs
                if len(self._inputs) <= _KINDS
                else self._inputs[:: self._code.inputs - 1]
            )
            kinds = self._inputs[:1] if self._entry.point else ends
            found.append(" is ".join(f"type({name})" for name in kinds) + " is float")
        given, all_given = "*point" if self._entry.point else "", ", ".join(self._inputs)
        bound = 2.0**self._looks.bound
        if self._looks.products and len(self._inputs) <= _FEW:
            found += [f"{-bound} < {name} < {bound}" for name in self._inputs]
        elif self._looks.products:
            all_at_once = given if len(self._inputs) > _ONE_BY_ONE else ""
            found.append(f"hypot({all_at_once or all_given}) < {bound}")
        elif _is_packed(self._code, self._looks):
            found.append(exponents.test(given or all_given, all_given))
        elif self._looks.bound:
            low, high = _squares(self._looks.bound)
            found += [f"({low} < {name}*{name} < {high} or not {name})" for name in self._inputs]
        return found

    def _outside(self, slot: int) -> str:
        """What holds where a number has to be looked at by the interpreter."""
        low, high = _squares(WIDE)
        outside = f"not {low} < v{slot}*v{slot} < {high}"
        return outside if slot in self._looks.never_zero else f"v{slot} and {outside}"

    def _rest(self) -> str:
        """What holds where the results are not to be given."""
        conditions = [self._lines.condition(slot) for slot in self._watched]
        computed = self._computed()
        # What overflows in an operation on the arguments alone is infinite, as it is there.
        others = (slot for slot in computed[1:] if not _is_rounded_once(self._code, slot))
        values = [self._lines.text(slot) for slot in (*computed[:1], *others)]
        for group, least in self._looks.products:
            product = "*".join(f"v{slot}" for slot in group)
            conditions.append(f"{-least} < {product} < {least}")
        if not values:  # whatever is given, all results are constants
            return " or ".join(conditions)
        if self._entry.is_checked and not self._looks.bound:
            # What is no float makes what is computed from it no float, where there is arithmetic.
            conditions.append(f"type({values[0]}) is not float")
        if not self._looks.bound:
            many = f"sum(({', '.join(values)}))" if len(values) > _MANY else ""
            conditions.append(f"{many or '(' + ' + '.join(values) + ')'}*0.0")
        return " or ".join(conditions)

    def _computed(self) -> list[int]:
        """The results that are no constants, each once; the value first."""
        code = self._code
        results = dict.fromkeys(self._results)
        return [slot for slot in results if not code.inputs <= slot < code.first]

    def _result(self) -> str:
        texts = [self._output(slot) for slot in self._results]
        keyed = ", ".join(f"'k{place}': {text}" for place, text in enumerate(texts[1:]))
        return self._entry.result.format(*texts, all=", ".join(texts), keyed=f"{{{keyed}}}")

    def _output(self, slot: int) -> str:
        """A result, which is a float also where it is an argument that is an int."""
        text = self._lines.text(slot)
        are_floats = self._looks.bound and not self._entry.point and len(self._inputs) <= _KINDS
        may_be_whole = self._entry.is_checked and not are_floats and slot in self._whole
        return f"{text}*1.0" if may_be_whole else text


def _is_rounded_once(code: Code, slot: int) -> bool:
    """Whether a number is an argument, or one operation of arithmetic on what is given."""
    if slot < code.first:
        return True
    op, places = code.steps[slot - code.first]
    return op in _ARITHMETIC and max(places) < code.first


_ARITHMETIC = frozenset(("add", "sub", "mul", "div", "neg"))


def _whole(code: Code) -> set[int]:
    """The slots whose numbers are ints where all arguments are."""
    found = {*range(code.inputs)}
    for rank, (op, places) in enumerate(code.steps):
        if op in _OF_INTS and found.issuperset(places):
            found.add(code.first + rank)
    return found


_OF_INTS = frozenset(("add", "sub", "mul", "neg", "mod"))


def _squares(bound: int) -> tuple[float, float]:
    """Between what the square of a number is that is between 2^-bound and 2^bound in size."""
    return 2.0 ** (-2 * bound), 2.0 ** (2 * bound)


def _named(code: CodeType, entry: Entry, names: tuple[str, ...]) -> CodeType:
    """A function's code with the names of the inputs: of its parameters, and as keys."""
    if not names:
        return code
    if not entry.point:
        code = code.replace(co_varnames=(*names, *code.co_varnames[len(names) :]))
    keys = {f"k{place}": name for place, name in enumerate(names)}
    return code.replace(co_consts=tuple(_keyed(each, keys) for each in code.co_consts))


def _keyed(constant: object, keys: Mapping[str, str]) -> object:
    """A constant of code, with our keys replaced by names: a key, or a tuple of them."""
    if isinstance(constant, str):
        return keys.get(constant, constant)
    if isinstance(constant, tuple):
        return tuple(_keyed(each, keys) for each in constant)
    return constant
