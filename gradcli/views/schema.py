"""The JSON Schemas of what gradcli prints as JSON; they ship with the package."""

from __future__ import annotations

from pathlib import Path

from gradcli.errors import InputError
from gradcli.hints import nearest

FILES = {
    "eval": "eval-1.json",
    "get": "get-1.json",
    "paths": "paths-1.json",
    "diff": "diff-1.json",
    "graph": "graph-1.json",
    "jac": "jac-1.json",
    "hess": "hess-1.json",
    "orders": "orders-1.json",
    "grid": "grid-1.json",
    "implicit": "implicit-1.json",
    "nudge": "nudge-1.json",
    "budget": "budget-1.json",
    "descend": "descend-2.json",
    "check": "check-1.json",
    "why": "why-1.json",
    "same": "same-1.json",
    "error": "error-1.json",
    "functions": "functions-1.json",
}

OF_ARRAYS = {
    "eval/2": "eval",
    "diff/2": "diff",
    "paths/2": "paths",
    "graph/2": "graph",
    "descend/3": "descend",
}
"""The version that a program with arrays has, and what it is made of: numbers become lists."""

ENTRIES = {
    "description": "A number, or nested lists of the entries of an array; null for what is not "
    "finite.",
    "anyOf": [
        {"type": ["number", "null"]},
        {"type": "array", "items": {"$ref": "#/$defs/entries"}},
    ],
}

_SHAPE = {
    "description": "The lengths of the axes: numbers, or the letters that stand for any.",
    "type": "array",
    "items": {"type": ["integer", "string"]},
}

_MORE: dict[str, dict[str, object]] = {
    "eval/2": {},
    "paths/2": {},
    "graph/2": {},
    "descend/3": {},
    "diff/2": {
        "shapes": {
            "description": "The shape of each input; that of a number is empty.",
            "type": "object",
            "additionalProperties": _SHAPE,
        },
        "directions": {
            "description": "Of derivatives along directions the names that stand for these, with "
            "their shapes: with dW in it, `W,W` is what the derivative by W changes by along dW.",
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _SHAPE},
        },
    },
}
"""What objects have besides where the program has arrays."""


def names() -> tuple[str, ...]:
    """Return the names of the schemas."""
    return (*FILES, *OF_ARRAYS)


def text(name: str = "eval") -> str:
    """Return the text of a schema, without a final newline; also by its whole name.

    Raises:
        InputError: there is no schema of this name.
    """
    name = name.removeprefix("gradcli.")
    if name in OF_ARRAYS:
        return _of_arrays(name, text(OF_ARRAYS[name]))
    base, slash, version = name.partition("/")
    if slash and FILES.get(base) == f"{base}-{version}.json":
        name = base
    if name not in FILES:
        hint = nearest(name, names(), "schemas")
        raise InputError("unknown-schema", f"there is no schema '{name}'", hint=hint)
    path = Path(__file__).parent / "schemas" / FILES[name]
    return path.read_text(encoding="utf-8").rstrip("\n")


def _of_arrays(name: str, of_numbers: str) -> str:
    """The schema of a program with arrays, made from the one of numbers."""
    import json  # noqa: PLC0415  (only here)

    document = json.loads(of_numbers.replace("#/$defs/number", "#/$defs/entries"))
    document["$id"] = document["properties"]["schema"]["const"] = f"gradcli.{name}"
    document["$defs"]["entries"] = ENTRIES
    del document["$defs"]["number"]
    document["properties"].update(_MORE[name])
    document["required"] += _MORE[name]
    if "node" in document["$defs"]:
        node = document["$defs"]["node"]["properties"]
        node["shape"] = _SHAPE
        local = node["local"]
        local["type"] = ["array", "null"]
        local["description"] += (
            " null where the operation is no product of numbers: `derivative` says."
        )
    if "edge" in document["$defs"]:
        symbol = document["$defs"]["edge"]["properties"]["symbol"]
        symbol["description"] += (
            " Of an operation on whole arrays, whose `local` is null, what comes back of g, the "
            "derivative by the node that the edge leads to."
        )
    return json.dumps(document, indent=2, ensure_ascii=False)
