"""A study of any size with known structure, written in chunks: weekly registrations by quarter, as invoiced."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

N_WEEKS = 100
FIRST_DAY = date(2023, 10, 30)
WEEKS_PER_FILE = 13
_SETTINGS = Path(__file__).resolve().parents[2] / "data" / "example" / "study.toml"
_FACTOR = re.compile(r"\[\[factor\]\]\n.*?(?=\n\[)", re.DOTALL)
_AREAS = (
    "persoonlijk_functioneren", "sociaal_functioneren", "gezondheid_zelfzorg", "verplaatsen_vervoer", "dagbesteding",
    "vrije_tijd", "regie_huishouden", "financien", "justitie", "verslaving", "wonen",
)  # fmt: skip


def make_study(folder: Path, n_episodes: int, *, form: str = "parquet") -> Path:
    """Write episodes and weekly registrations of `n_episodes` clients with the factors of the example study.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    n_episodes : int
    form : str
        Of the registrations: ``parquet`` or ``csv``.

    Returns
    -------
    Path
        `folder`.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as base:
        base.execute(f"CREATE TABLE client AS SELECT *, {_mean()} AS mean FROM ({_clients(n_episodes)})")
        base.execute(f"COPY ({_episodes()}) TO '{folder / 'episodes.parquet'}' (FORMAT parquet)")
        for number, start in enumerate(range(0, N_WEEKS, WEEKS_PER_FILE)):
            weeks = f"range({start}, {min(start + WEEKS_PER_FILE, N_WEEKS)})"
            base.execute(f"COPY ({_registrations(weeks)}) TO '{folder / f'kwartaal-{number}.{form}'}' (FORMAT {form})")
    (folder / "study.toml").write_text(_study(form), encoding="utf-8")
    return folder


def _draw(what: str, n: int) -> str:
    """A whole number below `n` that depends on the client and on `what` only."""
    # One hash of one text: a hash of two arguments is not independent of that of two others.
    return f"(hash(concat(e, '#', '{what}')) % {n})::INTEGER"


def _clients(n_episodes: int) -> str:
    areas = ", ".join(f"greatest({_draw(area, 8)} - 4, 0) AS a{i}" for i, area in enumerate(_AREAS))
    return f"""
        SELECT e, {_draw("provider", 40)} AS provider, {_draw("municipality", 12)} AS municipality,
               {_draw("goal", 2)} AS goal, 1 + {_draw("duration", 90)} AS duration, {areas},
               {_draw("strength", 3)} AS strength, {_draw("network", 3)} AS network,
               {_draw("need", 1000)} / 1000.0 AS need
        FROM range({n_episodes}) AS t(e)
    """


def _mean() -> str:
    areas = " + ".join(f"{3 + i} * a{i}" for i in range(len(_AREAS)))
    return (
        f"greatest(90 + {areas} + 20 * goal - 10 * strength - 8 * network + 2 * (provider % 9) "
        f"+ (duration > 52)::INTEGER * 12 + 160 * (need - 0.5), 5)"
    )


def _episodes() -> str:
    areas = ", ".join(
        f"['geen', 'licht', 'matig', 'zwaar'][a{i} + 1] AS leefgebied_{area}" for i, area in enumerate(_AREAS)
    )
    return f"""
        SELECT 'c' || e AS client, 'Aanbieder ' || lpad((provider + 1)::VARCHAR, 2, '0') AS provider,
               'Gemeente ' || (municipality + 1) AS municipality, 'e' || e AS episode, DATE '2023-09-01' AS "start",
               CAST(NULL AS DATE) AS "end", ['behoudgericht', 'ontwikkelgericht'][goal + 1] AS orientation,
               duration AS duration_weeks, {areas}, ['weinig', 'enige', 'veel'][strength + 1] AS own_strength,
               ['geen', 'beperkt', 'steunend'][network + 1] AS network, 'registered' AS minutes_basis,
               CASE WHEN {_draw("assigned", 5)} > 0 THEN (ceil(mean * 1.4 / 15) * 15)::INTEGER END
                   AS assigned_minutes_per_week
        FROM client ORDER BY e
    """


def _registrations(weeks: str) -> str:
    day = f"DATE '{FIRST_DAY}' + (7 * w + (hash(1000 * e + w) % 5)::INTEGER)::INTEGER"
    noise = "(hash(1000 * e + 500 + w) % 121)::INTEGER - 60"
    return f"""
        SELECT 'e' || e AS episode, ({day})::DATE AS date,
               greatest(round(mean + {noise}), 0)::INTEGER AS minutes_direct
        FROM client CROSS JOIN {weeks} AS t(w)
    """


def _study(form: str) -> str:
    factors = "\n".join(_FACTOR.findall(_SETTINGS.read_text(encoding="utf-8")))
    last = FIRST_DAY + timedelta(days=7 * N_WEEKS - 1)
    return f"""\
# SYNTHETISCH. Alle cliënten, aanbieders en minuten zijn verzonnen.
[study]
name = "Synthetisch, voor tijd en geheugen"
window = [{FIRST_DAY}, {last}]
time_definition = "direct"
seed = 1

[sources]
episodes = "episodes.parquet"
minutes = ["kwartaal-*.{form}"]

{factors}

[model]
step = 5
overlap = ["leefgebied"]

[bands]
n = 5
step = 15

[research]
performed_by = "Niemand: dit is een synthetisch voorbeeld"
commissioned_by = "Niemand: dit is een synthetisch voorbeeld"
interest = "Geen; alle gegevens zijn verzonnen"
"""
