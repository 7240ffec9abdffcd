"""What the dossier is made from: the output documents, parsed, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The output documents of one calibration, as they are written to its folder.

    The dossier shows these and computes nothing from them. It holds no date of running, so that the same inputs give
    the same bytes.

    Attributes
    ----------
    settings : mapping
        Every setting in force, as ``Study.settings()`` gives it.
    norms, bands, validation, triangulation : mapping
        Content of the files of that name.
    ledger : mapping
        ``files`` (file, read, used, set_aside) and ``codes`` (rows set aside by code). Never the lines themselves:
        those are not for publication.
    quality : sequence of mapping
        Findings over all providers together: code, provider (empty), value, unit, reason.
    inputs : sequence of mapping
        Every input file: file, table, sha256, dialect.
    calibration_number : str
        SHA-256 over inputs, settings, norms and bands.
    versions : mapping
        Package and libraries, name to version.
    seed : int
        Seed of everything random.
    tariff : mapping or None
        Content of tariff.json; None when the study names no prices.
    """

    settings: Document
    norms: Document
    bands: Document
    validation: Document
    triangulation: Document
    ledger: Document
    quality: Sequence[Document]
    inputs: Sequence[Document]
    calibration_number: str
    versions: Mapping[str, str]
    seed: int
    tariff: Document | None = None
