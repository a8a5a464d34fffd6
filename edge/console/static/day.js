// Which production day is looked at: one back, one on, today, or any.

import { make } from "./dom.js";

const DAY_MS = 86_400_000;

// then() is called when another day was chosen; the address keeps it.
export function dayChooser(shell, then) {
  const input = make("input", { type: "date", id: "day", min: "2000-01-01", max: "2199-12-31" });
  let today = "";
  const step = (days) => () => choose(new Date(Date.parse(`${input.value || today}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10));
  const back = make("button", { type: "button", onclick: step(-1) }, make("span", { "data-word": "day_before" }));
  const on = make("button", { type: "button", onclick: step(1) }, make("span", { "data-word": "day_after" }));
  const now = make("button", { type: "button", onclick: () => choose(null) }, make("span", { "data-word": "this_day" }));
  input.addEventListener("change", () => input.validity.valid && input.value && choose(input.value));

  function choose(day) {
    if (day !== null && day === today) day = null;
    shell.setParameters({ day });
    then();
  }

  return {
    element: make("div.days", {}, back, make("label", { for: "day" }, make("span", { "data-word": "production_day" }), " ", input), on, now),
    parameters: () => (shell.parameters.get("day") ? { day: shell.parameters.get("day") } : {}),
    // What the host answered for.
    said(answer) {
      today = answer.today;
      if (document.activeElement !== input) input.value = answer.day;
      on.disabled = answer.day >= today;
      now.disabled = answer.day === today;
    },
  };
}
