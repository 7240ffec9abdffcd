from typing import get_args

from normenkader.bands.optimum import RULE
from normenkader.casemix.ledger import Code
from normenkader.casemix.quality_words import QUALITY_MEASURES, QUALITY_REASONS_DUTCH
from normenkader.dossier import word_lists, wording
from normenkader.dossier.choice_words import MEANINGS
from normenkader.dossier.choices import _MODELS
from normenkader.model.inference import ALIASED, HANGING
from normenkader.model.layout import REFERENCE_TOO_FEW, TOO_FEW


def test_every_code_of_the_ledger_has_a_plain_dutch_reason():
    assert set(word_lists.SET_ASIDE) == set(get_args(Code))
    assert wording.set_aside("negative") == word_lists.SET_ASIDE["negative"]


def test_every_measure_of_quality_has_its_sentence():
    assert all(wording.quality(code) == measure.dutch for code, measure in QUALITY_MEASURES.items())
    assert wording.quality("something_new") == "something new"


def test_reasons_of_the_model_and_the_report_are_dutch():
    for english in (TOO_FEW, REFERENCE_TOO_FEW, ALIASED, HANGING, *QUALITY_REASONS_DUTCH):
        assert wording.reason(english) != english
    assert wording.reason("Er is geen bron.") == "Er is geen bron"
    assert wording.reason("") == "te weinig gegevens"


def test_levels_of_numbers_read_as_words():
    assert wording.level("<=13") == "13 of minder"
    assert wording.level(">52") == "meer dan 52"
    assert wording.level("14-26") == "14 t/m 26"
    assert wording.level(">0.5-1.5") == "meer dan 0,5 t/m 1,5"
    assert wording.level("behoud-gericht") == "behoud-gericht"


def test_every_setting_has_a_meaning():
    keys = {(section, key) for section, model in _MODELS.items() for key in model.model_fields}
    assert keys == set(MEANINGS)


def test_the_rule_and_the_way_files_were_read_are_dutch():
    assert wording.rule(RULE) == word_lists.BAND_RULE
    assert wording.rule("Een eigen regel.") == "Een eigen regel."
    dutch = wording.dialect("csv, semicolon, cp1252, decimal comma in most columns, dates dd-mm-yyyy and yyyy-mm-dd")
    assert dutch == "csv, puntkomma, cp1252, decimale komma in de meeste kolommen, datums dd-mm-jjjj en jjjj-mm-dd"
