// Small charts in SVG: bars against a mark, and the year's curve, as wide as the screen when they are drawn.

import { svg } from "./dom.js";

const MOST_WIDE = 1200;
const MARGIN = 60; // of the page around a chart
const LABEL = 62; // as much room needs a label below
const HEIGHT = 300;
const LEFT = 70;
const BOTTOM = 34;
const TOP = 16;
const TALL = HEIGHT - TOP - BOTTOM;

// bars: [{ label, made, plan, state: "over" | "on" | "ahead", title }]; value tells a number on the axis.
export function bars(all, value, label) {
  const most = nice(Math.max(...all.map(({ made, plan }) => Math.max(made, plan ?? 0)), 1));
  const { inner } = room();
  const wide = inner / all.length;
  const y = (amount) => TOP + TALL - (amount / most) * TALL;
  const one = ({ label: name, made, plan, state, title }, place) => {
    const x = LEFT + place * wide;
    const behind = state === "over" && plan !== null && made < plan;
    const mark = plan !== null && { x1: x + wide * 0.08, x2: x + wide * 0.92, y1: y(plan), y2: y(plan) };
    return svg(
      "g.of",
      { "data-label": name },
      svg("title", {}, title),
      svg(behind ? "rect.made.behind" : "rect.made", { x: x + wide * 0.16, width: wide * 0.68, y: y(Math.max(made, 0)), height: (Math.max(made, 0) / most) * TALL }),
      mark ? svg(state === "ahead" ? "line.mark.ahead" : "line.mark", mark) : null,
      place % Math.ceil((all.length * LABEL) / inner) === 0 ? svg("text", { x: x + wide / 2, y: HEIGHT - 10, "text-anchor": "middle" }, name) : null,
    );
  };
  return picture(label, axis(most, y, value), ...all.map(one));
}

// The year: what was made, what was planned, and where it leads.
export function year({ first, today, actual, plan, target, forecast }, value, label, month) {
  const { width, inner } = room();
  const days = plan?.length ?? 366;
  const most = nice(Math.max(target ?? 0, plan?.at(-1) ?? 0, forecast?.p90 ?? 0, actual.at(-1) ?? 0, 1));
  const y = (amount) => TOP + TALL - (amount / most) * TALL;
  const x = (day) => LEFT + (day / days) * inner;
  const line = (points) => points.map(([day, amount], place) => `${place ? "L" : "M"}${x(day).toFixed(1)} ${y(amount).toFixed(1)}`).join("");
  const end = [today + 1, actual.at(-1) ?? 0];
  const months = Array.from({ length: 12 }, (_, number) => number);
  const dayOf = (number) => Math.round((Date.UTC(Number(first.slice(0, 4)), number, 1) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000);
  return picture(
    label,
    axis(most, y, value),
    ...months.filter((number) => number % Math.ceil((12 * LABEL) / inner) === 0).map((number) => svg("text", { x: x(dayOf(number)) + inner / 24, y: HEIGHT - 10, "text-anchor": "middle" }, month(number))),
    forecast && svg("path.fan", { d: `${line([end, [days, forecast.p90], [days, forecast.p10]])}Z` }),
    forecast && svg("path.middle", { d: line([end, [days, forecast.p50]]) }),
    target !== null && svg("line.goal", { x1: LEFT, x2: width - 10, y1: y(target), y2: y(target) }),
    plan && svg("path.asked", { d: line([[0, 0], ...plan.map((amount, day) => [day + 1, amount])]) }),
    svg("path.curve", { d: line([[0, 0], ...actual.map((amount, day) => [day + 1, amount])]) }),
  );
}

export function sample(kind) {
  const box = { viewBox: "0 0 40 16", "aria-hidden": "true" };
  const line = (of) => svg(`line.${of}`, { x1: 0, x2: 40, y1: 8, y2: 8 });
  const area = (of) => svg(`rect.${of}`, { x: 4, width: 32, y: 1, height: 14 });
  return svg("svg.chart", box, ["made", "behind", "fan"].includes(kind) ? area(kind === "behind" ? "made.behind" : kind) : line(kind));
}

function room() {
  const width = Math.min(Math.max(innerWidth - MARGIN, 280), MOST_WIDE);
  return { width, inner: width - LEFT - 10 };
}

function picture(label, ...children) {
  return svg("svg.chart", { viewBox: `0 0 ${room().width} ${HEIGHT}`, role: "img", "aria-label": label }, ...children);
}

function axis(most, y, value) {
  const line = (part) => [
    svg("line.axis", { x1: LEFT, x2: room().width - 10, y1: y(most * part), y2: y(most * part) }),
    svg("text", { x: LEFT - 8, y: y(most * part) + 5, "text-anchor": "end" }, value(most * part)),
  ];
  return svg("g", {}, ...[0, 0.5, 1].flatMap(line));
}

// The next of 1, 2, 4, 5, 10 … above a number.
function nice(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * [1, 2, 4, 5, 10].find((step) => step * power >= most);
}
