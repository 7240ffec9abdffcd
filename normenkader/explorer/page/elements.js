// Small helpers for the page's elements. Text is always set as text, never as markup.

function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function svgEl(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function at(id) {
  return document.getElementById(id);
}

function put(id, ...children) {
  at(id).replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}

// A table in a frame that scrolls by itself and can be reached by keyboard. The first cell of a row is its heading.
function tableOf(caption, header, rows, { numeric = true, className = "" } = {}) {
  const kind = (i) => (numeric && i > 0 ? "num" : null);
  const head = el("thead", {}, el("tr", {}, ...header.map((text, i) => el("th", { scope: "col", class: kind(i) }, text))));
  const body = el("tbody", {}, ...rows.map((row) => (row.group
    ? el("tr", { class: "group" }, el("th", { colspan: header.length, scope: "colgroup" }, row.group))
    : el("tr", { class: row.className }, ...row.cells.map((cell, i) => (i === 0
      ? el("th", { scope: "row" }, ...[cell].flat())
      : el("td", { class: kind(i) }, ...[cell].flat())))))));
  const table = el("table", { class: className }, el("caption", {}, caption), head, body);
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, table);
}
