"""The same work by the tool and by named peers, in one run: seconds, peak memory, and whether the figures are equal."""

from __future__ import annotations

import json
import multiprocessing as mp
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

from running import Row, arguments, fill, finish, run  # noqa: E402

N_PROVIDERS, N_RESAMPLES, N_NAIVE = 20, 2000, 20
Result = dict[str, Any]


def make(n_clients: int) -> Any:
    """A fitted model of `n_clients` clients, and everything a peer needs."""
    from normenkader.casemix.synthetic import casemix_of, simulate
    from normenkader.casemix.synthetic.regimes import REGIMES
    from normenkader.model.fit import fit_minutes
    from normenkader.model.norm_table import make_norm_table

    casemix = casemix_of(simulate(REGIMES["practice"], seed=1, n_providers=N_PROVIDERS, n_clients=n_clients))
    study = replace(casemix.study, bands=casemix.study.bands.model_copy(update={"n": 5}))
    return make_norm_table(fit_minutes(replace(casemix, study=study)))


def ours_reml(norms: Any) -> Result:
    """Moments from rows, and the random-intercept fit from moments."""
    from normenkader.model.mixed import fit_mixed
    from normenkader.model.moments import provider_moments

    x, y, w, provider = _rows(norms)
    moments, seconds_moments = _timed(lambda: provider_moments(x, y, w, provider, N_PROVIDERS))
    fit, seconds = _timed(lambda: fit_mixed(moments))
    return {"seconds": seconds_moments + seconds, "of_which_moments": seconds_moments,
            "figures": [*fit.terms.tolist(), fit.provider_variance, fit.residual_variance],
            "log_likelihood": fit.log_likelihood}  # fmt: skip


def mixedlm(norms: Any, **search: Any) -> Result:
    """statsmodels MixedLM without weights, which it does not take; its own search unless another is named."""
    import statsmodels.api as sm

    x, y, _, provider = _rows(norms)
    with_ones = np.column_stack([np.ones(len(y)), x])
    fit, seconds = _timed(lambda: sm.MixedLM(y, with_ones, groups=provider).fit(reml=True, **search))
    *_, between, within = unweighted_reml(norms)["figures"]
    # Its own likelihood, of the root of the variances' ratio, at our optimum and at the one that it found.
    at_ours = float(fit.model.loglike(np.array([np.sqrt(between / within)])))
    return {"seconds": seconds, "figures": [*fit.fe_params.tolist(), float(np.asarray(fit.cov_re)[0, 0]), fit.scale],
            "log_likelihood": float(fit.llf), "converged": bool(fit.converged),
            "own_likelihood_at_ours": at_ours}  # fmt: skip


def mixedlm_to_the_optimum(norms: Any) -> Result:
    """The same by Powell's search, which goes on where the default says that it is done."""
    return mixedlm(norms, method="powell", ftol=1e-14)


def unweighted_reml(norms: Any) -> Result:
    """Ours without weights, to be held against MixedLM."""
    from normenkader.model.mixed import fit_mixed
    from normenkader.model.moments import provider_moments

    x, y, w, provider = _rows(norms)
    fit, seconds = _timed(lambda: fit_mixed(provider_moments(x, y, np.ones_like(w), provider, N_PROVIDERS)))
    return {"seconds": seconds, "figures": [*fit.terms.tolist(), fit.provider_variance, fit.residual_variance],
            "log_likelihood": fit.log_likelihood}  # fmt: skip


def lme4(norms: Any) -> Result:
    """lme4 in R with the same weights; the fit alone, without reading the rows."""
    import pandas as pd

    if shutil.which("Rscript") is None:
        return {"seconds": None, "figures": None, "reason": "R is not installed"}
    x, y, w, provider = _rows(norms)
    frame = pd.DataFrame(x, columns=[f"x{j:03d}" for j in range(x.shape[1])]).assign(y=y, w=w, provider=provider)
    with tempfile.TemporaryDirectory() as folder:
        frame.to_csv(Path(folder) / "rows.csv", index=False)
        command = ["Rscript", str(HERE / "lme4.R"), str(Path(folder) / "rows.csv")]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    seconds, *figures = map(float, lines)
    return {"seconds": seconds, "figures": figures[:-1], "log_likelihood": figures[-1]}


def ours_chain(norms: Any) -> Result:
    """2,000 resamples of providers: fit, directions, whole steps, exact optimum with its demands."""
    from normenkader.bands.chain import run_chain
    from normenkader.bands.norm_bands import demands_of
    from normenkader.model.intervals import provider_draws, resampled

    draws = provider_draws(norms.model.n_providers, N_RESAMPLES, 1)
    found, seconds = _timed(lambda: run_chain(norms, draws, n_bands=5, demands=demands_of(norms)))
    _, fits = _timed(lambda: resampled(norms.model.profile(), draws))
    return {"seconds": seconds, "seconds_fits_alone": fits, "figures": found.edges[:N_NAIVE].tolist()}


def naive_chain_qr(norms: Any) -> Result:
    """The ordinary loop with the faster of the two solvers that statsmodels has."""
    return naive_chain(norms, solver="qr")


def naive_chain(norms: Any, solver: str = "pinv") -> Result:
    """The ordinary loop: rows of the drawn providers, a statsmodels refit, whole steps, and a 1-D partition each time.

    To have the same edges it takes our rounding, directions and demands on its own estimates; its time is counted
    without these.
    """
    import ckwrap
    import statsmodels.api as sm

    from normenkader.bands.chain import chain_of
    from normenkader.bands.norm_bands import demands_of
    from normenkader.model.intervals import provider_draws
    from normenkader.model.norm_table import round_up

    model, (x, y, w, provider) = norms.model, _rows(norms)
    draws = provider_draws(model.n_providers, N_RESAMPLES, 1)[:N_NAIVE]
    seconds, fits, all_terms, levels = 0.0, 0.0, [], []
    for draw in draws:
        started = time.perf_counter()
        rows = np.concatenate([np.tile(np.flatnonzero(provider == g), int(k)) for g, k in enumerate(draw) if k])
        dummies = (provider[rows][:, None] == np.unique(provider[rows])).astype(float)
        fit = sm.WLS(y[rows], np.column_stack([x[rows], dummies]), weights=w[rows]).fit(method=solver)
        fits += time.perf_counter() - started
        terms = fit.params[: x.shape[1]]
        kept = np.flatnonzero(draw)
        n = model.profile().n[kept] * draw[kept]
        level = float(n @ fit.params[x.shape[1] :] / n.sum())
        norm = np.maximum(
            round_up(np.array(level), norms.step) + x[rows] @ (np.round(terms / norms.step) * norms.step), 0
        )
        ckwrap.ckmeans(norm, 5)
        seconds += time.perf_counter() - started
        all_terms.append(terms)
        levels.append(level)
    found = chain_of(norms, draws, np.array(all_terms), np.array(levels), n_bands=5, demands=demands_of(norms))
    return {"seconds": seconds / N_NAIVE * N_RESAMPLES, "seconds_fits_alone": fits / N_NAIVE * N_RESAMPLES,
            "extrapolated_from": N_NAIVE, "figures": found.edges.tolist()}  # fmt: skip


def _rows(norms: Any) -> tuple[Any, Any, Any, Any]:
    model = norms.model
    return model.design().matrix(), model.outcome(), model.weights(), model.design().provider_codes()


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    found = work()
    return found, time.perf_counter() - started


def _alone(name: str, n_clients: int) -> Result:
    """One contender in a process of its own: its figures, and the memory that it added at its peak."""
    context = mp.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (name, n_clients))


def _measured(name: str, n_clients: int) -> Result:
    norms = make(n_clients)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = CONTENDERS[name](norms)
    added = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    # R runs in a process of its own, and all its memory counts.
    return {**found, "added_mb": max(added, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024}


CONTENDERS: dict[str, Callable[[Any], Result]] = {
    "ours_reml": ours_reml, "lme4": lme4, "unweighted_reml": unweighted_reml, "mixedlm": mixedlm,
    "mixedlm_to_the_optimum": mixedlm_to_the_optimum,
    "ours_chain": ours_chain, "naive_chain": naive_chain,
    "naive_chain_qr": naive_chain_qr,
}  # fmt: skip


PAIRS = (
    ("ours_reml", "lme4"), ("unweighted_reml", "mixedlm"), ("unweighted_reml", "mixedlm_to_the_optimum"),
    ("ours_chain", "naive_chain"), ("ours_chain", "naive_chain_qr"),
)  # fmt: skip


def compared(found: dict[str, Result], ours: str, peer: str) -> Result:
    """Ratio of seconds, and the largest relative differences between the figures."""
    a, b = found[ours], found[peer]
    if b["seconds"] is None:
        return {"ours": ours, "peer": peer, "ratio": None, "reason": b["reason"]}
    return {
        "ours": ours, "peer": peer, "seconds_ours": round(a["seconds"], 3), "seconds_peer": round(b["seconds"], 1),
        "ratio": round(b["seconds"] / a["seconds"]),
        "mb_ours": round(a["added_mb"]), "mb_peer": round(b["added_mb"]),
        "ratio_fits": round(b["seconds_fits_alone"] / a["seconds_fits_alone"]) if "seconds_fits_alone" in b else None,
        **_differences(a, b),
    }  # fmt: skip


def _differences(a: Result, b: Result) -> Result:
    """Terms and variances apart: a search that stops early shows in the latter, and in a lower likelihood."""
    x, y = (np.array(r["figures"], dtype=float) for r in (a, b))
    relative = np.abs(x - y) / np.maximum(np.abs(y), 1.0)
    if "log_likelihood" not in b:
        return {"largest_difference": float(relative.max())}
    return {
        "largest_difference": float(relative[:-2].max()), "of_variances": float(relative[-2:].max()),
        "log_likelihood_above_peer": a["log_likelihood"] - b["log_likelihood"],
        "peer_converged": b.get("converged", True),
        **({"peers_likelihood_at_ours_above": b["own_likelihood_at_ours"] - b["log_likelihood"]}
           if "own_likelihood_at_ours" in b else {}),
    }  # fmt: skip


NAMES = {
    "lme4": "REML with weights: lme4 (R)", "mixedlm": "REML without weights: statsmodels MixedLM",
    "mixedlm_to_the_optimum": "the same, with Powell's search to 1e-14",
    "naive_chain": "2,000 resamples, fit to edges: loop of statsmodels WLS (its default solver) and ckwrap",
    "naive_chain_qr": "the same loop, with WLS by QR",
}  # fmt: skip


def table(result: Result) -> list[str]:
    """The table of the README."""
    head = ("same work as", "ours, s", "peer, s", "times as fast", "fits alone", "ours, MB", "peer, MB",
            "largest relative difference")  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    for row in result["compared"]:
        fits = "" if row["ratio_fits"] is None else f"{row['ratio_fits']:,}"
        what, value = ("terms", "of_variances") if "of_variances" in row else ("edges", "")
        variances = f", variances {row[value]:.0e}" if value else ""
        cells = (
            NAMES[row["peer"]], f"{row['seconds_ours']:.2f}", f"{row['seconds_peer']:,.0f}", f"{row['ratio']:,}", fits,
            f"{row['mb_ours']}", f"{row['mb_peer']}", f"{what} {row['largest_difference']:.0e}{variances}",
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def answers(result: Result) -> list[str]:
    """The targets, held against the least of the ratios, and who is nearer where figures differ."""
    rows = {row["peer"]: row for row in result["compared"]}
    loops = [rows[name] for name in ("naive_chain", "naive_chain_qr")]
    lme4, early, other = rows["lme4"], rows["mixedlm"], rows["mixedlm_to_the_optimum"]
    least, fits = (min(row[key] for row in loops) for key in ("ratio", "ratio_fits"))
    return [
        f"- **The chain**, from fit to edges, 2,000 resamples: {least:,} times as fast as the faster loop (target 150) "
        "with the same edges in all 20 resamples that the loop made.",
        f"- **The fits alone**: at least {fits:,} times (target 1,000).",
        f"- **REML**: {lme4['ratio']:,} times lme4; {early['ratio']:,} times MixedLM as it comes, {other['ratio']:,} "
        "times MixedLM that goes on to the optimum (target 20).",
        f"- **lme4** is equal: terms to {lme4['largest_difference']:.0e}, variances to {lme4['of_variances']:.0e}, at "
        f"a log-likelihood that differs by {abs(lme4['log_likelihood_above_peer']):.0e}.",
        f"- **MixedLM that goes on** (Powell's search, `ftol=1e-14`) is equal: terms to "
        f"{other['largest_difference']:.0e}, variances to {other['of_variances']:.0e}, at a log-likelihood that "
        f"differs by {abs(other['log_likelihood_above_peer']):.0e}.",
        f"- **MixedLM as it comes** says that it converged, and stops short: terms differ by "
        f"{early['largest_difference']:.0e}, variances by {early['of_variances']:.0e}. MixedLM's own log-likelihood is "
        f"{early['peers_likelihood_at_ours_above']:.2f} higher at our variances than at those it stopped at.",
    ]


def one(task: Row) -> Row:
    """One contender in a process of its own."""
    return _alone(task["contender"], task["clients"])


def main() -> None:
    """Run every contender by itself and write result.json; pairs that are not asked for stay as they were stored.

    Seconds are what is measured: contenders run one after another, never side by side or on a cluster.
    """
    parser = arguments(__doc__, HERE, spreads=False)
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--peers", nargs="*", default=[peer for _, peer in PAIRS])
    options = parser.parse_args()
    pairs = [pair for pair in PAIRS if pair[1] in options.peers]
    names = dict.fromkeys(name for pair in pairs for name in pair)
    ran = run([{"contender": name, "clients": options.clients} for name in names], one, options)
    found = {row["contender"]: row for row in ran}
    out = options.out / "result.json"
    stored = json.loads(out.read_text(encoding="utf-8"))["compared"] if out.is_file() else []
    rows = {row["peer"]: row for row in stored} | {peer: compared(found, ours, peer) for ours, peer in pairs}
    result = {"clients": options.clients, "compared": [rows[peer] for _, peer in PAIRS if peer in rows]}
    finish("peers", result, {f"{peer}.times_as_fast": rows[peer]["ratio"] for peer in rows}, options)
    if options.out == HERE:
        fill(HERE / "README.md", "answers", answers(result))
        fill(HERE / "README.md", "compared", table(result))


if __name__ == "__main__":
    main()
