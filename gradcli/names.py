"""The nearest name to a wrong one, for hints; look-alike letters of other scripts told apart."""

from __future__ import annotations

from collections.abc import Iterable

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


def _tell_apart(name: str, other: str) -> str:
    import unicodedata  # noqa: PLC0415  (only an error needs it)

    for ours, theirs in zip(name, other, strict=False):
        if ours != theirs:
            return (
                f"'{ours}' is {unicodedata.name(ours, 'another letter')} here, "
                f"and {unicodedata.name(theirs, 'another letter')} in '{other}'"
            )
    return f"did you mean {other}?"
