"""Small norms.json and bands.json documents for the tests of one client's decision, drawn or by hand."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


def factor(name: str, levels: list[str], ijkclient: str, **more: Any) -> dict[str, Any]:
    base = {"kind": "ordinal", "breaks": [], "group": None, "direction": "free", "interacts_with": []}
    return {"name": name, "levels": levels, "ijkclient": ijkclient, **base, **more}


def term(name: str, level: str, published: float | None, *, other: tuple[str, str] | None = None, **more: Any) -> dict:
    beside = None if other is None else {"factor": other[0], "level": other[1]}
    base = {"estimate": None if published is None else published + 0.4, "interval": None, "n_clients": 50,
            "n_providers": 9, "supported": published is not None, "merged_with": None}  # fmt: skip
    return {"factor": name, "level": level, "with": beside, "published": published, **base, **more}


def band(number: int, lower: float, upper: float | None, *, zone: list[float] | None = None, label: str = "") -> dict:
    return {"band": number, "label": label or f"band {number}", "lower": lower, "upper": upper, "doubt_zone": zone}


def hand_norms() -> dict[str, Any]:
    """Two leefgebieden with overlap, an orientation that interacts with duration, and a level without support."""
    severity = ["geen", "licht", "zwaar"]
    duration = ["<=13", "14-26", ">26"]
    return {
        "unit": "minutes per week",
        "ijkclient_minutes": {"estimate": 98.2, "interval": [90.0, 106.4], "published": 100},
        "factors": [
            factor("wonen", severity, "licht", group="leefgebied"),
            factor("financien", severity, "geen", group="leefgebied"),
            factor("orientation", ["behoud", "ontwikkel"], "behoud", kind="nominal", interacts_with=["duration"]),
            factor("duration", duration, "14-26", kind="numeric", breaks=[13, 26]),
        ],
        "overlap": [{"group": "leefgebied", "factor": "n_leefgebied", "breaks": [0, 1], "classes": ["0", "1", ">1"],
                     "ijkclient": "1"}],
        "terms": [
            term("wonen", "geen", -20), term("wonen", "zwaar", 35, interval=[28.1, 42.7]),
            term("financien", "licht", 10),
            term("financien", "zwaar", 10, merged_with="licht", estimate=None, supported=False, n_clients=None),
            term("orientation", "ontwikkel", 15),
            term("orientation", "ontwikkel", 25, other=("duration", "<=13")),
            term("orientation", "ontwikkel", None, other=("duration", ">26")),
            term("duration", "<=13", 5), term("duration", ">26", None),
            term("n_leefgebied", "0", 5), term("n_leefgebied", ">1", -10),
        ],
    }  # fmt: skip


def hand_bands() -> dict[str, Any]:
    return {
        "in_doubt": "higher",
        "bands": [band(1, 0, 90, label="minder"), band(2, 90, 150, zone=[85.0, 95.0], label="ijkclient"),
                  band(3, 150, None, zone=[140.0, 155.0], label="meer")],
    }  # fmt: skip


IJKCLIENT = {"wonen": "licht", "financien": "geen", "orientation": "behoud", "duration": "14-26"}


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Drawn norms, bands and a profile; steps of 5 minutes, edges of 15, every level supported."""
    minutes = st.integers(-20, 20).map(lambda steps: 5 * steps)
    factors = draw(st.lists(st.tuples(st.integers(2, 4), st.booleans()), min_size=1, max_size=4))
    made = []
    for at, (size, grouped) in enumerate(factors):
        levels = [f"l{i}" for i in range(size)]
        partners = [f"f{at + 1}"] if at % 2 == 0 and at + 1 < len(factors) and draw(st.booleans()) else []
        made.append(factor(f"f{at}", levels, draw(st.sampled_from(levels)), group="g" if grouped else None,
                           interacts_with=partners))  # fmt: skip
    terms = [term(f["name"], level, draw(minutes)) for f in made for level in f["levels"] if level != f["ijkclient"]]
    for own in made:
        for name in own["interacts_with"]:
            other = next(f for f in made if f["name"] == name)
            terms += [term(own["name"], a, draw(minutes), other=(name, b))
                      for a in own["levels"] if a != own["ijkclient"]
                      for b in other["levels"] if b != other["ijkclient"]]  # fmt: skip
    overlap = []
    if any(f["group"] for f in made):
        active = sum(f["ijkclient"] != "l0" for f in made if f["group"])
        classes, own_class = ["0", "1", ">1"], min(active, 2)
        overlap = [
            {"group": "g", "factor": "n_g", "breaks": [0, 1], "classes": classes, "ijkclient": classes[own_class]}
        ]
        terms += [term("n_g", c, draw(minutes)) for i, c in enumerate(classes) if i != own_class]
    edges = sorted(draw(st.sets(st.integers(1, 20).map(lambda steps: 15 * steps), min_size=1, max_size=5)))
    lowers, uppers = [0, *edges], [*edges, None]
    zones = [None, *([e - draw(st.integers(0, 12)), e + draw(st.integers(0, 12))] for e in edges)]
    table = [
        band(i + 1, *pair, zone=zone)
        for i, (pair, zone) in enumerate(zip(zip(lowers, uppers, strict=True), zones, strict=True))
    ]
    start = {"estimate": 101.3, "interval": [90.0, 110.0], "published": draw(minutes) + 100}
    norms = {
        "unit": "minutes per week",
        "factors": made,
        "overlap": overlap,
        "terms": terms,
        "ijkclient_minutes": start,
    }
    profile = {f["name"]: draw(st.sampled_from(f["levels"])) for f in made}
    return norms, {"in_doubt": draw(st.sampled_from(["higher", "table"])), "bands": table}, profile
