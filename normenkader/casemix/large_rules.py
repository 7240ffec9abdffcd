"""The rules of `setting_aside.minutes_rules` as SQL, in the same order: the first that a row breaks is its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from normenkader.casemix.ledger import Code
from normenkader.casemix.setting_aside import most_minutes_per_week
from normenkader.study import Study


@dataclass(frozen=True, slots=True)
class LargeRule:
    """A rule, the condition in SQL on one row that breaks it (empty for duplicates), and what counts as minutes."""

    code: Code
    column: str
    broken: str
    counted: str


def own_rules(study: Study) -> tuple[LargeRule, ...]:
    """Rules on a contact's own row, and last that on rows that stand twice, which no row shows by itself."""
    both = study.info.time_definition == "direct+indirect"
    names = ("direct", "indirect") if both else ("direct",)
    counted, most = "(direct + indirect)" if both else "direct", most_minutes_per_week(study)
    found: list[tuple[Code, str, str]] = [("impossible", "date", "bad_date")]
    found += [("impossible", f"minutes_{name}", f"bad_minutes_{name}") for name in names]
    found += [("impossible", "date", "day IS NULL")]
    found += [("negative", f"minutes_{name}", f"{name} < 0") for name in names]
    found += [("missing_minutes", f"minutes_{name}", f"{name} IS NULL") for name in names]
    found += [
        ("impossible", "minutes_direct", f"{counted} > {most}" if np.isfinite(most) else "false"),
        ("outside_window", "date", f"(day < 0 OR day > {study.info.window_days - 1})"),
        ("duplicate", "", ""),
    ]
    return tuple(LargeRule(code, column, broken, counted) for code, column, broken in found)


def rule_number(rules: Sequence[LargeRule]) -> str:
    """SQL of the number of the first rule that a row breaks; -1 where it breaks none."""
    cases = " ".join(f"WHEN {rule.broken} THEN {number}" for number, rule in enumerate(rules) if rule.broken)
    return f"(CASE {cases} ELSE -1 END)"
