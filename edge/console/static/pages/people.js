// Who was planned and who came: numbers for everybody; names for a supervisor where the records are.

import { keep } from "../answers.js";
import { dayChooser } from "../day.js";
import { make } from "../dom.js";
import { UNKNOWN, fill, fixed } from "../numbers.js";
import { mark, table } from "../table.js";

const OTHERS = "other"; // small groups that are told as one
const HEADS = ["planned", "present", "late", "absent", "leave", "questions"];

let shell;
let parts;

export default {
  path: "people",
  word: "people",

  async enter(root, its) {
    shell = its;
    const days = dayChooser(shell, () => void Promise.all(parts.map((one) => one.again())));
    root.append(make("section.panel.chooser", {}, days.element));
    const numbers = (answer, words) => {
      days.said(answer);
      return answer.shifts.map((one) => shift(one, words));
    };
    parts = [keep({ shell, question: "people", parameters: days.parameters, into: root, draw: numbers })];
    if (!shell.may("supervisor")) {
      root.append(make("p.panel.hint", { "data-word": "names_hint" }));
      await parts[0].again();
      return;
    }
    const ask = { shell, into: root, everyMs: 0 }; // each look is logged
    const names = keep({ ...ask, question: "people_names", parameters: days.parameters, draw: drawNames });
    parts.push(names);
    await Promise.all(parts.map((one) => one.again()));
    if (!names.answer()?.here) return;
    parts.push(keep({ ...ask, question: "attendance_questions", draw: drawQuestions }));
    await parts[2].again();
  },

  relabel() {
    for (const one of parts) one.relabel();
  },

  leave() {
    for (const one of parts) one.stop();
  },
};

const heads = (number) => (number === null ? UNKNOWN : fixed(number, 0));
const hours = (number) => (number === null ? UNKNOWN : fixed(number, 1));

function shift(one, words) {
  const rows = one.groups.map((group) => [
    group.team === OTHERS ? words.team_other : group.team,
    words[`kind_${group.kind}`] ?? group.kind,
    ...HEADS.map((head) => heads(group[head])),
    hours(group.hours),
  ]);
  const headings = [words.team, words.kind, ...HEADS.map((head) => words[head]), words.hours];
  const short = one.planned !== null && one.present !== null && one.phase !== "ahead" && one.present < one.planned;
  return make(
    "section.panel.shift",
    { "data-shift": one.key, "data-phase": one.phase },
    make("h2", {}, `${one.name} `, make("small", {}, `${one.clock} · ${words[`phase_${one.phase}`]}`)),
    make("p.heads", {}, make("b.present", {}, heads(one.present)), ` / ${heads(one.planned)} ${words.people_of_plan}`),
    one.present === null
      ? make("p.none", {}, words.nobody_told)
      : make("p.marks", {}, short ? mark("held", fill(words.short, { n: heads(one.planned - one.present) })) : mark("online", words.complete)),
    make("dl.figures", {}, ...["late", "absent", "leave", "questions"].map((head) => figure(head, words[head], heads(one[head]))), figure("hours", words.hours, hours(one.hours))),
    rows.length ? table(words.groups, headings, rows) : null,
  );
}

function figure(name, word, value) {
  return make("div", {}, make("dt", {}, word), make("dd", { "data-figure": name }, value));
}

function drawNames(answer, words) {
  if (!answer.here) return [make("p.panel.hint", {}, words.names_elsewhere)];
  const shown = answer.shifts.filter((one) => one.missing.length + one.late.length + one.leave.length + one.open.length);
  return [
    make(
      "section.panel.names",
      {},
      make("h2", {}, words.names),
      make("p.line", {}, words.names_logged),
      ...(shown.length ? shown.map((one) => lists(one, words)) : [make("p.none", {}, words.nobody_missing)]),
    ),
  ];
}

function lists(one, words) {
  const person = (who) => fill(words.person, who);
  const groups = [
    [one.begun ? words.missing : words.not_yet, one.missing.map(person)],
    [words.late, one.late.map((who) => `${person(who)} ${who.clock} +${who.minutes} ${words.minutes_short}`)],
    [words.leave, one.leave.map(person)],
    [words.open, one.open.map(person)],
  ].filter(([, people]) => people.length);
  return make("div.names-of", {}, make("h3", {}, one.name), make("dl", {}, ...groups.map(([word, people]) => make("div", {}, make("dt", {}, `${word} ${people.length}`), make("dd", {}, people.join(words.and))))));
}

function drawQuestions(answer, words) {
  const found = answer.questions;
  const row = (one) => [
    one.name ? fill(words.person, one) : `PIN ${one.pin}`,
    words[`ask_${one.kind}`],
    [one.day || one.clock.slice(0, 5), one.shift].filter(Boolean).join(" "),
    `${one.gap ? `${words[`gap_${one.gap}`]} · ` : ""}${one.time ? one.clock : ""}`,
    one.choices.length ? make("button", { type: "button", "data-hold": one.key, onclick: () => void settle(one) }, words.settle) : words.by_hand,
  ];
  const headings = [words.who, words.question, words.production_day, words.punch, words.answer];
  return [
    make(
      "section.panel.questions",
      {},
      make("h2", {}, fill(words.open_questions, { n: found.length })),
      found.length ? table(words.last_week, headings, found.map(row)) : make("p.none", {}, words.no_questions),
    ),
  ];
}

async function settle(one) {
  const { words } = shell;
  const needed = { punch: ["time", words.time_needed, "datetime-local"], shift: ["shift", words.shift_needed, "text"], pin: ["worker", words.worker_needed, "text"] };
  const extra = one.choices.map((choice) => needed[choice]).filter(Boolean);
  const done = await shell.act("settle_attendance", {
    title: words.settle,
    about: [`${one.name || `PIN ${one.pin}`} · ${words[`ask_${one.kind}`]} · ${one.day} ${one.shift} ${one.time ? one.clock : ""}`],
    submit: words.save,
    fields: [
      { name: "decision", label: words.decision, options: one.choices.map((choice) => [choice, words[`decide_${choice}`]]) },
      ...extra.map(([name, label, type]) => ({ name, label, type, required: false })),
      { name: "why", label: words.why },
    ],
    form({ decision, why, ...given }) {
      const [name] = needed[decision] ?? [];
      return { question: one.key, decision, why, ...(name ? { [name]: given[name] || null } : {}) };
    },
  });
  if (done) await Promise.all(parts.map((part) => part.again()));
}
