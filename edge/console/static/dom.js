// Elements from plain data. All text goes in as text: a machine may be called anything.

const SVG = "http://www.w3.org/2000/svg";

// make("p.big", { id: "day" }, child, "text"): tag and classes, attributes (on… listens, null leaves out), children.
export function make(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return dress(document.createElement(tag), classes, attributes, children);
}

export function svg(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return dress(document.createElementNS(SVG, tag), classes, attributes, children);
}

// The shape of a state, beside its word.
export function shape(look) {
  return svg("svg.shape", { "aria-hidden": "true" }, svg("use", { href: `#${look}` }));
}

export function text(element, content) {
  if (element.textContent !== content) element.textContent = content;
}

// A sentence, or nothing at all.
export function say(element, sentence) {
  element.hidden = !sentence;
  text(element, sentence || "");
}

export function drawWords(root, words) {
  for (const element of root.querySelectorAll("[data-word]")) text(element, words[element.dataset.word] ?? "");
}

// One child for each thing, in its order; a child that is there already is drawn anew, so nothing flickers or loses focus.
export function drawEach(list, things, makeOne, drawOne) {
  while (list.children.length > things.length) list.lastElementChild.remove();
  while (list.children.length < things.length) list.append(makeOne());
  things.forEach((thing, place) => drawOne(list.children[place], thing));
}

function dress(element, classes, attributes, children) {
  if (classes.length) element.classList.add(...classes);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
