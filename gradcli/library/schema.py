"""The door `gradcli.schema`: the JSON schemas of what is printed as JSON."""

from __future__ import annotations

import json
from typing import Any

from gradcli.evaluation import arguments
from gradcli.views import schema as schemas


def schema(name: str = "eval") -> dict[str, Any]:
    """The JSON schema of a command's object, which is the ``to_dict()`` of its door.

    Args:
        name: that of the command, or ``"error"``.

    Raises:
        InputError: there is no such schema.

    >>> schema("nudge")["$id"]
    'gradcli.nudge/1'
    """
    found: dict[str, Any] = json.loads(schemas.text(arguments.text(name, "name")))
    return found
