"""At a provider: from its own files to the sums that leave it, with small numbers out of them first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.bands.document_norms import Document, norms_of_frame
from normenkader.casemix.casemix import Casemix
from normenkader.errors import InputRefused
from normenkader.federated.refusals import listed
from normenkader.federated.safe_rows import n_clients, safe_rows
from normenkader.federated.shared_terms import agreement_sha256, full_columns, term_keys
from normenkader.federated.summary import CellSummary, Summary
from normenkader.federated.told import Told, told
from normenkader.model.design import indicator
from normenkader.model.factors import design_factors, level_codes
from normenkader.model.moments import provider_moments

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
CLIENTS_PER_TERM = 2


def summarise(casemix: Casemix, provider: str) -> Summary:
    """Round 1: unweighted sums of one provider's episodes by term.

    Parameters
    ----------
    casemix : Casemix
        Read at the provider, or anywhere its rows may be.
    provider : str

    Returns
    -------
    Summary

    Raises
    ------
    InputRefused
        If the provider has no episodes, or fewer clients than twice the number of terms its sums speak of: from so
        few, sums come near to telling each client.

    References
    ----------
    Wolfson et al. (2010), DataSHIELD, International Journal of Epidemiology 39(5), 1372-1382: aggregate sums in place
    of records, and the rule that parameters stay well below the number of records.
    """
    study = casemix.study
    safe = safe_rows(provider_rows(casemix, provider), study)
    frame, factors = safe.to_frame(), design_factors(study)
    codes, columns = level_codes(frame, study), full_columns(factors)
    matrix = np.column_stack([indicator(column, codes) for column in columns])
    clients = n_clients(frame, np.ones(len(frame), dtype=bool))
    _refuse_few(clients, int((matrix.sum(axis=0) > 0).sum()), _files(casemix))
    y = frame["minutes_per_week"].to_numpy(float)
    return Summary(
        provider=provider, agreement=agreement_sha256(study), n_clients=clients, n_episodes=len(frame),
        at_cap=_at_cap(frame, study.disclosure.min_clients), terms=term_keys(factors),
        term_clients=tuple(n_clients(frame, indicator(column, codes) > 0) for column in columns),
        own_clients={f.name: n_clients(frame, codes[f.name] == f.reference) for f in factors},
        merged=safe.merged, left_out=safe.left_out,
        _moments=provider_moments(matrix, y, np.ones(len(y)), np.zeros(len(y), dtype=np.int64), 1),
    )  # fmt: skip


def summarise_cells(casemix: Casemix, provider: str, *, norms: Document, norms_sha256: str) -> CellSummary:
    """Round 2: the provider's clients on the grid of the bands, under an agreed norm table.

    Cells that fewer than ``min_clients`` clients hold join with their neighbours; see `joined_cells`.

    Parameters
    ----------
    casemix : Casemix
    provider : str
    norms : mapping
        Content of norms.json.
    norms_sha256 : str
        Hash of that file's bytes, so that cells of different tables are never added up.

    Raises
    ------
    InputRefused
        If the provider has no episodes, or so few clients with a norm that not one cell may leave it.
    """
    study = casemix.study
    frame = safe_rows(provider_rows(casemix, provider), study).to_frame()
    minutes = norms_of_frame(norms, frame)
    known, least, step = ~np.isnan(minutes), study.disclosure.min_clients, study.bands.step
    silent = told(frame, ~known, least)
    frame, minutes = frame[known].reset_index(drop=True), minutes[known]
    cell = joined_cells(frame["client"].to_numpy(dtype=object), minutes, step, least)
    if cell is None:
        rule = f"fewer than {least} clients of this provider have a norm, so that not one cell may leave it"
        raise InputRefused(rule, file=_files(casemix))
    places, at = np.unique(cell, return_inverse=True)
    y = frame["minutes_per_week"].to_numpy(float)
    return CellSummary(
        provider=provider, agreement=agreement_sha256(study), norms=norms_sha256, step=step, lower=places * step,
        n_clients=np.array([n_clients(frame, at == k) for k in range(len(places))], dtype=np.int64),
        n_episodes=np.bincount(at).astype(np.int64), norm_minutes=_sums(at, minutes),
        norm_squares=_sums(at, minutes**2), minutes=_sums(at, y),
        without_norm=silent,
    )  # fmt: skip


def provider_rows(casemix: Casemix, provider: str) -> pd.DataFrame:
    """Rows of one provider."""
    frame = casemix.to_frame()
    rows = frame[frame["provider"] == provider].reset_index(drop=True)
    if not len(rows):
        n_named = frame["provider"].nunique()
        rule = f"the episodes do not name this provider, of the {n_named} there; write it as the column does"
        raise InputRefused(rule, file=_files(casemix), column="provider")
    return rows


def joined_cells(client: npt.NDArray[np.object_], minutes: FloatArray, step: int, least: int) -> IntArray | None:
    """Place on the grid of every row once neighbouring cells have joined until each holds `least` clients.

    From low to high; what is left over at the top joins the last. Together they stand in the cell of their mean, so
    that joining moves clients up as far as down. None when all together are too few.

    Parameters
    ----------
    client : (n,) names
    minutes : (n,) norm minutes
    step : int
        Width of a cell.
    least : int
        Clients.
    """
    cell = (minutes // step).astype(np.int64)
    groups: list[list[int]] = [[]]
    for place in sorted(set(cell.tolist())):
        groups[-1].append(place)
        if len(set(client[np.isin(cell, groups[-1])])) >= least:
            groups.append([])
    left_over, groups = groups[-1], groups[:-1]
    if not groups:
        return None
    groups[-1] += left_over
    result = cell.copy()
    for group in groups:
        inside = np.isin(cell, group)
        result[inside] = int(minutes[inside].mean() // step)
    return result


def _sums(at: npt.NDArray[np.intp], values: FloatArray) -> FloatArray:
    return np.asarray(np.bincount(at, values), dtype=np.float64)


def _refuse_few(clients: int, terms: int, files: str) -> None:
    if not clients:
        rule = "once levels that few clients have are left out, no client of this provider is left to send sums of"
        raise InputRefused(rule, file=files)
    if clients < CLIENTS_PER_TERM * max(terms, 1):
        raise InputRefused(
            f"this provider has fewer clients than {CLIENTS_PER_TERM} for each of the {terms} terms that its sums "
            "would speak of; from so few the sums come near to telling each client, so nothing leaves it", file=files
        )  # fmt: skip


def _files(casemix: Casemix) -> str:
    """The files of episodes that a provider can look in."""
    return listed(f.file for f in casemix.files if f.table == "episodes")


def _at_cap(frame: pd.DataFrame, least: int) -> Told | None:
    if frame["assigned_minutes_per_week"].isna().all():
        return None
    return told(frame, frame["at_cap"].to_numpy(dtype=bool), least)
