// What became of appointments: how many were missed, of whom or when, as bars and as numbers.

import { card } from "../../components/card.js";
import { barChart } from "../../components/chart.js";
import { element, fill } from "../../components/element.js";
import { field } from "../../components/form.js";
import { asDay, midnight } from "../../components/moments.js";
import { empty, into } from "../../components/states.js";
import { table } from "../../components/table.js";
import { segmented } from "../../components/tabs.js";
import { get } from "../../shell/api.js";
import { number, partialDay, percent } from "../../shell/format.js";
import { t } from "../../shell/texts.js";

const DAYS = 90; // shown at first

/** The statistics, with the choice of what each row stands for and of the time. */
export function missedView(signal) {
  const today = asDay(new Date());
  const asked = { by: "clinician", from: asDay(midnight(today, -DAYS)), to: today };
  const place = element("div", { class: "stack" });
  const read = () => into(place, () => load(asked, signal), (found) => shown(found, asked.by, place), { signal });
  const by = segmented(t("appointments.by"), ["clinician", "department", "month"].map((each) => [each, t(`appointments.by_${each}`)]), asked.by, (value) => {
    asked.by = value;
    read();
  });
  const date = (label, name) => {
    const made = field(label, element("input", { type: "date", value: asked[name] }));
    made.input.addEventListener("change", () => {
      asked[name] = made.input.value || asked[name];
      read();
    });
    return made.root;
  };
  read();
  return element("div", { class: "stack" }, element("div", { class: "filters" }, date(t("appointments.from"), "from"), date(t("appointments.until"), "to"), by), place);
}

function load({ by, from, to }, signal) {
  const span = { from: midnight(from).toISOString(), to: midnight(to, 1).toISOString() };
  return get("/appointments/statistics", { group_by: by, ...span }, { signal });
}

const share = (rate) => (rate === null ? "–" : percent(rate));

function shown({ data, totals }, by, place) {
  if (!data.length) return empty(t("appointments.none_then"));
  const name = (row) => (by === "month" ? partialDay(row.month) : row[by]);
  const bars = data.map((row) => ({ label: name(row), value: row.missed_rate ?? 0, text: share(row.missed_rate) }));
  const chart = element("div", {});
  fill(chart, barChart({ label: t("appointments.missed_rate"), rows: bars, most: Math.max(...bars.map((bar) => bar.value), 0.1), width: Math.max(300, Math.min(760, place.clientWidth - 34)) }));
  return [
    element("p", {}, t("appointments.in_all", { missed: number(totals.missed), of: number(totals.missed + totals.attended), rate: share(totals.missed_rate), minutes: number(totals.missed_minutes) })),
    card(t("appointments.missed_rate"), element("div", { class: "appointments-chart" }, chart)),
    element("div", { class: "card" }, table(t("appointments.missed_title"), columns(name, by), [...data, { ...totals, total: true }])),
  ];
}

function columns(name, by) {
  const counted = ["scheduled", "attended", "missed", "cancelled", "missed_minutes"];
  return [
    { title: t(`appointments.by_${by}`), cell: (row) => (row.total ? element("strong", {}, t("appointments.total")) : name(row)) },
    ...counted.map((each) => ({ title: t(`appointments.count_${each}`), class: "numeric", cell: (row) => number(row[each]) })),
    { title: t("appointments.missed_rate"), class: "numeric", cell: (row) => share(row.missed_rate) },
  ];
}
