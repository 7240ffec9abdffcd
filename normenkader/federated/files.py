"""Summaries as files: written whole with a seal and in words, and read back with every rule they must keep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normenkader.casemix.input_table import InputFile
from normenkader.casemix.sources import source_files
from normenkader.errors import InputRefused, OutputRefused
from normenkader.federated.readable import readable_text
from normenkader.federated.shared_terms import agreement_sha256
from normenkader.federated.summary import (
    FORMAT,
    KIND,
    CellSummary,
    Summary,
    cells_document,
    cells_of,
    summary_document,
    summary_of,
)
from normenkader.provenance import readable_json, sealed, sha256_of_bytes, write_whole_file
from normenkader.study import Study

TABLE = "summaries"
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
    """

    first: tuple[Summary, ...]
    second: tuple[CellSummary, ...]
    files: tuple[InputFile, ...]


def write_summary(summary: Summary | CellSummary, out: Path) -> tuple[Path, Path]:
    """Write a summary, and beside it the same in words for whoever must judge what leaves.

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
        target.with_suffix(".txt"): readable_text(summary).encode(),
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
    first, second, files = [], [], []
    for name, path in source_files(study, TABLE).items():
        content = path.read_bytes()
        document = _checked(content, name, study)
        files.append(InputFile(file=name, table=TABLE, sha256=sha256_of_bytes(content), dialect="json"))
        if document["round"] == 1:
            first.append(_parsed(summary_of, document, name))
        else:
            second.append(_parsed(cells_of, document, name))
    _refuse_twice(first, 1)
    _refuse_twice(second, 2)
    return ReceivedSummaries(
        first=tuple(sorted(first, key=_provider)), second=tuple(sorted(second, key=_provider)), files=tuple(files)
    )


def _checked(content: bytes, name: str, study: Study) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise InputRefused("this is no JSON file", file=name) from None
    if not isinstance(document, dict) or document.get("kind") != KIND or document.get("format") != FORMAT:
        raise InputRefused(f"this is no summary of a provider in format {FORMAT}", file=name)
    if document.get("seal") != sealed(document)["seal"]:
        raise InputRefused("the seal does not fit: this summary was changed after it was made", file=name)
    if document.get("agreement") != agreement_sha256(study):
        raise InputRefused(_OTHER_STUDY, file=name)
    return document


def _parsed(read: Any, document: dict[str, Any], name: str) -> Any:
    try:
        return read(document)
    except (KeyError, TypeError, ValueError):
        raise InputRefused("a key of this summary is absent or holds another kind of value", file=name) from None


def _refuse_twice(summaries: Sequence[Summary | CellSummary], number: int) -> None:
    twice = _repeated(summary.provider for summary in summaries)
    if twice:
        raise InputRefused(f"two summaries of round {number} are of one provider", column=twice)


def _repeated(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _provider(summary: Summary | CellSummary) -> str:
    return summary.provider
