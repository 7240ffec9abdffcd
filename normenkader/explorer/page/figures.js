// The figures of one design from cells.json alone; the twin of normenkader/explorer/figures.py, line by line.
// A design is the list of cells at which its bands begin, the first 0. Sums run from the first to the last and nothing
// is rounded on the way, so that both give the same numbers to the last digit. Nothing here touches the page.

const DOUBT_SHARE = 0.1;

function figuresOf(cells, design) {
  const rows = bandRows(cells, design);
  const norms = sum(rows.map((row) => row.n_clients * row.mean_norm));
  return {
    edges: rows.map((row) => row.lower), bands: rows, ijkclient_band: ijkclientBand(cells, design),
    n_clients: sum(cells.n_clients), smallest: smallestBand(rows), same_band: sameBand(cells, design),
    share_in_doubt: shareOf(cells, rows.map((row) => row.n_in_doubt)),
    promise_kept: least(rows.slice(1).map((row) => row.promise_kept)),
    guaranteed: norms > 0 ? sum(rows.map((row) => row.n_clients * row.lower)) / norms : null,
    mean_width: rows.length > 1 ? rows[rows.length - 1].lower / (rows.length - 1) : null,
    periods_within: shareWithin(cells, design, cells.periods_within, cells.n_periods),
    fits_below_upper: least(rows.slice(0, -1).map((row) => row.fits_below_upper)),
    ...spreadOf(cells, rows), cost_of_doubt: costOfDoubt(cells, design, rows), n_bands: rows.length,
    moved_by_one_fact: complement(shareWithin(cells, design, cells.changes_within, cells.n_changes)),
    broken: brokenDemands(cells, design, rows), norm_step: cells.norm_step,
  };
}

function changeBetween(cells, before, after) {
  const oldAt = bandOfCells(cells, before), newAt = bandOfCells(cells, after), n = cells.n_clients;
  const own = ijkclientBand(cells, after) - ijkclientBand(cells, before);
  const lower = n.map((_, c) => cells.lower[after[newAt[c]]] - cells.lower[before[oldAt[c]]]);
  const moved = n.map((count, c) => (newAt[c] - oldAt[c] !== own ? count : 0));
  const up = n.map((count, c) => (lower[c] > 0 ? count : 0));
  const down = n.map((count, c) => (lower[c] < 0 ? count : 0));
  return {
    other_label: shareOf(cells, moved), higher: shareOf(cells, up), lower: shareOf(cells, down),
    minutes_higher: meanOf(lower, up), minutes_lower: meanOf(lower, down), minutes: meanOf(lower, n),
  };
}

function budgetOf(cells, design, price, clients = null) {
  const rows = bandRows(cells, design);
  const scale = clients === null ? 1 : clients / sum(cells.n_clients);
  // How many of what is counted go into what the price is of: 60 minutes into an hour.
  const hour = price / (cells.words.in_price_of || 60);
  const raised = sum(cells.n_clients.map((_, c) => raisedBy(cells, design, rows, c, "mean_minutes")));
  const total = sum(rows.map((row) => row.n_clients * row.mean_minutes));
  const sure = sum(rows.map((row) => row.n_clients * row.lower));
  return {
    bands: rows.map((row) => ({
      price: row.mean_minutes * hour, total: row.n_clients * row.mean_minutes * hour * scale,
    })),
    total: total * hour * scale, with_doubt: (total + raised) * hour * scale, sure: sure * hour * scale,
  };
}

function ijkclientBand(cells, design) {
  return lastTrue(design.map((first) => cells.lower[first] <= cells.ijkclient_minutes));
}

function brokenDemands(cells, design, rows) {
  const asked = cells.demands, own = ijkclientBand(cells, design), m = cells.lower.length;
  const where = (holds) => rows.map((_, b) => b).filter(holds);
  return [
    ["min_share", where((b) => !ofRun(cells.share_met, design, b, m))],
    ["min_providers", where((b) => rows[b].n_providers < asked.min_providers)],
    ["min_width", where((b) => rows[b].upper !== null && rows[b].upper - rows[b].lower < asked.min_width)],
    ["ijkclient_band", asked.ijkclient_band !== null && own !== asked.ijkclient_band - 1 ? [own] : []],
    ["ijkclient_off_edge", where((b) => b > 0 && rows[b].lower === cells.ijkclient_minutes)],
  ].filter(([, bands]) => bands.length > 0).map(([code, bands]) => ({ code, bands }));
}

function bandRows(cells, design) {
  const labels = bandLabels(design.length, ijkclientBand(cells, design), cells.labels);
  return design.map((_, b) => bandRow(cells, design, b, labels[b]));
}

function bandRow(cells, design, b, label) {
  const m = cells.lower.length, first = design[b], end = endOf(design, b, m);
  const inside = range(first, end), n = sum(inside.map((c) => cells.n_clients[c]));
  const doubts = inside.filter((c) => isInDoubt(cells, first, end, c));
  return {
    label, lower: cells.lower[first], upper: end < m ? cells.lower[end] : null,
    n_clients: n, share: n / sum(cells.n_clients), n_providers: ofRun(cells.n_providers, design, b, m),
    mean_minutes: sum(inside.map((c) => cells.n_clients[c] * cells.mean_minutes[c])) / n,
    mean_norm: sum(inside.map((c) => cells.n_clients[c] * cells.mean_norm[c])) / n,
    promise_kept: ofRun(cells.promise_kept, design, b, m),
    fits_below_upper: ofRun(cells.fits_below_upper, design, b, m),
    n_in_doubt: sum(doubts.map((c) => cells.n_clients[c])), doubt_zone: doubtZone(cells, design, b, m),
  };
}

function bandLabels(nBands, own, labels) {
  const middle = labels.indexOf("ijkclient");
  const below = labels.slice(0, middle).reverse(), above = labels.slice(middle + 1);
  return range(0, nBands).map((band) => {
    const distance = band - own, side = distance > 0 ? above : below;
    if (distance === 0) return "ijkclient";
    if (Math.abs(distance) <= side.length) return side[Math.abs(distance) - 1];
    const last = side.length ? side[side.length - 1] : distance > 0 ? "meer" : "minder";
    return `${last} ${Math.abs(distance) - Math.max(side.length, 1) + 1}`;
  });
}

function isInDoubt(cells, first, end, cell) {
  const [lower, higher] = drawnOutside(cells, first, end, cell);
  return lower + higher > DOUBT_SHARE;
}

function drawnOutside(cells, first, end, cell) {
  const below = cells.resampled_below[cell];
  return [first > 0 ? below[first - 1] : 0, end < cells.lower.length ? 1 - below[end - 1] : 0];
}

// The edge (by the band above it) that a cell in doubt belongs to; -1 when it is not in doubt.
function sideOf(cells, design, b, cell, m) {
  const [lower, higher] = drawnOutside(cells, design[b], endOf(design, b, m), cell);
  if (lower + higher <= DOUBT_SHARE) return -1;
  return lower >= higher ? b : b + 1;
}

function doubtZone(cells, design, b, m) {
  const near = [b - 1, b].filter((k) => k >= 0).flatMap(
    (k) => range(design[k], endOf(design, k, m)).filter((c) => sideOf(cells, design, k, c, m) === b),
  );
  if (b === 0 || !near.length) return null;
  const last = near[near.length - 1];
  const end = last + 1 < m ? cells.lower[last + 1] : cells.lower[last] + cells.step;
  return [cells.lower[near[0]], end - cells.norm_step];
}

function spreadOf(cells, rows) {
  const n = cells.n_clients;
  const between = variation(rows.map((row) => row.n_clients), rows.map((row) => row.mean_norm));
  const ofCells = variation(n, cells.mean_norm), within = cells.share_within_cells;
  const kept = within === null || ofCells <= 0 ? null : (1 - within) * (between / ofCells);
  const variance = cells.sd_minutes * cells.sd_minutes;
  const delivered = variation(rows.map((row) => row.n_clients), rows.map((row) => row.mean_minutes)) / sum(n);
  return {
    explained_delivered: variance > 0 ? delivered / variance : null, explained_of_norm: kept,
    sd_within: kept === null ? null : cells.sd_norm * Math.sqrt(Math.max(1 - kept, 0)),
  };
}

function variation(n, values) {
  const mean = sum(n.map((count, i) => count * values[i])) / sum(n);
  return sum(n.map((count, i) => count * (values[i] - mean) * (values[i] - mean)));
}

function sameBand(cells, design) {
  if (cells.same_band === null) return null;
  return sum(design.map((_, b) => ofRun(cells.same_band, design, b, cells.lower.length)));
}

function costOfDoubt(cells, design, rows) {
  const table = sum(rows.map((row) => row.n_clients * row.mean_norm));
  const raised = sum(cells.n_clients.map((_, c) => raisedBy(cells, design, rows, c, "mean_norm")));
  return table > 0 ? (table + raised) / table : null;
}

// What a cell costs more, in minutes, when its clients in doubt get the higher band.
function raisedBy(cells, design, rows, cell, key) {
  const b = lastTrue(design.map((first) => first <= cell));
  const side = sideOf(cells, design, b, cell, cells.lower.length);
  return side > b ? cells.n_clients[cell] * (rows[side][key] - rows[b][key]) : 0;
}

function shareWithin(cells, design, table, total) {
  if (table === null || !total) return null;
  return sum(design.map((_, b) => ofRun(table, design, b, cells.lower.length))) / total;
}

function ofRun(table, design, b, m) {
  return table === null ? null : table[design[b]][endOf(design, b, m) - design[b] - 1];
}

function endOf(design, b, m) {
  return b + 1 < design.length ? design[b + 1] : m;
}

function bandOfCells(cells, design) {
  return cells.lower.map((_, c) => lastTrue(design.map((first) => first <= c)));
}

function smallestBand(rows) {
  return rows.reduce((found, row, b) => (row.n_clients < rows[found].n_clients ? b : found), 0);
}

function shareOf(cells, n) {
  return sum(n) / sum(cells.n_clients);
}

function meanOf(values, n) {
  const total = sum(n);
  return total > 0 ? sum(values.map((value, i) => value * n[i])) / total : 0;
}

function least(values) {
  return values.length && values.every((value) => value !== null) ? Math.min(...values) : null;
}

function complement(value) {
  return value === null ? null : 1 - value;
}

// Place of the last of a run of trues that begins at the first.
function lastTrue(holds) {
  return holds.filter(Boolean).length - 1;
}

function range(first, end) {
  return Array.from({ length: Math.max(end - first, 0) }, (_, i) => first + i);
}

function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
