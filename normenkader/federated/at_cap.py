"""How much was delivered up to the assigned maximum, as far as providers may tell: what a norm from sums may miss."""

from __future__ import annotations

from collections.abc import Sequence

from normenkader.bands.checks import NONE_ASSIGNED, capped_check
from normenkader.evidence import Check
from normenkader.federated.summary import Summary
from normenkader.federated.told import Told, together
from normenkader.model.fit import CENSOR_FROM_SHARE

AS_DELIVERED = "Minder dan 0,05. Bij sommen telt een levering aan het maximum ook vanaf dat deel zoals zij is geleverd."
AT_MOST = (
    "Bij een of meer aanbieders is het aantal te klein om te geven. De uitkomst is het hoogste deel dat kan; de marge "
    "loopt van het laagste tot het hoogste."
)


def episodes_at_cap(summaries: Sequence[Summary]) -> Told | None:
    """Episodes at their maximum, all providers together; None where no provider has an assigned maximum."""
    known = [summary.at_cap for summary in summaries if summary.at_cap is not None]
    return together(known) if known else None


def check_at_cap(summaries: Sequence[Summary]) -> Check:
    """Whether so many are at their maximum that need may lie above what was delivered.

    Where some provider's number is too small to be told, its bounds decide: under the limit with both is under it.
    """
    told, n = episodes_at_cap(summaries), sum(summary.n_episodes for summary in summaries)
    if told is None:
        return capped_check(None, passed=None, reason=NONE_ASSIGNED, limit=AS_DELIVERED)
    low, high = told.low / n, told.high / n
    passed = None if low < CENSOR_FROM_SHARE <= high else high < CENSOR_FROM_SHARE
    if told.exact is not None:
        return capped_check(high, passed=passed, limit=AS_DELIVERED)
    return capped_check(high, passed=passed, interval=(low, high), reason=AT_MOST, limit=AS_DELIVERED)
