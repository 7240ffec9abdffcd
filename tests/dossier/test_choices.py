from normenkader.dossier.choices import in_words, sections


def test_a_setting_that_departs_from_its_default_is_marked(documents):
    rows = {(s.name, c.key): c for s in sections(documents.settings) for c in s.choices}
    assert rows["bands", "min_share"].departs
    assert (rows["bands", "min_share"].value, rows["bands", "min_share"].default) == ("0,03", "0,05")
    assert not rows["bands", "step"].departs
    assert not rows["bands", "labels"].departs
    assert rows["study", "seed"].default == "geen: verplicht"
    assert not rows["triangulation", "margin"].departs


def test_values_in_words():
    assert (
        in_words(["2025-09-01", "2025-10-26"], section="study", key="window") == "1 september 2025 t/m 26 oktober 2025"
    )
    assert in_words("auto", section="bands", key="n") == "auto: zoveel als de betrouwbaarheid toelaat"
    assert in_words({"leefgebied": [2, 4]}) == "leefgebied: 2, 4"
    assert in_words(None) == in_words([]) == in_words({}) == "niet opgegeven"
    assert (in_words(True), in_words(2.5), in_words(20260101, key="seed")) == ("ja", "2,5", "20260101")


def test_a_section_we_do_not_know_is_still_printed(documents):
    found = sections({**documents.settings, "extra": {"new_key": 3}})
    assert found[-1].name == "extra"
    assert found[-1].choices[0].value == "3"
