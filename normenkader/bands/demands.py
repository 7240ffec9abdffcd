"""What a study demands of its bands, each demand with a code and in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

DEMANDS = ("min_share", "min_providers", "min_width", "ijkclient_band", "ijkclient_off_edge")
_DROPPED: dict[str, dict[str, Any]] = {
    "min_share": {"min_share": 0.0},
    "min_providers": {"min_providers": 1},
    "min_width": {"min_width": 0.0},
    "ijkclient_band": {"ijkclient_band": None},
    "ijkclient_off_edge": {"ijkclient_off_edge": False},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """Demands on bands; with the defaults, a band needs no more than one client.

    Attributes
    ----------
    min_share : float
        Least share of the clients (by weight) in each band.
    min_providers : int
        Least number of different providers with a client in each band, 1 or more.
    min_width : float
        Least width in minutes of each bounded band.
    ijkclient_minutes : float or None
        Published minutes of the ijkclient.
    ijkclient_band : int or None
        Number (1, 2, ...) of the band that must hold the ijkclient.
    ijkclient_off_edge : bool
        Whether the ijkclient may not lie on an edge. The first lower bound, 0, divides nobody and is no edge.
    """

    min_share: float = 0.0
    min_providers: int = 1
    min_width: float = 0.0
    ijkclient_minutes: float | None = None
    ijkclient_band: int | None = None
    ijkclient_off_edge: bool = True

    def __post_init__(self) -> None:
        if self.min_providers < 1:
            raise ValueError("a band needs a client, so min_providers is 1 or more")
        if self.ijkclient_band is not None and self.ijkclient_minutes is None:
            raise ValueError("ijkclient_band needs the minutes of the ijkclient")

    def in_force(self) -> tuple[str, ...]:
        """Codes of the demands that ask anything, in a fixed order."""
        return tuple(code for code in DEMANDS if self.without(code) != self and self._speaks(code))

    def without(self, *codes: str) -> Demands:
        """The same demands with some of them dropped."""
        changes = {key: value for code in codes for key, value in _DROPPED[code].items()}
        return replace(self, **changes)

    def in_words(self, code: str) -> str:
        """One demand as a phrase, such as 'at least 3 providers in each band'."""
        words = {
            "min_share": f"at least {100 * self.min_share:g} % of the clients in each band",
            "min_providers": f"clients of at least {self.min_providers} providers in each band",
            "min_width": f"bands of at least {self.min_width:g} minutes wide",
            "ijkclient_band": f"the ijkclient in band {self.ijkclient_band}",
            "ijkclient_off_edge": "the ijkclient's minutes on no edge",
        }
        return words[code]

    def _speaks(self, code: str) -> bool:
        return code != "ijkclient_off_edge" or self.ijkclient_minutes is not None
