// Tables of records: sorted by the server, and on a narrow screen one card a row.

import { t } from "../shell/texts.js";
import { element } from "./element.js";

/**
 * A table. Each column is `{title, cell(row), sort?, class?}`; `sort` is the API's name, `sorted` what is in force
 * (`-name`), and `sortBy(sort)` is called when a heading is chosen. `rows` may be empty.
 */
export function table(label, columns, rows, { sorted = null, sortBy = null } = {}) {
  return scrollable(
    label,
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

/** What scrolls sideways can be reached by keyboard, and what does not is no stop on the way. */
function scrollable(label, content) {
  const root = element("div", { class: "table-scroll" }, content);
  const watch = new ResizeObserver(() => {
    const scrolls = root.scrollWidth > root.clientWidth;
    for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", label]]) {
      if (scrolls) root.setAttribute(name, value);
      else root.removeAttribute(name);
    }
  });
  watch.observe(root);
  return root;
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
