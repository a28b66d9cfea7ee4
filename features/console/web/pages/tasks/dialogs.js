// What is asked about a task: why it moves, what it is, what changes, and what is ordered. Each answers whether it did.

import { badge, facts } from "../../components/card.js";
import { dialog } from "../../components/dialog.js";
import { element } from "../../components/element.js";
import { field, form, selectField } from "../../components/form.js";
import { asLocal, fromLocal } from "../../components/moments.js";
import { patientField } from "../../components/patient_field.js";
import { patientName } from "../../components/people.js";
import { into } from "../../components/states.js";
import { toast } from "../../components/toast.js";
import { get, patch, post } from "../../shell/api.js";
import { moment } from "../../shell/format.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";

const PRIORITIES = ["routine", "urgent", "stat"];

/** Ask where a task goes and why, and move it there. */
export async function askToMove(task, to = null) {
  return dialog(t("tasks.move_title", { task: task.task_type }), (close) => {
    const where = selectField(t("tasks.to"), task.allowed.map((status) => [status, word("task_status", status)]), { value: to ?? task.allowed[0], pointer: "/new_status" });
    const why = field(t("tasks.reason"), element("textarea", { rows: 2, required: true, maxlength: 1000, autofocus: true }), { pointer: "/reason", hint: t("tasks.reason_hint") });
    return form({ submit: t("tasks.move"), cancel: () => close(false) }, async () => {
      const moved = await post(`/tasks/${task.id}/transition`, { new_status: where.input.value, reason: why.input.value });
      toast(t("tasks.moved", { task: task.task_type, status: word("task_status", moved.status) }));
      close(true);
    }, where, why);
  });
}

/** Show a task with all its steps. */
export async function showTask(task, patients, staff) {
  const wanted = await dialog(task.task_type, (close) => {
    const steps = element("div", {});
    into(steps, () => get(`/tasks/${task.id}/audit`), ({ data }) => element("ol", { class: "steps" }, data.map(step)));
    const editable = may("tasks:write") && task.allowed.length > 0;
    return [
      task.description && element("p", {}, task.description),
      facts([
        [t("tasks.patient"), patientName(task.patient_id, patients)],
        [t("tasks.status"), word("task_status", task.status)],
        [t("tasks.priority"), badge(word("priority", task.priority))],
        [t("tasks.due_at"), moment(task.due_at)],
        [t("tasks.assignee"), staff.find(({ id }) => id === task.assignee_id)?.name ?? t("tasks.nobody")],
      ]),
      element("h3", {}, t("tasks.steps")),
      steps,
      editable &&
        element(
          "div",
          { class: "form-actions" },
          element("button", { type: "button", class: "primary", onclick: () => close("move") }, t("tasks.move")),
          element("button", { type: "button", onclick: () => close("change") }, t("tasks.change")),
        ),
    ];
  });
  if (wanted === "move") return askToMove(task);
  return wanted === "change" && changeTask(task, staff);
}

function step({ previous_status: before, new_status: after, reason, actor, at }) {
  return element(
    "li",
    {},
    element("span", { class: "line" }, before ? t("tasks.from_to", { before: word("task_status", before), after: word("task_status", after) }) : word("task_status", after)),
    reason && element("span", { class: "line" }, reason),
    element("span", { class: "line muted small" }, [moment(at), actor].filter(Boolean).join(" · ")),
  );
}

/** The fields that can be changed while a task is open, as the API has them. */
function changeable(task, staff) {
  const description = field(t("tasks.description"), element("textarea", { rows: 3, value: task.description ?? "" }), { pointer: "/description" });
  const priority = selectField(t("tasks.priority"), PRIORITIES.map((each) => [each, word("priority", each)]), { value: task.priority, pointer: "/priority" });
  const due = field(t("tasks.due_at"), element("input", { type: "datetime-local", value: asLocal(task.due_at) }), { pointer: "/due_at" });
  const assignee = selectField(t("tasks.assignee"), [["", t("tasks.nobody")], ...staff.map(({ id, name }) => [id, name])], { value: task.assignee_id ?? "", pointer: "/assignee_id" });
  const values = () => ({
    description: description.input.value.trim() || null,
    priority: priority.input.value,
    due_at: fromLocal(due.input.value),
    assignee_id: assignee.input.value || null,
  });
  return { fields: [description, priority, due, assignee], values };
}

function changeTask(task, staff) {
  return dialog(t("tasks.change_title", { task: task.task_type }), (close) => {
    const { fields, values } = changeable(task, staff);
    return form({ submit: t("tasks.save"), cancel: () => close(false) }, async () => {
      await patch(`/tasks/${task.id}`, values(), { version: task.version });
      close(true);
    }, ...fields);
  });
}

/** Order a task for a patient. */
export function orderTask(staff) {
  return dialog(t("tasks.order_title"), (close) => {
    const patient = patientField(t("tasks.patient"));
    const type = field(t("tasks.type"), element("input", { required: true, maxlength: 200 }), { pointer: "/task_type", hint: t("tasks.type_hint") });
    const { fields, values } = changeable({ priority: "routine" }, staff);
    return form({ submit: t("tasks.order_it"), cancel: () => close(false) }, async () => {
      await post("/tasks", { patient_id: patient.value, task_type: type.input.value, ...values() });
      toast(t("tasks.ordered"));
      close(true);
    }, patient, type, ...fields);
  });
}
