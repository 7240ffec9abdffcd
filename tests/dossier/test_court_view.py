from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from normenkader.dossier import view
from normenkader.dossier.chapters import CHAPTERS, PARTS, called, reference
from normenkader.dossier.course import course_picture, course_rows, weeks_in_words
from normenkader.dossier.court_view import assumptions, plain_text, status, weightiest
from normenkader.dossier.court_words import ASSUMPTIONS, WEIGHTIEST
from normenkader.dossier.documents import Documents
from normenkader.dossier.review import UNKNOWN, triggers
from normenkader.terms import TERMS

Make = Callable[..., Documents]
KNOWN = {term.name for term in TERMS}


def check(code: str, passed: bool | None, **more: object) -> dict[str, object]:
    return {"code": code, "question": "Vraag?", "value": 0.2, "unit": "share", "interval": None, "limit": "x",
            "passed": passed, "reason": None, **more}  # fmt: skip


def test_every_code_that_is_named_here_exists() -> None:
    assert set(WEIGHTIEST) <= KNOWN
    named = {code for _, _, codes, _ in ASSUMPTIONS for code in codes}
    assert all(c in KNOWN or (c.endswith("*") and any(k.startswith(c[:-1]) for k in KNOWN)) for c in named)


def test_every_assumption_says_where_to_read_on() -> None:
    places = {chapter.anchor for chapter in CHAPTERS} | set(PARTS)
    assert all(where and set(where) <= places for _, _, _, where in ASSUMPTIONS)


def test_assumptions_carry_the_outcome_of_their_checks(make: Make) -> None:
    told = {row.text[:22]: row.outcome for row in assumptions(make(validation={"checks": [
        check("undeclared_interactions", True), check("domains_add_up", False), check("sum_does_not_bend", None),
        check("calibration_slope", True), check("signal_at_unseen_providers", True),
    ]}))}  # fmt: skip
    assert told["De norm is een optelso"] == "1 gehaald; 1 niet gehaald; 1 niet te zeggen"
    assert told["Aanbieders en gemeente"] == "2 gehaald"
    assert told["De gemiddelde aanbiede"] == "met deze gegevens niet te toetsen"
    assert told["Kenmerken zijn goed ge"] == "niet getoetst in deze uitkomst"


def test_what_weighs_most_comes_first_and_the_rest_keeps_its_order(make: Make) -> None:
    codes = ["rows_set_aside", "provider_effects", "x1", "fewer_bands", "x2", "promise_kept", "x3"]
    documents = make()
    documents.bands["reservations"] = [{"code": code, "text": code} for code in codes]
    found = [reservation["code"] for reservation in weightiest(documents)]
    assert found == ["fewer_bands", "promise_kept", "provider_effects", "rows_set_aside", "x1", "x2"]


def test_a_figure_without_a_limit_is_no_failing(make: Make) -> None:
    documents = make(validation={"checks": [
        check("a", None, limit="Geen."), check("b", None), check("c", False, limit="Geen."), check("d", True),
    ]})  # fmt: skip
    found = [limit["item"]["code"] for limit in view.limits(documents) if limit["where"] == "check"]
    assert found == ["b", "c"]


def test_names_of_factors_are_put_in_dutch_and_longest_first(make: Make) -> None:
    plain = plain_text(make())
    assert plain("n_leefgebied, leefgebied_wonen en ijkclient") == (
        "aantal factoren van groep leefgebied boven het laagste niveau, leefgebied wonen en ijkcliënt"
    )
    assert plain("own_strengths 27 % van 100") == "own_strengths 27% van 100"


def test_a_calibration_never_says_that_it_is_in_force(make: Make) -> None:
    documents = make()
    assert "verzonnen" in status(documents)
    documents.settings["study"]["name"] = "Begeleiding 2025"
    documents.settings["research"] = {}
    assert "blijkt alleen uit een besluit en het register" in status(documents)


def test_reasons_to_look_again_show_how_things_stand(make: Make) -> None:
    bare = {trigger.text: trigger.now for trigger in triggers(make(validation={}, triangulation={}))}
    assert bare["Veel trajecten zitten op het toegekende maximum (5% of meer)."] == UNKNOWN
    assert bare["De aanbieders lopen verder uiteen."] == UNKNOWN
    assert "2 aannames, niet vergeleken" in bare.values()
    hidden = triggers(make(validation={"checks": [check("share_at_cap", True, value=None)]}))
    assert "controle gehaald; het aandeel is te klein om te tonen" in {trigger.now for trigger in hidden}
    assert "16 aanbieders" in bare.values()
    full = make(
        validation={
            "checks": [check("share_at_cap", True, value=0.031)],
            "delivered_and_needed": {"provider_effects": {"median": 22.7, "worst": 50.6}},
        },
        triangulation={"premises": [{"status": "same"}, {"status": "differs"}]},
    )
    now = {trigger.now for trigger in triggers(full)}
    assert {"3,1%", "2 aannames, 1 anders dan in het bestaande normenkader",
            "de middelste wijkt 23 minuten per week af, de verste 51"} <= now  # fmt: skip


def test_weeks_are_counted_from_one() -> None:
    assert [weeks_in_words(0, 2), weeks_in_words(4, 5), weeks_in_words(52, None)] == [
        "week 1 t/m 2", "week 5", "vanaf week 53",
    ]  # fmt: skip


def test_curves_with_other_stretches_leave_an_empty_cell(make: Make) -> None:
    def curve(level: str, *starts: int) -> dict[str, object]:
        classes = [{"from_week": s, "to_week": s + 2, "minutes": 100.0 + s, "interval": [90.0, 120.0]} for s in starts]
        return {"factor": "orientation", "level": level, "classes": classes, "front_loading": None,
                "front_loading_interval": None}  # fmt: skip

    documents = make(validation={"time_in_episode": {"curves": [curve("a", 0, 2), curve("b", 2)], "weeks": None}})
    rows = course_rows(documents)
    assert [row.weeks for row in rows] == ["week 1 t/m 2", "week 3 t/m 4"]
    assert rows[0].cells[1] is None
    assert rows[1].cells[1]["minutes"] == 102.0
    drawn = course_picture(documents, "minuten per week")
    assert drawn is not None
    assert course_picture(documents, "minuten per week").svg == drawn.svg
    assert course_picture(make(), "minuten per week") is None


def test_a_part_of_a_chapter_is_called_by_its_chapter() -> None:
    assert called("afronden") == f"{called('normtabel')}, ‘afronden’"
    assert reference("toetslijst") == '<a href="#toetslijst">bijlage A</a>'


def test_no_two_tables_of_the_templates_share_an_anchor() -> None:
    folder = Path(__file__).resolve().parents[2] / "normenkader" / "dossier" / "templates" / "chapters"
    call = re.compile(r"m\.(?:table|subjects\([\w.]+,)\(? ?'([\w-]+)'")
    pages = sorted(folder.glob("*.j2"))
    named = [(page.name, key) for page in pages for key in call.findall(page.read_text("utf-8"))]
    # The branches of one condition may give one table two forms.
    keys = list(dict.fromkeys(named))
    assert len(keys) > 40
    assert len({key for _, key in keys}) == len(keys)


def test_every_template_of_a_chapter_is_in_the_list_or_part_of_another() -> None:
    folder = Path(__file__).resolve().parents[2] / "normenkader" / "dossier" / "templates" / "chapters"
    listed = {chapter.template.removeprefix("chapters/") for chapter in CHAPTERS}
    parts = set(re.findall(r'include "chapters/([\w.]+)"', "".join(p.read_text("utf-8") for p in folder.glob("*.j2"))))
    assert {path.name for path in folder.glob("*.j2")} == listed | parts
    assert not listed & parts
