"""Grammar to parser: the tables that Lark makes, kept so that it is not needed the next time.

The tables are plain data in JSON with the text of their grammar inside, so a stale file is seen
as such and a foreign one can do no worse than misread a formula. They are looked for in the
package, where the wheel has them, then in the user's cache; else Lark makes them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zlib import crc32

from gradcli.syntax import grammars
from gradcli.syntax.lalr import Parser, Rule, Tables
from gradcli.syntax.lexer import END

FORMAT = 8

_NOTHING = "(?!)"
"""What matches no text."""

_CHECK = '{{"check":"{:08x}",'
"""How the text of tables begins: with a checksum of the rest."""


def load(name: str) -> Parser:
    """The parser of a grammar file.

    Args:
        name: a file of ``grammars/``, whose first rule is ``start``.
    """
    grammar = grammars.read(name)
    tables = _read(grammars.folder() / shipped_name(name), grammar)
    if tables is None:
        tables = _cached(name, grammar)
    return Parser(tables)


def shipped_name(name: str) -> str:
    """The file in the wheel's grammar folder that holds the tables of a grammar."""
    return f"{name}.json"


def dump(grammar: str) -> str:
    """The tables of a grammar as the text of a file."""
    return _text(grammar, compile_grammar(grammar))


def _text(grammar: str, tables: Tables) -> str:
    document = {"format": FORMAT, "grammar": grammar, "tables": tables._asdict()}
    rest = json.dumps(document, separators=(",", ":"))[1:]
    return _CHECK.format(crc32(rest.encode())) + rest


def _read(path: Path, grammar: str) -> Tables | None:
    """The tables in a file, or None if it is missing, stale or damaged."""
    try:
        # A pipe in its place would be waited for.
        content = path.read_bytes() if path.is_file() else b""
        start = len(_CHECK.format(0))
        if content[:start] != _CHECK.format(crc32(content[start:])).encode():
            return None
        document = json.loads(content)
        if document["format"] != FORMAT or document["grammar"] != grammar:
            return None
        return Tables(**document["tables"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _cached(name: str, grammar: str) -> Tables:
    """The tables from the user's cache; made, and left there if that is possible."""
    from gradcli.syntax import cache  # noqa: PLC0415  (of an installed package, they are there)

    folder = cache.folder()
    # Of another version of gradcli the grammar may be the same and the tables others.
    content = f"{FORMAT}-{crc32(grammar.encode()):08x}"
    path = folder / f"{name}-{content}.json" if folder else None
    tables = _read(path, grammar) if path else None
    if tables is None:
        tables = compile_grammar(grammar)
        if path is not None:
            cache.write(path, _text(grammar, tables).encode())
    return tables


def compile_grammar(grammar: str) -> Tables:
    """The tables of a grammar, by Lark.

    Raises:
        lark.exceptions.GrammarError: the grammar is wrong or not LALR(1).
    """
    from lark import Lark  # noqa: PLC0415  (seldom needed, and slower than all the rest)

    # Without a tree to build, the options of lexer and tree do not matter: the tables are the same.
    lark = Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False)
    table = lark.parser.parser._parse_table  # noqa: SLF001  (nothing public leads there)
    numbers = {state: number for number, state in enumerate(table.states)}
    places = {rule: place for place, rule in enumerate(lark.rules)}
    states = [
        {
            symbol: -1 - places[target] if target in places else numbers[target]
            for symbol, (_, target) in actions.items()
        }
        for actions in table.states.values()
    ]
    end = numbers[table.end_states["start"]]
    states[end] = {END: end}
    terminals, keywords = _lexicon(lark)
    in_ascii = [(name, known) for name, regex in terminals if (known := _in_ascii(regex))]
    signs = _signs(in_ascii)
    if signs:
        keywords[SIGN] = signs
        one_of_them = f"[{''.join(map(re.escape, signs))}]"
        in_ascii[-len(signs) :] = [(SIGN, one_of_them)]
    return Tables(
        terminals=terminals,
        in_ascii=in_ascii,
        keywords=keywords,
        ignored=lark.ignore_tokens,
        rules=[_rule(rule) for rule in lark.rules],
        states=[" ".join(f"{symbol} {to}" for symbol, to in state.items()) for state in states],
        start=numbers[table.start_states["start"]],
    )


def _in_ascii(regex: str) -> str | None:
    """A regular expression that finds the same in texts of ASCII, without other characters.

    Returns:
        None if there is nothing to find.
    """
    other = r"(?:\\u[0-9a-f]{4}|[^\x00-\x7f])"

    def reduced(found: re.Match[str]) -> str:
        members = re.sub(rf"{other}(?:-{other})?", "", found[0])
        return _NOTHING if members == "[]" else members

    regex = re.sub(r"\[(?:\\.|[^\]\\])*\]", reduced, regex)
    regex = re.sub(other, _NOTHING, regex).replace(f"(?!{_NOTHING})", "")
    nothing = re.escape(_NOTHING)
    regex = re.sub(rf"{nothing}[?*]|\|{nothing}$", "", regex)
    return None if re.fullmatch(rf"{nothing}\+?", regex) else regex


SIGN = "SIGN"
"""What finds any of the tokens that are one character each, in texts of ASCII.

A pattern with a group for each of them would take longer to make.
"""

_CHARACTER = r"\\?(?P<bare>[^\w\s])|\[\\?(?P<alone>[^\w\s])\]"
"""A regular expression that finds one character, and no other."""


def _signs(terminals: list[tuple[str, str]]) -> dict[str, str]:
    """The terminals at the end of the order of trial that are one character each, by that."""
    signs: dict[str, str] = {}
    for name, regex in reversed(terminals):
        found = re.fullmatch(_CHARACTER, regex)
        if found is None:
            break
        signs[found["bare"] or found["alone"]] = name
    return signs


def _rule(rule: Any) -> Rule:
    kept = [
        (index, not symbol.is_term and symbol.name.startswith("_"))
        for index, symbol in enumerate(rule.expansion)
        if rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out)
    ]
    single = bool(rule.options.expand1) and rule.alias is None
    origin = str(rule.origin.name)
    return origin, rule.alias or origin, len(rule.expansion), kept, single


def _lexicon(lark: Any) -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    """The terminals in Lark's order of trial, and the fixed texts that another one covers."""
    ordered = sorted(
        lark.terminals,
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )
    keywords: dict[str, dict[str, str]] = {}
    covered = set()
    for pattern in (t for t in ordered if t.pattern.type == "re"):
        for fixed in (t for t in ordered if t.pattern.type == "str"):
            text, regex = fixed.pattern.value, pattern.pattern.to_regexp()
            if fixed.priority == pattern.priority and re.fullmatch(regex, text):
                keywords.setdefault(pattern.name, {})[text] = fixed.name
                covered.add(fixed.name)
    terminals = [(t.name, t.pattern.to_regexp()) for t in ordered if t.name not in covered]
    return terminals, keywords
