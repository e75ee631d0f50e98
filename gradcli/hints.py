"""Errors for wrong names, with the nearest one; look-alike letters of other scripts told apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

from gradcli.errors import InputError, Option, Sentence, Typed, UsageError

_LOOKALIKES = str.maketrans(
    "авекмнорстухАВЕКМНОРСТХУіјѕԁһԛԝІЈЅοαγνκιρτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧℓı",
    "aBekmHopcTyxABEKMHOPCTXYijsdhqwIJSoayvkiptuxwABEZHIKMNOPTYXli",
)

A_VARIABLE = "write a formula with a variable, such as 3*x"
"""The hint where there is none."""

LONG = 60
"""A longer formula is not written out in a hint."""

ITSELF = "write the formula itself; the derivatives are computed from it"
"""The hint for a derivative in a formula."""

NO_PRIME = "derivatives need no sign of their own: all of them are computed"
"""The hint for ``f'(x)`` and its like."""

MOST_LIKELY = 6
"""So many names are likely to be meant by one that is not there."""

LONGEST = 40
"""Longer names are no slips of another one."""

SHORTEST = 3
"""Shorter beginnings are those of many names."""

_BRACKETS = str.maketrans("", "", "[],")

LIKE, NEAR = 0.6, 0.8
"""How much of two names has to be the same for a look at them, and for no further look."""


def no_input(name: str, known: Collection[str], kind: str = "unknown-value") -> InputError:
    """The error for a name that is none of a program's inputs."""
    message = f"the program has no input '{shortened(name)}'"
    hint = nearest(name, known, "inputs") if known else f"there are no inputs; {A_VARIABLE}"
    instead = {name: likely(name, known)}
    return InputError(kind, message, hint=hint, names=(name,), instead=instead)


def a_step(name: str, known: Collection[str], verb: str) -> InputError:
    """The error for a step where an input is asked for, of which something is done."""
    message = f"'{name}' is a step of the program, which follows from its inputs"
    only = f"only inputs can be {verb}: {some(known)}" if known else A_VARIABLE
    instead = {name: likely(name, known)}
    return InputError("unknown-value", message, hint=only, names=(name,), instead=instead)


def itself(formula: str, *options: Option) -> str:
    """The way out of a derivative in a formula: the command that takes it, unless that is long."""
    if not 0 < len(formula) < LONG:
        return ITSELF
    before, _, otherwise = ITSELF.partition(";")
    typed = Typed.of("diff", formula, options)
    return Sentence(before, typed._replace(before=": ", otherwise=f";{otherwise}"))


def none_of(verb: str) -> UsageError:
    """The error for a program without inputs, of which something is asked that has some."""
    message = f"the program has no input that could be {verb}"
    return UsageError("wrt", message, hint=A_VARIABLE)


def no_node(
    name: str, known: Collection[str], message: str = "there is no node '{}'", what: str = "nodes"
) -> InputError:
    """The error for a name that is none of what is shown of a program."""
    text, hint = message.format(shortened(name)), nearest(name, known, what)
    instead = {name: likely(name, known)}
    return InputError("unknown-node", text, hint=hint, names=(name,), instead=instead)


def likely(name: str, known: Collection[str]) -> tuple[str, ...]:
    """What may be written for an unknown name: what is near to it first, then the first ones."""
    elements = [other for other in known if other.startswith(f"{name}[")]
    near = None if elements else near_to(name, known)
    found = [*elements[:1], *([] if near is None else [near]), *islice(known, MOST_LIKELY)]
    return tuple(dict.fromkeys(found))


def nearest(name: str, known: Collection[str], what: str, prefix: str = "") -> str:
    """The way out of an unknown name: the known one that is near, or else the known ones.

    Args:
        name: what is unknown.
        known: the names that there are.
        what: what they are names of, in the plural: ``"inputs"``.
        prefix: what stands before each of them, such as ``"--"``.
    """
    elements = [other for other in known if other.startswith(f"{name}[")]
    if elements:
        return f"it has elements: {some(elements, prefix, 4)}"
    near = did_you_mean(name, known, prefix)
    if near is not None:
        return near
    if not known:
        return f"there are no {what}"
    if len(known) == 1 and " " not in what:
        return f"the only {what.removesuffix('s')} is {some(known, prefix)}"
    return f"the {what} are {some(known, prefix)}"


def some(names: Collection[str], prefix: str = "", most: int = 8) -> str:
    """Names with commas between them, the first ones of many; one more is shown, not counted."""
    most += len(names) == most + 1
    shown = ", ".join(f"{prefix}{shortened(name)}" for name in islice(names, most))
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def did_you_mean(
    name: str, known: Iterable[str], prefix: str = "", *, begun: bool = False
) -> str | None:
    """A hint that names the nearest known name, or None if nothing is near.

    Args:
        name: what is unknown.
        known: the names that there are.
        prefix: what stands before each of them.
        begun: whether the beginning of a single one is near to it.
    """
    names = list(known)
    other = near_to(name, names, begun=begun)
    if other is None:
        return None
    is_alike = other.translate(_LOOKALIKES) == name.translate(_LOOKALIKES)
    return _tell_apart(name, other, prefix) if is_alike else f"did you mean {prefix}{other}?"


def near_to(name: str, known: Iterable[str], *, begun: bool = False) -> str | None:
    """The nearest known name to one that is unknown, or None if nothing is near."""
    names = list(known)
    plain = name.translate(_LOOKALIKES)
    for other in names:
        if other != name and other.translate(_LOOKALIKES) == plain:
            return other
    beginning = [other for other in names if other.startswith(name)] if begun else []
    if len(beginning) == 1 and len(name.lstrip("-")) >= SHORTEST:
        return beginning[0]
    for other in names:
        if other.endswith("]") and other.translate(_BRACKETS) == name:
            return other
    if len(name) > LONGEST:
        return None
    import difflib  # noqa: PLC0415  (only an error needs it)

    lowered = {other.lower(): other for other in names}
    near = [lowered[name.lower()]] if name.lower() in lowered else []
    near += difflib.get_close_matches(name, names, 3, LIKE) + [
        lowered[other] for other in difflib.get_close_matches(name.lower(), lowered, 3, LIKE)
    ]
    for other in near:
        if _is_slip(name, other) or _is_slip(name.lower(), other.lower()):
            return other
    return None


def twins(names: Collection[str]) -> list[tuple[str, str]]:
    """What is said of each of some names that nobody can tell from one before it: Cyrillic а and a.

    Greek letters that a reader knows by their form, as ν beside v, are no twins.

    Returns:
        The names and what is said of them.
    """
    import unicodedata  # noqa: PLC0415  (only these need it)

    def plain(letter: str) -> str:
        is_greek = unicodedata.name(letter, "").startswith("GREEK SMALL") and letter != "ο"
        return letter if is_greek else letter.translate(_LOOKALIKES)

    first: dict[str, str] = {}
    found = []
    for name in names:
        other = first.setdefault("".join(map(plain, name)), name)
        if other != name:
            pairs = zip(name, other, strict=True)
            here, there = next((one, two) for one, two in pairs if one != two)
            letter, odd = (here, name) if plain(here) != here else (there, other)
            which = unicodedata.name(letter, "another letter")
            shown = f"'{shortened(name)}' looks like another name of the program"
            found.append((name, f"{shown}: '{letter}' in '{shortened(odd)}' is {which}"))
    return found


def _is_slip(name: str, other: str) -> bool:
    """Whether a name is another one with slips of the finger: one for every three letters.

    A slip leaves out, puts in or changes a letter, or swaps two. (The distance of Damerau and
    Levenshtein, of which a swap is a single step.)
    """
    import difflib  # noqa: PLC0415  (only an error needs it)

    if difflib.SequenceMatcher(None, name, other).ratio() >= NEAR:
        return True
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(name, 1):
        last, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and theirs == name[i - 2]:
                steps = min(steps, last[j - 2] + 1)
            row.append(steps)
    return row[-1] <= len(name) // 3


def listed(names: Collection[str], most: int = 12) -> str:
    """Names in quotes, the first ones of many; one more is shown, not counted."""
    most += len(names) == most + 1
    shown = [f"'{shortened(name)}'" for name in islice(names, most)]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")


def shortened(name: str, most: int = 40) -> str:
    """A name as it is quoted in a message: whole, or its beginning."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _tell_apart(name: str, other: str, prefix: str) -> str:
    import unicodedata  # noqa: PLC0415  (only an error needs it)

    for ours, theirs in zip(name, other, strict=False):
        if ours != theirs:
            return (
                f"'{ours}' is {unicodedata.name(ours, 'another letter')} here, "
                f"and {unicodedata.name(theirs, 'another letter')} in '{other}'"
            )
    return f"did you mean {prefix}{other}?"
