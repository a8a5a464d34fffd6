// Whether the figures can be trusted: machines, nodes, and this box.

import { keep } from "../answers.js";
import { make } from "../dom.js";
import { UNKNOWN, age, fill, fixed } from "../numbers.js";
import { mark, table } from "../table.js";

const LATE_S = 30; // a state is said again every 10 s
const NODE_LATE_S = 60;
const FULL_PERCENT = 80;
const DISK_LOW = 0.1;
const WHOLE_PERCENT = 98;
const GIB = 2 ** 30;
const EVERY_MS = 5000;

let shell;
let kept;

export default {
  path: "system",
  word: "system",

  async enter(root, its) {
    shell = its;
    kept = keep({ shell, question: "system", into: root, draw, everyMs: EVERY_MS });
    await kept.again();
  },

  relabel() {
    kept.relabel();
  },

  leave() {
    kept.stop();
  },
};

function draw(answer, words) {
  return [machines(answer.devices, words), ...nodes(answer.nodes, words), host(answer.host, words)];
}

function machines(devices, words) {
  const rows = devices.map((one) => [
    one.name,
    one.age_s === null ? mark("stale", words.never) : one.category === "offline" ? mark("offline", words.silent) : one.age_s > LATE_S ? mark("held", words.late) : mark("online", words.heard),
    one.last === null ? UNKNOWN : `${one.last.slice(5)} · ${fill(words.ago, { age: age(one.age_s, words) })}`,
    one.share === null ? UNKNOWN : mark(one.share < WHOLE_PERCENT ? "held" : "online", `${fixed(one.share, 1)}%`),
  ]);
  return make("section.panel.machines", {}, make("h2", {}, words.machines), table(words.machines_about, [words.machine, words.standing, words.last_read, words.share], rows));
}

function nodes(found, words) {
  if (!found.length) return [make("section.panel.node", {}, make("h2", {}, words.nodes), make("p.none", {}, words.no_nodes))];
  return found.map((one) => {
    const late = one.age_s === null || one.age_s > NODE_LATE_S;
    const figures = [
      ["last_word", late ? "offline" : "online", one.age_s === null ? UNKNOWN : fill(words.ago, { age: age(one.age_s, words) })],
      ["outbox_percent", one.outbox_percent > FULL_PERCENT ? "held" : null, number(one.outbox_percent, 1, "%")],
      ["hours_left", null, number(one.hours_left, 1, ` ${words.hours}`)],
      ["pending", null, number(one.pending)],
      ["pending_s", null, one.pending_s === null ? UNKNOWN : age(one.pending_s, words)],
      ["dropped", one.dropped ? "held" : null, number(one.dropped)],
      ["unaccounted", one.unaccounted ? "down" : null, number(one.unaccounted)],
      ["lag_ms", null, number(one.lag_ms, 0, " ms")],
      ["timeouts", null, number(one.timeouts)],
      ["bad_values", null, number(one.bad_values)],
    ];
    return make("section.panel.node", { "data-node": one.node }, make("h2", {}, fill(words.node, one)), list(figures, words));
  });
}

function host(one, words) {
  const { free, total } = one.disk ?? {};
  const figures = [
    ["connected", one.connected ? "online" : "offline", one.connected ? words.connected_yes : words.connected_no],
    ["historian", null, words[`historian_${one.historian}`] ?? one.historian],
    ["dead_letters", one.dead_letters ? "held" : null, number(one.dead_letters)],
    ["disk", total && free / total < DISK_LOW ? "down" : null, total ? fill(words.of_disk, { free: fixed(free / GIB, 1), total: fixed(total / GIB, 1) }) : UNKNOWN],
    ...Object.entries(one.versions).map(([name, version]) => [name, null, version]),
  ];
  const failures = one.failures ?? [];
  return make(
    "section.panel.host",
    {},
    make("h2", {}, words.this_box),
    list(figures, words),
    make("h3", {}, words.report_failures),
    failures.length ? make("ul", {}, ...failures.map((each) => make("li.fault", {}, `${each.job} ${each.last}${each.to ? ` → ${each.to}` : ""} · ${each.error}`))) : make("p.none", {}, one.failures ? words.no_failures : UNKNOWN),
  );
}

function list(figures, words) {
  return make("dl.figures", {}, ...figures.map(([name, look, value]) => make("div", {}, make("dt", {}, words[name] ?? name), make("dd", { "data-figure": name }, look ? mark(look, value) : value))));
}

function number(value, places = 0, unit = "") {
  return value === null || value === undefined ? UNKNOWN : `${fixed(value, places)}${unit}`;
}
