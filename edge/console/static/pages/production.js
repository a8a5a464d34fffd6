// What a day brought by hour, shift and product against the plan, and where the year leads.

import { bars, sample, year } from "../chart.js";
import { make } from "../dom.js";
import { UNKNOWN, fill, fixed, jin, percent, wanJin } from "../numbers.js";

const AGAIN_MS = 15_000;
let shell;
let root;
let told = {};
let timer = null;
let turn = 0;

export default {
  path: "production",
  word: "production",

  async enter(into, its) {
    shell = its;
    root = into;
    told = {};
    await read();
    clearInterval(timer);
    timer = setInterval(() => void (told.day?.is_today !== false && read()), AGAIN_MS);
  },

  relabel: show,

  leave() {
    clearInterval(timer);
    turn += 1;
  },
};

async function read(day = shell.parameters.get("day")) {
  const mine = ++turn;
  try {
    const [of, whole] = await Promise.all([shell.ask("production", day ? { day } : {}), shell.ask("year")]);
    if (mine !== turn) return;
    told = { day: of, year: whole };
    shell.setParameters({ day: of.is_today ? null : of.day });
  } catch (error) {
    if (mine !== turn) return;
    told = { ...told, fault: error.message };
  }
  show();
}

function show() {
  const { words } = shell;
  const fault = told.fault && make("p.fault", { role: "alert" }, fill(words.no_answer, { why: told.fault }));
  if (!told.day) return root.replaceChildren(...(fault ? [fault] : []));
  const focused = document.activeElement?.id;
  root.replaceChildren(
    ...(fault ? [fault] : []),
    picker(words),
    section("hours", words.by_hour, hours(words), legend(words, ["made", "behind", "mark"])),
    make("div.split", {}, section("by-shift", words.by_shift, shifts(words)), section("by-sku", words.by_sku, products(words))),
    section("year", fill(words.year_title, { year: told.year.first.slice(0, 4) }), ...yearly(words)),
  );
  document.getElementById(focused)?.focus();
}

function picker(words) {
  const { day, is_today: isToday, grams, plan } = told.day;
  const turned = (days) => {
    const date = new Date(`${day}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() + days);
    return date.toISOString().slice(0, 10);
  };
  const input = make("input", { id: "day", type: "date", value: day, "aria-label": words.day, onchange: () => input.value && void read(input.value) });
  return make(
    "section.panel",
    {},
    make(
      "div.bar-row",
      {},
      make("button", { id: "earlier", type: "button", onclick: () => void read(turned(-1)) }, words.earlier),
      input,
      make("button", { id: "later", type: "button", disabled: isToday, onclick: () => void read(turned(1)) }, words.later),
      make("button", { id: "today", type: "button", disabled: isToday, onclick: () => void read("") }, words.today),
    ),
    make("p.big", {}, make("b", { id: "made" }, jin(grams)), " ", words.jin),
    make("p.line", { id: "of-plan" }, plan === null ? words.no_plan : plan === 0 ? words.rest_day : fill(words.of_plan, { plan: jin(plan), share: percent(grams, plan) })),
  );
}

function section(id, title, ...children) {
  return make("section.panel", { id }, make("h2", {}, title), ...children);
}

function hours(words) {
  const one = ({ hour, grams, plan, begun, over }) => ({
    label: hour,
    made: grams,
    plan,
    state: over ? "over" : begun ? "on" : "ahead",
    title: fill(words.hour_title, { hour, made: jin(grams), plan: plan === null ? UNKNOWN : jin(plan) }),
  });
  return bars(told.day.hours.map(one), (grams) => fixed(grams / 500, 0), words.by_hour);
}

function legend(words, kinds) {
  return make("ul.legend", {}, ...kinds.map((kind) => make("li", {}, sample(kind), words.legend[kind])));
}

function shifts(words) {
  const row = ({ name, hours: span, phase, grams, plan, projected }) => [
    `${name} ${span}`,
    words.phase[phase],
    phase === "ahead" ? UNKNOWN : jin(grams),
    plan === null ? UNKNOWN : jin(plan),
    plan === null || phase === "ahead" ? UNKNOWN : percent(grams, plan),
    phase === "on" && projected !== null ? jin(projected) : "",
  ];
  return table([words.shift, "", words.made_jin, words.plan_jin, words.done, words.projected], told.day.shifts.map(row), 2, words.by_shift);
}

function products(words) {
  if (!told.day.products.length) return make("p.line", {}, words.nothing);
  const row = ({ name, pieces, grams }) => [name || words.unknown_product, fixed(pieces, 0), grams === null ? UNKNOWN : jin(grams)];
  return table([words.product, words.pieces_made, words.made_jin], told.day.products.map(row), 1, words.by_sku);
}

function table(heads, rows, left, name) {
  const number = (place) => (place < left ? "" : ".number");
  const head = (content, place) => make(`th${number(place)}`, { scope: "col" }, content);
  const cell = (content, place) =>
    place ? make(`td${number(place)}`, { "data-label": heads[place] }, content) : make("th", { scope: "row", "data-label": heads[0] }, content);
  const body = rows.map((cells) => make("tr", {}, ...cells.map(cell)));
  return make("div.scroll", {}, make("table", { "aria-label": name }, make("thead", {}, make("tr", {}, ...heads.map(head))), make("tbody", {}, ...body)));
}

function yearly(words) {
  const { actual, plan, target, forecast, today } = told.year;
  const so_far = plan?.[today - 1] ?? null;
  const made = actual.at(-1) ?? 0;
  const month = (number) => new Intl.DateTimeFormat(words.tag, { month: "short", timeZone: "UTC" }).format(Date.UTC(2026, number, 1));
  const sentence = make("p.big", {}, make("b", { id: "year-made" }, wanJin(made)), " ", words.wan_jin);
  const about = [
    target !== null && fill(words.year_plan, { plan: wanJin(target, 0), share: percent(made, target) }),
    so_far !== null && fill(words.year_so_far, { plan: wanJin(so_far) }),
    forecast && fill(words.year_forecast, { p10: wanJin(forecast.p10, 0), p50: wanJin(forecast.p50, 0), p90: wanJin(forecast.p90, 0) }),
  ];
  const kinds = ["curve", ...(plan ? ["asked"] : []), ...(target === null ? [] : ["goal"]), ...(forecast ? ["fan"] : [])];
  return [
    sentence,
    ...about.filter(Boolean).map((line) => make("p.line", {}, line)),
    year(told.year, (grams) => wanJin(grams, 0), words.year_label, month),
    legend(words, kinds),
  ];
}
