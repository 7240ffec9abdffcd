"""The invented factors of a synthetic study: levels, how often they occur, and what they are worth in minutes.

The eleven leefgebieden carry the names of the published domains. Their minutes, like every other number here, are
invented and belong to no normenkader.
"""

from __future__ import annotations

from dataclasses import dataclass

from normenkader.settings import DEFAULT_OVERLAP_BREAKS, Factor, count_level_names

IJKCLIENT_MINUTES = 165.0
GROUP = "leefgebied"
OVERLAP_FACTOR = f"n_{GROUP}"
OVERLAP_LEVELS = count_level_names(DEFAULT_OVERLAP_BREAKS)
DURATION_WEEKS_RANGES = ((4, 13), (14, 26), (27, 52), (53, 104))


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticFactor:
    """One factor and what is true of it.

    Attributes
    ----------
    setting : Factor
        As study.toml states it.
    minutes : tuple of float
        True minutes per week of each level; only differences between levels count.
    shares : tuple of float
        Share of clients at each level, at a provider of average case mix.
    loading : float
        How strongly the level follows a client's latent severity, in [-1, 1].
    """

    setting: Factor
    minutes: tuple[float, ...]
    shares: tuple[float, ...]
    loading: float = 0.0

    @property
    def ijkclient_code(self) -> int:
        """Position of the ijkclient's level."""
        return self.setting.levels.index(self.setting.ijkclient)


def _leefgebied(
    name: str, minutes: tuple[float, float, float], shares: tuple[float, float, float], ijkclient: str = "geen"
) -> SyntheticFactor:
    setting = Factor(
        name=f"{GROUP}_{name}", kind="ordinal", levels=("geen", "licht", "matig", "zwaar"), ijkclient=ijkclient,
        direction="up", group=GROUP,
    )  # fmt: skip
    none = 1.0 - sum(shares)
    return SyntheticFactor(setting=setting, minutes=(0.0, *minutes), shares=(none, *shares), loading=0.5)


def _protective(
    name: str, levels: tuple[str, str, str], minutes: tuple[float, float, float], loading: float
) -> SyntheticFactor:
    setting = Factor(name=name, kind="ordinal", levels=levels, ijkclient=levels[1], direction="down")
    return SyntheticFactor(setting=setting, minutes=minutes, shares=(0.30, 0.45, 0.25), loading=loading)


ORIENTATION = SyntheticFactor(
    setting=Factor(
        name="orientation", kind="nominal", levels=("behoudgericht", "ontwikkelgericht"), ijkclient="behoudgericht",
        interacts_with=("duration_weeks",),
    ),
    minutes=(0.0, 18.0),
    shares=(0.58, 0.42),
)  # fmt: skip

DURATION = SyntheticFactor(
    setting=Factor.model_validate(
        {"name": "duration_weeks", "kind": "numeric", "breaks": [13, 26, 52], "ijkclient": "27-52"}
    ),
    minutes=(11.0, 5.0, 0.0, -6.0),
    shares=(0.14, 0.24, 0.38, 0.24),
)

LEEFGEBIEDEN = (
    _leefgebied("persoonlijk_functioneren", (9, 21, 37), (0.28, 0.38, 0.20), "matig"),
    _leefgebied("sociaal_functioneren", (7, 16, 29), (0.30, 0.24, 0.11), "licht"),
    _leefgebied("gezondheid_zelfzorg", (6, 18, 33), (0.21, 0.16, 0.08)),
    _leefgebied("verplaatsen_vervoer", (3, 8, 15), (0.16, 0.10, 0.05)),
    _leefgebied("dagbesteding", (5, 13, 25), (0.19, 0.14, 0.07)),
    _leefgebied("vrije_tijd", (2, 6, 12), (0.13, 0.08, 0.04)),
    _leefgebied("regie_huishouden", (6, 15, 28), (0.28, 0.22, 0.10), "matig"),
    _leefgebied("financien", (8, 19, 32), (0.25, 0.19, 0.10), "licht"),
    _leefgebied("justitie", (5, 16, 35), (0.06, 0.05, 0.03)),
    _leefgebied("verslaving", (7, 20, 40), (0.08, 0.07, 0.05)),
    _leefgebied("wonen", (4, 14, 26), (0.12, 0.08, 0.05)),
)

FACTORS = (
    ORIENTATION, DURATION, *LEEFGEBIEDEN,
    _protective("own_strength", ("weinig", "enige", "veel"), (15, 0, -14), -0.4),
    _protective("network", ("geen", "beperkt", "steunend"), (10, 0, -11), -0.3),
)  # fmt: skip

# Minutes of ontwikkelgericht on top of both main effects, by level of duration_weeks.
INTERACTION_MINUTES = (16.0, 8.0, 0.0, -8.0)
