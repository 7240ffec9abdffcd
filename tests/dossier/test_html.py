import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser

import pytest

from normenkader.casemix.quality_words import NOT_IN_MINUTES, QUALITY_MEASURES
from normenkader.dossier import word_lists
from normenkader.dossier.chapters import CHAPTERS, PARTS
from normenkader.dossier.checklist import checklist, demands
from normenkader.dossier.html import render_html
from normenkader.dossier.jurisprudence import ECLI, UNREAD, marked
from normenkader.dossier.numbers import between, decimal, exact, signed, signed_decimal
from normenkader.dossier.reporting_items import INSTRUMENTS, filled_list
from normenkader.dossier.research import research_keys
from normenkader.dossier.wording import level, name
from normenkader.terms import LAW_AND_POLICY, TOOLKIT

VOID = {"meta", "img", "br", "link", "hr", "input", "col"}


class Page(HTMLParser):
    """Tags must open and close in order; keeps text, headings, attributes and table cells."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[int] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag in VOID:
            return
        self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.text += data
        if self.open and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def html(module_documents):
    return render_html(module_documents)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def values(page, tag, key):
    return [attrs[key] for name_, attrs in page.attributes if name_ == tag and key in attrs]


def words(page):
    return re.sub(r"\s+", " ", page.text)


def test_the_same_documents_give_the_same_bytes(html, module_documents):
    assert render_html(module_documents) == html


def test_nothing_is_fetched_and_nothing_can_be(html, page):
    assert "http:" not in html
    assert "https:" not in html
    assert "//" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", html)
    assert all(source.startswith("data:image/svg+xml;base64,") for source in values(page, "img", "src"))
    assert all(target.startswith("#") for target in values(page, "a", "href"))
    assert not {"script", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in page.attributes}
    assert not any("style" in attrs or any(key.startswith("on") for key in attrs) for _, attrs in page.attributes)


def test_the_policy_allows_this_style_and_no_other(html, page):
    policy = next(a["content"] for t, a in page.attributes if a.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"'sha256-{digest}'" in policy


def test_headings_are_in_order_and_links_arrive(page):
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    ids = [attrs["id"] for _, attrs in page.attributes if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in values(page, "a", "href")} <= set(ids)
    assert set(values(page, "div", "aria-labelledby")) <= set(ids)


def test_tables_and_figures_can_be_read_without_seeing(page):
    tags = [tag for tag, _ in page.attributes]
    assert tags.count("table") == tags.count("caption") > 10
    assert all(scope in ("col", "row", "rowgroup") for scope in values(page, "th", "scope"))
    assert tags.count("th") == len(values(page, "th", "scope"))
    assert len(values(page, "img", "alt")) == tags.count("img") == 5
    assert values(page, "html", "lang") == ["nl"]
    assert page.attributes[[t for t, _ in page.attributes].index("a")][1]["class"] == "skip"


def test_every_row_of_the_norm_table_is_printed_with_all_it_rests_on(page, module_documents):
    printed = [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in page.rows]
    for term in module_documents.norms["terms"]:
        title = level(term["level"])
        if term["with"]:
            title += f", samen met {name(term['with']['factor'])}: {level(term['with']['level'])}"
        row = [title, signed(term["published"]), signed_decimal(term["under_direction"])]
        row += [signed_decimal(term["estimate"]), between(term["interval"])]
        counts = ["niet getoond" if term["n_clients"] is None else exact(term["n_clients"]),
                  "minder dan 3" if term["n_providers"] is None else exact(term["n_providers"])]  # fmt: skip
        assert [*row, *counts, "ja" if term["supported"] else "nee"] in [r[:8] for r in printed]


def test_every_reservation_check_and_premise_is_printed(page, module_documents):
    text = words(page)
    for reservation in module_documents.bands["reservations"]:
        assert f"{reservation['text']} {reservation['code']}" in text
    for check in module_documents.validation["checks"]:
        assert f"{check['question']} {check['code']}" in text
    for premise in module_documents.settings["premise"]:
        assert premise["text"] in text
    for row in module_documents.bands["rivals"]:
        assert " – ".join(str(edge) for edge in row["edges"]) in text


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def test_every_setting_is_printed(page, module_documents):
    text = words(page)
    for path, value in leaves(module_documents.settings):
        if path[0] in ("factor", "premise", "columns", "research"):
            continue
        assert any(row[0].endswith(f" {path[1]}") for row in page.rows if row), path
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = str(value).replace(".", ",").removesuffix(",0")
            assert any(row[0].endswith(f" {path[1]}") and row[1].startswith(number) for row in page.rows if row), path
    for factor in module_documents.settings["factor"]:
        assert factor["name"] in text
        assert ", ".join(level(each) for each in factor["levels"]) in text
    assert "Cliëntnummer (pseudo), client_id" in text
    assert "Voorbeeldgemeente" in text


def test_the_reader_is_told_the_data_are_made_up_or_nothing(page, make):
    assert "SYNTHETISCH" in page.text
    documents = make()
    documents.settings["study"]["name"] = "Individuele begeleiding 2025"
    documents.settings["research"] = {}
    real = render_html(documents)
    assert "SYNTHETISCH" not in real
    documents.settings["research"] = {"synthetic": True}
    assert "SYNTHETISCH" in render_html(documents)


def test_small_numbers_of_rows_and_suppressed_bands_do_not_show(make):
    documents = make()
    documents.bands["bands"][4].update(n_clients=7, mean_minutes=333.3, median_minutes=331.1, p10=301.7, p90=377.9)
    page = Page(render_html(documents))
    for hidden in ("333,3", "331,1", "301,7", "377,9"):
        assert hidden not in page.text
    row = next(row for row in page.rows if row[0] == "no_registration" or "no_registration" in row[1:2])
    assert row[2] == "15"
    assert next(row for row in page.rows if "impossible" in row[1:2])[2] == "minder dan 10"


def test_lines_of_the_ledger_never_reach_the_page(make):
    ledger = {"files": [], "codes": {}, "rows": [{"file": "geheim.csv", "line": 98765, "code": "negative"}]}
    text = render_html(make(ledger=ledger))
    assert "98765" not in text
    assert "geheim" not in text


def test_text_of_the_study_cannot_become_markup(make):
    documents = make()
    documents.settings["premise"][0]["text"] = "<script>alert(1)</script> & meer"
    html = render_html(documents)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize(("more", "said"), [(4.98, "hoger"), (-1.26, "lager")])
def test_what_rounding_adds_over_all_clients_is_told(make, more, said):
    documents = make()
    documents.norms["loss"]["mean_difference"] = more
    text = words(Page(render_html(documents)))
    assert f"gemiddeld {decimal(abs(more))} minuten per week {said} uit dan de onafgeronde norm" in text
    assert f"ongeveer {decimal(abs(more) * 2410 / 60, 0)} uur per week" in text
    assert ("Zo veel kost het" in text) is (more > 0)


def test_every_word_of_the_glossary_is_there(page):
    printed = {row[0] for row in page.rows if row}
    assert {term.dutch for term in LAW_AND_POLICY + TOOLKIT} <= printed


def test_lower_bounds_are_printed_as_they_stand(make):
    documents = make()
    documents.bands["bands"][1]["lower"] = 75.0625
    assert "75,0625" in render_html(documents)


def test_another_unit_a_study_without_interactions_and_documents_of_the_bare_contract(make):
    page = Page(render_html(make(unit="dagen", interactions=False)))
    assert not any(", samen met " in cell for row in page.rows for cell in row)
    before, heading, _ = page.text.rpartition("Bijlage E. Woordenlijst")
    own_words = before.partition("Bijlage A. Toetslijst van 27 punten\n")[0]
    assert heading
    assert "minuten per week" not in own_words
    assert "in dagen" in words(page)
    documents = make()
    for key in ("factors", "overlap", "model", "loss"):
        documents.norms.pop(key, None)
    documents.norms["terms"] = [
        {k: v for k, v in term.items() if k != "reason"}
        for term in documents.norms["terms"] if not term["factor"].startswith("n_")
    ]  # fmt: skip
    for key in ("rivals", "edges_under", "stability", "ijkclient_band"):
        documents.bands.pop(key, None)
    bare = dataclasses.replace(documents, quality=(), validation={}, triangulation={}, ledger={})
    assert "Rekenvoorbeeld" in Page(render_html(bare)).text


def test_what_a_declared_direction_does_to_a_row_is_shown(make):
    documents = make()
    row = next(term for term in documents.norms["terms"] if (term["factor"], term["level"]) == ("n_leefgebied", "0-2"))
    row["under_direction"] = 4.4
    printed = [[cell.strip() for cell in row[:4]] for row in Page(render_html(documents)).rows]
    assert ["0\u00a0t/m\u00a02", "+10", "+4,4", "+11,9"] in printed


def test_promises_that_could_not_be_tested_are_one_sentence_with_the_reason(make):
    documents = make()
    for band in documents.bands["bands"][:4]:
        band.update(promise_kept={"value": None, "reason": "Er zijn 5 aanbieders."}, promise_lower=None)
    text = words(Page(render_html(documents)))
    assert "niet vastgesteld: Er zijn 5 aanbieders." in text
    assert "van klasse 1, 2, 3 en 4 de ondergrens klopt, is niet te zeggen. Reden: Er zijn 5 aanbieders." in text
    assert "24,6" in text


def test_chapters_stand_in_the_order_of_the_contents_with_their_numbers(page):
    headings = [chapter.heading for chapter in CHAPTERS]
    printed = [heading for heading in headings if page.text.count(heading) >= 2]
    assert printed == headings
    places = [page.text.rindex(heading) for heading in headings]
    assert places == sorted(places)
    assert [word for word in ("Keuzes", "Gegevens", "Aannames") if f". {word}\n" in page.text] == [
        "Keuzes", "Gegevens", "Aannames",
    ]  # fmt: skip


def test_every_part_that_is_referred_to_stands_in_the_chapter_it_is_said_to(html):
    for part, (chapter, _) in PARTS.items():
        section = html[html.index(f'<section class="page" id="{chapter}"') if f'page" id="{chapter}"' in html
                       else html.index(f'<section id="{chapter}"') :]  # fmt: skip
        assert f'id="{part}"' in section[: section.index("</section>")], part


def test_every_place_of_the_checklists_exists(module_documents, page):
    ids = {attrs["id"] for _, attrs in page.attributes if "id" in attrs}
    assert {where for demand in demands() for where in demand.where} <= ids
    for instrument in INSTRUMENTS:
        assert {where for item in filled_list(instrument, module_documents).items for where in item.where} <= ids


def test_tables_and_figures_are_numbered_without_gaps(html):
    for kind, tag in (("Tabel", "caption"), ("Figuur", "figcaption")):
        numbers = [int(n) for n in re.findall(rf"<{tag}[^>]*>{kind} (\d+)\.", html)]
        assert numbers == list(range(1, html.count(f"</{tag}>") + 1))
    assert "§" not in html


def test_every_ruling_on_the_page_carries_its_mark(page):
    text = words(page)
    found = list(ECLI.finditer(text))
    assert len(found) > 20
    assert marked(text) == text
    assert text.count(UNREAD) > 10


def test_what_the_study_does_not_say_is_open_and_not_made_up(make):
    documents = make()
    documents.settings["research"] = {"performed_by": "Bureau X", "transition": "Twee jaar"}
    text = words(Page(render_html(documents)))
    assert "Bureau X" in text
    assert "open: de studie noemt geen opdrachtgever" in text
    assert "Wie betaalde, en wat mocht de betaler bepalen?" in text
    assert "Twee jaar" in text
    assert "de studie noemt geen overgang" not in text


def test_codes_of_factors_read_as_dutch_in_running_text(make):
    documents = make()
    documents.bands["reservations"][0]["text"] = "Bij own_strength: veel geldt dit voor 90 % van n_leefgebied."
    text = words(Page(render_html(documents)))
    assert "Bij eigen kracht: veel geldt dit voor 90% van" in text


def test_time_in_the_episode_and_the_three_estimands_are_tables(make):
    classes = [{"from_week": 0, "to_week": 2, "minutes": 181.6, "interval": [150.2, 210.9]},
               {"from_week": 2, "to_week": None, "minutes": 170.3, "interval": [149.5, 190.4]}]  # fmt: skip
    curve = {"factor": "orientation", "level": "behoudgericht", "classes": classes, "front_loading": 1.31,
             "front_loading_interval": [1.12, 1.52]}  # fmt: skip
    estimand = {"factor": "own_strength", "level": "veel", "with": None, "delivered": -30.06,
                "provider_neutral": -21.62, "experts": None}  # fmt: skip
    documents = make()
    documents.validation.update(
        time_in_episode={"curves": [curve], "weeks": None, "reason": None},
        delivered_and_needed={"terms": [estimand], "provider_effects": None, "under_delivery": None},
    )
    page = Page(render_html(documents))
    rows = [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in page.rows]
    assert ["week 1 t/m 2", "182 (tussen 150 en 211)"] in rows
    assert ["vanaf week 3", "170 (tussen 150 en 190)"] in rows
    assert ["eigen kracht: veel", "−30,1", "−21,6", "–", "–"] in rows
    assert "in het begin wordt 1,31 keer zo veel geleverd" in words(page)
    assert "Het begin is dus zwaarder." in words(page)
    assert any("gerichtheid behoudgericht: van 182 in het begin" in alt for alt in values(page, "img", "alt"))


def test_a_study_that_tells_all_leaves_nothing_of_itself_open(make):
    documents = make()
    told = {key.key: [f"antwoord op {key.key}", "en nog iets"] for key in research_keys()}
    documents.settings["research"] = told
    page = Page(render_html(documents))
    text = words(page)
    assert "Hierover zegt de studie niets" not in text
    assert all(f"antwoord op {key}" in text for key in told)
    assert all("research:" not in need for item in checklist(documents) for need in item.missing)
    still = {item.demand.number for item in checklist(documents) if item.status != "answered"}
    assert still == {4, 7, 8, 11, 12, 14, 16}


def check_of(**told):
    return {"question": "Een vraag?", "limit": "Geen.", "interval": None, "passed": None, "reason": None, **told}


def test_a_figure_without_a_limit_is_not_among_what_the_data_cannot_say(make):
    documents = make()
    documents.validation["checks"] = [
        check_of(code="losers_above_20_percent", question="Hoeveel verliezen veel?", value=0.42, unit="share",
                 limit="Een melding zonder grens. Elke verlaging vraagt een reden."),
        check_of(code="calibration_by_tenth", question="Klopt elk deel?", value=1.0, unit="share",
                 limit="Ten minste 2."),
    ]  # fmt: skip
    text = words(Page(render_html(documents)))
    undecided = text.partition("Niet vast te stellen")[2].partition("Maten waarvoor")[0]
    assert "Klopt elk deel?" in undecided
    assert "Hoeveel verliezen veel?" not in undecided


def test_a_check_in_minutes_has_one_decimal_and_a_coefficient_two(make):
    documents = make()
    documents.validation["checks"] = [
        check_of(code="provider_effects", value=50.5345, unit="minutes per week", interval=[20.4444, 70.06]),
        check_of(code="calibration_slope", value=0.9757, unit="slope", interval=[0.8941, 1.0613]),
        check_of(code="observed_limit_band_1", value=50.0, unit="minutes per week"),
    ]
    rows = [[re.sub(r"\s+", " ", cell).strip() for cell in row[1:3]] for row in Page(render_html(documents)).rows]
    assert ["50,5 minuten per week", "tussen 20,4 en 70,1"] in rows
    assert ["0,98 helling", "tussen 0,89 en 1,06"] in rows
    assert ["50 minuten per week", "–"] in rows


def test_who_decides_in_a_doubt_zone_is_told_wherever_a_norm_is_worked_out(make):
    higher, table = make(), make()
    table.settings["bands"]["in_doubt"] = "table"
    by_rule, by_table = (words(Page(render_html(documents))) for documents in (higher, table))
    worked_out, a_reason = (
        "dan geldt de hogere klasse. De ondergrens",
        "in een twijfelzone valt en de hogere klasse beter",
    )
    assert worked_out in by_rule
    assert a_reason not in by_rule
    assert worked_out not in by_table
    assert a_reason in by_table
    higher.validation["how_many_bands"] = None
    assert "in een twijfelzone rond een grens" not in words(Page(render_html(higher)))


def test_a_study_in_hours_counts_hours_in_its_norm_table_and_sums(make):
    text = words(Page(render_html(make(unit="hours per week"))))
    assert "Normtabel: uren ten opzichte van de ijkcliënt, in uren per week" in text
    assert "Begin bij de uren van de ijkcliënt" in text
    assert "Tel bij elk kenmerk de uren op" in text
    assert "Normtabel: minuten ten opzichte van de ijkcliënt" in words(Page(render_html(make())))


def test_nothing_but_quotations_and_times_on_the_clock_is_in_minutes_where_hours_are_counted(make):
    found = [{"code": code, "value": None, "unit": measure.unit, "reason": NOT_IN_MINUTES}
             for code, measure in QUALITY_MEASURES.items()]  # fmt: skip
    own = make(unit="hours per week")
    ledger = {**own.ledger, "codes": dict.fromkeys(word_lists.SET_ASIDE, 20)}
    documents = dataclasses.replace(own, quality=found, ledger=ledger)
    page = re.sub(r'<section[^>]*id="rechtspraak">.*?</section>', "", render_html(documents), flags=re.S)
    told = re.sub(r"<code>.*?</code>|<style>.*?</style>|src=\"data:[^\"]*\"", "", page, flags=re.S)
    left = [line for line in re.split(r"<t[dh]|<p|<li|<dd|<dt", told) if "minu" in line.lower() and "minus" not in line]
    clock = ("veelvoud van", "niet in minuten uitgedrukt", "minutes per week: minuten per week", "Cliëntnummer")
    assert [line for line in left if not any(words in line for words in clock)] == []
    assert "10.080" not in told
    assert "meer uren dan een week heeft" not in told
