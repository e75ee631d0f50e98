"""Folders of tables in ``cases/``: an expression, and indented below it what comes of it."""

from pathlib import Path

FOLDER = Path(__file__).parent / "cases"


def read(name):
    """Each expression of a folder's tables with the lines below it."""
    found = []
    files = sorted((FOLDER / name).glob("*.txt"))
    for line in "\n".join(file.read_text(encoding="utf-8") for file in files).splitlines():
        if line.startswith(" "):
            found[-1][1].append(line.strip())
        elif line and not line.startswith("#"):
            found.append((line, []))
    return found
