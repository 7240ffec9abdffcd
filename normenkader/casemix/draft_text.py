"""The text of a drafted study.toml: every open decision marked, every proposal valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from normenkader.casemix.proposals import FactorProposal
from normenkader.settings.sections import BandSettings, TriangulationSettings

_HEAD = """\
# A draft, made by `normenkader init` from the names and values of your files.
# Lines marked OPEN are decisions that only people can make; what stands there now is a proposal.
# Settle them, take the marks away, and run `normenkader check` on this folder.
# What does not stand here has a default (data/settings.md has every key); the dossier prints every value in force."""
_NO_DATES = (date(2025, 1, 1), date(2025, 12, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a drafted study.toml says.

    Attributes
    ----------
    episode_files, minute_files : tuple of str
        Sources, relative to the study.
    episode_columns, minute_columns : mapping
        Contract column to local names.
    missing : tuple of str
        Columns of the contract that no local column was recognised for.
    unused : tuple of (column, reason)
        Local columns that the study does not use.
    factors : tuple of (proposal, local names)
    window : tuple of date or None
        None when no date was found.
    has_indirect : bool
        Whether every minutes file carries indirect minutes.
    """

    episode_files: tuple[str, ...]
    minute_files: tuple[str, ...]
    episode_columns: Mapping[str, tuple[str, ...]]
    minute_columns: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]
    unused: tuple[tuple[str, str], ...]
    factors: tuple[tuple[FactorProposal, tuple[str, ...]], ...]
    window: tuple[date, date] | None
    has_indirect: bool


def draft_text(draft: Draft) -> str:
    """TOML of `draft`; the same draft gives the same text."""
    blocks = [_HEAD, *map("\n".join, (_study(draft), _sources(draft), _columns(draft)))]
    blocks += ["\n".join(_factor(proposal)) for proposal, _ in draft.factors]
    blocks += map("\n".join, (_model(draft), _bands(), _triangulation(), _unused(draft)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _study(draft: Draft) -> Iterator[str]:
    first, last = draft.window or _NO_DATES
    yield "[study]"
    yield "# OPEN: the name of the study, as it will stand in the dossier."
    yield 'name = "Concept"'
    yield "# OPEN: the first and last day of the measurement." + ("" if draft.window else " No dates were found.")
    yield f"window = [{first.isoformat()}, {last.isoformat()}]"
    yield "# OPEN: does only time with the client count (direct), or also travel and reports (direct+indirect)?"
    yield f'time_definition = "{"direct+indirect" if draft.has_indirect else "direct"}"'
    yield "# Any whole number, stated once and kept: it fixes everything random."
    yield f"seed = {first:%Y%m%d}"


def _sources(draft: Draft) -> Iterator[str]:
    yield "[sources]"
    yield f"episodes = {_lines(draft.episode_files)}"
    if draft.minute_files:
        yield f"minutes = {_lines(draft.minute_files)}"


def _columns(draft: Draft) -> Iterator[str]:
    own = {p.name: names for p, names in draft.factors if set(names) != {p.name}}
    mapped = {**draft.episode_columns, **own}
    yield from _mapping("episodes", mapped)
    for name in draft.missing:
        yield f'# OPEN: no column was recognised as {name}. Add: {name} = "the file\'s own name for it"{_about(name)}'
    if draft.minute_columns:
        yield ""
        yield from _mapping("minutes", draft.minute_columns)


def _mapping(table: str, columns: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield f"[columns.{table}]"
    for contract, names in columns.items():
        yield f"{contract} = {_text(names[0]) if len(names) == 1 else _list(names)}"


def _about(name: str) -> str:
    if name == "minutes_basis":
        return "; it says gemeten, geregistreerd, gedeclareerd, gepland or geschat (or the same in English)"
    return "; without a file of contacts, the total in the window" if name == "minutes" else ""


def _factor(factor: FactorProposal) -> Iterator[str]:
    yield "[[factor]]"
    yield f'name = "{factor.name}"'
    yield f'kind = "{factor.kind}"'
    yield from (f"# OPEN: {question}" for question in factor.questions)
    if factor.breaks:
        yield f"breaks = [{', '.join(f'{edge:g}' for edge in factor.breaks)}]"
        yield f"# levels: {', '.join(factor.levels)}"
    else:
        yield f"levels = {_list(factor.levels)}"
    yield "# OPEN: the most common level; is it the ijkclient's?"
    yield f"ijkclient = {_text(factor.ijkclient)}"
    if factor.kind != "nominal":
        yield '# OPEN: may minutes not fall as the level rises ("up"), not rise ("down"), or is that free?'
        yield 'direction = "free"'
    if factor.group:
        yield f'group = "{factor.group}"'


def _model(draft: Draft) -> Iterator[str]:
    unordered = {factor.group for factor, _ in draft.factors if factor.kind == "nominal"}
    groups = dict.fromkeys(f.group for f, _ in draft.factors if f.group and f.group not in unordered)
    yield "[model]"
    yield "# OPEN: in which groups of factors may minutes add up to less than their sum?"
    yield f"overlap = {_list(tuple(groups))}"
    yield "# OPEN: do two factors mean something else together than apart? Then name one in the other's interacts_with."


def _bands() -> Iterator[str]:
    usual = BandSettings()
    yield "[bands]"
    yield '# OPEN: how many bands, or "auto" (with double assessments); on which multiples of minutes do edges lie?'
    yield f"n = {usual.n}"
    yield f"step = {usual.step}"
    yield "# OPEN: what must every band have: which share of clients, how many providers, how many minutes of width?"
    yield f"min_share = {usual.min_share}"
    yield f"min_providers = {usual.min_providers}"
    yield f"min_width = {usual.min_width:g}"
    yield '# OPEN: who stands in a zone of doubt gets the "higher" band, or that of the "table"?'
    yield f'in_doubt = "{usual.in_doubt}"'


def _triangulation() -> Iterator[str]:
    yield "[triangulation]"
    yield '# OPEN: where experts and data differ, which hold: "data", "experts", "cautious" (the most minutes), "open"?'
    yield f'on_conflict = "{TriangulationSettings().on_conflict}"'
    yield "# OPEN: with a panel or existing norms, state from how many minutes a difference counts: margin = ..."


def _unused(draft: Draft) -> Iterator[str]:
    if draft.unused:
        yield "# Columns that this study does not use:"
    for column, reason in draft.unused:
        yield f"# OPEN: {_text(column)}: {reason}."


def _lines(texts: Sequence[str]) -> str:
    return _list(texts) if len(texts) == 1 else "\n".join(["[", *(f"  {_text(text)}," for text in texts), "]"])


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    """A TOML basic string; JSON writes the same, but leaves the delete character bare."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", quoted)
