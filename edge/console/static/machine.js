// A machine's card: its state by word, colour and shape, and why it stands.

import { drawWords, make, shape, text } from "./dom.js";
import { UNKNOWN, age, fill, fixed, jin } from "./numbers.js";

export function makeMachine() {
  const figure = (of, name, ...after) =>
    make(`div.${of}`, {}, make("dt", { "data-word": name }), make("dd", {}, ...after));
  return make(
    "article.panel.machine",
    {},
    make("h2.name", {}, make("span.called")),
    make("p.state", {}, shape("stale"), make("b.category")),
    make("p.line.detail"),
    make(
      "dl",
      {},
      figure("of-speed", "speed", make("b.speed"), " ", make("span.rated"), " ", make("span", { "data-word": "per_min" })),
      figure("of-good", "good_today", make("b.good"), " ", make("span", { "data-word": "pieces" })),
      figure("of-good", "output_today", make("b.jin"), " ", make("span", { "data-word": "jin" })),
    ),
  );
}

export function drawMachine(card, machine, words) {
  const part = (name) => card.querySelector(`.${name}`);
  const stale = machine.known && machine.late_s !== null;
  const look = !machine.known || stale ? "stale" : machine.category;
  card.dataset.look = look;
  card.dataset.key = machine.key;
  drawWords(card, words);
  text(part("called"), machine.name);
  part("shape").firstElementChild.setAttribute("href", `#${look}`);
  text(part("category"), !machine.known ? words.never : stale ? words.stale : words.category[machine.category]);
  text(part("detail"), detail(machine, stale, words));
  text(part("speed"), machine.speed === null || stale ? UNKNOWN : fixed(machine.speed, 1));
  text(part("rated"), machine.rated === null ? "" : fill(words.rated, { rated: fixed(machine.rated, 0) }));
  card.querySelector(".of-speed").hidden = machine.good === null && machine.speed === null;
  for (const element of card.querySelectorAll(".of-good")) element.hidden = machine.good === null;
  if (machine.good === null) return;
  text(part("good"), fixed(machine.good, 0));
  text(part("jin"), jin(machine.grams));
}

function detail(machine, stale, words) {
  if (!machine.known) return "";
  if (stale) return fill(words.last, { age: age(machine.late_s, words), state: words.category[machine.category] });
  const state = machine.category === "online" || machine.category === "offline" ? "" : words.state[machine.state];
  const reason = machine.reason_name || (machine.reason ? fill(words.reason, machine) : "");
  const cause = machine.cause ? fill(words.waits, { name: machine.cause }) : "";
  const since = machine.since && fill(words.since, { time: machine.since, age: age(machine.since_s, words) });
  return [state, reason, cause, since].filter(Boolean).join(" · ");
}
