// Designs as people keep them: lists of edges in minutes, in a link, in a file, and as the lines of study.toml.

// The cell that begins nearest to `minutes`, among those where an edge may lie.
function nearestPlace(cells, minutes, lowest = 1, highest = cells.lower.length - 1) {
  let found = lowest;
  for (const place of range(lowest, highest + 1)) {
    if (Math.abs(cells.lower[place] - minutes) < Math.abs(cells.lower[found] - minutes)) found = place;
  }
  return found;
}

function designFromEdges(cells, edges) {
  const known = edges.filter((edge) => Number.isFinite(edge) && edge > 0);
  return [...new Set([0, ...known.map((edge) => nearestPlace(cells, edge))])].sort((a, b) => a - b);
}

function edgesOf(cells, design) {
  return design.map((place) => cells.lower[place]);
}

// Moves one edge as far as its neighbours allow; a design never has an empty band.
function withEdgeAt(cells, design, b, place) {
  const highest = (b + 1 < design.length ? design[b + 1] : cells.lower.length) - 1;
  const moved = Math.min(Math.max(place, design[b - 1] + 1), highest);
  return design.map((old, k) => (k === b ? moved : old));
}

// Bands with about equal numbers of clients, for a number of bands that the demands do not allow.
function equalShares(cells, nBands) {
  const m = cells.lower.length, total = sum(cells.n_clients), design = [0];
  let running = 0;
  for (const c of range(0, m - 1)) {
    running += cells.n_clients[c];
    const left = nBands - design.length, room = m - 1 - c;
    if (left > 0 && (running >= (design.length * total) / nBands || room <= left)) design.push(c + 1);
  }
  return design;
}

function optimumFor(cells, nBands) {
  return cells.designs.find((d) => d.code === "optimum" && d.n_bands === nBands && d.places && d.places.length === nBands);
}

// Whether these are the very edges that the rule of the study gives for this number of bands.
function isDerived(cells, design) {
  const best = optimumFor(cells, design.length);
  return Boolean(best && best.exact && sameDesign(best.places, design));
}

function sameDesign(a, b) {
  return a.length === b.length && a.every((place, i) => place === b[i]);
}

function toFragment(cells, state) {
  const list = (design) => edgesOf(cells, design).slice(1).join(",");
  return `a=${list(state.designs.A)}&b=${list(state.designs.B)}&nu=${state.current}&k=${cells.calibration_number.slice(0, 12)}`;
}

// Designs from a link, or null when it holds none.
function fromFragment(cells, fragment) {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  if (!parts.has("a") || !parts.has("b")) return null;
  const read = (key) => designFromEdges(cells, parts.get(key).split(",").filter(Boolean).map(Number));
  return {
    designs: { A: read("a"), B: read("b") }, current: parts.get("nu") === "B" ? "B" : "A",
    other_calibration: parts.has("k") && !cells.calibration_number.startsWith(parts.get("k")),
  };
}

function toFile(cells, state) {
  return `${JSON.stringify({
    kind: "normenkader explorer designs", calibration_number: cells.calibration_number, unit: cells.unit,
    designs: { A: edgesOf(cells, state.designs.A), B: edgesOf(cells, state.designs.B) }, current: state.current,
  }, null, 2)}\n`;
}

// Designs from a file, or null when it is no such file.
function fromFile(cells, text) {
  let content;
  try { content = JSON.parse(text); } catch { return null; }
  const edges = content && content.designs;
  if (!edges || !Array.isArray(edges.A) || !Array.isArray(edges.B)) return null;
  return {
    designs: { A: designFromEdges(cells, edges.A), B: designFromEdges(cells, edges.B) },
    current: content.current === "B" ? "B" : "A",
    other_calibration: content.calibration_number !== cells.calibration_number,
  };
}

// The lines to take over; edges that the rule gives need not be stated.
function toToml(cells, design) {
  const edges = edgesOf(cells, design);
  if (isDerived(cells, design)) return `[bands]\nn = ${edges.length}\n`;
  return `[bands]\nn = ${edges.length}\nedges = [${edges.join(", ")}]\n`;
}
