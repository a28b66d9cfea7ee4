// Charts as SVG: curves over time with axes and a reference range, and bars. They print as they show.

import { day, number } from "../shell/format.js";
import { drawn } from "./element.js";

const MARGIN = { top: 10, right: 14, bottom: 24, left: 44 };
const CLASSES = ["first", "second"];
const DAY_MS = 86_400_000;

/** Round values between `low` and `high`, about `count` of them, as axes have them. */
export function ticks(low, high, count = 4) {
  const rough = (high - low || 1) / count;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * size).find((each) => each >= rough);
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step + 1e-9) + 1 }, (_, place) => Number((first + place * step).toPrecision(12)));
}

/**
 * Curves over time. `series` are one or two lists of points `{at, value, label, href}`; `range`, that of the first, is
 * `{low, high}`, either of which may be null. A point with an `href` is a link, named by its `label`.
 */
export function timeChart({ label, series, range = null, width = 480, height = 190 }) {
  const points = series.flat();
  const times = points.map((point) => Date.parse(point.at));
  const values = [...points.map((point) => point.value), range?.low, range?.high].filter((value) => Number.isFinite(value));
  const [from, to] = padded(Math.min(...times), Math.max(...times), DAY_MS);
  const [low, high] = padded(Math.min(...values), Math.max(...values), 1);
  const x = (moment) => MARGIN.left + ((moment - from) / (to - from)) * (width - MARGIN.left - MARGIN.right);
  const y = (value) => height - MARGIN.bottom - ((value - low) / (high - low)) * (height - MARGIN.top - MARGIN.bottom);
  return drawn(
    "svg",
    { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label },
    range && band(range, { low, high, y, width }),
    ticks(low, high).map((value) => gridLine(value, y(value), width)),
    dates(from, to, x, width, height),
    // The range is that of the first: of a blood pressure, of the systolic one.
    series.map((each, place) => curve(each, CLASSES[place], place ? null : range, x, y)),
  );
}

function padded(low, high, least) {
  const room = Math.max((high - low) * 0.08, least / 2);
  return [low - room, high + room];
}

function band(range, { low, high, y, width }) {
  const top = y(Math.min(range.high ?? high, high));
  const bottom = y(Math.max(range.low ?? low, low));
  return drawn("rect", { class: "band", x: MARGIN.left, y: top, width: width - MARGIN.left - MARGIN.right, height: Math.max(0, bottom - top) });
}

function gridLine(value, at, width) {
  return [
    drawn("line", { class: "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: at, y2: at }),
    drawn("text", { x: MARGIN.left - 6, y: at + 4, "text-anchor": "end" }, number(value)),
  ];
}

function dates(from, to, x, width, height) {
  const count = Math.max(2, Math.floor(width / 150));
  const moments = Array.from({ length: count }, (_, place) => from + ((to - from) * (place + 0.5)) / count);
  const days = moments.map((moment) => day(new Date(moment).toISOString()));
  return moments.map((moment, place) =>
    // Each day once, however short the time is.
    days.indexOf(days[place]) === place ? drawn("text", { x: x(moment), y: height - 6, "text-anchor": "middle" }, days[place]) : null,
  );
}

function curve(points, name, range, x, y) {
  const path = points.map((point, place) => `${place ? "L" : "M"}${x(Date.parse(point.at)).toFixed(1)} ${y(point.value).toFixed(1)}`).join("");
  const marks = points.map((point) => {
    const outside = range && (point.value < (range.low ?? -Infinity) || point.value > (range.high ?? Infinity));
    const circle = drawn("circle", { class: ["point", name, outside && "outside"], cx: x(Date.parse(point.at)), cy: y(point.value), r: 4 });
    const mark = point.href ? drawn("a", { href: point.href, "aria-label": point.label }, circle) : circle;
    circle.append(drawn("title", {}, point.label));
    return mark;
  });
  return [points.length > 1 && drawn("path", { class: ["curve", name], d: path }), marks];
}

/** Lying bars: `rows` of `{label, value, text}`, each as long as its value has it of `most`. */
export function barChart({ label, rows, most = null, width = 480 }) {
  const tall = 26;
  const start = Math.min(180, width * 0.38);
  const end = 64;
  const whole = most ?? Math.max(...rows.map((row) => row.value), 1);
  return drawn(
    "svg",
    { class: "chart", viewBox: `0 0 ${width} ${rows.length * tall}`, role: "img", "aria-label": label },
    rows.map((row, place) => {
      const length = ((width - start - end) * row.value) / whole;
      return [
        drawn("text", { x: start - 8, y: place * tall + 17, "text-anchor": "end" }, shortened(row.label, start)),
        drawn("rect", { class: "length first", x: start, y: place * tall + 5, width: length, height: tall - 10, rx: 2 }),
        drawn("text", { x: start + length + 6, y: place * tall + 17 }, row.text ?? number(row.value)),
      ];
    }),
  );
}

function shortened(text, width) {
  const most = Math.floor(width / 6.5);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
