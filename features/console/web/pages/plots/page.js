// Plots: one small chart for each series of measurements, with what is unremarkable; a point opens the note it is from.

import { badge } from "../../components/card.js";
import { timeChart } from "../../components/chart.js";
import { element, fill } from "../../components/element.js";
import { openCitation } from "../../components/note_dialog.js";
import { patientPage } from "../../components/patient.js";
import { empty, into } from "../../components/states.js";
import { segmented } from "../../components/tabs.js";
import { get } from "../../shell/api.js";
import { day, moment, number } from "../../shell/format.js";
import { addressOf, remember } from "../../shell/router.js";
import { measured, t, word } from "../../shell/texts.js";

const PERIODS = { all: null, year: 365, quarter: 92, month: 31 };
const DAY_MS = 86_400_000;
const MOST_NAMES = 50; // in one call, as the API has it
const PRESSURE = ["systolic_blood_pressure", "diastolic_blood_pressure"];

export async function open(view, context) {
  const { patient, content } = await patientPage(view, context, "plots");
  const { data: catalogue } = await get(`/patients/${patient.id}/observations/catalogue`, {}, context);
  if (!catalogue.length) return fill(content, empty(t("plots.none"), t("plots.none_detail")));
  const place = element("div", {});
  const asked = { period: context.query.get("period") in PERIODS ? context.query.get("period") : "all" };
  const draw = () => into(place, () => points(patient.id, catalogue, PERIODS[asked.period], context), (found) => grid(patient.id, catalogue, found), context);
  const periods = segmented(t("plots.period"), Object.keys(PERIODS).map((each) => [each, t(`plots.period_${each}`)]), asked.period, (period) => {
    asked.period = period;
    remember(addressOf("/patients/:id/plots", { id: patient.id }, { period: period === "all" ? null : period }));
    draw();
  });
  fill(
    content,
    element(
      "div",
      { class: "row apart no-print" },
      element("div", { class: "row" }, periods, element("span", { class: "row tight small muted" }, element("span", { class: "plots-band" }), t("plots.band"))),
      element("button", { type: "button", class: "small", onclick: () => window.print() }, t("plots.print")),
    ),
    place,
  );
  await draw();
}

/** All points of all series, by name: a call for every fifty names and two hundred points. */
async function points(id, catalogue, days, context) {
  const from = days && new Date(Date.now() - days * DAY_MS).toISOString();
  const names = catalogue.map((each) => each.name);
  const found = [];
  for (let start = 0; start < names.length; start += MOST_NAMES) {
    const asked = { name: names.slice(start, start + MOST_NAMES), limit: 200, from };
    let cursor = null;
    do {
      const page = await get(`/patients/${id}/observations`, { ...asked, cursor }, context);
      found.push(...page.data);
      cursor = page.pagination.next_cursor;
    } while (cursor);
  }
  return Map.groupBy(found, (point) => `${point.kind} ${point.name}`);
}

function grid(id, catalogue, found) {
  const of = (series) => found.get(`${series.kind} ${series.name}`) ?? [];
  const systolic = catalogue.find((each) => each.name === PRESSURE[0]);
  const diastolic = catalogue.find((each) => each.name === PRESSURE[1]);
  const together = systolic && diastolic;
  const single = catalogue.filter((each) => !(together && PRESSURE.includes(each.name)));
  const drawn = [
    together && plot(id, measured("blood_pressure"), systolic, [of(systolic), of(diastolic)]),
    ...single.map((each) => plot(id, measured(each.name), each, [of(each)])),
  ].filter(Boolean);
  if (!drawn.length) return empty(t("plots.none_then"));
  return element("div", { class: "plots" }, drawn);
}

function plot(id, name, series, lines) {
  if (!lines.flat().length) return null;
  const shown = lines.map((points) => points.map((point) => ({ ...point, href: "#", label: `${number(point.value)} ${point.unit ?? ""}, ${moment(point.at)}: ${point.original}` })));
  const range = series.reference;
  const chart = timeChart({ label: t("plots.chart_of", { name, unit: series.unit ?? "" }), series: shown, range, ...size() });
  const newest = lines.map((points) => points.at(-1)).filter(Boolean);
  chart.querySelectorAll("a").forEach((mark, place) => {
    const point = shown.flat()[place];
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      openCitation(id, { note_id: point.note_id, quote: point.original });
    });
  });
  return element(
    "section",
    { class: "card plots-card", "aria-label": name },
    element(
      "header",
      { class: "row apart" },
      element("h2", {}, name),
      element(
        "span",
        { class: "numeric" },
        element("strong", {}, newest.map((point) => number(point.value)).join("/")),
        ` ${series.unit ?? ""} `,
        outside(newest[0], range) && badge(word("flag", outside(newest[0], range)), "warn"),
      ),
    ),
    chart,
    element("p", { class: "small muted" }, t("plots.values", { count: lines[0].length }), " · ", day(newest[0].at), range && ` · ${rangeText(range, lines.length > 1)}`),
  );
}

/** Drawn as large as it is shown, so that its letters are as large as others; paper gets what the screen had. */
const size = () => (window.innerWidth < 640 ? { width: 310, height: 170 } : { width: 400, height: 170 });

function outside(point, range) {
  if (!range) return null;
  if (range.high !== null && point.value > range.high) return "high";
  return range.low !== null && point.value < range.low ? "low" : null;
}

function rangeText({ low, high }, isPressure) {
  if (isPressure) return t("plots.systolic_between", { low: number(low), high: number(high) });
  if (high === null) return t("plots.at_least", { low: number(low) });
  return t("plots.between", { low: number(low), high: number(high) });
}
