// A form in a dialog that posts what was typed and says why it was refused. Escape and the button close it.

import { make } from "./dom.js";

// fields: [{ name, label, type, value, options: [[value, text]], required }]; send(values) posts, and may throw.
// Resolves to the answer, or to null when somebody thought better of it.
export function openDialog({ title, about = [], fields, submit, cancel, send }) {
  return new Promise((resolve) => {
    const fault = make("p.fault", { role: "alert", hidden: true });
    const go = make("button.primary", { type: "submit" }, submit);
    const inputs = fields.map((field) => [field, control(field)]);
    const form = make(
      "form",
      { novalidate: false },
      make("h2", { id: "dialog-title" }, title),
      ...about.map((line) => make("p.about", {}, line)),
      ...inputs.map(([field, input]) => make("label", {}, make("span", {}, field.label), input)),
      fault,
      make("div.buttons", {}, make("button", { type: "button", onclick: () => end(null) }, cancel), go),
    );
    const dialog = make("dialog", { "aria-labelledby": "dialog-title", oncancel: () => end(null) }, form);
    let open = true;

    function end(answer) {
      if (!open) return;
      open = false;
      dialog.close();
      dialog.remove();
      resolve(answer);
    }

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      fault.hidden = true;
      try {
        end(await send(Object.fromEntries(inputs.map(([field, input]) => [field.name, input.value]))));
      } catch (error) {
        fault.textContent = error.message;
        fault.hidden = false;
      } finally {
        go.disabled = false;
      }
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function control({ name, type = "text", value = "", options, required = true, autocomplete = "off" }) {
  if (options) {
    const one = ([key, label]) => make("option", { value: key, selected: String(key) === String(value) }, label);
    return make("select", { name, required }, ...options.map(one));
  }
  return make("input", { name, type, value, required, autocomplete });
}
