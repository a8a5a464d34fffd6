// An answer of the host that a page keeps asking for while it is looked at: drawn anew only when it says something else.

import { make } from "./dom.js";
import { fill } from "./numbers.js";

// keep({ shell, question, parameters(), into, draw(answer, words), everyMs }): what draw returns stands in it; everyMs 0 asks only when told.
export function keep({ shell, question, parameters = () => ({}), into, draw, everyMs = 15_000 }) {
  const fault = make("p.fault.panel", { role: "alert", hidden: true });
  const room = make("div.answer", {});
  into.append(fault, room);
  let answer = null;
  let known = "";
  let why = "";
  let turn = 0;

  async function again() {
    const mine = ++turn;
    try {
      const found = await shell.ask(question, parameters());
      if (mine !== turn) return;
      [answer, why] = [found, ""];
    } catch (error) {
      if (mine !== turn) return;
      why = error.message;
    }
    redraw();
  }

  function redraw(anew = false) {
    const { words } = shell;
    fault.textContent = fill(words.no_answer ?? "", { why });
    fault.hidden = !why;
    room.classList.toggle("old", Boolean(why));
    const text = JSON.stringify(answer);
    if (answer === null || (text === known && !anew)) return;
    known = text;
    const held = document.activeElement?.dataset?.hold;
    room.replaceChildren(...draw(answer, words));
    if (held) [...room.querySelectorAll("[data-hold]")].find((one) => one.dataset.hold === held)?.focus();
  }

  const timer = everyMs ? setInterval(() => document.hidden || again(), everyMs) : null;
  return {
    again,
    relabel: () => redraw(true),
    answer: () => answer,
    stop() {
      turn += 1;
      clearInterval(timer);
    },
  };
}
