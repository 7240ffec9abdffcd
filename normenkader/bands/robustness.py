"""What would have been different: other choices, other exclusions, today's clients, other numbers of bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from normenkader.bands.candidates import Candidate
from normenkader.bands.chain import DrawnTables
from normenkader.bands.conditions import Conditions, five_conditions
from normenkader.bands.exclusions import Exclusion, edges_with_rows_put_back, exclusions
from normenkader.bands.how_many import NumberOfBands, numbers_of_bands
from normenkader.bands.impact import Impact, impact, impact_checks, impact_reservations
from normenkader.bands.multiverse import Multiverse, multiverse
from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.stability import Stability
from normenkader.bands.table import EdgesUnder
from normenkader.bands.unseen_checks import WITHOUT_FAULT
from normenkader.disclosure import coarse_share
from normenkader.evidence import Check, Reservation
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.sampled import is_sampled, on_sample
from normenkader.settings import DisclosureSettings
from normenkader.study import Study
from normenkader.terms.dutch_numbers import percent

LEAST_SURVIVORS = 0.40
"""Share of clients whose band no single choice may change.

Nothing but experience says how large such a share must be: edges lie on whole steps, so any small change moves some
edge a step, and in studies without any fault half of the clients keep their band. The rule for a limit of this kind:
the highest multiple of 0.05 that 95 % of 180 faultless synthetic studies reach, and 95 % of 200 others must reach it
too (tests/validity/README.md has the figures).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Everything of this module's subject, one entry a part."""

    multiverse: Multiverse
    exclusions: tuple[Exclusion, ...]
    impact: Impact
    numbers: tuple[NumberOfBands, ...]
    conditions: Conditions

    def edges_under(self) -> tuple[EdgesUnder, ...]:
        """Edges with the rows of each rule put back."""
        return edges_with_rows_put_back(self.exclusions)


def examine(
    norms: NormTable, edges: tuple[int, ...], held: Stability, *, candidates: Sequence[Candidate], drawn: DrawnTables
) -> Robustness:
    """Redo the chain under other choices, other exclusions and other numbers of bands.

    Parameters
    ----------
    norms : NormTable
    edges : tuple of int
        Lower bounds in force.
    held : Stability
        Of these edges.
    candidates : sequence of Candidate
    drawn : DrawnTables
        The draws of providers on which stability rests.
    """
    checked = on_sample(norms)
    refitted, own = _of_the_draw(checked, edges) if is_sampled(norms) else (norms, edges)
    # First what goes on one thread, while what was begun beside takes the other processors.
    other_choices = multiverse(refitted, own)
    numbers = numbers_of_bands(checked, candidates, edges=edges, drawn=drawn)
    return Robustness(
        multiverse=other_choices, exclusions=exclusions(refitted, own, may_reread=not is_sampled(norms)),
        impact=impact(checked, edges, held),
        numbers=numbers, conditions=five_conditions(numbers, unit=norms.model.study.info.unit),
    )  # fmt: skip


def _of_the_draw(checked: NormTable, edges: tuple[int, ...]) -> tuple[NormTable, tuple[int, ...]]:
    """The table and edges that the draw alone would give: what other choices on the draw are held against."""
    table = make_norm_table(fit_minutes(checked.model.casemix), replaced=checked.replaced)
    chosen = checked.model.study.bands.edges
    return table, edges if chosen is not None else optimum_of(table, len(edges))[0].edges


def robustness_checks(found: Robustness, held: Stability, study: Study) -> tuple[Check, ...]:
    """Checks in a fixed order."""
    return (
        _survivors(found.multiverse, study.disclosure), _within_stability(found.multiverse, held, study),
        *impact_checks(found.impact, study.disclosure),
    )  # fmt: skip


def robustness_reservations(found: Robustness | None, floor: DisclosureSettings) -> tuple[Reservation, ...]:
    """What a reader must know that no check with a limit says."""
    return () if found is None else tuple(impact_reservations(found.impact, floor))


def _survivors(found: Multiverse, floor: DisclosureSettings) -> Check:
    applies = len(found.edge_ranges) > 1
    share = coarse_share(found.survive_all, found.n_clients, floor) if found.crossed else None
    together = "" if share is None else (
        f"Over alle combinaties van keuzes samen houdt {percent(share)} dezelfde klasse."
    )  # fmt: skip
    return Check(
        code="band_survives_choices",
        question="Hoeveel cliënten houden hun klasse, welke verdedigbare keuze ook anders was gemaakt?",
        value=found.survive_single if applies else None, unit="share",
        limit=f"Ten minste 0,4 als telkens één keuze verandert of één aanbieder ontbreekt. {WITHOUT_FAULT}",
        passed=found.survive_single >= LEAST_SURVIVORS if applies else None,
        reason=together if applies else "Er is maar één klasse.",
        reservation="De klasse van veel cliënten hangt af van keuzes die ook anders hadden gekund.",
    )  # fmt: skip


def _within_stability(found: Multiverse, held: Stability, study: Study) -> Check:
    band_step = study.bands.step
    beyond = [
        max(0, interval[0] - low, high - interval[1])
        for (low, high), interval in zip(found.edge_ranges, held.intervals, strict=True) if interval is not None
    ]  # fmt: skip
    value = float(max(beyond)) if beyond else None
    return Check(
        code="choices_within_stability",
        question="Blijven de grenzen bij andere keuzes binnen wat andere aanbieders al zouden uitmaken?",
        value=value, unit=study.info.unit,
        limit=f"Geen grens ligt meer dan één stap ({band_step} minuten) buiten haar stabiliteitsinterval. Dat is een "
              "keuze van dit onderzoek.",
        passed=None if value is None else value <= band_step,
        reason="" if beyond else "Er is geen grens met een stabiliteitsinterval.",
        reservation="Een verdedigbare andere keuze verschuift een grens verder dan de stabiliteit laat zien.",
    )  # fmt: skip
