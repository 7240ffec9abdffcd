// Step two: one client's sum on paper, band, neighbour, and what one fact would change; the twin of
// normenkader/bands/{profile,normsum,decision}.py. `norms` is norms.json without its estimates. Nothing touches the page.

function withOverlap(norms, levels) {
  const own = {};
  for (const factor of norms.factors) own[factor.name] = levels[factor.name];
  for (const overlap of norms.overlap) {
    const members = norms.factors.filter((factor) => factor.group === overlap.group);
    const active = members.filter((factor) => own[factor.name] !== factor.levels[0]).length;
    own[overlap.factor] = overlap.classes[overlap.breaks.filter((limit) => limit < active).length];
  }
  return own;
}

function ijkclientLevels(norms) {
  return Object.fromEntries(norms.factors.map((factor) => [factor.name, factor.ijkclient]));
}

function normLines(norms, levels) {
  const lines = [{ kind: "ijkclient", factor: "", level: "", with_factor: "", with_level: "",
    minutes: norms.ijkclient_minutes, merged_with: "", is_ijkclient: false }];
  const own = ijkclientLevels(norms);
  for (const factor of norms.factors) {
    const name = factor.name;
    lines.push(normLine(norms, "main", name, levels[name], "", "", own[name]));
    for (const other of factor.interacts_with) {
      if (levels[name] !== own[name] && levels[other] !== own[other]) {
        lines.push(normLine(norms, "interaction", name, levels[name], other, levels[other], null));
      }
    }
  }
  for (const overlap of norms.overlap) {
    lines.push(normLine(norms, "overlap", overlap.factor, levels[overlap.factor], "", "", overlap.ijkclient));
  }
  return lines;
}

function normLine(norms, kind, factor, level, withFactor, withLevel, ijkclient) {
  const line = { kind, factor, level, with_factor: withFactor, with_level: withLevel, merged_with: "" };
  if (kind !== "interaction" && level === ijkclient) return { ...line, minutes: 0, is_ijkclient: true };
  const term = norms.terms[[factor, level, withFactor, withLevel].join("\u001f")];
  return { ...line, minutes: term[0], merged_with: term[1] || "", is_ijkclient: false };
}

// An interaction without support counts as nothing; any other level without a norm leaves no sum at all.
function publishedSum(lines) {
  if (lines.some((line) => line.kind !== "interaction" && line.minutes === null)) return null;
  return sum(lines.filter((line) => line.minutes !== null).map((line) => line.minutes));
}

function placeOf(rows, norm, rule) {
  const table = lastTrue(rows.map((row) => row.lower <= norm));
  const doubted = range(1, rows.length).filter((b) => {
    const zone = rows[b].doubt_zone;
    return zone !== null && zone[0] <= norm && norm <= zone[1];
  });
  const possible = [...new Set([table, ...doubted, ...doubted.map((b) => b - 1)])].sort((a, b) => a - b);
  return { table, possible, applies: rule === "higher" ? possible[possible.length - 1] : table };
}

function decideClient(norms, rows, rule, levels) {
  const all = withOverlap(norms, levels), lines = normLines(norms, all), total = publishedSum(lines);
  if (total === null) return { lines, norm: null, changes: [] };
  const norm = Math.max(total, 0), placed = placeOf(rows, norm, rule), band = rows[placed.table];
  return {
    lines, sum: total, norm, below_zero: total < 0, table_band: placed.table, band: placed.applies,
    possible: placed.possible, near_boundary: placed.possible.length > 1,
    to_higher: band.upper === null ? null : band.upper - norm, to_lower: placed.table === 0 ? null : norm - band.lower,
    changes: singleChanges(norms, rows, rule, levels, placed.applies),
  };
}

function singleChanges(norms, rows, rule, levels, applies) {
  const found = [];
  for (const factor of norms.factors) {
    for (const level of factor.levels) {
      const total = publishedSum(normLines(norms, withOverlap(norms, { ...levels, [factor.name]: level })));
      if (total === null) continue;
      const there = placeOf(rows, Math.max(total, 0), rule);
      if (there.applies !== applies) {
        found.push({ factor: factor.name, level, norm: Math.max(total, 0), band: there.applies,
          by_doubt: there.applies !== there.table });
      }
    }
  }
  return found;
}
