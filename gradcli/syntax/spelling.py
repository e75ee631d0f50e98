"""How names are spelled: the ways to write one that the parser reads as the same name."""

from __future__ import annotations


def plain(name: str) -> str:
    """A name as the parser reads it: ``x₁`` is ``x1``, ``w[1, 2]`` is ``w[1,2]``."""
    if " " in name and "[" in name:
        name = name.replace(" ", "")
    if name.isascii():
        return name
    import unicodedata  # noqa: PLC0415  (most names are ASCII)

    return unicodedata.normalize("NFKC", name)


def element_name(base: str, indices: tuple[int, ...]) -> str:
    """The name of an element: ``w1[1,2]``."""
    return f"{base}[{','.join(map(str, indices))}]"
