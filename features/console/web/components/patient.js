// What stands above every page of one patient: who it is, what to beware of, and the way to the patient's other pages.

import { get } from "../shell/api.js";
import { day, nhsNumber } from "../shell/format.js";
import { addressOf, entriesIn } from "../shell/router.js";
import { t, word } from "../shell/texts.js";
import { badge } from "./card.js";
import { element, fill } from "./element.js";

/**
 * Draw the frame of a patient's page into `view` and answer `{patient, content}`: the patient as the API has it, and
 * where the page's own content goes. `name` is the entry's name.
 */
export async function patientPage(view, { parameters, signal }, name) {
  const patient = await get(`/patients/${parameters.id}`, {}, { signal });
  const content = element("div", { class: "stack" });
  const pages = entriesIn("patient").map((entry) =>
    element(
      "a",
      { href: addressOf(entry.path, parameters), "aria-current": entry.name === name ? "page" : null },
      t(entry.label),
    ),
  );
  fill(
    view,
    element("div", { class: "stack" }, heading(patient), element("nav", { class: "tabs", "aria-label": t("components.patient_pages") }, pages), content),
  );
  return { patient, content };
}

function heading(patient) {
  const about = [
    t("components.age_sex", { count: patient.age, sex: word("sex", patient.sex) }),
    t("components.born", { day: day(patient.date_of_birth) }),
    patient.mrn && t("components.mrn", { mrn: patient.mrn }),
    patient.nhs_number && t("components.nhs", { number: nhsNumber(patient.nhs_number) }),
  ];
  return element(
    "header",
    { class: "patient-head" },
    element("h1", {}, patient.name, " ", patient.restricted && badge(t("components.restricted"), "warn")),
    element("p", { class: "muted numeric" }, about.filter(Boolean).join(" · ")),
  );
}
