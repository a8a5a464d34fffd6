// Tables that a telephone shows as cards: each cell knows the word of its column.

import { make, shape } from "./dom.js";

// headings: texts; rows: arrays of texts, nodes, or { of, number }.
export function table(caption, headings, rows) {
  return make(
    "table",
    {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...headings.map((one) => make("th", { scope: "col" }, one)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell, place) => one(cell, headings[place], place))))),
  );
}

function one(cell, label, place) {
  const attributes = { "data-label": label, scope: place ? null : "row" };
  return make(place ? "td" : "th", attributes, ...(Array.isArray(cell) ? cell : [cell]));
}

// A word with its shape and colour; a look is one of the shapes.
export function mark(look, word) {
  return make("span.mark-word", { "data-look": look }, shape(look), make("b", {}, word));
}
