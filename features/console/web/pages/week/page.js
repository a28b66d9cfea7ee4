// The numbers of a week, beside those of the week before: appointments, tasks, recommendations.

import { card } from "../../components/card.js";
import { barChart } from "../../components/chart.js";
import { element, fill } from "../../components/element.js";
import { field } from "../../components/form.js";
import { asDay, midnight } from "../../components/moments.js";
import { empty, into } from "../../components/states.js";
import { table } from "../../components/table.js";
import { get } from "../../shell/api.js";
import { day, number, percent } from "../../shell/format.js";
import { addressOf, remember } from "../../shell/router.js";
import { t } from "../../shell/texts.js";

export async function open(view, { query, signal }) {
  const present = monday(asDay(new Date()));
  let week = monday(query.get("from") ?? present);
  const place = element("div", { class: "stack" });
  const span = element("p", { class: "muted" });
  const read = async () => {
    remember(addressOf("/week", {}, { from: week === present ? null : week }));
    date.input.value = week;
    fill(span, t("week.span", { from: day(week), to: day(asDay(midnight(week, 6))) }));
    await into(place, () => load(week, signal), (found) => numbers(found, place), { signal });
  };
  const choose = (chosen) => {
    week = monday(chosen);
    return read();
  };
  const turn = (days, label, sign) =>
    element("button", { type: "button", "aria-label": label, onclick: () => choose(asDay(midnight(week, days))) }, element("span", { "aria-hidden": "true" }, sign));
  const date = field(t("week.of"), element("input", { type: "date", onchange: () => date.input.value && choose(date.input.value) }));
  const controls = element("div", { class: "filters week-controls no-print" }, element("div", { class: "row week-turn" }, turn(-7, t("week.before"), "‹"), element("button", { type: "button", onclick: () => choose(present) }, t("week.this")), turn(7, t("week.after"), "›")), date.root);
  fill(view, element("div", { class: "stack" }, element("div", { class: "row apart" }, element("div", {}, element("h1", {}, t("week.title")), span), controls), place));
  await read();
}

/** The Monday of the week that a day is in. */
function monday(of) {
  return asDay(midnight(of, -((midnight(of).getDay() + 6) % 7)));
}

async function load(week, signal) {
  const moments = (days) => ({ from: midnight(week, days).toISOString(), to: midnight(week, days + 7).toISOString() });
  const days = { from: week, to: asDay(midnight(week, 6)) };
  const earlier = { from: asDay(midnight(week, -7)), to: asDay(midnight(week, -1)) };
  const asked = {
    appointments: ["/appointments/statistics", { group_by: "clinician", ...moments(0) }],
    appointmentsBefore: ["/appointments/statistics", { group_by: "clinician", ...moments(-7) }],
    tasks: ["/tasks/statistics", { group_by: "task_type", ...moments(0) }],
    tasksBefore: ["/tasks/statistics", { group_by: "task_type", ...moments(-7) }],
    byDay: ["/analytics/recommendations", { group_by: "day", ...days }],
    byRule: ["/analytics/recommendations", { group_by: "rule", ...days }],
    recommendedBefore: ["/analytics/recommendations", { group_by: "day", ...earlier }],
  };
  const answers = await Promise.all(Object.values(asked).map(([path, query]) => get(path, query, { signal })));
  return { week, ...Object.fromEntries(Object.keys(asked).map((name, at) => [name, answers[at]])) };
}

function numbers(found, place) {
  const width = chartWidth(place);
  return [
    section(t("week.appointments"), appointmentTiles(found), missedChart(found.appointments, width), appointmentTable(found.appointments)),
    section(t("week.tasks"), taskTiles(found), taskChart(found.tasks, width), taskTable(found.tasks)),
    section(t("week.recommendations"), recommendationTiles(found), dayChart(found, width), ruleTable(found.byRule)),
  ];
}

const chartWidth = (place) => Math.max(280, Math.min(560, (place.clientWidth > 900 ? place.clientWidth / 2 : place.clientWidth) - 40));

function section(title, tiles, chart, rows) {
  return card(title, [tiles, element("div", { class: "week-parts" }, chart, rows)]);
}

/** `[name, now, before, show]` as a row of numbers. */
function tilesOf(values) {
  return element(
    "dl",
    { class: "week-tiles" },
    values.map(([name, now, before, show = number]) =>
      element(
        "div",
        {},
        element("dt", {}, name),
        element("dd", {}, element("span", { class: "week-number numeric" }, shown(now, show)), element("span", { class: "line muted small numeric" }, t("week.last", { value: shown(before, show) }))),
      ),
    ),
  );
}

const shown = (value, show) => (value === null || value === undefined ? "–" : show(value));

function appointmentTiles({ appointments: { totals: now }, appointmentsBefore: { totals: before } }) {
  const counted = ["scheduled", "attended", "missed", "cancelled"];
  return tilesOf([
    ...counted.map((each) => [t(`appointments.count_${each}`), now[each], before[each]]),
    [t("appointments.missed_rate"), now.missed_rate, before.missed_rate, percent],
    [t("appointments.count_missed_minutes"), now.missed_minutes, before.missed_minutes],
  ]);
}

function missedChart({ data }, width) {
  const rows = data.map((row) => ({ label: row.clinician, value: row.missed, text: t("week.of_all", { count: row.missed, of: number(row.missed + row.attended) }) }));
  return chart(t("week.missed_by"), rows, width);
}

function appointmentTable({ data }) {
  if (!data.length) return null;
  return table(t("week.appointments"), [
    { title: t("appointments.clinician"), cell: (row) => row.clinician },
    ...["scheduled", "attended", "missed", "cancelled"].map((each) => ({ title: t(`appointments.count_${each}`), class: "numeric", cell: (row) => number(row[each]) })),
  ], data);
}

const LONG_SECONDS = 2 * 3600; // from here on in hours

function length(seconds) {
  if (seconds < LONG_SECONDS) return t("appointments.minutes", { minutes: number(Math.round(seconds / 60)) });
  return t("week.hours", { hours: number(Math.round(seconds / 3600)) });
}

function taskTiles({ tasks: { totals: now }, tasksBefore: { totals: before } }) {
  return tilesOf([
    ...["ordered", "completed", "open", "overdue"].map((each) => [t(`week.task_${each}`), now[each], before[each]]),
    [t("week.in_time"), now.in_time_rate, before.in_time_rate, percent],
    [t("week.waited"), now.seconds_in_status.ORDERED, before.seconds_in_status.ORDERED, length],
  ]);
}

function taskChart({ data }, width) {
  return chart(t("week.tasks_by"), data.map((row) => ({ label: row.task_type, value: row.ordered })), width);
}

function taskTable({ data }) {
  if (!data.length) return null;
  return table(t("week.tasks"), [
    { title: t("tasks.type"), cell: (row) => row.task_type },
    ...["ordered", "completed", "overdue"].map((each) => ({ title: t(`week.task_${each}`), class: "numeric", cell: (row) => number(row[each]) })),
    { title: t("week.in_time"), class: "numeric", cell: (row) => shown(row.in_time_rate, percent) },
  ], data);
}

function recommendationTiles({ byDay: { total: now }, recommendedBefore: { total: before } }) {
  return tilesOf([
    [t("week.recommended"), now.recommendations, before.recommendations],
    [t("week.patients"), now.patients, before.patients],
  ]);
}

function dayChart({ week, byDay: { data } }, width) {
  const made = new Map(data.map((row) => [row.day, row.recommendations]));
  const days = Array.from({ length: 7 }, (_, place) => asDay(midnight(week, place)));
  return chart(t("week.by_day"), days.map((each) => ({ label: day(each), value: made.get(each) ?? 0 })), width);
}

function ruleTable({ data }) {
  if (!data.length) return null;
  return table(t("week.by_rule"), [
    { title: t("week.rule"), cell: (row) => row.rule ?? t("inbox.by_hand") },
    { title: t("week.recommended"), class: "numeric", cell: (row) => number(row.recommendations) },
    { title: t("week.patients"), class: "numeric", cell: (row) => number(row.patients) },
  ], data);
}

function chart(title, rows, width) {
  if (!rows.length) return empty(t("week.nothing"));
  return element("figure", { class: "week-chart" }, element("figcaption", { class: "small muted" }, title), barChart({ label: title, rows, width }));
}
