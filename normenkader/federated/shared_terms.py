"""What all who send sums have in common: the terms they sum for, and the settings that must be the same."""

from __future__ import annotations

from normenkader.model.factors import DesignFactor
from normenkader.model.layout import Column
from normenkader.provenance import canonical_json, sha256_of_bytes
from normenkader.study import Study

TermKey = tuple[str, str, str, str]


def full_columns(factors: tuple[DesignFactor, ...]) -> tuple[Column, ...]:
    """One column a level that is not the ijkclient's, then one a pair of such levels of factors that interact.

    No level is joined yet: which are thin is known only once all providers are added up, and a sum over a group of
    levels is the sum of their sums.
    """
    by_name = {factor.name: factor for factor in factors}
    mains = [Column(factor=f.name, levels=(level,)) for f in factors for level in other_levels(f)]
    pairs = [
        Column(factor=f.name, levels=(own,), with_factor=name, with_levels=(their,))
        for f in factors for name in f.partners for own in other_levels(f) for their in other_levels(by_name[name])
    ]  # fmt: skip
    return (*mains, *pairs)


def other_levels(factor: DesignFactor) -> tuple[int, ...]:
    """Every level but the ijkclient's."""
    return tuple(level for level in range(len(factor.levels)) if level != factor.reference)


def term_keys(factors: tuple[DesignFactor, ...]) -> tuple[TermKey, ...]:
    """Names of the full columns: factor and level, and for a pair the other factor and its level."""
    levels = {factor.name: factor.levels for factor in factors}
    return tuple(
        (c.factor, levels[c.factor][c.levels[0]], c.with_factor,
         levels[c.with_factor][c.with_levels[0]] if c.with_factor else "")
        for c in full_columns(factors)
    )  # fmt: skip


def agreement_sha256(study: Study) -> str:
    """Hash of what all who send sums must have in common: factors, window, unit of time, and what may be published."""
    settings = study.settings()
    common = {
        "factor": settings["factor"],
        "study": {key: settings["study"][key] for key in ("window", "time_definition", "unit", "outcome_is")},
        "overlap": {group: list(study.model.breaks_of(group)) for group in study.overlap_groups()},
        "casemix": settings["casemix"], "band_step": study.bands.step,
        "min_clients": study.disclosure.min_clients,
    }  # fmt: skip
    return sha256_of_bytes(canonical_json(common).encode())
