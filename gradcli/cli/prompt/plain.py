"""Lines with what Python brings along: `input`, and readline where the system has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.cli.prompt.signs import MORE, PROMPT
from gradcli.cli.prompt.unfinished import is_unfinished, line_by_line

if TYPE_CHECKING:
    from gradcli.cli.prompt.conversation import Conversation


class PlainReader:
    """Reads lines; with readline they can be edited, completed and looked back at."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._found: list[str] = []
        try:
            import readline  # noqa: PLC0415  (not on every system)
        except ImportError:
            self._readline: Any = None
            return
        self._readline = readline
        readline.set_auto_history(False)
        for entry in conversation.history.entries:
            self._keep(entry)
        readline.set_completer(self._complete)
        readline.set_completer_delims(" \t\n")
        is_libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")

    def read(self) -> str:
        """The next line, and those that go on with it; an empty one ends them."""
        lines: list[str] = []
        try:
            lines.append(input(PROMPT))
            while is_unfinished("\n".join(lines)):
                line = input(MORE)
                if not line.strip():
                    break
                lines.append(line)
        except KeyboardInterrupt:
            print()  # noqa: T201  (behind what the terminal shows for Ctrl-C)
            self._keep_given_up(lines)
            raise
        except EOFError:
            print()  # noqa: T201  (likewise)
            if not lines:
                raise
        text = "\n".join(lines)
        self._keep(text)
        return text

    def _keep(self, text: str) -> None:
        """Keep lines to be looked back at, one by one: readline shows no more at a time."""
        for line in line_by_line(text) if self._readline is not None else ():
            self._readline.add_history(line)

    def _keep_given_up(self, lines: list[str]) -> None:
        """Nothing is lost: what is given up is one step back."""
        if self._readline is None:
            return
        self._keep("\n".join([*lines, self._readline.get_line_buffer()]))

    def _complete(self, word: str, state: int) -> str | None:
        """What readline asks for, once for each of the texts that its word can become."""
        if state == 0:
            line = self._readline.get_line_buffer()[: self._readline.get_endidx()]
            begun, texts = self._conversation.completions(line)
            before = word[: len(word) - len(begun)]
            self._found = [before + text for text in texts]
        return self._found[state] if state < len(self._found) else None
