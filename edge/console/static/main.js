// Listens to the host and keeps the page going: the language, the lost connection, the coming back.

import { draw, drawTrouble } from "./page.js";

const SILENCE_MS = 8000; // the host speaks each second, and after five at the latest
const AGAIN_MS = 2000;
const REMEMBERED = "chili-edge.language";

const sentences = await load("static/words.json");
let language = firstLanguage();
let said = {};
let heard = performance.now();
let lost = false;

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

function firstLanguage() {
  const wanted = new URLSearchParams(location.search).get("lang") ?? remembered();
  return Object.hasOwn(sentences, wanted) ? wanted : "zh";
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // the browser is told to keep nothing
  }
}

function choose(wanted) {
  language = wanted;
  try {
    localStorage.setItem(REMEMBERED, wanted);
  } catch {
    // it will be asked for again
  }
  const address = new URL(location.href);
  address.searchParams.set("lang", wanted);
  history.replaceState(null, "", address);
  redraw();
}

function redraw() {
  const words = sentences[language];
  document.documentElement.lang = words.tag;
  document.title = words.title;
  const button = document.getElementById("language");
  button.textContent = words.other;
  button.lang = sentences[other()].tag;
  draw(said, words);
  drawTrouble(lost ? "host" : said.trouble ? "database" : null, said.since, words);
}

function other() {
  return language === "zh" ? "en" : "zh";
}

function listen() {
  const source = new EventSource("api/live");
  source.onmessage = (event) => {
    said = JSON.parse(event.data);
    heard = performance.now();
    lost = false;
    redraw();
  };
  source.onerror = () => {
    lost = true;
    redraw();
    // A browser tries again by itself, but not after an answer that is an error.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
  };
}

setInterval(() => {
  if (lost || performance.now() - heard < SILENCE_MS) return;
  lost = true;
  redraw();
}, 1000);

document.getElementById("language").addEventListener("click", () => choose(other()));
redraw();
listen();
