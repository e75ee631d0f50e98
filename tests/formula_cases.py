"""The tables of formulas in ``cases/``: an expression, and indented below it what comes of it."""

from pathlib import Path

FOLDER = Path(__file__).parent / "cases"


def read(name):
    """Each expression of a table with the lines below it."""
    found = []
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            found[-1][1].append(line.strip())
        elif line and not line.startswith("#"):
            found.append((line, []))
    return found
