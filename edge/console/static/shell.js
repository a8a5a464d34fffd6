// What all pages stand in: navigation, language, light, who looks, the live figures, and the lost connection.

import { ask, post } from "./asking.js";
import { openDialog } from "./dialog.js";
import { drawWords, make, text } from "./dom.js";
import { listen } from "./listening.js";
import { fill } from "./numbers.js";
import { pages } from "./pages/pages.js";
import { chooseLanguage, chooseTheme, chosenLanguage, theme, whenThemeChanges } from "./preferences.js";

const AGAIN_MS = 2000;
const find = (id) => document.getElementById(id);
const root = document.documentElement;
const ROLES = ["nobody", "viewer", "supervisor", "admin"];

const shell = {
  language: chosenLanguage(),
  words: {},
  said: {}, // what the host says of itself, each second
  me: { user: "", role: "nobody", csrf: "" },
  isWall: new URLSearchParams(location.search).has("wall"),
  ask,
  // What the address says behind the question mark, and how it is changed without another page.
  get parameters() {
    return new URLSearchParams(location.search);
  },
  setParameters(changes) {
    const address = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) address.searchParams.delete(name);
      else address.searchParams.set(name, value);
    }
    history.replaceState(null, "", address);
  },
  go(path, parameters = {}) {
    history.pushState(null, "", addressOf(path, parameters));
    return show();
  },
  may: (role) => ROLES.indexOf(shell.me.role) >= ROLES.indexOf(role),
  // A dialog whose form becomes an action of the host; null when it was not done.
  act: (name, dialog) =>
    openDialog({
      cancel: shell.words.cancel,
      ...dialog,
      send: (values) => post(`actions/${name}`, dialog.form ? dialog.form(values) : values, shell.me.csrf),
    }),
};
const sentences = new Map(); // of each file of words
let page = null;
let turn = 0;
let lost = false;
const live = listen((said, isLost) => {
  lost = isLost;
  if (said !== null) shell.said = said;
  else if (isLost) void meetMe();
  redraw();
});

async function load(path) {
  for (;;) {
    try {
      const answer = await fetch(path);
      if (answer.ok) return await answer.json();
    } catch {
      // the host is starting again
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

async function learn(name) {
  const path = name ? `static/words/${name}.json` : "static/words.json";
  if (!sentences.has(name)) sentences.set(name, await load(path));
}

function choose() {
  shell.words = Object.assign({}, sentences.get("")[shell.language], page && sentences.get(page.path)?.[shell.language]);
}

function addressOf(path, parameters = {}) {
  const query = new URLSearchParams(parameters);
  if (shell.parameters.has("lang")) query.set("lang", shell.language);
  return `${path === "line" ? "." : path}${query.size ? `?${query}` : ""}`;
}

function asked() {
  const name = location.pathname.split("/").at(-1) || "line";
  return pages.find((one) => one.path === name) ?? pages[0];
}

// Another page, or the same one with other parameters.
async function show() {
  const mine = ++turn;
  const next = asked();
  await learn(next.path);
  if (mine !== turn) return;
  page?.leave?.();
  page = next;
  choose();
  find("page").replaceChildren();
  find("page").className = `page-${page.path}`;
  drawShell();
  find("pages").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!shell.may("viewer")) return drawClosed();
  await page.enter(find("page"), shell);
  if (mine === turn) redraw();
}

function drawClosed() {
  const button = make("button.primary", { type: "button", onclick: logIn }, shell.words.log_in);
  find("page").replaceChildren(make("section.panel.closed", {}, make("p", {}, shell.words.closed), button));
}

function redraw() {
  if (!sentences.has("")) return;
  drawShell();
  if (page && shell.may("viewer")) page.draw?.();
}

function drawShell() {
  const { words, said } = shell;
  root.lang = words.tag;
  root.dataset.theme = theme(shell.isWall);
  root.classList.toggle("wall", shell.isWall);
  document.title = page && page !== pages[0] ? `${words.pages[page.word]} · ${words.title}` : words.title;
  const language = find("language");
  text(language, words.other);
  language.lang = sentences.get("")[other()].tag;
  text(find("theme"), root.dataset.theme === "dark" ? words.light : words.dark);
  text(find("user"), shell.me.user ? fill(words.log_out, { user: shell.me.user }) : words.log_in);
  drawWords(document, words);
  drawPages(words);
  if (said.local) {
    text(find("place"), `${said.site} · ${said.line}`);
    text(find("clock"), said.local);
  }
  drawTrouble(lost ? "host" : said.trouble ? "database" : null, said.since, words);
}

function drawPages(words) {
  const nav = find("pages");
  nav.setAttribute("aria-label", words.navigation);
  if (!nav.children.length) nav.append(...pages.map((one) => make("a", { "data-page": one.path, onclick: follow })));
  for (const [place, link] of [...nav.children].entries()) {
    text(link, words.pages[pages[place].word]);
    link.href = addressOf(pages[place].path);
    if (pages[place] === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// A banner above figures that are not of this second; null takes it away.
function drawTrouble(what, since, words) {
  const banner = find("trouble");
  text(banner, what === null ? "" : fill(since ? words.frozen : words.empty, { what: words[what], time: since }));
  banner.hidden = what === null;
  find("page").classList.toggle("frozen", what !== null);
}

function follow(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  void shell.go(event.currentTarget.dataset.page);
  find("page").focus({ preventScroll: true });
}

function other() {
  return shell.language === "zh" ? "en" : "zh";
}

// Who looks, and what is shown to them: the host may have ended a session, or want one first.
async function meetMe() {
  let me;
  try {
    me = await ask("me");
  } catch {
    return; // the banner says it
  }
  const changed = me.role !== shell.me.role || me.user !== shell.me.user;
  shell.me = me;
  if (!changed) return;
  if (shell.may("viewer")) live.open();
  else {
    live.close();
    lost = false;
    shell.said = {};
  }
  await show();
}

async function logIn() {
  const { words } = shell;
  const answer = await openDialog({
    title: words.log_in,
    submit: words.log_in,
    cancel: words.cancel,
    fields: [
      { name: "user", label: words.user, autocomplete: "username" },
      { name: "password", label: words.password, type: "password", autocomplete: "current-password" },
    ],
    send: (values) => post("login", values),
  });
  if (answer) await meetMe();
}

async function logOut() {
  try {
    await post("logout", {}, shell.me.csrf);
  } catch {
    // the session was over already
  }
  await meetMe();
}

find("language").addEventListener("click", () => {
  shell.language = other();
  chooseLanguage(shell.language);
  choose();
  page?.relabel?.();
  redraw();
});
find("theme").addEventListener("click", () => {
  chooseTheme(root.dataset.theme === "dark" ? "light" : "dark");
  redraw();
  page?.relabel?.();
});
find("user").addEventListener("click", () => void (shell.me.user ? logOut() : logIn()));
whenThemeChanges(redraw);
addEventListener("popstate", () => void show());

await learn("");
choose();
await meetMe();
if (page === null) await show();
