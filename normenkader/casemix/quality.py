"""The data-quality report: what a reader of the data must know. It reports; it never repairs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFinding:
    """One measure for one provider (or all, when `provider` is empty).

    Attributes
    ----------
    code : str
        Such as ``heaping_15``.
    provider : str
        Provider as the data name it; empty for all together.
    value : float or None
        None when it cannot be had or may not be shown.
    unit : str
        Unit of the value: ``share``, ``minutes``, ``rows``.
    reason : str
        Why there is no value; empty otherwise.
    """

    code: str
    provider: str
    value: float | None
    unit: str
    reason: str = ""
