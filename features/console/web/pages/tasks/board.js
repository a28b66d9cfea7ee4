// The columns of the board and their cards. Dragging is for those who can; whatever it does, keys and buttons do, too.

import { badge } from "../../components/card.js";
import { element } from "../../components/element.js";
import { empty } from "../../components/states.js";
import { patientName } from "../../components/people.js";
import { ago, moment } from "../../shell/format.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";

const OPEN = ["ORDERED", "IN_PROGRESS", "ON_HOLD"];
const FINAL = ["COMPLETED", "CANCELLED"];
const URGENCY = { stat: "alert", urgent: "warn" };

/** The board. `act` has `move(task, to)`, `show(task)`, `more()`, and `settle()` for when nothing is in hand any more. */
export function board({ columns, more, patients, staff, act }) {
  const tasks = new Map(Object.values(columns).flat().map((task) => [task.id, task]));
  const names = new Map(staff.map((clinician) => [clinician.id, clinician.name]));
  const root = element(
    "div",
    { class: "tasks-board", onkeydown: (event) => steer(event, root, tasks, act) },
    OPEN.map((status) => column(status, columns[status], { more: more[status], patients, names, act, tasks })),
    may("tasks:write") && element("div", { class: "tasks-final", "aria-hidden": "true" }, FINAL.map((status) => dropping(element("div", { class: "tasks-end", "data-status": status }, word("task_status", status)), status, tasks, act))),
  );
  return root;
}

function column(status, tasks, { more, patients, names, act, tasks: all }) {
  const heading = element("h2", { id: `tasks-${status}` }, word("task_status", status), " ", element("span", { class: "muted numeric" }, more ? `${tasks.length}+` : String(tasks.length)));
  const shown = element(
    "section",
    { class: "tasks-column", "data-status": status, "aria-labelledby": heading.id },
    heading,
    tasks.length
      ? element("ul", { class: "tasks-list" }, tasks.map((task) => element("li", {}, card(task, patients, names, act))))
      : empty(t("tasks.none")),
    more && element("button", { type: "button", onclick: act.more }, t("tasks.more")),
  );
  return may("tasks:write") ? dropping(shown, status, all, act) : shown;
}

function card(task, patients, names, act) {
  const movable = may("tasks:write") && task.allowed.length > 0;
  const shown = element(
    "article",
    { class: ["tasks-card", task.overdue && "overdue"], draggable: movable ? "true" : null, "data-task": task.id },
    element(
      "div",
      { class: "row apart" },
      element("h3", {}, element("button", { type: "button", class: "tasks-title", onclick: () => act.show(task, patients) }, task.task_type)),
      task.priority !== "routine" && badge(word("priority", task.priority), URGENCY[task.priority]),
    ),
    element("p", {}, patientName(task.patient_id, patients)),
    task.description && element("p", { class: "small tasks-description" }, task.description),
    element(
      "div",
      { class: "row apart" },
      element(
        "p",
        { class: "small muted" },
        task.due_at && element("span", { class: ["line", task.overdue && "tasks-overdue"], title: moment(task.due_at) }, t(task.overdue ? "tasks.overdue" : "tasks.due", { when: ago(task.due_at) })),
        element("span", { class: "line" }, names.get(task.assignee_id) ?? t("tasks.nobody")),
      ),
      movable && moving(task, patients, act),
    ),
  );
  shown.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", task.id);
    event.dataTransfer.effectAllowed = "move";
    const around = shown.closest(".tasks-board");
    setTimeout(() => around.classList.add("dragging"));
    for (const each of around.querySelectorAll("[data-status]")) each.classList.toggle("allowed", task.allowed.includes(each.dataset.status));
  });
  shown.addEventListener("dragend", () => {
    shown.closest(".tasks-board")?.classList.remove("dragging");
    act.settle();
  });
  return shown;
}

function moving(task, patients, act) {
  const what = { task: task.task_type, patient: patients.get(task.patient_id)?.name ?? "" };
  return element("button", { type: "button", class: "small no-print", "aria-label": t("tasks.move_this", what), onclick: () => act.move(task) }, t("tasks.move"));
}

/** Let a place take cards that may move to its status. */
function dropping(place, status, tasks, act) {
  const takes = () => place.classList.contains("allowed") && place.closest(".tasks-board").classList.contains("dragging");
  place.addEventListener("dragover", (event) => {
    if (!takes()) return;
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", (event) => !place.contains(event.relatedTarget) && place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    place.classList.remove("over");
    const task = tasks.get(event.dataTransfer.getData("text/plain"));
    if (!task?.allowed.includes(status)) return;
    event.preventDefault();
    act.move(task, status);
  });
  return place;
}

/** Arrows go from card to card; with Alt they move the card to the next column. */
function steer(event, root, tasks, act) {
  const card = event.target.closest(".tasks-card");
  const [across, along] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
  if (!card || (!across && !along)) return;
  const task = tasks.get(card.dataset.task);
  if (event.altKey) {
    const to = OPEN[OPEN.indexOf(task.status) + across];
    if (!across || !to) return;
    event.preventDefault();
    if (may("tasks:write") && task.allowed.includes(to)) act.move(task, to);
    return;
  }
  event.preventDefault();
  const columns = [...root.querySelectorAll(".tasks-column")].map((each) => [...each.querySelectorAll(".tasks-card")]);
  const at = columns.findIndex((each) => each.includes(card));
  const row = columns[at].indexOf(card);
  const next = along ? columns[at][row + along] : nextWithCards(columns, at, across, row);
  next?.querySelector(".tasks-title").focus();
}

function nextWithCards(columns, from, step, row) {
  for (let at = from + step; columns[at]; at += step) {
    if (columns[at].length) return columns[at][Math.min(row, columns[at].length - 1)];
  }
  return undefined;
}

/** The task that has the focus, if one has. */
export function focusedIn(place) {
  return place.contains(document.activeElement) ? document.activeElement.closest("[data-task]")?.dataset.task : null;
}

/** Put the focus on a task, where it now stands; on the board, when it has left that. */
export function focusOn(place, id) {
  if (!id) return;
  const card = place.querySelector(`[data-task="${id}"] .tasks-title`);
  place.tabIndex = -1;
  (card ?? place).focus({ preventScroll: !card });
}
