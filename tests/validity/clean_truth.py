"""What is true in regime ``clean`` of each property that a check asks for, and why: when a failure is false."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["holds", "by draw", "of table", "fails", "reports", "not asked"]


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth behind one check.

    Attributes
    ----------
    kind : str
        ``holds``: a failure is false. ``by draw``: the property depends on which providers were drawn; it is looked up
        in the draw. ``of table``: an exact count on the table in force, which no chance can make false. ``fails``: it
        does not hold, and passing would be wrong. ``reports``: the check grades nothing. ``not asked``: a study of this
        regime lacks what it is about.
    why : str
    """

    kind: Kind
    why: str


_EVERYONE = "every client's minutes follow the same terms whatever the group, so the norm is as good for each of them"
_NO_LIMIT = "described, without a limit"

TRUTH: dict[str, Truth] = {
    "signal_at_unseen_providers": Truth("holds", "the terms are the same at every provider, and explain a third"),
    "leakage_alarm": Truth("holds", "the true terms explain about 0.34 of delivered minutes, and no factor is a copy"),
    "bands_keep_explained": Truth("holds", "five optimal bands of the true norms keep over 0.9 of their variation"),
    "style_follows_casemix": Truth("holds", "providers' effects are drawn apart from their clients"),
    "share_at_cap": Truth("holds", "delivery does not stop at the assigned minutes; hardly any episode ends on them"),
    "bands_possible_in_resamples": Truth("holds", "2,400 clients at 16 providers leave room for five bands"),
    "promise_kept": Truth("fails", "need differs by 30 % between like clients, so under the true norm too about half "
                                   "of a band needs at least its lower bound; 0.90 was promised"),
    "fits_below_upper": Truth("reports", _NO_LIMIT),
    "promise_at_worst_provider": Truth("holds", "effects have a standard deviation of 16 minutes, at most 40, and a "
                                                "band's needs spread over 60: no provider lies 0.2 below the others "
                                                "in expectation"),
    **{f"observed_limit_band_{k}": Truth("reports", _NO_LIMIT) for k in range(1, 6)},
    "reliability_of_minutes": Truth("holds", "assessors misread one factor in eight by one level: 0.92 over all seeds"),
    "same_band": Truth("holds", "with that reliability two assessors agree in two of three cases; the floor is 0.5"),
    "intervals_bear_misreading": Truth("holds", "the record is without error, so that intervals cover 0.956; that "
                                                "assessors err shows only in the double assessments"),
    "prmse_panel": Truth("holds", "experts judge by the true norm, apart from two terms and their own bias"),
    "error_unseen": Truth("holds", "the terms are the same at every provider"),
    "calibration_in_the_large": Truth("holds", "nothing shifts minutes at a provider left out but its own effect, of "
                                               "mean zero; rounding the ijkclient up adds 2.5 minutes of 7.5"),
    "calibration_slope": Truth("holds", "the terms are the same at every provider"),
    "calibration_by_tenth": Truth("holds", "the sum of terms is true from low to high"),
    "explained_absolute_unseen": Truth("holds", "the terms are the same at every provider"),
    "optimism": Truth("holds", "47 terms on 2,400 clients: 0.03 of explained share"),
    "signal_at_unseen_municipalities": Truth("holds", "municipalities differ in nothing"),
    "error_unseen_municipality": Truth("holds", "municipalities differ in nothing"),
    "factor_is_assigned_minutes": Truth("holds", "assigned minutes follow the norm and the product, not one factor"),
    "provider_share": Truth("holds", "16 minutes between providers beside 80 between clients: 0.04"),
    "sum_keeps_ceiling": Truth("holds", "the truth is a sum"),
    "undeclared_interactions": Truth("holds", "there is none beyond the one that the study declares"),
    "domains_add_up": Truth("holds", "minutes of leefgebieden add up, whatever their number"),
    "sum_does_not_bend": Truth("holds", "minutes of leefgebieden add up, whatever their sum"),
    "declared_directions": Truth("holds", "every true term lies in its declared direction"),
    "fair_error_municipality": Truth("holds", _EVERYONE),
    "fair_class_municipality": Truth("holds", _EVERYONE),
    "fair_error_orientation": Truth("holds", _EVERYONE),
    "fair_class_orientation": Truth("holds", _EVERYONE),
    "fair_error_n_leefgebied": Truth("holds", _EVERYONE),
    "fair_class_n_leefgebied": Truth("holds", _EVERYONE),
    "one_level_too_heavy": Truth("of table", "who is lifted by the table in force is counted, and the count is held "
                                             "against one by hand in tests/bands/test_soundness.py. True norms would "
                                             "lift at most 0.24 (200,000 clients and their optimal bands)"),
    "delivered_against_neutral": Truth("holds", "providers' effects are drawn apart from their clients: no difference "
                                                "but chance"),
    "provider_effects": Truth("by draw", "the farthest of 16 providers drawn lies 20 to 43 minutes off, the narrowest "
                                         "band is 15 to 45 wide: it holds in some draws and not in others"),
    "under_delivery_overall": Truth("reports", _NO_LIMIT),
    "under_delivery_capped": Truth("not asked", "nobody is kept at a cap"),
    "front_loading_1": Truth("holds", "minutes do not depend on the week of the episode"),
    "front_loading_2": Truth("holds", "minutes do not depend on the week of the episode"),
    "periods_in_band": Truth("reports", _NO_LIMIT),
    "weeks_in_band": Truth("reports", _NO_LIMIT),
    "fortnightly_delivery": Truth("holds", "weeks are drawn apart from one another"),
    "peak_weeks": Truth("reports", _NO_LIMIT),
    "band_survives_choices": Truth("holds", "every choice asked about leads to the same truth: the sum, any variance, "
                                            "either half of the window, any provider left out"),
    "choices_within_stability": Truth("holds", "every choice asked about leads to the same truth"),
    "losers_above_20_percent": Truth("reports", "a report without a limit"),
}  # fmt: skip
