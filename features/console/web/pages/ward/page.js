// The ward: every patient at a glance, found as one types.

import { badge } from "../../components/card.js";
import { element, fill } from "../../components/element.js";
import { empty, into } from "../../components/states.js";
import { more, table } from "../../components/table.js";
import { get } from "../../shell/api.js";
import { day, nhsNumber } from "../../shell/format.js";
import { addressOf, entriesIn, remember } from "../../shell/router.js";
import { t, word } from "../../shell/texts.js";

const PAUSE_MS = 180; // so long after the last letter a search begins

export async function open(view, { query, signal }) {
  const asked = { q: "", sort: query.get("sort") ?? "name" };
  const list = element("div", { class: "ward-list" });
  const search = element("input", {
    type: "search",
    placeholder: t("ward.search_hint"),
    "aria-label": t("ward.search"),
    autocomplete: "off",
    oninput: later(() => {
      asked.q = search.value.trim();
      read();
    }),
  });
  let reading = null;
  const read = () => {
    reading?.abort();
    reading = new AbortController();
    const within = AbortSignal.any([signal, reading.signal]);
    return into(list, () => get("/patients", wanted(asked), { signal: within }), (found) => patients(found, asked, sortBy), { signal: within });
  };
  const sortBy = (sort) => {
    asked.sort = sort;
    remember(addressOf("/ward", {}, { sort: sort === "name" ? null : sort }));
    read();
  };
  fill(view, element("div", { class: "stack" }, element("div", { class: "row apart" }, element("h1", {}, t("ward.title")), element("div", { class: "ward-search" }, search)), list));
  await read();
}

function later(action) {
  let waiting;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(action, PAUSE_MS);
  };
}

const wanted = ({ q, sort }) => ({ limit: 50, ...(q ? { q } : { sort }) });

function patients(found, asked, sortBy) {
  if (!found.data.length) return empty(t(asked.q ? "ward.nobody_found" : "ward.nobody"), asked.q ? t("ward.nobody_found_detail") : null);
  const shown = element("div", { class: "card flush" });
  const rows = [...found.data];
  const draw = () => fill(shown, table(t("ward.title"), columns(), rows, { sorted: asked.q ? null : asked.sort, sortBy: asked.q ? null : sortBy }));
  draw();
  const further = more(found.pagination.next_cursor, async (cursor) => {
    const next = await get("/patients", { ...wanted(asked), cursor });
    rows.push(...next.data);
    draw();
    return next.pagination.next_cursor;
  });
  return [shown, further];
}

function columns() {
  return [
    { title: t("ward.patient"), sort: "name", cell: patient },
    { title: t("ward.born"), sort: "date_of_birth", class: "numeric", cell: (row) => day(row.date_of_birth) },
    { title: t("ward.numbers"), sort: "mrn", class: "numeric", cell: (row) => [row.mrn && element("span", { class: "line" }, row.mrn), row.nhs_number && element("span", { class: "line muted small" }, nhsNumber(row.nhs_number))] },
    { title: t("ward.conditions"), cell: (row) => element("div", { class: "row tight" }, (row.conditions ?? []).map((each) => badge(each))) },
  ];
}

function patient(row) {
  return [
    name(row),
    element("span", { class: "line muted small" }, t("ward.age_sex", { age: row.age, sex: word("sex", row.sex) })),
    row.restricted && badge(t("ward.restricted"), "warn"),
  ];
}

/** The name, leading to the first of the patient's pages that the account may open. */
function name(row) {
  const first = entriesIn("patient")[0];
  return element(first ? "a" : "span", { class: "ward-name", href: first && addressOf(first.path, { id: row.id }) }, row.name);
}
