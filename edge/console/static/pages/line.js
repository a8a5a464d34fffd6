// The line as it stands: are we on plan, who is there, what does each machine do, and why not.

import { drawEach, make, say, text } from "../dom.js";
import { UNKNOWN, age, fill, fixed, jin, percent, wanJin } from "../numbers.js";
import { drawMachine, makeMachine } from "../machine.js";
import { closeDay, openDay } from "../machine_day.js";

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
      panel("shift", "shift", "jin"),
      panel("day", "today", "jin"),
      panel("year", "year", "wan_jin"),
      make("section.panel", { id: "people" }, make("h2", { "data-word": "people" }), make("ol", { id: "shifts" })),
      make("section", { id: "machines" }),
    );
    const device = shell.parameters.get("device");
    if (device) void openDay(shell, device, shell.parameters.get("day"));
  },

  draw() {
    const { said, words } = shell;
    if (!said.output) return;
    drawShiftOutput(said.output.shift, words);
    drawDay(said.output, words);
    drawYear(said.output, words);
    drawEach(find("shifts"), said.shifts, makeShift, (item, shift) => drawShift(item, shift, words));
    drawMimic(said, words);
  },

  leave: closeDay,
};

// The flow of the product: what all ways share before and after they part, the ways themselves, and machines beside them.
function drawMimic({ machines, routes }, words) {
  const by = new Map(machines.map((machine) => [machine.key, machine]));
  const mimic = find("machines");
  mimic.setAttribute("aria-label", words.mimic);
  root.classList.toggle("many", machines.length > 5);
  const rows = rowsOf(routes, machines.map(({ key }) => key));
  const own = rows.filter(({ kind }) => kind === "chain" || kind === "parallel");
  const has = (kind) => rows.some((row) => row.kind === kind);
  const side = (kind) => (has(kind) ? "minmax(0, 1fr)" : "");
  mimic.style.setProperty("--flow", `${side("before")} minmax(0, ${Math.max(...own.map(({ keys }) => keys.length), 1)}fr) ${side("after")}`);
  mimic.style.setProperty("--own", String(has("before") ? 2 : 1));
  mimic.style.setProperty("--rows", String(Math.max(own.length, 1)));
  drawEach(mimic, rows, () => make("div.way"), (way, { kind, keys }) => {
    way.dataset.kind = kind;
    drawEach(way, keys, makeStation, (station, key) => {
      drawMachine(station.querySelector(".machine"), by.get(key), words);
      station.querySelector("button").setAttribute("aria-label", fill(words.open_day, { name: by.get(key).name }));
    });
  });
}

// Nobody stands twice. Ways of one machine each are parallel and share a row.
function rowsOf(routes, keys) {
  const known = routes.map((route) => route.filter((key) => keys.includes(key)));
  const isShared = (key) => known.filter((route) => route.includes(key)).length > 1;
  const before = known.flatMap((route) => route.slice(0, route.findIndex((key) => !isShared(key))).filter(isShared));
  const after = known.flat().filter((key) => isShared(key) && !before.includes(key));
  const own = known.map((route) => route.filter((key) => !isShared(key))).filter((row) => row.length);
  const chains = own.filter((row) => row.length > 1).map((row) => ({ kind: "chain", keys: row }));
  const on = new Set(known.flat());
  return [
    { kind: "before", keys: [...new Set(before)] },
    ...chains,
    { kind: "parallel", keys: own.filter((row) => row.length === 1).flat() },
    { kind: "after", keys: [...new Set(after)] },
    { kind: on.size ? "beside" : "plain", keys: keys.filter((key) => !on.has(key)) },
  ].filter((row) => row.keys.length);
}

function makeStation() {
  const card = makeMachine();
  const open = () => void openDay(shell, card.dataset.key);
  card.querySelector(".name").append(make("button", { type: "button", onclick: (event) => (event.stopPropagation(), open()) }));
  card.addEventListener("click", open);
  return make("div.station", {}, card);
}

function drawShiftOutput(shift, words) {
  text(find("shift").querySelector("h2"), shift ? `${shift.name} ${shift.hours}` : words.shift);
  text(find("shift-jin"), shift ? jin(shift.grams) : UNKNOWN);
  drawBar(find("shift-bar"), shift?.grams ?? 0, shift?.plan, shift?.plan_so_far);
  const amount = (grams) => `${jin(grams)} ${words.jin}`;
  const { plan = null, projected = null } = shift ?? {};
  const verdict = find("shift-pace");
  verdict.classList.toggle("short", plan !== null && projected !== null && projected < plan);
  const known = plan !== null && projected !== null;
  say(verdict, known && fill(projected < plan ? words.will_miss : words.will_make, { amount: amount(Math.abs(projected - plan)) }));
  text(find("shift-plan"), !shift ? words.no_shift : plan === null ? words.no_plan : fill(words.shift_plan, { plan: jin(plan), share: percent(shift.grams, plan) }));
  say(find("shift-forecast"), shift && (projected === null ? words.too_young : fill(words.projected, { amount: amount(projected) })));
}

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
