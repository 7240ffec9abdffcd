"""Answers kept beside a frozen value: asked once, dropped with the value, and never sent along."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import dataclass, field, replace

from normenkader.remembered import Kept, remembered

calls: list[tuple[int, int]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    number: int
    _kept: Kept = field(init=False, repr=False, compare=False, default_factory=Kept)


@remembered
def times(value: Value, factor: int = 1) -> int:
    calls.append((value.number, factor))
    return value.number * factor


def test_an_answer_is_worked_out_once_for_each_value_and_argument() -> None:
    calls.clear()
    value = Value(number=3)
    assert [times(value, 2), times(value, 2), times(value, 5), times(value, factor=5)] == [6, 6, 15, 15]
    assert calls == [(3, 2), (3, 5), (3, 5)]
    assert times(Value(number=3), 2) == 6
    assert len(calls) == 4


def test_a_changed_value_a_copy_and_another_process_start_without_answers() -> None:
    value = Value(number=3)
    times(value, 2)
    changed, sent = replace(value, number=4), pickle.loads(pickle.dumps(value))
    assert times(changed, 2) == 8
    assert sent == value
    assert (len(value._kept), len(sent._kept), len(deepcopy(value)._kept)) == (1, 0, 0)
