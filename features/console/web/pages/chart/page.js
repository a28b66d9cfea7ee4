// Chart and summary: what the notes say in a few sentences, and what is true now, line by line, each with its words.

import { card } from "../../components/card.js";
import { element, fill } from "../../components/element.js";
import { patientPage } from "../../components/patient.js";
import { empty, into } from "../../components/states.js";
import { get } from "../../shell/api.js";
import { may } from "../../shell/session.js";
import { t } from "../../shell/texts.js";
import { allergies, conflicts, family, measurements, medications, problems, procedures, steps } from "./lines.js";
import { summaryCard } from "./summary.js";

export async function open(view, context) {
  const { patient, content } = await patientPage(view, context, "chart");
  const chart = element("div", { class: "stack" });
  const aside = element("div", { class: "stack" });
  fill(
    content,
    element(
      "div",
      { class: "chart-columns" },
      aside, // first, for what to beware of comes first on a phone and to those who listen
      element("div", { class: "stack" }, may("summaries:read") && summaryCard(patient, context), chart),
    ),
  );
  await into(
    chart,
    () => get(`/patients/${patient.id}/chart`, {}, context),
    (found) => {
      fill(aside, allergies(patient.id, found), conflicts(patient.id, found));
      return main(patient.id, found);
    },
    context,
  );
}

function main(id, found) {
  if (!found.notes_used.length) return card(t("chart.problems"), empty(t("chart.no_notes"), t("chart.no_notes_detail")));
  return element("div", { class: "stack no-print" }, problems(id, found), medications(id, found), steps(id, found), procedures(id, found), measurements(id, found), family(id, found));
}
