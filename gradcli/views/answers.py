"""The numbers that are asked for, as one object: `gradcli.get/1`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradcli.evaluation.objects import finite

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution


class Answers:
    """What a program answers to questions, such as ``J`` and ``dJ/db``."""

    def __init__(self, solution: Solution, queries: Sequence[str]) -> None:
        self._solution = solution
        self._queries = queries

    def to_dict(self) -> dict[str, Any]:
        """The JSON object; a number that is not finite is None."""
        solution = self._solution
        problems = [*solution.value_problems, *solution.warnings_behind(self._queries)]
        return {
            "schema": "gradcli.get/1",
            "values": {query: finite(solution.get(query)) for query in self._queries},
            "notes": [note.to_dict() for note in solution.notes],
            "problems": [problem.to_dict() for problem in dict.fromkeys(problems)],
        }
