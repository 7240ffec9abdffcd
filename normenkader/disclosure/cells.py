"""Complementary suppression: a cell that is left out must not follow from the total and the cells that stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from normenkader.disclosure.attacker import Attacker, Line
from normenkader.disclosure.counts import count_bounds, published_clients
from normenkader.settings import DisclosureSettings


def withheld(
    counts: Sequence[int], lines: Sequence[Line], *, primary: Sequence[bool], settings: DisclosureSettings,
    unlisted: Sequence[int] = (), bounds: Callable[[int], tuple[float, float]] | None = None,
) -> tuple[bool, ...]:  # fmt: skip
    """Which cells are left out of the tables: the small ones, and as many others as hide them.

    In every line the smallest cell that still stands is left out, until from the exact total, the cells that stand and
    their rounding nobody can learn more of a small cell than that it lies under the threshold: the numbers that remain
    possible hold all of 1 to ``min_clients`` - 1.

    Parameters
    ----------
    counts : (n,) sequence of int
        Exact counts.
    lines : sequence of Line
        How the cells add up in what is published.
    primary : (n,) sequence of bool
        Cells that may not be shown for their own sake (few clients, or few providers).
    settings : DisclosureSettings
    unlisted : sequence of int
        Cells that are printed nowhere, so that they are hidden already.
    bounds : callable, optional
        Smallest and largest count that looks the same when it is published; by default those of `count_bounds`.

    Returns
    -------
    (n,) tuple of bool

    References
    ----------
    Fischetti & Salazar-Gonzalez (2001), Solving the cell suppression problem on tabular data with linear constraints,
    Management Science 47(7): feasible interval and protection level. Hundepool et al. (2012), ch. 4 and 5.
    """
    own = [small or n < settings.min_clients for n, small in zip(counts, primary, strict=True)]
    attacker = Attacker(
        counts=tuple(counts), lines=tuple(lines), own=tuple(own), unlisted=frozenset(unlisted), settings=settings,
        bounds=bounds or (lambda n: count_bounds(published_clients(n, settings) or 0, settings)),
    )  # fmt: skip
    hidden = [small or k in attacker.unlisted for k, small in enumerate(own)]
    while (cell := attacker.to_hide(hidden)) is not None:
        hidden[cell] = True
    return tuple(hidden)


def withheld_levels(
    counts: Mapping[str, int] | Mapping[int, int], settings: DisclosureSettings, *,
    few_providers: Collection[object] = (), unlisted: Collection[object] = (),
) -> frozenset[object]:  # fmt: skip
    """`withheld` for one list of groups, by name, that add up to a known total.

    Parameters
    ----------
    counts : mapping
        Exact number of clients of each group.
    settings : DisclosureSettings
    few_providers, unlisted : collection of names
        Groups that may not be shown for want of providers, and groups that are printed nowhere.
    """
    names: list[object] = list(counts)
    hidden = withheld(
        list(counts.values()), [Line(cells=tuple(range(len(names))))], primary=[n in few_providers for n in names],
        settings=settings, unlisted=[k for k, name in enumerate(names) if name in unlisted],
    )  # fmt: skip
    return frozenset(name for name, hide in zip(names, hidden, strict=True) if hide)
