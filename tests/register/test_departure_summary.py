"""When departures call for a new calibration, against counts by hand; and that no small number can be read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normenkader.errors import InputRefused
from normenkader.register.departure_summary import Departures, rules_of, summarise_departures
from normenkader.register.departures import Entry

OURS, THEIRS = "ab" * 32, "cd" * 32
RULES = rules_of({})


def up(n: int, *, band: int = 1, month: str = "2026-03", number: str = OURS, reason: str = "veiligheid") -> list[Entry]:
    one = Entry(kind="deviation", month=month, calibration_number=number, band=band, unit="minutes per week",
                norm_minutes=100, granted_minutes=130, granted_band=band, direction="up", reason=reason)  # fmt: skip
    return [one] * n


def down(n: int, *, band: int = 1) -> list[Entry]:
    one = Entry(kind="deviation", month="2026-04", calibration_number=OURS, band=band, unit="minutes per week",
                norm_minutes=100, granted_minutes=55, granted_band=2, direction="down", reason="andere")  # fmt: skip
    return [one] * n


def plain(n: int, *, band: int = 1) -> list[Entry]:
    return [Entry(kind="decision", month="2026-03", calibration_number=OURS, band=band)] * n


def summary(entries: list[Entry], decisions: dict[int, int] | None = None, **more: str) -> Departures:
    return summarise_departures(entries, calibration_number=OURS, bands=[1, 2], rules=RULES, decisions=decisions,
                                **more)  # fmt: skip


@pytest.mark.parametrize(
    ("n_up", "n_down", "decisions", "verdict"),
    [
        (11, 0, 100, "herijken"), (10, 0, 100, "niet"), (0, 0, 100, "niet"), (9, 0, 99, "niet te zeggen"),
        (9, 0, 20, "niet te zeggen"), (10, 0, 40, "herijken"), (10, 0, 99, "herijken"), (0, 41, 400, "herijken"),
        (40, 40, 400, "niet"), (0, 0, 0, "niet te zeggen"),
    ],
)  # fmt: skip
def test_the_answer_of_a_band(n_up: int, n_down: int, decisions: int, verdict: str) -> None:
    found = summary(up(n_up) + down(n_down), {1: max(decisions, n_up + n_down), 2: 200})
    assert found.bands[0].verdict == verdict
    assert found.bands[1].verdict == "niet"
    assert found.verdict == verdict


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 700))
@settings(max_examples=300, deadline=None)
def test_the_answer_never_tells_a_small_number(n_up: int, n_down: int, others: int) -> None:
    n = n_up + n_down + others
    verdict = summary(up(n_up) + down(n_down), {1: n, 2: 0}).bands[0].verdict
    over = [k for k in (n_up, n_down) if k > Fraction(1, 10) * n and k >= 10]
    assert (verdict == "herijken") == bool(over)
    # Where an answer is given, it is the same for every number under the threshold.
    if verdict != "niet te zeggen":
        for fewer in range(10):
            if n_up < 10 and fewer + n_down <= n:
                assert summary(up(fewer) + down(n_down), {1: n, 2: 0}).bands[0].verdict == verdict


def test_counts_shares_and_means_are_those_of_the_entries() -> None:
    found = summary(up(23) + down(12), {1: 200, 2: 0}).bands[0]
    assert (found.n_decisions, found.n_up, found.n_down, found.n_other_band) == (200, 25, 10, 10)
    assert (found.share_up, found.share_down) == (0.12, 0.06)
    assert (found.mean_up, found.mean_down) == (30.0, -45.0)


def test_small_numbers_are_not_shown() -> None:
    found = summary(up(9), {1: 200, 2: 0})
    assert (found.bands[0].n_up, found.bands[0].share_up, found.bands[0].mean_up) == (None, None, None)
    assert dict(found.reasons)["veiligheid"] is None
    assert summary(up(95), {1: 100, 2: 0}).bands[0].share_up is None


def test_without_a_number_of_decisions_there_is_no_answer() -> None:
    found = summary(up(50))
    assert (found.counted, found.verdict) == ("", "niet te zeggen")
    assert "niet bekend" in found.bands[0].reason


def test_logged_decisions_count_together_with_the_departures() -> None:
    found = summary(up(15) + plain(85))
    assert (found.counted, found.bands[0].n_decisions, found.bands[0].verdict) == ("logged", 100, "herijken")
    assert found.bands[1].verdict == "niet te zeggen"


def test_other_calibrations_and_months_do_not_count() -> None:
    entries = up(40, number=THEIRS) + up(12, month="2025-12") + up(11)
    found = summary(entries, {1: 100, 2: 100}, first="2026-01", last="2026-12")
    assert (found.bands[0].n_up, found.n_other_calibrations) == (10, 40)
    assert (found.first, found.last) == ("2026-03", "2026-03")


def test_reasons_are_counted_over_all_bands() -> None:
    entries = up(61, reason="veiligheid") + up(32, band=2, reason="overgang") + up(44, reason="verdwenen_code")
    shown = dict(summary(entries + up(6, reason="andere") + up(4, reason="passende_bijdrage")).reasons)
    assert (shown["veiligheid"], shown["overgang"], shown["verdwenen_code"]) == (60, 30, 45)
    assert shown["andere"] is shown["passende_bijdrage"] is shown["niet_planbare_zorg"] is None
    assert list(shown)[:8] == list(RULES.deviation.reasons)


@pytest.mark.parametrize("decisions", [{1: 10, 2: 0}, {3: 100}])
def test_numbers_of_decisions_that_cannot_be_are_refused(decisions: dict[int, int]) -> None:
    with pytest.raises(InputRefused, match="band"):
        summary(up(11), decisions)


def test_the_rules_are_those_of_the_calibration() -> None:
    rules = rules_of({"deviation": {"reasons": ["x_y"], "trigger_share": 0.25, "min_clients": 5, "round_to": 1}})
    found = summarise_departures(up(6), calibration_number=OURS, bands=[1], rules=rules, decisions={1: 24})
    assert found.bands[0].verdict == "niet"
    found = summarise_departures(up(7), calibration_number=OURS, bands=[1], rules=rules, decisions={1: 24})
    assert (found.bands[0].verdict, found.bands[0].n_up) == ("herijken", 7)
    assert "25%" in found.bands[0].reason
