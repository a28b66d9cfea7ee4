// A day: a column for each clinician, with the hours down the side; on a phone one list after the other.

import { element, fill } from "../../components/element.js";
import { field, selectField } from "../../components/form.js";
import { asDay, midnight } from "../../components/moments.js";
import { clinicians, patientsOf } from "../../components/people.js";
import { inPlace, renewing } from "../../components/renewing.js";
import { empty, into } from "../../components/states.js";
import { attempt, toast } from "../../components/toast.js";
import { getAll } from "../../shell/api.js";
import { time } from "../../shell/format.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";
import { bookAppointment, putElsewhere } from "./booking.js";
import { showAppointment } from "./dialogs.js";
import { draggable } from "./dragging.js";

const STEP_MINUTES = 5; // a row of the grid
const USUAL = { from: 8, to: 18 }; // the hours shown at least
const DAY_MS = 86_400_000;

/** The day; `asked` has `day` and `department`, and `keep()` writes them into the address. */
export function dayView(asked, keep, signal) {
  const today = asDay(new Date());
  const place = element("div", {});
  let shown = { staff: [], departments: [] };
  let reading = null;
  /** Only what was asked for last is drawn. */
  const read = async ({ quietly = false } = {}) => {
    keep();
    reading?.abort();
    reading = new AbortController();
    const within = AbortSignal.any([signal, reading.signal]);
    await into(place, () => loaded(within, quietly), (found) => {
      if (!sameIds(found.departments, shown.departments)) fillDepartments(department, found.departments, asked.department);
      shown = found;
      return calendar(found, asked, act);
    }, { signal: within, quietly });
  };
  /** What has been loaded; not while somebody has taken an appointment in hand since. */
  const loaded = async (within, quietly) => {
    const found = await load(asked.day ?? today, within);
    if (quietly && isBusy()) {
      reading.abort();
      renew();
    }
    return found;
  };
  const isBusy = () => place.querySelector(".held") !== null;
  /** With whom one can book: who is shown, or, for a hand that was faster than the day, asked for. */
  const known = async () => (shown.staff.length ? shown.staff : clinicians({ signal, active: false }));
  const act = {
    move: async (appointment, { clinician, start }) => {
      await attempt(() => moved(appointment, clinician, start));
      await again();
    },
    show: async (appointment) => (await showAppointment(appointment, shown)) && again(),
    book: (clinician = null) =>
      attempt(async () => {
        const staff = await known();
        if (await bookAppointment({ day: asked.day ?? today, clinician, staff })) await again();
      }),
  };
  const again = () => inPlace(place, () => read({ quietly: true }));
  const { renew, settle } = renewing(["rounds.appointment."], again, { signal, isBusy });
  act.settle = settle;
  const choose = (day) => {
    asked.day = day === today ? null : day;
    date.input.value = day;
    read();
  };
  const date = field(t("appointments.date"), element("input", { type: "date", value: asked.day ?? today, onchange: () => date.input.value && choose(date.input.value) }));
  const department = selectField(t("appointments.department"), [["", t("appointments.all")]]);
  department.input.addEventListener("change", () => {
    asked.department = department.input.value || null;
    read();
  });
  const turn = (days, label, sign) =>
    element("button", { type: "button", "aria-label": label, onclick: () => choose(asDay(midnight(asked.day ?? today, days))) }, element("span", { "aria-hidden": "true" }, sign));
  read();
  return element(
    "div",
    { class: "stack" },
    element(
      "div",
      { class: "row apart no-print" },
      element(
        "div",
        { class: "filters appointments-choice" },
        element("div", { class: "row appointments-turn" }, turn(-1, t("appointments.before"), "‹"), element("button", { type: "button", onclick: () => choose(today) }, t("appointments.today")), turn(1, t("appointments.after"), "›")),
        date.root,
        department.root,
      ),
      may("appointments:write") && element("button", { type: "button", class: "primary", onclick: () => act.book() }, t("appointments.book")),
    ),
    place,
  );
}

/** Move it by hand. What is in the way, or that somebody else has moved it meanwhile, the API tells. */
async function moved(appointment, clinician, start) {
  const when = { clinician_id: clinician, start_at: start.toISOString(), duration: `${appointment.duration_minutes}m` };
  // With another clinician, the place is that of the other one.
  const location = clinician === appointment.clinician_id ? appointment.location : null;
  await putElsewhere(appointment, when, { reason: appointment.reason, location });
  toast(t("appointments.moved_to", { from: time(appointment.start_at), to: time(when.start_at) }));
}

const sameIds = (some, others) => some.map(({ id }) => id).join() === others.map(({ id }) => id).join();

function fillDepartments(department, found, chosen) {
  const choices = [["", t("appointments.all")], ...found.map(({ id, name }) => [id, name])];
  fill(department.input, choices.map(([value, text]) => element("option", { value, selected: value === (chosen ?? "") }, text)));
}

async function load(day, signal) {
  const span = { from: midnight(day).toISOString(), to: midnight(day, 1).toISOString() };
  const [appointments, staff, departments] = await Promise.all([
    getAll("/appointments", { ...span, sort: "start_at" }, { signal }),
    clinicians({ signal, active: false }),
    may("staff:read") ? getAll("/departments", { sort: "name" }, { signal }) : [],
  ]);
  const patients = await patientsOf(appointments.map((each) => each.patient_id), { signal });
  return { day, appointments, staff, departments, patients };
}

function calendar({ day, appointments, staff, patients }, asked, act) {
  const within = (each) => !asked.department || each.department_id === asked.department;
  const seen = appointments.filter(within);
  const busy = new Set(seen.map((each) => each.clinician_id));
  const columns = staff.filter((each) => busy.has(each.id) || (each.active && within(each)));
  if (!columns.length) return empty(t("appointments.nobody"));
  const hours = span(day, seen);
  const grid = element(
    "div",
    { class: "appointments-grid" },
    scale(hours),
    columns.map((clinician) => column(clinician, seen.filter((each) => each.clinician_id === clinician.id), { hours, patients, act })),
  );
  return [
    seen.length === 0 && element("p", { class: "muted" }, t("appointments.none")),
    seen.length > 0 && may("appointments:write") && element("p", { class: "muted small no-print appointments-hint" }, t("appointments.hint")),
    element("div", { class: "card flush appointments-scroll", role: "region", "aria-label": t("appointments.day"), tabindex: "0", "data-key": "day" }, grid),
  ];
}

/** The hours to show: the usual ones, and those of what is earlier or later. */
function span(day, appointments) {
  const begin = midnight(day).getTime();
  const hour = (moment) => (Date.parse(moment) - begin) / 3_600_000;
  const from = Math.floor(Math.min(USUAL.from, ...appointments.map((each) => hour(each.start_at))));
  const to = Math.ceil(Math.max(USUAL.to, ...appointments.map((each) => Math.min(hour(each.end_at), DAY_MS / 3_600_000))));
  return { begin, from, to, step: STEP_MINUTES, row: (moment) => Math.round(((hour(moment) - from) * 60) / STEP_MINUTES) + 1 };
}

const ROWS_AN_HOUR = 60 / STEP_MINUTES;

function scale({ begin, from, to }) {
  const marks = Array.from({ length: to - from }, (_, place) => {
    const mark = element("span", { class: "numeric" }, time(new Date(begin + (from + place) * 3_600_000).toISOString()));
    mark.style.gridRow = `${place * ROWS_AN_HOUR + 1} / span ${ROWS_AN_HOUR}`;
    return mark;
  });
  return element("div", { class: "appointments-scale", "aria-hidden": "true" }, element("div", { class: "appointments-head" }), rows(element("div", { class: "appointments-rows" }, marks), from, to));
}

function rows(node, from, to) {
  node.style.gridTemplateRows = `repeat(${(to - from) * ROWS_AN_HOUR}, var(--appointments-row))`;
  return node;
}

function column(clinician, appointments, { hours, patients, act }) {
  const heading = element("h2", { id: `clinician-${clinician.id}` }, clinician.name);
  return element(
    "section",
    { class: "appointments-column", "aria-labelledby": heading.id, "data-clinician": clinician.active ? clinician.id : null },
    element(
      "div",
      { class: "appointments-head" },
      heading,
      may("appointments:write") && clinician.active && element("button", { type: "button", class: "quiet small no-print", "aria-label": t("appointments.book_with", { name: clinician.name }), onclick: () => act.book(clinician) }, element("span", { "aria-hidden": "true" }, "+")),
    ),
    rows(element("ul", { class: "appointments-rows" }, appointments.map((each) => slot(each, hours, patients, act))), hours.from, hours.to),
  );
}

const SIGNS = { active: "", attended: "✓", missed: "✕", cancelled: "–" };
const SHORT_ROWS = 5; // what is shorter has one line

function slot(appointment, hours, patients, act) {
  const name = patients.get(appointment.patient_id)?.name ?? t("components.patient_not_shown");
  const status = word("appointment_status", appointment.status);
  const first = Math.max(1, hours.row(appointment.start_at));
  const last = Math.max(first + 3, Math.min(hours.row(appointment.end_at), (hours.to - hours.from) * ROWS_AN_HOUR + 1));
  const shown = element(
    "li",
    { class: ["appointments-slot", appointment.status, last - first < SHORT_ROWS && "short"] },
    element(
      "button",
      { type: "button", title: `${name}, ${status}`, "data-key": appointment.id, onclick: () => act.show(appointment) },
      element("span", { class: "line numeric" }, `${time(appointment.start_at)}–${time(appointment.end_at)} `, element("span", { "aria-hidden": "true" }, SIGNS[appointment.status]), element("span", { class: "visually-hidden" }, status), " "),
      element("span", { class: "line appointments-name" }, name),
    ),
  );
  shown.style.gridRow = `${first} / ${last}`;
  if (appointment.status === "active" && may("appointments:write")) {
    const label = (start) => `${time(start.toISOString())}–${time(new Date(start.getTime() + appointment.duration_minutes * 60_000).toISOString())}`;
    draggable(shown, { appointment, hours, label, moveTo: (where) => act.move(appointment, where), settle: act.settle });
  }
  return shown;
}
