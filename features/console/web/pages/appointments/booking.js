// Asks for the time of an appointment: booked, moved, or booked anew. The free times of the clinician are offered.

import { dialog } from "../../components/dialog.js";
import { element, fill } from "../../components/element.js";
import { field, form, selectField } from "../../components/form.js";
import { asDay, asLocal, fromLocal, midnight } from "../../components/moments.js";
import { patientField } from "../../components/patient_field.js";
import { toast } from "../../components/toast.js";
import { get, post, put } from "../../shell/api.js";
import { time } from "../../shell/format.js";
import { may } from "../../shell/session.js";
import { t } from "../../shell/texts.js";

const MINUTES = [15, 20, 30, 45, 60, 90];
const OFFERED = 24; // free times
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Book; answers whether it was done. */
export function bookAppointment({ day, clinician, staff }) {
  return dialog(t("appointments.book"), (close) => {
    const patient = patientField(t("appointments.patient"));
    const when = timing({ staff, clinician_id: clinician?.id, day, minutes: 30 });
    const more = wording({});
    return form({ submit: t("appointments.book_it"), cancel: () => close(false) }, async () => {
      await post("/appointments", { patient_id: patient.value, time_zone: zone(), ...when.values(), ...more.values() });
      toast(t("appointments.booked"));
      close(true);
    }, patient, ...when.fields, ...more.fields);
  }, { wide: true });
}

/** Move an active appointment. */
export function moveAppointment(appointment, { staff }) {
  return dialog(t("appointments.move_title"), (close) => {
    const when = timing({ staff, ...ofExisting(appointment) });
    const more = wording(appointment);
    return form({ submit: t("appointments.move"), cancel: () => close(false) }, async () => {
      await putElsewhere(appointment, when.values(), more.values());
      toast(t("appointments.moved"));
      close(true);
    }, ...when.fields, ...more.fields);
  }, { wide: true });
}

/** Move an appointment to `{clinician_id, start_at, duration}`; `more` is why and where. */
export async function putElsewhere(appointment, when, { reason, location }) {
  // With another clinician, the department and place are those of the other one.
  const kept = when.clinician_id === appointment.clinician_id ? { department_id: appointment.department_id } : {};
  // Who does not see the reason leaves it out, and it stays.
  const told = Object.fromEntries(Object.entries({ reason, location }).filter(([, value]) => value));
  const body = { patient_id: appointment.patient_id, time_zone: appointment.time_zone, ...kept, ...when, ...told };
  await put(`/appointments/${appointment.id}`, body, { version: appointment.version });
}

/** Book a missed or cancelled appointment anew. */
export function rebookAppointment(appointment, { staff }) {
  return dialog(t("appointments.rebook_title"), (close) => {
    const when = timing({ staff, ...ofExisting(appointment), start_at: null, day: asDay(midnight(asDay(new Date()), 1)) });
    return form({ submit: t("appointments.rebook"), cancel: () => close(false) }, async () => {
      await post(`/appointments/${appointment.id}/rebook`, when.values());
      toast(t("appointments.booked"));
      close(true);
    }, ...when.fields);
  }, { wide: true });
}

const ofExisting = ({ clinician_id, start_at, duration_minutes: minutes }) => ({ clinician_id, start_at, minutes });

/** The fields that tell with whom, when and for how long; `values()` is what the API takes. */
function timing({ staff, clinician_id: chosen, start_at: start = null, day = null, minutes }) {
  const who = selectField(t("appointments.clinician"), staff.filter((each) => each.active || each.id === chosen).map(({ id, name }) => [id, name]), { value: chosen ?? "", pointer: "/clinician_id" });
  const lengths = [...new Set([...MINUTES, minutes])].sort((a, b) => a - b);
  const length = selectField(t("appointments.duration"), lengths.map((each) => [String(each), t("appointments.minutes", { minutes: each })]), { value: String(minutes), pointer: "/duration" });
  const from = field(t("appointments.start"), element("input", { type: "datetime-local", required: true, value: start ? asLocal(start) : `${day}T09:00` }), { pointer: "/start_at" });
  const offered = element("div", { class: "appointments-free", role: "group", "aria-label": t("appointments.free") });
  const offer = () => freeTimes(offered, from, who.input.value, length.input.value);
  [who, length, from].forEach((each) => each.input.addEventListener("change", offer));
  offer();
  const overlap = may("appointments:override") && element("input", { type: "checkbox" });
  const values = () => ({
    clinician_id: who.input.value,
    start_at: fromLocal(from.input.value),
    duration: `${length.input.value}m`,
    ...(overlap?.checked ? { allow_overlap: true } : {}),
  });
  return {
    fields: [
      element("div", { class: "filters" }, who.root, from.root, length.root),
      offered,
      overlap && element("label", { class: "row" }, overlap, t("appointments.overlap")),
      // Shown within the row above; here for what is wrong with them.
      ...[who, from, length].map(({ input, fail, pointer }) => ({ input, fail, pointer, root: false })),
    ],
    values,
  };
}

let asked = 0;

async function freeTimes(place, from, clinician, minutes) {
  const day = from.input.value.slice(0, 10);
  asked += 1;
  const mine = asked;
  if (!day || !clinician) return fill(place);
  const span = { from: midnight(day).toISOString(), to: midnight(day, 1).toISOString(), duration: `${minutes}m` };
  const found = await get(`/clinicians/${clinician}/availability`, span).catch(() => ({ data: [] }));
  if (mine !== asked) return undefined;
  const times = found.data.slice(0, OFFERED).map(({ start_at: start }) =>
    element("button", { type: "button", class: "small numeric", onclick: () => (from.input.value = asLocal(start)) }, time(start)),
  );
  return fill(place, element("span", { class: "small muted" }, t(times.length ? "appointments.free" : "appointments.not_free")), times);
}

/** Why and where. */
function wording({ reason = "", location = "" }) {
  const why = field(t("appointments.reason"), element("input", { value: reason ?? "", maxlength: 500 }), { pointer: "/reason", hint: t("appointments.reason_hint") });
  const where = field(t("appointments.location"), element("input", { value: location ?? "", maxlength: 200 }), { pointer: "/location", hint: t("appointments.location_hint") });
  const values = () =>
    Object.fromEntries([["reason", why], ["location", where]].map(([name, { input }]) => [name, input.value.trim()]).filter(([, value]) => value));
  return { fields: may("notes:read") ? [why, where] : [where], values };
}
