"""Names that nothing declares and that are meant for something else: errors with the right form.

``sinx`` is meant for sin(x), ``x mod y`` for mod(x, y), ``d/dx`` for a command. Nothing here is
needed for a program in which every name is declared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import NamedTuple

from gradcli.errors import ParseError
from gradcli.graph.bare import Around, is_called, one_word, refuse_bare, refuse_derivatives
from gradcli.graph.rules import table
from gradcli.graph.run_together import ARGUMENTS, applied, has_function, textbook
from gradcli.graph.runs import is_short_run
from gradcli.hints import LONG, itself, shortened
from gradcli.syntax import ast, elsewhere, phrases, templates
from gradcli.syntax.extent import bracket_end
from gradcli.syntax.operands import ONE, Operand, operand_of, put_in
from gradcli.syntax.over_ranges import COUNTERS
from gradcli.syntax.parse import tokens_of
from gradcli.syntax.spelling import is_run

_FIRST = frozenset(begin[0] for begin in elsewhere.BARE)


class Known(NamedTuple):
    """What is known of the names of a program.

    Attributes:
        source: the program.
        statements: its statements.
        own: the parameters and indices of each.
        functions: the functions that it may call, beside those of the language.
        variables: what is declared, and its steps.
        whole: all names that have a meaning anywhere.
        bare: all names that stand for themselves.
    """

    source: str
    statements: Sequence[ast.Statement]
    own: Sequence[Collection[str]]
    functions: Collection[str]
    variables: Collection[str]
    whole: Collection[str]
    bare: Collection[str]


class Undeclared:
    """Refuses what is meant in another way than it is read.

    Each method raises a ParseError or an InputError, or does nothing; ``own`` are the parameters
    and indices of the statement.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._judged: set[str] = set()
        self._in_words = False
        *earlier, last = known.statements
        declared = (each for each in earlier if isinstance(each, ast.Declaration))
        self._earlier = {each.name: len(each.parameters) for each in declared}
        self._last = last

    def operation(self, item: ast.Expression, own: Collection[str]) -> None:
        """An operation that may be written in another way here: ``sin x``, ``d/dx x^2``, ``f'``."""

        def is_free(name: str) -> bool:
            return name not in self._known.whole and name not in own

        def spelled(name: str) -> str | None:
            return self._function(name, own)

        source = self._known.source
        around = Around(source, is_free, lambda: self._is_in_letters, self._with_variables)
        refuse_derivatives(item, around)
        refuse_bare(item, source, spelled, self._arities)

    @cached_property
    def _is_in_letters(self) -> bool:
        """Whether runs of letters are products in the program: one statement without a word."""
        known = self._known
        free = (name for name in known.bare if name not in known.whole)
        return len(known.statements) == 1 and all(
            is_short_run(each) for each in free if is_run(each)
        )

    def _with_variables(self, top: str, bottom: str) -> str:
        """The way out where two names are variables, and their quotient is no derivative."""
        way = "for a quotient of variables"
        if len(self._known.statements) > 1:
            return f"{way} {shortened(top)}/({shortened(bottom)})"
        last, names = self._last, f"{shortened(top)}, {shortened(bottom)}"
        if isinstance(last, ast.Declaration):
            return f"{way} add parameters to {shortened(last.name)}: {names}"
        return f"{way} f({names}) = {shortened(self._known.source.strip(), LONG)}"

    def words(self, name: str) -> None:
        """A formula in words, if a name may belong to one.

        All of the text is looked at for the first such name, and then never again.
        """
        if self._in_words or not phrases.may_be_in(name):
            return
        self._in_words = True
        known = self._known
        taken = set(known.whole).union(*known.own)

        def is_free(name: str, count: int | None) -> bool:
            return name not in taken and (count is None or not table().takes(name, count))

        for phrase in phrases.find(known.source, tokens_of, is_free):
            raise phrases.refused(known.source, phrase, tokens_of, is_free)

    def base(self, item: ast.Index, own: Collection[str]) -> None:
        """A name before an index, which may be meant for a function: ``sinx[1]``, ``Sin[x]``."""
        base = item.base
        if not isinstance(base, ast.Name) or base.name in self._judged:
            return
        name = base.name
        self._bracketed(item, name, own)
        if not has_function(f"{name.lower()}["):
            return
        self._judged.add(name)
        index = self._known.source[base.span.end : item.span.end]
        function = self._function(name, own)
        if function is not None:
            names = (each.name for each in item.indices if isinstance(each, ast.Name))
            if function in textbook() or any(each not in own for each in names):
                hint = self._to_a_base(function, item) or f"write {function}({index.strip()[1:-1]})"
                message = f"'{shortened(name)}' is a function"
                raise ParseError("function", message, span=base.span, hint=hint)
            return
        written = self._applied(name, own)
        if written is not None:
            raise one_word(name, base.span, _going_on(written, index), self._known.source)

    def _to_a_base(self, function: str, item: ast.Index) -> str | None:
        """A logarithm of Maple and Maxima, whose base stands between: ``log[2](x)``."""
        if function not in {"log", "ln"} or len(item.indices) > 1:
            return None
        behind = self._known.source[item.span.end :]
        tokens = tokens_of(behind)
        end = bracket_end(tokens, 0) if tokens[0].text == "(" else None
        if end is None:
            return None
        inside = behind[tokens[0].end : tokens[end - 1].start].strip()
        base = self._known.source[slice(*item.indices[0].span)]
        return f"write log({inside if 0 < len(inside) < LONG else '…'}, {base})"

    def _bracketed(self, item: ast.Index, name: str, own: Collection[str]) -> None:
        """A function of Mathematica: ``Max[x, y]``, ``D[x^2, x]``."""
        names = [each.name for each in ast.walk(item.indices) if isinstance(each, ast.Name)]
        if not name[0].isupper() or all(each in own for each in names):
            return
        if name in self._known.variables or name in self._known.whole or name in own:
            return
        count, lower = len(item.indices), name.lower()
        written = elsewhere.BRACKETED.get((name, count)) or templates.of_call(name, count)
        if written is None and (_is_plain(item.indices) or not table().takes(lower, count)):
            if name not in elsewhere.DERIVATIVES:
                return
            inner = self._known.source[slice(*item.indices[0].span)]
            hint = itself(inner)
        else:
            operands = [operand_of(each, self._known.source) for each in item.indices]
            written = written or f"{lower}({', '.join('xyz'[:count])})"
            hint = f"write {templates.filled(written, operands)}"
        message = f"'{shortened(name)}' is a function"
        raise ParseError("function", message, span=item.base.span, hint=hint)

    def name(self, item: ast.Name, own: Collection[str]) -> None:
        """A name that may be a word, or a function and what it is of: ``divided``, ``sinx``."""
        name = item.name
        if name in self._judged:
            return
        self._judged.add(name)
        self.words(name)
        self._of_program(item, own)
        self._of_elsewhere(item, own)
        if has_function(name) and not self._is_function(name):
            written = self._applied(name, own)
            if written is not None:
                source, end = self._known.source, item.span.end
                degrees = source[end : end + 1] == "°"
                written = _going_on(written, "°") if degrees else written
                raise one_word(name, item.span, written, source)

    def call(self, call: ast.Call, own: Collection[str]) -> None:
        """A call of what is no function: ``xsin(y)``, ``6 times (2)``."""
        self.words(call.function)
        source = self._known.source
        written = is_called(call, lambda other: self._is_named(other, own), source)
        if written is not None:
            raise one_word(call.function, call.name_span, written, source)

    def _of_program(self, item: ast.Name, own: Collection[str]) -> None:
        """A function of the program directly before a name of it: ``fx`` for f(x)."""
        name = item.name
        for end in range(1, len(name)) if self._earlier else ():
            is_name = self._is_named(name[end:], own) or name[end:] in ARGUMENTS
            if name[:end] in self._earlier and is_name:
                written = f"{name[:end]}({name[end:]})"
                raise one_word(name, item.span, written, self._known.source)

    def _of_elsewhere(self, item: ast.Name, own: Collection[str]) -> None:
        """A function that has another name here directly before a letter: ``tgx`` for tan(x)."""
        name = item.name
        for begin in elsewhere.BARE if name[0] in _FIRST else ():
            letter = name[len(begin) :]
            if name.startswith(begin) and (letter in ARGUMENTS or self._is_named(letter, own)):
                operand = {"x": Operand(letter, ONE)}
                written = put_in(elsewhere.FUNCTIONS[begin], operand)
                raise one_word(name, item.span, written, self._known.source)

    def _applied(self, name: str, own: Collection[str]) -> str | None:
        return applied(name, lambda other: other != name and self._is_named(other, own))

    def _function(self, name: str, own: Collection[str]) -> str | None:
        """The function that a name stands for, if it has no meaning as a variable: of SIN sin."""
        plain = ast.bare(name)
        if name == plain and (name in self._known.variables or name in own):
            return None
        if table().is_function(name):  # np.sinc is NumPy's, another function than sinc
            return name
        if plain in self._known.functions or table().is_function(plain):
            return plain
        is_capital = not plain.islower() and plain not in self._known.whole
        return plain.lower() if is_capital and plain.lower() in textbook() else None

    def _arities(self, function: str) -> Sequence[int]:
        """How many arguments a function takes, of the program or of the language."""
        own = self._earlier.get(function)
        if own is not None:
            return [own]
        return table().arities(function) if table().is_function(function) else [1]

    @staticmethod
    def _is_function(name: str) -> bool:
        """Whether a whole name is a function, perhaps one of textbooks in capitals."""
        return table().is_function(name) or name.lower() in textbook()

    def _is_named(self, name: str, own: Collection[str]) -> bool:
        """Whether the program has a name, be it declared or not."""
        return name in self._known.variables or name in own or name in self._known.bare


def _is_plain(indices: Sequence[ast.Expression]) -> bool:
    """Whether what stands between brackets is one index, as in ``Gamma[i]``: of a range, maybe."""
    match indices:
        case (ast.Name(name=name),):
            return name in COUNTERS
    return False


def _going_on(written: str, behind: str) -> str:
    """Calls with something behind what the last one is of: ``sin(30°)``, ``sin(x[1])``."""
    inside = written.rstrip(")")
    return inside + behind + ")" * (len(written) - len(inside))
