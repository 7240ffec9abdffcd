"""What may be published of clients and providers, under the study's ``[disclosure]`` settings.

Every count, share, mean or percentile of clients that leaves goes through here: the threshold and rounding (`counts`),
complementary suppression (`cells`), shares (`shares`) and dominance (`dominance`). `words` says the rules
in Dutch. Refusal of personal data in what comes in stands in `normenkader.casemix.personal_data`.
"""

from __future__ import annotations

from normenkader.disclosure.attacker import Line
from normenkader.disclosure.cells import withheld, withheld_levels
from normenkader.disclosure.counts import count_bounds, published_clients, published_providers, published_rows
from normenkader.disclosure.dominance import Contributions, contributions, is_dominated
from normenkader.disclosure.shares import (
    coarse_share,
    coarse_step,
    published_parts,
    published_share,
    rows_as_clients,
    share_of_all,
)
from normenkader.disclosure.words import rules_in_words

__all__ = [
    "Contributions", "Line", "coarse_share", "coarse_step", "contributions", "count_bounds", "is_dominated",
    "published_clients", "published_parts", "published_providers", "published_rows", "published_share",
    "rows_as_clients", "rules_in_words", "share_of_all", "withheld", "withheld_levels",
]  # fmt: skip
