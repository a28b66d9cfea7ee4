// Who is meant by an id: patients and clinicians by name, asked for once for all that a page shows.

import { get, getAll } from "../shell/api.js";
import { addressOf, entriesIn } from "../shell/router.js";
import { may, whenSignedOut } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { element } from "./element.js";

const MOST_AT_ONCE = 200; // ids in one call
const known = new Map();

whenSignedOut(() => known.clear());

/**
 * The patients with these ids, as a Map; who was asked for before is not asked for again. It lacks those whom the
 * account may not see, and all of them where it may not read patients.
 */
export async function patientsOf(ids, { signal } = {}) {
  const wanted = [...new Set(ids.filter(Boolean))];
  const asked = may("patients:read") ? wanted.filter((id) => !known.has(id)) : [];
  for (let place = 0; place < asked.length; place += MOST_AT_ONCE) {
    const part = asked.slice(place, place + MOST_AT_ONCE);
    const found = await get("/patients", { ids: part.join(","), limit: MOST_AT_ONCE }, { signal });
    found.data.forEach((patient) => known.set(patient.id, patient));
  }
  return new Map(wanted.filter((id) => known.has(id)).map((id) => [id, known.get(id)]));
}

/** The name of a patient, leading to the first of the patient's pages; plain words for who is not in `patients`. */
export function patientName(id, patients) {
  const patient = patients.get(id);
  if (!patient) return element("span", { class: "muted", title: id }, t("components.patient_not_shown"));
  const first = entriesIn("patient")[0];
  return element(first ? "a" : "span", { href: first && addressOf(first.path, { id }) }, patient.name);
}

/** The clinicians, by name; `active` ones unless told otherwise. None where the account may not read staff. */
export async function clinicians({ signal, active = true } = {}) {
  if (!may("staff:read")) return [];
  return getAll("/clinicians", { active: active || null, sort: "name" }, { signal });
}
