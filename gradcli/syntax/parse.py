"""Text to syntax tree: the parser of ``grammars/expression.lark`` and its callbacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

from gradcli.errors import ParseError, Span
from gradcli.syntax import ast, tables
from gradcli.syntax.lalr import Parser, Token, UnexpectedInput
from gradcli.syntax.mistakes import describe, explain, instead

_BINARY = {
    "PLUS": "add",
    "MINUS": "sub",
    "STAR": "mul",
    "SLASH": "div",
    "AT": "matmul",
    "CARET": "pow",
    "AND": "and",
    "OR": "or",
}
_UNARY = {
    "MINUS": "neg",
    "PLUS": "pos",
    "NOT": "not",
    "ROOT": "sqrt",
    "BANG": "factorial",
    "QUOTE": "transpose",
}
_COMPARE = {"≤": "<=", "≥": ">=", "≠": "!="}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

Children = list[Any]


def parse(source: str, factors: Collection[int] = (), runs: Collection[int] = ()) -> ast.Program:
    """Read a program.

    Args:
        source: the text; statements end with ``;`` or a newline.
        factors: where names stand before a bracket that are no function but a factor.
        runs: where names stand whose letters are a factor each.

    Raises:
        ParseError: the text is not a program; the error holds the place and a hint.
    """
    try:
        statements = _parser().parse(source, lambda tokens: _settled(tokens, factors, runs))
    except UnexpectedInput as error:
        raise explain(source, error) from None
    except ParseError as error:
        error.source = source
        raise
    if not statements:
        raise ParseError(
            "empty",
            "there is no formula",
            hint='give one, such as "3*(a+b*c)"',
            source=source,
        )
    return ast.Program(tuple(statements), source)


@cache
def _parser() -> Parser:
    # The embedded transformer makes the statements while parsing; there is never a parse tree.
    return tables.load("expression.lark", transformer=_Builder())


_BRACKETS = {"LPAR": 1, "LSQB": 1, "RPAR": -1, "RSQB": -1}
_NAMES = {"NAME", "FUNCTION"}


def _settled(
    tokens: Iterable[Token], factors: Collection[int], runs: Collection[int]
) -> Iterator[Token]:
    """The tokens without newlines in brackets, and with names that are products as such."""
    depth = 0
    names = _NAMES if factors or runs else ()
    for token in tokens:
        kind = token.type
        if kind in _BRACKETS:
            depth += _BRACKETS[kind]
        elif kind == "_NEWLINE":
            if depth > 0:
                continue
        elif kind in names:
            start = token.start_pos
            if start in runs:
                for place, letter in enumerate(token.text, start):
                    yield Token("NAME", letter, place, place + 1)
                continue
            yield token._replace(type="NAME") if start in factors else token
            continue
        yield token


def _identifier(token: Token) -> str:
    """The name that is meant: ``x₁`` is ``x1``, the micro sign mu, ``numpy.sin`` ``np.sin``."""
    text = token.text
    if text.isascii() and "." not in text:
        return text
    _, dot, name = text.rpartition(".")
    prefix = ast.LANGUAGE if dot else ""
    if name.isascii():
        return prefix + name
    import unicodedata  # noqa: PLC0415  (most names are ASCII)

    plain = unicodedata.normalize("NFKC", name)
    for place, letter in enumerate(name, token.end_pos - len(name)):
        if unicodedata.decomposition(letter).startswith("<super>"):
            raise ParseError(
                "character",
                f"unexpected character {describe(letter)}",
                span=Span(place, place + 1),
                hint=f"write ^{unicodedata.normalize('NFKC', letter)}",
            )
    if not plain.isidentifier():
        # If every letter may be in a name, the first one may not begin it: U+19DA is a digit.
        odd = next((i for i, c in enumerate(name) if not ("_" + c).isidentifier()), 0)
        place = (token.end_pos) - len(name) + odd
        raise ParseError(
            "character",
            f"unexpected character {describe(name[odd])}",
            span=Span(place, place + 1),
            hint=instead(name[odd]) or "names are made of letters, digits and _",
        )
    return prefix + plain


_new = tuple.__new__  # Span(…) takes twice as long, and there is one for each operation


def _span(token: Token) -> Span:
    return _new(Span, token[2:])


def _across(first: ast.Expression | Token, last: ast.Expression | Token) -> Span:
    start = first.start_pos if isinstance(first, Token) else first.span[0]
    end = last.end_pos if isinstance(last, Token) else last.span[1]
    return _new(Span, (start, end))


class _Builder:
    """One method for each rule of the grammar, called when the rule is complete."""

    def start(self, children: Children) -> list[ast.Statement]:
        return [
            item if isinstance(item, ast.Statement) else ast.Step(item, span=item.span)
            for item in children
            if not isinstance(item, Token)
        ]

    def number(self, children: Children) -> ast.Number:
        (token,) = children
        return ast.Number(float(token.text), span=_span(token))

    def name(self, children: Children) -> ast.Name:
        (token,) = children
        return ast.Name(_identifier(token), span=_span(token))

    def parenthesis(self, children: Children) -> ast.Group:
        opening, inner, closing = children
        return ast.Group(inner, span=_across(opening, closing))

    def binary(self, children: Children) -> ast.Binary:
        left, sign, right = children
        span = _new(Span, (left.span[0], right.span[1]))
        return ast.Binary(_BINARY[sign.type], left, right, span=span)

    def implicit(self, children: Children) -> ast.Binary:
        left, right = children
        return ast.Binary("mul", left, right, implicit=True, span=_across(left, right))

    def prefix(self, children: Children) -> ast.Unary:
        sign, operand = children
        return ast.Unary(_UNARY[sign.type], operand, span=_across(sign, operand))

    def postfix(self, children: Children) -> ast.Unary:
        operand, sign = children
        return ast.Unary(_UNARY[sign.type], operand, span=_across(operand, sign))

    def superscript(self, children: Children) -> ast.Binary:
        base, token = children
        span = _span(token)
        exponent: ast.Expression = ast.Number(
            float(token.text.lstrip("⁺⁻").translate(_SUPERSCRIPTS)), span=span
        )
        if token.text[0] == "⁻":
            exponent = ast.Unary("neg", exponent, span=span)
        return ast.Binary("pow", base, exponent, span=_across(base, token))

    def comparison(self, children: Children) -> ast.Comparison:
        signs = tuple(_COMPARE.get(sign.text, sign.text) for sign in children[1::2])
        operands = tuple(children[::2])
        return ast.Comparison(signs, operands, span=_across(operands[0], operands[-1]))

    def conditional(self, children: Children) -> ast.Conditional:
        then, condition, otherwise = children
        return ast.Conditional(condition, then, otherwise, span=_across(then, otherwise))

    def items(self, children: Children) -> tuple[ast.Expression, ...]:
        return tuple(children)

    def call(self, children: Children) -> ast.Call:
        name, arguments = children[0], children[2] if len(children) == 4 else ()
        return ast.Call(
            _identifier(name),
            arguments,
            name_span=_span(name),
            span=_across(name, children[-1]),
        )

    def range(self, children: Children) -> ast.Range:
        token, first, last = children
        if "." in token.text:
            raise _not_own(_span(token))
        span = Span(token.start_pos, last.span.end)
        return ast.Range(_identifier(token), first, last, span=span)

    def ranges(self, children: Children) -> tuple[ast.Range, ...]:
        return tuple(children)

    def comprehension(self, children: Children) -> ast.Comprehension:
        name, _, body, ranges, closing = children
        return ast.Comprehension(
            _identifier(name),
            body,
            ranges,
            name_span=_span(name),
            span=_across(name, closing),
        )

    def index(self, children: Children) -> ast.Index:
        base, _, indices, closing = children
        if isinstance(base, ast.Name) and base.is_of_language:
            raise _not_own(base.span)
        return ast.Index(base, indices, span=_across(base, closing))

    def array(self, children: Children) -> ast.Array:
        items = children[1] if len(children) == 3 else ()
        return ast.Array(items, span=_across(children[0], children[-1]))

    def assign(self, children: Children) -> ast.Statement:
        target, _, value = children
        return _assign(target, value, ())

    def family(self, children: Children) -> ast.Statement:
        target, _, value, ranges = children
        return _assign(target, value, ranges)


def _assign(
    target: ast.Expression, value: ast.Expression, ranges: tuple[ast.Range, ...]
) -> ast.Statement:
    """The statement that a left side asks for: a step, a declaration, or a family."""
    end = ranges[-1].span.end if ranges else value.span.end
    span = Span(target.span.start, end)
    if isinstance(target, ast.Name | ast.Call) and target.is_of_language:
        raise _not_own(target.span)
    match target:
        case ast.Index(base=ast.Name(name=name), indices=indices):
            return ast.Family(value, name, indices, ranges, name_span=target.base.span, span=span)
        case _ if ranges:
            raise ParseError(
                "left-side",
                "a family needs indices on the left of '='",
                span=target.span,
                hint="write h[j] = … for j in 1..3",
            )
        case ast.Name(name=name):
            return ast.Step(value, name, name_span=target.span, span=span)
        case ast.Call(function=name, arguments=arguments):
            return ast.Declaration(
                value, name, _parameters(arguments), name_span=target.name_span, span=span
            )
    raise ParseError(
        "left-side",
        "the left side of '=' must be a name, or a name with parameters",
        span=target.span,
        hint="write v = …, or f(x, y) = …; a comparison is written ==",
    )


def _not_own(span: Span) -> ParseError:
    return ParseError(
        "left-side",
        "a name that begins with np. cannot be given a meaning",
        span=span,
        hint="np.sin is always the language's own sin; leave np. away",
    )


def _parameters(arguments: tuple[ast.Expression, ...]) -> tuple[ast.Name, ...]:
    parameters: list[ast.Name] = []
    seen: set[str] = set()
    for argument in arguments:
        if not isinstance(argument, ast.Name):
            raise ParseError(
                "parameter",
                "a parameter must be a plain name",
                span=argument.span,
                hint="write f(x, y) = …",
            )
        if argument.is_of_language:
            raise _not_own(argument.span)
        if argument.name in seen:
            raise ParseError(
                "parameter",
                f"the parameter '{argument.name}' is there twice",
                span=argument.span,
                hint="give every parameter a name of its own",
            )
        seen.add(argument.name)
        parameters.append(argument)
    return tuple(parameters)
