"""The JSON Schemas of what gradcli prints as JSON; they ship with the package."""

from __future__ import annotations

from pathlib import Path

from gradcli.errors import InputError
from gradcli.hints import nearest

FILES = {
    "eval": "eval-1.json",
    "paths": "paths-1.json",
    "diff": "diff-1.json",
    "graph": "graph-1.json",
    "nudge": "nudge-1.json",
    "descend": "descend-2.json",
    "error": "error-1.json",
    "functions": "functions-1.json",
}


def names() -> tuple[str, ...]:
    """Return the names of the schemas."""
    return tuple(FILES)


def text(name: str = "eval") -> str:
    """Return the text of a schema, without a final newline.

    Raises:
        InputError: there is no schema of this name.
    """
    if name not in FILES:
        hint = nearest(name, FILES, "schemas")
        raise InputError("unknown-schema", f"there is no schema '{name}'", hint=hint)
    path = Path(__file__).parent / "schemas" / FILES[name]
    return path.read_text(encoding="utf-8").rstrip("\n")
