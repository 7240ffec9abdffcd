from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from normenkader.bands.cells import make_cells
from normenkader.bands.document_norms import norms_of_frame
from normenkader.casemix.casemix import Casemix
from normenkader.dossier.norm_tables import norms_document
from normenkader.errors import InputRefused, OutputRefused
from normenkader.federated.bands import summed_cells
from normenkader.federated.files import write_summary
from normenkader.federated.fit import fit_summaries
from normenkader.federated.safe_rows import n_clients, safe_rows
from normenkader.federated.shared_terms import full_columns
from normenkader.federated.summarise import joined_cells, provider_rows, summarise, summarise_cells
from normenkader.federated.summary import Summary, cells_document, cells_of, summary_document, summary_of
from normenkader.model.design import indicator
from normenkader.model.factors import design_factors, level_codes
from normenkader.model.norm_table import make_norm_table
from normenkader.model.results import MinutesModel
from normenkader.model.unseen import predict_unseen
from normenkader.model.unseen_sums import unseen_errors


def test_sums_give_what_the_rows_give(summed: MinutesModel, pooled: MinutesModel) -> None:
    assert len(summed.terms) == len(pooled.terms)
    for ours, theirs in zip((*summed.terms,), (*pooled.terms,), strict=True):
        for name in ("factor", "level", "n_clients", "n_providers", "supported", "merged_with", "reason"):
            assert getattr(ours, name) == getattr(theirs, name)
        assert (ours.estimate is None) == (theirs.estimate is None)
        if ours.estimate and theirs.estimate:
            assert ours.estimate.value == pytest.approx(theirs.estimate.value, abs=1e-9)
            assert ours.estimate.interval == pytest.approx(theirs.estimate.interval, abs=1e-9)
            assert ours.mixed == pytest.approx(theirs.mixed, abs=1e-7)
    assert summed.ijkclient.value == pytest.approx(pooled.ijkclient.value, abs=1e-9)
    assert summed.ijkclient.interval == pytest.approx(pooled.ijkclient.interval, abs=1e-9)
    assert summed.residual_sd == pytest.approx(pooled.residual_sd, abs=1e-8)
    assert summed.specification is not None
    assert pooled.specification is not None
    assert summed.specification.p_value == pytest.approx(pooled.specification.p_value, abs=1e-9)


def test_the_norm_table_is_the_same(summed: MinutesModel, pooled: MinutesModel) -> None:
    ours, theirs = make_norm_table(summed), make_norm_table(pooled)
    assert [t.published for t in ours.terms] == [t.published for t in theirs.terms]
    assert ours.ijkclient_minutes == theirs.ijkclient_minutes
    for a, b in zip(ours.terms, theirs.terms, strict=True):
        assert a.restricted == pytest.approx(b.restricted, abs=1e-9)


def test_errors_at_unseen_providers_are_the_same(summed: MinutesModel, pooled: MinutesModel) -> None:
    rows, table = predict_unseen(make_norm_table(pooled)), make_norm_table(summed)
    provider, outcome = pooled.design().provider_codes(), pooled.outcome()
    found = unseen_errors(table)
    # The comparison is exact as long as no prediction is cut off at zero, and none is here.
    assert min(rows.model.min(), rows.norm_table.min()) > 0
    for ours, predicted in zip(found, (rows.baseline, rows.model, rows.norm_table), strict=True):
        np.testing.assert_allclose(ours, np.bincount(provider, (outcome - predicted) ** 2), rtol=1e-11)


def test_cells_of_all_providers_add_up(casemix: Casemix, providers: tuple[str, ...], summed: MinutesModel) -> None:
    norms = norms_document(make_norm_table(summed))
    sent = [summarise_cells(casemix, name, norms=norms, norms_sha256="x") for name in providers]
    sent = [cells_of(json.loads(json.dumps(cells_document(one)))) for one in sent]
    step, least = casemix.study.bands.step, casemix.study.disclosure.min_clients
    by_hand = None
    for name in providers:
        frame = safe_rows(provider_rows(casemix, name), casemix.study).to_frame()
        minutes = norms_of_frame(norms, frame)
        frame, minutes = frame[~np.isnan(minutes)], minutes[~np.isnan(minutes)]
        place = joined_cells(frame["client"].to_numpy(dtype=object), minutes, step, least)
        assert place is not None
        cells = make_cells(place * step + 0.5, np.zeros(len(place), dtype=np.int64), step=step, names=[name])
        by_hand = cells if by_hand is None else by_hand + cells
    assert by_hand is not None
    together = summed_cells(sent)
    np.testing.assert_array_equal(together.providers, by_hand.providers)
    assert float(together.total.sum()) == pytest.approx(sum(float(s.norm_minutes.sum()) for s in sent), rel=1e-12)
    assert float(together.squares.sum()) == pytest.approx(sum(float(s.norm_squares.sum()) for s in sent), rel=1e-12)


def test_no_small_number_leaves(casemix: Casemix, providers: tuple[str, ...], summaries: list[Summary]) -> None:
    least = casemix.study.disclosure.min_clients
    for summary in summaries:
        assert all(n == 0 or n >= least for n in (*summary.term_clients, *summary.own_clients.values()))
    norms = norms_document(make_norm_table(fit_summaries(casemix.study, summaries)))
    for name in providers:
        cells = summarise_cells(casemix, name, norms=norms, norms_sha256="x")
        assert (cells.n_clients >= least).all()


def test_merging_is_needed_here(casemix: Casemix, providers: tuple[str, ...], summaries: list[Summary]) -> None:
    """Without it small numbers would leave: the test above can fail."""
    columns, least = full_columns(design_factors(casemix.study)), casemix.study.disclosure.min_clients
    small = 0
    for name in providers:
        frame = provider_rows(casemix, name)
        codes = level_codes(frame, casemix.study)
        small += sum(0 < n_clients(frame, indicator(column, codes) > 0) < least for column in columns)
    assert small > 0
    assert any(summary.merged for summary in summaries)


def test_a_thin_level_takes_the_fullest_neighbour_of_its_group(casemix: Casemix, providers: tuple[str, ...]) -> None:
    frame = provider_rows(casemix, providers[0])
    factor = next(f for f in casemix.study.factors if f.kind == "ordinal")
    top, below = factor.levels[-1], factor.levels[-2]
    few = frame[factor.name] == top
    thinned = pd.concat([frame[~few], frame[few].head(3)])
    safe = safe_rows(thinned, casemix.study)
    assert (factor.name, top, below) in safe.merged
    assert not (safe.to_frame()[factor.name] == top).any()


def test_two_summaries_that_differ_by_one_client_tell_that_client(casemix: Casemix, providers: tuple[str, ...]) -> None:
    """The risk that the text file states: the difference of the sums is the client's own profile and minutes."""
    frame = provider_rows(casemix, providers[0])
    safe = safe_rows(frame, casemix.study).to_frame()
    gone = safe.iloc[[5]]
    one = summarise(replace(casemix, _rows=safe), providers[0])
    other = summarise(replace(casemix, _rows=safe.drop(index=5)), providers[0])
    minutes = float(one.moments().y[0] - other.moments().y[0])
    assert minutes == pytest.approx(float(gone["minutes_per_week"].iloc[0]), abs=1e-6)


def test_too_few_clients_for_the_terms_are_refused(casemix: Casemix, providers: tuple[str, ...]) -> None:
    rows = provider_rows(casemix, providers[0]).head(25)
    with pytest.raises(InputRefused, match="fewer clients than 2 for each"):
        summarise(replace(casemix, _rows=rows), providers[0])


def test_what_weighs_nothing_is_not_in_the_file(summaries: list[Summary]) -> None:
    """Every key of the file is read by whoever adds up, and every key of the sums."""
    document = summary_document(summaries[0])
    assert set(document["sums"]) == {"x", "y", "xx", "xy", "yy"}
    moments = summary_of(document).moments()
    assert (moments.n == moments.w).all()
    assert float(moments.n[0]) == summaries[0].n_episodes
    for key in set(document) - {"kind", "format", "round"}:
        with pytest.raises(KeyError):
            summary_of({name: value for name, value in document.items() if name != key})


def test_a_summary_is_never_replaced_by_another(tmp_path: Path, casemix: Casemix, summaries: list[Summary]) -> None:
    file, words = write_summary(summaries[0], tmp_path / "zorg-a-1", casemix.study)
    assert file.name == "zorg-a-1.json"
    write_summary(summaries[0], tmp_path / "zorg-a-1", casemix.study)
    with pytest.raises(OutputRefused, match="differ by one client"):
        write_summary(summaries[1], tmp_path / "zorg-a-1", casemix.study)
    text = words.read_text(encoding="utf-8")
    assert f"- cliënten: {summaries[0].n_clients}\n" in text
    assert "het verschil van de sommen is die cliënt" in text
    clients = casemix.to_frame()["client"].unique()
    assert not any(client in text or client in file.read_text(encoding="utf-8") for client in clients)


@pytest.mark.parametrize(("sizes", "expected"), [
    ([12, 3, 4, 20], [2, 5, 5, 5]), ([10, 10, 4], [2, 3, 3]), ([3, 3, 3, 3], [4, 4, 4, 4]), ([10, 11, 12], [2, 3, 4]),
])  # fmt: skip
def test_neighbouring_cells_join_until_each_holds_enough(sizes: list[int], expected: list[int]) -> None:
    minutes = np.repeat([30.0, 50.0, 70.0, 90.0][: len(sizes)], sizes)
    client = np.array([f"c{i}" for i in range(len(minutes))], dtype=object)
    found = joined_cells(client, minutes, 15, 10)
    assert found is not None
    assert found.tolist() == np.repeat(expected, sizes).tolist()
    assert joined_cells(client[:9], minutes[:9], 15, 10) is None


def test_a_provider_that_is_not_there_is_refused_without_naming_those_that_are(
    casemix: Casemix, providers: tuple[str, ...]
) -> None:
    with pytest.raises(InputRefused) as refused:
        provider_rows(casemix, "nobody")
    assert f"of the {len(providers)} there" in refused.value.rule
    assert not any(name in refused.value.rule for name in providers)
