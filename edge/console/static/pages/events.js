// What happened on a day: stops, silence, doubtful entries; a supervisor says why, and that it was seen.

import { keep } from "../answers.js";
import { dayChooser } from "../day.js";
import { make, shape } from "../dom.js";
import { UNKNOWN, fill, fixed } from "../numbers.js";

const KINDS = ["stop", "communication", "entry", "correction"];
const LOOKS = { communication: "offline", entry: "stale", correction: "online" };
const SHAPES = ["running", "waiting", "held", "setup", "planned", "idle", "down", "online", "offline"];

let shell;
let kept;
let days;
let kind;
let device;
let micro;

export default {
  path: "events",
  word: "events",

  async enter(root, its) {
    shell = its;
    days = dayChooser(shell, () => void kept.again());
    kind = make("select", { id: "kind", onchange: redraw }, ...["", ...KINDS].map((one) => make("option", { value: one, "data-word": `kind_${one || "all"}` })));
    device = make("select", { id: "device", onchange: redraw }, make("option", { value: "", "data-word": "all_devices" }));
    micro = make("input", { type: "checkbox", id: "micro", onchange: () => void kept.again() });
    const filters = make(
      "div.filters",
      {},
      make("label", {}, make("span", { "data-word": "kind" }), " ", kind),
      make("label", {}, make("span", { "data-word": "device" }), " ", device),
      make("label.tick", {}, micro, " ", make("span", { "data-word": "with_micro" })),
    );
    root.append(make("section.panel.chooser", {}, days.element, filters));
    const parameters = () => ({ ...days.parameters(), ...(micro.checked ? { micro: "1" } : {}) });
    kept = keep({ shell, question: "events", parameters, into: root, draw });
    await kept.again();
  },

  relabel: redraw,

  leave() {
    kept.stop();
  },
};

function redraw() {
  kept.relabel();
}

function draw(answer, words) {
  days.said(answer);
  if (device.children.length === 1) device.append(...answer.devices.map((one) => make("option", { value: one.key }, one.name)));
  const shown = answer.events.filter((one) => (!kind.value || one.kind === kind.value) && (!device.value || (one.devices ?? [one.device]).includes(device.value)));
  const sums = fill(words.sums, { n: shown.length, lost: length(answer.lost_ms, words), micro: answer.micro });
  const known = new Map(answer.devices.map((one) => [one.key, one]));
  return [
    make("p.line", { id: "sums", role: "status" }, sums),
    shown.length ? make(`ol.events${shell.may("supervisor") ? ".can" : ""}`, {}, ...shown.map((one) => event(one, known.get(one.device), words))) : make("p.panel.none", {}, words.no_events),
  ];
}

function event(one, machine, words) {
  const look = LOOKS[one.kind] ?? (SHAPES.includes(one.category) ? one.category : "idle");
  const said = one.kind === "stop" ? (words.category[one.category] ?? one.category) : words[`kind_${one.kind}`];
  return make(
    "li.panel.event",
    { "data-look": look, "data-key": one.key, "data-kind": one.kind },
    make("p.when", {}, make("b.clock", {}, one.clock.slice(6)), make("span", {}, one.clock.slice(0, 5))),
    make("p.what", {}, shape(look), make("span", {}, make("b.name", {}, one.devices ? together(one, words) : one.name), " ", make("span.said", {}, said))),
    make("div.about", {}, ...sentences(one, words).filter(Boolean).map((line) => make("p", {}, line))),
    make("p.length", {}, make("b", {}, amount(one, words))),
    make("div.buttons", {}, ...buttons(one, machine, words)),
  );
}

// Most machines that were silent at once: the node was off, or what connects it.
function together(one, words) {
  return one.devices.length === one.of ? words.all_devices : fill(words.many_devices, { n: one.devices.length, of: one.of });
}

function sentences(one, words) {
  const seen = one.acknowledged && fill(words.seen, { ...one.acknowledged, note: one.acknowledged.note && fill(words.noted, one.acknowledged) });
  if ("mark" in one) {
    const why = one.kind === "correction" ? fill(words.corrected, one) : (words[`mark_${one.mark}`] ?? fill(words.marked, one));
    return [`${why} · ${words[`counter_${one.counter}`] ?? one.counter} · ${one.product || words.no_product}`, one.gap_s && fill(words.across, { age: length(one.gap_s * 1000, words) }), seen];
  }
  const reason = one.explained
    ? fill(words.explained, { ...one.explained, name: one.explained.reason_name || one.explained.reason })
    : one.reason_name || (one.reason ? fill(words.reason, one) : one.kind === "stop" ? words.no_reason : "");
  const until = one.until ? fill(words.until, { time: one.until.slice(6) }) : words.still;
  if (one.devices) return [words.together, until, seen];
  return [reason, one.cause && fill(words.waits, { name: one.cause }), until, seen];
}

function amount(one, words) {
  if ("ms" in one) return length(one.ms, words);
  return `${one.n > 0 && one.kind === "correction" ? "+" : ""}${fixed(one.n, 0)} ${words.pieces}`;
}

// Minutes and seconds as people say them; hours from 100 minutes on.
export function length(ms, words) {
  if (ms === null || ms === undefined) return UNKNOWN;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return fill(words.seconds, { s: seconds });
  if (seconds < 6000) return fill(words.minutes, { m: Math.floor(seconds / 60), s: String(seconds % 60).padStart(2, "0") });
  return fill(words.hours, { h: Math.floor(seconds / 3600), m: String(Math.floor((seconds % 3600) / 60)).padStart(2, "0") });
}

function buttons(one, machine, words) {
  if (!shell.may("supervisor")) return [];
  const found = [];
  if (one.kind === "stop" && one.stop && machine?.reasons.length)
    found.push(make("button.explain", { type: "button", "data-hold": `why:${one.key}`, onclick: () => void explain(one, machine) }, words.explain));
  if (one.kind === "entry")
    found.push(make("button.correct", { type: "button", "data-hold": `count:${one.key}`, onclick: () => void correct(one) }, words.correct));
  if (!one.acknowledged)
    found.push(make("button.acknowledge", { type: "button", "data-hold": `seen:${one.key}`, onclick: () => void acknowledge(one) }, words.acknowledge));
  return found;
}

async function acknowledge(one) {
  const { words } = shell;
  const done = await shell.act("acknowledge", {
    title: words.acknowledge,
    about: [`${one.clock} ${one.devices ? together(one, words) : one.name}`],
    submit: words.acknowledge,
    fields: [{ name: "note", label: words.note, required: false }],
    form: ({ note }) => ({ event: one.key, note: note.trim() || null }),
  });
  if (done) await kept.again();
}

// What the counter missed, or counted too much: an entry of its own beside the doubtful one, which stays as it is.
async function correct(one) {
  const { words } = shell;
  const done = await shell.act("correct_count", {
    title: words.correct,
    about: [`${one.clock} ${one.name} · ${words[`counter_${one.counter}`] ?? one.counter} · ${one.product || words.no_product} · ${amount(one, words)}`],
    submit: words.save,
    fields: [
      { name: "n", label: words.by_pieces, type: "number" },
      { name: "why", label: words.why },
    ],
    form: ({ n, why }) => ({ device: one.device, counter: one.counter, n: Number(n), at: one.start, sku: one.sku, why }),
  });
  if (done) await kept.again();
}

async function explain(one, machine) {
  const { words } = shell;
  const options = machine.reasons.map(({ reason, name }) => [reason, `${reason} ${name}`]);
  const was = one.explained?.reason ?? one.reason;
  const done = await shell.act("explain_stop", {
    title: words.explain,
    about: [`${one.clock} ${one.name} · ${length(one.ms, words)}`],
    submit: words.save,
    fields: [
      { name: "reason", label: words.its_reason, options, value: was },
      { name: "why", label: words.why },
    ],
    form: ({ reason, why }) => ({ device: one.device, from: one.start, to: one.stop, was, reason: Number(reason), why }),
  });
  if (done) await kept.again();
}
