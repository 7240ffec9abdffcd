# %% [markdown]
# # From export to bands
#
# A tutorial for researchers. It reads what providers delivered, fits how factors relate to minutes, sets that beside
# experts and an existing norm, derives bands, and asks what an opponent's statistician would ask. Every cell runs; the
# tests of this repository run it whole. Open it as a notebook with any tool that reads the percent format, or run
# `python docs/tutorial.py`.
#
# The study is made up: `synthesise` gives provider files, a panel and source norms with known truth.

# %%
from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

import normenkader as nk
from normenkader.casemix.synthetic import synthesise

WORK = Path(os.environ.get("TUTORIAL_FOLDER") or tempfile.mkdtemp())
SIZE = {"n_providers": 12, "n_clients": int(os.environ.get("TUTORIAL_CLIENTS", "1800"))}
FOLDER = synthesise(WORK / "study", regime="practice", **SIZE)

# %% [markdown]
# ## 1. The study and its data
#
# `study.toml` holds every choice. `read_casemix` refuses files with personal data, sets single bad rows aside with a
# code, and repairs nothing.

# %%
study = nk.read_study(FOLDER)
casemix = nk.read_casemix(study)
frame = casemix.to_frame()
print(frame[["provider", "orientation", "duration_weeks", "minutes_per_week"]].describe(include="all").T)
print(f"{len(casemix.ledger.rows)} rows were set aside:", sorted({row.code for row in casemix.ledger.rows}))

# %% [markdown]
# Minutes differ between providers. Part of that is case mix, part is style; the fit below keeps the two apart.

# %%
figure, axes = plt.subplots(figsize=(7, 3.5))
names = sorted(frame["provider"].unique())
axes.boxplot([frame.loc[frame["provider"] == name, "minutes_per_week"] for name in names], showfliers=False)
axes.set_xticks(range(1, len(names) + 1), [name.removeprefix("aanbieder-") for name in names])
axes.set(xlabel="provider", ylabel="minutes per week")
figure.savefig(WORK / "1-providers.svg")

# %% [markdown]
# ## 2. How factors relate to minutes
#
# Least squares within providers, so that style cannot pass for need; intervals by leaving each provider out.

# %%
model = nk.fit_minutes(casemix)
print(f"ijkclient {model.ijkclient.value:.0f} minutes, 95 % interval {model.ijkclient.interval}")
if model.specification is not None:
    print(f"style goes with case mix: p = {model.specification.p_value:.3f}")
known = [term for term in model.terms if term.estimate and not term.with_factor]
figure, axes = plt.subplots(figsize=(7, 9))
for at, term in enumerate(known):
    axes.plot(term.estimate.interval, [at, at], color="0.3")
    axes.plot(term.estimate.value, at, "o", color="0.1", markersize=4)
axes.axvline(0, color="0.7", linewidth=0.8)
axes.set_yticks(range(len(known)), [f"{term.factor}: {term.level}" for term in known], fontsize=7)
axes.set_xlabel("minutes per week relative to the ijkclient")
figure.tight_layout()
figure.savefig(WORK / "2-terms.svg")

# %% [markdown]
# Here the truth is known, so we can look how near the terms come.

# %%
truth = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
true = {(t["factor"], t["level"]): t["estimate"] for t in truth["terms"] if not t["with"]}
off = [term.estimate.value - true[term.factor, term.level] for term in known]
inside = [term.estimate.interval[0] <= true[term.factor, term.level] <= term.estimate.interval[1] for term in known]
print(f"mean error {sum(off) / len(off):+.1f} minutes; {sum(inside)} of {len(inside)} intervals hold the truth")

# %% [markdown]
# ## 3. Experts and existing norms
#
# Agreement, conflict, or silence, term by term. A conflict is never averaged away.

# %%
panel = nk.read_judgements(study)
agreed = nk.triangulate(model, panel)
verdicts: dict[str, int] = {}
for comparison in agreed.comparisons:
    verdicts[str(comparison.verdict)] = verdicts.get(str(comparison.verdict), 0) + 1
print(verdicts)

# %% [markdown]
# ## 4. Bands, and how sure they are
#
# The exact optimum of a stated rule; providers drawn again and the whole chain redone. (A few hundred draws and no
# robustness here, to keep the tutorial quick; `normenkader calibrate` does all of it.)

# %%
bands = nk.derive_bands(model, agreed, n_resamples=200, n_folds=0, with_robustness=False)
print(bands)
for check in bands.checks:
    if check.passed is False:
        print("fails:", check.code, check.value)

# %% [markdown]
# ## 5. The dossier, and one client
#
# `nk.write_dossier(bands, folder)` writes everything a court may ask for. Norm and band of one client can be computed
# from two of its files by hand.

# %%
out = nk.write_dossier(bands, WORK / "out")
norms = json.loads((out / "norms.json").read_text(encoding="utf-8"))
edges = [band["lower"] for band in json.loads((out / "bands.json").read_text(encoding="utf-8"))["bands"]]
profile = {factor["name"]: factor["ijkclient"] for factor in norms["factors"]} | {"own_strength": "weinig"}
minutes = norms["ijkclient_minutes"]["published"] + sum(
    term["published"] for term in norms["terms"] if not term["with"] and profile.get(term["factor"]) == term["level"]
)
print(f"norm {minutes} minutes per week, band {sum(minutes >= edge for edge in edges)} of {len(edges)}")
