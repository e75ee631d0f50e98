"""What a parser's refusal means to the person who typed the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from gradcli.errors import ParseError, Span
from gradcli.hints import NO_PRIME
from gradcli.syntax import phrases, signs, tex
from gradcli.syntax.elsewhere import FUNCTIONS
from gradcli.syntax.extent import statement_text
from gradcli.syntax.lalr import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from gradcli.syntax.lexer import Token
from gradcli.syntax.operands import SUM, Operand, put_in
from gradcli.syntax.spelling import KEYWORDS, following, last_name

_NO_STRINGS = "there are no strings in the language"
_CONDITIONAL = "write a if condition else b"
_NORM = "write norm(x, y)"
_SUM = "write sum(x[i] for i in 1..3)"

_CHARACTER_HINTS = {
    **signs.hints(),
    "|": "write abs(x) for |x|, and `or` for a condition",
    "%": "write mod(x, y) for the remainder, or /100 for per cent",
    "{": "write round brackets: ( )",
    "}": "write round brackets: ( )",
    '"': _NO_STRINGS,
    "`": _NO_STRINGS,
    "“": _NO_STRINGS,
    "”": _NO_STRINGS,
    "‘": _NO_STRINGS,
    "\\": "this looks like LaTeX; write it as sqrt(x), a/b, x^2",
    "$": "write the bare name",
    "?": _CONDITIONAL,
    ":": f"{_CONDITIONAL}, or where(condition, a, b)",
    "~": "write `not`",
    "¬": "write `not`",
    "±": "write both: a + b, and a - b; a claim of --assert has a tolerance",
    "→": "write f(x) = … for a function",
    "↦": "write f(x) = … for a function",
    "∈": "a range is written: for i in 1..3",
    "ᵀ": "the transpose of an array x is x'",
    "≈": "write ==, in --assert with ± 1e-9 behind it",
    "≅": "write ==, in --assert with ± 1e-9 behind it",
    "∂": "write the formula itself; the derivatives are computed from it",
    "∇": "write the formula itself; the gradient is computed from it",
    "′": NO_PRIME,
    "’": NO_PRIME,
    "∑": _SUM,
    "∫": "there are no integrals; the derivative of one is what stands under it",
    "∏": "write prod(x[i] for i in 1..3)",
    "…": f"write it out, or {_SUM.removeprefix('write ')}",
    "⋯": f"write it out, or {_SUM.removeprefix('write ')}",
    "‖": _NORM,
    "∜": "write root(x, 4)",
    "‰": "write /1000",
    "∆": "write Δ, the letter",
    "←": "write x = …",
    "⊕": "write (a != 0) != (b != 0) for the exclusive or",
    "⊗": "the Kronecker product of two arrays is kron(a, b)",
    "⟨": "the inner product of two arrays is dot(x, y)",
    "⟩": "the inner product of two arrays is dot(x, y)",
    "⍟": "write log(x)",
    "↑": "write ^",
    "∘": "write *",
    "⁺": "a superscript needs a number: x²",
    "⁻": "a superscript needs a number: x^-1",
}
LONG = 80
"""So far before a place it is looked for what it belongs to."""

_TEX = frozenset("\\{}$|∑∏")
"""What LaTeX is known by, and lines around what an absolute value is of."""

_PAIRS = {
    **signs.hints(),
    "||": "write `or`",
    ".'": NO_PRIME,
    ".+": "write x + y: it is done entry by entry",
    ".-": "write x - y: it is done entry by entry",
    ".(": "write the name of the function alone, which is done entry by entry: tanh(x)",
    "<<": "write x*2^y",
    ">>": "write floor(x/2^y)",
    "->": "write f(x) = … for a function",
    "=>": "write >=",
    "::": "write the name of the function alone: exp(x)",
    "//": "write floor(x/y)",
    "+=": "write y = x + 1: a new value needs a new name",
    "-=": "write y = x - 1: a new value needs a new name",
    "*=": "write y = 2*x: a new value needs a new name",
    "/=": "write y = x/2: a new value needs a new name",
}
"""What two signs that follow each other are meant for, whichever of them is not expected."""

_TOKEN_HINTS = {
    "EQUALS": "a comparison is written ==; one statement has one =",
    "_RANGE": "a range stands in: for i in 1..3",
    "_FOR": "write sum(x[i] for i in 1..3); 'for' cannot be a name",
    "_IN": "write sum(x[i] for i in 1..3); 'in' cannot be a name",
    "_IF": f"{_CONDITIONAL}; 'if' cannot be a name",
    "_ELSE": f"{_CONDITIONAL}; 'else' cannot be a name",
    "AND": "something must stand on both sides of 'and', which cannot be a name",
    "OR": "something must stand on both sides of 'or', which cannot be a name",
    "NOT": "put it in brackets: (not x); 'not' cannot be a name",
    "QUOTE": f"{_NO_STRINGS}; {NO_PRIME}",
    "BANG": "a factorial stands after its number: x!; for a condition write `not`",
    "SUPERSCRIPT": "a superscript stands after what it is a power of: x²",
}
_BRACKETS = {"(": ")", "[": "]", "⌊": "⌋", "⌈": "⌉"}
_LISTED = re.compile(r"\s*\(?((?:[-+]?[\d.]+\s*,\s*){2,9}[-+]?[\d.]+)\)?\s*")
"""A few numbers with commas between them, and nothing else."""

_INFIX = {"STAR", "SLASH", "AT", "CARET", "COMPARE", "EQUALS"}


class Names(NamedTuple):
    """What is known of names where a text is refused.

    Attributes:
        attribute: the hint for a point behind a name, by the text and the place.
        is_function: whether a name can be called.
        takes: whether it can be with so many arguments.
    """

    attribute: Callable[[str, int], str]
    is_function: Callable[[str], bool]
    takes: Callable[[str, int], bool]


class Language(NamedTuple):
    """What has to be known of the language where a text is none of it.

    Attributes:
        lex: cuts a text into tokens.
        is_program: whether a text is a program.
        names: what is known of names, if anything is.
    """

    lex: phrases.Lex
    is_program: Callable[[str], bool]
    names: Names | None = None


def explain(source: str, error: UnexpectedInput, language: Language) -> ParseError:
    """The parser's error as ours: what is wrong, where, and what to write instead.

    Args:
        source: the text.
        error: what the parser says.
        language: what it is no text of.
    """
    if isinstance(error, UnexpectedCharacters):
        return _character(source, error.position, language)
    if isinstance(error, UnexpectedToken):
        return _token(source, error.token, language)
    return ParseError("syntax", "this is not a formula", source=source)


def describe(character: str) -> str:
    """A character so that it can be told from its look-alikes: itself if visible, name, number."""
    import unicodedata  # noqa: PLC0415  (only an error needs it)

    number = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    if not character.isprintable():
        return f"{name} {number}" if name else number
    return f"'{character}' ({name + ', ' if name else ''}{number})"


def _character(source: str, position: int, language: Language) -> ParseError:
    character = source[position]
    shown = f"'{character}'" if character.isascii() and character.isprintable() else None
    hint = _PAIRS.get(source[position : position + 2]) or _CHARACTER_HINTS.get(character)
    if source.startswith("||", position) and _begins(source[:position]):
        hint = _NORM
    if character == ":" and re.search(r"\b(?:def|lambda)\b[^\n;]*$", source[:position][-80:]):
        hint = _PAIRS["->"]
    elif character == ":" and re.search(r"\[[^\[\]\n]*$", source[:position][-80:]):
        hint = (
            "places are written 1..3, both ends included and counted from 1; a colon is all of them"
        )
    if character == "\\" and re.match(r"[ \t]{1,9}[\w(\[]", source[position + 1 : position + 20]):
        hint = "write solve(A, b) for A \\ b"
    elif character in _TEX:
        hint = _of_tex(_statement(source, position, language), language) or hint
    hint = _of_signs(_statement(source, position, language), language) or hint
    if character == "." and hint is None:
        names = language.names
        hint = names.attribute(source, position) if names else "a product is written *"
    if character == "’" and not source[max(position - 1, 0) : position].isalnum():
        hint = _NO_STRINGS
    return ParseError(
        "character",
        f"unexpected character {shown or describe(character)}",
        span=Span(position, position + 1),
        hint=hint or instead(character),
        source=source,
    )


def _statement(source: str, position: int, language: Language) -> str:
    return statement_text(source, Span(position, position + 1), language.lex(source))


def _of_tex(source: str, language: Language) -> str | None:
    """The hint for LaTeX, if it can be written as a program."""
    if re.search(tex.DERIVATIVE, source[: tex.LONG]):
        return "write the formula itself; the derivatives are computed from it"
    text = tex.written(source)
    names = language.names
    if text and names:
        text = _INVERSE.sub(
            lambda found: f"a{found[1]}(" if names.is_function(f"a{found[1]}") else found[0], text
        )
    return f"write {text}" if text and language.is_program(text) else None


_INVERSE = re.compile(r"\b([a-z]+)\^\(-1\)\s*\(")
"""What may be an inverse function: ``tan^(-1)(``."""


def _of_signs(source: str, language: Language) -> str | None:
    """The hint for signs of other languages, if what they are written as is a program."""
    text = next(filter(language.is_program, signs.written(source)), None)
    return f"write {text}" if text else None


def _begins(before: str) -> bool:
    """Whether an expression begins after a text, as no operand stands at its end."""
    return re.search(r"[\w)\]⌋⌉!'°]\s*$", before[-40:]) is None


def instead(character: str) -> str | None:
    """A hint what to write for a character that looks or means like one of the language."""
    import unicodedata  # noqa: PLC0415  (only an error needs it)

    if character in _CHARACTER_HINTS:
        return _CHARACTER_HINTS[character]
    if not character.isprintable():
        return "remove it"
    if unicodedata.category(character) == "Pd":
        return "write -"
    if unicodedata.decomposition(character).startswith("<super>"):
        return f"write ^{unicodedata.normalize('NFKC', character)}"
    digit = unicodedata.digit(character, None)
    plain = unicodedata.normalize("NFKC", character).replace("⁄", "/") if digit is None else digit
    return f"write {plain}" if plain != character and str(plain).isascii() else None


def _token(source: str, token: Token, language: Language) -> ParseError:
    """What a token means that cannot stand where it does."""
    span = Span(token.start_pos, token.end_pos)
    before = source[: span.start]
    unbalanced = _unbalanced(source)
    if unbalanced is not None and _explains(unbalanced, token):
        return unbalanced
    in_words = _in_words(source, token, language)
    if in_words is not None:
        return in_words
    if token.type in {"$END", "SEMICOLON", "_NEWLINE"}:
        return _too_early(source, token, language)
    number = _short(token.text)
    value = before.rstrip()
    if token.type == "NUMBER" and token.text[0] == "." and (broken := _two_points(source, token)):
        return broken
    if token.type in {"NUMBER", "FRACTION"} and re.match(r"[\w)\].!°⌋⌉']", value[-1:]):
        return _syntax(
            source, span, f"unexpected number '{number}'", _of_number(source, token, language)
        )
    is_tex = token.type == "EQUALS" and "_(" in before
    statement = _statement(source, span.start, language)
    other = _of_tex(statement, language) if is_tex else _of_signs(statement, language)
    return _syntax(source, span, f"unexpected '{number}'", other or _hint(source, token))


def _two_points(source: str, token: Token) -> ParseError | None:
    """The error for a number that goes on after its end: ``1.5.2``, ``1e1.5``, ``0x1.8``."""
    before = source[max(token.start_pos - LONG, 0) : token.start_pos]
    found = re.search(r"(?<![\w.])(?P<mantissa>[0-9.][0-9_.]*)(?P<rest>\w*[-+]?[0-9]*)\Z", before)
    if found is None:
        return None
    mantissa, rest = found["mantissa"], found["rest"]
    hint = "a number has one point"
    if rest[:1] in {"e", "E"}:
        hint = f"an exponent is whole: write {mantissa}*10^{_in_brackets(rest[1:] + token.text)}"
    elif rest:
        hint = f"a number that begins with {mantissa}{rest[:1]} is whole"
    start = token.start_pos - len(found[0])
    text = source[start : token.end_pos]
    message = f"'{_short(text)}' is no number"
    span = Span(start, token.end_pos)
    return ParseError("number", message, span=span, hint=hint, source=source)


def _in_brackets(number: str) -> str:
    return f"({number})" if number[0] in "-+" else number


def _of_number(source: str, token: Token, language: Language) -> str:
    """The hint for a number that follows a value."""
    number = _short(token.text)
    before, behind = source[: token.start_pos], source[token.end_pos : token.end_pos + 80]
    hint = f"for a product write *{number}"
    thousands = re.search(r"(?<![\w.])[0-9]{1,3}(?:[ '][0-9]{3})*[ ']\Z", before[-40:])
    if thousands and re.fullmatch(r"[0-9]{3}(?:\.[0-9]*)?", number):
        rest = re.match(r"(?:[ '][0-9]{3})*(?:\.[0-9]*)?(?!\w)", behind)
        whole = re.sub(r"[ ']", "", f"{thousands[0]}{number}{rest[0] if rest else ''}")
        hint = f"write {whole} for one number, *{number} for a product"
    if _is_in_list(before):
        hint = "a comma stands between elements: [1, 2]"
    if token.type == "FRACTION" and before[-1:].isdigit():
        hint = f"write +{number} for the sum, *{number} for a product"
    value = before.rstrip()
    name = last_name(value)
    if not name or value == before:
        return hint
    # As far as no blank or other operator follows: of sin 2x^2 + 1 that is 2x^2.
    found = re.match(r"[\w.°]*(?:\^[\w.]+)?", source[token.start_pos : token.start_pos + 80])
    argument = found[0] if found else number
    call = _call(value, [argument, *following(source[token.start_pos + len(argument) :])])
    if language.names and language.names.is_function(name) and name not in tex.GREEK:
        return f"write {call}"
    function = re.escape(call.partition("(")[0])
    is_own = re.search(rf"(?:^|[;\n])\s*{function}\s*\([^()]*\)\s*=", before)
    if is_own or not language.names or language.names.is_function(function):
        hint += f", for a value of a function {call}"
    return hint


def _is_in_list(before: str) -> bool:
    """Whether the last bracket that is open before a place is a square one."""
    last = max(before.rfind("["), before.rfind("("))
    return last >= 0 and before[last] == "[" and "]" not in before[last:]


def _in_words(source: str, token: Token, language: Language) -> ParseError | None:
    """The error for the phrase that a token is in, if it is in one."""
    lex, names = language.lex, language.names
    defined = set()
    for name, sign in pairwise(lex(source)):
        if sign.type == "EQUALS":
            defined.add(name.text)

    def is_free(name: str, count: int | None) -> bool:
        is_called = count is not None and names is not None and names.takes(name, count)
        return name not in defined and not is_called

    for phrase in phrases.find(source, lex, is_free):
        if phrase.span.start <= token.start_pos < phrase.span.end:
            return phrases.refused(source, phrase, lex, is_free)
    return None


def _call(before: str, arguments: list[str]) -> str:
    """What a text with names at its end and arguments after it is meant for: ``pow(x, 2)``."""
    name = last_name(before)
    while True:
        left = before.removesuffix(name)
        before = left.rstrip()
        earlier = last_name(before)
        if before == left or not earlier or not before.endswith(earlier):
            if name in FUNCTIONS:
                given = [Operand(_short(argument), SUM) for argument in arguments]
                return put_in(FUNCTIONS[name], dict(zip("xyz", given, strict=False)))
            return f"{_short(name)}({', '.join(map(_short, arguments))})"
        arguments = [name, *arguments]
        name = earlier


_AXIS = re.compile(r"(?:axis|axes|dim|dims|keepdims?)\s*$")


def _of_axis(source: str, place: int) -> str | None:
    """The hint for ``sum(A, axis=0)``: the axis that counts as 1 here."""
    name = _AXIS.search(source[max(place - 20, 0) : place])
    if name is None:
        return None
    if name[0].startswith("keep"):
        return "leave it out: axes that are summed are kept with length 1"
    number = re.match(r"=\s*([0-9]{1,3})", source[place : place + 20])
    axis = int(number[1]) + 1 if number else 1
    return f"axes count from 1 and stand behind a semicolon: sum(A; {axis})"


_AFTER_RANGE = re.compile(r"\bin\s+(?:\[[^\[\]]*\]|[\w.]+\.\.[\w.]+\s+if\b(?P<condition>[^()]*))$")
"""A list in the place of a range, or a condition behind one."""


def _is_tuple(before: str) -> bool:
    """Whether a bracket that no function stands before is open, inside or behind an argument."""
    return re.search(r"[(,]\s*\([^()]*$", before[-40:]) is not None


def _of_arrays(source: str, token: Token, before: str) -> str | None:
    """The hint for what other languages write of arrays: labels, places and axes."""
    if token.type == "QUOTE" and before.endswith("einsum("):
        return "labels stand behind a semicolon: einsum(A, B; ij, jk, ik)"
    if token.type == "_COMMA" and re.search(r"\(\s*[\w.]*\s*$", before[-20:]) and _is_tuple(before):
        return "lengths stand alone: zeros(2, 3), and behind a semicolon in reshape(x; 2, 3)"
    if token.type == "_RANGE" and before[-1:] in {"[", ","}:
        return "a range of places has a first one: x[1..3], and x[2..] goes on to the end"
    if token.type in {"RPAR", "RSQB"} and (found := _AFTER_RANGE.search(before[-80:])):
        if found["condition"]:
            return f"write where({found['condition'].strip()}, …, 0) before the range"
        return "a range has two ends: for i in 1..3, or for i in 1..len(x)"
    return _of_axis(source, token.start_pos) if token.type == "EQUALS" else None


def _hint(source: str, token: Token) -> str | None:
    start, end = token.start_pos, token.end_pos
    before = source[:start].rstrip()
    pair = _PAIRS.get(source[max(start - 1, 0) : start + 1])
    if pair is not None:
        return pair
    of_arrays = _of_arrays(source, token, before)
    if of_arrays is not None:
        return of_arrays
    if token.type == "_COMMA":
        return _of_comma(source, before, end)
    if before.endswith("√"):
        return "put what is under the root in brackets: √(x)"
    if token.type in _INFIX and before[-1:] in {"", ";", *_BRACKETS}:
        return f"something must stand before '{token.text}'"
    if token.type in {"RPAR", "RSQB"} and re.search(r"\bin\s+[^\s()\[\],;]+$", before):
        return "a range has two ends: for i in 1..3, or for i in 1..len(x)"
    if token.type == "EQUALS" and re.search(
        r"\w\((?:[^()]|\([^()]*\))*[,;]\s*\w+$", before[-LONG:]
    ):
        return "arguments have no names: write the value alone; a comparison is written =="
    return _TOKEN_HINTS.get(token.type) or _missing(before)


_RANGES = re.compile(r"\bfor\s+[\w, ]+(?:\bin\b[^;\n]*)?$")
"""Ranges that a comma may follow, or the names of several."""


def _of_comma(source: str, before: str, end: int) -> str:
    """The hint for a comma where none is expected."""
    behind = source[end : end + LONG]
    if before.endswith((*_BRACKETS, ",")):
        return "something must stand before the comma"
    if _RANGES.search(before[-LONG:]) and re.match(r"\s*(?:for\s+)?\w+\s+in\b", behind):
        return "each range has a for of its own: for i in 1..2 for j in 1..3"
    whole = re.search(r"(?<![\w.])[0-9]{1,12}(?:\.[0-9]{3})*$", before[-LONG:])
    part = re.match(r"([0-9]{1,12})(?:,[0-9]{3})*(\.[0-9]+)?(?![\w.,])", behind)
    if whole and part:
        number = f"{whole[0]},{part[0]}"
        if part[0] != part[1] and "." not in whole[0]:  # 1,000.5 and 1,000,000
            return f"write {number.replace(',', '')} for one number"
    listed = _LISTED.fullmatch(source)
    if listed:
        return f"an array stands in brackets: [{listed[1]}]"
    if whole and part:
        found = len(part[1]) == 3 and "." not in whole[0]
        thousands = "; a thousand is 1000, or 1_000" if found else ""
        decimal = f"{whole[0].replace('.', '')}.{part[1]}"
        return f"write decimals with a point: {decimal}{thousands}"
    return "a comma stands between arguments, as in max(x, y); statements end with ;"


def _too_early(source: str, token: Token, language: Language) -> ParseError:
    """A statement that ends where something has to follow."""
    span = Span(token.start_pos, token.end_pos)
    before = source[: span.start]
    if token.type == "$END":
        end = len(source.rstrip())
        span = Span(end, end)
    statement = re.split(r"[;\n]", before)[-1].partition("#")[0]
    hint = _missing(statement)
    if hint is None and statement.count(" if ") > statement.count(" else "):
        hint = _CONDITIONAL
    if hint is None and token.type == "SEMICOLON":
        hint = "a statement cannot stand in brackets; arguments are separated by commas"
        text = source.replace(";", ",")
        if len(source) < signs.LONG and language.is_program(text):
            hint = f"arguments are separated by commas: {text}"
    if hint is not None and token.type == "_NEWLINE":
        hint += "; a formula of several lines stands in brackets"
    return _syntax(source, span, "the formula ends too early", hint)


def _explains(unbalanced: ParseError, token: Token) -> bool:
    """Whether a bracket without a partner is why the token was not expected."""
    if token.type in {"$END", "RPAR", "RSQB", "RFLOOR", "RCEIL"}:
        return True
    at = unbalanced.span.start if unbalanced.span else 0
    return token.type in {"SEMICOLON", "_NEWLINE", "EQUALS"} and at < token.start_pos


def _syntax(source: str, span: Span, message: str, hint: str | None) -> ParseError:
    return ParseError("syntax", message, span=span, hint=hint, source=source)


def _short(text: str, most: int = 20) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _missing(before: str) -> str | None:
    """What has to follow the text before the place, if its end tells."""
    before = before.rstrip()
    word = re.search(rf"(?<!\w)(?:{'|'.join(KEYWORDS)})$", before[-8:])
    last = word[0] if word else before[-1:]
    sign = re.search(r"(?:[<>=!]=|\*\*)$", before[-2:])
    if word or last in set("+-*/^@=<>√−·×÷⋅≤≥≠"):
        return f"something must follow '{sign[0] if sign else last}'"
    if last == "," or last in _BRACKETS:
        return f"an expression must follow '{last}'"
    return None


def _unbalanced(source: str) -> ParseError | None:
    """The first bracket that has no partner."""
    opened: list[tuple[str, int]] = []
    for match in re.finditer(r"#[^\n]*|[()\[\]⌊⌋⌈⌉]", source):
        bracket, at = match[0], match.start()
        if bracket[0] == "#":
            continue
        if bracket in _BRACKETS:
            opened.append((bracket, at))
        elif not opened:
            span = Span(at, at + 1)
            return _syntax(source, span, f"'{bracket}' closes nothing", "remove it, or open it")
        else:
            opening, place = opened.pop()
            if bracket not in {_BRACKETS[opening], "⌉" if opening == "⌊" else ""}:
                return _syntax(
                    source,
                    Span(place, place + 1),
                    f"'{opening}' is closed by '{bracket}'",
                    f"close it with '{_BRACKETS[opening]}'",
                )
    if opened:
        opening, at = opened[-1]
        return _syntax(
            source,
            Span(at, at + 1),
            f"'{opening}' is never closed",
            f"add '{_BRACKETS[opening]}'",
        )
    return None
