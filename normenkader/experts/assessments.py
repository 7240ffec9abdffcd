"""One client assessed by several assessors: the ground for reliability and the chance of the same band."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from normenkader.casemix import InputFile
from normenkader.experts.panel_tables import assessment_rows
from normenkader.provenance import Receipt, canonical_json, sha256_of_parts
from normenkader.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessments:
    """Factor levels as each assessor gave them.

    Attributes
    ----------
    study : Study
        The study they were read for.
    files : tuple of InputFile
        Every file of assessments.
    receipt : Receipt
        Hash over the rows and the settings in force.
    """

    study: Study
    files: tuple[InputFile, ...]
    receipt: Receipt
    _rows: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Rows sorted by episode and assessor: ``assessor``, ``episode``, a text column a factor (empty: missing)."""
        return self._rows.copy()

    def wide(self, factor: str) -> pd.DataFrame:
        """Levels of one factor, episodes by assessors, None where an assessor did not assess: ready for agreement."""
        table = self._rows.pivot(index="episode", columns="assessor", values=factor).astype(object)
        return table.where(table.notna() & (table != ""), None)


def read_assessments(study: Study) -> Assessments | None:
    """Read the double assessments; None when the study has none.

    Raises
    ------
    InputRefused
        If a file cannot be read, lacks a column or holds personal data, a level is unknown, or one assessor gave one
        episode two different assessments.
    """
    if not study.sources.assessments:
        return None
    table, rows = assessment_rows(study)
    settings = Receipt(stage="study", sha256=study.sha256())
    content = canonical_json({str(name): rows[name].tolist() for name in rows.columns})
    receipt = Receipt(
        stage="assessments", sha256=sha256_of_parts([settings.sha256.encode(), content.encode()]), made_from=(settings,)
    )
    return Assessments(study=study, files=table.files, receipt=receipt, _rows=rows)
