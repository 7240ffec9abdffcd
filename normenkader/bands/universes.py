"""The choices that could have been made otherwise, and the norm table under each combination of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.variants import Half, in_half, with_model, without_capped
from normenkader.errors import InputRefused
from normenkader.model.design import Design
from normenkader.model.fit import fit_minutes, identified_design
from normenkader.model.intervals import resampled
from normenkader.model.log_link import fit_log_link
from normenkader.model.moments import average_level
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.passes import settled_weights
from normenkader.model.variance import Rule

FloatArray = npt.NDArray[np.float64]

RULES: tuple[Rule, ...] = ("constant", "mean", "mean_squared")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One choice: the options that can be had, the one in force first; why there is no other."""

    name: str
    options: tuple[str, ...]
    reason: str = ""

    @property
    def in_force(self) -> str:
        """The option that the study took."""
        return self.options[0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A norm table under a combination of choices, with terms and level for every draw of providers.

    Attributes
    ----------
    options : tuple of str
        One a dimension, in their order.
    table : NormTable
    draws : (B, G), terms : (B, p), level : (B,)
        The first draw holds all providers; the others leave one out each.
    """

    options: tuple[str, ...]
    table: NormTable = field(repr=False)
    draws: FloatArray = field(repr=False)
    terms: FloatArray = field(repr=False)
    level: FloatArray = field(repr=False)


def dimensions_of(norms: NormTable) -> tuple[Dimension, ...]:
    """Every choice with its options, the one in force first, in a fixed order."""
    model, casemix = norms.model, norms.model.casemix
    rule, thin = model.variance.rule, model.study.model.thin_levels
    halves = in_half(casemix, "first") is not None
    has_thin = any(not c.supported and not c.with_factor and c.n_clients for c in model.design().cells)
    capped = "lower_limit" if model.censoring.applied else "as_need"
    return (
        Dimension(name="link", options=("identity", "log")),
        Dimension(name="variance", options=(rule, *(other for other in RULES if other != rule))),
        Dimension(
            name="window", options=("whole", "first_half", "second_half") if halves else ("whole",),
            reason="" if halves else "Zonder registratie per week is de meetperiode niet te delen.",
        ),
        Dimension(
            name="thin_levels", options=(thin, "blank" if thin == "merge" else "merge") if has_thin else (thin,),
            reason="" if has_thin else "Elk niveau heeft genoeg cliënten en aanbieders voor een eigen norm.",
        ),
        Dimension(name="provider_weights", options=("clients", "equal")),
        Dimension(
            name="capped", options=_capped_options(capped) if model.censoring.share_at_cap > 0 else (capped,),
            reason="" if model.censoring.share_at_cap > 0 else "Geen enkel traject zit aan het toegekende maximum.",
        ),
    )  # fmt: skip


def combinations_of(dimensions: tuple[Dimension, ...], *, crossed: bool) -> Iterator[tuple[str, ...]]:
    """Options in force first; then every combination, or only those that differ in one choice.

    The multiplicative fit brings its own variance rule and cannot treat a capped delivery as a lower limit, so it is
    not crossed with the options of these two that it cannot have.
    """
    in_force = {d.name: d.in_force for d in dimensions}
    for options in product(*(d.options for d in dimensions)):
        chosen = dict(zip(in_force, options, strict=True))
        if _can_be_had(chosen, in_force) and (crossed or _changes(chosen, in_force) <= 1):
            yield options


def _can_be_had(chosen: Mapping[str, str], in_force: Mapping[str, str]) -> bool:
    own_variance = chosen["variance"] == in_force["variance"]
    return chosen["link"] == "identity" or (own_variance and chosen["capped"] != "lower_limit")


def _changes(chosen: Mapping[str, str], in_force: Mapping[str, str]) -> int:
    changed = {name for name in chosen if chosen[name] != in_force[name]}
    forced = chosen["link"] == "log" and in_force["capped"] == "lower_limit" and chosen["capped"] == "as_need"
    return len(changed - {"capped"} if forced else changed)


def sources(
    norms: NormTable, dimensions: tuple[Dimension, ...], combinations: Iterable[tuple[str, ...]]
) -> Iterator[Source]:
    """The norm table under each combination; one that leaves too little to fit is passed over."""
    in_force = {d.name: d.in_force for d in dimensions}
    tables: dict[tuple[str, ...], NormTable | None] = {}
    designed = cache(partial(_designed, cache(partial(_measured, norms.model.casemix))))
    for options in combinations:
        chosen = dict(zip(in_force, options, strict=True))
        key = tuple(chosen[name] for name in _REFITTED)
        if key not in tables:
            same = all(chosen[name] == in_force[name] for name in _REFITTED)
            tables[key] = norms if same else _refitted(norms, chosen, designed)
        table = tables[key]
        if table is not None:
            make = _log_source if chosen["link"] == "log" else _additive_source
            yield make(options, chosen["provider_weights"] == "equal", table)


_REFITTED = ("window", "thin_levels", "capped", "variance")


def _capped_options(in_force: str) -> tuple[str, ...]:
    return (in_force, *(o for o in ("as_need", "lower_limit", "left_out") if o != in_force))


def _refitted(norms: NormTable, chosen: Mapping[str, str], designed: _Designed) -> NormTable | None:
    found = designed(chosen["window"], chosen["capped"] == "left_out", chosen["thin_levels"])
    if found is None:
        return None
    variant, design = found
    censoring: Literal["on", "off"] = "on" if chosen["capped"] == "lower_limit" else "off"
    rule = next(rule for rule in RULES if rule == chosen["variance"])
    try:
        refitted = fit_minutes(variant, censoring=censoring, variance=rule, design=design)
        return make_norm_table(refitted, replaced=norms.replaced)
    except InputRefused:
        return None


_Measured = Callable[[str, bool], Casemix | None]
_Designed = Callable[[str, bool, str], tuple[Casemix, Design] | None]


def _designed(measured: _Measured, window: str, left_out: bool, thin_levels: str) -> tuple[Casemix, Design] | None:
    """The rows of a window, with or without those at the cap, and their design: what fits share is made once."""
    found = measured(window, left_out)
    if found is None:
        return None
    variant = with_model(found, thin_levels=thin_levels)
    return variant, identified_design(variant.to_frame(), variant.study)


def _measured(casemix: Casemix, window: str, left_out: bool) -> Casemix | None:
    halves: dict[str, Half] = {"first_half": "first", "second_half": "second"}
    found = in_half(casemix, halves[window]) if window in halves else casemix
    if found is None:
        return None
    kept = without_capped(found) if left_out else found
    return None if kept.to_frame().empty else kept


def _additive_source(options: tuple[str, ...], equal: bool, table: NormTable) -> Source:
    model, g = table.model, table.model.n_providers
    draws = np.vstack([np.ones((1, g)), 1.0 - np.eye(g)])
    terms, _ = resampled(model.profile(), draws)
    # A provider's weight in the level is its number of clients; dividing by that gives every provider one vote.
    votes = draws / np.maximum(model.profile().n, 1.0) if equal else draws
    level = average_level(model.profile(), terms, votes)
    own = terms[:, : len(model.coefficients())]
    return Source(
        options=options, table=table, draws=draws, terms=table.replaced.in_columns(model.design(), own),
        level=table.replaced.in_level(level),
    )  # fmt: skip


def _log_source(options: tuple[str, ...], equal: bool, table: NormTable) -> Source:
    model, design = table.model, table.model.design()
    frame = model.casemix.to_frame()
    y = frame["minutes_per_week"].to_numpy(dtype=np.float64)
    # Weights for exposure only: how the variance grows with the mean is part of the quasi-likelihood itself.
    _, w = settled_weights(design, frame, np.zeros(len(frame), dtype=bool), "constant")
    fit = fit_log_link(design.matrix(), y, w, design.provider_codes(), model.n_providers, equal_providers=equal)
    return Source(
        options=options, table=table, draws=np.ones((1, model.n_providers)),
        terms=table.replaced.in_columns(design, fit.minutes[None, :]),
        level=np.asarray(table.replaced.in_level(np.array([fit.level]))),
    )  # fmt: skip
