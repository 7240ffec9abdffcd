"""What may be adopted, withdrawn and corrected, and what is refused with which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from registers import evidence, moment

from normenkader.errors import InputRefused
from normenkader.register.adopt import Catalogued, adopt, withdraw
from normenkader.register.chained_file import read_register
from normenkader.register.history import timeline


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Version 1 from January on, version 2 from March to May."""
    take(tmp_path, "een", "2026-01-01", at=0)
    take(tmp_path, "twee", "2026-03-01", "2026-05-31", at=1)
    return tmp_path


def take(home: Path, name: str, first: str, last: str | None = None, *, at: int = 5, **more: Any) -> None:
    adopt(home, evidence(name), valid_from=date.fromisoformat(first), now=moment(at), decision="Besluit 12",
          valid_to=date.fromisoformat(last) if last else None, **more)  # fmt: skip


def shown(home: Path) -> list[tuple[int, str, str | None]]:
    periods = timeline(read_register(home).events)
    return [(p.version, p.valid_from.isoformat(), p.valid_to.isoformat() if p.valid_to else None) for p in periods]


def test_an_open_ended_predecessor_ends_the_day_before(home: Path) -> None:
    assert shown(home) == [(1, "2026-01-01", "2026-02-28"), (2, "2026-03-01", "2026-05-31")]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-05-31", None, r"version 2 has legal force from 2026-03-01 to 2026-05-31 inclusive \(event 2\); version "
                             r"3 from 2026-05-31 on overlaps with it: begin after those days"),
        ("2026-02-01", None, r"version 2 .* end it with --to 2026-02-28 or earlier"),
        ("2026-03-01", "2026-03-01", r"in the place of that event, add --corrects 2"),
        ("2026-01-01", "2026-01-31", r"version 1 .* add --corrects 1"),
        ("2025-12-01", "2026-01-01", r"version 1 .* end it with --to 2025-12-31 or earlier"),
        ("2026-06-02", "2026-06-01", "the last day is before the first"),
        ("0026-06-02", None, "write it as yyyy-mm-dd"),
    ],
)  # fmt: skip
def test_other_overlap_is_refused_and_the_way_out_is_told(home: Path, first: str, last: str | None, words: str) -> None:
    with pytest.raises(InputRefused, match=words):
        take(home, "drie", first, last)
    assert len(read_register(home).events) == 2


def test_what_fits_between_is_allowed_and_the_past_too(home: Path) -> None:
    take(home, "drie", "2026-02-10", "2026-02-28")
    take(home, "vier", "2025-06-01", "2025-12-31")
    assert shown(home)[:2] == [(4, "2025-06-01", "2025-12-31"), (1, "2026-01-01", "2026-02-09")]


def test_the_same_calibration_keeps_its_version_number(home: Path) -> None:
    take(home, "een", "2026-06-01")
    assert shown(home)[-1] == (1, "2026-06-01", None)


def test_a_correction_of_a_correction_and_the_wrong_targets(home: Path) -> None:
    take(home, "drie", "2026-03-15", "2026-05-31", corrects=2)
    assert shown(home) == [(1, "2026-01-01", "2026-03-14"), (3, "2026-03-15", "2026-05-31")]
    for target, words in ((2, "corrected already, by event 3; correct that one"), (9, "no event 9")):
        with pytest.raises(InputRefused, match=words):
            take(home, "vier", "2026-04-01", corrects=target)
    take(home, "vier", "2026-04-01", corrects=3, transition="Voor wie al een besluit had.")
    assert shown(home) == [(1, "2026-01-01", "2026-03-31"), (4, "2026-04-01", None)]
    with pytest.raises(InputRefused, match=r"event 5 is of another kind \(transition\); its adoption is event 4"):
        take(home, "vier", "2026-04-01", corrects=5)


def test_a_correction_that_would_make_later_events_overlap_is_refused(home: Path) -> None:
    with pytest.raises(InputRefused, match=r"version 1 has legal force from 2026-04-01 on \(event 3\); version 2"):
        take(home, "een", "2026-04-01", corrects=1)


def test_a_withdrawal_may_leave_a_gap_and_revives_nothing(home: Path) -> None:
    withdraw(home, 2, valid_from=date(2026, 4, 1), reason="Vernietigd", now=moment(6))
    assert shown(home) == [(1, "2026-01-01", "2026-02-28"), (2, "2026-03-01", "2026-03-31")]
    withdraw(home, 2, valid_from=date(2026, 3, 1), reason="Vernietigd vanaf het begin", corrects=3, now=moment(7))
    assert shown(home) == [(1, "2026-01-01", "2026-02-28")]


@pytest.mark.parametrize(
    ("version", "first", "words"),
    [(2, "2026-06-01", r"no legal force on or after 2026-06-01.*it has force from 2026-03-01 to 2026-05-31 inclusive"),
     (1, "2026-03-01", "nothing to withdraw"), (7, "2026-03-01", "no version 7; it has: 1, 2")],
)  # fmt: skip
def test_there_must_be_something_to_withdraw(home: Path, version: int, first: str, words: str) -> None:
    with pytest.raises(InputRefused, match=words):
        withdraw(home, version, valid_from=date.fromisoformat(first), reason="R", now=moment(6))


def test_an_adoption_cannot_be_corrected_by_a_withdrawal(home: Path) -> None:
    with pytest.raises(InputRefused, match=r"event 2 is of another kind \(adopt\)"):
        withdraw(home, 2, valid_from=date(2026, 4, 1), reason="R", corrects=2, now=moment(6))


@pytest.mark.parametrize("text", ["", "  ", "Besluit\x1b[2J", "Besluit \ud800"])
def test_a_decision_must_be_a_text_that_can_be_printed(home: Path, text: str) -> None:
    with pytest.raises(InputRefused, match="--decision"):
        adopt(home, evidence("drie"), valid_from=date(2027, 1, 1), decision=text, now=moment(5))


def test_a_known_number_with_other_norms_is_refused(home: Path) -> None:
    forged = replace(evidence("een"), norms_sha256="0" * 64)
    with pytest.raises(InputRefused, match="calibration number of version 1, and other norms"):
        adopt(home, forged, valid_from=date(2027, 1, 1), decision="B", now=moment(5))


def test_an_event_holds_what_it_rests_on(tmp_path: Path) -> None:
    about, known = evidence("een"), Catalogued(model_name="n", model_version=3, run_id="r", commit="abc", dirty=False)
    now = datetime(2026, 1, 5, 10, 0, 0, 999, tzinfo=UTC)
    (event,) = adopt(tmp_path, about, valid_from=date(2026, 2, 1), decision=" B 1 ", catalogued=known, now=now)
    for name in ("calibration_number", "receipt_seal", "norms_sha256", "bands_sha256", "data_sha256", "bands", "unit"):
        assert getattr(event, name) == getattr(about, name)
    assert event.code == {"version": "0.1.0", "commit": "abc", "dirty": False}
    assert event.catalogue == {"model_name": "n", "model_version": 3, "run_id": "r"}
    assert (event.decision, event.folder, event.registered_on) == ("B 1", "", now.replace(microsecond=0))
