// Tables of records: sorted by the server, and on a narrow screen one card a row.

import { t } from "../shell/texts.js";
import { element } from "./element.js";

/**
 * A table. Each column is `{title, cell(row), sort?, class?}`; `sort` is the API's name, `sorted` what is in force
 * (`-name`), and `sortBy(sort)` is called when a heading is chosen. `rows` may be empty.
 */
export function table(label, columns, rows, { sorted = null, sortBy = null } = {}) {
  return element(
    "div",
    { class: "table-scroll" },
    element(
      "table",
      { class: "table" },
      element("caption", { class: "visually-hidden" }, label),
      element("thead", {}, element("tr", {}, columns.map((column) => heading(column, sorted, sortBy)))),
      element(
        "tbody",
        {},
        rows.map((row) => element("tr", {}, columns.map((column) => element("td", { class: column.class, "data-title": column.title }, column.cell(row))))),
      ),
    ),
  );
}

function heading({ title, sort, class: name }, sorted, sortBy) {
  const direction = sorted === sort ? "ascending" : sorted === `-${sort}` ? "descending" : null;
  if (!sort || !sortBy) return element("th", { scope: "col", class: name }, title);
  const next = direction === "ascending" ? `-${sort}` : sort;
  return element(
    "th",
    { scope: "col", class: name, "aria-sort": direction ?? "none" },
    element(
      "button",
      { type: "button", class: "sort", onclick: () => sortBy(next) },
      title,
      element("span", { "aria-hidden": "true", class: "sort-mark" }, direction === "ascending" ? "▲" : direction === "descending" ? "▼" : ""),
    ),
  );
}

/** A button that reads the next page of a list; `read(cursor)` answers whether there is a further one. */
export function more(cursor, read) {
  const button = element("button", { type: "button", class: "more", hidden: !cursor }, t("components.more"));
  let next = cursor;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      next = await read(next);
    } finally {
      button.disabled = false;
      button.hidden = !next;
    }
  });
  return button;
}
