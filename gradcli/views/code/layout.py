"""Python as its formatters leave it: spaces around operators, and lines that are not too long."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gradcli.engine.printers.binding import BOTH, EITHER, RANKS
from gradcli.views.code.wrapping import beside

WIDTH = 88
"""Lines are no longer, as far as brackets can be broken."""

_OPENING, _CLOSING = "([{", ")]}"

_BINARY = frozenset(
    (
        *("+", "-", "*", "/", "//", "%", "@", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">="),
        *("==", "!=", "->", "+=", "-=", "*=", "/=", "&=", "|="),
    )
)

_WITH_CONDITION = frozenset(("if", "elif", "while", "return", "assert"))

Tokens = Sequence[tokenize.TokenInfo]

_LEFT_OUT = (
    *(tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT),
    tokenize.ENDMARKER,
)


def laid(text: str) -> str:
    """A module with every statement laid out; what has a comment inside stays as it is."""
    lines = text.split("\n")
    found: list[str] = []
    done = before = 0
    began: dict[int, str] = {}
    said = ""
    for tokens in _statements(text):
        own = [_plain(each) for each in tokens if each.type not in _LEFT_OUT]
        (first, indent), last = own[0].start, own[-1].end[0]
        found += lines[done : first - 1]
        word = own[0].string
        is_behind = 0 < indent < before and began.get(indent) == "def"
        is_inside = indent == before and indent > 0
        is_behind |= is_inside and said in _IMPORTING and word not in _IMPORTING
        is_behind |= is_inside and said.startswith('"') and began.get(indent - 4) == "class"
        if is_behind and found[-1]:
            found.append("")
        said = word
        began[indent], before, done = own[0].string, indent, last
        found += _statement(own, tokens, lines[first - 1 : last])
    return "\n".join([*found, *lines[done:]])


def call(begin: str, items: Sequence[tuple[str, str | None]]) -> list[str]:
    """A call whose arguments have a line each, with a remark behind or above it."""
    outer = begin[: len(begin) - len(begin.lstrip())]
    indent = f"{outer}    "
    found = [f"{begin}("]
    for text, remark in items:
        read = tokenize.generate_tokens(io.StringIO(text).readline)
        lines = _broken(
            [_plain(each) for each in read if each.type not in _LEFT_OUT], indent, 1, is_inside=True
        )
        lines[-1] += ","
        found += beside(lines, remark, "#", WIDTH)
    return [*found, f"{outer})"]


_IMPORTING = frozenset(("import", "from"))
"""What a statement begins with that imports; in a function an empty line stands behind them."""


def _plain(token: tokenize.TokenInfo) -> tokenize.TokenInfo:
    """A token: a number without a sign that says nothing, a text in double quotes."""
    text = token.string
    if token.type == tokenize.NUMBER:
        text = text.replace("e+", "e")
    elif token.type == tokenize.STRING and text[0] == "'" != text[1:2] and '"' not in text:
        text = f'"{text[1:-1]}"'
    return token._replace(string=text)


def _statements(text: str) -> Iterator[list[tokenize.TokenInfo]]:
    """The tokens of one statement after another."""
    tokens: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        tokens.append(token)
        if token.type in {tokenize.NEWLINE, tokenize.ENDMARKER}:
            if any(each.type not in _LEFT_OUT for each in tokens):
                yield tokens
            tokens = []


def _statement(own: Tokens, tokens: Tokens, lines: Sequence[str]) -> Sequence[str]:
    """The lines of a statement."""
    last = own[-1].end[0]
    is_inside = any(
        each.type == tokenize.COMMENT and own[0].start[0] <= each.start[0] < last for each in tokens
    )
    if is_inside or any(each.start[0] != each.end[0] for each in own):
        return lines
    indent = " " * own[0].start[1]
    comments = [
        each.string for each in tokens if each.type == tokenize.COMMENT and each.start[0] == last
    ]
    return beside(_broken(own, indent), comments[0].lstrip("# ") if comments else None, "#", WIDTH)


def _broken(
    tokens: Tokens, indent: str, more: int = 0, before: int = 0, *, is_inside: bool = False
) -> list[str]:
    """A statement, or a part of one, in as many lines as it needs, with so much around it."""
    text = indent + spaced(tokens, is_inside=is_inside)
    if len(text) + more + before <= WIDTH and not _is_exploded(tokens):
        return [text]
    if is_inside and len(tokens) > 2 and tokens[1].string == "=":  # an argument of a name
        name, value = tokens[0].string, tokens[2:]
        begun, *others = _broken(value, indent, more, len(name) + 1, is_inside=True)
        return [f"{indent}{name}={begun[len(indent) :]}", *others]
    parts = (
        _by_operators(tokens, indent, more, before) if is_inside else _in_brackets(tokens, indent)
    )
    if parts:
        return parts
    span = _bracket(tokens)
    if span is None:
        return [text]
    first, last = span
    head, body, tail = tokens[: first + 1], tokens[first + 1 : last], tokens[last:]
    inner = f"{indent}    "
    items = _items(body)
    begin, end = indent + spaced(head, is_inside=is_inside), indent + spaced(tail)
    is_call = first > 0 and (_is_operand(tokens[first - 1]))
    line = inner + spaced(body, is_inside=True)
    if not items:
        return [text]
    if is_call and len(line) <= WIDTH and not _is_exploded(body):
        return [begin, line, end]
    clauses = _clauses(body)
    is_one = len(clauses) > 1
    if is_one:
        items = [body] if len(line) <= WIDTH else clauses
    comma = "," if not is_one and (len(items) > 1 or body[-1].string == "," or is_call) else ""
    found: list[str] = []
    for item in items:
        lines = _broken(item, inner, len(comma), is_inside=True)
        found += [*lines[:-1], lines[-1] + comma]
    return [begin, *found, end]


def _by_operators(tokens: Tokens, indent: str, more: int, before: int) -> list[str]:
    """The lines of operands inside brackets, each behind its operator; none if there is one."""
    first, *others = _operands(tokens)
    found = _broken(first, indent, 0, before, is_inside=True) if others else []
    for place, (operator, *operand) in enumerate(others, 1):
        behind = more if place == len(others) else 0
        lines = _broken(operand, indent, behind, len(operator.string) + 1, is_inside=True)
        found += [f"{indent}{operator.string} {lines[0][len(indent) :]}", *lines[1:]]
    return found


def _in_brackets(tokens: Tokens, indent: str) -> list[str]:
    """A statement whose value is one of conditions, or of several operands, in brackets."""
    is_test = tokens[0].string in _WITH_CONDITION
    assigned = len(tokens) > 2 and tokens[1].string in {"=", "+=", "-=", "*=", "/="}
    if not (is_test or assigned):
        return []
    first, last = 1 if is_test else 2, len(tokens) - (tokens[-1].string == ":")
    value = tokens[first:last]
    parts = _operands(value)
    is_logic = len(parts) > 1 and parts[1][0].string in {"and", "or", "if"}
    if not (is_logic or len(parts) > 2):
        return []
    inner = f"{indent}    "
    begin = f"{indent}{spaced(tokens[:first])} ("
    line = inner + spaced(value, is_inside=True)
    lines = [line] if len(line) <= WIDTH else _broken(value, inner, is_inside=True)
    return [begin, *lines, f"{indent}){':' if last < len(tokens) else ''}"]


def _operands(tokens: Tokens) -> list[Tokens]:
    """What stands between the operators that bind least, each behind its operator."""
    depth = 0
    places: dict[int, list[int]] = {}
    for place, token in enumerate(tokens):
        if token.type == tokenize.OP:
            depth += (token.string in _OPENING) - (token.string in _CLOSING)
        if depth or not place or (token.string not in {"if", "else"} and token.string == "for"):
            continue
        is_sign = token.type == tokenize.OP and not _is_operand(tokens[place - 1])
        if token.string in RANKS and token.string != "**" and not is_sign:
            rank = RANKS[token.string]  # formatters break at "and" and "or" alike
            places.setdefault(EITHER if rank == BOTH else rank, []).append(place)
    is_other = any(each.string in {"for", "lambda", "=", ":"} for each in tokens)
    if not places or is_other:
        return [tokens]
    ends = [0, *places[min(places)], len(tokens)]
    return [tokens[one:other] for one, other in pairwise(ends)]


def _is_exploded(tokens: Tokens) -> bool:
    """Whether a comma before a bracket asks for a line for each item."""
    for place, token in enumerate(tokens[1:], 1):
        before = tokens[place - 1]
        is_last = token.string in _CLOSING and before.string == ","
        if is_last and token.type == tokenize.OP:
            first = _opening(tokens, place)
            is_tuple = token.string == ")" and not (first and _is_operand(tokens[first - 1]))
            if not is_tuple or len(_items(tokens[first + 1 : place])) > 1:
                return True
    return bool(tokens) and tokens[-1].string == ","


def _opening(tokens: Tokens, last: int) -> int:
    """The place of the bracket that another closes."""
    depth = 0
    for place in range(last, -1, -1):
        depth += (tokens[place].string in _CLOSING) - (tokens[place].string in _OPENING)
        if depth == 0:
            return place
    return 0


def _bracket(tokens: Tokens) -> tuple[int, int] | None:
    """The places of the brackets to break: the last, but for a function those of parameters."""
    spans: list[tuple[int, int]] = []  # but for empty ones
    stack: list[int] = []
    for place, token in enumerate(tokens):
        if token.type == tokenize.OP and token.string in _OPENING:
            stack.append(place)
        elif token.type == tokenize.OP and token.string in _CLOSING:
            first = stack.pop()
            if not stack and place > first + 1:
                spans.append((first, place))
    if not spans:
        return None
    is_indexed = len(spans) > 1 and spans[-2][1] + 1 == spans[-1][0]
    if is_indexed and spans[-1][1] - spans[-1][0] == 2:
        return spans[-2]
    return spans[0] if tokens[0].string == "def" else spans[-1]


def _items(tokens: Tokens) -> list[Tokens]:
    """What stands between commas."""
    found: list[Tokens] = []
    depth, start = 0, 0
    for place, token in enumerate(tokens):
        if token.type == tokenize.OP:
            depth += (token.string in _OPENING) - (token.string in _CLOSING)
            if token.string == "," and depth == 0:
                found.append(tokens[start:place])
                start = place + 1
    return [*found, tokens[start:]] if start < len(tokens) else found


def _clauses(tokens: Tokens) -> list[Tokens]:
    """The parts of a comprehension: what is made, and each loop and condition."""
    found: list[Tokens] = []
    depth, start, is_one = 0, 0, False
    for place, token in enumerate(tokens):
        if token.type == tokenize.OP:
            depth += (token.string in _OPENING) - (token.string in _CLOSING)
        is_one = is_one or (depth == 0 and token.string == "for")
        if depth == 0 and place and is_one and token.string in {"for", "if"}:
            found.append(tokens[start:place])
            start = place
    return [*found, tokens[start:]]


def _is_operand(token: tokenize.TokenInfo) -> bool:
    """Whether a value may end with a token, so that an operator behind it has two sides."""
    if token.type == tokenize.NAME:
        return not keyword.iskeyword(token.string) or token.string in {"None", "True", "False"}
    return token.type in {tokenize.NUMBER, tokenize.STRING} or token.string in _CLOSING


def spaced(tokens: Tokens, *, is_inside: bool = False) -> str:
    """Tokens as one line, which may stand inside brackets."""
    found: list[str] = []
    brackets: list[str] = ["("] if is_inside else []
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else None
        if before is not None and _has_space(tokens, place, brackets):
            found.append(" ")
        found.append(token.string)
        if token.type == tokenize.OP and token.string in _OPENING:
            is_index = token.string == "[" and before is not None and _is_operand(before)
            brackets.append(_kind(tokens, place) if is_index else token.string)
        elif token.type == tokenize.OP and token.string in _CLOSING and brackets:
            brackets.pop()
    return "".join(found)


def _kind(tokens: Tokens, first: int) -> str:
    """Whether an index is simple, so that its colons stand close to what they part."""
    depth, is_simple = 0, True
    for place in range(first, len(tokens)):
        token = tokens[place]
        depth += (token.string in _OPENING) - (token.string in _CLOSING)
        if depth == 0:
            break
        is_call = token.string == "(" and _is_operand(tokens[place - 1])
        is_operator = token.string in _BINARY and not _is_sign(tokens, place)
        is_simple = is_simple and not is_call and not is_operator
    return "index" if is_simple else "wide index"


def _has_space(tokens: Tokens, place: int, brackets: Sequence[str]) -> bool:
    """Whether there is a space before a token."""
    token, before = tokens[place], tokens[place - 1]
    one, other = before.string, token.string
    if other in {",", ".", ";"} or one == "." or one in _OPENING or other in _CLOSING:
        return False
    if one in {",", ";"}:
        return True
    if ":" in {one, other} and brackets and brackets[-1] == "wide index":
        return one != "[" and other not in {"]", one}
    if ":" in {one, other}:
        return one == ":" and (not brackets or brackets[-1] != "index")
    if "=" in {one, other}:
        return not brackets or _is_annotated(tokens, place)
    if "**" in {one, other}:
        at = place if other == "**" else place - 1
        return at > 0 and _is_operand(tokens[at - 1]) and not _hugs(tokens, at)
    if other in _OPENING:
        return not _is_operand(before) and not _is_sign(tokens, place - 1)
    if other in _BINARY:
        return _is_operand(before) or keyword.iskeyword(one) or one in _BINARY
    if one in _BINARY:
        return not _is_sign(tokens, place - 1)
    return True


def _is_annotated(tokens: Tokens, place: int) -> bool:
    """Whether a parameter with a type ends before a token."""
    depth = 0
    for token in reversed(tokens[:place]):
        depth += (token.string in _CLOSING) - (token.string in _OPENING)
        if depth < 0 or (token.string in {",", ":"} and not depth):
            return token.string == ":"
    return False


def _is_sign(tokens: Tokens, place: int) -> bool:
    """Whether an operator has nothing before it: a sign, or a star before arguments."""
    token = tokens[place]
    if token.string in {"@", "~"} and place == 0:
        return True
    is_sign = token.type == tokenize.OP and token.string in {"+", "-", "*", "**", "~"}
    return is_sign and (place == 0 or not _is_operand(tokens[place - 1]))


def _hugs(tokens: Tokens, at: int) -> bool:
    """Whether both sides of a power are names, of whatever, or numbers."""
    first = at - 1
    while first > 1 and tokens[first - 1].string == ".":
        first -= 2
    is_plain = tokens[first].type in {tokenize.NAME, tokenize.NUMBER}
    after = at + 1
    if tokens[after].string in {"-", "+"}:
        after += 1
    if tokens[after].type not in {tokenize.NAME, tokenize.NUMBER}:
        return False
    while after + 2 < len(tokens) and tokens[after + 1].string == ".":
        after += 2
    follows = tokens[after + 1].string if after + 1 < len(tokens) else ""
    return is_plain and follows not in {"(", "["}
