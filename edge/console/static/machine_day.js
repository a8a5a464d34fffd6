// A machine's day in a dialog: a strip of what it did, and its stops with time, length, reason and cause.

import { make, shape, svg } from "./dom.js";
import { age, fill } from "./numbers.js";

const MINUTE_S = 60;
const HOUR_MS = 3_600_000;
let open = null;

export async function openDay(shell, device, day = null) {
  const opener = document.activeElement;
  closeDay();
  const body = make("div.body", {}, make("p.line", { role: "status" }, shell.words.read));
  const dialog = make("dialog.day", { "aria-labelledby": "day-of" }, body);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (open?.dialog === dialog) {
      open = null;
      shell.setParameters({ device: null, day: null });
    }
    opener?.focus?.();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  open = { dialog, body };
  document.body.append(dialog);
  dialog.showModal();
  await read(shell, device, day);
}

export function closeDay() {
  open?.dialog.close();
}

async function read(shell, device, day) {
  const mine = open;
  try {
    const told = await shell.ask("machine", day ? { device, day } : { device });
    if (mine === open && mine) draw(shell, told);
    if (mine === open && mine) shell.setParameters({ device, day: told.is_today ? null : told.day });
  } catch (error) {
    if (mine !== open || !mine) return;
    mine.body.replaceChildren(
      make("h2", { id: "day-of" }, device),
      make("p.fault", { role: "alert" }, fill(shell.words.no_answer, { why: error.message })),
      closing(shell.words),
    );
  }
}

function draw(shell, told) {
  const { words } = shell;
  const turn = (days) => void read(shell, told.device, moved(told.day, days));
  const stood = told.stops.filter(({ category }) => category !== "offline");
  const total = (stops) => length(stops.reduce((sum, one) => sum + one.seconds, 0), words);
  const silent = told.stops.filter(({ category }) => category === "offline");
  const parts = [
    make("h2", { id: "day-of" }, fill(words.day_of, { name: told.name, day: told.day })),
    make(
      "div.buttons.first",
      {},
      make("button", { type: "button", onclick: () => turn(-1) }, words.earlier),
      make("button", { type: "button", disabled: told.is_today, onclick: () => turn(1) }, words.later),
      closing(words),
    ),
    strip(told, words, shell.said.zone),
    make("p.sum", {}, stood.length ? fill(words.stops_of, { count: stood.length, total: total(stood) }) : words.no_stops),
    silent.length ? make("p.line", {}, fill(words.silent_of, { total: total(silent) })) : null,
    told.stops.length ? table(shell, told) : null,
  ];
  open.body.replaceChildren(...parts.filter(Boolean));
  open.body.querySelector("button").focus();
}

function closing(words) {
  return make("button.close", { type: "button", onclick: closeDay }, words.close);
}

// Running is where it was heard of and did not stop; hatched is where nobody heard of it.
function strip({ start, end, heard, stops }, words, zone) {
  const width = 1440;
  const x = (time) => Math.min(Math.max(((time - start) / (end - start)) * width, 0), width);
  const block = (look, from, to, top, height) =>
    svg(`rect.look-${look}`, { x: x(from), width: Math.max(x(to) - x(from), 1.5), y: top, height });
  const hours = Array.from({ length: Math.round((end - start) / HOUR_MS) + 1 }, (_, hour) => start + hour * HOUR_MS);
  return make(
    "figure.strip",
    {},
    svg(
      "svg",
      { viewBox: `0 0 ${width} 70`, role: "img", "aria-label": words.strip, preserveAspectRatio: "none" },
      svg("rect.ground", { x: 0, y: 0, width, height: 60 }),
      ...heard.map(([from, to]) => block("running", from, to, 0, 60)),
      // A stop is lower than running: its form tells it, too.
      ...stops.flatMap((one) => [block("clear", one.start, one.stop, 0, 60), block(one.category, one.start, one.stop, 22, 38)]),
      ...hours.map((time) => svg("line", { x1: x(time), x2: x(time), y1: 60, y2: 70 })),
    ),
    make("figcaption", {}, ...hours.filter((_, place) => place % 4 === 0).map((time) => make("span", {}, clock(time, zone)))),
  );
}

function table(shell, told) {
  const { words } = shell;
  const canExplain = shell.may("supervisor") && told.reasons.length > 0;
  const heads = [words.at, words.long, words.what, words.why, words.waited, ...(canExplain ? [""] : [])];
  const row = (one) => {
    const reason = one.reason_name || (one.reason ? fill(words.unexplained, { number: one.reason }) : "");
    const button = make("button", { type: "button", onclick: () => void explain(shell, told, one, reason) }, words.explain);
    return make(
      "tr",
      { "data-look": one.category },
      make("td.at", {}, one.clock),
      make("td.long", {}, length(one.seconds, words), one.to === null ? make("em", {}, ` ${words.ongoing}`) : null),
      make("td.what", {}, shape(one.category), words.category[one.category]),
      make("td.why", {}, one.said ? fill(words.said_by, { reason, ...one.said }) : reason),
      make("td.waited", {}, one.cause),
      canExplain ? make("td", {}, one.to === null || one.category === "offline" ? "" : button) : null,
    );
  };
  return make(
    "div.scroll",
    {},
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...told.stops.toReversed().map(row)),
    ),
  );
}

async function explain(shell, told, one, reason) {
  const { words } = shell;
  const done = await shell.act("explain_stop", {
    title: fill(words.explain_title, { name: told.name, time: one.clock }),
    about: [fill(words.explain_about, { long: length(one.seconds, words), reason: reason || words.category[one.category] })],
    submit: words.save,
    fields: [
      { name: "reason", label: words.reason_label, options: told.reasons.map(({ number, name }) => [number, name]), value: one.reason },
      { name: "why", label: words.why_label },
    ],
    form: ({ reason: number, why }) => ({ device: told.device, from: one.from, to: one.to, reason: Number(number), why }),
  });
  if (done) await read(shell, told.device, told.day);
}

function length(seconds, words) {
  if (seconds < 1) return fill(words.age_s, { n: "<1" });
  if (seconds < MINUTE_S || seconds % MINUTE_S === 0 || seconds >= 3600 * 10) return age(seconds, words);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = hours ? [["age_h", hours], ["age_min", minutes]] : [["age_min", minutes], ["age_s", rest]];
  return parts.filter(([, n]) => n).map(([unit, n]) => fill(words[unit], { n })).join(" ");
}

function clock(time, zone) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(time);
}

function moved(day, days) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
