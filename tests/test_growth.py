"""No command takes more than its text asks for: work is counted in lines that run, not in seconds.

The shapes of text and the commands are those of `benchmarks/text.py`, which measures seconds and
memory. What is written in C, as a search through a list, is one line however long it takes.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import math
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from command_line import call
from rich import cells

import gradcli
from gradcli.engine.targets.by_name import target_of
from gradcli.evaluation import node_numbers, with_derivative
from gradcli.evaluation.brief import brief
from gradcli.evaluation.nodes import NodeReport
from gradcli.evaluation.outline import Outline
from gradcli.evaluation.solve import differentiated, read_model
from gradcli.evaluation.stand_ins import StandIns
from gradcli.graph import inline, naming, unparse
from gradcli.graph.node import Graph, Node
from gradcli.graph.read import _Reading, read
from gradcli.graph.resolve import resolve
from gradcli.graph.unparse import Unparser
from gradcli.symbolic import deriver
from gradcli.syntax import ast, spelling, text
from gradcli.syntax.spelling import long_names
from gradcli.views.code.program import Program
from gradcli.views.lines import rows
from gradcli.views.lines.text import SPELLED, width
from gradcli.views.picture import rails
from gradcli.views.picture.canvas import Canvas
from gradcli.views.picture.sketch import Constants

_FILE = Path(__file__).parent.parent / "benchmarks" / "text.py"
_SPEC = importlib.util.spec_from_file_location("benchmark_of_texts", _FILE)
assert _SPEC is not None
assert _SPEC.loader is not None
benchmark = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = benchmark
sys.path.append(str(_FILE.parent))  # what the benchmarks share lies beside them
_SPEC.loader.exec_module(benchmark)

SIZES = 400, 1_600
"""Operations of two texts; shorter ones are shown whole, and longer ones are cut somewhere."""

MIDDLE = 800

_OF_PAIRS = 100, 400
"""From the one to the other what is done for each pair takes sixteen times as long, not four."""

_OURS = str(Path(gradcli.__file__).parent)

ROOM = 20
"""Characters that a view has room for: it may show the derivatives of a few nodes alone."""

LIKELY = "maximum", "factors"
"""Many users of one node, many inputs: where something may be done for each pair."""

SOON = [("graph", "factors"), ("descend", "maximum")]

LATER = [
    *(
        (command, shape)
        for command in benchmark.COMMANDS
        for shape in LIKELY
        if (command, shape) not in [*SOON, ("order 2", "factors")]  # that has a million answers
    ),
    ("diff", "softmax"),  # each of many derivatives is looked at for the names of steps
]


def lines_of_each(action: Callable[[], object]) -> Counter[CodeType]:
    """How many lines of each function run meanwhile, each turn of a loop in a line counted."""
    found: Counter[CodeType] = Counter()

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        found[frame.f_code] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return found


def lines_run(action: Callable[[], object]) -> int:
    """How many lines of Python run meanwhile."""
    return lines_of_each(action).total()


def test_what_is_counted() -> None:
    def pairs(count: int) -> list[tuple[int, int]]:
        return [(a, b) for a in range(count) for b in range(count)]

    assert lines_run(lambda: pairs(40)) > 3.5 * lines_run(lambda: pairs(20))


@pytest.mark.parametrize(
    ("command", "shape"),
    [*SOON, *(pytest.param(*each, marks=pytest.mark.slow) for each in LATER)],
)
def test_work_grows_with_the_text_alone(command: str, shape: str, tmp_path: Path) -> None:
    def work(text: str) -> int:
        words = *benchmark.COMMANDS[command], *benchmark.written(str(tmp_path), text)
        # What is read, imported or made once is no part of a text: a test before this one may have
        # done it for a small text and not for a large one.
        call(*words)
        return lines_run(lambda: call(*words))

    texts = [benchmark.SHAPES[shape](size) for size in SIZES]
    if call(*benchmark.COMMANDS[command], *benchmark.written(str(tmp_path), texts[0])).code:
        # What is refused has nothing in common with an empty text, which is not.
        small, middle, large = map(work, (texts[0], benchmark.SHAPES[shape](MIDDLE), texts[1]))
        exponent = math.log((large - middle) / (middle - small), MIDDLE / SIZES[0])
    else:
        empty, small, large = map(work, ("x*y + z", *texts))
        exponent = math.log((large - empty) / (small - empty), SIZES[1] / SIZES[0])
    assert exponent <= benchmark.LIMIT


@pytest.mark.parametrize(
    ("command", "shape"),
    [
        ("d/dx alone", "maximum"),
        pytest.param("diff", "maximum", marks=pytest.mark.slow),
        pytest.param("steps", "maximum", marks=pytest.mark.slow),
        pytest.param("diff", "softmax", marks=pytest.mark.slow),
        pytest.param("code", "maximum", marks=pytest.mark.slow),
    ],
)
def test_no_function_does_something_for_each_pair(command: str, shape: str, tmp_path: Path) -> None:
    """What does so in a single line is little of a short text, and nearly all of a long one."""

    def work(size: int) -> Counter[CodeType]:
        text = benchmark.SHAPES[shape](size)
        words = *benchmark.COMMANDS[command], *benchmark.written(str(tmp_path), text)
        call(*words)
        return lines_of_each(lambda: call(*words))

    small, large = map(work, _OF_PAIRS)
    begun = 30 * _OF_PAIRS[-1]  # what short texts need none of may be needed by long ones
    grown = [code for code, n in large.items() if n > 8 * small[code] + begun]
    assert [code for code in grown if code.co_filename.startswith(_OURS)] == []


def _shares(size: int) -> str:
    # None of the shares is too small for a float: those beyond take longer.
    return f"logsumexp({', '.join(f'x*{i % 97}.{i}1' for i in range(2 * size))})*y + z"


def _entries(size: int) -> str:
    return f"sum([{', '.join(f'x*{i}' for i in range(size // 8))}]*y) + z"


def _without_values(size: int) -> str:
    return f"sum(b[i]*c[i] for i in 1..{size // 2})"


def _guarded(size: int) -> str:
    return "+".join(f"xlogy(x, y+{i})" for i in range(size // 2)) + "+z"


def _conditions(size: int) -> str:
    text = "x > 0"
    for i in range(size // 2):
        text = f"(x > {i} {'and' if i % 2 else 'or'} {text})"
    return f"y if {text} else z"


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("json", _shares),
        pytest.param("code", _conditions, marks=pytest.mark.slow),
        pytest.param("diff", _guarded, marks=pytest.mark.slow),
        pytest.param("code", _shares, marks=pytest.mark.slow),
        ("d/dx", _without_values),
        ("dot", _entries),
    ],
)
def test_work_grows_with_a_text_of_another_shape_alone(
    command: str, text: Callable[[int], str], tmp_path: Path
) -> None:
    def work(size: int) -> int:
        words = *benchmark.COMMANDS[command], *benchmark.written(str(tmp_path), text(size))
        call(*words)
        return lines_run(lambda: call(*words))

    small, middle, large = map(work, (SIZES[0], MIDDLE, SIZES[1]))
    assert math.log2((large - middle) / (middle - small)) <= benchmark.LIMIT


TIED = {
    "alone": lambda n: "+".join(f"abs(x{i})" for i in range(n)),
    "in a chain": lambda n: "+".join(f"relu(x{i} - x{i + 1})" for i in range(n)),
    "at jumps": lambda n: "+".join(f"floor(x{i})*x{i + 1}" for i in range(n)),
    "in one": lambda n: f"max({', '.join(f'x{i}' for i in range(n))})",
}
"""Programs in which very many inputs are tied where all are 0, and which of them meet."""


def _evaluated(text: str, values: dict[str, float]) -> None:
    gradcli.evaluate(text, values).to_dict()


def _derived(text: str, values: dict[str, float]) -> None:
    _ = gradcli.derive(text, values).problems


@pytest.mark.parametrize(
    ("meeting", "ask"),
    [
        ("alone", _evaluated),
        *(
            pytest.param(meeting, ask, marks=pytest.mark.slow)
            for ask in (_evaluated, _derived)
            for meeting in TIED
            if (meeting, ask) != ("alone", _evaluated)
        ),
    ],
)
def test_what_is_told_of_many_kinks_grows_with_them_alone(
    meeting: str, ask: Callable[[str, dict[str, float]], None]
) -> None:
    def work(size: int) -> int:
        text = TIED[meeting](size)
        values = dict.fromkeys(gradcli.function(text).inputs, 0.0)
        return lines_run(lambda: ask(text, values))

    # Of fewer some are looked at more closely.
    small, large = map(work, (200, 800))
    assert math.log(large / small, 4) <= benchmark.LIMIT


@pytest.mark.slow
def test_conditions_within_conditions_are_understood_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each level of a tower of powers is reached where all outside it are.

    Long ones are differentiated from the outside inwards, where a condition has all others in it.
    """
    monkeypatch.setattr(deriver, "MOST_TANGENTS", 0)

    def work(size: int) -> int:
        text = benchmark.SHAPES["powers"](size)
        words = "diff", *benchmark.written(str(tmp_path), text)
        call(*words)
        return lines_run(lambda: call(*words))

    small, large = work(100), work(400)
    assert large <= 4.6 * small


def test_braces_of_other_languages_are_looked_for_once() -> None:
    def work(size: int) -> int:
        text = "{x}\n" * size
        return lines_run(lambda: call("eval", text, "--x", "1"))

    work(10)
    small, large = work(100), work(400)
    assert large <= 4.6 * small


def test_sums_of_all_earlier_sums_are_not_written_path_by_path(tmp_path: Path) -> None:
    sums = (f"v{i} = z + {' + '.join(f'v{j}' for j in range(i))}" for i in range(1, 26))
    text = "\n".join(["v0 = x*y", *sums, "v25*2"])
    files = benchmark.written(str(tmp_path), text)
    assert lines_run(lambda: call("paths", "--wrt", "x", *files)) < 2_000_000  # of 2^24 paths


def _counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[tuple[Any, ...]]:
    """The arguments of each call of a method or function from now on."""
    calls: list[tuple[Any, ...]] = []
    method = getattr(owner, name)

    def counting(*args: Any, **options: Any) -> Any:
        calls.append(args)
        return method(*args, **options)

    monkeypatch.setattr(owner, name, counting)
    return calls


OF_THOSE_SHOWN = {
    # steps are looked for; 40 are shown
    "reports of nodes": ("factors", 2_000, NodeReport, "__init__", (1, rows.SEARCHED + 299)),
    # the rows; three inputs are in 95 calls each
    "partials of calls": ("calls", 2_000, Outline, "slopes", (0, 39)),
    # the rows, and what they are made of; there are 1,000 steps
    "names to be written": ("statements", 2_000, Outline, "named", (1, 99)),
    # each of thousands of names is looked at for that, whoever writes formulas
    "looks for names of functions": ("softmax", 400, unparse, "_of_language", (1, 1)),
}
"""What a table makes of nodes that it shows: the shape, its size, how many at least and at most."""


@pytest.mark.parametrize("what", OF_THOSE_SHOWN)
def test_a_table_of_many_nodes_looks_at_few(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape, size, owner, name, (least, most) = OF_THOSE_SHOWN[what]
    files = benchmark.written(str(tmp_path), benchmark.SHAPES[shape](size))
    made = _counted(monkeypatch, owner, name)
    call("eval", *files)
    assert least <= len(made) <= most


def test_a_table_looks_for_its_rows_where_they_are(tmp_path: Path) -> None:
    files = benchmark.written(str(tmp_path), benchmark.SHAPES["factors"](4_000))
    lines = lines_of_each(lambda: call("eval", *files))
    looking = [count for code, count in lines.items() if "Nodes.places" in code.co_qualname]
    assert 0 < sum(looking) < 1_000  # there are 8,000 nodes


def test_the_line_above_a_table_is_written_as_far_as_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = benchmark.written(str(tmp_path), benchmark.SHAPES["comprehension"](2_000))
    written = _counted(monkeypatch, naming.Symbols, "beginning")
    call("eval", *files, variables={"COLUMNS": "80"})
    assert [most for _, most in written] == [2 * 80 + 1]


def test_blank_lines_are_not_searched_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = _counted(monkeypatch, spelling.re, "findall")
    assert long_names("\n" * 1_000 + "velocity_0 * x" + " " * 1_000 + "+ y") == ["velocity_0"]
    assert [text for _, text, *_ in searched] == ["velocity_0 * x + y"]


def test_a_maximum_of_many_is_taken_apart_once_for_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its argument by argument partials have the number of its ties, which is as long as it is."""
    monkeypatch.setattr(node_numbers, "MANY", 100)
    files = benchmark.written(str(tmp_path), benchmark.SHAPES["maximum"](1_000))
    written = _counted(monkeypatch, StandIns, "of")
    made = _counted(monkeypatch, Graph, "_made")
    call("eval", *files)
    assert len(written) < 1_000  # 500 arguments in each of 36 rows would be 18,000
    # Once for slopes as numbers, once for what may be tied and for partials as formulas.
    assert sum(op == "eq" for _, _, op, *_ in made) <= 2 * 500


def test_the_formula_of_a_node_is_written_once_for_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a long program it is a statement of the expression, and what the node is."""
    monkeypatch.setattr(naming, "LONGEST_PROGRAM", 100)
    files = benchmark.written(str(tmp_path), benchmark.SHAPES["softmax"](300))
    written = _counted(monkeypatch, text.Notation, "write")
    told = json.loads(call("eval", *files, "--json").out)
    formulas = [node["expression"] for node in told["nodes"] if node["op"] != "input"]
    assert told["expression"].count(";") == len(formulas) - 1
    derivatives = {node["derivative"] for node in told["nodes"]}
    assert len(written) <= len(formulas) + len(derivatives)


def test_code_looks_for_no_node_through_all_inputs() -> None:
    class Unsearched(list[Node]):
        def __contains__(self, item: object) -> bool:
            raise AssertionError("a search for each node: inputs times nodes")

    text = benchmark.SHAPES["factors"](19)
    model = read_model(text, [])
    program = Program(
        differentiated(model).at({node.name: 1.0 for node in model.inputs}),
        target_of("python"),
        by=Unsearched(model.inputs),
    )
    assert len(program.body(1 + len(model.inputs)).results) == 1 + len(model.inputs)


def test_a_derivative_by_one_of_many_inputs_copies_no_table_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Uncopied(dict[str, Node]):
        def __or__(self, other: object) -> Any:
            raise AssertionError("a table for each input: inputs times inputs")

    begin = deriver.Deriver.__init__

    def begun(self: Any, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        self._inputs = Uncopied(self._inputs)

    monkeypatch.setattr(deriver.Deriver, "__init__", begun)
    assert call("diff", "x*y + y*z", "--x", "1", "--y", "2", "--z", "3").code == 0


def test_calls_are_counted_where_there_may_be_too_many_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[object] = []
    walk = ast.walk
    monkeypatch.setattr(ast, "walk", lambda items: looks.append(items) or walk(items))
    program = benchmark.SHAPES["calls"](420)
    resolve(read(program))
    assert not looks
    monkeypatch.setattr(inline, "MOST_OPERATIONS", 300)
    resolve(read(program))
    assert looks


RUNS = {
    "sum": lambda count: "f(x) = " + "+".join(["ax"] * count) + "; f(t)",
    "nested": lambda count: "f(x) = " + "ax*(" * count + "x" + ")" * count + "; f(t)",
}
"""Short names in the formula of a function, which may be meant for products with its parameter."""


@pytest.mark.parametrize("shape", RUNS)
def test_short_names_are_looked_for_in_a_formula_once(shape: str) -> None:
    texts = [RUNS[shape](size) for size in (100, 400)]
    read(texts[-1])  # what is imported and remembered once is no part of any text
    small, large = (lines_run(lambda text=text: read(text)) for text in texts)
    assert math.log(large / small, 4) <= benchmark.LIMIT


LONG = {
    "powers": "x^v{}",
    "branches": "(v{} if x > 0 else y)",
    "products": "v{}*y",
}
"""Steps whose derivatives are too long to be shown, with many characters in each or hardly one."""


@pytest.mark.parametrize("shape", LONG)
def test_what_is_too_long_is_not_found_out_anew_for_every_node(shape: str) -> None:
    def work(size: int) -> int:
        steps = [f"v{place} = {LONG[shape].format(place - 1)}" for place in range(1, size)]
        model = read_model("\n".join(["v0 = x", *steps, f"v{size - 1}*y"]), ["x", "y"])
        nodes = brief(differentiated(model).at({"x": 1.0, "y": 1.0}))
        reports = [nodes.report(step) for step in model.steps]
        return lines_run(lambda: [report.shown_derivative(ROOM) for report in reports])

    small, large = work(100), work(400)
    assert math.log(large / small, 4) <= benchmark.LIMIT


def test_what_is_gathered_of_a_list_grows_with_its_length_alone() -> None:
    texts = [f"sum([x[i]^2 for i in 1..{size}])" for size in (25, 100)]
    call("diff", texts[0])
    small, large = (lines_run(lambda text=text: call("diff", text)) for text in texts)
    assert math.log(large / small, 4) <= benchmark.LIMIT


@pytest.mark.parametrize(
    ("costs", "shown"),
    [
        ([(0.1, 9.0)], ""),
        ([(0.1, 9.0), (0.4, 11.0)], "1.00 nan"),
        ([(0.1, 9.0), (0.4, 11.0), (1.6, 15.0)], "1.00 0.50"),
        ([(0.1, 9.0), (0.8, 11.0), (6.4, 51.0)], "1.50 2.16 !"),
    ],
)
def test_one_size_has_no_exponent(costs: list[tuple[float, float]], shown: str) -> None:
    """Time is compared with the text; of memory what each longer text adds."""
    sizes = [100, 400, 1600][: len(costs)]
    row = benchmark.Row(benchmark.Cost(0.0, 0.0), sizes, [benchmark.Cost(*each) for each in costs])
    _, _, *exponents = benchmark._row(row, [row], 120).split("x")[0].split()
    assert exponents[:-1] == shown.split()


@pytest.mark.parametrize("command", sorted(benchmark.REFUSING))
def test_what_is_too_large_to_be_shown_is_not_written(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = benchmark.written(str(tmp_path), benchmark.SHAPES["brackets"](1_600))
    written = _counted(monkeypatch, Unparser, "definition")
    looked = _counted(monkeypatch, NodeReport, "__init__")
    assert call(command, *files).code == benchmark.REFUSED
    assert not written
    assert not looked


@pytest.mark.parametrize(
    ("owner", "unneeded"),
    [(_Reading, ("_letters", "_bare", "_whole")), (Constants, ("_own", "_unparser"))],
)
def test_of_very_many_names_no_more_sets_are_made_than_needed(
    owner: type, unneeded: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sets take several times the memory of what is in them; these are for runs and constants."""
    asked: list[str] = []
    for name in unneeded:
        monkeypatch.setattr(owner, name, property(lambda _, name=name: asked.append(name)))
    files = benchmark.written(str(tmp_path), benchmark.SHAPES["softmax"](400))
    assert call("graph", "--force", *files).code == 0
    assert asked == []


def test_a_picture_needs_no_derivative_of_a_long_program_as_nodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_numbers, "MANY", 100)
    files = benchmark.written(str(tmp_path), benchmark.SHAPES["factors"](300))
    made = _counted(monkeypatch, with_derivative, "differentiate")
    assert call("graph", "--force", "--format", "mmd", *files).code == 0
    assert not made


@pytest.mark.parametrize("stage", ["_drawn", "page"])
def test_a_long_picture_in_characters_is_in_memory_once(
    stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a box what is drawn next and its text are kept: not its formula, nor both of its rows."""
    there: list[int] = []
    owner = rails if stage == "_drawn" else Canvas
    method = getattr(owner, stage)

    def counting(*args: Any) -> Any:
        found = method(*args)
        there.append(len(gc.get_objects()))
        return found

    monkeypatch.setattr(owner, stage, counting)
    sizes = 2_000, 4_000
    for size in sizes:
        files = benchmark.written(str(tmp_path), benchmark.SHAPES["statements"](size))
        call("graph", "--force", *files)  # what is made once
        gc.collect()
        call("graph", "--force", *files)
    each = (there[3] - there[1]) / (sizes[1] - sizes[0])
    assert each < 40  # a node or two, two lines of text, five pieces of these and their colours


def test_the_width_of_our_own_signs_is_no_matter_for_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [width(sign) for sign in SPELLED] == [cells.cell_len(sign) for sign in SPELLED]
    looked = _counted(monkeypatch, cells, "cell_len")
    assert width("∂out/∂x = −2·y…") == 15
    assert not looked
    assert width("漢∂") == 3
    assert len(looked) == 1


def test_what_may_be_wrong_is_looked_for_without_partials_as_nodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_numbers, "MANY", 100)
    files = benchmark.written(str(tmp_path), benchmark.SHAPES["quotients"](1_000))
    made = _counted(monkeypatch, Graph, "_made")
    assert call("nudge", "--by", "x=1e-9", *files).code == 0
    assert len(made) < 2 * 1_000 + 100  # a quotient and its input, and what their operation has
