// Trends of any tags: several curves, zoom by dragging and wheel, a tail that goes on by itself.

import { make, text } from "../dom.js";
import { fill, fixed } from "../numbers.js";
import { COLOURS, Plot } from "../plot.js";

const SPANS_MS = [900_000, 3_600_000, 28_800_000, 86_400_000, 604_800_000, 2_592_000_000];
const LEAST_MS = 1_000;
const LONGEST_MS = 366 * 86_400_000;
const SETTLE_MS = 150; // a wheel turns many times before it rests
const MOST = 8;

let shell;
let root;
let plot = null;
let devices = [];
let picked = []; // "device/tag"
let range = null; // { from, to } in ms, or null: the tail
let span = SPANS_MS[1];
let told = null;
let fault = "";
let timer = null;
let asking = null;

export default {
  path: "process",
  word: "process",

  async enter(into, its) {
    shell = its;
    root = into;
    [told, fault] = [null, ""];
    recall();
    root.replaceChildren(make("section.panel", { id: "pick" }), make("section.panel", {}, make("div.plot", { id: "plot" }), make("p.line", { id: "said", role: "status" })));
    plot = new Plot(root.querySelector("#plot"), zoom);
    try {
      devices = (await shell.ask("tags")).devices;
    } catch (error) {
      fault = error.message;
    }
    if (!plot) return;
    if (!picked.length && devices.length) picked = [firstOf(devices)];
    drawPick();
    await read();
  },

  relabel() {
    drawPick();
    draw();
  },

  leave() {
    clearTimeout(timer);
    asking?.abort();
    plot?.close();
    plot = null;
  },
};

// A process value rather than a counter is what one comes for.
function firstOf(all) {
  const found = all.flatMap(({ key, tags }) => tags.map((tag) => [`${key}/${tag.name}`, tag.unit]));
  return (found.find(([, unit]) => unit.includes("°")) ?? found.find(([, unit]) => unit) ?? found[0])[0];
}

function recall() {
  const parameters = shell.parameters;
  picked = (parameters.get("of") ?? "").split(",").filter(Boolean).slice(0, MOST);
  const [from, to, last] = ["from", "to", "span"].map((name) => Number(parameters.get(name)));
  range = from > 0 && to > from ? { from, to } : null;
  span = last > 0 ? last : SPANS_MS[1];
}

function remember() {
  shell.setParameters({ of: picked.join(","), from: range?.from ?? null, to: range?.to ?? null, span: range ? null : span });
}

async function read() {
  clearTimeout(timer);
  asking?.abort();
  remember();
  if (!picked.length) {
    told = null;
    return draw();
  }
  asking = new AbortController();
  const { signal } = asking;
  const parameters = { of: picked.join(",") };
  try {
    if (range) Object.assign(parameters, range);
    else if (told) Object.assign(parameters, { from: clock() - span, to: clock() });
    let answer = await shell.ask("trends", parameters, signal);
    if (!range && !told && span !== SPANS_MS[1]) {
      answer = await shell.ask("trends", { ...parameters, from: answer.now - span, to: answer.now }, signal);
    }
    told = { ...answer, heard: performance.now() };
    fault = "";
  } catch (error) {
    if (signal.aborted) return;
    fault = error.message;
  }
  if (!plot) return;
  draw();
  if (!range) timer = setTimeout(() => void read(), span <= SPANS_MS[1] ? 1000 : 10_000);
}

// The host's clock, since the screen's may be wrong.
function clock() {
  return Math.round(told.now + performance.now() - told.heard);
}

function zoom(from, to) {
  const [middle, half] = [(from + to) / 2, Math.min(Math.max(to - from, LEAST_MS), LONGEST_MS) / 2];
  range = { from: Math.max(Math.round(middle - half), 0), to: Math.round(middle + half) };
  clearTimeout(timer);
  drawPick();
  timer = setTimeout(() => void read(), SETTLE_MS);
}

function shift(parts, factor = 1) {
  if (!told) return;
  const [from, to] = range ? [range.from, range.to] : [told.start, told.stop];
  const [middle, half] = [(from + to) / 2 + (to - from) * parts, ((to - from) / 2) * factor];
  zoom(middle - half, middle + half);
}

function draw() {
  const { words } = shell;
  const names = picked.map(nameOf);
  const theme = document.documentElement.dataset.theme;
  if (told?.curves.length) plot.update(told, { theme, names, zone: shell.said.zone ?? "UTC", language: shell.language, when: words.when });
  root.querySelector("#plot").hidden = !told?.curves.length || !picked.length;
  const bad = told?.curves.reduce((sum, curve) => sum + curve.bad, 0) ?? 0;
  const values = told?.curves.some((curve) => curve.means.some((mean) => mean !== null));
  const sentences = [
    fault && fill(words.no_answer, { why: fault }),
    !picked.length && words.pick_one,
    !fault && told && picked.length > 0 && !values && words.nothing,
    bad > 0 && fill(words.bad, { bad: fixed(bad, 0) }),
    told?.every && fill(words.window, { n: fixed(told.every / 1000, 0) }),
  ];
  text(root.querySelector("#said"), sentences.filter(Boolean).join(" "));
}

function nameOf(key) {
  const [device, tag] = key.split("/");
  return `${devices.find((one) => one.key === device)?.name ?? device} · ${tag}`;
}

function drawPick() {
  const { words } = shell;
  const pick = root.querySelector("#pick");
  const focused = document.activeElement?.id;
  const chosen = pick.querySelector("#device")?.value ?? picked[0]?.split("/")[0];
  const device = devices.find(({ key }) => key === chosen) ?? devices[0];
  const option = (value, label, selected) => make("option", { value, selected }, label);
  const tags = (device?.tags ?? []).filter(({ name }) => !picked.includes(`${device.key}/${name}`));
  const choice = make("select", { id: "tag" }, ...tags.map(({ name, unit }) => option(name, unit ? `${name} (${unit})` : name)));
  const add = () => {
    if (!choice.value || picked.length >= MOST) return;
    picked.push(`${device.key}/${choice.value}`);
    drawPick();
    void read();
  };
  const action = (id, label, then, more = {}) => make("button", { id, type: "button", onclick: then, ...more }, label);
  const last = (ms, place) => action(`span-${place}`, words.spans[place], () => tail(ms), { "aria-pressed": String(!range && span === ms) });
  pick.replaceChildren(
    make(
      "div.bar-row",
      {},
      make("label", {}, words.device, make("select", { id: "device", onchange: drawPick }, ...devices.map(({ key, name }) => option(key, name, key === device?.key)))),
      make("label", {}, words.tag, choice),
      action("add", words.add, add, { disabled: picked.length >= MOST || !tags.length }),
    ),
    make("ul.picked", {}, ...picked.map(chip)),
    make(
      "div.bar-row",
      {},
      ...SPANS_MS.map(last),
      action("back", "←", () => shift(-0.5), { "aria-label": words.back }),
      action("on", "→", () => shift(0.5), { "aria-label": words.on }),
      action("in", "+", () => shift(0, 0.5), { "aria-label": words.in }),
      action("out", "−", () => shift(0, 2), { "aria-label": words.out }),
    ),
    make("p.line", {}, range ? words.still : words.live),
  );
  document.getElementById(focused)?.focus();
}

function tail(ms) {
  [span, range] = [ms, null];
  drawPick();
  void read();
}

function chip(key, place) {
  const remove = () => {
    picked = picked.filter((other) => other !== key);
    drawPick();
    void read();
  };
  const item = make("li", {}, make("b", {}, nameOf(key)), make("button", { type: "button", "aria-label": fill(shell.words.remove, { name: nameOf(key) }), onclick: remove }, "×"));
  item.style.setProperty("--curve", COLOURS[document.documentElement.dataset.theme][place % 8]);
  return item;
}
