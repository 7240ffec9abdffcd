// The figure: clients along the norm minutes, bands in turn plain and hatched, edges as lines that can be dragged.

const CHART = { left: 40, right: 12, top: 92, bottom: 64, height: 372 };

// Where minutes lie across the figure; the first and the last cell are cut short, for they have no end worth drawing.
function chartScale(cells, width) {
  const m = cells.lower.length, step = cells.step;
  const low = m > 1 ? Math.max(0, cells.lower[1] - 2 * step) : 0;
  const high = cells.lower[m - 1] + 3 * step, inner = width - CHART.left - CHART.right;
  const x = (minutes) => CHART.left + ((Math.min(Math.max(minutes, low), high) - low) / (high - low)) * inner;
  const minutesAt = (px) => low + ((px - CHART.left) / inner) * (high - low);
  const from = (c) => Math.max(cells.lower[c], low), to = (c) => (c + 1 < m ? cells.lower[c + 1] : high);
  const density = cells.n_clients.map((n, c) => (n * step) / Math.max(to(c) - from(c), 1));
  return { x, minutesAt, from, to, density, low, high, most: Math.max(...density) };
}

function drawChart(cells, figures, others, width, onGrab) {
  const scale = chartScale(cells, width), floor = CHART.height - CHART.bottom;
  const y = (value) => floor - (value / niceMost(scale.most)) * (floor - CHART.top);
  return svgEl("svg", { width, height: CHART.height, viewBox: `0 0 ${width} ${CHART.height}`, "aria-hidden": "true", focusable: "false" },
    hatchPattern(), ...axisParts(cells, scale, y, width, floor), ...barParts(cells, figures, scale, y, floor),
    ...otherParts(others, scale, floor), ...doubtParts(figures, scale, cells, floor), ijkclientPart(cells, scale, floor),
    ...headParts(figures, scale), ...edgeParts(figures, scale, floor, onGrab));
}

function hatchPattern() {
  return svgEl("defs", {},
    svgEl("pattern", { id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svgEl("rect", { width: 7, height: 7, class: "hatch-ground" }), svgEl("rect", { width: 2.4, height: 7, class: "hatch-line" })),
    svgEl("pattern", { id: "dots", width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      svgEl("circle", { cx: 2, cy: 2, r: 1.5, class: "dot" })));
}

function niceMost(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((k) => k * power).find((value) => value >= most * 1.02);
}

function axisParts(cells, scale, y, width, floor) {
  const most = niceMost(scale.most), parts = [];
  for (const value of [0, most / 2, most]) {
    parts.push(svgEl("line", { x1: CHART.left, x2: width - CHART.right, y1: y(value), y2: y(value), class: value ? "grid" : "axis" }),
      svgEl("text", { x: CHART.left - 6, y: y(value) + 4, class: "tick end" }, decimals(value)));
  }
  const gap = Math.ceil((scale.high - scale.low) / cells.step / (width / 58)) * cells.step;
  for (let minutes = Math.ceil(scale.low / gap) * gap; minutes <= scale.high - gap / 3; minutes += gap) {
    parts.push(svgEl("line", { x1: scale.x(minutes), x2: scale.x(minutes), y1: floor, y2: floor + 5, class: "axis" }),
      svgEl("text", { x: scale.x(minutes), y: floor + 38, class: "tick middle" }, String(minutes)));
  }
  return [...parts, svgEl("text", { x: width - CHART.right, y: CHART.height - 8, class: "tick end" }, `norm, in ${cells.words.unit}`)];
}

function barParts(cells, figures, scale, y, floor) {
  return cells.lower.map((lower, c) => {
    const band = lastTrue(figures.edges.map((edge) => edge <= lower));
    const left = scale.x(scale.from(c)) + 0.75, right = scale.x(scale.to(c)) - 0.75;
    return svgEl("rect", { x: left, y: y(scale.density[c]), width: Math.max(right - left, 0.5),
      height: Math.max(floor - y(scale.density[c]), 0), class: band % 2 ? "column hatched" : "column" });
  });
}

function otherParts(others, scale, floor) {
  return others.flatMap(({ name, edges }) => edges.slice(1).flatMap((edge) => [
    svgEl("line", { x1: scale.x(edge), x2: scale.x(edge), y1: CHART.top, y2: floor + 14, class: "other" }),
    svgEl("text", { x: scale.x(edge), y: floor + 24, class: "tick middle other-name" }, name)]));
}

function doubtParts(figures, scale, cells, floor) {
  return figures.bands.filter((row) => row.doubt_zone).map((row) => {
    const left = scale.x(row.doubt_zone[0]), right = scale.x(row.doubt_zone[1] + cells.norm_step);
    return svgEl("rect", { x: left, y: floor + 2, width: Math.max(right - left, 1), height: 9, class: "doubt" });
  });
}

function ijkclientPart(cells, scale, floor) {
  const x = scale.x(cells.ijkclient_minutes);
  return svgEl("g", {}, svgEl("path", { d: `M${x - 6} ${floor - 1} h12 l-6 -11 z`, class: "ijkclient" }));
}

// Number, name and size of each band above the bars; what does not fit is in the table.
function headParts(figures, scale) {
  const ends = [...figures.edges.slice(1), scale.high];
  return figures.bands.flatMap((row, b) => {
    const left = scale.x(figures.edges[b]), width = scale.x(ends[b]) - left, middle = left + width / 2;
    const name = bandName(row.label), long = name.length * 7.4 < width - 6;
    return [
      svgEl("text", { x: middle, y: 18, class: "band-number middle" }, String(b + 1)),
      long ? svgEl("text", { x: middle, y: 35, class: "band-name middle" }, name) : null,
      width > 62 ? svgEl("text", { x: middle, y: 50, class: "band-size middle" }, `${decimals(row.n_clients)} · ${percent(row.share)}`) : null,
    ].filter(Boolean);
  });
}

function edgeParts(figures, scale, floor, onGrab) {
  const places = figures.edges.slice(1).map((edge) => scale.x(edge));
  const tight = places.some((x, i) => i > 0 && x - places[i - 1] < 44);
  return figures.edges.slice(1).map((edge, i) => {
    const x = places[i], top = tight && i % 2 ? 74 : 56;
    return svgEl("g", { class: "edge-line", onpointerdown: (event) => onGrab(event, i + 1) },
      svgEl("line", { x1: x, x2: x, y1: top, y2: floor + 14, class: "edge-stroke" }),
      svgEl("rect", { x: x - 14, y: top, width: 28, height: floor - top, class: "grab" }),
      svgEl("rect", { x: x - 20, y: top, width: 40, height: 18, rx: 4, class: "handle" }),
      svgEl("text", { x, y: top + 13, class: "handle-text middle" }, String(edge)));
  });
}
