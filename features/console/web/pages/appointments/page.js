// Appointments: a day by clinician, and what became of those of some months.

import { element, fill } from "../../components/element.js";
import { tabs } from "../../components/tabs.js";
import { addressOf, remember } from "../../shell/router.js";
import { t } from "../../shell/texts.js";
import { dayView } from "./day.js";
import { missedView } from "./missed.js";

export async function open(view, { query, signal }) {
  const asked = { view: query.get("view") ?? "day", day: query.get("day"), department: query.get("department") };
  const keep = () => remember(addressOf("/appointments", {}, { ...asked, view: asked.view === "day" ? null : asked.view }));
  let shown = null; // ends with the view that is shown
  const draw = (name) => {
    shown?.abort();
    shown = new AbortController();
    const within = AbortSignal.any([signal, shown.signal]);
    asked.view = name;
    keep();
    return name === "day" ? dayView(asked, keep, within) : missedView(within);
  };
  const parts = [["day", t("appointments.day")], ["missed", t("appointments.missed_title")]];
  fill(view, element("div", { class: "stack" }, element("h1", {}, t("appointments.title")), tabs(t("appointments.title"), parts, draw, { chosen: asked.view === "missed" ? "missed" : "day" })));
}
