"""Lines with prompt_toolkit: several at a time, completed and looked back at.

Loading it takes longer than all else. So the sign stands there before, and what is typed meanwhile
waits in the terminal, unseen, until it can be shown as everything else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gradcli.cli.prompt.signs import MORE, PROMPT
from gradcli.cli.prompt.unfinished import is_unfinished

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document

    from gradcli.cli.prompt.conversation import Conversation


class ToolkitReader:
    """Reads lines; Enter goes on where more is awaited, Alt-Enter always."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        try:
            with _held():
                sys.stdout.write(PROMPT)
                sys.stdout.flush()
                self._prompt = _session(conversation)
        finally:  # whoever reads the lines writes the sign again
            sys.stdout.write("\r")

    def read(self) -> str:
        """The next line, or several."""
        try:
            return str(self._prompt.prompt(PROMPT))
        except KeyboardInterrupt:
            # Nothing is lost: what is given up is one step back.
            begun = self._prompt.default_buffer.text
            if begun.strip():
                self._prompt.history.append_string(begun)
            raise


def _session(conversation: Conversation) -> Any:
    """The prompt of prompt_toolkit as we use it."""
    from prompt_toolkit.completion import Completer, Completion  # noqa: PLC0415  (heavy)
    from prompt_toolkit.history import InMemoryHistory  # noqa: PLC0415  (likewise)
    from prompt_toolkit.key_binding import KeyBindings  # noqa: PLC0415  (likewise)
    from prompt_toolkit.shortcuts.prompt import CompleteStyle, PromptSession  # noqa: PLC0415  (likewise)

    class Words(Completer):
        """Completes from what is known."""

        def get_completions(
            self, document: Document, complete_event: CompleteEvent
        ) -> Iterator[Completion]:
            del complete_event
            begun, texts = conversation.completions(document.text_before_cursor)
            for text in texts:
                yield Completion(text, start_position=-len(begun))

    keys = KeyBindings()

    @keys.add("enter")
    def _(event: Any) -> None:
        buffer = event.current_buffer
        is_at_end = not buffer.document.text_after_cursor.strip()
        if is_at_end and _awaits_more(buffer.text):
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: Any) -> None:
        event.current_buffer.insert_text("\n")

    return PromptSession(
        history=InMemoryHistory(conversation.history.entries),
        completer=Words(),
        complete_while_typing=False,
        complete_style=CompleteStyle.READLINE_LIKE,
        reserve_space_for_menu=0,
        enable_history_search=True,
        multiline=True,
        prompt_continuation=MORE,
        key_bindings=keys,
    )


def _awaits_more(text: str) -> bool:
    """Whether a line goes on; an empty one ends it whatever is missing."""
    return bool(text.rpartition("\n")[2].strip()) and is_unfinished(text)


@contextmanager
def _held() -> Iterator[None]:
    """Let keys wait in the terminal, not shown and without a meaning, Ctrl-C included."""
    try:
        import termios  # noqa: PLC0415  (not on every system)

        stdin = sys.stdin.fileno()
        before = termios.tcgetattr(stdin)
        held = termios.tcgetattr(stdin)
    except (ImportError, OSError, ValueError):
        yield
        return
    held[0] &= ~termios.ICRNL
    held[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
    termios.tcsetattr(stdin, termios.TCSANOW, held)
    try:
        yield
    finally:
        termios.tcsetattr(stdin, termios.TCSANOW, before)
