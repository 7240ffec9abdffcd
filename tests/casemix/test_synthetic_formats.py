from __future__ import annotations

import io
from datetime import datetime

from openpyxl import Workbook

from normenkader.provenance import without_times


def workbook_made_at(moment: datetime) -> bytes:
    book = Workbook()
    book.active.append(["client", "minutes"])
    book.properties.created = moment
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_tells_nothing_of_when_it_was_made() -> None:
    first, later = workbook_made_at(datetime(2025, 1, 1, 9)), workbook_made_at(datetime(2026, 3, 4, 23, 59, 59))
    assert first != later
    assert without_times(first) == without_times(later)
