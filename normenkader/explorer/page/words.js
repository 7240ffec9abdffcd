// Plain Dutch for numbers, bands, demands and measures.

const UNKNOWN = "–";

// A number times ten to the power `shift`, as it is written: 0.145 is 14.5 per cent, not the nearest float to it.
function shifted(value, shift) {
  const [mantissa, exponent] = String(value).split("e");
  return Number(`${mantissa}e${Number(exponent || 0) + shift}`);
}

// Halves go away from zero, as in the dossier.
function rounded(value, digits) {
  return Math.sign(value) * shifted(Math.round(shifted(Math.abs(value), digits)), -digits);
}

function decimals(value, digits = 0) {
  if (value === null || value === undefined) return UNKNOWN;
  const near = rounded(value, digits), [whole, part] = Math.abs(near).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
  return `${near < 0 ? "−" : ""}${grouped}${part ? `,${part}` : ""}`;
}

function percent(value, digits = 0) {
  return value === null || value === undefined ? UNKNOWN : `${decimals(shifted(value, 2), digits)}%`;
}

function signed(value, digits = 0, after = "") {
  if (value === null || value === undefined) return UNKNOWN;
  return `${rounded(value, digits) > 0 ? "+" : ""}${decimals(value, digits)}${after}`;
}

function euros(value) {
  return value === null ? UNKNOWN : `€\u00a0${decimals(value, Math.abs(value) < 1000 ? 2 : 0)}`;
}

function bandName(label) {
  return label.replace("ijkclient", "ijkcliënt");
}

function bandRange(row) {
  return row.upper === null ? `${row.lower} en meer` : `${row.lower} tot ${row.upper}`;
}

function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} en ${words[words.length - 1]}`;
}

function bandsListed(places) {
  return `${places.length > 1 ? "klassen" : "klasse"} ${listed(places.map((b) => String(b + 1)))}`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function brokenInWords(cells, figures) {
  const asked = cells.demands, rows = figures.bands;
  const each = (bands, say) => bands.map((b) => say(b + 1, rows[b]));
  const words = {
    min_share: (bands) => each(bands, (k, row) =>
      `Klasse ${k} heeft te weinig cliënten: ${percent(row.share, 1)}. De studie vraagt ten minste ${percent(asked.min_share, 1)}.`),
    min_providers: (bands) => each(bands, (k, row) =>
      `Klasse ${k} heeft cliënten van ${row.n_providers} aanbieders. De studie vraagt er ten minste ${asked.min_providers}.`),
    min_width: (bands) => each(bands, (k, row) =>
      `Klasse ${k} is ${row.upper - row.lower} minuten breed. De studie vraagt ten minste ${decimals(asked.min_width)}.`),
    ijkclient_band: (bands) =>
      [`De ijkcliënt valt in klasse ${bands[0] + 1}. De studie vraagt klasse ${asked.ijkclient_band}.`],
    ijkclient_off_edge: (bands) => each(bands, (k, row) =>
      `De ijkcliënt (${cells.ijkclient_minutes} minuten) ligt precies op de grens van ${row.lower}.`),
  };
  return figures.broken.flatMap(({ code, bands }) => words[code](bands));
}

// What is no demand on edges, but should be known before one chooses.
function warningsInWords(cells, figures) {
  const found = [], low = figures.bands.map((row, b) => b).filter(
    (b) => figures.bands[b].promise_kept !== null && figures.bands[b].promise_kept < cells.promise);
  if (figures.same_band !== null && figures.same_band < cells.same_band_floor) {
    found.push(`Twee beoordelaars geven maar in ${percent(figures.same_band)} van de gevallen dezelfde klasse. `
      + `De studie noemt ${percent(cells.same_band_floor)} als het minste.`);
  }
  if (low.length) {
    found.push(`In ${bandsListed(low)} heeft minder dan ${percent(cells.promise)} van de cliënten de ondergrens ook echt nodig.`);
  }
  return found;
}

// Whose band is in doubt, as norm minutes; zones that touch are one.
function doubtInWords(figures) {
  const zones = [];
  for (const { doubt_zone: zone } of figures.bands.filter((row) => row.doubt_zone).sort((a, b) => a.doubt_zone[0] - b.doubt_zone[0])) {
    const last = zones[zones.length - 1];
    if (last && zone[0] <= last[1] + figures.norm_step) last[1] = Math.max(last[1], zone[1]);
    else zones.push([...zone]);
  }
  if (!zones.length) return [];
  return [`In twijfel is de klasse bij een norm van ${listed(zones.map(([low, high]) => `${low} t/m ${high}`))} minuten: `
    + `${percent(figures.share_in_doubt)} van de cliënten.`];
}

function designName(design) {
  return {
    calibrated: "de gekalibreerde indeling", optimum: `het optimum met ${design.n_bands} klassen`,
    experts: "de grenzen van de deskundigen", source_norms: "de grenzen van het bestaande normenkader",
    in_force: "de versie van kracht",
  }[design.code];
}

const CONDITIONS = [
  ["Rechtszekerheid", [
    ["same_band", "Twee beoordelaars geven dezelfde klasse", "higher", (v) => percent(v)],
    ["share_in_doubt", "Cliënten bij wie de klasse in twijfel is", "lower", (v) => percent(v)],
    ["promise_kept", "Cliënten die de ondergrens ook nodig hebben (minste klasse)", "higher", (v) => percent(v)],
    ["guaranteed", "Deel van de norm dat vooraf vaststaat (ondergrenzen)", "higher", (v) => percent(v)]]],
  ["Flexibiliteit", [
    ["mean_width", "Gemiddelde breedte van een klasse, in minuten", "higher", (v) => decimals(v)],
    ["periods_within", "Perioden van vier weken die binnen de klasse blijven", "higher", (v) => percent(v)]]],
  ["Kwaliteit", [
    ["explained_delivered", "Verschil in geleverde minuten dat de klassen verklaren", "higher", (v) => percent(v)],
    ["fits_below_upper", "Cliënten die onder de bovengrens passen (minste klasse)", "higher", (v) => percent(v)]]],
  ["Doelmatigheid", [
    ["explained_of_norm", "Verschil tussen normen dat de klassen behouden", "higher", (v) => percent(v, 1)],
    ["sd_within", "Spreiding van de norm binnen een klasse, in minuten", "lower", (v) => decimals(v, 1)],
    ["cost_of_doubt", "Extra minuten als twijfel de hogere klasse geeft", "lower", (v) => (v === null ? UNKNOWN : percent(v - 1, 1))]]],
  ["Administratieve lasten", [
    ["n_bands", "Aantal klassen", "lower", (v) => decimals(v)],
    ["moved_by_one_fact", "Kans dat één gewijzigd feit een andere klasse geeft", "lower", (v) => percent(v)]]],
];
