"""Summaries as files: written whole with a seal and in words, and read back with every rule they must keep."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from normenkader.casemix.input_table import InputFile
from normenkader.casemix.sources import source_files
from normenkader.errors import InputRefused, OutputRefused
from normenkader.federated.readable import readable_text
from normenkader.federated.refusals import Files, refuse_twice
from normenkader.federated.shared_terms import agreement_sha256, term_keys
from normenkader.federated.summary import (
    FORMAT,
    KIND,
    MOMENTS,
    SUMMED,
    CellSummary,
    Summary,
    cells_document,
    cells_of,
    summary_document,
    summary_of,
)
from normenkader.model.factors import design_factors
from normenkader.provenance import readable_json, sealed, sha256_of_bytes, write_whole_file
from normenkader.study import Study

TABLE = "summaries"
_OTHER_FORMAT = (
    f"this summary is in another format than format {FORMAT}, which this version of normenkader reads; have its "
    "provider make it again with the version that you use"
)
_WRONG_KIND = "a key of this summary is absent or holds another kind of value than a summary has there"
_OTHER_STUDY = (
    "this summary was made under other factors, another window, unit or threshold than this study has; all who send "
    "sums must use the same study.toml"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedSummaries:
    """What providers sent.

    Attributes
    ----------
    first, second : tuple
        Rounds 1 and 2, in order of the providers' names.
    files : tuple of InputFile
    file_of : mapping of (round, provider) to str
        Name of the file that each was read from.
    """

    first: tuple[Summary, ...]
    second: tuple[CellSummary, ...]
    files: tuple[InputFile, ...]
    file_of: Files


def write_summary(summary: Summary | CellSummary, out: Path, study: Study) -> tuple[Path, Path]:
    """Write a summary, and beside it the same in words for whoever must judge what leaves.

    Parameters
    ----------
    summary : Summary or CellSummary
    out : Path
        Name of the file; ``.json`` is added where it has another ending or none.
    study : Study
        The study it was made for, for the words.

    Returns
    -------
    The JSON file and the text file.

    Raises
    ------
    OutputRefused
        If a file exists with other content: two summaries that differ by one client tell that client.
    """
    document = summary_document(summary) if isinstance(summary, Summary) else cells_document(summary)
    target = out if out.suffix == ".json" else out.with_name(out.name + ".json")
    files = {
        target: readable_json(sealed(document)).encode(),
        target.with_suffix(".txt"): readable_text(summary, study).encode(),
    }
    for path, content in files.items():
        if path.exists() and path.read_bytes() != content:
            raise OutputRefused(
                f"{path} exists with other content. Whoever holds two summaries of one provider that differ by one "
                "client can work out that client; agree with the receiver that the first is destroyed, and remove it"
            )
    for path, content in files.items():
        write_whole_file(path, content)
    return target, target.with_suffix(".txt")


def read_summaries(study: Study) -> ReceivedSummaries:
    """Read and check every file that ``[sources] summaries`` names.

    Raises
    ------
    InputRefused
        If a file is no summary, was changed after it was made, was made under other settings, or two of one round
        are of one provider.
    """
    read: list[tuple[str, Summary | CellSummary]] = []
    files: list[InputFile] = []
    for name, path in source_files(study, TABLE).items():
        content = path.read_bytes()
        files.append(InputFile(file=name, table=TABLE, sha256=sha256_of_bytes(content), dialect="json"))
        read.append((name, _parsed(_checked(content, name, study), name, study)))
    found = sorted(read, key=lambda pair: pair[1].provider)
    refuse_twice([(_round(summary), summary.provider, name) for name, summary in found])
    return ReceivedSummaries(
        first=tuple(s for _, s in found if isinstance(s, Summary)),
        second=tuple(s for _, s in found if isinstance(s, CellSummary)), files=tuple(files),
        file_of={(_round(summary), summary.provider): name for name, summary in found},
    )  # fmt: skip


def _checked(content: bytes, name: str, study: Study) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise InputRefused("this is no JSON file", file=name) from None
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise InputRefused("this is no summary of a provider, as normenkader summarise writes it", file=name)
    if document.get("format") != FORMAT:
        raise InputRefused(_OTHER_FORMAT, file=name)
    if not _seal_fits(document):
        raise InputRefused("the seal does not fit: this summary was changed after it was made", file=name)
    if document.get("agreement") != agreement_sha256(study):
        raise InputRefused(_OTHER_STUDY, file=name)
    return document


def _seal_fits(document: dict[str, Any]) -> bool:
    try:
        return bool(document.get("seal") == sealed(document)["seal"])
    except ValueError:
        # Not a number, or infinite: no JSON of ours.
        return False


def _parsed(document: dict[str, Any], name: str, study: Study) -> Summary | CellSummary:
    try:
        if not isinstance(document["provider"], str):
            raise TypeError
        return _READERS[document["round"]](document, study)
    except (KeyError, TypeError, ValueError):
        raise InputRefused(_WRONG_KIND, file=name) from None


def _first(document: dict[str, Any], study: Study) -> Summary:
    """Round 1, with as many sums as the study has terms."""
    found = summary_of(document)
    p = len(term_keys(design_factors(study)))
    shapes = {"x": (1, p), "y": (1,), "xx": (1, p, p), "xy": (1, p), "yy": (1,)}
    arrays = {name: getattr(found.moments(), name) for name in MOMENTS}
    counts = (found.n_clients, found.n_episodes, *found.term_clients, *found.own_clients.values())
    if found.terms != term_keys(design_factors(study)) or list(found.own_clients) != _names(study):
        raise ValueError("terms of another study")
    if any(not isinstance(n, int) or n < 0 for n in counts) or {n: a.shape for n, a in arrays.items()} != shapes:
        raise ValueError("a count or a sum is no number, or one is absent")
    return found


def _second(document: dict[str, Any], study: Study) -> CellSummary:
    """Round 2, with cells on the study's grid."""
    found = cells_of(document)
    on_grid = found.step == study.bands.step and not (found.lower % found.step).any()
    if not on_grid or not len(found.lower) or any(not np.isfinite(getattr(found, name)).all() for name in SUMMED):
        raise ValueError("cells of another grid, or none")
    return found


_READERS: Mapping[int, Callable[[dict[str, Any], Study], Summary | CellSummary]] = {1: _first, 2: _second}


def _names(study: Study) -> list[str]:
    return [factor.name for factor in design_factors(study)]


def _round(summary: Summary | CellSummary) -> int:
    return 1 if isinstance(summary, Summary) else 2
