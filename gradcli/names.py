"""The nearest name to a wrong one, for hints; look-alike letters of other scripts told apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

_LOOKALIKES = str.maketrans(
    "авекмнорстухАВЕКМНОРСТХУіјѕԁһԛԝІЈЅοαγνκιρτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧℓı",
    "aBekmHopcTyxABEKMHOPCTXYijsdhqwIJSoayvkiptuxwABEZHIKMNOPTYXli",
)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known name, or None if nothing is near."""
    names = list(known)
    plain = name.translate(_LOOKALIKES)
    for other in names:
        if other != name and other.translate(_LOOKALIKES) == plain:
            return _tell_apart(name, other)
    if len(name) > 40:
        return None
    import difflib  # noqa: PLC0415  (only an error needs it)

    lowered = {other.lower(): other for other in names}
    near = difflib.get_close_matches(name, names, 1, 0.6) or [
        lowered[other] for other in difflib.get_close_matches(name.lower(), lowered, 1, 0.6)
    ]
    return f"did you mean {near[0]}?" if near else None


def plain(name: str) -> str:
    """A name as the parser reads it: ``x₁`` is ``x1``, ``w[1, 2]`` is ``w[1,2]``."""
    if " " in name and "[" in name:
        name = name.replace(" ", "")
    if name.isascii():
        return name
    import unicodedata  # noqa: PLC0415  (most names are ASCII)

    return unicodedata.normalize("NFKC", name)


def listed(names: Collection[str], most: int = 12) -> str:
    """Names in quotes, the first ones of many."""
    shown = [f"'{shortened(name)}'" for name in islice(names, most)]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")


def shortened(name: str, most: int = 40) -> str:
    """A name as it is quoted in a message: whole, or its beginning."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _tell_apart(name: str, other: str) -> str:
    import unicodedata  # noqa: PLC0415  (only an error needs it)

    for ours, theirs in zip(name, other, strict=False):
        if ours != theirs:
            return (
                f"'{ours}' is {unicodedata.name(ours, 'another letter')} here, "
                f"and {unicodedata.name(theirs, 'another letter')} in '{other}'"
            )
    return f"did you mean {other}?"
