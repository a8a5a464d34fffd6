// Draws what the host says. All text goes in as text: a machine may be called anything.

import { UNKNOWN, age, fill, fixed, jin, percent, wanJin } from "./numbers.js";

const find = (id) => document.getElementById(id);

export function draw(said, words) {
  drawWords(document, words);
  if (!said.output) return;
  text(find("place"), `${said.site} · ${said.line}`);
  text(find("clock"), said.local);
  drawDay(said.output, words);
  drawYear(said.output, words);
  drawEach(find("shifts"), find("shift"), said.shifts, (item, shift) => drawShift(item, shift, words));
  drawEach(find("machines"), find("machine"), said.machines, (card, machine) => drawMachine(card, machine, words));
}

// A banner above figures that are not of this second; null takes it away.
export function drawTrouble(what, since, words) {
  const banner = find("trouble");
  text(banner, what === null ? "" : fill(since ? words.frozen : words.empty, { what: words[what], time: since }));
  banner.hidden = what === null;
  find("figures").classList.toggle("frozen", what !== null);
}

function drawWords(root, words) {
  for (const element of root.querySelectorAll("[data-word]")) text(element, words[element.dataset.word]);
}

function drawDay({ day_grams: made, plan, unweighed }, words) {
  text(find("day-jin"), jin(made));
  drawBar(find("day-bar"), made, plan?.day, plan?.day_so_far);
  const amount = (grams) => `${jin(grams)} ${words.jin}`;
  say(find("day-pace"), plan && pace(made - plan.day_so_far, amount, words));
  const done = plan && fill(words.day_plan, { plan: jin(plan.day), share: percent(made, plan.day) });
  text(find("day-plan"), plan?.day === 0 ? words.rest_day : done || words.no_plan);
  say(find("unweighed"), unweighed > 0 && fill(words.unweighed, { pieces: fixed(unweighed, 0) }));
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
  say(find("year-late"), late !== null && fill(words.year_late, { age: age(late, words) }));
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

function drawShift(item, shift, words) {
  const part = parts(item);
  item.dataset.phase = shift.phase;
  text(part("name"), shift.name);
  text(part("hours"), shift.hours);
  text(part("present"), shift.present === null ? UNKNOWN : fixed(shift.present, 0));
  text(part("planned"), shift.planned === null ? "" : fill(words.planned_heads, { planned: fixed(shift.planned, 0) }));
  const late = shift.late_s !== null && fill(words.late, { age: age(shift.late_s, words) });
  text(part("phase"), late || (shift.phase !== "ahead" && shift.planned === null ? words.nobody_counted : words.phase[shift.phase]));
}

function drawMachine(card, machine, words) {
  const part = parts(card);
  const stale = machine.known && machine.late_s !== null;
  const look = !machine.known || stale ? "stale" : machine.category;
  card.dataset.look = look;
  card.dataset.key = machine.key;
  drawWords(card, words);
  text(part("name"), machine.name);
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

// One child for each thing, in its order; a child that is there already is drawn anew, so nothing flickers.
function drawEach(list, template, things, drawOne) {
  while (list.children.length > things.length) list.lastElementChild.remove();
  while (list.children.length < things.length) list.append(template.content.cloneNode(true));
  things.forEach((thing, place) => drawOne(list.children[place], thing));
}

function parts(element) {
  return (name) => element.querySelector(`.${name}`);
}

function say(element, sentence) {
  element.hidden = !sentence;
  text(element, sentence || "");
}

function text(element, content) {
  if (element.textContent !== content) element.textContent = content;
}
