// What each column of the ward shows of a patient.

import { badge } from "../../components/card.js";
import { element } from "../../components/element.js";
import { ago, day, moment, nhsNumber, number } from "../../shell/format.js";
import { addressOf, entriesIn } from "../../shell/router.js";
import { t, word } from "../../shell/texts.js";

const MOST_FLAGS = 4;
const MOST_RECOMMENDATIONS = 2;

/** The name, leading to the first of the patient's pages that the account may open, and who that is. */
export function name(row) {
  const first = entriesIn("patient")[0];
  return [
    element(first ? "a" : "span", { class: "ward-name", href: first && addressOf(first.path, { id: row.id }) }, row.name),
    row.restricted && [" ", badge(t("ward.restricted"), "warn")],
    element("span", { class: "line small" }, t("ward.age_sex", { count: row.age, sex: word("sex", row.sex) })),
    element(
      "span",
      { class: "ward-numbers muted small numeric" },
      [day(row.date_of_birth), row.mrn, nhsNumber(row.nhs_number)].filter(Boolean).map((each) => element("span", {}, each)),
    ),
  ];
}

/** What the patient must not be given. */
export function flags({ included: { flags: found } }) {
  if (!found.complete) return element("span", { class: "muted small" }, t("ward.flags_not_read"));
  const all = [
    ...found.allergies.map((each) => badge(t("ward.allergy", each), "alert", each.reaction)),
    ...found.avoid
      .filter((each) => !found.allergies.some((allergy) => allergy.substance === each.substance))
      .map((each) => badge(t("ward.avoid", each), "warn", each.reason)),
  ];
  if (!all.length) return null;
  const rest = all.length - MOST_FLAGS;
  return element("div", { class: "row tight" }, all.slice(0, MOST_FLAGS), rest > 0 && badge(t("ward.further", { count: rest })));
}

/** The newest vital signs, the two of blood pressure as one. */
export function vitals({ included: { latest_vitals: found } }) {
  const of = Object.fromEntries(found.map((vital) => [vital.name, vital]));
  const told = [
    of.systolic_blood_pressure && of.diastolic_blood_pressure && [t("ward.bp"), `${number(of.systolic_blood_pressure.value)}/${number(of.diastolic_blood_pressure.value)}`, of.systolic_blood_pressure],
    of.heart_rate && [t("ward.hr"), number(of.heart_rate.value), of.heart_rate],
    of.respiratory_rate && [t("ward.rr"), number(of.respiratory_rate.value), of.respiratory_rate],
    of.oxygen_saturation && [t("ward.spo2"), `${number(of.oxygen_saturation.value)} %`, of.oxygen_saturation],
    of.body_temperature && [t("ward.temperature"), `${number(of.body_temperature.value)} °C`, of.body_temperature],
  ].filter(Boolean);
  if (!told.length) return null;
  const newest = told.map(([, , vital]) => vital.at).sort().at(-1);
  return [
    element("div", { class: "ward-vitals" }, told.map(([short, value]) => element("span", {}, element("span", { class: "muted small" }, short), " ", value))),
    element("span", { class: "line muted small", title: moment(newest) }, ago(newest)),
  ];
}

/** How many tasks are open, and whether any presses. */
export function tasks({ included: { open_tasks: found } }) {
  if (!found.count) return null;
  return element(
    "div",
    { class: "row tight" },
    badge(t("ward.open_tasks", { count: found.count })),
    found.overdue > 0 && badge(t("ward.overdue", { count: found.overdue }), "alert"),
    found.urgent > 0 && badge(t("ward.urgent", { count: found.urgent }), "warn"),
  );
}

/** When the patient comes next, and to whom. */
export function appointment({ included: { next_appointment: next } }) {
  if (!next) return null;
  return [element("span", { class: "ward-when" }, moment(next.start_at)), element("span", { class: "line muted small" }, next.clinician)];
}

/** What waits for an answer. */
export function recommendations({ included: { active_recommendations: found } }) {
  if (!found.length) return null;
  const rest = found.length - MOST_RECOMMENDATIONS;
  return element(
    "div",
    { class: "row tight" },
    found.slice(0, MOST_RECOMMENDATIONS).map((each) => badge(each.recommendation, "info")),
    rest > 0 && badge(t("ward.further", { count: rest })),
  );
}

/** When anything was last written. */
export function lastNote({ included: { last_note: note } }) {
  if (!note) return element("span", { class: "muted small" }, t("ward.no_note"));
  return [
    element("span", { class: "line", title: moment(note.taken_at) }, ago(note.taken_at)),
    element("span", { class: "line muted small" }, [word("note_type", note.type), note.author].filter(Boolean).join(" · ")),
  ];
}
