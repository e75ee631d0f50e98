"""The form of a value, and the form that each operation gives: facts as soon as a node is made.

A form is a shape and, for a vector, whether it is a row: ``x'`` of a vector is a row, as in a
textbook, and ``x' @ y`` is a number where ``x @ y'`` is a matrix. Lengths of 1 are stretched as
NumPy does it, from the last axis on.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
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
        return cls(form, array("d", values).tobytes())


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


MOST_ENTRIES = 2**27
"""How many entries an array may have: a gigabyte."""


class TooLargeError(FormError):
    """An operation would give an array of more than `MOST_ENTRIES`."""


def form_of(op: str, forms: Sequence[Form], params: Params = ()) -> Form:
    """The form of what an operation gives.

    Raises:
        FormError: it cannot be applied to arguments of these forms.
    """
    rule = _FORMS.get(op)
    try:
        form = stretched(forms) if rule is None else rule(*forms, *params)
    except _MisfitError as error:
        raise FormError(op, forms, params) from error
    if form.size > MOST_ENTRIES:
        raise TooLargeError(op, (form,), params)
    return form


class _MisfitError(Exception):
    """Said inside this file, where the operation is not known."""


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
        raise _MisfitError
    lengths = [*one.shape]
    for axis in range(-len(other.shape), 0):
        p, q = lengths[axis], other.shape[axis]
        if p != q:
            if p != 1 and q != 1:
                raise _MisfitError
            lengths[axis] = q if p == 1 else p
    return Form(tuple(lengths), one.is_row)


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


def is_stretched_to(form: Form, other: Form) -> bool:
    """Whether values of a form are used beside those of another without changing its form."""
    try:
        return stretched((form, other)) == other
    except _MisfitError:
        return False


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


def _to(form: Form, whole: Form) -> Form:
    """What is made of entries of one form, and has or gets another, of which it is a part."""
    if not is_stretched_to(form, whole):
        raise _MisfitError
    return form


def _of_others(form: Form, *rest: Any) -> Form:
    *others, to = rest
    _to(to, form)
    if any(other != form for other in others):
        raise _MisfitError
    return form


def _spread(form: Form, to: Form) -> Form:
    _to(form, to)
    return to


def _contracted(a: Form, b: Form, of_a: str, of_b: str, of_result: str) -> Form:
    lengths: dict[str, int] = {}
    for form, labels in ((a, of_a), (b, of_b)):
        if len(form.shape) != len(labels):
            raise _MisfitError
        for label, length in zip(labels, form.shape, strict=True):
            if lengths.setdefault(label, length) != length:
                raise _MisfitError
    result = of_result.removesuffix(ROW)
    return Form(tuple([lengths[label] for label in result]), result != of_result)


def _transposed(form: Form) -> Form:
    *before, last = form.shape or (0,)
    if not before:
        return Form(form.shape, bool(form.shape) and not form.is_row)
    return Form((*before[:-1], last, before[-1]))


def _reshaped(form: Form, to: Form) -> Form:
    if form.size != to.size:
        raise _MisfitError
    return to


def _taken(form: Form, places: Sequence[Place]) -> Form:
    if len(places) != len(form.shape):
        raise _MisfitError
    lengths: list[int] = []
    for place, length in zip(places, form.shape, strict=True):
        if isinstance(place, int):
            if not 0 <= place < length:
                raise _MisfitError
        elif len(place) == 3:
            first, step, count = place
            if count and not (0 <= first < length and 0 <= first + step * (count - 1) < length):
                raise _MisfitError
            lengths.append(count)
        else:
            (listed,) = place
            if not all(0 <= each < length for each in listed):
                raise _MisfitError
            lengths.append(len(listed))
    # A row of a matrix is a vector like any other; what is left of a row stays one.
    return Form(tuple(lengths), form.is_row and len(lengths) == 1)


def _put(form: Form, places: Sequence[Place], to: Form) -> Form:
    if _taken(to, places).shape != form.shape:
        raise _MisfitError
    return to


def _gathered(form: Form, index: Form, axis: int) -> Form:
    """The form of an array whose axis is replaced by the axes of an index."""
    if not 0 <= axis < len(form.shape):
        raise _MisfitError
    lengths = (*form.shape[:axis], *index.shape, *form.shape[axis + 1 :])
    return Form(lengths, form.is_row and len(lengths) == 1)


def _placed(form: Form, index: Form, to: Form, axis: int) -> Form:
    if _gathered(to, index, axis).shape != form.shape:
        raise _MisfitError
    return to


def _stacked(*parts: Any) -> Form:
    *forms, count = parts
    shapes = {form.shape for form in forms}
    if len(shapes) != 1:
        raise _MisfitError
    return Form((count, *shapes.pop()))


def _joined(*parts: Any) -> Form:
    *forms, axis = parts
    first, *others = forms
    if not 0 <= axis < len(first.shape):
        raise _MisfitError
    lengths = [*first.shape]
    for form in others:
        if len(form.shape) != len(lengths) or form.is_row != first.is_row:
            raise _MisfitError
        if any(form.shape[each] != lengths[each] for each in range(len(lengths)) if each != axis):
            raise _MisfitError
        lengths[axis] += form.shape[axis]
    return Form(tuple(lengths), first.is_row)


def _running(form: Form, axis: int) -> Form:
    if not 0 <= axis < len(form.shape):
        raise _MisfitError
    return form


def _windows(form: Form, sizes: Shape) -> Form:
    batch, ends = _split(form.shape, len(sizes))
    if not all(1 <= size <= length for size, length in zip(sizes, ends, strict=True)):
        raise _MisfitError
    places = [length - size + 1 for size, length in zip(sizes, ends, strict=True)]
    return Form((*batch, *places, *sizes))


def _unwindowed(form: Form, sizes: Shape) -> Form:
    rest, own = _split(form.shape, len(sizes))
    batch, places = _split(rest, len(sizes))
    if own != sizes or not all(size >= 1 for size in sizes):
        raise _MisfitError
    lengths = [length + size - 1 for size, length in zip(sizes, places, strict=True)]
    return Form((*batch, *lengths))


def _split(shape: Shape, count: int) -> tuple[Shape, Shape]:
    """The axes before the last ones, and these."""
    if not 0 < count <= len(shape):
        raise _MisfitError
    return shape[:-count], shape[-count:]


def _square(form: Form) -> Form:
    if len(form.shape) != 2 or form.shape[0] != form.shape[1]:
        raise _MisfitError
    return form


def _of_square(form: Form) -> Form:
    _square(form)
    return SCALAR


def _of_squares(form: Form, *others: Form) -> Form:
    if any(other != form for other in others):
        raise _MisfitError
    return _square(form)


def _solved(matrix: Form, right: Form) -> Form:
    if right.shape[:1] != _square(matrix).shape[:1]:
        raise _MisfitError
    if len(right.shape) > 2 or right.is_row:
        raise _MisfitError
    return right


def _masked(form: Form, diagonal: int) -> Form:
    del diagonal
    if len(form.shape) != 2:
        raise _MisfitError
    return form


REARRANGING = frozenset(["transpose", "reshape", "take", "spread", "stack", "concat", "window"])
"""What only moves entries to other places."""

JOINING = frozenset(["stack", "concat"])
"""What has its arguments in it, one after another."""

REDUCTIONS = ("sum_to", "prod_to", "max_to", "min_to", "norm_to", "logsumexp_to")
"""What makes fewer entries of many: of those that would be stretched to where they come from."""

_FORMS: dict[str, Callable[..., Form]] = {
    **dict.fromkeys(REDUCTIONS, lambda form, to: _to(to, form)),
    "prod_others": _of_others,
    "spread": _spread,
    "contract": _contracted,
    "transpose": _transposed,
    "reshape": _reshaped,
    "take": _taken,
    "put": _put,
    "gather": _gathered,
    "place": _placed,
    "onehot": lambda index, length: Form((*index.shape, length)),
    "stack": _stacked,
    "array": lambda entries: entries.form,
    "concat": _joined,
    "cumsum": _running,
    "cumsum_back": _running,
    "window": _windows,
    "unwindow": _unwindowed,
    "eye": lambda length: Form((length, length)),
    "tril": _masked,
    "inv": _square,
    "cholesky": _square,
    "det": _of_square,
    "cofactors": _of_squares,
    "logdet": _of_square,
    "solve": _solved,
}
"""The form of every operation that is not done entry by entry, of those of its arguments."""

SHAPED = {*_FORMS}
"""These operations."""

OF_SQUARE = frozenset(
    op for op, rule in _FORMS.items() if rule in {_square, _of_square, _of_squares, _solved}
)
"""What is made of a square matrix, and mostly of all of its entries."""


def add(op: str, rule: Callable[..., Form]) -> None:
    """Add an operation that a program brings along.

    Args:
        op: its name.
        rule: the form that it gives for those of its arguments; it raises `FormError`.
    """
    _FORMS[op] = rule
    SHAPED.add(op)


def remove(op: str) -> None:
    """Take such an operation away."""
    del _FORMS[op]
    SHAPED.remove(op)
