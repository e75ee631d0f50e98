"""The form of a value: the lengths of its axes, and whether it is a row.

A form is a shape and, for a vector, whether it is a row: ``x'`` of a vector is a row, as in a
textbook, and ``x' @ y`` is a number where ``x @ y'`` is a matrix. What form each operation gives is
said in `form_rules`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradcli.base.record import Record
from gradcli.errors import InputError

if TYPE_CHECKING:
    from typing import Self

Shape = tuple[int, ...]
"""The length of each axis."""


class Letter(int):
    """A length that a letter stands for, where nothing gives it a number: texts show the letter.

    It computes as some number, but is equal to none, nor to another letter. What is multiplied
    with it is shown as a product: the number of entries of m×n is m*n.

    Attributes:
        letters: the letters that it is the product of, each with its number.
    """

    letters: tuple[tuple[str, int], ...]

    def __new__(cls, number: int, letters: Iterable[tuple[str, int]]) -> Self:
        """The number that stands for letters meanwhile, and these."""
        letter = super().__new__(cls, number)
        letter.letters = tuple(letters)
        return letter

    @property
    def rest(self) -> int:
        """What it is beside the letters."""
        return int(self) // math.prod([number for _, number in self.letters])

    def __mul__(self, other: int) -> Letter:
        return Letter(int(self) * int(other), (*self.letters, *getattr(other, "letters", ())))

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Letter):
            return False
        return int(self) == int(other) and sorted(self.letters) == sorted(other.letters)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((int(self), *sorted(self.letters)))

    def __floordiv__(self, other: int) -> int:
        left = [*self.letters]
        for letter in getattr(other, "letters", ()):
            if letter not in left:
                return int(self) // int(other)
            left.remove(letter)
        number = int(self) // int(other)
        return Letter(number, left) if left else number

    def __str__(self) -> str:
        names = [name for name, _ in self.letters]
        return "*".join(names if self.rest == 1 else [str(self.rest), *names])

    def __reduce__(self) -> tuple[type[Letter], tuple[int, tuple[tuple[str, int], ...]]]:
        return Letter, (int(self), self.letters)


Params = tuple[Any, ...]
"""What an operation is told beside its arguments: axes, labels, places, a form."""

ROW = "'"
"""Ends the labels of a contraction whose result is a row."""


class Form(Record):
    """A shape, and of a vector whether it is a row."""

    shape: Shape = ()
    is_row: bool = False

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)

    @property
    def is_open(self) -> bool:
        """Whether nothing gives one of its lengths a number."""
        return any(isinstance(length, Letter) for length in self.shape)


SCALAR = Form()


class Arrays(Record):
    """What is known of the arrays among the inputs before a program is read.

    Attributes:
        forms: the forms of values.
        lengths: those that are declared beside the program: numbers, and letters for them.
    """

    forms: Mapping[str, Form] = {}
    lengths: Mapping[str, tuple[int | str, ...]] = {}


NO_ARRAYS = Arrays()


class Entries(Record):
    """The numbers of a constant array, which is the same as another with the same bits.

    Attributes:
        form: its form; a constant is stored row by row.
        data: its entries as floats of 64 bits in the order of this machine.
    """

    form: Form
    data: bytes

    @classmethod
    def of(cls, values: Iterable[float], form: Form) -> Entries:
        """The constant of these numbers, the last axis running fastest."""
        from array import array  # noqa: PLC0415  (few programs have any)

        return cls(form, array("d", values).tobytes())

    def numbers(self) -> Sequence[float]:
        """These numbers, row by row."""
        return memoryview(self.data).cast("d")


Slice = tuple[int, int, int]
"""The first place on an axis, the step, and the number of places; all counted from 0."""

Place = int | Slice | tuple[tuple[int, ...]]
"""One place on an axis, which goes; places at equal steps; or any places, in one more bracket."""


class FormError(Exception):
    """An operation cannot be applied to values of these forms.

    Attributes:
        op: the operation.
        forms: the form of each argument.
        params: its parameters.
    """

    def __init__(self, op: str, forms: Sequence[Form], params: Params = ()) -> None:
        super().__init__(op, forms, params)
        self.op = op
        self.forms = tuple(forms)
        self.params = params


MOST_AXES = 8
"""How many axes a value may have."""

MOST_MADE = 32
"""And an array that a program makes, as derivatives do on their way: any NumPy has these."""

MOST_ENTRIES = 2**27
"""How many entries an array may have: a gigabyte."""


class TooLargeError(FormError):
    """An operation would give an array of more than `MOST_ENTRIES`."""


class MisfitError(Exception):
    """Said where the operation is not known; whoever knows it says `FormError`."""


def stretched(forms: Iterable[Form]) -> Form:
    """The form of an operation that is done entry by entry."""
    found = SCALAR
    for form in forms:
        if form is not found and form != found:
            found = _stretched(found, form)
    return found


def _stretched(one: Form, other: Form) -> Form:
    if len(one.shape) < len(other.shape):
        one, other = other, one
    if not other.shape:
        return one
    if len(one.shape) == len(other.shape) == 1 and one.is_row != other.is_row:
        raise MisfitError
    lengths = [*one.shape]
    for axis in range(-len(other.shape), 0):
        p, q = lengths[axis], other.shape[axis]
        if p != q:
            if p != 1 and q != 1:
                raise MisfitError
            lengths[axis] = q if p == 1 else p
    return Form(tuple(lengths), one.is_row)


def is_stretched_to(form: Form, other: Form) -> bool:
    """Whether values of a form are used beside those of another without changing its form."""
    try:
        return stretched((form, other)) == other
    except MisfitError:
        return False


def shown(form: Form) -> str:
    """What a message calls a value of this form: a number, a vector of 3, a row of 3, 2×3."""
    if not form.shape:
        return "a number"
    if len(form.shape) == 1:
        return f"a {'row' if form.is_row else 'vector'} of {form.shape[0]}"
    return "×".join(map(str, form.shape))


def no_gradient(form: Form) -> InputError:
    """The error for an output that is an array of this form, where a gradient is needed."""
    return InputError(
        "array-output",
        f"the output is {shown(form)}, and has no gradient",
        hint="make one number of it: sum(…), or one entry",
    )


def along(form: Form, axes: Sequence[int]) -> Form:
    """The form with these axes, counted from 0, of length 1; a number if there are none.

    Raises:
        IndexError: there is no such axis.
    """
    if not axes:
        return SCALAR
    lengths = [*form.shape]
    for axis in axes:
        lengths[axis] = 1
    return Form(tuple(lengths), form.is_row)


REARRANGING = frozenset(["transpose", "reshape", "take", "spread", "stack", "concat", "window"])
"""What only moves entries to other places."""

JOINING = frozenset(["stack", "concat"])
"""What has its arguments in it, one after another."""

REDUCTIONS = ("sum_to", "prod_to", "max_to", "min_to", "norm_to", "logsumexp_to")
"""What makes fewer entries of many: of those that would be stretched to where they come from."""

SHAPED = {
    *REDUCTIONS,
    "prod_others",
    "spread",
    "contract",
    "transpose",
    "reshape",
    "take",
    "put",
    "gather",
    "place",
    "onehot",
    "stack",
    "array",
    "concat",
    "cumsum",
    "cumsum_back",
    "window",
    "unwindow",
    "eye",
    "tril",
    "inv",
    "cholesky",
    "det",
    "cofactors",
    "logdet",
    "solve",
}
"""All operations that are not done entry by entry: what each gives is said in `form_rules`."""
