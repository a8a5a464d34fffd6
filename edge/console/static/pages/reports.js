// Reports: one made at once to be loaded, when the next is due, and where those that were issued went.

import { keep } from "../answers.js";
import { make, say } from "../dom.js";
import { UNKNOWN, fill } from "../numbers.js";
import { mark, table } from "../table.js";

const LOOKS = { delivered: "online", waiting: "waiting", failed: "down" };

let shell;
let kept;
let form;
let told; // [word, parts] of what stands beside the button

export default {
  path: "reports",
  word: "reports",

  async enter(root, its) {
    shell = its;
    form = null;
    told = null;
    const maker = make("section.panel.maker", {});
    root.append(maker);
    const draw = (answer, words) => {
      form ??= makeForm(maker, answer);
      return [schedule(answer, words), issues(answer, words)];
    };
    kept = keep({ shell, question: "reports", into: root, draw });
    await kept.again();
  },

  relabel() {
    kept.relabel();
    if (form) tell();
  },

  leave() {
    kept.stop();
  },
};

function makeForm(into, answer) {
  const choice = (id, values, word) => make("select", { id }, ...values.map((one) => make("option", { value: one, "data-word": word(one) })));
  const labelled = (word, control) => make("label", {}, make("span", { "data-word": word }), control);
  const made = {
    span: choice("span", answer.spans, (one) => `span_${one}`),
    date: make("input", { id: "date", type: "date", value: answer.today, min: "2000-01-01", max: answer.today, required: true }),
    form: choice("form", answer.forms, (one) => `form_${one}`),
    lang: choice("lang", ["zh", "en"], (one) => `lang_${one}`),
    go: make("button.primary", { type: "submit", "data-word": "make" }),
    said: make("p.said", { role: "status", hidden: true }),
  };
  made.lang.value = shell.language;
  const element = make("form", { onsubmit: (event) => void load(event) }, labelled("span", made.span), labelled("date", made.date), labelled("form", made.form), labelled("language", made.lang), made.go);
  into.append(make("h2", { "data-word": "make_one" }), element, made.said);
  return made;
}

function tell() {
  const { said } = form;
  say(said, told && (told.word ? fill(shell.words[told.word], told) : told.why));
  said.classList.toggle("fault", Boolean(told?.why));
}

async function load(event) {
  event.preventDefault();
  const { span, date, form: kind, lang, go } = form;
  const query = new URLSearchParams({ span: span.value, date: date.value, form: kind.value, lang: lang.value });
  go.disabled = true;
  told = { word: "making" };
  tell();
  try {
    const response = await fetch(`files/report?${query}`);
    if (!response.ok) throw new Error((await response.json()).message ?? `HTTP ${response.status}`);
    const name = decodeURIComponent(response.headers.get("content-disposition")?.split("''")[1] ?? "report");
    save(await response.blob(), name);
    told = { word: "made", name };
  } catch (error) {
    told = { why: error.message };
  }
  go.disabled = false;
  tell();
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function schedule({ schedule: jobs, destinations }, words) {
  const ways = new Map(destinations.map((one) => [one.name, words[`way_${one.way}`]]));
  const rows = jobs.map((one) => [one.job, words[`span_${one.span}`], one.forms.join(" "), one.to.map((name) => fill(words.by_way, { name, way: ways.get(name) ?? UNKNOWN })).join(words.and), one.next]);
  return make(
    "section.panel.schedule",
    {},
    make("h2", {}, words.schedule),
    rows.length ? table(words.by_schedule, [words.job, words.span, words.form, words.to, words.next], rows) : make("p.none", {}, words.no_schedule),
  );
}

function issues({ issues: found }, words) {
  const rows = found.map((one) => [
    one.job,
    one.first === one.last ? one.first : `${one.first} – ${one.last}`,
    one.edition ? `${fill(words.edition, { n: one.edition })} ${one.at}` : [mark(one.error ? "down" : "waiting", one.error ? words.not_made : words.to_be_made), ...why(one, words)],
    one.deliveries.length ? make("ul", {}, ...one.deliveries.map((to) => make("li", {}, delivery(to, words)))) : UNKNOWN,
  ]);
  return make(
    "section.panel.issues",
    {},
    make("h2", {}, words.issued),
    rows.length ? table(words.newest, [words.job, words.of_days, words.standing, words.delivered_to], rows) : make("p.none", {}, words.none_issued),
  );
}

function delivery(to, words) {
  return make("div.delivery", { "data-progress": to.progress }, `${to.to} `, mark(LOOKS[to.progress], words[`progress_${to.progress}`]), " ", to.at ?? "", ...why(to, words));
}

function why({ error, next }, words) {
  return error ? [make("p.fault", {}, error), next ? make("p", {}, fill(words.again, { time: next })) : null] : [];
}
