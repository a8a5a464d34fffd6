// Curves over time with uPlot: one colour and dash each, a band of lowest and highest, gaps where nothing good was read.

import uPlot from "./vendor/uplot/uPlot.esm.js";

export const COLOURS = {
  dark: ["#6cc0ff", "#ffc83d", "#35d49a", "#ff8f85", "#d3b0ff", "#8fe3d8", "#f2a65a", "#d5dde5"],
  light: ["#0b62a8", "#8a5a00", "#0a7a4f", "#b3261e", "#6b3fa0", "#0f6f68", "#a04b00", "#3f4a55"],
};
const DASHES = [[], [10, 4], [3, 3], [14, 4, 3, 4], [6, 6], [2, 6], [12, 3, 3, 3, 3, 3], [18, 5]];
const WHEEL = 1.25;

// zoom(from, to) in ms is asked for by dragging and by the wheel; the caller reads anew and calls update.
export class Plot {
  constructor(into, zoom) {
    this.into = into;
    this.zoom = zoom;
    this.chart = null;
    this.kind = "";
    this.watch = new ResizeObserver(() => this.chart?.setSize(this.size()));
    this.watch.observe(into);
  }

  // told: the answer to `trends`; look: { theme, names, zone, language, when }.
  update(told, look) {
    const tables = told.curves.map((curve) => [curve.times.map((time) => time / 1000), curve.means, curve.highs, curve.lows]);
    const data = tables.length ? uPlot.join(tables.map(sound)) : [[]];
    const kind = JSON.stringify([look, told.curves.map(({ device, tag }) => [device, tag])]);
    if (kind !== this.kind) this.make(told, look);
    this.kind = kind;
    this.range = [told.start / 1000, told.stop / 1000];
    this.chart.setData(data, false);
    this.chart.setScale("x", { min: this.range[0], max: this.range[1] });
  }

  close() {
    this.watch.disconnect();
    this.chart?.destroy();
    this.chart = null;
    this.kind = "";
  }

  size() {
    return { width: Math.max(this.into.clientWidth, 200), height: Math.max(Math.min(innerHeight * 0.55, 560), 260) };
  }

  make(told, { theme, names, zone, language, when }) {
    this.chart?.destroy();
    const style = getComputedStyle(document.documentElement);
    const [text, edge] = ["--quiet", "--edge"].map((name) => style.getPropertyValue(name).trim());
    const units = [...new Set(told.curves.map(({ unit }) => unit))];
    const series = told.curves.flatMap(({ unit }, place) => {
      const stroke = COLOURS[theme][place % 8];
      const common = { scale: `y-${unit}`, spanGaps: false, points: { show: false } };
      const bound = { ...common, stroke: "transparent", width: 0 };
      const value = (_, number) => (number === null || number === undefined ? "—" : `${Number(number.toPrecision(6))} ${unit}`);
      return [
        { ...common, label: names[place], stroke, width: 2, dash: DASHES[place % 8], value, points: { show: lonely, size: 5 } },
        { ...bound, label: "▲", value },
        { ...bound, label: "▼", value },
      ];
    });
    const axis = { stroke: text, grid: { stroke: edge, width: 1 }, ticks: { stroke: edge, width: 1 }, font: "14px sans-serif" };
    const sided = (unit, place) => ({ ...axis, scale: `y-${unit}`, side: place ? 1 : 3, size: 64, label: unit || undefined, labelFont: "14px sans-serif", labelSize: 20, grid: { ...axis.grid, show: !place } });
    const clock = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
    this.chart = new uPlot(
      {
        ...this.size(),
        tzDate: (time) => uPlot.tzDate(new Date(time * 1000), zone),
        cursor: { drag: { x: true, y: false, setScale: false } },
        scales: { x: { time: true }, ...Object.fromEntries(units.map((unit) => [`y-${unit}`, { range: padded }])) },
        series: [{ value: (_, time) => (time === null ? "—" : clock.format(time * 1000)), label: when }, ...series],
        bands: told.curves.map((_, place) => ({ series: [place * 3 + 2, place * 3 + 3], fill: `${COLOURS[theme][place % 8]}40` })),
        axes: [{ ...axis, space: 90, values: times(zone) }, ...units.slice(0, 2).map(sided)],
        hooks: { setSelect: [(chart) => this.selected(chart)], ready: [(chart) => this.wheel(chart)] },
      },
      [[]],
      this.into,
    );
    for (const heading of this.into.querySelectorAll(".u-legend th")) heading.scope = "row";
  }

  selected(chart) {
    const { left, width } = chart.select;
    if (width < 4) return;
    chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.zoom(chart.posToVal(left, "x") * 1000, chart.posToVal(left + width, "x") * 1000);
  }

  wheel(chart) {
    chart.over.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const factor = event.deltaY > 0 ? WHEEL : 1 / WHEEL;
        const { min, max } = chart.scales.x;
        const at = chart.posToVal(event.offsetX, "x");
        const [from, to] = [at - (at - min) * factor, at + (max - at) * factor];
        chart.setScale("x", { min: from, max: to });
        this.zoom(from * 1000, to * 1000);
      },
      { passive: false },
    );
  }
}

// Times of one curve strictly rise: of two at once the gap is kept.
function sound(table) {
  const kept = table[0].map((time, place) => place + 1 === table[0].length || time < table[0][place + 1]);
  return table.map((column) => column.filter((_, place) => kept[place]));
}

// A value between two gaps is a dot, since no line leads to it.
function lonely(chart, series, first, last) {
  return last - first < 60;
}

function padded(_, low, high) {
  if (low === null) return [0, 1];
  const space = (high - low) * 0.05 || Math.abs(low) * 0.05 || 1;
  return [low - space, high + space];
}

function times(zone) {
  const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  const [day, minute, second] = [
    format({ month: "2-digit", day: "2-digit" }),
    format({ hour: "2-digit", minute: "2-digit" }),
    format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ];
  const monthDay = (time) => {
    const part = Object.fromEntries(day.formatToParts(time).map(({ type, value }) => [type, value]));
    return `${part.month}-${part.day}`;
  };
  return (_, splits, __, ___, step) => {
    let last = "";
    return splits.map((split) => {
      const date = monthDay(split * 1000);
      const clock = (step < 60 ? second : minute).format(split * 1000);
      const label = step >= 86_400 ? date : date === last ? clock : `${clock}\n${date}`;
      last = date;
      return label;
    });
  };
}
