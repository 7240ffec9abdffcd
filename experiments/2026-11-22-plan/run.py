"""Does the planner foresee how certain a study will be, and which measurement buys the most certainty per hour?"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

from running import Row, arguments, fill, finish, run  # noqa: E402

from normenkader.bands.assessed import assess  # noqa: E402
from normenkader.bands.chain import run_chain  # noqa: E402
from normenkader.bands.norm_bands import demands_of, optimum_of  # noqa: E402
from normenkader.bands.stability import stability  # noqa: E402
from normenkader.casemix.casemix import Casemix  # noqa: E402
from normenkader.casemix.synthetic import casemix_of, simulate, truth_of  # noqa: E402
from normenkader.casemix.synthetic.panel import draw_panel  # noqa: E402
from normenkader.casemix.synthetic.regimes import REGIMES  # noqa: E402
from normenkader.experts.assessments import Assessments  # noqa: E402
from normenkader.model.fit import fit_minutes  # noqa: E402
from normenkader.model.intervals import provider_draws  # noqa: E402
from normenkader.model.norm_table import make_norm_table  # noqa: E402
from normenkader.plan.assumptions import Assumptions, assume, from_pilot  # noqa: E402
from normenkader.plan.expected import expect  # noqa: E402
from normenkader.provenance import Receipt  # noqa: E402
from normenkader.settings import PlanSettings  # noqa: E402

SIZES = ((12, 1500), (20, 3000), (30, 6000))
# Pilots of 20 providers: what a smaller one shows of the spread between providers is itself too uncertain.
PILOT_PROVIDERS, PILOT_CLIENTS, N_PILOTS = 20, 2500, 8
# What the region is like, as somebody might know it: standard deviations in minutes between clients, between providers'
# levels and between their mean norms, and how the last two go together; a stated plan may know less.
RESIDUAL_SD, PROVIDER_SD, CASEMIX_SD, STYLE_CORRELATION, STATED_SEEDS = 80.0, 31.0, 27.0, 0.6, 4
STATED = {
    "neither": (0.0, 0.0), "case mix": (CASEMIX_SD, 0.0), "case mix and style": (CASEMIX_SD, STYLE_CORRELATION),
}  # fmt: skip
# Choices, not findings: what registering and assessing cost.
MINUTES_PER_CONTACT_TO_REGISTER, CONTACTS_PER_WEEK, MINUTES_TO_ASSESS = 1.0, 1.5, 30.0


def one(task: Row) -> Row:
    """Half widths in one draw: of a study of the size itself, of what a pilot foretells, or of another measurement."""
    return {"study": _study, "plan": _plan, "assessed": _assessed, "stated": _stated}[task["kind"]](task)


def _study(task: Row) -> Row:
    """A study drawn from the region itself."""
    return _widths(_casemix(task["seed"], task["providers"], task["clients"]))


def _plan(task: Row) -> Row:
    """What the planner says from a pilot in another draw of the region."""
    pilot = fit_minutes(_casemix(10_000 + task["seed"], PILOT_PROVIDERS, PILOT_CLIENTS))
    return _planned(_five(pilot.study), from_pilot(pilot), task)


def _stated(task: Row) -> Row:
    """What the planner says without a pilot, from figures that somebody knows: the region's own, in round numbers."""
    casemix = casemix_of(simulate(REGIMES["practice"], seed=10_000, n_providers=20, n_clients=20_000))
    study, frame, truth = _five(casemix.study), casemix.to_frame(), truth_of(REGIMES["practice"])
    shares = {f.name: tuple(frame[f.name].value_counts().reindex(f.levels, fill_value=0)) for f in study.factors}
    settings = PlanSettings(residual_sd=RESIDUAL_SD, provider_sd=PROVIDER_SD, shares=shares,
                            ijkclient_minutes=truth.ijkclient_minutes)  # fmt: skip
    study = replace(study, plan=settings, info=study.info.model_copy(update={"seed": task["seed"]}))
    casemix_sd, correlation = STATED[task["stated"]]
    # In a study.toml the terms are those of source_norms; here they are the region's.
    terms = {(t.factor, t.level, t.with_factor, t.with_level): t.minutes for t in truth.terms}
    slope = correlation * PROVIDER_SD / casemix_sd if casemix_sd else 0.0
    return _planned(study, replace(assume(study), terms=terms, casemix_sd=casemix_sd, style_slope=slope), task)


def _planned(study: Any, assumed: Assumptions, task: Row) -> Row:
    found = expect(study, assumed, n_providers=task["providers"], n_clients=task["clients"], weeks=task.get("weeks"))
    terms = [term.half_width for term in found.terms if term.half_width is not None and not term.with_factor]
    return {"ijkclient": found.ijkclient, "term": float(np.mean(terms)),
            "edge": float(np.mean([width for width, _ in found.edges]))}  # fmt: skip


def _assessed(task: Row) -> Row:
    """Half the interval of the same-band chance with so many double assessments a provider."""
    data = simulate(REGIMES["practice"], seed=task["seed"], n_providers=task["providers"], n_clients=task["clients"])
    casemix = casemix_of(data)
    norms = make_norm_table(fit_minutes(casemix))
    rows = draw_panel(np.random.default_rng(task["seed"]), data).assessments.astype(str)
    kept = sorted(set(rows["episode"]))[: task["providers"] * task["double"]]
    study, rows = casemix.study, rows[rows["episode"].isin(kept)]
    import pandas as pd

    names = list(study.factor("duration_weeks").levels)
    weeks = pd.cut(rows["duration_weeks"].astype(float), [-1, 13, 26, 52, 9999], labels=names).astype(str)
    rows = rows.assign(duration_weeks=weeks).sort_values(["episode", "assessor"]).reset_index(drop=True)
    receipt = Receipt(stage="assessments", sha256="0")
    assessed = assess(norms, Assessments(study=study, files=(), receipt=receipt, _rows=rows))
    found = assessed.same_band(optimum_of(norms, 5)[0].edges)
    low, high = found.interval or (np.nan, np.nan)
    return {"same_band": found.value, "half": (high - low) / 2}


def _widths(casemix: Casemix) -> Row:
    casemix = replace(casemix, study=_five(casemix.study))
    model = fit_minutes(casemix)
    norms = make_norm_table(model)
    low, high = model.ijkclient.interval
    terms = [t.estimate.interval for t in model.terms if t.estimate and not t.with_factor]
    partition, _ = optimum_of(norms)
    draws = provider_draws(model.n_providers, 400, casemix.study.info.seed)
    chain = run_chain(norms, draws, n_bands=partition.n_bands, demands=demands_of(norms))
    held = stability(partition.edges, chain, norm_step=norms.step)
    edges = [(b - a) / 2 for a, b in (i for i in held.intervals[1:] if i is not None)]
    return {"ijkclient": (high - low) / 2, "term": float(np.mean([(b - a) / 2 for a, b in terms])),
            "edge": float(np.mean(edges))}  # fmt: skip


def _casemix(seed: int, providers: int, clients: int) -> Casemix:
    return casemix_of(simulate(REGIMES["practice"], seed=seed, n_providers=providers, n_clients=clients))


def _five(study: Any) -> Any:
    return replace(study, bands=study.bands.model_copy(update={"n": 5}))


def summary(rows: list[Row]) -> dict[str, Any]:
    """Foreseen against found, and the price of certainty."""
    found: dict[str, Any] = {"foreseen": [], "stated": [], "measurement": [], "double": []}
    for providers, clients in SIZES:
        own = [r for r in rows if r["kind"] == "study" and r["providers"] == providers]
        plans = [r for r in rows if r["kind"] == "plan" and r["providers"] == providers and r["weeks"] is None]
        for what in ("ijkclient", "term", "edge"):
            a, b = np.array([r[what] for r in plans]), np.array([r[what] for r in own])
            found["foreseen"].append({
                "providers": providers, "clients": clients, "what": what, "planned": _round(a.mean()),
                "found": _round(b.mean()), "ratio": round(float(a.mean() / b.mean()), 3),
                "error": round(float(np.hypot(_error(a) / b.mean(), a.mean() / b.mean() ** 2 * _error(b))), 3),
            })  # fmt: skip
    found["stated"] = _without_pilot(rows)
    found["measurement"] = _measurements(rows)
    for double in (5, 10):
        own = [r for r in rows if r["kind"] == "assessed" and r["double"] == double]
        halves = np.array([r["half"] for r in own if np.isfinite(r["half"])])
        found["double"].append({
            "a_provider": double, "hours": round(12 * double * MINUTES_TO_ASSESS / 60),
            "half_width": round(float(halves.mean()), 3), "error": round(_error(halves), 3),
        })  # fmt: skip
    return found


def _without_pilot(rows: list[Row]) -> list[Row]:
    """Planned without a pilot over found, by what is stated of providers' case mix."""
    own = [r for r in rows if r["kind"] == "study" and r["providers"] == 20]
    found: list[Row] = []
    for stated in STATED:
        plans = [r for r in rows if r["kind"] == "stated" and r["stated"] == stated]
        ratios = {what: np.mean([r[what] for r in plans]) / np.mean([r[what] for r in own]) for what in NAMES}
        found.append({"stated": stated, **{what: round(float(ratio), 3) for what, ratio in ratios.items()}})
    return found


def _measurements(rows: list[Row]) -> list[Row]:
    """Half widths, hours of registering, and certainty (one over the squared half width) an hour, the first being 1."""
    found: list[Row] = []
    for providers, weeks, clients in MEASUREMENTS:
        same = [r for r in rows if r["kind"] == "plan" and r["providers"] == providers and r["clients"] == clients]
        own = [r for r in same if (r["weeks"] or WINDOW_WEEKS) == weeks]
        hours = clients * weeks * CONTACTS_PER_WEEK * MINUTES_PER_CONTACT_TO_REGISTER / 60
        widths = {what: float(np.mean([r[what] for r in own])) for what in ("ijkclient", "term", "edge")}
        row = {"providers": providers, "weeks": weeks, "clients": clients, "hours": round(hours),
               **{what: _round(width) for what, width in widths.items()}}  # fmt: skip
        first = found[0] if found else row
        for what in widths:
            row[f"{what}_an_hour"] = _round((first[what] / row[what]) ** 2 * first["hours"] / row["hours"])
        found.append(row)
    return found


def answers(found: dict[str, Any]) -> list[str]:
    """The target, held against what was found, and what halving the weeks or the clients costs."""
    ratios = [row["ratio"] for row in found["foreseen"]]
    kept = all(abs(ratio - 1) <= WITHIN for ratio in ratios)
    full, weeks, clients = found["measurement"][:3]

    def wider(row: Row) -> str:
        parts = [f"{name.split(',')[0]} {100 * (row[what] / full[what] - 1):.0f} %" for what, name in NAMES.items()]
        return ", ".join(parts)

    return [
        f"- **Planned half widths are {min(ratios):.2f} to {max(ratios):.2f} times those of studies**; target within "
        f"15 %: **{'kept' if kept else 'missed'}** for the ijkclient, terms and edges at 12, 20 and 30 providers.",
        f"- **Half the weeks** makes intervals wider: {wider(weeks)}. **Half the clients**, at the same hours: "
        f"{wider(clients)}.",
    ]


def blocks(found: dict[str, Any]) -> dict[str, list[str]]:
    """Tables of the README, and sentences with figures, by name."""
    foreseen = ["| providers | clients | half width of | planned | found | planned / found |", "| --- " * 6 + "|"]
    for r in found["foreseen"]:
        foreseen.append(f"| {r['providers']} | {r['clients']:,} | {NAMES[r['what']]} | {r['planned']:.1f} | "
                        f"{r['found']:.1f} | {r['ratio']:.2f} ± {r['error']:.2f} |")  # fmt: skip
    bought = ["| providers | weeks | clients | hours of registering | ijkclient ± | term ± | edge ± | "
              "certainty an hour: ijkclient | term | edge |", "| --- " * 10 + "|"]  # fmt: skip
    for r in found["measurement"]:
        widths = " | ".join(f"{r[what]:.1f}" for what in NAMES)
        gains = " | ".join(f"{r[f'{what}_an_hour']:.2f}" for what in NAMES)
        bought.append(f"| {r['providers']} | {r['weeks']:.0f} | {r['clients']:,} | {r['hours']} | {widths} | {gains} |")
    double = [
        "| double assessments a provider | hours | half the interval of the same-band chance |",
        "| --- " * 3 + "|",
    ]
    for r in found["double"]:
        double.append(f"| {r['a_provider']} | {r['hours']} | {r['half_width']:.3f} ± {r['error']:.3f} |")
    stated = ["| stated of providers' case mix | " + " | ".join(NAMES.values()) + " |", "| --- " * 4 + "|"]
    for r in found["stated"]:
        stated.append(f"| {r['stated']} | " + " | ".join(f"{r[what]:.2f}" for what in NAMES) + " |")
    return {"answers": answers(found), "foreseen": foreseen, "stated": stated, "measurement": bought, "double": double}


WINDOW_WEEKS, WITHIN = 8.0, 0.15
WEEKS_AND_CLIENTS = ((8.0, 2400), (4.0, 2400), (8.0, 1200), (4.0, 1200), (2.0, 2400))
MEASUREMENTS = (
    *((12, weeks, clients) for weeks, clients in WEEKS_AND_CLIENTS), (12, 8.0, 1500), (20, 8.0, 3000), (30, 8.0, 6000),
)  # fmt: skip
NAMES = {"ijkclient": "the ijkclient's minutes", "term": "a term, on average", "edge": "an edge, on average"}


def _round(value: float) -> float:
    return round(float(value), 2)


def _error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def all_tasks(seeds: int) -> list[Row]:
    """Everything, by seed."""
    rows: list[Row] = []
    for seed in range(1, seeds + 1):
        rows += [{"kind": "study", "providers": g, "clients": n, "seed": seed} for g, n in SIZES]
        if seed <= min(max(seeds // 3, 2), N_PILOTS):
            rows += [{"kind": "plan", "providers": g, "clients": n, "weeks": None, "seed": seed} for g, n in SIZES]
            rows += [
                {"kind": "plan", "providers": 12, "clients": n, "weeks": w, "seed": seed} for w, n in WEEKS_AND_CLIENTS
            ]
            rows += [{"kind": "assessed", "providers": 12, "clients": 1500, "double": d, "seed": seed} for d in (5, 10)]
        if seed <= STATED_SEEDS:
            rows += [
                {"kind": "stated", "providers": 20, "clients": 3000, "stated": stated, "seed": seed}
                for stated in STATED
            ]  # fmt: skip
    return rows


def _is_small(task: Row) -> bool:
    """Rows that are stored whole, for a test to compute again."""
    return task["providers"] == 12 and task["clients"] == 1500 and task.get("double") != 10


def main() -> None:
    """Run what is open, write result.json, log it, and renew the README."""
    parser = arguments(__doc__, HERE)
    parser.add_argument("--seeds", type=int, default=36)
    options = parser.parse_args()
    rows = run(all_tasks(options.seeds), one, options)
    sample = [row for row in rows if row["seed"] == 1 and _is_small(row)]
    found = {"seeds": options.seeds, **summary(rows), "sample": sample}
    finish("plan", found, {f"{r['what']}.{r['providers']}": r["ratio"] for r in found["foreseen"]}, options)
    if options.out == HERE:
        for name, lines in blocks(found).items():
            fill(HERE / "README.md", name, lines)


if __name__ == "__main__":
    main()
