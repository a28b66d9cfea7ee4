// The ward: every patient at a glance, found as one types.

import { element, fill } from "../../components/element.js";
import { selectField } from "../../components/form.js";
import { empty, into } from "../../components/states.js";
import { more, table } from "../../components/table.js";
import { get } from "../../shell/api.js";
import { addressOf, remember } from "../../shell/router.js";
import { may } from "../../shell/session.js";
import { t, word } from "../../shell/texts.js";
import { appointment, flags, lastNote, name, recommendations, tasks, vitals } from "./cells.js";

const PAUSE_MS = 180; // so long after the last letter a search begins
const PARTS = [
  ["flags", "notes:read"],
  ["latest_vitals", "notes:read"],
  ["last_note", "notes:read"],
  ["open_tasks", "tasks:read"],
  ["next_appointment", "appointments:read"],
  ["active_recommendations", "recommendations:read"],
];
const SORTS = ["name", "-created_at", "-date_of_birth", "date_of_birth", "mrn"];

export async function open(view, { query, signal }) {
  const asked = { q: "", sort: query.get("sort") ?? "name", sex: query.get("sex") ?? "", has: query.get("has") ?? "" };
  const list = element("div", { class: "ward-list" });
  let reading = null;
  const read = () => {
    reading?.abort();
    reading = new AbortController();
    const within = { signal: AbortSignal.any([signal, reading.signal]) };
    return into(list, () => get("/patients", wanted(asked), within), (found) => patients(found, asked, sortBy), within);
  };
  const keep = () => remember(addressOf("/ward", {}, { sort: asked.sort === "name" ? null : asked.sort, sex: asked.sex, has: asked.has }));
  const sortBy = (sort) => {
    asked.sort = sort;
    sorting.input.value = SORTS.includes(sort) ? sort : "name";
    keep();
    read();
  };
  const search = searchBox((q) => {
    asked.q = q;
    sorting.input.disabled = Boolean(q); // what was searched for is shown best match first
    read();
  });
  const sorting = selectField(t("ward.sort"), SORTS.map((sort) => [sort, t(`ward.sort_${sort.replace("-", "down_")}`)]), { value: asked.sort });
  sorting.input.addEventListener("change", () => sortBy(sorting.input.value));
  const sex = selectField(t("ward.sex"), [["", t("ward.any")], ...["female", "male", "other", "unknown"].map((each) => [each, word("sex", each)])], { value: asked.sex });
  sex.input.addEventListener("change", () => {
    asked.sex = sex.input.value;
    keep();
    read();
  });
  const has = selectField(t("ward.has"), [["", t("ward.any")], ...holdings()], { value: asked.has });
  has.input.addEventListener("change", () => {
    asked.has = has.input.value;
    keep();
    read();
  });
  fill(
    view,
    element(
      "div",
      { class: "stack" },
      element("h1", {}, t("ward.title")),
      element("div", { class: "ward-tools no-print" }, search, sorting.root, has.root, sex.root),
      list,
    ),
  );
  await read();
}

function searchBox(found) {
  let waiting;
  const box = element("input", { type: "search", id: "ward-search", placeholder: t("ward.search_hint"), autocomplete: "off", spellcheck: "false" });
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => found(box.value.trim()), PAUSE_MS);
  });
  return element("div", { class: "field ward-search" }, element("label", { for: box.id }, t("ward.search")), box);
}

/** By what the account can have patients listed: those who have it. */
const holdings = () =>
  [
    ["open_tasks", "tasks:read"],
    ["active_recommendations", "recommendations:read"],
    ["notes", "notes:read"],
  ]
    .filter(([, scope]) => may(scope))
    .map(([name]) => [name, t(`ward.has_${name}`)]);

const parts = () => PARTS.filter(([, scope]) => may(scope)).map(([part]) => part);

const wanted = ({ q, sort, sex, has }) => ({ limit: 50, total: true, include: parts().join(","), sex, has, ...(q ? { q } : { sort }) });

function patients(found, asked, sortBy) {
  if (!found.data.length) {
    return asked.q || asked.sex || asked.has ? empty(t("ward.nobody_found"), t("ward.nobody_found_detail")) : empty(t("ward.nobody"));
  }
  const shown = element("div", { class: "card flush" });
  const rows = [...found.data];
  const sorted = asked.q ? null : asked.sort;
  const draw = () => fill(shown, table(t("ward.title"), columns(parts()), rows, { sorted, sortBy: asked.q ? null : sortBy }));
  draw();
  const further = more(found.pagination.next_cursor, async (cursor) => {
    const next = await get("/patients", { ...wanted(asked), cursor, total: null });
    rows.push(...next.data);
    draw();
    return next.pagination.next_cursor;
  });
  return [element("p", { class: "muted small", role: "status" }, t("ward.count", { count: found.pagination.total })), shown, further];
}

function columns(shown) {
  const optional = [
    ["flags", { title: t("ward.flags"), cell: (row) => flags(row) }],
    ["latest_vitals", { title: t("ward.vitals"), class: "numeric", cell: (row) => vitals(row) }],
    ["open_tasks", { title: t("ward.tasks"), cell: (row) => tasks(row) }],
    ["next_appointment", { title: t("ward.appointment"), class: "numeric", cell: (row) => appointment(row) }],
    ["active_recommendations", { title: t("ward.recommendations"), cell: (row) => recommendations(row) }],
    ["last_note", { title: t("ward.activity"), cell: (row) => lastNote(row) }],
  ];
  return [
    { title: t("ward.patient"), sort: "name", class: "ward-who", cell: name },
    ...optional.filter(([part]) => shown.includes(part)).map(([, column]) => column),
  ];
}

