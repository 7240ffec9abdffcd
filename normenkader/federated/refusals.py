"""Why summaries cannot be added up: each refusal names the files that it is about, and the rule that they break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from normenkader.errors import InputRefused
from normenkader.federated.summary import CellSummary, Summary
from normenkader.federated.told import Told

Files = Mapping[tuple[int, str], str]
"""Name of the file of a round and a provider."""

_MOST_SHOWN = 5
TWO_OF_ONE = (
    "these are of round {} and of one provider, which would count twice; keep the one that its provider stands by, and "
    "have the other destroyed"
)
BOTH_WAYS = (
    "the provider of this summary also stands in the episodes that the study names, so that it would count twice; "
    "leave out the one or the other"
)
NO_SECOND = (
    "the providers of these files of round 1 sent no round 2; bands need the second round of every provider that sent "
    "the first"
)
NO_FIRST = (
    "no file of round 1 of the same provider stands beside these of round 2; in round 2 the files of round 1 stay in "
    "the study"
)
OTHER_NORMS = (
    "this round 2 was counted under another norm table than round 1 gives now; send its provider this norms.json, and "
    "ask for round 2 again"
)
OTHER_EPISODES = (
    "round 2 of this provider does not count as many episodes as its round 1; both rounds must be made from the same "
    "data, so ask for both again"
)


def listed(names: Iterable[str]) -> str:
    """File names in a row, the first few of many."""
    found = list(names)
    more = f" and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
    return ", ".join(found[:_MOST_SHOWN]) + more


def refuse_twice(read: Sequence[tuple[int, str, str]]) -> None:
    """Refuse two files of one round and one provider.

    Parameters
    ----------
    read : sequence of (round, provider, file)
    """
    by_key: dict[tuple[int, str], list[str]] = {}
    for number, provider, file in read:
        by_key.setdefault((number, provider), []).append(file)
    for (number, _), files in by_key.items():
        if len(files) > 1:
            raise InputRefused(TWO_OF_ONE.format(number), file=listed(files))


def refuse_both_ways(providers: Iterable[str], files: Files) -> None:
    """Refuse a provider that sent a summary and stands in the episodes as well."""
    both = [files[1, name] for name in providers if (1, name) in files]
    if both:
        raise InputRefused(BOTH_WAYS, file=listed(both))


def refuse_other_rounds(
    first: Sequence[Summary], second: Sequence[CellSummary], *, norms_sha256: str, files: Files
) -> None:
    """Refuse a round 2 that does not belong to round 1: of other providers, another norm table, or other episodes."""
    one, two = {summary.provider: summary for summary in first}, {cells.provider: cells for cells in second}
    _refuse(NO_SECOND, [files[1, name] for name in one if name not in two])
    _refuse(NO_FIRST, [files[2, name] for name in two if name not in one])
    _refuse(OTHER_NORMS, [files[2, name] for name, cells in two.items() if cells.norms != norms_sha256])
    _refuse(OTHER_EPISODES, [files[2, name] for name, cells in two.items() if not _same_episodes(one[name], cells)])


def _same_episodes(first: Summary, cells: CellSummary) -> bool:
    silent, counted = cells.without_norm, int(cells.n_episodes.sum())
    return Told(low=counted + silent.low, high=counted + silent.high).holds(first.n_episodes)


def _refuse(rule: str, files: Sequence[str]) -> None:
    if files:
        raise InputRefused(rule, file=listed(files))
