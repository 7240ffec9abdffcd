"""The stored results as tables for README.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Result = dict[str, Any]

BEGIN, END = "<!-- tables: made by run_validity.py -->", "<!-- end of tables -->"


def tables(results: Sequence[Result]) -> str:
    """Criteria and their outcome, then every setting's figures with Monte-Carlo errors in brackets."""
    return "\n\n".join([_outcomes(results), _coverage(results), _precision(results), _bias(results), _others(results)])


def replaced(text: str, results: Sequence[Result]) -> str:
    """README with the tables in it made anew."""
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return f"{before}{BEGIN}\n\n{tables(results)}\n\n{END}{after}"


def _outcomes(results: Sequence[Result]) -> str:
    by_name = {r["setting"]: r for r in results}
    average = {name: r["average"] for name, r in by_name.items()}
    core = [name for name in by_name if name.removesuffix("_12") in ("clean", "practice", "heavy")]
    lowest = min((by_name[name]["least_coverage"] for name in core), key=lambda low: low["coverage"])
    ratios = [figures["rmse_to_within_oracle"] for name, figures in average.items() if name != "capped"]
    capped, practice = average["capped"], average["practice"]
    rows = [
        ("coverage on average 0.93 to 0.98 in `clean`, `practice`, `heavy`, 12 or more providers",
         _range([average[name]["coverage"] for name in core])),
        ("no term covered less than 0.95 minus 3 Monte-Carlo errors there (0.929 with 1,000 seeds)",
         f"lowest {lowest['coverage']:.3f}, `{lowest['term']}`"),
        ("wider intervals in `few`, coverage as measured",
         f"{average['few']['width']:.1f} minutes (`overlap`, of the same kind: {average['overlap']['width']:.1f}); "
         f"coverage {average['few']['coverage']:.3f}"),
        ("bias of a pooled fit beside ours in `practice`",
         f"largest {practice['pooled_largest_bias']:.1f} minutes pooled, {practice['largest_bias']:.1f} ours"),
        ("RMSE at most 1.10 times that of the oracle of variances", f"{_range(ratios)} without a cap; "
         f"`capped` {capped['rmse_to_within_oracle']:.3f}, see below"),
        ("`capped`: at most a quarter of the uncensored fit's bias",
         f"{capped['absolute_bias']:.2f} of {capped['uncensored_absolute_bias']:.2f} minutes: "
         f"{capped['bias_left_by_censored_fit']:.2f}"),
        ("specification test rejects 0.05 where nothing is wrong (`clean`)",
         _range([average[name]["specification_rejects"] for name in ("clean", "clean_12")])),
    ]  # fmt: skip
    return _table("Criteria and outcome", ("criterion", "outcome"), rows)


def _coverage(results: Sequence[Result]) -> str:
    head = ("setting", "providers", "clients", "seeds", "coverage, all terms", "lowest term", "its coverage",
            "ijkclient", "mean width, minutes")  # fmt: skip
    rows = [
        (r["setting"], r["n_providers"], r["n_clients"], r["seeds"], _of(r["average"], "coverage", 3),
         f"`{r['least_coverage']['term']}`", f"{r['least_coverage']['coverage']:.3f}",
         _of(r["terms"][0], "coverage", 3), _of(r["average"], "width", 1))
        for r in results
    ]  # fmt: skip
    return _table("Coverage of the 95 % intervals", head, rows)


def _precision(results: Sequence[Result]) -> str:
    head = (
        "setting",
        "RMSE, minutes",
        "ratio to the oracle of variances",
        "ratio to the oracle of variances and levels",
    )
    names = ("rmse", "rmse_to_within_oracle", "rmse_to_full_oracle")
    rows = [(r["setting"], *(_of(r["average"], name, 3) for name in names)) for r in results]
    return _table("Root mean square error of the terms", head, rows)


def _bias(results: Sequence[Result]) -> str:
    head = ("setting", "ours, mean absolute", "pooled, mean absolute", "ours, largest", "pooled, largest", "ijkclient")
    names = ("absolute_bias", "pooled_absolute_bias", "largest_bias", "pooled_largest_bias")
    rows = [(r["setting"], *(_of(r["average"], n, 2) for n in names), _of(r["terms"][0], "bias", 2)) for r in results]
    return _table(
        "Bias of the terms, minutes; of unbiased terms too chance leaves about what `clean` shows", head, rows
    )


def _others(results: Sequence[Result]) -> str:
    head = (
        "setting",
        "specification test rejects at 5 %",
        "power of the mean, as measured (true: 2)",
        "share at the cap",
    )
    rows = [
        (r["setting"], _of(r["average"], "specification_rejects", 3), f"{r['average']['variance_power']:.2f}",
         f"{r['average']['share_at_cap']:.3f}")
        for r in results
    ]  # fmt: skip
    return _table("Model checks", head, rows)


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.3f} to {max(values):.3f}"


def _of(figures: dict[str, Any], name: str, decimals: int) -> str:
    return f"{figures[name]:.{decimals}f} ({figures[f'{name}_mc']:.{decimals}f})"


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return f"**{title}**\n\n" + "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
