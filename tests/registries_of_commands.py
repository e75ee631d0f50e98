"""What else has to be known of a command or a view than its table, and who has forgotten it.

`REGISTRIES` is the list of all that a command brings along with its views.
"""

from __future__ import annotations

import json
import re

from command_line import ROOT
from test_commands import ASKED, NO_NAMES, TYPED, WORK
from test_commands_random import SLOW, WORDS
from test_doors_complete import DOORS, shown

from gradcli.cli.known import COMMANDS
from gradcli.views import schema

ALL = {"help"}
"""Parameters of every command that nothing has to be known of."""


def document(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def parameters(command):
    return [each for each in command.load().params if each.name not in ALL]


# --- Registries: each yields what it has forgotten of a command ---------------------------------


def names(name, command):
    if name not in COMMANDS:
        yield "it is not called: COMMANDS of gradcli/cli/app.py"


def examples(name, command):
    if f"\ngradcli {name} " not in f"\n{command.load().epilog}":
        yield "its help has no example, and an error without a formula none to show"


def work(name, command):
    if name not in WORK:
        yield "no command line is known that works: WORK of tests/test_commands.py"


def doors(name, command):
    for option in {shown(each) for each in parameters(command)} ^ {*DOORS.get(name, ())}:
        yield f"{option} has no door and no reason: DOORS of tests/test_doors_complete.py"


def schemas(name, command):
    if "json" not in command.views or name == "schema":
        return
    if name not in schema.names():
        yield "its JSON has no schema: FILES of gradcli/views/schema.py"
    elif f"\n## {json.loads(schema.text(name))['$id']}\n" not in document("json.md"):
        yield "its JSON is not described: docs/json.md"


def descriptions(name, command):
    chapter = f"\n{document('commands.md')}".partition(f"\n## gradcli {name}\n")[2]
    words = chapter.partition("\n## ")[0]
    if f"$ gradcli {name} --help\n" not in words:
        yield "its help is not shown: docs/commands.md"
    prose = re.sub(r"```.*?```", "", words, flags=re.DOTALL)
    described = set(re.findall(r"`(--?[a-z0-9-]+)", prose))
    for option in (option for each in parameters(command) for option in each.opts):
        if option.startswith("-") and option not in described:
            yield f"{option} is not described: docs/commands.md"


def random_words(name, command):
    for each in parameters(command):
        has_words = each.metavar in WORDS or each.metavar == "FILE" or each.type.name != "str"
        is_given = each.param_type_name == "option" and not each.is_flag
        if is_given and not has_words and not {*each.opts} & {*SLOW}:
            yield f"{each.metavar} has no random words: WORDS of tests/test_commands_random.py"


def spelled_names(name, command):
    for each in parameters(command) if command.takes_program else ():
        if "NAME" in (each.metavar or "") and not {*each.opts} & {*TYPED, *NO_NAMES}:
            yield f"{each.opts[0]} is not tried with names: TYPED of tests/test_commands.py"


REGISTRIES = {
    "names": names,
    "examples": examples,
    "work": work,
    "doors": doors,
    "schemas": schemas,
    "descriptions": descriptions,
    "random words": random_words,
    "spelled names": spelled_names,
}
"""Everything that a command brings along, and what finds out whether it is there."""


def ways_to_ask(name, view, command):
    if command.views[view].option is not None and (name, view) not in ASKED:
        yield "how it is asked for is not known: ASKED of tests/test_commands.py"


def forgotten(name, command):
    """What has been forgotten of a command and of its views, by registry."""
    found = {key: list(look(name, command)) for key, look in REGISTRIES.items()}
    asked = [each for view in command.views for each in ways_to_ask(name, view, command)]
    return {key: each for key, each in {**found, "ways to ask": asked}.items() if each}
