"""The targets by their names; the words and forms of each are loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from gradcli.engine.targets.target import Target

TABLES: Mapping[str, tuple[str, str]] = {
    "python": ("python", "PYTHON"),
    "numpy": ("arrays", "NUMPY"),
    "torch": ("arrays", "TORCH"),
    "jax": ("arrays", "JAX"),
    "polars": ("tables", "POLARS"),
    "c": ("c", "C"),
    "js": ("javascript", "JAVASCRIPT"),
    "sql": ("tables", "SQL"),
}
"""The module and the name of each table."""


def target_of(name: str) -> Target:
    """The table of a target, by its name in `TABLES`."""
    module, table = TABLES[name]
    found: Target = getattr(import_module(f"gradcli.engine.targets.{module}"), table)
    return found
