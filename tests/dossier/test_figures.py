import xml.etree.ElementTree as ElementTree

import matplotlib
import pytest

from normenkader.dossier import drawing, figures, forest, view
from normenkader.dossier.example import fictitious_client


def drawn(documents):
    unit, bands = "minuten per week", view.bands(documents)
    return (
        figures.minutes_by_band(bands, unit), figures.waterfall(fictitious_client(documents), unit),
        figures.edges(bands, unit), *forest.norm_terms(view.terms(documents), unit),
    )  # fmt: skip


def test_every_figure_is_well_formed_and_has_words_in_its_place(documents):
    pictures = drawn(documents)
    assert len(pictures) == 5
    for picture in pictures:
        assert ElementTree.fromstring(picture.svg).tag.endswith("svg")
        assert len(picture.alternative) > 60
        assert picture.data_uri.startswith("data:image/svg+xml;base64,")


def test_the_same_documents_give_the_same_bytes_whatever_the_reader_has_set(documents):
    before = drawn(documents)
    with matplotlib.rc_context({"font.size": 20, "svg.fonttype": "none", "svg.hashsalt": "other", "axes.grid": True}):
        assert drawn(documents) == before
    assert "date" not in before[0].svg.lower()


def test_settings_of_the_reader_are_left_as_they_were(documents):
    before = dict(matplotlib.rcParams)
    drawn(documents)
    assert dict(matplotlib.rcParams) == before


def test_the_words_of_the_waterfall_hold_every_step(documents):
    example = fictitious_client(documents)
    alternative = figures.waterfall(example, "dagen").alternative
    assert all(f"{abs(step.minutes)}" in alternative for step in example.steps)
    assert alternative.endswith(f"samen {example.decision.norm_minutes} dagen.")


@pytest.mark.parametrize("n", [1, 12, 37, 90])
def test_long_tables_are_cut_between_factors_and_nothing_is_lost(n):
    terms = [{"factor": f"f{i // 3}", "level": str(i)} for i in range(n)]
    parts = forest._parts(terms)
    assert [term for part in parts for term in part] == terms
    assert all(forest._rows(part) <= 36 for part in parts)
    owners = [{term["factor"] for term in part} for part in parts]
    assert sum(len(owner) for owner in owners) == len({term["factor"] for term in terms})


def test_a_suppressed_band_and_an_unsupported_row_are_said_not_drawn(make):
    documents = make()
    shown = figures.minutes_by_band(view.bands(documents), "x").svg
    for band in documents.bands["bands"]:
        band["suppressed"] = True
    hidden = figures.minutes_by_band(view.bands(documents), "x").svg
    assert len(hidden) != len(shown)
    assert hidden.count("#0072b2") == 0 < shown.count("#0072b2")


def test_the_label_of_a_narrow_axis_stays_on_the_paper():
    seen = []

    def draw(axes):
        drawing.rows_axis(
            axes, ["een heel lange naam van een kenmerk met een heel lang niveau erachter, nummer " + "8" * 9]
        )
        drawing.minutes_axis(axes, "gegevens min deskundigen, minuten per week")
        seen.append(axes)

    drawing.picture("smal", height_inches=1.5, alternative="", draw=draw)
    label = seen[0].xaxis.label.get_window_extent()
    assert label.x1 <= seen[0].figure.bbox.x1 + 1e-6
    assert label.x0 >= 0
