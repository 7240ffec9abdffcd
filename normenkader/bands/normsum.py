"""The sum that gives one client's norm, line by line, as it is done on paper from norms.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from normenkader.errors import InputRefused

Document = Mapping[str, Any]
Key = tuple[str, str, str, str]
Kind = Literal["ijkclient", "main", "interaction", "overlap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormLine:
    """One line of the sum.

    Attributes
    ----------
    kind : {"ijkclient", "main", "interaction", "overlap"}
        What the line stands for; an interaction is added to both of its mains.
    factor, level : str
        Factor and the client's level; empty on the line of the ijkclient.
    with_factor, with_level : str
        The other factor of an interaction; empty otherwise.
    minutes : float or None
        Published whole-step minutes; None when the cell carries no norm.
    estimate : float or None
        Unrounded minutes; None when the cell has no estimate of its own, nor the neighbour it is merged with.
    interval : tuple of float or None
        95 % interval of the estimate.
    n_clients, n_providers : int or None
        Support as published; None when it may not be shown.
    supported : bool
        Whether the cell carries a norm by itself.
    merged_with : str
        Neighbouring level whose minutes it takes; empty when none.
    is_ijkclient : bool
        Whether the client has the ijkclient's own level here, so that nothing is added.
    """

    kind: Kind
    factor: str = ""
    level: str = ""
    with_factor: str = ""
    with_level: str = ""
    minutes: float | None
    estimate: float | None
    interval: tuple[float, float] | None = None
    n_clients: int | None = None
    n_providers: int | None = None
    supported: bool = True
    merged_with: str = ""
    is_ijkclient: bool = False


def norm_lines(norms: Document, levels: Mapping[str, str]) -> tuple[NormLine, ...]:
    """Lines of the sum for `levels`: the ijkclient, every factor, interactions under their factor, overlap classes.

    Parameters
    ----------
    norms : mapping
        Content of norms.json.
    levels : mapping
        Level by factor, overlap factors included, as `levels_of_profile` gives it.

    Returns
    -------
    tuple of NormLine

    Raises
    ------
    InputRefused
        If norms.json lists no term for a level that the client has.
    """
    terms = {_key(term): term for term in norms["terms"]}
    start = norms["ijkclient_minutes"]
    first = NormLine(kind="ijkclient", minutes=start["published"], estimate=start["estimate"],
                     interval=_interval(start["interval"]))  # fmt: skip
    return (first, *_factor_lines(norms, terms, levels), *_overlap_lines(norms, terms, levels))


def published_sum(lines: tuple[NormLine, ...]) -> float | None:
    """Plain sum of published minutes, not yet bounded at zero; None when a level carries no norm.

    An interaction without support counts as nothing: the two main terms are the coarser norm it falls back on.
    """
    blank = any(line.minutes is None for line in lines if line.kind != "interaction")
    return None if blank else sum(line.minutes for line in lines if line.minutes is not None)


def unrounded_sum(lines: tuple[NormLine, ...]) -> float | None:
    """Sum of the unrounded estimates; published minutes stand in where a joined level has no estimate of its own."""
    if published_sum(lines) is None:
        return None
    return sum(line.estimate if line.estimate is not None else line.minutes or 0.0 for line in lines)


def _factor_lines(norms: Document, terms: Mapping[Key, Document], levels: Mapping[str, str]) -> Iterator[NormLine]:
    own = {str(factor["name"]): str(factor["ijkclient"]) for factor in norms["factors"]}
    for factor in norms["factors"]:
        name = str(factor["name"])
        yield _line("main", terms, (name, levels[name], "", ""), own)
        for other in factor["interacts_with"]:
            if levels[name] != own[name] and levels[other] != own[other]:
                yield _line("interaction", terms, (name, levels[name], other, levels[other]), own)


def _overlap_lines(norms: Document, terms: Mapping[Key, Document], levels: Mapping[str, str]) -> Iterator[NormLine]:
    for overlap in norms["overlap"]:
        name = str(overlap["factor"])
        yield _line("overlap", terms, (name, levels[name], "", ""), {name: str(overlap["ijkclient"])})


def _line(kind: Kind, terms: Mapping[Key, Document], key: Key, own: Mapping[str, str]) -> NormLine:
    factor, level, with_factor, with_level = key
    if kind != "interaction" and level == own[factor]:
        return NormLine(kind=kind, factor=factor, level=level, minutes=0, estimate=0.0, is_ijkclient=True)
    if key not in terms:
        raise InputRefused(f"no term for level '{level}' is listed", file="norms.json", column=factor)
    term = terms[key]
    return NormLine(
        kind=kind, factor=factor, level=level, with_factor=with_factor, with_level=with_level,
        minutes=term["published"], estimate=_estimate(terms, key, own), interval=_interval(term["interval"]),
        n_clients=term["n_clients"], n_providers=term["n_providers"], supported=bool(term["supported"]),
        merged_with=term["merged_with"] or "",
    )  # fmt: skip


def _estimate(terms: Mapping[Key, Document], key: Key, own: Mapping[str, str]) -> float | None:
    """Own estimate, or that of the neighbour it is merged with."""
    term = terms[key]
    if term["estimate"] is not None or not term["merged_with"]:
        return None if term["estimate"] is None else float(term["estimate"])
    if term["merged_with"] == own[key[0]]:
        return 0.0
    neighbour = terms.get((key[0], term["merged_with"], key[2], key[3]))
    return None if neighbour is None or neighbour["estimate"] is None else float(neighbour["estimate"])


def _key(term: Document) -> Key:
    other = term["with"] or {}
    return str(term["factor"]), str(term["level"]), str(other.get("factor", "")), str(other.get("level", ""))


def _interval(pair: Any) -> tuple[float, float] | None:
    return None if pair is None or pair[0] is None else (float(pair[0]), float(pair[1]))
