"""Random programs whose branches that are not taken have infinite values and partials."""

from __future__ import annotations

import random

POINT = {"x": 0.0, "y": -1.0, "w": 2.0, "v": 0.5}
"""Where the programs are evaluated: x is at the border of domains, and of no condition."""

SINGULAR = (
    "sqrt({x})", "log({x})", "1/{x}", "{x}^0.5", "1/{x}^2", "cbrt({x})*log({x})", "acos({x} + 1)",
    "atanh(1 + {x})", "sqrt(sqrt({x})*{s})", "w*sqrt({x})", "{s}*log({x})", "exp(1/{x})/{s}",
    "bad({x})", "bad({x}*{s}) + {s}", "max({x}/{x}, {s})", "hypot(sqrt({x}), {s})",
)  # fmt: skip
"""Not defined, or without a finite derivative, where {x} is 0; {s} is anything."""

ZERO = ("x", "x*w", "sin(x)", "x*{s}", "(x + x)", "relu(y)", "max(x, y)")
"""What is 0 at the point."""

TRUE = ("x <= 1", "y < x", "not x > 1", "x != 1", "y < 0 and x >= -1", "x == 1 or y < 0", "w > 1")
FALSE = ("x > 1", "y >= 0", "x == 1", "not x <= 1", "y > 0 or x > 1", "x > y + 2", "x and y > 0")

SMOOTH = (
    "sin({s})", "tanh({s})", "tanh({s})^2", "{s}*cos({s})", "{s} + w*{s}", "{s} - v*{s}",
    "half({s})", "relu({s})", "max({s}, {s})", "x + {s}", "{s}/(2 + {s}^2)", "twice({s})",
    "exp(-{s}^2)",
)  # fmt: skip
"""Finite, with finite partials, wherever {s} is finite."""

OUTER = ("sqrt({z})", "cbrt({z})", "{z}^0.25", "sqrt(w*{z})", "sqrt({z})*v", "bad({z})*0 + {z}")
"""With an infinite partial where {z} is 0; nothing comes through {z} then."""

FUNCTIONS = (
    "half(z) = (sqrt(z) if z > 1000000 else z/2);"
    " twice(z) = (2*z if z < 1000000 else log(z - 2000000));"
    " bad(z) = sqrt(z)/2; closed(z) = (z^0.5*w if z > 1 else 0)"
)


def program(seed: int) -> str:
    """A program of up to nine steps; everything that is taken is finite at the point."""
    chance = random.Random(seed)  # noqa: S311  (the same programs each time)
    names = ["y", "w", "v"]

    def filled(template: str, **texts: str) -> str:
        while "{s}" in template:
            template = template.replace("{s}", chance.choice(names[-4:]), 1)
        return template.format(**texts)

    lines = [FUNCTIONS]
    for place in range(chance.randint(2, 8)):
        singular = filled(chance.choice(SINGULAR).replace("{x}", chance.choice(ZERO)))
        smooth = filled(chance.choice(SMOOTH))
        true, false = chance.choice(TRUE), chance.choice(FALSE)
        closed = chance.choice((f"(({singular}) if {false} else 0)", "closed(x)"))
        line = chance.choice(
            (
                f"(({singular}) if {false} else ({smooth}))",
                f"where({true}, {smooth}, {singular})",
                f"where({true}, where({false}, {singular}, {smooth}), {singular})",
                f"{smooth} + v*{closed} + log(1 + relu(x - 1))",
                chance.choice(OUTER).replace("{z}", closed) + f" + {smooth}",
                smooth,
            )
        )
        names.append(f"s{place}")
        lines.append(f"s{place} = {line}")
    return "; ".join([*lines, f"J = {names[-1]}*{names[-2]} + x*{names[-1]} + closed(x) + v*w*y"])
