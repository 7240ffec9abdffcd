"""What was done to sums before they left, and how much was at its maximum: the key ``sums`` of validation.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from normenkader.disclosure import published_providers, published_share
from normenkader.dossier.volume_tables import NO_ROWS, TOO_FEW
from normenkader.federated.summary import Summary
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]


def sums_document(summaries: Sequence[Summary], floor: DisclosureSettings) -> Document:
    """Levels merged and pairs left out, with the number of providers where that was so, never with their names.

    Parameters
    ----------
    summaries : sequence of Summary
    floor : DisclosureSettings
    """
    merged = Counter((factor, level) for summary in summaries for factor, level, _ in summary.merged)
    left_out = Counter(name for summary in summaries for name in summary.left_out)
    return {
        "n_providers": published_providers(len(summaries), floor),
        "merged": [{"factor": factor, "level": level, "n_providers": published_providers(n, floor)}
                   for (factor, level), n in sorted(merged.items())],
        "left_out": [{"factors": name.split(" x "), "n_providers": published_providers(n, floor)}
                     for name, n in sorted(left_out.items())],
        "at_cap": _at_cap(summaries, floor),
    }  # fmt: skip


def _at_cap(summaries: Sequence[Summary], floor: DisclosureSettings) -> Document:
    """Share at the maximum of each provider, where the study lets a provider's own figures be shown."""
    if not floor.provider_rows:
        return {"providers": None, "providers_reason": NO_ROWS}
    shares = [_share(summary, floor) for summary in summaries]
    known = sorted((share for share in shares if share is not None), reverse=True)
    if len(known) < floor.min_providers:
        return {"providers": None, "providers_reason": TOO_FEW}
    rows = [{"name": str(number), "share": share} for number, share in enumerate(known, start=1)]
    return {"providers": rows, "providers_reason": None}


def _share(summary: Summary, floor: DisclosureSettings) -> float | None:
    exact = None if summary.at_cap is None else summary.at_cap.exact
    return None if exact is None else published_share(exact, summary.n_episodes, floor)
