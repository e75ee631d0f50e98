"""The parser at run time: tokens and shift-reduce over tables that Lark made.

Lark compiles the grammar, once; see ``tables.py``. Importing it takes longer than everything else
that `gradcli eval --json` does, so what runs every time is this loop over its tables. It builds
what Lark would build with an embedded transformer: one callback for each rule, in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple, Protocol, Self

END = "$END"


class Token(str):
    """A piece of the text: what it is and where it stands."""

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int

    def __new__(cls, kind: str, value: str, start: int, end: int) -> Self:
        self = super().__new__(cls, value)
        self.type = kind
        self.start_pos = start
        self.end_pos = end
        return self


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
        super().__init__(f"{token.type} at {token.start_pos}")
        self.token = token


class PostLex(Protocol):
    """A pass over the tokens on their way to the parser."""

    def process(self, stream: Iterator[Token], /) -> Iterable[Token]: ...


Rule = tuple[str, str, int, list[tuple[int, bool]], bool]


class Tables(NamedTuple):
    """A grammar, compiled: plain data that is kept as JSON.

    Attributes:
        terminals: name and regular expression of each token, in the order they are tried.
        keywords: for a terminal, the texts that are another one: ``{"NAME": {"if": "_IF"}}``.
        ignored: terminals that the parser never sees.
        rules: for each rule its left side, the name of its callback, the number of symbols on
            its right side, which of them are kept (index, and whether a list is spliced in),
            and whether a single child stands for the whole.
        states: for each state, by symbol, the state to shift to, or -1 - the rule to reduce.
        start: the first state.
    """

    terminals: list[tuple[str, str]]
    keywords: dict[str, dict[str, str]]
    ignored: list[str]
    rules: list[Rule]
    states: list[dict[str, int]]
    start: int


class Parser:
    """A parser that hands each rule's children to the method of ``transformer`` of its name."""

    def __init__(self, tables: Tables, transformer: object) -> None:
        ignored = [regex for name, regex in tables.terminals if name in tables.ignored]
        shown = [f"(?P<{n}>{regex})" for n, regex in tables.terminals if n not in tables.ignored]
        # What is ignored is skipped by the same match that finds the token after it; the group is
        # atomic, so that no part of it is taken for a token.
        self._blank = re.compile(f"(?>(?:{'|'.join(ignored)})*)" if ignored else "")
        self._pattern = re.compile(f"{self._blank.pattern}(?:{'|'.join(shown)})")
        self._keywords = tables.keywords
        self._states = tables.states
        self._start = tables.start
        self._passed: list[dict[tuple[int, str], int]] = [{} for _ in tables.states]
        self._rules = [_Reduction(rule, transformer) for rule in tables.rules]

    def parse(self, text: str, postlex: PostLex | None = None) -> Any:
        """What the transformer makes of the start rule.

        Args:
            text: what is read.
            postlex: a pass over the tokens on their way here.

        Raises:
            UnexpectedInput: the text is not of the language.
        """
        tokens: Iterable[Token] = self._tokens(text)
        if postlex is not None:
            tokens = postlex.process(iter(tokens))
        states, rules, passed = self._states, self._rules, self._passed
        stack = [self._start]
        values: list[Any] = []
        for token in chain(tokens, [Token(END, "", len(text), len(text))]):
            kind = token.type
            # Rules are applied until the token can be shifted.
            while True:
                state = stack[-1]
                action = states[state].get(kind)
                if action is None:
                    raise UnexpectedToken(token)
                if action >= 0:
                    break
                rule = rules[~action]
                if rule.passes:
                    key = (stack[-2], kind)
                    after = passed[state].get(key)
                    if after is None:
                        after = passed[state][key] = self._pass(*key, state)
                    stack[-1] = after
                else:
                    first = len(values) - rule.size
                    values[first:] = [rule.build(values[first:])]
                    del stack[first + 1 :]
                    stack.append(states[stack[-1]][rule.origin])
            stack.append(action)
            values.append(token)
        return values[-2]

    def _pass(self, below: int, kind: str, state: int) -> int:
        """The state after all rules that only rename, as a number is a power, a product, a sum."""
        action = self._states[state].get(kind)
        while action is not None and action < 0 and self._rules[~action].passes:
            state = self._states[below][self._rules[~action].origin]
            action = self._states[state].get(kind)
        return state

    def _tokens(self, text: str) -> Iterator[Token]:
        match, keywords = self._pattern.match, self._keywords
        new = str.__new__  # Token(…) takes twice as long
        position, end = 0, len(text)
        while position < end:
            found = match(text, position)
            if found is None:
                blank = self._blank.match(text, position)
                position = blank.end() if blank else position
                if position < end:
                    raise UnexpectedCharacters(position)
                return
            kind = found.lastgroup or ""
            value = found[kind]
            position = found.end()
            if kind in keywords:
                kind = keywords[kind].get(value, kind)
            token = new(Token, value)
            token.type, token.start_pos, token.end_pos = kind, position - len(value), position
            yield token


class _Reduction:
    """What to do when the right side of a rule is complete."""

    __slots__ = ("_callback", "_kept", "_single", "build", "origin", "passes", "size")

    def __init__(self, rule: Rule, transformer: object) -> None:
        self.origin, name, self.size, kept, self._single = rule
        splices = any(splice for _, splice in kept)
        self._kept = kept if splices or len(kept) < self.size else None
        self.passes = self._single and self.size == 1 and self._kept is None
        # A rule whose name begins with "_" is a list that is spliced into the rule around it.
        plain = self.origin.startswith("_") or (self._single and len(kept) == 1 and not splices)
        self._callback = None if plain else getattr(transformer, name)
        self.build: Callable[[list[Any]], Any] = self._build
        if self._kept is None and not self._single and self._callback is not None:
            self.build = self._callback

    def _build(self, children: list[Any]) -> Any:
        if self._kept is not None:
            found: list[Any] = []
            for index, splice in self._kept:
                if not splice:
                    found.append(children[index])
                elif found:
                    found += children[index]
                else:  # nobody else has this list, so a long one is not copied at every step
                    found = children[index]
            children = found
        if self._single and len(children) == 1:
            return children[0]
        return children if self._callback is None else self._callback(children)
