"""The tables of the contract, and which column of a file is which column of the contract."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from normenkader.errors import InputRefused, StudyRefused
from normenkader.study import FILE_NAME, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumns:
    """Columns of one table of the contract, in its order."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Required columns, then optional ones."""
        return self.required + self.optional


def contract_columns(study: Study, name: str) -> TableColumns:
    """Columns that the contract demands and allows in table `name` for this study.

    ``episodes`` must carry ``minutes`` when the study has no minutes table or when its outcome is already a rate;
    ``start`` and ``end`` are then not needed for a rate. Every factor is a column.
    """
    factors = tuple(factor.name for factor in study.factors)
    if name == "episodes":
        return _episode_columns(study, factors)
    return {
        "minutes": TableColumns(
            required=("episode", "date", "minutes_direct"), optional=("minutes_indirect", "contact")
        ),
        "vignettes": TableColumns(required=("vignette", *factors), optional=("realised_minutes",)),
        "judgements": TableColumns(
            required=("expert", "round", "vignette", "minutes_low", "minutes_best", "minutes_high"),
            optional=("employer",),
        ),
        "assessments": TableColumns(required=("assessor", "episode", *factors)),
    }[name]


def _episode_columns(study: Study, factors: tuple[str, ...]) -> TableColumns:
    rate, alone = study.info.outcome_is == "rate", not study.sources.minutes
    days = () if rate else ("start", "end")
    minutes = ("minutes",) if alone or rate else ()
    optional = tuple(c for c in ("start", "end", "minutes", "exposure_days") if c not in days + minutes)
    return TableColumns(
        required=("client", "provider", "municipality", "episode", *days, *factors, "minutes_basis", *minutes),
        optional=(*optional, "assigned_minutes_per_week", "product", "target_group", "need_met"),
    )


def match_columns(
    header: Sequence[str], columns: TableColumns, mapping: Mapping[str, Sequence[str]], *, table: str, file: str
) -> dict[str, int]:
    """Position in `header` of every contract column that the file has.

    A name matches when it is equal but for case, surrounding space and the Unicode form in which accents are stored.
    Names that study.toml gives go before the contract's own name; one local column may serve two contract columns.

    Raises
    ------
    InputRefused
        If a required column is missing, or two local columns could be the same contract column.
    """
    positions: dict[str, int] = {}
    for name in columns.all:
        found = _candidates(header, name, mapping)
        if len(found) > 1:
            raise InputRefused("more than one column of this file could be this column", file=file, column=name)
        if found:
            positions[name] = found[0]
        elif name in columns.required:
            raise InputRefused(_missing_rule(name, header, mapping, table), file=file, column=name)
    return positions


def roles_of(
    header: Sequence[str], columns: TableColumns, mapping: Mapping[str, Sequence[str]]
) -> dict[int, tuple[str, ...]]:
    """Contract columns that each position of `header` could be, before anything is demanded of the file."""
    roles: dict[int, tuple[str, ...]] = {}
    for name in columns.all:
        for position in _candidates(header, name, mapping):
            roles[position] = (*roles.get(position, ()), name)
    return roles


def refuse_unknown_names(study: Study, table: str) -> None:
    """Refuse a name in ``[columns.<table>]`` that is no column of the contract: it would silently do nothing."""
    known = contract_columns(study, table).all
    for name in study.columns.get(table, {}):
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            rule = f"the table has no such column{hint}"
            raise StudyRefused(rule, file=FILE_NAME, column=f"[columns.{table}] {name}")


def refuse_unused_names(study: Study, table: str, found: Collection[str]) -> None:
    """Refuse a column that ``[columns.<table>]`` gives names for and no file has: a slip would leave it out unseen."""
    for name, local in study.columns.get(table, {}).items():
        if name not in found:
            rule = f"no file of this table has a column called {' or '.join(repr(one) for one in local)}"
            raise StudyRefused(rule, file=FILE_NAME, column=f"[columns.{table}] {name}")


def folded(name: str) -> str:
    """`name` as it is compared: trimmed, Unicode form NFC, without regard to case."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def _candidates(header: Sequence[str], name: str, mapping: Mapping[str, Sequence[str]]) -> list[int]:
    return _positions(header, mapping.get(name, ())) or _positions(header, (name,))


def _positions(header: Sequence[str], names: Sequence[str]) -> list[int]:
    wanted = {folded(name) for name in names}
    return [i for i, name in enumerate(header) if name and folded(name) in wanted]


def _missing_rule(name: str, header: Sequence[str], mapping: Mapping[str, Sequence[str]], table: str) -> str:
    names = list(dict.fromkeys([*(f"'{local}'" for local in mapping.get(name, ())), f"'{name}'"]))
    rule = f"this column is required, and the file has none called {' or '.join(names)}"
    if len(header) < 2:
        return rule + "; it has one column only, so perhaps it is not delimited by semicolons, commas or tabs"
    return rule + f"; name the file's own column in study.toml under [columns.{table}]"
