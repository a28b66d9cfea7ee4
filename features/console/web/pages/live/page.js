// What happens on the ward, as it happens.

import { badge } from "../../components/card.js";
import { element, fill } from "../../components/element.js";
import { patientName, patientsOf } from "../../components/people.js";
import { empty } from "../../components/states.js";
import { segmented } from "../../components/tabs.js";
import { asDay } from "../../components/moments.js";
import { live, markRead, onLive } from "../../shell/live.js";
import { ago, moment } from "../../shell/format.js";
import { addressOf } from "../../shell/router.js";
import { t, word } from "../../shell/texts.js";

const KINDS = ["all", "note", "task", "appointment", "recommendation", "patient"];

export async function open(view, { signal }) {
  const seen = new Set(live().events.slice(live().unread).map(({ id }) => id)); // what was read before one came here
  let kind = "all";
  const state = element("p", { class: "row muted", role: "status" });
  const list = element("ul", { class: "card live-list" });
  const draw = async () => {
    const { open: isOpen, gap, events } = live();
    fill(state, element("span", { class: ["live-state", isOpen && "open"], "aria-hidden": "true" }), t(isOpen ? "live.listening" : "live.broken"), gap && badge(t("live.gap"), "warn"));
    const shown = events.filter((event) => kind === "all" || kindOf(event) === kind);
    const patients = await patientsOf(shown.map(whose), { signal }).catch(() => new Map());
    if (signal.aborted) return;
    list.hidden = shown.length === 0;
    nothing.hidden = shown.length > 0;
    fill(list, shown.map((event) => entry(event, patients, !seen.has(event.id))));
    markRead();
  };
  const nothing = empty(t("live.nothing"), t("live.nothing_detail"));
  const kinds = segmented(t("live.kind"), KINDS.map((each) => [each, t(`live.kind_${each}`)]), kind, (chosen) => {
    kind = chosen;
    draw();
  });
  fill(view, element("div", { class: "stack" }, element("div", { class: "row apart" }, element("h1", {}, t("live.title")), kinds), state, list, nothing));
  onLive((event) => (event || live().unread === 0) && draw(), { signal });
  await draw();
}

const kindOf = ({ type }) => type.split(".")[1];
const whose = ({ data }) => (typeof data.patient_id === "string" && data.patient_id.length === 36 ? data.patient_id : null);

function entry(event, patients, isNew) {
  const id = whose(event);
  const told = t(`live.${kindOf(event)}_${event.type.split(".")[2]}`, about(event));
  const where = whereTo(event);
  return element(
    "li",
    { class: "live-entry" },
    element("span", { class: "row" }, isNew && badge(t("live.new"), "info"), where ? element("a", { href: where }, told) : told),
    element("span", {}, id ? patientName(id, patients) : null),
    element("span", { class: "muted small", title: moment(event.time) }, ago(event.time)),
  );
}

/** What the words about an event need besides its type. */
function about({ data }) {
  return { recommendation: data.recommendation ?? "", status: word("task_status", data.new_status ?? data.status) };
}

function whereTo(event) {
  const { data } = event;
  const kind = kindOf(event);
  if (kind === "recommendation") return addressOf("/recommendations", {}, { patient: whose(event) });
  if (kind === "task") return addressOf("/tasks", {}, { patient: whose(event) });
  if (kind === "appointment" && data.start_at) return addressOf("/appointments", {}, { day: asDay(new Date(data.start_at)) });
  return null;
}
