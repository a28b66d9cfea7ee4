// The board of open tasks: ordered, begun, on hold; moved by dragging or by keyboard, each move with its reason.

import { element, fill } from "../../components/element.js";
import { selectField } from "../../components/form.js";
import { clinicians, patientsOf } from "../../components/people.js";
import { renewing } from "../../components/renewing.js";
import { into } from "../../components/states.js";
import { get } from "../../shell/api.js";
import { addressOf, remember } from "../../shell/router.js";
import { may } from "../../shell/session.js";
import { t } from "../../shell/texts.js";
import { board, focusedIn, focusOn } from "./board.js";
import { askToMove, orderTask, showTask } from "./dialogs.js";

const SHOWN = 50; // tasks in a column, before more is asked for
const MOST = 200;

export async function open(view, { query, signal }) {
  const asked = { assignee_id: query.get("assignee"), patient_id: query.get("patient"), limit: SHOWN };
  const staff = await clinicians({ signal });
  const place = element("div", { class: "tasks-place" });

  let reading = null;
  let wanted = null; // the task that is to have the focus

  /** Only what was asked for last is drawn; what had the focus has it again, wherever it now stands. */
  async function read(focused = null, { quietly = false } = {}) {
    reading?.abort();
    reading = new AbortController();
    wanted = focused ?? wanted;
    const within = AbortSignal.any([signal, reading.signal]);
    let held = null;
    const draw = (found) => {
      held = focusedIn(place);
      return board({ ...found, staff, act });
    };
    await into(place, () => load(asked, within), draw, { signal: within, quietly });
    if (within.aborted) return;
    focusOn(place, wanted ?? held);
    wanted = null;
  }

  const act = {
    move: async (task, to = null) => (await askToMove(task, to)) && read(task.id),
    show: async (task, patients) => (await showTask(task, patients, staff)) && read(task.id),
    more: () => {
      asked.limit = MOST;
      return read();
    },
  };
  fill(view, element("div", { class: "stack" }, head(asked, staff, read), may("tasks:write") && element("p", { class: "muted small no-print tasks-hint" }, t("tasks.hint")), place));
  // Others have moved something: show it, unless it would be taken out of a hand.
  const isBusy = () => place.querySelector(".dragging") !== null;
  act.settle = renewing(["rounds.task."], () => read(null, { quietly: true }), { signal, isBusy }).settle;
  await read();
}

async function load(asked, signal) {
  const found = await get("/tasks/board", asked, { signal });
  const tasks = Object.values(found.data).flat();
  return { columns: found.data, more: found.more, patients: await patientsOf(tasks.map((task) => task.patient_id), { signal }) };
}

function head(asked, staff, read) {
  const choices = [["", t("tasks.anybody")], ...staff.map(({ id, name }) => [id, name])];
  const assignee = selectField(t("tasks.assignee"), choices, { value: asked.assignee_id ?? "" });
  assignee.input.addEventListener("change", () => {
    asked.assignee_id = assignee.input.value || null;
    remember(addressOf("/tasks", {}, { assignee: asked.assignee_id, patient: asked.patient_id }));
    read();
  });
  const order = async () => (await orderTask(staff)) && read();
  return element(
    "div",
    { class: "row apart" },
    element("h1", {}, t("tasks.title")),
    element(
      "div",
      { class: "filters no-print" },
      staff.length > 0 && assignee.root,
      asked.patient_id && element("a", { class: "button", href: addressOf("/tasks") }, t("tasks.all_patients")),
      may("tasks:write") && element("button", { type: "button", class: "primary", onclick: order }, t("tasks.order")),
    ),
  );
}
