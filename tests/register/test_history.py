"""Both axes of time, against a model that paints days one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import Act, DayByDay, Refused, evidence, in_place, moment

from normenkader.errors import InputRefused
from normenkader.register.adopt import adopt, withdraw
from normenkader.register.chained_file import read_register
from normenkader.register.events import Event
from normenkader.register.history import in_force, legal_day, timeline, without_effect


def _acts(events: tuple[Event, ...]) -> list[Act]:
    return [
        Act(number=e.number, registered=e.registered_on, first=e.valid_from, last=e.valid_to, version=e.version,
            adopts=e.kind != "withdraw", corrects=e.corrects)
        for e in events if e.kind != "transition"
    ]  # fmt: skip


@pytest.fixture(scope="module")
def six_versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Event, ...]:
    """Six versions: a gap, an end of its own, a same-day change, a later correction, a withdrawal, a past adoption."""
    home = tmp_path_factory.mktemp("register")

    def take(day: int, name: str, first: str, last: str | None = None, **more: int | str) -> None:
        adopt(home, evidence(name), valid_from=date.fromisoformat(first), decision=f"Besluit {name}",
              valid_to=date.fromisoformat(last) if last else None, now=moment(day), **more)  # type: ignore[arg-type]  # fmt: skip

    take(0, "een", "2026-01-01")
    take(40, "twee", "2026-03-01")
    take(41, "drie", "2026-03-01", corrects=2)
    take(120, "vier", "2026-06-01", "2026-08-31")
    take(250, "vijf", "2026-10-01", transition="Wie voor 1 oktober een besluit had, houdt dat tot het afloopt.")
    withdraw(home, 5, valid_from=date(2026, 11, 16), reason="Vernietigd.", now=moment(345))
    take(360, "zes", "2026-09-10", "2026-09-20")
    take(370, "vier", "2027-01-01")
    take(400, "vier", "2026-06-15", "2026-08-31", corrects=4)
    take(401, "een", "2027-02-01", "2027-02-28")
    return read_register(home).events


def test_six_versions_are_right_on_every_day_as_known_on_every_day(six_versions: tuple[Event, ...]) -> None:
    acts, model = _acts(six_versions), DayByDay(date(2025, 11, 1), 560)
    compared = 0
    for known_on in [model.first + timedelta(days=n) for n in range(0, 560, 3)]:
        end = datetime(known_on.year, known_on.month, known_on.day, 22, 30, tzinfo=UTC)
        expected = model.paint([act for act in acts if act.registered <= end])
        for day in model.all_days()[::5]:
            found = in_force(six_versions, on=day, known_on=known_on)
            assert (found.event.number if found else None) == (expected[day].number if day in expected else None)
            compared += 1
    assert compared > 20_000


@pytest.mark.parametrize(
    ("on", "known_on", "version"),
    [
        ("2025-12-31", None, None), ("2026-01-01", None, 1), ("2026-02-28", None, 1),
        ("2026-03-01", None, 3), ("2026-03-01", "2026-01-10", 2), ("2026-03-01", "2026-01-09", 1),
        ("2026-06-01", None, 3), ("2026-06-01", "2026-12-31", 4), ("2026-06-01", "2025-11-30", None),
        ("2026-08-31", None, 4), ("2026-09-01", None, None), ("2026-09-15", None, 6),
        ("2026-09-15", "2026-09-15", None),
        ("2026-11-15", None, 5), ("2026-11-16", None, None), ("2026-11-16", "2026-11-10", 5),
        ("2027-01-31", None, 4), ("2027-02-28", None, 1), ("2027-03-01", None, None),
    ],
)  # fmt: skip
def test_answers_a_jurist_would_check_by_hand(
    six_versions: tuple[Event, ...], on: str, known_on: str | None, version: int | None
) -> None:
    day = date.fromisoformat(known_on) if known_on else None
    found = in_force(six_versions, on=date.fromisoformat(on), known_on=day)
    assert (found.period.version if found else None) == version


def test_a_transition_stands_beside_its_adoption_only(six_versions: tuple[Event, ...]) -> None:
    during, after = (in_force(six_versions, on=day) for day in (date(2026, 10, 2), date(2027, 1, 1)))
    assert during is not None
    assert after is not None
    assert [event.transition[:15] for event in during.transitions] == ["Wie voor 1 okto"]
    assert after.transitions == ()


def test_a_correction_takes_its_transition_along(tmp_path: Path) -> None:
    for corrects, text in ((None, "Oude regel."), (1, None)):
        adopt(tmp_path, evidence("een"), valid_from=date(2026, 1, 1), decision="B", corrects=corrects,
              transition=text, now=moment(0 if corrects is None else 2))  # fmt: skip
    events = read_register(tmp_path).events
    now, then = (in_force(events, on=date(2026, 1, 1), known_on=day) for day in (None, date(2025, 12, 2)))
    assert now is not None
    assert then is not None
    assert (now.transitions, [event.transition for event in then.transitions]) == ((), ["Oude regel."])


def test_a_withdrawal_of_what_was_corrected_away_is_named(tmp_path: Path) -> None:
    adopt(tmp_path, evidence("een"), valid_from=date(2026, 1, 1), decision="B", now=moment(0))
    withdraw(tmp_path, 1, valid_from=date(2026, 5, 1), reason="R", now=moment(1))
    adopt(tmp_path, evidence("twee"), valid_from=date(2026, 1, 1), decision="B", corrects=1, now=moment(2))
    events = read_register(tmp_path).events
    assert without_effect(events) == (2,)
    assert [(p.version, p.valid_to) for p in timeline(events)] == [(2, None)]


@pytest.mark.parametrize(
    ("utc", "day"),
    [("2026-12-31T23:30:00+00:00", "2027-01-01"), ("2026-12-31T22:30:00+00:00", "2026-12-31"),
     ("2026-06-30T22:30:00+00:00", "2026-07-01"), ("2026-06-30T21:30:00+00:00", "2026-06-30")],
)  # fmt: skip
def test_a_day_of_registration_is_a_day_in_the_netherlands(utc: str, day: str) -> None:
    assert legal_day(datetime.fromisoformat(utc)) == date.fromisoformat(day)


_DAYS = st.integers(min_value=0, max_value=45)
_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["adopt", "adopt", "adopt", "withdraw", "correct"]), st.integers(0, 3), _DAYS,
        st.one_of(st.none(), st.integers(0, 20)), st.integers(1, 8),
    ), min_size=3, max_size=9,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ACTS)
def test_any_history_equals_the_days_painted_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[str, int, int, int | None, int]]
) -> None:
    home, first = tmp_path_factory.mktemp("register"), date(2026, 1, 1)
    model, acts = DayByDay(first, 80), []
    versions: dict[str, int] = {}
    for at, (kind, which, offset, length, target) in enumerate(asked):
        day = first + timedelta(days=offset)
        last = None if length is None else day + timedelta(days=length)
        name = f"c{which}"
        corrects = target if kind == "correct" else None
        version = which + 1 if kind == "withdraw" else versions.get(name, len(versions) + 1)
        act = Act(number=len(acts) + 1, registered=moment(at), first=day, last=None if kind == "withdraw" else last,
                  version=version, adopts=kind != "withdraw", corrects=corrects)  # fmt: skip
        allowed = _allowed(model, acts, act, versions)
        try:
            if kind == "withdraw":
                withdraw(home, version, valid_from=day, reason="R", now=moment(at))
            else:
                adopt(home, evidence(name), valid_from=day, valid_to=last, decision="B", corrects=corrects,
                      now=moment(at))  # fmt: skip
        except InputRefused:
            assert not allowed
            continue
        assert allowed
        acts.append(act)
        if act.adopts:
            versions[name] = version
    events = read_register(home).events
    assert len(events) == len(acts)
    for known in range(len(asked)):
        expected = model.paint([act for act in acts if act.registered <= moment(known)])
        for day in model.all_days():
            found = in_force(events, on=day, known_on=moment(known).date())
            assert (found.event.number if found else None) == (expected[day].number if day in expected else None)


def _allowed(model: DayByDay, acts: list[Act], act: Act, versions: dict[str, int]) -> bool:
    counting = [a.number for a in in_place(acts)]
    if act.corrects is not None and act.corrects not in counting:
        return False
    if not act.adopts and act.version not in versions.values():
        return False
    try:
        model.paint([*acts, act], strict=act.number)
    except Refused:
        return False
    return True
