"""The parser at run time: shift-reduce over tables that Lark made.

Lark compiles the grammar, once; see ``tables.py``. Importing it takes longer than everything else
that `gradcli eval --json` does, so what runs every time is this loop over its tables. It builds
what Lark would build with an embedded transformer: one callback for each rule, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from gradcli.base.record import Record
from gradcli.syntax.lexer import UNKNOWN, Lexer, Token


class UnexpectedInput(Exception):  # noqa: N818  (as parsers call it)
    """The text is not of the language."""


class UnexpectedCharacters(UnexpectedInput):
    """No token begins at this place."""

    def __init__(self, position: int) -> None:
        super().__init__(f"no token begins at {position}")
        self.position = position


class UnexpectedToken(UnexpectedInput):
    """The token cannot stand here."""

    def __init__(self, token: Token) -> None:
        super().__init__(f"{token.type} at {token.start}")
        self.token = token


if TYPE_CHECKING:  # a protocol takes as long to make as ten classes
    from typing import Protocol

    class PostLex(Protocol):
        """A pass over the tokens, some at a time, on their way to the parser."""

        def process(self, stream: Iterable[list[Token]], /) -> Iterable[list[Token]]: ...


Rule = tuple[str, str, int, list[tuple[int, bool]], bool]


class Tables(Record):
    """A grammar, compiled: plain data that is kept as JSON.

    Attributes:
        terminals: name and regular expression of each token, in the order they are tried.
        in_ascii: the same with no more in them than texts in ASCII have.
        keywords: for a terminal, the texts that are another one: ``{"NAME": {"if": "_IF"}}``.
        ignored: terminals that the parser never sees.
        rules: for each rule its left side, the name of its callback, the number of symbols on
            its right side, which of them are kept (index, and whether a list is spliced in),
            and whether a single child stands for the whole.
        states: for each state, by symbol, the state to shift to, or -1 - the rule to reduce: as
            words, for a formula comes to few of the states.
        start: the first state.
    """

    terminals: list[tuple[str, str]]
    in_ascii: list[tuple[str, str]]
    keywords: dict[str, dict[str, str]]
    ignored: list[str]
    rules: list[Rule]
    states: list[str]
    start: int


Found = TypeVar("Found")


class _Found(dict[int, Found]):
    """What there is for each number, found when it is first asked for: a text asks for few."""

    def __init__(self, find: Callable[[int], Found]) -> None:
        self._find = find

    def __missing__(self, number: int) -> Found:
        found = self[number] = self._find(number)
        return found


def _state(words: str) -> dict[str, int]:
    """A state from its words."""
    each = words.split()
    return dict(zip(each[::2], map(int, each[1::2]), strict=True))


_Step = tuple[int, int, dict[int, tuple[int, int]]]
"""A rule that is applied where a token is next: its number and size, and by the state below it
the state that follows and what to do there."""


class Parser:
    """A parser over tables.

    Its rules hand what they have read to the methods of their names.
    """

    def __init__(self, tables: Tables) -> None:
        self._lexer = Lexer(*tables[:4])
        self._states = _Found(lambda state: _state(tables.states[state]))
        self._start = tables.start
        self._rules = _Found(lambda rule: _Reduction(tables.rules[rule]))
        # What is found out while texts are read, and serves for those to come.
        self._actions: list[dict[str, int]] = [{} for _ in tables.states]
        self._steps: list[_Step] = []
        self._places: dict[tuple[int, str], int] = {}

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text, before any pass over them."""
        return [*chain.from_iterable(self._lexer.tokens(text))]

    def parse(self, text: str, transformer: object, postlex: PostLex | None = None) -> Any:
        """What the transformer makes of the start rule.

        Args:
            text: what is read.
            transformer: an object with a method for each rule, called with the rule's children
                when the rule is complete.
            postlex: a pass over the tokens on their way here.

        Raises:
            UnexpectedInput: the text is not of the language.
        """
        tokens: Iterable[list[Token]] = self._lexer.tokens(text)
        if postlex is not None:
            tokens = postlex.process(tokens)
        actions, steps = self._actions, self._steps
        builds = _Found(lambda rule: self._rules[rule].build(transformer))
        below: list[int] = []  # the states under the current one, one for each value
        values: list[Any] = []
        state = self._start
        for token in chain.from_iterable(tokens):
            kind = token[0]
            action = actions[state].get(kind)
            if action is None:
                action = self._action(state, token)
            # Rules are applied until the token can be shifted.
            while action < 0:
                rule, size, after = steps[action]
                build = builds[rule]
                if size == 1:
                    if build is not _itself:
                        values[-1] = build(values[-1])
                elif size == 3:
                    last, middle = values.pop(), values.pop()
                    values[-1] = build(values[-1], middle, last)
                    del below[-2:]
                elif size:
                    children = values[-size:]
                    del values[1 - size :], below[1 - size :]
                    values[-1] = build(*children)
                else:
                    below.append(state)
                    values.append(build())
                found = after.get(below[-1])
                if found is None:
                    found = after[below[-1]] = self._follow(rule, below[-1], token)
                state, action = found
            below.append(state)
            values.append(token)
            state = action
        return values[-2]

    def _action(self, state: int, token: Token) -> int:
        """What to do in a state where a token is next.

        Returns:
            the state to go to, or the place of a step, counted from the end: below 0.

        Raises:
            UnexpectedInput: the token cannot stand here.
        """
        kind = token.type
        action = self._states[state].get(kind)
        if action is None:
            raise _unexpected(token)
        if action < 0:
            rule = ~action
            place = self._places.get((rule, kind))
            if place is None:
                self._steps.insert(0, (rule, self._rules[rule].size, {}))
                place = self._places[rule, kind] = -len(self._steps)
            action = place
        self._actions[state][kind] = action
        return action

    def _follow(self, rule: int, below: int, token: Token) -> tuple[int, int]:
        """The state after a rule and all after it that only rename, as a number is a product.

        And what to do there.
        """
        states, rules = self._states, self._rules
        state = states[below][rules[rule].origin]
        action = states[state].get(token.type)
        while action is not None and action < 0 and rules[~action].renames:
            state = states[below][rules[~action].origin]
            action = states[state].get(token.type)
        return state, self._action(state, token)


_CHARACTERS = frozenset([UNKNOWN, "COLON"])
"""What is refused as the character that it is."""


def _unexpected(token: Token) -> UnexpectedInput:
    is_character = token.type in _CHARACTERS
    return UnexpectedCharacters(token.start) if is_character else UnexpectedToken(token)


Build = Callable[..., Any]


class _Reduction:
    """What to do when the right side of a rule is complete."""

    def __init__(self, rule: Rule) -> None:
        self.origin, self._name, self.size, kept, self._single = rule
        splices = any(splice for _, splice in kept)
        self._kept = kept if splices or len(kept) < self.size else None
        self.renames = self._single and self.size == 1 and self._kept is None
        # A rule whose name begins with "_" is a list that is spliced into the rule around it.
        self._plain = self.origin.startswith("_") or (
            self._single and len(kept) == 1 and not splices
        )

    def build(self, transformer: object) -> Build:
        """What makes the value of a rule from those of its right side."""
        if self.renames:
            return _itself
        callback: Build = _listed if self._plain else getattr(transformer, self._name)
        if self._kept is None and not self._single:
            return callback
        kept, single = self._kept, self._single

        def build(*children: Any) -> Any:
            found: Sequence[Any] = children if kept is None else _spliced(children, kept)
            if single and len(found) == 1:
                return found[0]
            return found if callback is _listed else callback(*found)

        return build


def _itself(child: Any) -> Any:
    return child


def _listed(*children: Any) -> list[Any]:
    return [*children]


def _spliced(children: Sequence[Any], kept: list[tuple[int, bool]]) -> list[Any]:
    """The children that are kept, the lists among them spliced in."""
    found: list[Any] = []
    for index, splice in kept:
        if not splice:
            found.append(children[index])
        elif found:
            found += children[index]
        else:  # nobody else has this list, so a long one is not copied at every step
            found = children[index]
    return found
