// The trail: who looked at whose record and who changed what, of one patient or of all.

import { badge } from "../../components/card.js";
import { element, fill } from "../../components/element.js";
import { field, selectField } from "../../components/form.js";
import { midnight } from "../../components/moments.js";
import { patientField } from "../../components/patient_field.js";
import { patientName, patientsOf } from "../../components/people.js";
import { empty, into } from "../../components/states.js";
import { more, table } from "../../components/table.js";
import { get } from "../../shell/api.js";
import { moment } from "../../shell/format.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";

const ACTIONS = ["view", "create", "update", "delete", "access", "transition", "sign_in", "break_glass"];
const OUTCOMES = { success: null, refused: "warn", failed: "alert" };
const AN_ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

/** The trail; `asked.patient` is whose, and `keep()` writes it into the address. */
export function trailView(asked, keep, signal) {
  const wanted = { patient_id: asked.patient, actor: "", action: "", outcome: "", from: "", to: "" };
  const place = element("div", {});
  const read = () => into(place, () => load(wanted, null, signal), (found) => list(found, wanted, choosePatient, signal), { signal });
  const choosePatient = (id) => {
    asked.patient = wanted.patient_id = id || null;
    keep();
    tellWhose();
    read();
  };
  const whose = element("div", { class: "field" });
  const tellWhose = async () => {
    const known = await patientsOf([wanted.patient_id], { signal });
    fill(whose, whoseField(wanted.patient_id, known.get(wanted.patient_id), choosePatient));
  };
  tellWhose();
  const filter = (name, made) => {
    made.input.addEventListener("change", () => {
      wanted[name] = made.input.value.trim();
      read();
    });
    return made.root;
  };
  read();
  return element(
    "div",
    { class: "stack" },
    element(
      "div",
      { class: "filters audit-filters no-print" },
      whose,
      filter("actor", field(t("audit.actor"), element("input", { autocapitalize: "none", spellcheck: "false", autocomplete: "off" }))),
      filter("action", selectField(t("audit.action"), [["", t("audit.any")], ...ACTIONS.map((each) => [each, word("audit_action", each)])])),
      filter("outcome", selectField(t("audit.outcome"), [["", t("audit.any")], ...Object.keys(OUTCOMES).map((each) => [each, word("outcome", each)])])),
      filter("from", field(t("audit.from"), element("input", { type: "date" }))),
      filter("to", field(t("audit.until"), element("input", { type: "date" }))),
    ),
    place,
  );
}

/** By name for those who may read patients; by id for those who may not. */
function whoseField(id, patient, choose) {
  const all = id && element("button", { type: "button", class: "small", onclick: () => choose(null) }, t("audit.all_patients"));
  if (may("patients:read") && (!id || patient)) {
    return [patientField(t("audit.patient"), { chosen: patient, required: false, onchoose: (other) => choose(other.id) }).root, all];
  }
  const made = field(t("audit.patient_id"), element("input", { value: id ?? "", pattern: AN_ID, spellcheck: "false", autocomplete: "off", placeholder: t("audit.patient_id_hint") }));
  made.input.addEventListener("change", () => {
    if (made.input.checkValidity()) choose(made.input.value.trim());
    else made.fail(t("audit.no_id"));
  });
  return [made.root, all];
}

async function load({ from, to, ...wanted }, cursor, signal) {
  const span = { from: from && midnight(from).toISOString(), to: to && midnight(to, 1).toISOString() };
  const found = await get("/audit", { ...wanted, ...span, limit: 50, cursor }, { signal });
  return { ...found, patients: await patientsOf(found.data.map((event) => event.patient_id), { signal }) };
}

function list(found, wanted, choosePatient, signal) {
  if (!found.data.length) return empty(t("audit.nothing"), t("audit.nothing_detail"));
  const rows = [...found.data];
  const patients = new Map(found.patients);
  const shown = element("div", { class: "card" });
  const draw = () => fill(shown, table(t("audit.view_trail"), columns(patients, wanted, choosePatient), rows));
  draw();
  const further = more(found.pagination.next_cursor, async (cursor) => {
    const next = await load(wanted, cursor, signal);
    rows.push(...next.data);
    next.patients.forEach((patient, id) => patients.set(id, patient));
    draw();
    return next.pagination.next_cursor;
  });
  return [shown, further];
}

function columns(patients, wanted, choosePatient) {
  return [
    { title: t("audit.when"), class: "numeric audit-when", cell: (row) => moment(row.at) },
    { title: t("audit.actor"), cell: (row) => row.actor },
    { title: t("audit.what"), cell: (row) => [`${word("audit_action", row.action)}: ${word("audit_resource", row.resource)}`, row.detail && element("span", { class: "line small muted" }, row.detail), changes(row)] },
    { title: t("audit.patient"), cell: (row) => whose(row, patients, wanted, choosePatient) },
    { title: t("audit.outcome"), cell: (row) => badge(word("outcome", row.outcome), OUTCOMES[row.outcome]) },
  ];
}

function whose(row, patients, wanted, choosePatient) {
  const { patient_id: id, patient_ids: several } = row;
  if (!id) return several ? t("audit.several", { count: several.length }) : "";
  const name = patients.has(id) ? patientName(id, patients) : element("code", { class: "small audit-id" }, id);
  if (wanted.patient_id) return name;
  return [name, " ", element("button", { type: "button", class: "small no-print", "aria-label": t("audit.trail_of", { patient: patients.get(id)?.name ?? id }), onclick: () => choosePatient(id) }, t("audit.trail"))];
}

/** What changed: the values where they are kept, or else the names of the fields. */
function changes({ changes: held, fields, request_id: request }) {
  const told = held
    ? Object.entries(held).map(([name, { before, after }]) => element("div", {}, element("dt", {}, plain(name)), element("dd", {}, `${value(before)} → ${value(after)}`)))
    : fields.map((name) => element("div", {}, element("dt", {}, plain(name)), element("dd", {}, t("audit.not_kept"))));
  if (!told.length && !request) return null;
  return element("details", { class: "small audit-more" }, element("summary", {}, t("audit.more")), element("dl", { class: "facts" }, told, request && element("div", {}, element("dt", {}, t("audit.request")), element("dd", { class: "audit-id" }, request))));
}

const plain = (name) => name.replaceAll("_", " ");
const value = (held) => (held === null || held === undefined ? "–" : typeof held === "object" ? JSON.stringify(held) : String(held));
