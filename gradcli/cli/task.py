"""What every command does beside computing: check, read, show, deliver, leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.base.record import Record
from gradcli.cli import output
from gradcli.cli.context import Environment, is_stdout
from gradcli.cli.program import is_file, read_program
from gradcli.cli.remarks import (
    example,
    refuse_options_in,
    remark,
    say,
    warnings_of,
)
from gradcli.cli.values import Values, overlaid, read_files, read_named, read_typed, under
from gradcli.cli.view import Views, choose, paper
from gradcli.cli.words import FLAGS, WORDS, Flag
from gradcli.errors import GradcliError, InputError, Note, ParseError, Problem, UsageError
from gradcli.syntax.spelling import long_names

if TYPE_CHECKING:
    from gradcli.syntax.ast import Lengths
    from gradcli.views.lines.page import Display


class Given(Record):
    """What the command line gives to every command; each takes a part of it.

    Attributes:
        expression: the formula.
        file: where the program is.
        assignments: of ``--set``.
        files: of ``--vars``.
        rules: the file with rules of one's own.
        precision: significant digits.
        strict: whether notes are errors.
        everything: whether nothing is left out for being long.
        target: the file for the result.
    """

    expression: str | None = None
    file: str | None = None
    assignments: Sequence[str] | None = None
    files: Sequence[str] | None = None
    rules: str | None = None
    precision: int | None = None
    strict: bool = False
    everything: bool = False
    target: str | None = None


class Task:
    """A call of a command: what it works on, and where its result goes.

    Attributes:
        environment: the world outside.
        flags: the values that variables are given as flags.
        strict: whether notes are errors.
        target: the file for the result, or None.
        view: the name of the view that is asked for.
        paper: the ending of the document that the view is set in, or None.
        asked: what the option of each view was given.
        form: what ``--format`` says, or None.
        notes: what is to be known of the values.
        manner: what else a page is told of how it is to look, by the names of a `Display`.
    """

    def __init__(
        self, context: Any, views: Views, asked: Mapping[str, Any], form: str | None, given: Given
    ) -> None:
        """Check what can be checked before anything is read.

        Raises:
            UsageError: the options contradict each other, or the result could not be written.
        """
        if given.precision is not None:
            from gradcli.views.lines.number import check_precision  # noqa: PLC0415  (few ask)

            check_precision(given.precision)
        self._context = context
        self._given = given
        self._views = views
        self.environment: Environment = context.obj
        self.flags: Sequence[Flag] = context.meta.get(FLAGS, ())
        self.strict = given.strict
        self.target = given.target
        self.asked = asked
        self.form = form
        self.notes: Sequence[Note] = ()
        self.manner: dict[str, Any] = {}
        if self.target is not None:
            from gradcli.cli.destination import check_target  # noqa: PLC0415  (seldom needed)

            check_target(self.target)
        self.view = choose(
            views, [name for name, value in asked.items() if value], form, self.target
        )
        self.paper = paper(views[self.view], self.target)
        self._check_unread(self.sources)
        _check_extra(self._ending)

    @property
    def _ending(self) -> str:
        """How the names of files end that hold the result."""
        return self.paper or self._views[self.view].endings[0]

    def _check_unread(self, names: Sequence[str]) -> None:
        """Refuse to write the result over what it is made of.

        Raises:
            UsageError: one of these files is the target.
        """
        if self.target is not None:
            from gradcli.cli.destination import check_unread  # noqa: PLC0415  (seldom needed)

            check_unread(self.target, names, f"-o result{self._ending}")

    def another(self, views: Views, target: str) -> Task:
        """The same call for what goes into another file beside its result.

        Args:
            views: of what goes there; the name of the file asks for one.
            target: the name of the file.

        Raises:
            UsageError: it could not be written, or its name asks for none of the views.
        """
        return Task(self._context, views, {}, None, self._given._replace(target=target))

    @property
    def words(self) -> Sequence[str]:
        """What stands behind the command on its line."""
        words: Sequence[str] = self._context.meta[WORDS]
        return words

    def beside_file(self) -> str | None:
        """The word that stands for a program where there is one in a file: it is another thing."""
        given = self._given
        if given.file is None or given.expression is None:
            return None
        self._given = given._replace(expression=None)
        return given.expression

    @property
    def sources(self) -> list[str]:
        """The files that are read for a program and values, as far as their names are known."""
        return [*self.programs, *(self._given.files or ())]

    @property
    def programs(self) -> list[str]:
        """Those of the program alone, and of rules."""
        given = self._given
        is_named = given.expression is not None and is_file(given.expression)
        names = (given.file, given.expression if is_named else None, given.rules)
        return [name for name in names if name is not None]

    @property
    def expression(self) -> str | None:
        """The word in the place of the program, or None."""
        return self._given.expression

    @cached_property
    def source(self) -> str:
        """The program.

        Raises:
            UsageError: there is none, there are two, or it cannot be read.
            ParseError: a rule of ``--rules`` is none, or wrong.
        """
        given = self._given
        if given.expression is None and given.file is None:
            self._refuse_swallowed()
        if "-" in (given.files or ()) and (given.expression or given.file or "-") == "-":
            message = "the standard input holds values, and no program"
            raise UsageError("vars", message, hint="write the formula itself, or -f FILE")
        if given.rules is not None:
            from gradcli.evaluation.own import load  # noqa: PLC0415  (few bring any)

            load(self.environment.read_file(given.rules))
        found = read_program(self.environment, given.expression, given.file, example(self._context))
        if found == given.expression:
            refuse_options_in(self._context, found)
        return found

    @property
    def rules(self) -> str | None:
        """The text of ``--rules``, or None."""
        name = self._given.rules
        return None if name is None else self.environment.read_file(name)

    def _refuse_swallowed(self) -> None:
        """Say so where what is no option took the expression as its value."""
        for name, value, _ in self.flags:
            if any(character.isalpha() for character in value):
                raise UsageError(
                    "usage",
                    "there is no expression",
                    hint=f"--{name} takes '{value}' as its value; write the expression before it",
                    names=(f"--{name}",),
                )

    @cached_property
    def values(self) -> dict[str, object]:
        """The value of each variable.

        Raises:
            UsageError: a file or an assignment cannot be read.
            InputError: a name is given twice, or its value is no number.
        """
        return self.values_of(self.flags)

    def shapes(self, declared: Sequence[str] | None) -> Mapping[str, Lengths]:
        """The lengths of arrays that ``--shape`` declares.

        Raises:
            UsageError: a text declares none.
            InputError: an array is declared twice.
        """
        if not declared:
            return {}
        from gradcli.evaluation.declared import lengths_in  # noqa: PLC0415  (only arrays need it)

        return lengths_in(declared)

    def values_of(self, flags: Sequence[Flag]) -> dict[str, object]:
        """The values of variables, if only some of the flags give one."""
        values = self._given_values(flags)
        self.tell_readings(values)
        return values

    def ranges(self) -> tuple[dict[str, str], dict[str, object]]:
        """The ranges that variables are given, ``0..3:0.5``, and the values of all others.

        Raises:
            UsageError: a file or an assignment cannot be read.
            InputError: a name is given twice, or its value is no number.
        """
        if not self._may_have_ranges:
            return {}, self.values
        from gradcli.programs.ranges import is_range  # noqa: PLC0415  (seldom needed)

        given = self._given_values(self.flags)
        found = {name: str(value) for name, value in given.items() if is_range(value)}
        if not found:
            return {}, self.values
        values = {name: value for name, value in given.items() if name not in found}
        self.tell_readings(values)
        return found, values

    @property
    def _may_have_ranges(self) -> bool:
        """Whether a look at what was given says that there may be one."""
        texts = [value for _, value, _ in self.flags]
        texts += self._given.assignments or ()
        texts += [each.value for each in self._filed.values() if isinstance(each.value, str)]
        return any(".." in text for text in texts)

    def _given_values(self, flags: Sequence[Flag]) -> dict[str, object]:
        """The value of each variable as it was given."""
        typed = read_typed(flags, self._given.assignments or ())
        typed = read_named(self.environment, typed)
        values, said = overlaid(self._filed, typed)
        if said is not None:
            self.tell([Note("overridden", said)])
        return under(values, self.environment.kept) if self.environment.kept else values

    def tell_readings(self, values: Mapping[str, object], what: str = "value") -> None:
        """Say how constant expressions are read that are given as values, or as steps.

        Raises:
            InputError: one has a reading to know of, and that is to be an error.
        """
        if all(isinstance(value, float) or is_digits(value) for value in values.values()):
            return  # as nearly always
        from gradcli.evaluation.elements import readings  # noqa: PLC0415  (few need it)

        self.tell(readings(values, what, strict=self.strict))

    def tell(self, notes: Sequence[Note]) -> None:
        """Say what is to be known besides the program's own notes, in a JSON object, too."""
        self.notes = [*self.notes, *notes]
        for note in notes:
            self.say(note.message)

    @property
    def given_otherwise(self) -> set[str]:
        """The names that have a value by ``--set`` or ``--vars``, or at a prompt before."""
        kept = self.environment.kept or ()
        return {*self._filed, *read_typed((), self._given.assignments or ()), *kept}

    @cached_property
    def _filed(self) -> Values:
        return read_files(self.environment, self._given.files or ())

    @property
    def has_program(self) -> bool:
        """Whether a program, or a value for its variables, is given at all."""
        given = self._given
        parts = (given.expression, given.file, given.assignments, given.files)
        return any(part is not None for part in parts) or bool(self.flags)

    @contextmanager
    def hints(self, *, has_columns: bool = False) -> Iterator[None]:
        """Where a program is worked on: a way out on the command line for what is wrong with it.

        Args:
            has_columns: whether a name without a value is one without a column, which is said.
        """
        try:
            yield
        except (ParseError, InputError) as error:
            from gradcli.cli import ways_out  # noqa: PLC0415  (only where something is wrong)

            if error.kind == "empty":
                error.hint = f"for instance: {example(self._context)}"
            elif isinstance(error, ParseError):
                error.hint = ways_out.options_in_quotes(self._context, error) or error.hint
            elif not (has_columns and error.kind == "missing-value"):
                ways_out.mend_hint(self._context, error)
            ways_out.leave_shape_out(self._context, error)
            raise

    @cached_property
    def display(self) -> Display:
        """How a page looks where it goes."""
        stream = self.environment.stdout if is_stdout(self.target) else None
        if self.paper is not None:
            from gradcli.views.papers.write import display  # noqa: PLC0415  (seldom needed)

            made = display(self.paper, self._given.precision, all_rows=self._given.everything)
            return made._replace(**self.manner)
        shown = self.environment.display(
            stream, precision=self._given.precision, all_rows=self._given.everything
        )
        names = long_names(self.__dict__.get("source", ""))  # once it has been read
        return shown._replace(names=names, **self.manner)

    @property
    def precision(self) -> int | None:
        """How many significant digits are asked for."""
        return self._given.precision

    def finish(
        self,
        result: object,
        *,
        notes: Sequence[Note] = (),
        problems: Sequence[Problem] = (),
        failure: GradcliError | None = None,
        anyway: bool = False,
    ) -> None:
        """Show what is to be known, write the result, and leave.

        Args:
            result: what was computed, for the view.
            notes: on how the program was read; they come first.
            problems: warnings are made of those that are no failure; they come last.
            failure: why the exit code is not 0; then a file is left as it is.
            anyway: whether a file is written all the same.

        Raises:
            GradcliError: the failure, or the result cannot be written.
        """
        wanted = self.target is None or failure is None or anyway
        written = self.written(result) if wanted else b""
        self.remark(notes)
        if wanted:
            self._check_unread(self.environment.has_read)
            output.deliver(self.environment, written, self.target)
        self.remark(warnings_of(problems, values=failure is None))
        if failure is not None:
            if not wanted and failure.hint is None:
                failure.hint = f"nothing is written to {self.target}; without -o all is printed"
            raise failure

    def say(self, message: str) -> None:
        """Print a note without a place on stderr."""
        if not (self.environment.as_json or self.environment.is_quiet):
            say(self.environment, message)

    def remark(self, remarks: Sequence[Note] | Sequence[Problem]) -> None:
        """Print notes or warnings on stderr; a JSON object has them inside."""
        if remarks:
            remark(self.environment, self.source, remarks)

    def written(self, result: object) -> str | bytes:
        """The result in the view that is asked for."""
        made = self._views[self.view].made(result, self)
        if self.paper is not None and not isinstance(made, bytes):
            from gradcli.views.papers.write import write  # noqa: PLC0415  (seldom needed)

            return write(made, self.paper)
        if isinstance(made, str | bytes):
            return made
        stream = self.environment.stdout if is_stdout(self.target) else None
        return self.environment.text(made, stream)


def _check_extra(ending: str) -> None:
    """Refuse a picture that nothing here can write.

    Raises:
        UsageError: it needs an extra that is not installed.
    """
    if ending in {".png", ".pdf"}:
        from gradcli.views.picture.extras import check  # noqa: PLC0415  (seldom needed)

        check(ending)


def is_digits(value: object) -> bool:
    """Whether a value is a text of digits alone, which is read in one way."""
    return isinstance(value, str) and value.isdigit()
