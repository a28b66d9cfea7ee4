// The rules that recommendations come from.

import { badge } from "../../components/card.js";
import { element, fill } from "../../components/element.js";
import { empty, into } from "../../components/states.js";
import { more, table } from "../../components/table.js";
import { get } from "../../shell/api.js";
import { day, number } from "../../shell/format.js";
import { addressOf } from "../../shell/router.js";
import { may } from "../../shell/session.js";
import { t } from "../../shell/texts.js";

export async function open(view, { signal }) {
  const place = element("div", {});
  const make = may("rules:write") && element("a", { class: "button primary", href: addressOf("/rules/:id", { id: "new" }) }, t("rules.new"));
  fill(view, element("div", { class: "stack" }, element("div", { class: "row apart" }, element("h1", {}, t("rules.title")), make), place));
  await into(place, () => load(null, signal), (found) => list(found, signal), { signal });
}

const load = (cursor, signal) => get("/rules", { limit: 50, sort: "code", cursor }, { signal });

function list(found, signal) {
  if (!found.data.length) return empty(t("rules.none"), t("rules.none_detail"));
  const rows = [...found.data];
  const shown = element("div", { class: "card" });
  const draw = () => fill(shown, table(t("rules.title"), columns(), rows));
  draw();
  const further = more(found.pagination.next_cursor, async (cursor) => {
    const next = await load(cursor, signal);
    rows.push(...next.data);
    draw();
    return next.pagination.next_cursor;
  });
  return [shown, further];
}

function columns() {
  return [
    {
      title: t("rules.recommendation"),
      cell: (row) => [element("a", { href: addressOf("/rules/:id", { id: row.id }) }, row.recommendation), element("span", { class: "line muted small" }, row.code)],
    },
    { title: t("rules.description"), cell: (row) => row.description ?? "" },
    { title: t("rules.state"), cell: (row) => badge(t(row.active ? "rules.active" : "rules.suspended"), row.active ? "good" : null) },
    { title: t("rules.version"), class: "numeric", cell: (row) => number(row.version) },
    { title: t("rules.changed"), class: "numeric", cell: (row) => day(row.updated_at) },
  ];
}
