// Step two on the page: choose a fictitious client's levels, see the sum and the band under the design at hand.

function clientForm(norms, words, levels, onChange) {
  const groups = [...new Set(norms.factors.map((factor) => factor.group))];
  return groups.map((group) => {
    const fields = norms.factors.filter((factor) => factor.group === group)
      .map((factor) => clientField(norms, words, factor, levels, onChange));
    return el("fieldset", {}, el("legend", {}, group ? capital(`${group}en`) : "Algemeen"), el("div", { class: "fields" }, ...fields));
  });
}

function clientField(norms, words, factor, levels, onChange) {
  const id = `factor-${factor.name}`, prefix = factor.group ? `${factor.group} ` : "";
  const options = factor.levels.map((level) => {
    const without = level !== factor.ijkclient && norms.terms[[factor.name, level, "", ""].join("\u001f")][0] === null;
    return el("option", { value: level, selected: levels[factor.name] === level, disabled: without },
      `${levelWord(words, level)}${level === factor.ijkclient ? " (ijkcliënt)" : ""}${without ? " (geen norm)" : ""}`);
  });
  const select = el("select", { id, onchange: (event) => onChange(factor.name, event.target.value) }, ...options);
  return el("p", {}, el("label", { for: id }, capital(factorWord(words, factor.name).replace(prefix, ""))), select);
}

function factorWord(words, name) {
  return words.factors[name] || name;
}

function levelWord(words, level) {
  return words.levels[level] || level;
}

function clientResult(cells, norms, levels, compared) {
  const { figures, title } = compared[0];
  const found = decideClient(norms, figures.bands, cells.in_doubt, levels);
  if (found.norm === null) return [el("p", { class: "answer" }, "Voor deze kenmerken is er geen norm: een niveau heeft te weinig cliënten of aanbieders.")];
  return [
    el("p", { class: "answer" }, `De norm is ${found.norm} ${cells.words.unit}. `, el("strong", {},
      `Dat is klasse ${found.band + 1}, ${bandName(figures.bands[found.band].label)}`), ` in ${title}: ${bandRange(figures.bands[found.band])}.`),
    el("ul", { class: "plain" }, ...neighbourLines(cells, figures, found).map((text) => el("li", {}, text)),
      ...compared.slice(1).map((other) => el("li", {}, otherDesign(cells, norms, levels, other)))),
    sumTable(cells, found, norms), changesOfOneFact(cells, found, figures),
  ];
}

function neighbourLines(cells, figures, found) {
  const lines = [];
  if (found.below_zero) lines.push("De som ligt onder nul en telt als nul.");
  if (found.near_boundary) {
    lines.push(`De norm ligt in een twijfelzone. Mogelijk zijn ${bandsListed(found.possible)}. ${cells.in_doubt === "higher"
      ? "Bij twijfel geldt de hogere klasse." : "Er geldt wat de tabel zegt."}`);
  }
  const to = found.table_band;
  if (found.to_higher !== null) lines.push(`Naar klasse ${to + 2}: nog ${found.to_higher} minuten erbij.`);
  if (found.to_lower !== null) lines.push(`Naar klasse ${to}: meer dan ${found.to_lower} minuten eraf.`);
  return lines;
}

function otherDesign(cells, norms, levels, { figures, title }) {
  const found = decideClient(norms, figures.bands, cells.in_doubt, levels), row = figures.bands[found.band];
  const doubt = found.band === found.table_band ? "" : ` Dat komt door twijfel: de tabel zegt klasse ${found.table_band + 1}.`;
  return `In ${title}: klasse ${found.band + 1}, ${bandName(row.label)} (${bandRange(row)}).${doubt}`;
}

function sumTable(cells, found, norms) {
  const kept = found.lines.filter((line) => line.kind === "ijkclient" || !line.is_ijkclient);
  const rows = kept.map((line) => ({ cells: [lineWords(cells.words, norms, line), lineMinutes(line)] }));
  const rest = found.lines.length - kept.length;
  rows.push({ className: "total", cells: ["Som: de norm", String(found.norm)] });
  return el("div", {}, tableOf("De som op papier", ["Onderdeel", "Minuten"], rows, { className: "sum" }),
    rest ? el("p", { class: "note" }, `De andere ${rest} kenmerken zijn als bij de ijkcliënt: daar komt niets bij.`) : null);
}

function lineWords(words, norms, line) {
  if (line.kind === "ijkclient") return "IJkcliënt";
  const own = `${capital(factorWord(words, line.factor))}: ${levelWord(words, line.level)}`;
  const together = line.with_factor ? `, samen met ${factorWord(words, line.with_factor)}: ${levelWord(words, line.with_level)}` : "";
  return own + together + (line.merged_with ? ` (minuten van: ${levelWord(words, line.merged_with)})` : "");
}

function lineMinutes(line) {
  if (line.minutes === null) return "geen eigen norm";
  return line.kind === "ijkclient" ? String(line.minutes) : signed(line.minutes) === "0" ? "0" : signed(line.minutes);
}

function changesOfOneFact(cells, found, figures) {
  if (!found.changes.length) return el("p", {}, "Geen enkel los feit verandert de klasse.");
  const rows = found.changes.map((change) => ({ cells: [
    `${capital(factorWord(cells.words, change.factor))}: ${levelWord(cells.words, change.level)}`, String(change.norm),
    `${change.band + 1} ${bandName(figures.bands[change.band].label)}${change.by_doubt ? " (door twijfel)" : ""}`] }));
  return el("details", {}, el("summary", {}, `Welk los feit zou de klasse veranderen? (${found.changes.length})`),
    tableOf("Eén feit anders", ["Als dit zo was", "Norm", "Klasse"], rows));
}
