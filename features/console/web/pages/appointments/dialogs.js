// One appointment: what it is, what happened to it, and what can be done with it.

import { badge, facts } from "../../components/card.js";
import { dialog } from "../../components/dialog.js";
import { element } from "../../components/element.js";
import { field, form } from "../../components/form.js";
import { asLocal, fromLocal } from "../../components/moments.js";
import { patientName } from "../../components/people.js";
import { into } from "../../components/states.js";
import { toast } from "../../components/toast.js";
import { get, post } from "../../shell/api.js";
import { moment, time } from "../../shell/format.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";
import { moveAppointment, rebookAppointment } from "./booking.js";

const MARKS = { active: "info", attended: "good", missed: "alert", cancelled: null };
const POSSIBLE = {
  active: ["attended", "move", "cancel"],
  missed: ["attended", "rebook"],
  cancelled: ["rebook"],
  attended: [],
};
const DO = { attended: noteAttended, move: moveAppointment, cancel: cancelAppointment, rebook: rebookAppointment };

/** Show an appointment; answers whether something was done with it. */
export async function showAppointment(appointment, shown) {
  const wanted = await dialog(t("appointments.one"), (close) => {
    const history = element("div", {});
    into(history, () => get(`/appointments/${appointment.id}/history`), ({ data }) => element("ol", { class: "steps" }, data.map(step)));
    return [
      element("p", { class: "row" }, element("strong", {}, patientName(appointment.patient_id, shown.patients)), badge(word("appointment_status", appointment.status), MARKS[appointment.status])),
      facts([
        [t("appointments.when"), `${moment(appointment.start_at)}–${time(appointment.end_at)}`],
        [t("appointments.clinician"), shown.staff.find(({ id }) => id === appointment.clinician_id)?.name],
        [t("appointments.reason"), appointment.reason],
        [t("appointments.location"), appointment.location],
        [t("appointments.attended_at"), moment(appointment.attended_at)],
        [t("appointments.cancel_reason"), appointment.cancel_reason],
      ]),
      element("h3", {}, t("appointments.history")),
      history,
      may("appointments:write") && element("div", { class: "form-actions" }, POSSIBLE[appointment.status].map((each, place) => element("button", { type: "button", class: place === 0 && "primary", onclick: () => close(each) }, t(`appointments.do_${each}`)))),
    ];
  });
  return wanted ? DO[wanted](appointment, shown) : false;
}

function step({ action, at, start_at: start, end_at: end }) {
  return element(
    "li",
    {},
    element("span", { class: "line" }, `${word("appointment_action", action)}: ${moment(start)}–${time(end)}`),
    element("span", { class: "line muted small" }, moment(at)),
  );
}

function noteAttended(appointment) {
  return dialog(t("appointments.do_attended"), (close) => {
    const now = new Date();
    const within = now < new Date(appointment.end_at) ? now : new Date(appointment.start_at);
    const at = field(t("appointments.attended_at"), element("input", { type: "datetime-local", required: true, value: asLocal(within) }), { pointer: "/attended_at", hint: t("appointments.attended_hint") });
    return form({ submit: t("appointments.do_attended"), cancel: () => close(false) }, async () => {
      await post(`/appointments/${appointment.id}/attended`, { attended_at: fromLocal(at.input.value) });
      toast(t("appointments.noted"));
      close(true);
    }, at);
  });
}

function cancelAppointment(appointment) {
  return dialog(t("appointments.cancel_title"), (close) => {
    const why = field(t("appointments.cancel_reason"), element("input", { maxlength: 500 }), { pointer: "/reason", hint: t("appointments.cancel_hint") });
    return form({ submit: t("appointments.do_cancel"), cancel: () => close(false) }, async () => {
      await post(`/appointments/${appointment.id}/cancel`, { reason: why.input.value.trim() || null });
      toast(t("appointments.cancelled"));
      close(true);
    }, why);
  });
}
