"""`gradcli why`: planted troubles are found where they began, and what is offered is right."""

from __future__ import annotations

import math

import pytest
from planted_troubles import TROUBLES

import gradcli


def answer(trouble):
    return gradcli.why(trouble.source, trouble.values, get=trouble.get or None)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: f"{each.source} {each.values}")
def test_a_planted_trouble_is_found_where_it_began(trouble):
    first, *_ = answer(trouble).causes
    assert (first.kind, first.expression) == (trouble.kind, trouble.expression), first.message
    assert first.index == trouble.index
    if not trouble.rewriting:
        assert first.rewriting is None, first.rewriting
        return
    assert first.rewriting is not None
    assert first.rewriting.expression.startswith(trouble.rewriting), first.rewriting
    if trouble.value is not None:
        assert math.isclose(first.rewriting.value, trouble.value, rel_tol=1e-12, abs_tol=1e-300)
