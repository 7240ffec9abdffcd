// The parts of the page under the figure, each made anew from figures; they hold no state.

function bandTable(cells, figures, name) {
  const header = ["Klasse", "Minuten per week", "Cliënten", "Aanbieders", "Gemiddeld geleverd", "Heeft ondergrens nodig",
    "Past onder bovengrens", "In twijfel"];
  header[1] = capital(cells.words.unit);
  const rows = figures.bands.map((row, b) => ({
    className: b === figures.ijkclient_band ? "own" : null,
    cells: [`${b + 1}  ${bandName(row.label)}`, bandRange(row), [decimals(row.n_clients), soft(` ${percent(row.share)}`)],
      decimals(row.n_providers), decimals(row.mean_minutes, 1), b === 0 ? UNKNOWN : percent(row.promise_kept),
      row.upper === null ? UNKNOWN : percent(row.fits_below_upper), percent(row.n_in_doubt / row.n_clients)],
  }));
  return tableOf(`Klassen van indeling ${name}`, header, rows);
}

function soft(text) {
  return el("span", { class: "soft" }, text);
}

function tiles(cells, figures, change, againstName, known) {
  const small = figures.bands[figures.smallest], counted = known ? known.same_band_counted : null;
  return [
    tile("Twee beoordelaars geven dezelfde klasse", percent(figures.same_band), figures.same_band === null ? cells.same_band_reason
      : counted ? `berekend; geteld is het ${percent(counted)}` : "berekend uit dubbele beoordelingen"),
    tile("Verschil tussen normen dat behouden blijft", percent(figures.explained_of_norm, 1), "als iedereen in een klasse gelijk telt"),
    tile("Klasse in twijfel", percent(figures.share_in_doubt), "van de cliënten"),
    tile("Heeft de ondergrens ook nodig", percent(figures.promise_kept), "in de klasse waar dat het minst is"),
    tile("Kleinste klasse", decimals(small.n_clients), `cliënten bij ${small.n_providers} aanbieders (klasse ${figures.smallest + 1})`),
    tile("Krijgt een andere klasse", percent(change.other_label), `vergeleken met ${againstName}`),
  ];
}

function tile(title, value, note = "") {
  return el("div", { class: "tile" }, el("dt", {}, title), el("dd", {}, el("strong", {}, value), note ? el("span", {}, note) : null));
}

function demandsPanel(cells, figures) {
  const broken = brokenInWords(cells, figures), warnings = warningsInWords(cells, figures);
  const list = (words, mark, kind) => words.map((text) => el("li", { class: kind }, el("span", { class: "mark", "aria-hidden": "true" }, mark), el("span", {}, text)));
  return [
    el("p", { class: broken.length ? "verdict no" : "verdict yes" }, el("span", { class: "mark", "aria-hidden": "true" }, broken.length ? "✕" : "✓"),
      el("span", {}, broken.length ? "Deze indeling voldoet niet aan alle eisen van de studie." : "Deze indeling voldoet aan alle eisen van de studie.")),
    el("ul", { class: "demands" }, ...list(broken, "✕", "no"), ...list(warnings, "!", "warn"), ...list(doubtInWords(figures), "≈", "doubtful")),
  ];
}

function conditionsPanel(cells, compared) {
  const header = ["Voorwaarde", ...compared.map(({ title }) => title)];
  const rows = CONDITIONS.flatMap(([condition, measures]) => [{ group: condition }, ...measures.map(([key, text, better, say]) => ({
    cells: [[text, soft(better === "higher" ? " hoger is beter" : " lager is beter")],
      ...compared.map(({ figures }, i) => [say(figures[key]), bestMark(compared, i, key, better, say)])],
  }))]);
  return tableOf("De vijf voorwaarden", header, rows, { className: "conditions" });
}

// A mark at A or B when one of the two serves the measure better; the design compared with takes no part.
function bestMark(compared, i, key, better, say) {
  const [a, b] = compared.slice(0, 2).map(({ figures }) => figures[key]);
  if (i > 1 || a === null || b === null || say(a) === say(b)) return null;
  const best = (a > b) === (better === "higher") ? 0 : 1;
  return i === best ? el("span", { class: "best" }, "beter") : null;
}

function changesPanel(cells, changes, againstName) {
  const header = ["Wat er verandert", ...changes.map(({ title }) => title)];
  const line = (text, say) => ({ cells: [text, ...changes.map(({ change }) => say(change))] });
  return tableOf(`Wat verandert er, vergeleken met ${againstName}`, header, [
    line("Cliënten die een andere klasse krijgen", (c) => counted(cells, c.other_label)),
    line("Cliënten met een hogere ondergrens", (c) => counted(cells, c.higher)),
    line("– hoeveel minuten hoger, gemiddeld", (c) => (c.higher > 0 ? signed(c.minutes_higher, 1) : UNKNOWN)),
    line("Cliënten met een lagere ondergrens", (c) => counted(cells, c.lower)),
    line("– hoeveel minuten lager, gemiddeld", (c) => (c.lower > 0 ? signed(c.minutes_lower, 1) : UNKNOWN)),
    line("Verschil in ondergrens over alle cliënten, minuten", (c) => signed(c.minutes, 1)),
  ]);
}

function counted(cells, share) {
  return [percent(share, 1), soft(` ${decimals(share * sum(cells.n_clients))}`)];
}

function budgetPanel(cells, compared, price, clients) {
  const budgets = compared.map(({ design }) => budgetOf(cells, design, price, clients));
  const base = budgets[budgets.length - 1], header = ["Per week", ...compared.map(({ title }) => title)];
  const line = (text, key) => ({ cells: [text, ...budgets.map((budget, i) => [euros(budget[key]),
    i < budgets.length - 1 ? soft(` ${changeInEuros(budget[key] - base[key])}`) : null])] });
  const most = Math.max(...compared.map(({ figures }) => figures.bands.length));
  const prices = range(0, most).map((b) => ({
    cells: [`Weekprijs klasse ${b + 1}`, ...budgets.map((budget, i) => (budget.bands[b]
      ? [euros(budget.bands[b].price), soft(` ${decimals(compared[i].figures.bands[b].mean_minutes, 1)}\u00a0${cells.words.short || "min"}`)] : UNKNOWN))],
  }));
  return tableOf("Kosten: prijs keer minuten", header, [
    { group: "Alle cliënten samen" }, line("Gemiddelde minuten van elke klasse (p × q)", "total"),
    line("Als twijfel de hogere klasse geeft", "with_doubt"), line("Alleen de ondergrenzen", "sure"),
    { group: "Prijs van een week, per klasse" }, ...prices], { className: "budget" });
}

function changeInEuros(value) {
  const rounded = Math.round(value);
  return rounded === 0 ? "geen verschil" : `${rounded > 0 ? "+" : "−"}€\u00a0${decimals(Math.abs(rounded))}`;
}

function cellTable(cells) {
  const rows = cells.lower.map((lower, c) => ({
    cells: [c + 1 < cells.lower.length ? `${lower} tot ${cells.lower[c + 1]}` : `${lower} en meer`,
      decimals(cells.n_clients[c]), decimals(cells.mean_minutes[c], 1)],
  }));
  return tableOf("De figuur als tabel", ["Norm, in minuten", "Cliënten", "Gemiddeld geleverd"], rows);
}

// What this page says of the calibrated bands beside what the dossier says of them.
function differencesPanel(cells, dossier, figures, exact) {
  if (!exact) {
    return el("p", {}, "De grenzen van het dossier kunnen hier niet precies worden getoond: ernaast liggen te weinig cliënten.");
  }
  const value = (promise) => (promise && promise.value !== null ? promise.value : null);
  const rows = dossier.bands.map((band, b) => {
    const row = figures.bands[b];
    return { cells: [`Klasse ${b + 1}`, pair(row.n_clients, band.n_clients, 0), pair(row.mean_minutes, band.mean_minutes, 1),
      b ? percentPair(row.promise_kept, value(band.promise_kept)) : UNKNOWN,
      row.upper !== null ? percentPair(row.fits_below_upper, value(band.fits_below_upper)) : UNKNOWN] };
  });
  const all = tableOf("Deze pagina | het dossier, voor de gekalibreerde indeling",
    ["Klasse", "Cliënten", "Gemiddeld geleverd", "Ondergrens nodig", "Past onder bovengrens"], rows);
  return el("div", {}, all, el("p", {}, `Behouden verschil: ${percent(figures.explained_of_norm, 1)} hier, `
    + `${percent(dossier.explained_of_norm, 1)} in het dossier. Dezelfde klasse: ${percent(figures.same_band, 1)} hier; in het dossier `
    + `${percent(dossier.same_band_modelled, 1)} berekend en ${percent(dossier.same_band, 1)} geteld bij wie dubbel is beoordeeld.`));
}

function pair(here, there, digits) {
  return `${decimals(here, digits)} | ${decimals(there, digits)}`;
}

function percentPair(here, there) {
  return `${percent(here)} | ${percent(there)}`;
}
