"""What a panel of experts judged: vignettes, and three-point estimates of the minutes per week that each needs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from normenkader.casemix import InputFile
from normenkader.errors import InputRefused
from normenkader.experts.arrays import Floats
from normenkader.experts.panel_tables import ESTIMATES, estimate_rows, vignette_rows
from normenkader.provenance import Receipt, canonical_json, sha256_of_parts
from normenkader.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """A panel's estimates and the vignettes they are about.

    Attributes
    ----------
    study : Study
        The study it was read for.
    files : tuple of InputFile
        Files of vignettes, then of judgements.
    experts, vignettes : tuple of str
        Experts with an estimate, and all vignettes, both sorted: the order of the axes of `quantiles`.
    n_unanswered : int
        Rows of the judgements without any estimate: normal, and never a zero.
    receipt : Receipt
        Hash over vignettes, estimates of every round, and the settings in force.
    """

    study: Study
    files: tuple[InputFile, ...]
    experts: tuple[str, ...]
    vignettes: tuple[str, ...]
    n_unanswered: int
    receipt: Receipt
    _vignettes: pd.DataFrame = field(repr=False)
    _rounds: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Estimates that count, one row an expert x vignette, sorted, with the vignette's factors.

        Returns
        -------
        DataFrame
            ``expert``, ``round``, ``vignette``, ``minutes_low``, ``minutes_best``, ``minutes_high`` (per week; the
            expert's 5, 50 and 95 % quantiles), ``employer`` (empty where unknown), and one text column a factor.
        """
        last = self._rounds.groupby(["expert", "vignette"], sort=True).tail(1)
        factors = self._vignettes.drop(columns="realised_minutes")
        return last.merge(factors, on="vignette", how="left", validate="many_to_one").reset_index(drop=True)

    def rounds_frame(self) -> pd.DataFrame:
        """Estimates of every round, by expert, vignette and round; columns as `to_frame`, without the factors."""
        return self._rounds.copy()

    def vignettes_frame(self) -> pd.DataFrame:
        """Vignettes, sorted: ``vignette``, a column a factor, ``realised_minutes`` (a week; missing unless a seed)."""
        return self._vignettes.copy()

    def quantiles(self) -> Floats:
        """(experts, vignettes, 3): low, best and high of the estimates that count; NaN where not judged."""
        return self._array(self.to_frame())

    def realised_minutes(self) -> Floats:
        """(vignettes,): minutes per week that were realised; NaN for a vignette that is no seed."""
        return self._vignettes["realised_minutes"].to_numpy(dtype=np.float64).copy()

    def best_by_round(self) -> tuple[tuple[int, ...], Floats]:
        """Rounds, and (rounds, experts, vignettes): best estimates as they stood after each round.

        An estimate stands until its expert replaces it, so that a round in which only some vignettes were judged
        again can be compared with the one before.
        """
        rounds = tuple(sorted({int(r) for r in self._rounds["round"]}))
        standing = [self._rounds.loc[self._rounds["round"] <= r] for r in rounds]
        last = [rows.groupby(["expert", "vignette"], sort=True).tail(1) for rows in standing]
        return rounds, np.stack([self._array(rows)[:, :, 1] for rows in last])

    def _array(self, rows: pd.DataFrame) -> Floats:
        filled = np.full((len(self.experts), len(self.vignettes), len(ESTIMATES)), np.nan)
        expert = np.searchsorted(np.array(self.experts), rows["expert"].to_numpy(dtype=str))
        vignette = np.searchsorted(np.array(self.vignettes), rows["vignette"].to_numpy(dtype=str))
        filled[expert, vignette] = rows[list(ESTIMATES)].to_numpy(dtype=np.float64)
        return filled


def read_judgements(study: Study) -> Judgements | None:
    """Read the panel's vignettes and judgements; None when the study has no judgements.

    Each expert's last estimate of a vignette counts; earlier rounds show stability. Not every expert need judge every
    vignette: a row without estimates is no judgement.

    Raises
    ------
    InputRefused
        If a file cannot be read, lacks a column or holds personal data; a vignette is described twice, lacks a level or
        is judged without being described; one expert gave two different estimates in one round; points cross (low <=
        best <= high), are not numbers, are negative, or more than a week has; or only some of the three points are
        there.
    """
    if not study.sources.judgements:
        return None
    described, vignettes = vignette_rows(study)
    judged, rounds, unanswered = estimate_rows(study, known=tuple(vignettes["vignette"]))
    settings = Receipt(stage="study", sha256=study.sha256())
    parts = [settings.sha256.encode(), *(_canonical(frame) for frame in (vignettes, rounds))]
    return Judgements(
        study=study, files=described.files + judged.files, experts=tuple(sorted(set(rounds["expert"]))),
        vignettes=tuple(vignettes["vignette"]), n_unanswered=unanswered,
        receipt=Receipt(stage="judgements", sha256=sha256_of_parts(parts), made_from=(settings,)),
        _vignettes=vignettes, _rounds=rounds,
    )  # fmt: skip


def refuse_one_expert(panel: Judgements) -> None:
    """Refuse judgements of a single expert.

    Raises
    ------
    InputRefused
        With fewer than two experts.
    """
    if len(panel.experts) < 2:
        rule = "one expert is no panel; judgements need at least two experts"
        raise InputRefused(rule, file=panel.files[-1].file, column="expert")


def _canonical(frame: pd.DataFrame) -> bytes:
    columns = {
        str(name): frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in frame.columns
    }
    return canonical_json(columns).encode()
