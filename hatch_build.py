"""Build hook: puts the parser's tables into the wheel, beside the grammar they were made from."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Compiles ``grammars/expression.lark`` when a wheel is built."""

    _folder: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from gradcli.syntax import tables  # noqa: PLC0415  (only here does the path lead to it)

        self._folder = tempfile.TemporaryDirectory()
        grammar = Path(self.root, "grammars", "expression.lark")
        made = Path(self._folder.name, tables.shipped_name(grammar.name))
        made.write_text(tables.dump(grammar.read_text(encoding="utf-8")), encoding="utf-8")
        build_data["force_include"][str(made)] = f"gradcli/grammars/{made.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        del version, build_data, artifact_path
        if self._folder is not None:
            self._folder.cleanup()
