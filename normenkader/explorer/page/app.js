// State of the page and what people do with it. Everything is drawn from state by `render`.

const page = JSON.parse(at("data").textContent);
const cells = page.cells, norms = page.norms;
const state = startingState();
const REST_MS = 40;
let drawing = 0, waiting = 0, dragged = null, controlled = "";

function startingState() {
  const usable = cells.designs.filter((design) => design.places && design.places.length > 0);
  const calibrated = usable.find((design) => design.code === "calibrated");
  const inForce = usable.find((design) => design.code === "in_force");
  return {
    designs: { A: calibrated.places.slice(), B: (inForce || usable.find((d) => d.code === "experts") || calibrated).places.slice() },
    current: "A", starts: usable, against: usable.indexOf(inForce || calibrated), price: null, clients: null,
    levels: ijkclientLevels(norms), note: "",
  };
}

function design() {
  return state.designs[state.current];
}

function change(next, { say = true } = {}) {
  state.designs[state.current] = next;
  request(say);
}

// One drawing a frame, however fast an edge is moved.
function request(say = false) {
  cancelAnimationFrame(drawing);
  drawing = requestAnimationFrame(() => { render(); if (say) settle(); });
}

// First what is moved and what stands beside it; the rest of the page when the edge rests a moment.
function render() {
  const width = Math.max(at("figure").clientWidth, 280), drawn = compared(), own = drawn[state.current === "A" ? 0 : 1];
  const other = drawn[state.current === "A" ? 1 : 0], against = drawn[2];
  renderControls(state.current, own.figures);
  renderFigure(own.figures, other.name, other.figures, width);
  put("tiles", ...tiles(cells, own.figures, changeBetween(cells, against.design, own.design), against.title, optimumAt(own.design)));
  put("demands", ...demandsPanel(cells, own.figures));
  put("bands", bandTable(cells, own.figures, own.name));
  clearTimeout(waiting);
  waiting = setTimeout(() => renderRest(drawn, own, other), REST_MS);
}

function renderRest(drawn, own, other) {
  const titled = drawn.map((entry) => ({ ...entry, title: capital(entry.title) })), against = drawn[2];
  const changes = titled.slice(0, 2).map((entry) => ({ title: entry.title, change: changeBetween(cells, against.design, entry.design) }));
  put("conditions", conditionsPanel(cells, titled));
  put("changes", changesPanel(cells, changes, against.title));
  renderBudget(titled);
  put("client-result", ...clientResult(cells, norms, state.levels, [own, other]));
  renderKeep();
}

// Designs A and B, and the one they are compared with.
function compared() {
  const against = state.starts[state.against];
  const both = ["A", "B"].map((name) => ({ name, title: `indeling ${name}`, design: state.designs[name] }));
  return [...both, { name: "", title: designName(against), design: against.places }]
    .map((entry) => ({ ...entry, figures: figuresOf(cells, entry.design) }));
}

function renderControls(name, figures) {
  for (const k of ["A", "B"]) at(`choose-${k}`).checked = k === name;
  for (const radio of document.querySelectorAll("[name=number]")) radio.checked = Number(radio.value) === design().length;
  const known = state.starts.find((start) => sameDesign(start.places, design()));
  put("which", `Indeling ${name}: `, el("strong", {}, known ? `${designName(known)}${known.exact ? "" : " (het dichtst bij wat getoond mag worden)"}` : "een eigen keuze"),
    `. Grenzen: ${figures.edges.slice(1).join(", ") || "geen"}.`);
  const key = `${name}${design().length}`;
  if (controlled !== key) put("edges", ...design().slice(1).map((_, i) => edgeControl(i + 1)));
  controlled = key;
  design().slice(1).forEach((place, i) => setEdgeControl(i + 1, place));
}

// The optimum that these edges are, if they are one: for it the dossier knows more.
function optimumAt(own) {
  return state.starts.find((start) => start.code === "optimum" && start.exact && sameDesign(start.places, own));
}

function edgeControl(b) {
  const step = (by) => change(withEdgeAt(cells, design(), b, design()[b] + by));
  const title = `Grens ${b}`, between = `tussen klasse ${b} en ${b + 1}`;
  return el("div", { class: "edge", role: "group", "aria-label": `${title}, ${between}` },
    el("span", { class: "edge-title" }, el("strong", {}, title), el("span", { class: "soft" }, ` ${between}`)),
    el("button", { type: "button", "aria-label": `${title} een stap lager`, onclick: () => step(-1) }, "−"),
    el("input", { type: "range", id: `edge-${b}`, min: 1, max: cells.lower.length - 1, step: 1, "aria-label": title,
      oninput: (event) => { change(withEdgeAt(cells, design(), b, Number(event.target.value)), { say: false }); },
      onchange: () => request(true) }),
    el("button", { type: "button", "aria-label": `${title} een stap hoger`, onclick: () => step(1) }, "+"),
    el("label", { class: "minutes" }, el("input", { type: "number", id: `minutes-${b}`, step: cells.step, inputmode: "numeric", min: 0,
      "aria-label": `${title} in minuten`, onchange: (event) => typed(b, event.target) }), el("span", {}, cells.words.short || "min")));
}

function setEdgeControl(b, place) {
  const slider = at(`edge-${b}`), field = at(`minutes-${b}`), minutes = cells.lower[place];
  slider.value = place;
  slider.setAttribute("aria-valuetext", `${minutes} ${cells.words.unit}`);
  if (document.activeElement !== field) field.value = minutes;
}

function typed(b, field) {
  const wanted = Number(field.value);
  if (field.value !== "" && Number.isFinite(wanted)) {
    const next = withEdgeAt(cells, design(), b, nearestPlace(cells, wanted));
    const found = cells.lower[next[b]];
    if (found !== wanted) state.note = `${wanted} minuten kan hier niet. De dichtstbijzijnde grens is ${found}.`;
    change(next);
  }
  field.value = cells.lower[design()[b]];
}

function renderFigure(figures, other, otherFigures, width) {
  const others = sameDesign(figures.edges, otherFigures.edges) ? [] : [{ name: other, edges: otherFigures.edges }];
  const words = figures.bands.map((row, b) => `klasse ${b + 1} ${bandName(row.label)}, ${bandRange(row)} minuten, ${decimals(row.n_clients)} cliënten`);
  at("figure").setAttribute("aria-label", `Verdeling van cliënten over de norm, met ${figures.bands.length} klassen: ${words.join("; ")}.`);
  put("figure", drawChart(cells, figures, others, width, grab));
}

function grab(event, b) {
  dragged = b;
  event.preventDefault();
}

function drag(event) {
  if (dragged === null) return;
  const box = at("figure").getBoundingClientRect(), scale = chartScale(cells, box.width);
  const next = withEdgeAt(cells, design(), dragged, nearestPlace(cells, scale.minutesAt(event.clientX - box.left)));
  if (!sameDesign(next, design())) change(next, { say: false });
}

function drop() {
  if (dragged !== null) request(true);
  dragged = null;
}

function renderBudget(compared) {
  if (state.price === null) put("budget", el("p", { class: "note" }, `Vul een prijs per ${cells.words.price_of || "uur"} in. De pagina kent er geen.`));
  else put("budget", budgetPanel(cells, compared, state.price, state.clients));
}

function renderKeep() {
  at("toml").textContent = toToml(cells, design());
  at("chosen").hidden = isDerived(cells, design());
  at("derived").hidden = !at("chosen").hidden;
}

// When an edge has come to rest: the address holds the designs, and who cannot see hears what changed. Browsers allow
// few changes of the address a second, so never while an edge moves.
function settle() {
  history.replaceState(null, "", `#${toFragment(cells, state)}`);
  announce();
}

function announce() {
  const note = state.note, figures = figuresOf(cells, design());
  state.note = "";
  const broken = brokenInWords(cells, figures);
  at("said").textContent = `${note} Indeling ${state.current}: grenzen ${figures.edges.slice(1).join(", ") || "geen"}. `
    + `Dezelfde klasse ${percent(figures.same_band)}. ${broken.join(" ")}`.trim();
  at("hint").textContent = note;
}

function take(found, from) {
  if (!found) { at("kept").textContent = `Dit is geen indeling van deze pagina: ${from}.`; return; }
  Object.assign(state, { designs: found.designs, current: found.current });
  at("kept").textContent = found.other_calibration
    ? "Let op: deze indelingen zijn gemaakt bij een andere kalibratie. De getallen zijn nu die van deze." : "De indelingen zijn geladen.";
  request(true);
}

function numberChosen(n) {
  const best = optimumFor(cells, n);
  state.note = best ? "" : `Met ${n} klassen is niet aan alle eisen te voldoen. De klassen zijn nu ongeveer even groot.`;
  change(best ? best.places.slice() : equalShares(cells, n));
}

function amount(field, least) {
  const value = Number(field.value.replace(",", "."));
  return field.value.trim() === "" || !Number.isFinite(value) || value < least ? null : value;
}

function numberRadio(n) {
  const id = `number-${n}`;
  return [el("input", { type: "radio", name: "number", id, value: n, onchange: () => numberChosen(n) }), el("label", { for: id }, String(n))];
}

function startButton(start) {
  return el("button", { type: "button", onclick: () => change(start.places.slice()) }, capital(designName(start)));
}

function setUp() {
  const most = Math.min(8, cells.lower.length);
  put("numbers", ...range(Math.min(3, most), most + 1).flatMap(numberRadio));
  const optimum = el("button", { type: "button", id: "to-optimum", onclick: () => numberChosen(design().length) }, "Optimum met dit aantal klassen");
  put("starts", optimum, ...state.starts.filter((start) => start.code !== "optimum").map(startButton));
  put("against", ...state.starts.map((start, i) => el("option", { value: i, selected: i === state.against }, capital(designName(start)))));
  put("client-form", ...clientForm(norms, cells.words, state.levels, (name, level) => { state.levels[name] = level; request(); }));
  put("cells", cellTable(cells));
  const calibrated = cells.designs.find((d) => d.code === "calibrated");
  put("differences", differencesPanel(cells, page.dossier, figuresOf(cells, calibrated.places), calibrated.exact));
  at("clients").placeholder = decimals(sum(cells.n_clients));
}

function listen() {
  for (const k of ["A", "B"]) at(`choose-${k}`).addEventListener("change", () => { state.current = k; request(true); });
  at("against").addEventListener("change", (event) => { state.against = Number(event.target.value); request(); });
  at("price").addEventListener("input", (event) => { state.price = amount(event.target, 0); request(); });
  at("clients").addEventListener("input", (event) => { state.clients = amount(event.target, 1); request(); });
  at("copy-design").addEventListener("click", () => { state.designs[state.current === "A" ? "B" : "A"] = design().slice(); request(true); });
  at("ijkclient").addEventListener("click", () => { Object.assign(state.levels, ijkclientLevels(norms)); setUp(); request(); });
  at("copy-link").addEventListener("click", () => copy(`${location.href.split("#")[0]}#${toFragment(cells, state)}`, "De link is gekopieerd."));
  at("copy-toml").addEventListener("click", () => copy(at("toml").textContent, "De regels zijn gekopieerd."));
  at("save").addEventListener("click", save);
  at("print").addEventListener("click", () => window.print());
  at("load").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) take(fromFile(cells, await file.text()), file.name);
    event.target.value = "";
  });
  for (const link of document.querySelectorAll("a.jump")) link.addEventListener("click", jump);
  window.addEventListener("pointermove", drag);
  window.addEventListener("pointerup", drop);
  window.addEventListener("pointercancel", drop);
  window.addEventListener("resize", () => request());
  window.addEventListener("hashchange", () => take(fromFragment(cells, location.hash), "de link"));
}

// The address after # holds the designs, so a jump within the page must not take its place.
function jump(event) {
  event.preventDefault();
  const goal = at(event.currentTarget.getAttribute("href").slice(1));
  goal.scrollIntoView();
  goal.focus({ preventScroll: true });
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    at("kept").textContent = done;
  } catch {
    at("kept").textContent = `Kopiëren mag hier niet. Neem dit zelf over: ${text}`;
  }
}

function save() {
  const link = el("a", { href: URL.createObjectURL(new Blob([toFile(cells, state)], { type: "application/json" })), download: "indelingen.json" });
  link.click();
  URL.revokeObjectURL(link.href);
  at("kept").textContent = "Het bestand indelingen.json is gemaakt.";
}

setUp();
listen();
const linked = fromFragment(cells, location.hash);
render();
if (linked) take(linked, "de link");
