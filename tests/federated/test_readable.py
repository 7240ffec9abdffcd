"""The words beside a summary: every number that leaves is in them, with the name that people use."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from normenkader.casemix.casemix import Casemix
from normenkader.federated.readable import readable_text
from normenkader.federated.summarise import summarise_cells
from normenkader.federated.summary import Summary
from normenkader.federated.told import Told
from normenkader.terms.dutch_numbers import decimal, exact
from normenkader.terms.names import term_name


def test_every_count_and_sum_is_said_with_its_name(casemix: Casemix, summaries: list[Summary]) -> None:
    summary = summaries[0]
    text, m = readable_text(summary, casemix.study), summary.moments()
    lines = set(text.splitlines())
    for key, n, x, xy in zip(summary.terms, summary.term_clients, m.x[0], m.xy[0], strict=True):
        short = term_name(key[0], key[1]).split(": ", 1)[1]
        assert f"- {short if not key[2] else term_name(*key)}: {n}" in lines
        if x:
            assert f"- {term_name(*key)}: {exact(int(x))} trajecten, samen {decimal(float(xy), 2)}" in lines
    for n in summary.own_clients.values():
        assert any(line.endswith(f"(niveau van de ijkcliënt): {n}") for line in lines)
    assert f"- alle trajecten samen: {decimal(float(m.y[0]), 2)}" in lines
    assert decimal(float(m.yy[0]), 2) in text
    pairs = text[text.index("6. TRAJECTEN DIE TWEE") : text.index("WELK RISICO")]
    shown = [int(n) for n in re.findall(r"^- .*: (\d+)$", pairs, flags=re.M)]
    upper = m.xx[0][np.triu_indices(len(summary.terms), 1)]
    assert sorted(shown) == sorted(int(n) for n in upper if n)


def test_names_are_words_and_not_codes(casemix: Casemix, summaries: list[Summary]) -> None:
    text = readable_text(summaries[0], casemix.study)
    for code in ("orientation", "duration_weeks", "n_leefgebied", "leefgebied_", "<=13", ">52", "log_w", "xx"):
        assert code not in text
    for words in ("gerichtheid", "duur in weken", "meer dan 52", "13 of minder", "minuten per week".upper()):
        assert words in text
    assert casemix.study.info.name in text
    assert all(f"telt als {became}" in text or "t/m" in text for _, _, became in summaries[0].merged)


def test_what_may_not_be_told_exactly_is_said_to_be_so(casemix: Casemix, summaries: list[Summary]) -> None:
    few = readable_text(replace(summaries[0], at_cap=Told(low=1, high=10)), casemix.study)
    assert "tussen 1 en 10 trajecten" in few
    assert "geen traject heeft een toegekend maximum" in readable_text(
        replace(summaries[0], at_cap=None), casemix.study
    )
    some = readable_text(replace(summaries[0], at_cap=Told(low=23, high=23)), casemix.study)
    assert "- 23 trajecten\n" in some


def test_every_cell_is_said(casemix: Casemix, providers: tuple[str, ...], norms_of_region: dict[str, Any]) -> None:
    cells = summarise_cells(casemix, providers[0], norms=norms_of_region, norms_sha256="x")
    text = readable_text(cells, casemix.study)
    for k, low in enumerate(cells.lower):
        assert (
            f"- vanaf {low}: {cells.n_clients[k]} cliënten; {cells.n_episodes[k]} trajecten; normen samen "
            f"{decimal(float(cells.norm_minutes[k]), 2)}; kwadraten samen {decimal(float(cells.norm_squares[k]), 2)}; "
            f"geleverd samen {decimal(float(cells.minutes[k]), 2)}"
        ) in text
    assert len(re.findall("^- vanaf", text, flags=re.M)) == len(cells.lower)
