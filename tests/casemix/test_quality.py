"""The data-quality report: each measure by hand, by provider, and what may not be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_studies import Row, small_study

import normenkader as nk
from normenkader.casemix import CODES, QUALITY_MEASURES, QUALITY_REASONS_DUTCH, QualityFinding
from normenkader.casemix import quality_words as words

N = 12


def clients(provider: str, number: int, **cells: str) -> list[dict[str, str]]:
    """`number` clients of one provider with an episode each."""
    ids = [f"{provider}{i}" for i in range(number)]
    return [{"client": f"c{i}", "episode": f"e{i}", "provider": provider, **cells} for i in ids]


def contact(episode: Row, **cells: str) -> dict[str, str]:
    return {"episode": episode["episode"], **cells}


Findings = dict[tuple[str, str], QualityFinding]


def findings(folder: Path, episodes: list[Row], minutes: list[Row] | None = None, **options: str) -> Findings:
    casemix = nk.read_casemix(small_study(folder, episodes, minutes, **options))
    found = {(finding.code, finding.provider): finding for finding in casemix.quality}
    assert len(found) == len(casemix.quality)
    return found


def test_heaping_of_contacts_by_provider_and_by_chance(tmp_path: Path) -> None:
    """A writes 60 each time. B writes 60, 30, 15, 5 and 7, and a zero that is no heap."""
    a, b = clients("A", N), clients("B", N)
    times = ["60", "30", "15", "5", "7", "0"]
    minutes = [contact(e, minutes_direct="60") for e in a]
    minutes += [contact(e, minutes_direct=t) for e in b for t in times]
    found = findings(tmp_path, a + b, minutes)
    for step, share in {5: 4 / 5, 15: 3 / 5, 30: 2 / 5, 60: 1 / 5}.items():
        assert found[f"heaping_{step}", "A"].value == 1.0
        assert found[f"heaping_{step}", "B"].value == pytest.approx(share)
        assert found[f"heaping_{step}", ""].value == pytest.approx((1 + 5 * share) / 6, abs=5e-4)
        assert found[f"heaping_{step}", ""].expected == pytest.approx(1 / step, abs=5e-5)


def test_heaping_of_totals_without_contacts(tmp_path: Path) -> None:
    found = findings(tmp_path, clients("A", N, minutes="90") + clients("B", N, minutes="91"))
    assert [found["heaping_30", p].value for p in ("A", "B", "")] == [1.0, 0.0, 0.5]


@pytest.mark.parametrize(
    ("study", "reason"),
    [('outcome_is = "rate"', words.NOT_A_TOTAL), ('unit = "days"', words.NOT_IN_MINUTES)],
)
def test_heaping_means_nothing_for_a_rate_or_days(tmp_path: Path, study: str, reason: str) -> None:
    options = {"study": f'time_definition = "direct"\n{study}'}
    found = findings(tmp_path, clients("A", N, minutes="90"), **options)
    assert (found["heaping_5", "A"].value, found["heaping_5", "A"].reason) == (None, reason)


def test_planned_copied_and_the_cap(tmp_path: Path) -> None:
    """480 minutes in four weeks are 120 a week: copied and at the cap; 600 is above it; 400 is neither."""
    some = [*clients("A", 20, minutes="480"), *clients("B", 10, minutes="600"), *clients("C", 10, minutes="400")]
    episodes = [{**e, "provider": "A", "assigned_minutes_per_week": "120"} for e in some]
    found = findings(tmp_path, [*episodes, {"minutes": "1", "assigned_minutes_per_week": ""}])
    assert found["planned_copied", "A"].value == pytest.approx(0.5)
    assert found["at_cap", "A"].value == pytest.approx(0.75)


def test_unknown_assigned_minutes_have_a_reason(tmp_path: Path) -> None:
    found = findings(tmp_path, clients("A", N, minutes="480"))
    assert (found["at_cap", ""].value, found["at_cap", ""].reason) == (None, words.NO_ASSIGNED)


def test_identical_weeks_and_weeks_without_contact(tmp_path: Path) -> None:
    """A has 60 in each of four weeks; B has 60 in one of them."""
    a, b = clients("A", N), clients("B", N)
    mondays = ["2025-09-01", "2025-09-08", "2025-09-15", "2025-09-22"]
    minutes = [contact(e, date=d) for e in a for d in mondays] + [contact(e, date=mondays[2]) for e in b]
    found = findings(tmp_path, a + b, minutes)
    assert [found["identical_weeks", p].value for p in ("A", "B", "")] == [1.0, 0.0, 0.5]
    assert [found["weeks_without_contact", p].value for p in ("A", "B", "")] == [0.0, 0.75, 0.38]


def test_missing_indirect_time(tmp_path: Path) -> None:
    a, b = clients("A", N), clients("B", N)
    minutes = [contact(e, minutes_indirect="0") for e in a[:6]] + [contact(e, minutes_indirect="") for e in a[6:]]
    minutes += [contact(e, minutes_indirect="10") for e in b]
    found = findings(tmp_path, a + b, minutes)
    assert [found["missing_indirect", p].value for p in ("A", "B", "")] == [1.0, 0.0, 0.5]
    without = findings(tmp_path, a, [contact(e) for e in a])
    assert without["missing_indirect", ""].reason == words.NO_INDIRECT
    assert findings(tmp_path, clients("A", N, minutes="1"))["missing_indirect", ""].reason == words.NO_CONTACTS


def test_overlap_counts_conflicts_too(tmp_path: Path) -> None:
    """B's episodes overlap with A's for the same twelve clients; half of them disagree on the load."""
    a = clients("A", N, minutes="60")
    b = [{**e, "provider": "B", "episode": f"{e['episode']}b"} for e in a]
    b = [{**e, "load": "zwaar"} if i < 6 else e for i, e in enumerate(b)]
    alone = clients("C", N, minutes="60")
    found = findings(tmp_path, [*a, *b, *alone])
    assert [found["overlapping_episodes", p].value for p in ("A", "B", "C")] == [1.0, 1.0, 0.0]
    assert found["overlapping_episodes", ""].value == 0.67
    # Six sums cross providers: fewer than may be shown.
    assert (found["sums_across_providers", ""].value, found["sums_across_providers", ""].reason) == (
        None, words.TOO_FEW_ROWS
    )  # fmt: skip
    assert ("sums_across_providers", "A") not in found


def test_sums_across_providers_are_counted_when_there_are_enough(tmp_path: Path) -> None:
    a = clients("A", 18, minutes="60")
    b = [{**e, "provider": "B", "episode": f"{e['episode']}b"} for e in a]
    assert findings(tmp_path, [*a, *b])["sums_across_providers", ""].value == 20.0
    separate = findings(tmp_path, [*a, *b], more='[casemix]\nconcurrent = "separate"')
    assert separate["sums_across_providers", ""].value == 0.0


def test_shares_by_basis_cover_what_was_not_accepted(tmp_path: Path) -> None:
    rows = [*clients("A", 20, minutes_basis="measured"), *clients("B", 10, minutes_basis="planned"),
            *clients("C", 10, minutes_basis="")]  # fmt: skip
    found = findings(tmp_path, [{**row, "provider": "A", "minutes": "60"} for row in rows])
    shares = {c: found[c, "A"].value for c in QUALITY_MEASURES if c.startswith("basis_")}
    assert shares == {
        "basis_measured": 0.5, "basis_registered": 0.0, "basis_declared": 0.0, "basis_planned": 0.25,
        "basis_estimated": 0.0, "basis_unknown": 0.25,
    }  # fmt: skip


def test_exposure_that_disagrees_with_the_dates(tmp_path: Path) -> None:
    rows = [*clients("A", N, exposure_days="28"), *clients("B", N, exposure_days="20"), *clients("C", N)]
    found = findings(tmp_path, [{**row, "provider": "A", "minutes": "60"} for row in rows])
    assert found["exposure_disagreement", "A"].value == 0.5
    assert findings(tmp_path, clients("A", N, minutes="1"))["exposure_disagreement", ""].reason == words.NO_EXPOSURE


def test_contacts_outside_the_episode(tmp_path: Path) -> None:
    episodes = clients("A", N, start="2025-09-08", end="2025-09-14")
    days = ["2025-09-07", "2025-09-08", "2025-09-14", "2025-09-15"]
    found = findings(tmp_path, episodes, [contact(e, date=d) for e in episodes for d in days])
    assert found["contacts_outside_episode", "A"].value == 0.5


def test_rows_set_aside_by_code_are_rounded_or_held_back(tmp_path: Path) -> None:
    """A loses 12 episodes and 12 of their contacts, B 3 of its 20; one orphan is of nobody."""
    a = clients("A", N, load="")
    b = clients("B", 20)
    b = [{**e, "load": ""} if i < 3 else e for i, e in enumerate(b)]
    minutes = [contact(e) for e in [*a, *b]] + [{"episode": "unknown"}]
    found = findings(tmp_path, [*a, *b], minutes)
    assert found["set_aside_missing_factor", "A"].value == 10.0
    assert found["set_aside_orphan", "A"].value == 10.0
    assert found["set_aside_negative", "A"].value == 0.0
    held = found["set_aside_missing_factor", "B"]
    assert (held.value, held.reason, held.unit) == (None, words.TOO_FEW_ROWS, "rows")
    assert found["set_aside_missing_factor", ""].value == 15.0
    assert found["set_aside_orphan", ""].value == 15.0


def test_a_provider_with_few_clients_shows_nothing(tmp_path: Path) -> None:
    few = clients("B", 9, minutes="90", assigned_minutes_per_week="120")
    found = findings(tmp_path, [*clients("A", 10, minutes="90"), *few])
    of_b = [finding for (_, provider), finding in found.items() if provider == "B"]
    assert of_b
    assert all(finding.value is None and finding.reason for finding in of_b)
    assert found["heaping_5", "A"].value == 1.0
    # Only the nine clients of B have assigned minutes, so neither may the whole be shown.
    assert found["at_cap", ""].reason == words.TOO_FEW


def test_many_rows_of_few_clients_are_still_few_clients(tmp_path: Path) -> None:
    episodes = clients("A", 9)
    days = [f"2025-09-{d:02d}" for d in range(1, 15)]
    found = findings(tmp_path, episodes, [contact(e, date=d) for e in episodes for d in days])
    assert found["heaping_5", ""].reason == words.TOO_FEW


def test_rows_of_no_provider_count_in_the_whole_only(tmp_path: Path) -> None:
    nobody = [{**row, "provider": ""} for row in clients("A", N)]
    quality = nk.read_casemix(small_study(tmp_path, [*nobody, *clients("B", N)], [{}])).quality
    aside = {f.provider: f.value for f in quality if f.code == "set_aside_missing_factor"}
    assert aside == {"": 10.0, "B": 0.0}


def test_order_is_all_together_first_then_providers_by_name(tmp_path: Path) -> None:
    rows = [*clients("B", N, minutes="1"), *clients("A", N, minutes="1")]
    quality = nk.read_casemix(small_study(tmp_path, rows)).quality
    assert list(dict.fromkeys(finding.provider for finding in quality)) == ["", "A", "B"]
    # What stands there only where minutes by week are kept of a draw: test_large_minutes.py has it.
    always = [code for code in QUALITY_MEASURES if code != "weeks_sampled"]
    assert [f.code for f in quality if not f.provider] == always
    assert [f.code for f in quality if f.provider == "A"] == [c for c in always if c != "sums_across_providers"]


def test_every_measure_and_reason_is_in_words() -> None:
    for measure in QUALITY_MEASURES.values():
        for sentence in (measure.english, measure.dutch):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert ". " not in sentence
    assert {code.removeprefix("set_aside_") for code in QUALITY_MEASURES if code.startswith("set_")} == set(CODES)
    reasons = {value for name, value in vars(words).items() if name.startswith(("NO_", "NOT_", "TOO_"))}
    assert reasons == set(QUALITY_REASONS_DUTCH)


def test_for_all_together_a_share_that_rests_on_a_few_rows_is_hidden(tmp_path: Path) -> None:
    """With the number of clients published, 0.8 % of 120 would say that it is one of them."""
    rows = [*clients("A", 119), *clients("B", 1, minutes_basis="planned")]
    found = findings(tmp_path, [{**row, "provider": "A", "minutes": "60"} for row in rows])
    hidden = found["basis_planned", ""]
    assert (hidden.value, hidden.reason) == (None, words.TOO_FEW_ON_A_SIDE)
    assert [found[f"basis_{b}", ""].value for b in ("registered", "estimated")] == [None, 0.0]


def test_a_share_that_few_clients_have_or_lack_is_hidden_at_a_provider_too(tmp_path: Path) -> None:
    """One of 23 at the cap is 4 %; whoever knows of the 23 knows of the one. None and all tell of no one."""

    def found(at_cap: int) -> QualityFinding:
        rows = [*clients("A", at_cap, minutes="480"), *clients("B", 23 - at_cap, minutes="40")]
        rows = [{**row, "provider": "A", "assigned_minutes_per_week": "120"} for row in rows]
        folder = tmp_path / str(at_cap)
        folder.mkdir()
        return findings(folder, rows)["at_cap", "A"]

    shown = {n: found(n) for n in (0, 1, 9, 10, 13, 14, 22, 23)}
    assert {n: f.value for n, f in shown.items() if f.value is not None} == {0: 0.0, 10: 0.43, 13: 0.57, 23: 1.0}
    assert {f.reason for f in shown.values() if f.value is None} == {words.TOO_FEW_ON_A_SIDE}


def test_of_shares_that_add_up_two_are_hidden(tmp_path: Path) -> None:
    """With the share of planned minutes hidden, one less the others would tell it."""
    rows = [*clients("A", 30, minutes_basis="measured"), *clients("B", 14, minutes_basis="declared"),
            *clients("C", 3, minutes_basis="planned")]  # fmt: skip
    found = findings(tmp_path, [{**row, "provider": "A", "minutes": "60"} for row in rows])
    shares = {c: found[c, "A"].value for c in QUALITY_MEASURES if c.startswith("basis_")}
    assert {c for c, value in shares.items() if value is None} == {"basis_declared", "basis_planned"}
    assert shares["basis_measured"] == 0.64
