// The line as it stands: are we on plan, who is there, what does each machine do, and why not.

import { drawEach, make, say, text } from "../dom.js";
import { UNKNOWN, age, fill, fixed, jin, percent, wanJin } from "../numbers.js";
import { drawMachine, makeMachine } from "../machine.js";

let shell;
let root;
const find = (id) => root.querySelector(`#${id}`);

export default {
  path: "line",
  word: "line",

  enter(into, its) {
    shell = its;
    root = into;
    root.append(
      panel("day", "today", "jin"),
      panel("year", "year", "wan_jin"),
      make("section.panel", { id: "people" }, make("h2", { "data-word": "people" }), make("ol", { id: "shifts" })),
      make("section", { id: "machines" }),
    );
  },

  draw() {
    const { said, words } = shell;
    if (!said.output) return;
    drawDay(said.output, words);
    drawYear(said.output, words);
    drawEach(find("shifts"), said.shifts, makeShift, (item, shift) => drawShift(item, shift, words));
    drawEach(find("machines"), said.machines, makeMachine, (card, machine) => drawMachine(card, machine, words));
  },
};

function panel(id, title, unit) {
  return make(
    "section.panel",
    { id },
    make("h2", { "data-word": title }),
    make("p.big", {}, make("b", { id: `${id}-${unit === "jin" ? "jin" : "wan"}` }, UNKNOWN), " ", make("span", { "data-word": unit })),
    make("div.bar", { id: `${id}-bar`, role: "img" }, make("i.fill"), make("i.mark")),
    make("p.pace", { id: `${id}-pace` }),
    make("p.line", { id: `${id}-plan` }),
    make("p.line", { id: `${id}-forecast`, hidden: true }),
    make("p.line.doubt", { id: `${id}-doubt`, hidden: true }),
  );
}

function drawDay({ day_grams: made, plan, unweighed }, words) {
  text(find("day-jin"), jin(made));
  drawBar(find("day-bar"), made, plan?.day, plan?.day_so_far);
  const amount = (grams) => `${jin(grams)} ${words.jin}`;
  say(find("day-pace"), plan && pace(made - plan.day_so_far, amount, words));
  const done = plan && fill(words.day_plan, { plan: jin(plan.day), share: percent(made, plan.day) });
  text(find("day-plan"), plan?.day === 0 ? words.rest_day : done || words.no_plan);
  say(find("day-doubt"), unweighed > 0 && fill(words.unweighed, { pieces: fixed(unweighed, 0) }));
}

function drawYear({ year_grams: made, plan, forecast, late_s: late }, words) {
  const known = made !== null;
  text(find("year-wan"), known ? wanJin(made) : UNKNOWN);
  drawBar(find("year-bar"), made ?? 0, plan?.year, plan?.year_so_far);
  const amount = (grams) => `${wanJin(grams)} ${words.wan_jin}`;
  say(find("year-pace"), plan && known && pace(made - plan.year_so_far, amount, words));
  const done = plan && fill(words.year_plan, { plan: wanJin(plan.year, 0), share: percent(made, plan.year) });
  text(find("year-plan"), known ? done || words.no_plan : words.year_unknown);
  say(find("year-forecast"), forecast && fill(words.forecast, forecastText(forecast, words)));
  say(find("year-doubt"), late !== null && fill(words.year_late, { age: age(late, words) }));
}

function forecastText({ p10, p50, p90, probability, provisional }, words) {
  const ends = { p10: wanJin(p10, 0), p50: wanJin(p50, 0), p90: wanJin(p90, 0) };
  return { ...ends, probability: percent(probability, 1), provisional: provisional ? words.provisional : "" };
}

function pace(grams, amount, words) {
  return fill(grams < 0 ? words.behind : words.ahead, { amount: amount(Math.abs(grams)) });
}

function drawBar(bar, made, whole, mark) {
  bar.hidden = !whole;
  if (!whole) return;
  const share = (part) => `${Math.min(Math.max((100 * part) / whole, 0), 100)}%`;
  bar.querySelector(".fill").style.width = share(made);
  bar.querySelector(".mark").style.left = share(mark);
  bar.classList.toggle("behind", made < mark);
  bar.setAttribute("aria-label", percent(made, whole));
}

function makeShift() {
  return make(
    "li",
    {},
    make("span.who", {}, make("b.name"), " ", make("span.hours")),
    make("span.heads", {}, make("b.present"), make("span.planned")),
    make("span.phase"),
  );
}

function drawShift(item, shift, words) {
  const part = (name) => item.querySelector(`.${name}`);
  item.dataset.phase = shift.phase;
  text(part("name"), shift.name);
  text(part("hours"), shift.hours);
  text(part("present"), shift.present === null ? UNKNOWN : fixed(shift.present, 0));
  text(part("planned"), shift.planned === null ? "" : fill(words.planned_heads, { planned: fixed(shift.planned, 0) }));
  const late = shift.late_s !== null && fill(words.late, { age: age(shift.late_s, words) });
  text(part("phase"), late || (shift.phase !== "ahead" && shift.planned === null ? words.nobody_counted : words.phase[shift.phase]));
}
